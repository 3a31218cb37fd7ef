/** Segments of a service's connections that are not tracked: the network treats them as if nobody looked. */
import { TcpFlags } from "../../tcp/index.ts";
import { toHex } from "../../wire/index.ts";
import type { Connection } from "../connection.ts";
import type { ServerPlace } from "../machine/config.ts";
import type { ConnectionState, PacketInEvent } from "../machine/index.ts";
import { stepChecked } from "../machine/step.ts";
import { plainSide, towardsClient } from "../machine/translate.ts";
import { unknownConnection } from "../machine/unknown.ts";
import type { Segment } from "../segment.ts";
import { passOn } from "./advance.ts";
import type { ServiceSetup } from "./config.ts";
import type { ServerOf } from "./directory.ts";
import type { TrackerEffect } from "./effect.ts";
import { configFor } from "./plane.ts";
import { freeSerial, macOf, switchOf, takeId, type World } from "./world.ts";

/** Whether the segment begins a connection. */
export function isSyn({ tcp: { flags } }: Segment): boolean {
  return (flags & (TcpFlags.syn | TcpFlags.ack | TcpFlags.rst)) === TcpFlags.syn;
}

/** A connection of which nothing is known: what `step` makes of its segments is what becomes of a stranger's. */
export function strangerState(
  world: World,
  service: ServiceSetup,
  connection: Connection,
  { dpid, at }: PacketInEvent,
  clientPort: number,
): ConnectionState {
  const serial = freeSerial(world);
  const numbers = { generation: world.generation, serial, nextSerial: serial, nextId: world.nextId };
  const resets = { tokens: service.settings.limits.resetBurst, at };
  return unknownConnection({ dpid, clientPort, connection, ...numbers, resets, dialed: undefined }, at);
}

/** Where somebody has spoken as a client. */
export interface Hint {
  /** Name of the service that it has spoken to. */
  readonly service: string;
  readonly connection: Connection;
}

/** A server speaks to a client that is not known. `hints` are those that have spoken as it. */
export function answerUnknown(
  world: World,
  servers: readonly ServerOf[],
  event: PacketInEvent,
  segment: Segment,
  hints: readonly Hint[],
  out: TrackerEffect[],
): void {
  const [server] = servers;
  if (!server) return;
  const { service, target, transparent } = server;
  if (target === undefined) {
    // Server 1 of several services speaks in the name of each: see isOthersReset.
    const frames = servers
      .filter((other) => other.target === undefined)
      .flatMap((other) => asService(world, other, segment, hints));
    const why = "The rest of the network knows the way to this client.";
    for (const frame of frames) leave(world, event, frame, why, out);
  } else if (!transparent) {
    leave(world, event, event.frame, "This server may have a connection of its own with this client.", out);
  } else {
    // Nobody but this tracker makes such connections.
    const connection = connectionBehind(server, segment);
    const config = configFor(world.configurations, service, switchOf(world, event.dpid).plane);
    const { state, effects } = stepChecked(strangerState(world, service, connection, event, 0), event, config);
    if (state) world.nextId = state.nextId;
    passOn(world, effects, event.at, out);
  }
}

/** Leaves a frame to whatever else the controller does. */
export function leave(
  world: World,
  { dpid, inPort }: PacketInEvent,
  frame: Uint8Array,
  why: string,
  out: TrackerEffect[],
): void {
  out.push({ type: "unclaimed", id: takeId(world), dpid, why, inPort, frame });
}

function connectionBehind(
  { service: { vip }, place }: ServerOf,
  { ipVersion, from, to, vlans, key }: Segment,
): Connection {
  const server = { mac: vip.mac ?? place.mac ?? from.mac, ip: vip.ip, port: vip.port };
  return {
    ipVersion,
    client: to,
    server,
    vlans,
    key: { vlans: key.vlans, src: to.ip, dst: vip.ip, srcPort: to.port, dstPort: vip.port },
  };
}

/** Whether a server's frames do not tell where their client is. */
export function hidesClients({ gatewayMac, vlan }: ServerPlace): boolean {
  return gatewayMac !== undefined || vlan !== undefined;
}

/**
 * The segment as the service sends it. A server 1 in a VLAN of its own, or behind a router, does not tell where the client is: then it
 * goes wherever somebody has spoken as the client, to the Ethernet address that the client is known to have.
 */
function asService(world: World, server: ServerOf, segment: Segment, hints: readonly Hint[]): readonly Uint8Array[] {
  const { service, place } = server;
  const { to } = segment;
  const spoken = hidesClients(place) ? hints.filter((hint) => hint.service === service.name) : [];
  const connections =
    spoken.length > 0 ? spoken.map(({ connection }) => connection) : [connectionBehind(server, segment)];
  const frames = connections.map((connection) => {
    const { client } = connection;
    const own = place.gatewayMac === undefined ? to.mac : macOf(world, client.ip, connection.key.vlans);
    return towardsClient({ ...connection, client: { ...client, mac: own ?? client.mac } }, segment, plainSide(place));
  });
  return [...new Map(frames.map((frame) => [toHex(frame), frame])).values()];
}
