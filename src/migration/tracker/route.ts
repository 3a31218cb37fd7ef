/** Whose a frame is. */

import { output, Port, packetOut } from "../../ofp/index.ts";
import { decodeFrame, IpProtocol, reverseFlowKey, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { connectionOf, keyTowards, sameKey } from "../connection.ts";
import { cookieParts } from "../cookie.ts";
import { segmentOf } from "../machine/arrival.ts";
import { isTakenOver } from "../machine/handover.ts";
import { icmpErrorOf, quotedKey } from "../machine/icmp.ts";
import { ConnectionRole, type ConnectionState, type PacketInEvent, ReportCode } from "../machine/index.ts";
import { helpNeighbour } from "../neighbour/index.ts";
import type { Segment } from "../segment.ts";
import { admit, refuse } from "./admit.ts";
import { advance } from "./advance.ts";
import type { ServiceSetup } from "./config.ts";
import type { ServerOf } from "./directory.ts";
import type { TrackerEffect } from "./effect.ts";
import { answerName, clientName, type Entry, isHalfOpen } from "./entry.ts";
import type { Relayed } from "./relayed.ts";
import { say } from "./report.ts";
import { answerUnknown, leave, relayedName, relayToClient, relayToOrigin } from "./stranger.ts";
import { switchOf, takeId, type World } from "./world.ts";

/** What becomes of a frame that a switch sent. */
export function route(world: World, event: PacketInEvent, out: TrackerEffect[]): void {
  const segment = segmentOf(event.frame);
  if (!segment) {
    routeOther(world, event, out);
    return;
  }
  const { dpid, inPort } = event;
  const service = world.directory.serviceAt(dpid, segment.to);
  if (service) {
    routeFromClient(world, service, event, segment, out);
    return;
  }
  const [server] = world.directory.serversAt(dpid, inPort, segment.from);
  if (server) routeFromServer(world, server, event, segment, out);
  else leave(world, event, event.frame, "This segment belongs to no service.", out);
}

function routeFromClient(
  world: World,
  service: ServiceSetup,
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): void {
  const { dpid, inPort } = event;
  const entry = world.book.byClient.get(clientName(service.name, segment.key));
  const isSame = entry?.state.dpid === dpid && sameKey(segment.key, entry.state.connection.key);
  if (isSame && isDoubtful(world, entry, event)) {
    drop(world, event, unexplained, out);
  } else if (isSame && entry.state.clientPort === inPort) {
    advance(world, entry, event, out);
  } else if (isSame && isBeyondOrigin(entry.state)) {
    const why =
      "The client's segments come by another port, and server 1 must not have them: its sender says it again.";
    drop(world, event, why, out);
  } else if (isUnexplained(world, event, segment)) {
    drop(world, event, unexplained, out);
  } else if (!isSyn(segment)) {
    relayToOrigin(world, service, event, segment, out);
  } else if (entry) {
    const why = "A connection of these addresses and ports is known elsewhere: this one is relayed to server 1.";
    refuse(world, service, event, segment, why, out);
  } else if (switchOf(world, dpid).question) {
    const why = "The switch has not told its flows yet: this connection is relayed to server 1.";
    refuse(world, service, event, segment, why, out);
  } else if (isRelayed(world, service, event, segment)) {
    relayToOrigin(world, service, event, segment, out);
  } else {
    admit(world, service, event, segment, out);
  }
}

function isSyn({ tcp: { flags } }: Segment): boolean {
  return (flags & (TcpFlags.syn | TcpFlags.ack | TcpFlags.rst)) === TcpFlags.syn;
}

/** Server 1 must not get what is held, or what another server gets. */
function isBeyondOrigin(state: ConnectionState): boolean {
  const { phase, late } = state;
  return ["hold", "dial", "greet", "arm", "fwdArm"].includes(phase) || late !== undefined || isTakenOver(state);
}

/** A connection that is there and was not tracked stays so: a SYN may be forged. */
function isRelayed(world: World, { settings }: ServiceSetup, { dpid }: PacketInEvent, segment: Segment): boolean {
  const towards = keyTowards(connectionOf(segment), settings.origin);
  return world.relayed.find(relayedName(dpid, towards))?.alive ?? false;
}

function routeFromServer(
  world: World,
  server: ServerOf,
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): void {
  const towards = reverseFlowKey(segment.key);
  const entry = world.book.byAnswer.get(answerName(event.dpid, towards));
  const relayed = world.relayed.find(relayedName(event.dpid, towards));
  const service = relayed && world.setup.services.find(({ name }) => name === relayed.service);
  const isEntrys = entry && !(relayed && service && isForRelayed(relayed, entry, event, segment));
  if (isEntrys && isDoubtful(world, entry, event)) drop(world, event, unexplained, out);
  else if (isEntrys) advance(world, entry, event, out);
  else if (relayed && service) relayToClient(world, service, relayed, event, segment, out);
  else if (switchOf(world, event.dpid).question || isUnexplained(world, event, segment))
    drop(world, event, unexplained, out);
  else answerUnknown(world, server, event, segment, out);
}

/** Beside a tracked connection of the same addresses and ports: another VLAN's, or that of another SYN. */
function isForRelayed(
  relayed: Relayed,
  { service, state }: Entry,
  { inPort }: PacketInEvent,
  segment: Segment,
): boolean {
  const { origin, targets } = service.settings;
  const key = reverseFlowKey(segment.key);
  const isEntrys = [origin, ...Object.values(targets)].some(
    (place) => place.switchPort === inPort && sameKey(key, keyTowards(state.connection, place)),
  );
  if (!isEntrys) return true;
  const { flags, ack } = segment.tcp;
  const answersSyn = (flags & (TcpFlags.syn | TcpFlags.ack)) === (TcpFlags.syn | TcpFlags.ack);
  const isRelayeds = relayed.clientIsn !== undefined && ack === seqAdd(relayed.clientIsn, 1);
  if (answersSyn) return isRelayeds && ack !== seqAdd(state.clientIsn, 1);
  // Nobody has proved that the tracked one's client is there.
  return isHalfOpen(state) && relayed.alive;
}

/** Flows that show what concerns no connection. */
const unbound: readonly number[] = [ConnectionRole.probe, ConnectionRole.serviceTrap];
/** Flows that only connections have which moved, or were about to. */
const moving: readonly number[] = [
  ConnectionRole.forward,
  ConnectionRole.reverse,
  ConnectionRole.guard,
  ConnectionRole.guardWatch,
  ConnectionRole.targetSynTrap,
];

/**
 * Until the switch has told its flows, any connection may have moved: only those that began since are relayed. After that, what
 * flows of a connection show that nobody knows has its numbers shifted, or is to have; but anybody may begin anew.
 */
function isUnexplained(world: World, { dpid, cookie }: PacketInEvent, segment: Segment): boolean {
  const { tag, role } = cookie === undefined ? { tag: undefined, role: 0 } : cookieParts(cookie);
  const isOwn = tag === world.setup.cookie.tag;
  if (switchOf(world, dpid).question === undefined) return isOwn && moving.includes(role) && !isSyn(segment);
  if (isOwn && !unbound.includes(role)) return true;
  return !isSyn(segment) && !world.relayed.find(relayedName(dpid, segment.key));
}

/**
 * Until the switch has told its flows, what is known of a connection may be older than they are: only what its own flows show is
 * surely as it was.
 */
function isDoubtful(world: World, { state }: Entry, { dpid, cookie }: PacketInEvent): boolean {
  if (switchOf(world, dpid).question === undefined) return false;
  if (cookie === undefined) return true;
  const { tag, epoch, role, connection } = cookieParts(cookie);
  const own = world.setup.cookie;
  const isOwn = tag === own.tag && epoch === own.epoch && !unbound.includes(role);
  // Flows of a hand-over that is not known to be committed say that more has happened.
  if (moving.includes(role) && !isTakenOver(state)) return true;
  return !isOwn || (connection !== state.serial && connection !== state.oldSerial);
}

const unexplained = "The connection of this segment is not known yet: its sender will say it again.";

function drop(world: World, { dpid }: PacketInEvent, why: string, out: TrackerEffect[]): void {
  say(world, out, { dpid, code: ReportCode.foreign, why });
}

/** Frames that are no segments. */
function routeOther(world: World, event: PacketInEvent, out: TrackerEffect[]): void {
  const { dpid, inPort, frame } = event;
  const error = icmpErrorOf(frame);
  if (error) {
    const quoted = quotedKey(error);
    const fromClientSide = reverseFlowKey(quoted);
    const service = world.directory.serviceAt(dpid, { ip: quoted.src, port: quoted.srcPort });
    const entry =
      (service && world.book.byClient.get(clientName(service.name, fromClientSide))) ??
      world.book.byAnswer.get(answerName(dpid, quoted));
    if (entry?.state.dpid === dpid) advance(world, entry, event, out);
    else leave(world, event, frame, "This ICMP error is about no connection that is tracked.", out);
    return;
  }
  if (isFragmentOfHeld(world, event)) {
    drop(world, event, "Server 1 must not have a fragment of a connection that is held, or has moved.", out);
    return;
  }
  const services = world.setup.services.filter((service) => service.dpid === undefined || service.dpid === dpid);
  const neighbours = services.map(({ vip, settings: { origin, targets } }) => ({ vip, origin, targets }));
  const macOf = (ip: string, vlans: readonly number[]): string | undefined =>
    world.setup.macOf(ip, vlans) ?? world.book.hosts.macOf(ip, vlans);
  const help = helpNeighbour({ inPort, frame }, neighbours, macOf);
  switch (help.type) {
    case "unclaimed":
      leave(world, event, frame, "This frame is none of a service's.", out);
      return;
    case "absorb":
      say(world, out, { dpid, code: ReportCode.foreign, why: help.why });
      return;
    case "send": {
      const id = takeId(world);
      const port = help.port === inPort ? Port.inPort : help.port;
      const message = packetOut({ xid: id, inPort, actions: [output(port)], data: help.frame });
      out.push({ type: "packetOut", id, dpid, why: help.why, message });
    }
  }
}

/** Later fragments do not tell their ports; without the first one, nobody can use them. */
function isFragmentOfHeld({ directory, book }: World, { dpid, frame: bytes }: PacketInEvent): boolean {
  if (bytes.length < ETHERNET_SIZE) return false;
  const { ipv4, ipv6, tcp, payload } = decodeFrame(bytes);
  const ip = ipv4 ?? ipv6;
  if (ip?.protocol !== IpProtocol.tcp) return false;
  const { srcPort, dstPort } = tcp ?? portsIn(payload);
  const service = directory.serviceAt(dpid, { ip: ip.dst, port: dstPort });
  if (!service) return false;
  const entry = book.byClient.get(clientName(service.name, { vlans: [], src: ip.src, dst: ip.dst, srcPort, dstPort }));
  return entry?.state.dpid === dpid && isBeyondOrigin(entry.state);
}

/** What a later fragment has there are no ports, and it hardly looks like those of a connection that is held. */
function portsIn(payload: Uint8Array): { readonly srcPort: number; readonly dstPort: number } {
  if (payload.length < PORTS_SIZE) return { srcPort: 0, dstPort: 0 };
  const view = new DataView(payload.buffer, payload.byteOffset);
  return { srcPort: view.getUint16(0), dstPort: view.getUint16(2) };
}

const ETHERNET_SIZE = 14;
const PORTS_SIZE = 4;
