/** What a segment is, given where its connection stands. RFC 9293 §3.10.7. */
import { decodeFrame, segmentLength, type Tcp, TcpFlags } from "../../tcp/index.ts";
import { seqAdd, seqAfter, seqBefore, seqInWindow, seqOffset } from "../../tcp/seq.ts";
import type { Segment } from "../segment.ts";
import type { Arrival } from "./arrival.ts";
import { currentServer, isServer1, oldServer } from "./handover.ts";
import { contiguousEnd } from "./holding.ts";
import { judgeTarget } from "./judge.ts";
import type { ClientKind, OriginKind, ParkedKind, SegmentKind, TargetKind } from "./kind.ts";
import { parkedNamed, parkedNumbers } from "./parked.ts";
import type { ConnectionPhase } from "./phase.ts";
import { ORIGIN } from "./places.ts";
import { isAbout } from "./reach.ts";
import type { Candidate, ConnectionState } from "./state.ts";
import { given, type Turn } from "./turn.ts";

const { ack: ACK, fin: FIN, rst: RST, syn: SYN } = TcpFlags;

function has({ flags }: Tcp, flag: number): boolean {
  return (flags & flag) !== 0;
}

/** The kind of a segment. */
export function classify(turn: Turn, arrival: Arrival): SegmentKind {
  switch (arrival.side) {
    case "client":
      return clientKind(turn.state, arrival.segment);
    case "origin":
      return originKind(turn, arrival.segment);
    case "target":
      return answersCandidate(turn, arrival) ? "originSynAckCandidate" : targetKind(turn, arrival);
    case "parked":
      return answersCandidate(turn, arrival) ? "originSynAckCandidate" : parkedKind(turn, arrival);
  }
}

/** The candidate whose handshake a segment of the client's completes: its first number, and server 1's next one. */
export function acknowledgedCandidate({ candidates }: ConnectionState, { tcp }: Segment): Candidate | undefined {
  if ((tcp.flags & (SYN | RST | ACK)) !== ACK) return undefined;
  return candidates.find(
    ({ clientIsn, serverIsn }) =>
      // The ACK itself may be lost, and a keepalive or later data be the first that comes.
      serverIsn !== undefined && tcp.ack === seqAdd(serverIsn, 1) && seqInWindow(tcp.seq, clientIsn, 0x1_0000),
  );
}

/** The candidate that a SYN of the client's or an answer of server 1's belongs to. */
export function candidateOf({ candidates }: ConnectionState, clientIsn: number): Candidate | undefined {
  return candidates.find((candidate) => candidate.clientIsn === clientIsn);
}

/** The candidate that server 1 has answered with this number of its own. */
function answeredWith({ candidates }: ConnectionState, serverIsn: number): Candidate | undefined {
  return candidates.find((candidate) => candidate.serverIsn === serverIsn);
}

/** Whether this acknowledges the SYN that began the connection, with all of its data, some or none (RFC 7413 §4.2.2). */
export function acknowledgesSyn({ clientIsn, syn }: ConnectionState, ack: number): boolean {
  const data = syn ? decodeFrame(syn).payload.length : 0;
  return seqInWindow(ack, seqAdd(clientIsn, 1), data + 1);
}

/** Server 1 answers the SYN of a candidate, whatever else it is for this connection by now. */
function answersCandidate({ state, settings }: Turn, { segment: { tcp }, target }: Arrival): boolean {
  if ((tcp.flags & (SYN | ACK | RST | FIN)) !== (SYN | ACK)) return false;
  return candidateOf(state, seqAdd(tcp.ack, -1)) !== undefined && isServer1(state, settings, target);
}

/** Phases in which the numbers of the client's segments must fit what server 1 is known to accept. */
const strictPhases: readonly ConnectionPhase[] = ["synAck", "ready", "hold", "dial", "greet", "arm", "fwdArm"];

