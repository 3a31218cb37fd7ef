/** Who talks to whom, and where the switch finds them. */

import { Port } from "../ofp/index.ts";
import { type Endpoint, type FlowKey, flowKeyText, type VlanTag } from "../tcp/index.ts";
import { requireIp, requireMac, requireObject, requireUint } from "../wire/require.ts";
import { type Finding, finding, Reason } from "./reason.ts";
import type { Segment } from "./segment.ts";

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
}

/** A connection as its client sees it. */
export interface Connection {
  readonly ipVersion: 4 | 6;
  readonly client: Endpoint;
  /** The address of the service. */
  readonly server: Endpoint;
  /** The client's tags, at most one. */
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

/** The connection as a server sees it, from the client to it. */
export function keyTowards(connection: Connection, address: ServerAddress): FlowKey {
  const { ip, port } = serverEndpoint(connection, address);
  return { ...connection.key, dst: ip, dstPort: port };
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

/** The address in the spelling of a decoded frame. Throws RangeError or TypeError naming what is wrong. */
export function checkAddress(name: string, address: ServerAddress = {}): ServerAddress {
  const { mac, ip, port, gatewayMac } = requireObject(name, address);
  if (port === 0) throw new RangeError(`${name}.port must be from 1 to 65535, not 0`);
  return {
    ...(mac !== undefined && { mac: requireMac(`${name}.mac`, mac) }),
    ...(ip !== undefined && { ip: requireIp(`${name}.ip`, ip) }),
    ...(port !== undefined && { port: requireUint(`${name}.port`, port, 16) }),
    ...(gatewayMac !== undefined && { gatewayMac: requireMac(`${name}.gatewayMac`, gatewayMac) }),
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
  const a = serverEndpoint(connection, origin);
  const b = serverEndpoint(connection, target);
  return ports.origin === ports.target && a.ip === b.ip && a.port === b.port
    ? [
        finding(
          "refused",
          Reason.sameServer,
          "Both servers have one port and one address: flows cannot tell them apart.",
        ),
      ]
    : [];
}

/** A number for the connection, the same each time: FNV-1a of its key. */
export function connectionId(key: FlowKey): number {
  let hash = 0x811c9dc5;
  for (const character of flowKeyText(key)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
