/** The hosts and where they are: server 1, server 2, the client and the analyzer, at ports 1 to 4 of one switch. */
import { layCable } from "./cable.ts";
import type { Belongings } from "./cleanup.ts";

/** How server 2 is addressed: as server 1 is, or with addresses of its own. */
export type Addressing = "transparent" | "nat";

export interface TopologyOptions {
  readonly addressing: Addressing;
  readonly ipVersion: 4 | 6;
  /** Settings of the hosts' kernels, `net.ipv4.tcp_ecn=1` and the like. */
  readonly sysctl: readonly string[];
}

export interface Host {
  readonly name: "h1" | "h2" | "h3" | "h4";
  readonly namespace: string;
  /** Port of the switch. */
  readonly port: number;
  /** The switch's end of its cable. */
  readonly cable: string;
  readonly mac: string;
  readonly ip: string;
}

export interface Topology {
  /** Where the switch and the controller are. */
  readonly namespace: string;
  readonly server1: Host;
  readonly server2: Host;
  readonly client: Host;
  readonly analyzer: Host;
  readonly addressing: Addressing;
  /** Ports of the service at both servers. */
  readonly servicePort: number;
  readonly server2Port: number;
}

const SERVICE_PORT = 80;
const OWN_PORT = 8080;

function mac(number: number): string {
  return `00:00:00:00:00:0${number}`;
}

function connect(belongings: Belongings, hub: string, host: Omit<Host, "namespace">, options: TopologyOptions): Host {
  const namespace = belongings.namespace(host.name);
  layCable({ hub, namespace, ...host, sysctl: options.sysctl });
  return { ...host, namespace };
}

export function createTopology(belongings: Belongings, options: TopologyOptions): Topology {
  const { addressing, ipVersion } = options;
  const ip = (last: number) => (ipVersion === 4 ? `10.0.0.${last}` : `fd00::${last}`);
  const hub = belongings.namespace("switch");
  const host = (number: 1 | 2 | 3 | 4, as: number = number): Host =>
    connect(
      belongings,
      hub,
      { name: `h${number}`, port: number, cable: `s1-h${number}`, mac: mac(as), ip: ip(as) },
      options,
    );
  return {
    namespace: hub,
    server1: host(1),
    // A twin has server 1's addresses.
    server2: host(2, addressing === "transparent" ? 1 : 2),
    client: host(3),
    analyzer: host(4),
    addressing,
    servicePort: SERVICE_PORT,
    server2Port: addressing === "transparent" ? SERVICE_PORT : OWN_PORT,
  };
}
