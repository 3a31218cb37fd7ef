/** Who may have a connection that is relayed: everybody who has spoken as its client, and the one that has shown to be it. */
import { segmentLength, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { type Connection, connectionOf } from "../connection.ts";
import type { Segment } from "../segment.ts";

/** Somebody who has spoken as the client of a connection. */
export interface Claim {
  /** Name of the service that it has spoken to. */
  readonly service: string;
  readonly clientPort: number;
  readonly connection: Connection;
  /** Of its last SYNs, the last one last. */
  readonly isns: readonly number[];
  /** What server 1 acknowledges once it has taken one of the last segments with data or a FIN, or a pure ACK. */
  readonly ends: readonly number[];
}

/** More of them than these are not remembered: of the port that has most, the oldest one goes. */
const MAX_CLAIMS = 4;
/** SYNs, and other segments, of one that may be under way at a time. */
const MAX_SYNS = 8;
const MAX_ENDS = 32;

/** What a segment of a client's claims. */
export function claimOf(service: string, segment: Segment, clientPort: number): Claim {
  const { flags, seq } = segment.tcp;
  const isSyn = (flags & TcpFlags.syn) !== 0;
  const hasEnd = !isSyn || segment.payload.length > 0;
  return {
    service,
    clientPort,
    connection: connectionOf(segment),
    isns: isSyn ? [seq] : [],
    ends: hasEnd ? [seqAdd(seq, segmentLength(segment.frame))] : [],
  };
}

/** All claims with another one, which is the last. */
export function withClaim(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const known = claims.find((each) => isSamePlace(each, claim));
  return known ? [...claims.filter((each) => each !== known), renewed(known, claim)] : bounded([...claims, claim]);
}

/** One that has spoken again. */
export function renewed(known: Claim, claim: Claim): Claim {
  return { ...claim, isns: last(known.isns, claim.isns, MAX_SYNS), ends: last(known.ends, claim.ends, MAX_ENDS) };
}

function last(known: readonly number[], more: readonly number[], limit: number): readonly number[] {
  return [...known.filter((number) => !more.includes(number)), ...more].slice(-limit);
}

function bounded(claims: readonly Claim[]): readonly Claim[] {
  if (claims.length <= MAX_CLAIMS) return claims;
  const sharing = ({ clientPort }: Claim): number => claims.filter((each) => each.clientPort === clientPort).length;
  const most = Math.max(...claims.map(sharing));
  const goes = claims.find((claim) => sharing(claim) === most);
  return claims.filter((claim) => claim !== goes);
}

/** Whether both are by the same client, as far as can be seen. */
export function isSamePlace(a: Claim, b: Claim): boolean {
  return (
    a.service === b.service && a.clientPort === b.clientPort && a.connection.client.mac === b.connection.client.mac
  );
}

/** Whether a server answers a SYN: with its own, or by refusing it. */
export function answersSyn({ tcp: { flags } }: Segment): boolean {
  return (flags & TcpFlags.ack) !== 0 && (flags & (TcpFlags.syn | TcpFlags.rst)) !== 0;
}

/** Whether a server agrees to a SYN. */
export function isSynAck({ tcp: { flags } }: Segment): boolean {
  return (flags & (TcpFlags.syn | TcpFlags.ack | TcpFlags.rst)) === (TcpFlags.syn | TcpFlags.ack);
}

/** Those whose SYN server 1 answers: it acknowledges that alone, or with its data. */
export function answeredSyns(claims: readonly Claim[], segment: Segment): readonly Claim[] {
  if (!answersSyn(segment)) return [];
  const { ack } = segment.tcp;
  return claims.filter(({ isns, ends }) => isns.includes(seqAdd(ack, -1)) || ends.includes(ack));
}

/** Those of whose segments server 1 has taken one: it was in order, so its sender knows the numbers of the connection. */
export function acknowledged(claims: readonly Claim[], { tcp: { flags, ack } }: Segment): readonly Claim[] {
  return (flags & TcpFlags.ack) === 0 ? [] : claims.filter(({ ends }) => ends.includes(ack));
}