/** What a segment of the client's is. */
export function clientKind(state: ConnectionState, segment: Segment): ClientKind {
  const { tcp, frame } = segment;
  if (has(tcp, SYN)) {
    if (has(tcp, ACK | RST | FIN)) return "clientOdd";
    if (tcp.seq === state.clientIsn && state.phase !== "dead") return "clientSyn";
    return candidateOf(state, tcp.seq) ? "clientSynCandidate" : "clientSynOther";
  }
  if (has(tcp, RST)) {
    if (resetsParked(state, tcp.seq)) return "clientRstParked";
    if (clientResetIsExact(state, tcp.seq)) return "clientRst";
    return candidateOf(state, seqAdd(tcp.seq, -1)) ? "clientRstCandidate" : "clientRstOther";
  }
  if (!has(tcp, ACK)) return "clientOdd";
  if (acknowledgedCandidate(state, segment)) return "clientAckCandidate";
  const length = segmentLength(frame);
  const { clientNext } = state.progress;
  if (strictPhases.includes(state.phase)) {
    if (!ackFits(state, tcp.ack)) return "clientOdd";
    const offset = seqOffset(tcp.seq, clientNext);
    const behind = seqBefore(tcp.seq, clientNext);
    // A window of nothing still lets one byte in: a probe. Without data, the number behind the window is right, too.
    const inWindow = offset < Math.max(1, state.progress.serverWindow + (length === 0 ? 1 : 0));
    if (!inWindow && !behind) return "clientOdd";
    if (length === 0) return behind ? "clientKeepalive" : "clientAck";
    if (!seqAfter(seqAdd(tcp.seq, length), clientNext)) return "clientKeepalive";
    return segment.payload.length === 0 && offset === 0 ? "clientFin" : "clientData";
  }
  if (state.phase === "syn") return "clientOdd";
  if (length <= 1 && !has(tcp, FIN) && seqAdd(tcp.seq, 1) === clientNext) return "clientKeepalive";
  if (segment.payload.length > 0) return "clientData";
  return has(tcp, FIN) ? "clientFin" : "clientAck";
}

/** What a client may acknowledge: the handshake, and every byte that went to it. */
function ackFits({ serverIsn, progress }: ConnectionState, ack: number): boolean {
  if (serverIsn === undefined) return false;
  const first = seqAdd(serverIsn, 1);
  return seqInWindow(ack, first, seqOffset(progress.serverNext, first) + 1);
}

function clientResetIsExact(state: ConnectionState, seq: number): boolean {
  const { clientNext, serverAck } = state.progress;
  // What the client has been seen to send since may have been forged.
  if (!isAbout(seq, serverAck)) return false;
  if (seq === clientNext || seq === contiguousEnd(state)) return true;
  return state.takeover?.committedAt !== undefined && seq === serverAck;
}

/** RFC 9293 §3.10.7.3: a client in SYN-SENT answers a challenge with a RST of the number that it acknowledges. */
function resetsParked(state: ConnectionState, seq: number): boolean {
  const entry = parkedNamed(state, ORIGIN);
  if (!entry || !isUnanswered(state) || seq === state.progress.clientNext) return false;
  return parkedNumbers(entry).receiveNext === seq;
}

/** Whether server 1 has not answered a SYN of the client's. */
export function isUnanswered({ candidates }: ConnectionState): boolean {
  return candidates.some(({ synAck }) => synAck === undefined);
}

