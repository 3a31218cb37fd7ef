/** Who may have a connection that is relayed: everybody who has spoken as its client, until one has shown to be it. */
import { segmentLength, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { type Connection, connectionOf } from "../connection.ts";
import type { Segment } from "../segment.ts";

/** Somebody who has spoken as the client of a connection. */
export interface Claim {
  readonly clientPort: number;
  readonly connection: Connection;
  /** Of its last SYN, if it has sent one. */
  readonly clientIsn: number | undefined;
  /** What server 1 acknowledges once it has taken one of the last other segments. */
  readonly ends: readonly number[];
}

/** More of them than these are not remembered: of the port that has most, the oldest one goes. */
const MAX_CLAIMS = 4;
/** Segments of one that may be under way at a time. */
const MAX_ENDS = 8;

/** What a segment of a client's claims. */
export function claimOf(segment: Segment, clientPort: number): Claim {
  const { flags, seq } = segment.tcp;
  const isSyn = (flags & TcpFlags.syn) !== 0;
  return {
    clientPort,
    connection: connectionOf(segment),
    clientIsn: isSyn ? seq : undefined,
    ends: isSyn ? [] : [seqAdd(seq, segmentLength(segment.frame))],
  };
}

/** All claims with another one, which is the last. */
export function withClaim(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const known = claims.find((each) => isSamePlace(each, claim));
  if (!known) return bounded([...claims, claim]);
  const clientIsn = claim.clientIsn ?? known.clientIsn;
  const ends = [...new Set([...known.ends, ...claim.ends])].slice(-MAX_ENDS);
  return [...claims.filter((each) => each !== known), { ...claim, clientIsn, ends }];
}

function bounded(claims: readonly Claim[]): readonly Claim[] {
  if (claims.length <= MAX_CLAIMS) return claims;
  const sharing = ({ clientPort }: Claim): number => claims.filter((each) => each.clientPort === clientPort).length;
  const most = Math.max(...claims.map(sharing));
  const goes = claims.find((claim) => sharing(claim) === most);
  return claims.filter((claim) => claim !== goes);
}

function isSamePlace(a: Claim, b: Claim): boolean {
  return a.clientPort === b.clientPort && a.connection.client.mac === b.connection.client.mac;
}

/** Those that server 1's answer to a SYN is for: they have sent the number that it acknowledges. */
export function claimantsOfSyn(claims: readonly Claim[], ack: number): readonly Claim[] {
  return claims.filter(({ clientIsn }) => clientIsn !== undefined && ack === seqAdd(clientIsn, 1));
}

/** Those of whose segments server 1 has taken one: it was in order, so its sender knows the numbers of the connection. */
export function acknowledged(claims: readonly Claim[], { tcp: { flags, ack } }: Segment): readonly Claim[] {
  return (flags & TcpFlags.ack) === 0 ? [] : claims.filter(({ ends }) => ends.includes(ack));
}

/** Those that get what server 1 says. */
export interface Claimants {
  readonly claims: readonly Claim[];
  /** It answers what one of them has sent. Otherwise somebody may be meant who has not spoken. */
  readonly sure: boolean;
}

/** Whom a segment of server 1's is for. */
export function claimantsOf(claims: readonly Claim[], segment: Segment): Claimants {
  const { flags, ack } = segment.tcp;
  const answersSyn = (flags & TcpFlags.ack) !== 0 && (flags & (TcpFlags.syn | TcpFlags.rst)) !== 0;
  const named = answersSyn ? claimantsOfSyn(claims, ack) : [];
  if (named.length > 0) return { claims: named, sure: true };
  const taken = acknowledged(claims, segment);
  if (taken.length > 0) return { claims: taken, sure: true };
  // Before server 1 has agreed to a SYN it answers it with nothing but a challenge. Whatever else it says is for nobody who has shown
  // nothing.
  const mayChallenge = flags === TcpFlags.ack && segment.payload.length === 0;
  const challenged = mayChallenge ? claims.filter(({ clientIsn }) => clientIsn !== undefined) : [];
  return { claims: challenged, sure: challenged.length > 0 };
}
