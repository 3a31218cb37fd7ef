/** The Ethernet addresses at which the clients of tracked connections are. */
import type { Connection } from "../connection.ts";
import { unknownMac } from "../machine/unknown.ts";

/** See {@link createHosts}. */
export interface Hosts {
  add(connection: Connection): void;
  delete(connection: Connection): void;
  /** The one that was shown last, by connections that are still there; `vlans` without priority tags, outermost first. */
  macOf(ip: string, vlans: readonly number[]): string | undefined;
}

export function createHosts(): Hosts {
  /** How many connections show which Ethernet address; the one that was shown last is the last one. */
  const hosts = new Map<string, Map<string, number>>();
  const nameOf = (ip: string, vlans: readonly number[]): string => `${ip} ${vlans.join(",")}`;
  return {
    add({ key: { src, vlans }, client: { mac } }) {
      if (mac === unknownMac) return;
      const name = nameOf(src, vlans);
      const macs = hosts.get(name) ?? new Map<string, number>();
      const count = macs.get(mac) ?? 0;
      macs.delete(mac);
      macs.set(mac, count + 1);
      hosts.set(name, macs);
    },
    delete({ key: { src, vlans }, client: { mac } }) {
      const name = nameOf(src, vlans);
      const macs = hosts.get(name);
      const count = macs?.get(mac);
      if (!macs || count === undefined) return;
      if (count > 1) macs.set(mac, count - 1);
      else macs.delete(mac);
      if (macs.size === 0) hosts.delete(name);
    },
    macOf: (ip, vlans) => [...(hosts.get(nameOf(ip, vlans))?.keys() ?? [])].at(-1),
  };
}
