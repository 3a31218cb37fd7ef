/** The network as places on a page: each switch with its ports, and who is behind them. Nothing here draws. */
import { type Json, numberOf, objectOf, objectsOf, textOf } from "../json.ts";
import type { Connection } from "./store.ts";

/** Who is behind a port. */
export interface Dweller {
  readonly kind: "origin" | "target" | "client";
  readonly name: string;
  readonly detail: string;
  /** Connections that it has now. */
  readonly connections: number;
}

export interface PortPlace {
  readonly number: number;
  readonly name: string;
  readonly isUp: boolean;
  readonly dwellers: readonly Dweller[];
}

export interface SwitchPlace {
  readonly dpid: string;
  readonly peer: string;
  readonly ports: readonly PortPlace[];
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

function endText(ip: string, port: number): string {
  if (ip === "") return port === 0 ? "" : `port ${port}`;
  const host = ip.includes(":") ? `[${ip}]` : ip;
  return port === 0 ? ip : `${host}:${port}`;
}

function serversBehind(
  port: number,
  dpid: string,
  services: readonly Json[],
  live: readonly Connection[],
  stats: Json,
) {
  return services
    .filter((service) => textOf(service.dpid) === "" || service.dpid === dpid)
    .flatMap((service): Dweller[] => {
      const name = textOf(service.name);
      const counts = objectOf(objectOf(stats.targets)[name]);
      const here = live.filter(({ view }) => view.service === name && view.dpid === dpid);
      const origin = objectOf(service.origin);
      const end = (place: Json): string =>
        endText(textOf(place.ip) || textOf(service.ip), numberOf(place.tcpPort) || numberOf(service.tcpPort));
      const targets = objectsOf(service.targets)
        .filter((target) => target.port === port)
        .map((target): Dweller => {
          const targetName = textOf(target.name);
          const connections = numberOf(counts[targetName]);
          return { kind: "target", name: `${targetName} of ${name}`, detail: end(target), connections };
        });
      if (origin.port !== port) return targets;
      const connections = here.filter(({ view }) => [undefined, "origin"].includes(textOf(view.target) || undefined));
      return [
        { kind: "origin", name: `server 1 of ${name}`, detail: end(origin), connections: connections.length },
        ...targets,
      ];
    });
}

function clientsBehind(port: number, dpid: string, live: readonly Connection[]): readonly Dweller[] {
  const here = live.filter(({ view }) => view.dpid === dpid && view.clientPort === port);
  const addresses = [...new Set(here.map(({ view }) => textOf(objectOf(view.key).src)))];
  if (addresses.length === 0) return [];
  const [first = "", ...others] = addresses;
  const detail = others.length === 0 ? first : `${first} and ${others.length} more`;
  return [{ kind: "client", name: plural(addresses.length, "client"), detail, connections: here.length }];
}

/** `connections` are those that the page knows. */
export function mapOf(topology: Json, connections: readonly Connection[], stats: Json): readonly SwitchPlace[] {
  const services = objectsOf(topology.services);
  const live = connections.filter(({ phase }) => phase !== "gone");
  return objectsOf(topology.switches).map((each) => {
    const dpid = textOf(each.dpid);
    const ports = objectsOf(each.ports).map((port): PortPlace => {
      const number = numberOf(port.number);
      const dwellers = [...serversBehind(number, dpid, services, live, stats), ...clientsBehind(number, dpid, live)];
      return { number, name: textOf(port.name), isUp: port.isUp === true, dwellers };
    });
    return { dpid, peer: textOf(each.peer), ports };
  });
}

export function countText({ connections }: Dweller): string {
  return connections === 0 ? "" : plural(connections, "connection");
}
