/** Whose a segment is. */
import { reverseFlowKey, TcpFlags, type VlanTag } from "../../tcp/index.ts";
import { sameKey, serverVlans } from "../connection.ts";
import { cookieParts } from "../cookie.ts";
import { segmentOf } from "../machine/arrival.ts";
import { isTakenOver } from "../machine/handover.ts";
import { ConnectionRole, type PacketInEvent } from "../machine/index.ts";
import { withInnerTag } from "../machine/learn.ts";
import type { Segment } from "../segment.ts";
import { admit, giveWay, refuse, superseded } from "./admit.ts";
import { advance } from "./advance.ts";
import { routeOther } from "./aside.ts";
import { settle } from "./book.ts";
import { claimOf } from "./claims.ts";
import type { ServiceSetup } from "./config.ts";
import type { ServerOf } from "./directory.ts";
import type { TrackerEffect } from "./effect.ts";
import { answerName, clientName, type Entry, isHalfOpen } from "./entry.ts";
import { isOfClient, isOfServer, isSuperseded, isTakenBack, ownersOf } from "./owners.ts";
import { isBeyondOrigin } from "./phases.ts";
import { everybody, isOvertaken, withAnswer, withoutAnswer } from "./record.ts";
import {
  isOthersReset,
  nameOf,
  relayedName,
  relayToClient,
  relayToOrigin,
  removeFlows,
  watchOrigin,
  watchRelayed,
} from "./relay.ts";
import { drop } from "./report.ts";
import { answerUnknown, isSyn, leave } from "./stranger.ts";
import { switchOf, type World } from "./world.ts";

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
  const servers = world.directory.serversAt(dpid, inPort, segment.from);
  if (servers.length > 0) routeFromServer(world, servers, event, segment, out);
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
  if (entry?.state.dpid === dpid && entry.state.clientPort === inPort) {
    learnTag(world, entry, segment, entry.state.connection.vlans);
  }
  const name = nameOf(service, event, segment);
  const relayed = world.relayed.find(name);
  const isSame = entry?.state.dpid === dpid && sameKey(segment.key, entry.state.connection.key);
  if (isSame && isDoubtful(world, entry, event)) {
    drop(world, event, unexplained, out);
  } else if (isSame && entry.state.clientPort === inPort && isOfClient(entry.state, segment)) {
    const before = entry.state;
    advance(world, entry, event, out);
    if (relayed?.answer && isHalfOpen(before) && !isHalfOpen(entry.state)) {
      world.relayed.amend(name, withoutAnswer(relayed));
    }
  } else if (isSame && isBeyondOrigin(entry.state)) {
    const why =
      "The client's segments come by another port, and server 1 must not have them: its sender says it again.";
    drop(world, event, why, out);
  } else if (isUnexplained(world, event, segment, relayed !== undefined)) {
    drop(world, event, unexplained, out);
  } else if (isOthersReset(world, service, relayed, isSame ? entry : undefined, event, segment)) {
    drop(world, event, "Server 1 has spoken in the name of another service, and must not take this for its own.", out);
  } else if (!isSyn(segment)) {
    const isRival = isSame && entry.state.clientPort === inPort && isHalfOpen(entry.state);
    // What server 1 gets of it past the tracker could not be told from what a request begins with.
    if (isRival && hasData(segment)) giveWay(world, entry, event.at, out);
    const isProven = relayToOrigin(world, service, event, segment, out);
    const isHalf = isSame && isHalfOpen(entry.state);
    if (isHalf && (isProven || isTakenBack(entry.state, segment))) superseded(world, entry, event, out);
  } else if (entry) {
    if (isSame && entry.state.inSwitch) watchOrigin(world, service, entry.state, event, out);
    const why = "A connection of these addresses and ports is known elsewhere: this one is relayed to server 1.";
    refuse(world, service, event, segment, why, out);
  } else if (switchOf(world, dpid).question) {
    const why = "The switch has not told its flows yet: this connection is relayed to server 1.";
    refuse(world, service, event, segment, why, out);
  } else if (relayed?.client ?? (relayed && isOvertaken(relayed, segment, claimOf(service.name, segment, inPort)))) {
    // It was not tracked, and stays so: this SYN may be forged.
    watchRelayed(world, service, relayed, event, out);
    relayToOrigin(world, service, event, segment, out);
  } else {
    admit(world, service, event, segment, out);
  }
}

function routeFromServer(
  world: World,
  servers: readonly ServerOf[],
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): void {
  const towards = reverseFlowKey(segment.key);
  const entry = world.book.byAnswer.get(answerName(event.dpid, towards));
  for (const { place } of entry ? servers : []) {
    if (entry) learnTag(world, entry, segment, serverVlans(entry.state.connection, place));
  }
  // A target has nothing of a connection that is relayed.
  const isOrigins = servers.some(({ target }) => target === undefined);
  const relayed = isOrigins ? world.relayed.find(relayedName(event.dpid, towards)) : undefined;
  const owners = ownersOf(relayed, entry, event, segment);
  if (entry && owners.tracked) {
    if (isDoubtful(world, entry, event)) {
      drop(world, event, unexplained, out);
      return;
    }
    advance(world, entry, event, out);
  }
  relayToClient(world, owners.relayed, event, segment, out);
  if (relayed) {
    const after = withAnswer(relayed, segment, owners.tracked);
    world.relayed.amend(relayedName(event.dpid, towards), after);
    if (relayed.serial !== undefined && after.serial === undefined) removeFlows(world, event, relayed.serial, out);
  }
  if (entry && isSuperseded(entry, owners, segment)) superseded(world, entry, event, out);
  if (!owners.others) return;
  if (switchOf(world, event.dpid).question || isUnexplained(world, event, segment, false)) {
    drop(world, event, unexplained, out);
  } else {
    const speaking = owners.tracked ? entry?.service.name : relayed?.service;
    const inNameOf = speaking === undefined ? servers : servers.filter(({ service }) => service.name === speaking);
    const tracked =
      entry && isOfServer(entry, event, segment)
        ? [{ service: entry.service.name, connection: entry.state.connection }]
        : [];
    const hints = [...tracked, ...(relayed ? everybody(relayed) : [])];
    answerUnknown(world, inNameOf, event, segment, hints, out);
  }
}

function hasData({ tcp: { flags }, payload }: Segment): boolean {
  return payload.length > 0 || (flags & (TcpFlags.fin | TcpFlags.rst)) === TcpFlags.fin;
}

/** A connection that was found again is known by the outermost tag alone. */
function learnTag({ book }: World, entry: Entry, segment: Segment, outer: readonly VlanTag[]): void {
  const { settings } = entry.service;
  if (settings.policy.stackedVlans !== "match") return;
  const state = withInnerTag(entry.state, segment, outer);
  if (state !== entry.state) settle(book, entry, state);
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
  ConnectionRole.targetRstTrap,
];

/**
 * Until the switch has told its flows, any connection may have moved: only those that began since are relayed. After that, what
 * flows of a connection show that nobody knows has its numbers shifted, or is to have; but anybody may begin anew.
 */
function isUnexplained(world: World, { dpid, cookie }: PacketInEvent, segment: Segment, isRelayed: boolean): boolean {
  const { tag, role } = cookie === undefined ? { tag: undefined, role: 0 } : cookieParts(cookie);
  const isOwn = tag === world.setup.cookie.tag;
  if (switchOf(world, dpid).question === undefined) return isOwn && moving.includes(role) && !isSyn(segment);
  if (isOwn && !unbound.includes(role)) return true;
  return !isSyn(segment) && !isRelayed;
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
