/** Segments of a service's connections that are not tracked: the network treats them as if nobody looked. */
import { encodeFrame, type FlowKey, flowKeyText, reverseFlowKey, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { type Connection, connectionOf, keyTowards } from "../connection.ts";
import { settingsOf } from "../machine/config.ts";
import { plainFlows } from "../machine/flows.ts";
import type { ConnectionState, PacketInEvent } from "../machine/index.ts";
import { unknownConnection } from "../machine/state.ts";
import { stepChecked } from "../machine/step.ts";
import { plainSide, towardsClient, towardsServer } from "../machine/translate.ts";
import { sendFlow, sendOn, type Turn } from "../machine/turn.ts";
import type { Segment } from "../segment.ts";
import { passOn } from "./advance.ts";
import { acknowledged, type Claim, claimantsOf, claimOf, withClaim } from "./claims.ts";
import type { ServiceSetup } from "./config.ts";
import { endOf, type ServerOf } from "./directory.ts";
import type { TrackerEffect } from "./effect.ts";
import { configFor } from "./plane.ts";
import type { Relayed } from "./relayed.ts";
import { freeSerial, switchOf, takeId, type World } from "./world.ts";

/** By what an answer of server 1's is known, given the key of what it answers. */
export function relayedName(dpid: bigint, towardsOrigin: FlowKey): string {
  return `${flowKeyText(towardsOrigin)} ${dpid}`;
}

/** The relayed connection that a client's segment belongs to. */
export function relayedOf(
  world: World,
  { settings }: ServiceSetup,
  { dpid }: PacketInEvent,
  segment: Segment,
): Relayed | undefined {
  return world.relayed.find(relayedName(dpid, keyTowards(connectionOf(segment), settings.origin)));
}

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

function turnOf(world: World, service: ServiceSetup, state: ConnectionState, { dpid, at }: PacketInEvent): Turn {
  const config = configFor(world.configurations, service, switchOf(world, dpid).plane);
  return { at, settings: settingsOf(config), state, effects: [] };
}

function finish(world: World, turn: Turn, out: TrackerEffect[]): void {
  world.nextId = turn.state.nextId;
  world.nextSerial = turn.state.nextSerial;
  passOn(world, turn.effects, turn.at, out);
}

/** To server 1, as it is. Once the client has shown that it got server 1's answer, the switch carries the connection. */
export function relayToOrigin(
  world: World,
  service: ServiceSetup,
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): void {
  const { dpid, inPort, at } = event;
  const { origin } = service.settings;
  const connection = connectionOf(segment);
  const name = relayedName(dpid, keyTowards(connection, origin));
  const known = world.relayed.find(name);
  const proven = isProven(known, segment);
  const relayed = known
    ? relayedAfter(known, segment, inPort, proven)
    : newRelayed(service, dpid, [claimOf(segment, inPort)]);
  const turn = turnOf(world, service, strangerState(world, service, connection, event, inPort), event);
  const installs = proven && relayed.serial === undefined && switchOf(world, dpid).question === undefined;
  if (installs) {
    for (const { role, flow } of plainFlows(turn.state, turn.settings)) {
      sendFlow(turn, role, flow, "Nobody tracks this connection: the switch carries it to server 1.");
    }
  }
  const bytes = towardsServer(connection, segment, plainSide(origin));
  sendOn(turn, bytes, inPort, origin.switchPort, "From a client whose connection is not tracked to server 1.");
  world.relayed.note(name, installs ? { ...relayed, serial: turn.state.serial } : relayed, at);
  finish(world, turn, out);
  if (installs) world.nextSerial = seqAdd(turn.state.serial, 1);
}

/** Whether the client acknowledges exactly what server 1 has answered: nobody else knows that number. */
function isProven(known: Relayed | undefined, { tcp: { flags, ack } }: Segment): boolean {
  if (known?.serverIsn === undefined || ack !== seqAdd(known.serverIsn, 1)) return false;
  return (flags & (TcpFlags.syn | TcpFlags.rst | TcpFlags.ack)) === TcpFlags.ack;
}

/** What is remembered of a connection of which these claim to be the client. */
export function newRelayed({ name }: ServiceSetup, dpid: bigint, claims: readonly Claim[]): Relayed {
  return { service: name, dpid, claims, serverIsn: undefined, serial: undefined, alive: false };
}

/** What is remembered after a segment of a client's: with a proof it is the client, and without one it may be, or not. */
function relayedAfter(known: Relayed, segment: Segment, clientPort: number, proven: boolean): Relayed {
  const isReset = (segment.tcp.flags & TcpFlags.rst) !== 0;
  const claim = claimOf(segment, clientPort);
  if (proven) return { ...known, claims: [claim], alive: true };
  return known.alive || isReset ? known : { ...known, claims: withClaim(known.claims, claim) };
}

/**
 * Server 1's answer to a connection that is relayed, to everybody it may be for but those at the port `except`. Whether it is surely
 * for one of them.
 */
export function relayToClient(
  world: World,
  service: ServiceSetup,
  relayed: Relayed,
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
  except?: number,
): boolean {
  const { origin } = service.settings;
  const { claims, sure } = relayed.alive
    ? { claims: relayed.claims, sure: true }
    : claimantsOf(relayed.claims, segment);
  for (const { connection, clientPort } of claims) {
    if (clientPort === except) continue;
    const turn = turnOf(world, service, strangerState(world, service, connection, event, clientPort), event);
    const bytes = towardsClient(connection, segment, plainSide(origin));
    sendOn(turn, bytes, event.inPort, clientPort, "From server 1 to a client whose connection is not tracked.");
    finish(world, turn, out);
  }
  const name = relayedName(event.dpid, reverseFlowKey(segment.key));
  world.relayed.note(name, answered(relayed, segment), event.at);
  return sure;
}

/** A server that knows no connection answers with a RST, and to a SYN it answers whoever has sent it. */
function answered(relayed: Relayed, segment: Segment): Relayed {
  const { flags, seq } = segment.tcp;
  if ((flags & TcpFlags.syn) !== 0) return (flags & TcpFlags.ack) === 0 ? relayed : { ...relayed, serverIsn: seq };
  if (relayed.alive || (flags & TcpFlags.rst) !== 0) return relayed;
  const claims = acknowledged(relayed.claims, segment);
  return claims.length === 1 ? { ...relayed, claims, alive: true } : relayed;
}

/** A server speaks to a client that is not known. */
export function answerUnknown(
  world: World,
  servers: readonly ServerOf[],
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): void {
  const [server] = servers;
  if (!server) return;
  const { service, target, transparent } = server;
  if (target === undefined) {
    // Server 1 of several services speaks in the name of each: see isOthersReset.
    for (const each of servers.filter((other) => other.target === undefined)) {
      leave(world, event, asService(each, segment), "The rest of the network knows the way to this client.", out);
    }
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

/**
 * Whether a reset of a client that nothing is known of may answer what server 1 has said in the name of another service: server 1 would
 * take it for the end of the connection that it means.
 */
export function isOthersReset(world: World, service: ServiceSetup, dpid: bigint, { tcp: { flags } }: Segment): boolean {
  if ((flags & TcpFlags.rst) === 0) return false;
  const { origin } = service.settings;
  const end = endOf({ service, place: origin });
  const servers = world.directory.serversAt(dpid, origin.switchPort, end);
  return servers.filter(({ target }) => target === undefined).length > 1;
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

/** The frame with the service's address for that of server 1. */
function asService(server: ServerOf, segment: Segment): Uint8Array {
  const { vip } = server.service;
  const { ip, port } = endOf(server);
  if (ip === vip.ip && port === vip.port) return segment.bytes;
  const { frame } = segment;
  return encodeFrame({
    ...frame,
    ethernet: { ...frame.ethernet, src: vip.mac ?? frame.ethernet.src },
    ...(frame.ipv4 && { ipv4: { ...frame.ipv4, src: vip.ip } }),
    ...(frame.ipv6 && { ipv6: { ...frame.ipv6, src: vip.ip } }),
    ...(frame.tcp && { tcp: { ...frame.tcp, srcPort: vip.port } }),
  });
}
