/** The Ethernet addresses at which the clients of tracked connections are. */
import type { Connection } from "../connection.ts";
import { unknownMac } from "../machine/state.ts";

/** See {@link createHosts}. */
export interface Hosts {
  add(connection: Connection): void;
  delete(connection: Connection): void;
  /** `vlans` without priority tags, outermost first. */
  macOf(ip: string, vlans: readonly number[]): string | undefined;
}

interface Host {
  readonly mac: string;
  connections: number;
}

export function createHosts(): Hosts {
  const hosts = new Map<string, Host>();
  const nameOf = (ip: string, vlans: readonly number[]): string => `${ip} ${vlans.join(",")}`;
  return {
    add({ key: { src, vlans }, client: { mac } }) {
      const name = nameOf(src, vlans);
      const known = hosts.get(name);
      if (known && (known.mac === mac || mac === unknownMac)) known.connections += 1;
      // Who moved is where it was seen last.
      else hosts.set(name, { mac, connections: (known?.connections ?? 0) + 1 });
    },
    delete({ key: { src, vlans } }) {
      const name = nameOf(src, vlans);
      const known = hosts.get(name);
      if (!known) return;
      known.connections -= 1;
      if (known.connections === 0) hosts.delete(name);
    },
    macOf(ip, vlans) {
      const mac = hosts.get(nameOf(ip, vlans))?.mac;
      return mac === unknownMac ? undefined : mac;
    },
  };
}
