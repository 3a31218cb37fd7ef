/** Whose a segment is: a relayed connection may be there beside a tracked one of the same addresses and ports. */
import { reverseFlowKey, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { keyTowards, sameKey } from "../connection.ts";
import { acknowledgesSyn, candidateOf, clientKind } from "../machine/classify.ts";
import { isTakenOver } from "../machine/handover.ts";
import type { ConnectionState, PacketInEvent } from "../machine/index.ts";
import type { Segment } from "../segment.ts";
import { answeredSyns, answersSyn, type Claim, isSynAck } from "./claims.ts";
import { type Entry, isHalfOpen } from "./entry.ts";
import { isBeyondOrigin, isUnderWay } from "./phases.ts";
import { type Relayed, receiversOf } from "./record.ts";
import { hidesClients } from "./stranger.ts";

/** Everybody that a server's segment is for. */
export interface Owners {
  readonly tracked: boolean;
  /** Of those that are relayed. */
  readonly relayed: readonly Claim[];
  /** Somebody of whom nothing is known: the rest of the network knows where that is. */
  readonly others: boolean;
}

const others: Owners = { tracked: false, relayed: [], others: true };

/** `relayed` is what server 1 has, and no target. */
export function ownersOf(
  relayed: Relayed | undefined,
  entry: Entry | undefined,
  event: PacketInEvent,
  segment: Segment,
): Owners {
  const isAsked = relayed !== undefined && !isHidden(entry) && mayChallenge(relayed, segment);
  const tracked: Owners = { tracked: true, relayed: [], others: isAsked };
  const receivers = relayed ? receiversOf(relayed, segment) : [];
  const ofRelayed: Owners = receivers.length > 0 ? { tracked: false, relayed: receivers, others: isAsked } : others;
  if (!entry || !isOfServer(entry, event, segment)) return ofRelayed;
  const { service, state } = entry;
  const { ack } = segment.tcp;
  if (service.settings.origin.switchPort !== event.inPort) return { ...tracked, others: false };
  if (answersSyn(segment) && (acknowledgesSyn(state, ack) || candidateOf(state, seqAdd(ack, -1)))) return tracked;
  if (relayed && answeredSyns(relayed.claims, segment).length > 0) return ofRelayed;
  if (!isHalfOpen(state)) {
    // Server 1 has begun a connection with that one since.
    return relayed?.client && !isBeyondOrigin(state) ? ofRelayed : tracked;
  }
  // Nobody has proved that the tracked one's client is there.
  if (receivers.length > 0) return ofRelayed;
  // Of a connection of the tracked client's SYN, server 1 says nothing else before the client has answered. A challenge to it, or to
  // anybody else's, tells the numbers of a connection whose client may be elsewhere.
  return state.phase === "syn" || ack !== seqAdd(state.clientIsn, 1) ? others : tracked;
}

/**
 * Whether server 1 has begun a connection with somebody else instead, which only one that has none of the tracked client's does. Before
 * that is established, a server 1 that keeps nothing of SYNs (RFC 4987 §3.6) may answer several.
 */
export function isSuperseded({ state }: Entry, { tracked, relayed }: Owners, segment: Segment): boolean {
  const stays = isUnderWay(state) || isTakenOver(state) || state.late !== undefined || state.parked.length > 0;
  return isSynAck(segment) && !tracked && relayed.length > 0 && !stays && !isHalfOpen(state);
}

/** Whether a segment that server 1 gets ends what it has of a half-open connection: the RST of whoever its SYN-ACK has reached. */
export function isTakenBack(state: ConnectionState, { tcp: { flags, seq } }: Segment): boolean {
  return isHalfOpen(state) && (flags & TcpFlags.rst) !== 0 && seq === seqAdd(state.clientIsn, 1);
}

/** A server 1 that does not tell where its clients are has one connection for all VLANs: nobody else's VLAN is told of it. */
function isHidden(entry: Entry | undefined): boolean {
  return entry !== undefined && hidesClients(entry.service.settings.origin);
}

/** RFC 5961 §4.2: server 1 may answer the SYN of somebody else so, who is the client if the one that has the connection is an intruder. */
function mayChallenge(relayed: Relayed, { tcp: { flags }, payload }: Segment): boolean {
  return flags === TcpFlags.ack && payload.length === 0 && relayed.claims.some(({ isns }) => isns.length > 0);
}

/** Whether one of the connection's servers speaks, in its own VLAN. */
export function isOfServer({ service, state }: Entry, { inPort }: PacketInEvent, segment: Segment): boolean {
  const { origin, targets } = service.settings;
  const key = reverseFlowKey(segment.key);
  return [origin, ...Object.values(targets)].some(
    (place) => place.switchPort === inPort && sameKey(key, keyTowards(state.connection, place)),
  );
}

/**
 * Whether a segment of the client's is for a tracked connection. While nobody has shown to be its client its SYN may be forged, and
 * whatever does not go on with its handshake is of a connection that server 1 has already.
 */
export function isOfClient(state: ConnectionState, segment: Segment): boolean {
  if (!isHalfOpen(state)) return true;
  const kind = clientKind(state, segment);
  return kind !== "clientOdd" && kind !== "clientRstOther";
}
