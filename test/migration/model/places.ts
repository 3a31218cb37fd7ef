/** Who is where: addresses and ports of the switch. */

import { withOuterVlan } from "../../../src/migration/connection.ts";
import type { Service } from "../../../src/migration/machine/index.ts";
import { ORIGIN } from "../../../src/migration/machine/places.ts";
import {
  createFlowKey,
  type Endpoint,
  EtherType,
  type FlowKey,
  type Verdict,
  type VlanTag,
} from "../../../src/tcp/index.ts";
import type { Link, Scenario, ServerName, VerdictPlan } from "./scenario.ts";

export const serverNames: readonly ServerName[] = ["first", "second", "third"];
export const switchPorts: Readonly<Record<Link, number>> = { first: 1, second: 2, client: 3, third: 4, other: 5 };
export const DPID = 7n;
const links = new Map((Object.keys(switchPorts) as Link[]).map((link) => [switchPorts[link], link]));

/** The cable at this port of the switch. */
export function linkOf(port: number): Link | undefined {
  return links.get(port);
}

function ip(version: 4 | 6, last: number): string {
  return version === 4 ? `10.0.0.${last}` : `fd00::${last}`;
}

/** The number of the service that the connection with this index is with. */
export function serviceNumber({ tracker }: Scenario, index: number): 0 | 1 {
  return tracker?.services === 2 && index % 2 === 1 ? 1 : 0;
}

/** A service as its clients know it. */
export function serviceEnd({ ipVersion }: Scenario, service: 0 | 1): Endpoint {
  return { mac: "00:00:00:00:00:01", ip: ip(ipVersion, 1), port: 11_111 + service };
}

/** Where a server serves it. */
export function serverEnd(scenario: Scenario, name: ServerName, service: 0 | 1): Endpoint {
  if (!scenario.servers[name].ownAddress) return serviceEnd(scenario, service);
  const number = serverNames.indexOf(name) + 11;
  return { mac: `00:00:00:00:00:${number}`, ip: ip(scenario.ipVersion, number), port: 22_000 + number };
}

/** Tags of the clients' frames. */
export function clientVlans({ vlan, outerVlan }: Scenario): readonly VlanTag[] {
  const tag = (tpid: number, vid: number | undefined) => (vid === undefined ? [] : [{ tpid, pcp: 0, dei: false, vid }]);
  return [...tag(EtherType.serviceVlan, outerVlan), ...tag(EtherType.vlan, vlan)];
}

export function vlansOf(scenario: Scenario, name: ServerName): readonly VlanTag[] {
  const { vlan } = scenario.servers[name];
  return vlan === undefined ? clientVlans(scenario) : withOuterVlan(clientVlans(scenario), vlan);
}

/** The port of the switch behind which this Ethernet address is; undefined when it is several. */
export function portOfMac(scenario: Scenario, mac: string): number | undefined {
  if (mac === clientEnd(scenario, 0).mac) return switchPorts.client;
  if (mac === clientEnd(scenario, 1).mac) return switchPorts.other;
  const owner = serverNames.find(
    (name) => scenario.servers[name].ownAddress && serverEnd(scenario, name, 0).mac === mac,
  );
  if (owner) return switchPorts[owner];
  return mac === serviceEnd(scenario, 0).mac ? switchPorts.first : undefined;
}

/** Of the client with this number. */
export function clientEnd({ ipVersion }: Scenario, client: number): Omit<Endpoint, "port"> {
  return { mac: `00:00:00:00:00:3${client}`, ip: ip(ipVersion, 31 + client) };
}

/** Client port of the connection with this index. */
export function clientPort(index: number): number {
  return 33_330 + index;
}

/** From the client to the service. */
export function keyOf(scenario: Scenario, index: number): FlowKey {
  const { ip: src } = clientEnd(scenario, scenario.connections[index]?.client ?? 0);
  const { ip: dst, port: dstPort } = serviceEnd(scenario, serviceNumber(scenario, index));
  const vlans = clientVlans(scenario).map(({ vid }) => vid);
  return createFlowKey({ vlans, src, dst, srcPort: clientPort(index), dstPort });
}

/** About the connection with this index, in the planner's words. */
export function verdictOf(scenario: Scenario, plan: VerdictPlan, index: number, generation?: number): Verdict {
  const about = { key: keyOf(scenario, index), ...(generation !== undefined && { generation }) };
  const { action, target, park } = plan;
  if (action === "forward") return { ...about, action };
  const to = target === "first" ? ORIGIN : target;
  return { ...about, action, ...(to !== undefined && { target: to }), ...(park !== undefined && { park }) };
}

export function serviceOf(scenario: Scenario, service: 0 | 1 = 0): Service {
  const placeOf = (name: ServerName) => ({
    switchPort: switchPorts[name],
    ...(scenario.servers[name].ownAddress && serverEnd(scenario, name, service)),
    ...(scenario.servers[name].vlan !== undefined && { vlan: scenario.servers[name].vlan }),
    ...(scenario.servers[name].routed && { gatewayMac: "00:00:00:00:00:fe" }),
  });
  return {
    origin: placeOf("first"),
    targets: { second: placeOf("second"), third: placeOf("third") },
    shadow: scenario.shadow,
    ...(scenario.speaksFirst && { profile: { speaksFirst: scenario.speaksFirst } }),
    policy: {
      idleSeconds: scenario.idleSeconds,
      finIdleSeconds: Math.min(10, scenario.idleSeconds),
      ...(scenario.outerVlan !== undefined && { stackedVlans: "match" }),
      ecnMismatch: scenario.ecnMismatch,
      ...(scenario.keyed && { initialSeq: "keyed" }),
    },
  };
}
