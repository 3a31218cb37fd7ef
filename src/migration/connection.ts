/** Who talks to whom, and where the switch finds them. */

import { Port } from "../ofp/index.ts";
import { type Endpoint, EtherType, type FlowKey, flowKeyText, type VlanTag } from "../tcp/index.ts";
import { requireIp, requireMac, requireNames, requireObject, requireUint } from "../wire/require.ts";
import type { ResolvedPolicy } from "./policy.ts";
import { type Finding, finding, Reason } from "./reason.ts";
import type { Segment } from "./segment.ts";
import { textNumber } from "./text-number.ts";

/** Switch ports, each a number from 1 to Port.max or Port.local. */
export interface Ports {
  readonly client: number;
  /** Where the server is that has the connection. */
  readonly origin: number;
  /** Where the server is that shall have it. */
  readonly target: number;
}

/**
 * How a server differs from the one that the client believes it talks to. Whatever is left out is the same, and then not
 * rewritten: a server that owns the service's addresses needs nothing.
 */
export interface ServerAddress {
  readonly mac?: string;
  /** Of the client's IP version. */
  readonly ip?: string;
  /** 1 to 65535. */
  readonly port?: number;
  /** Ethernet source of what goes to the server, when a router stands between. */
  readonly gatewayMac?: string;
  /**
   * VLAN in which the server is: identifier of the outermost tag, 1 to 4094, or 0 for none. What goes to the server gets this tag,
   * and what comes back gets the client's. Absent: tags stay as they are.
   */
  readonly vlan?: number;
}

/** A connection as its client sees it. */
export interface Connection {
  readonly ipVersion: 4 | 6;
  readonly client: Endpoint;
  /** The address of the service. */
  readonly server: Endpoint;
  /** The client's tags, outermost first, as its first segment had them. */
  readonly vlans: readonly VlanTag[];
  readonly key: FlowKey;
}

export function connectionOf(fromClient: Segment): Connection {
  return {
    ipVersion: fromClient.ipVersion,
    client: fromClient.from,
    server: fromClient.to,
    vlans: fromClient.vlans,
    key: fromClient.key,
  };
}

/** Whether two keys mean the same direction of the same connection. */
export function sameKey(a: FlowKey, b: FlowKey): boolean {
  return flowKeyText(a) === flowKeyText(b);
}

/** The end that a server presents on its own side of the switch. */
export function serverEndpoint({ server }: Connection, address: ServerAddress): Endpoint {
  return { mac: address.mac ?? server.mac, ip: address.ip ?? server.ip, port: address.port ?? server.port };
}

/** The tags of the connection's frames on a server's side. Only the outermost differs: OpenFlow 1.3 sees no other. */
export function serverVlans({ vlans }: Connection, { vlan }: ServerAddress): readonly VlanTag[] {
  return vlan === undefined ? vlans : withOuterVlan(vlans, vlan);
}

/** The tags with another outermost one: its priority stays. 0 takes it away. */
export function withOuterVlan(vlans: readonly VlanTag[], vid: number): readonly VlanTag[] {
  const [outer, ...inner] = vlans;
  if (vid === 0) return inner;
  return [{ tpid: outer?.tpid ?? EtherType.vlan, pcp: outer?.pcp ?? 0, dei: outer?.dei ?? false, vid }, ...inner];
}

/** The connection as a server sees it, from the client to it. */
export function keyTowards(connection: Connection, address: ServerAddress): FlowKey {
  const { ip, port } = serverEndpoint(connection, address);
  const vlans = serverVlans(connection, address).map(({ vid }) => vid);
  return { ...connection.key, vlans: vlans.filter((vid) => vid !== 0), dst: ip, dstPort: port };
}

function requirePort(name: string, port: number): number {
  requireUint(`ports.${name}`, port, 32);
  if (port === 0 || (port > Port.max && port !== Port.local)) {
    throw new RangeError(`ports.${name} must be a switch port, not ${port}`);
  }
  return port;
}

