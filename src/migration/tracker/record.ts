/** What is remembered of a connection that is relayed, and what every segment of it says about who has it. */
import { TcpFlags } from "../../tcp/index.ts";
import { seqAdd, seqInWindow } from "../../tcp/seq.ts";
import { REACH } from "../machine/reach.ts";
import type { Segment } from "../segment.ts";
import { acknowledged, answeredSyns, type Claim, isSamePlace, isSynAck, renewed, withClaim } from "./claims.ts";

/** Server 1's last SYN-ACK: its own number, and what it acknowledges. */
export interface Answer {
  readonly seq: number;
  readonly ack: number;
}

/** A connection that is relayed. */
export interface Relayed {
  readonly dpid: bigint;
  /** Name of the service that it is with, once that is known: several may share server 1. */
  readonly service: string | undefined;
  /** The one that has shown to be its client: both sides have shown that there is a connection. */
  readonly client: Claim | undefined;
  /** Others that have spoken as its client. */
  readonly claims: readonly Claim[];
  readonly answer: Answer | undefined;
  /** Number of the flows that the switch has for it. */
  readonly serial: number | undefined;
}

/** What is remembered of a connection of which nobody has spoken as the client. */
export function newRelayed(dpid: bigint): Relayed {
  return { dpid, service: undefined, client: undefined, claims: [], answer: undefined, serial: undefined };
}

/** All that have spoken as its client. */
export function everybody({ client, claims }: Pick<Relayed, "client" | "claims">): readonly Claim[] {
  return client ? [client, ...claims] : claims;
}

/** Whether a segment goes on exactly where server 1's SYN-ACK ends: nobody else than who has that knows both numbers. */
export function isProof({ answer }: Relayed, { tcp: { flags, seq, ack } }: Segment): boolean {
  if ((flags & (TcpFlags.syn | TcpFlags.rst | TcpFlags.ack)) !== TcpFlags.ack) return false;
  if (!answer) return false;
  return seq === answer.ack && ack === seqAdd(answer.seq, 1);
}

/** After a proof. Others need not be remembered. */
export function withClient(known: Relayed, claim: Claim): Relayed {
  const same = everybody(known).find((each) => isSamePlace(each, claim));
  return { ...known, service: claim.service, client: same ? renewed(same, claim) : claim, claims: [] };
}

/** After any other segment of somebody who may be its client, or not. */
export function withSegment(known: Relayed, { tcp: { flags, seq } }: Segment, claim: Claim): Relayed {
  const { client } = known;
  // Who takes back what server 1 has answered proves nothing with it any more.
  if ((flags & TcpFlags.rst) !== 0) return seq === known.answer?.ack ? withoutAnswer(known) : known;
  if (client && isSamePlace(client, claim)) return { ...known, client: renewed(client, claim) };
  return { ...known, claims: withClaim(known.claims, claim) };
}

/** Whether a SYN is one that was long on its way: its sender has gone on from there. */
export function isOvertaken(relayed: Relayed, { tcp: { seq } }: Segment, claim: Claim): boolean {
  const known = everybody(relayed).find((each) => isSamePlace(each, claim));
  return known?.ends.some((end) => seqInWindow(end, seqAdd(seq, 2), REACH)) === true;
}

/**
 * Whom a segment of server 1's is for: nobody when it may be for somebody who has not spoken. A challenge to a SYN is not for whoever
 * has sent that (RFC 5961 §4): it tells the numbers of another connection, whose client may be anywhere.
 */
export function receiversOf(relayed: Relayed, segment: Segment): readonly Claim[] {
  const { client, claims } = relayed;
  const [first, ...more] = answeredSyns(everybody(relayed), segment);
  if (first) return first === client ? [client] : [first, ...more];
  if (isSynAck(segment)) return [];
  return client ? [client] : acknowledged(claims, segment);
}

/**
 * After a segment of server 1's. With a SYN-ACK it has a new connection, and whoever had the one before has it no more. A RST says
 * nothing: a server that knows no connection answers anything with it.
 */
export function withAnswer(relayed: Relayed, segment: Segment, isTracked: boolean): Relayed {
  const { flags, seq, ack } = segment.tcp;
  if (isSynAck(segment)) return begun(relayed, { seq, ack }, answeredSyns(everybody(relayed), segment));
  // What server 1 says to a tracked client says nothing about others.
  if (isTracked || relayed.client || (flags & (TcpFlags.rst | TcpFlags.syn)) !== 0) return relayed;
  const [one, ...more] = acknowledged(relayed.claims, segment);
  if (!one || more.length > 0) return relayed;
  return { ...relayed, service: one.service, client: one, claims: relayed.claims.filter((claim) => claim !== one) };
}

/** A tracked client has completed its handshake: no other one was completed before that and is still there. */
export function withoutAnswer(relayed: Relayed): Relayed {
  return { ...relayed, answer: undefined };
}

/** When server 1 has answered the SYN of these, or of somebody who is tracked or forgotten. */
export function begun(relayed: Relayed, answer: Answer, asked: readonly Claim[]): Relayed {
  const [one] = asked;
  const { client } = relayed;
  const stays = client !== undefined && one === client;
  return {
    ...relayed,
    answer,
    service: one?.service,
    client: stays ? client : undefined,
    claims: stays || !client ? relayed.claims : withClaim(relayed.claims, client),
    // The flows are for the one before.
    serial: stays ? relayed.serial : undefined,
  };
}
