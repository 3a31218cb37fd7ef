/** Whom a server's segment is for: a relayed connection may be there beside a tracked one of the same addresses and ports. */
import { reverseFlowKey, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { keyTowards, sameKey } from "../connection.ts";
import { acknowledgesSyn, candidateOf } from "../machine/classify.ts";
import type { PacketInEvent } from "../machine/index.ts";
import type { Segment } from "../segment.ts";
import { answeredSyns, answersSyn } from "./claims.ts";
import { type Entry, isHalfOpen } from "./entry.ts";
import { receiversOf } from "./relay.ts";
import type { Relayed } from "./relayed.ts";

/** Everybody that a segment is for. */
export interface Owners {
  readonly tracked: boolean;
  readonly relayed: boolean;
  /** Somebody of whom nothing is known: the rest of the network knows where that is. */
  readonly others: boolean;
}

const tracked: Owners = { tracked: true, relayed: false, others: false };
const relayedOnly: Owners = { tracked: false, relayed: true, others: false };
const others: Owners = { tracked: false, relayed: false, others: true };

/** `relayed` is what server 1 has, and no target. */
export function ownersOf(
  relayed: Relayed | undefined,
  entry: Entry | undefined,
  event: PacketInEvent,
  segment: Segment,
): Owners {
  const isRelayeds = relayed !== undefined && receiversOf(relayed, segment).length > 0;
  if (!entry || !isOfServer(entry, event, segment)) return isRelayeds ? relayedOnly : others;
  const { service, state } = entry;
  const { ack, flags } = segment.tcp;
  if (service.settings.origin.switchPort !== event.inPort) return tracked;
  if (answersSyn(segment) && (acknowledgesSyn(state, ack) || candidateOf(state, seqAdd(ack, -1)))) return tracked;
  const isNamed = relayed !== undefined && answeredSyns(relayed.claims, segment).length > 0;
  if (isNamed) return relayedOnly;
  if (!isHalfOpen(state)) return tracked;
  // Nobody has proved that the tracked one's client is there.
  if (isRelayeds) return relayedOnly;
  // Of a connection of the tracked client's SYN, server 1 says nothing else before the client has answered. A challenge to it, or to
  // anybody else's, tells the numbers of a connection whose client may be elsewhere.
  if (state.phase === "syn" || ack !== seqAdd(state.clientIsn, 1)) return others;
  const mayChallenge = flags === TcpFlags.ack && segment.payload.length === 0;
  return { ...tracked, others: relayed !== undefined && mayChallenge };
}

/** Whether one of the connection's servers speaks, in its own VLAN. */
export function isOfServer({ service, state }: Entry, { inPort }: PacketInEvent, segment: Segment): boolean {
  const { origin, targets } = service.settings;
  const key = reverseFlowKey(segment.key);
  return [origin, ...Object.values(targets)].some(
    (place) => place.switchPort === inPort && sameKey(key, keyTowards(state.connection, place)),
  );
}