/** Throws RangeError or TypeError naming what is wrong. */
export function checkPorts(ports: Ports): Ports {
  const { client, origin, target } = requireObject("ports", ports);
  return {
    client: requirePort("client", client),
    origin: requirePort("origin", origin),
    target: requirePort("target", target),
  };
}

const addressNames: Readonly<Record<keyof ServerAddress, true>> = {
  mac: true,
  ip: true,
  port: true,
  gatewayMac: true,
  vlan: true,
};

/**
 * The address in the spelling of a decoded frame; `besides` are names that may stand beside it. Throws RangeError or TypeError naming
 * what is wrong.
 */
export function checkAddress(
  name: string,
  address: ServerAddress = {},
  besides: readonly string[] = [],
): ServerAddress {
  const { mac, ip, port, gatewayMac, vlan } = requireNames(name, address, [...Object.keys(addressNames), ...besides]);
  if (port === 0) throw new RangeError(`${name}.port must be from 1 to 65535, not 0`);
  if (vlan === 0xfff) throw new RangeError(`${name}.vlan must be from 0 to 4094, not 4095`);
  return {
    ...(mac !== undefined && { mac: requireMac(`${name}.mac`, mac) }),
    ...(ip !== undefined && { ip: requireIp(`${name}.ip`, ip) }),
    ...(port !== undefined && { port: requireUint(`${name}.port`, port, 16) }),
    ...(gatewayMac !== undefined && { gatewayMac: requireMac(`${name}.gatewayMac`, gatewayMac) }),
    ...(vlan !== undefined && { vlan: requireUint(`${name}.vlan`, vlan, 12) }),
  };
}

/** Whether the switch can carry this connection from one server to the other. */
export function judgeServers(
  connection: Connection,
  ports: Ports,
  origin: ServerAddress,
  target: ServerAddress,
): Finding[] {
  const other = [origin.ip, target.ip].find(
    (ip) => ip !== undefined && ip.includes(":") !== (connection.ipVersion === 6),
  );
  if (other !== undefined) {
    const text = `The connection runs over IPv${connection.ipVersion} and cannot move to or from ${other}.`;
    return [finding("refused", Reason.targetIpVersion, text)];
  }
  const a = keyTowards(connection, origin);
  const b = keyTowards(connection, target);
  return ports.origin === ports.target && a.vlans[0] === b.vlans[0] && a.dst === b.dst && a.dstPort === b.dstPort
    ? [
        finding(
          "refused",
          Reason.sameServer,
          "Both servers have one port and one address: flows cannot tell them apart.",
        ),
      ]
    : [];
}

/**
 * Whether flows find the connection's segments behind their tags. OpenFlow 1.3 matches the outermost tag alone; Open vSwitch
 * looks behind one (other_config:vlan-limit=1, its default) or two tags for the addresses, and knows no tag of type 0x9100.
 */
export function judgeVlans({ vlans }: Connection, { stackedVlans }: ResolvedPolicy): Finding[] {
  const findings: Finding[] = [];
  if (vlans.some(({ tpid }) => tpid === EtherType.oldServiceVlan)) {
    const text = "A tag of type 0x9100 is none for OpenFlow: no flow finds the addresses behind it.";
    findings.push(finding("refused", Reason.vlanType, text));
  }
  if (vlans.length > 1) {
    const { length: tags } = vlans;
    const text =
      tags > 2
        ? `No flow finds the addresses behind ${tags} VLAN tags.`
        : "Flows match the outermost of two VLAN tags; the switch must look behind both for the addresses.";
    findings.push(
      finding(tags === 2 && stackedVlans === "match" ? "ok" : "refused", Reason.stackedVlan, text, { tags }),
    );
  }
  return findings;
}

/** A number for the connection, the same each time. */
export function connectionId(key: FlowKey): number {
  return textNumber(flowKeyText(key));
}
