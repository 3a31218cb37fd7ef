/** Which service, and which of its servers, an address belongs to. */
import type { Endpoint } from "../../tcp/index.ts";
import type { ServerPlace } from "../machine/config.ts";
import type { ServiceSetup } from "./config.ts";

/** A server of a service. */
export interface ServerOf {
  readonly service: ServiceSetup;
  /** Name of the target; undefined for server 1. */
  readonly target: string | undefined;
  readonly place: ServerPlace;
  /** It has the service's own address and port, so nobody else can mean another connection with it. */
  readonly transparent: boolean;
}

/** The services, by addresses. */
export interface Directory {
  /** The service that clients find there. */
  serviceAt(dpid: bigint, end: Pick<Endpoint, "ip" | "port">): ServiceSetup | undefined;
  /** The servers that send from there, server 1 first. */
  serversAt(dpid: bigint, inPort: number, end: Pick<Endpoint, "ip" | "port">): readonly ServerOf[];
  /** The services of a switch. */
  servicesOn(dpid: bigint): readonly ServiceSetup[];
}

function isOn({ dpid }: ServiceSetup, asked: bigint): boolean {
  return dpid === undefined || dpid === asked;
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}

export function createDirectory(services: readonly ServiceSetup[]): Directory {
  const byVip = new Map<string, ServiceSetup[]>();
  const byPlace = new Map<string, ServerOf[]>();
  for (const service of services) {
    append(byVip, `${service.vip.port} ${service.vip.ip}`, service);
    for (const server of serversOf(service)) {
      const { ip, port } = endOf(server);
      append(byPlace, `${server.place.switchPort} ${port} ${ip}`, server);
    }
  }
  for (const list of byPlace.values())
    list.sort((a, b) => Number(a.target !== undefined) - Number(b.target !== undefined));
  return {
    serviceAt: (dpid, { ip, port }) => byVip.get(`${port} ${ip}`)?.find((service) => isOn(service, dpid)),
    serversAt: (dpid, inPort, { ip, port }) =>
      byPlace.get(`${inPort} ${port} ${ip}`)?.filter(({ service }) => isOn(service, dpid)) ?? [],
    servicesOn: (dpid) => services.filter((service) => isOn(service, dpid)),
  };
}

/** Server 1 and the targets. */
export function serversOf(service: ServiceSetup): readonly ServerOf[] {
  const { origin, targets } = service.settings;
  const server = (target: string | undefined, place: ServerPlace): ServerOf => ({
    service,
    target,
    place,
    transparent:
      (place.ip ?? service.vip.ip) === service.vip.ip && (place.port ?? service.vip.port) === service.vip.port,
  });
  return [server(undefined, origin), ...Object.entries(targets).map(([name, place]) => server(name, place))];
}

/** The address that a server sends from. */
export function endOf({ service, place }: Pick<ServerOf, "service" | "place">): {
  readonly ip: string;
  readonly port: number;
} {
  return { ip: place.ip ?? service.vip.ip, port: place.port ?? service.vip.port };
}
