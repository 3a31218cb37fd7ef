/** Whose a frame is. */

import { output, Port, packetOut } from "../../ofp/index.ts";
import { reverseFlowKey, TcpFlags } from "../../tcp/index.ts";
import { keyTowards, sameKey } from "../connection.ts";
import { cookieParts } from "../cookie.ts";
import { segmentOf } from "../machine/arrival.ts";
import { icmpErrorOf, quotedKey } from "../machine/icmp.ts";
import { ConnectionRole, type PacketInEvent, ReportCode } from "../machine/index.ts";
import { helpNeighbour } from "../neighbour/index.ts";
import type { Segment } from "../segment.ts";
import { admit, refuse } from "./admit.ts";
import { advance } from "./advance.ts";
import type { ServiceSetup } from "./config.ts";
import type { ServerOf } from "./directory.ts";
import type { TrackerEffect } from "./effect.ts";
import { answerName, clientName, type Entry } from "./entry.ts";
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
  const entry = world.book.byClient.get(clientName(service.name, segment.key));
  if (entry && isClientOf(entry, event, segment)) advance(world, entry, event, out);
  else if (isUnexplained(world, event)) drop(world, event, out);
  else if (!isSyn(segment)) relayToOrigin(world, service, event, segment, out);
  else if (!entry) admit(world, service, event, segment, out);
  else {
    const why = "A connection of these addresses and ports is known elsewhere: this one is relayed to server 1.";
    refuse(world, service, event, segment, why, out);
  }
}

function isSyn({ tcp: { flags } }: Segment): boolean {
  return (flags & (TcpFlags.syn | TcpFlags.ack | TcpFlags.rst)) === TcpFlags.syn;
}

function isClientOf({ state }: Entry, { dpid, inPort }: PacketInEvent, { key }: Segment): boolean {
  return state.dpid === dpid && state.clientPort === inPort && sameKey(key, state.connection.key);
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
  const isEntrys = entry && (!relayed || isServerOf(entry, event, segment));
  if (isEntrys) advance(world, entry, event, out);
  else if (isUnexplained(world, event)) drop(world, event, out);
  else if (relayed && service) relayToClient(world, service, relayed, event, segment, out);
  else answerUnknown(world, server, event, segment, out);
}

/** Two connections may differ by nothing but their VLANs. */
function isServerOf({ service, state }: Entry, { inPort }: PacketInEvent, { key }: Segment): boolean {
  const { origin, targets } = service.settings;
  return [origin, ...Object.values(targets)].some(
    (place) => place.switchPort === inPort && sameKey(reverseFlowKey(key), keyTowards(state.connection, place)),
  );
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
 * A flow of some connection's sent this, and nobody knows that connection; while the switch has not told its flows, it may still be
 * found. The numbers are shifted, or are to be, so nobody else must have the segment; its sender says it again.
 */
function isUnexplained(world: World, { dpid, cookie }: PacketInEvent): boolean {
  if (cookie === undefined) return false;
  const { tag, role } = cookieParts(cookie);
  if (tag !== world.setup.cookie.tag) return false;
  return switchOf(world, dpid).question === undefined ? moving.includes(role) : !unbound.includes(role);
}

function drop(world: World, { dpid }: PacketInEvent, out: TrackerEffect[]): void {
  const why = "A flow sent this whose connection is not known yet: its sender will say it again.";
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