function originKind(turn: Turn, segment: Segment): OriginKind {
  const { tcp, payload } = segment;
  const { state } = turn;
  const { clientIsn, serverIsn, progress } = state;
  const seq = seqAdd(tcp.seq, oldServer(turn).side.offsets.serverToClient.seq);
  if (has(tcp, SYN)) {
    if (!has(tcp, ACK) || has(tcp, RST | FIN)) return "originSynOdd";
    if (candidateOf(state, seqAdd(tcp.ack, -1))) return "originSynAckCandidate";
    if (tcp.ack !== seqAdd(clientIsn, 1)) return "originSynOdd";
    return serverIsn === undefined || tcp.seq === serverIsn ? "originSynAck" : "originSynAckOther";
  }
  if (has(tcp, RST)) {
    const exact = state.phase === "syn" ? has(tcp, ACK) && tcp.ack === seqAdd(clientIsn, 1) : isNext(progress, seq);
    return exact ? "originRst" : "originRstOther";
  }
  // What another server has said since is not its own.
  const said = state.takeover?.committedAt === undefined ? progress.serverNext : state.takeover.client.serverNext;
  if (payload.length <= 1 && !has(tcp, FIN) && seqAdd(seq, 1) === said) return "originKeepalive";
  if (has(tcp, FIN)) return "originFin";
  if (payload.length > 0) return "originData";
  return isUnanswered(state) ? "originChallenge" : "originAck";
}

function targetKind(turn: Turn, { segment, target }: Arrival): TargetKind {
  const { takeover, phase, progress } = turn.state;
  const { tcp, payload } = segment;
  if (takeover && takeover.target !== target) return "targetOther";
  const sendNext = takeover?.accepted?.sendNext;
  const expected = takeover && seqAdd(takeover.initialSeq, 1);
  const isUncommitted = ["dial", "greet", "arm"].includes(phase) && takeover?.committedAt === undefined;
  if (has(tcp, RST)) {
    if (has(tcp, ACK) && tcp.ack === expected && ["dial", "greet", "arm"].includes(phase)) return "targetRst";
    if (sendNext === undefined) return "targetRstOther";
    const seq = seqAdd(tcp.seq, currentServer(turn).side.offsets.serverToClient.seq);
    const own = seqAdd(sendNext, takeover?.accepted?.skip ?? 0);
    const exact = takeover?.committedAt === undefined ? tcp.seq === own : isNext(progress, seq);
    if (exact) return "targetRst";
    return answeredWith(turn.state, seqAdd(seq, -1)) ? "targetRstCandidate" : "targetRstOther";
  }
  if (has(tcp, SYN)) {
    if (!has(tcp, ACK) || has(tcp, FIN)) return "targetSynAckWrong";
    if (!takeover) return "targetSynAck";
    if (tcp.ack !== expected) return "targetSynAckWrong";
    if (sendNext === seqAdd(tcp.seq, 1)) return "targetSynAck";
    if (isUncommitted && judgeTarget(turn, segment).refused) return "targetSynAckOdd";
    return sendNext === undefined ? "targetSynAck" : "targetSynAckOther";
  }
  if (has(tcp, FIN)) return "targetFin";
  return payload.length > 0 ? "targetData" : "targetAck";
}

const PARKED_REACH = 0x10000;

function parkedKind({ state }: Turn, { segment, target }: Arrival): ParkedKind {
  const { tcp, frame } = segment;
  const entry = given(parkedNamed(state, target), "parked");
  const { receiveNext, sendNext } = parkedNumbers(entry);
  if (has(tcp, RST)) return tcp.seq === sendNext ? "parkedRst" : "parkedOdd";
  // It has had nothing since, and what it may say is near what it has said.
  if (!has(tcp, ACK) || tcp.ack !== receiveNext) return "parkedOdd";
  if (!seqInWindow(tcp.seq, seqAdd(sendNext, -PARKED_REACH), 2 * PARKED_REACH)) return "parkedOdd";
  const length = segmentLength(frame);
  const isNew = seqAfter(seqAdd(tcp.seq, length), sendNext);
  if (has(tcp, SYN)) return isNew ? "parkedOdd" : "parkedKeepalive";
  if (isNew) return "parkedData";
  if (length > 0 || tcp.seq !== sendNext) return "parkedKeepalive";
  return target === ORIGIN && isUnanswered(state) ? "parkedChallenge" : "parkedAck";
}

function isNext({ serverNext, clientAck }: ConnectionState["progress"], seq: number): boolean {
  return seq === serverNext || seq === clientAck;
}
