/**
 * A SYN with the addresses of a connection that lives: perhaps its client uses the port again, perhaps somebody forged it. It
 * goes to server 1 and is remembered beside the connection. Only the client's own ACK of server 1's answer, which a forger
 * does not see, gives it the connection's place (RFC 5961 §4).
 */
import { decodeFrame, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { readSegment } from "../segment.ts";
import type { Arrival } from "./arrival.ts";
import { acknowledgedCandidate, candidateOf } from "./classify.ts";
import { currentServer, isServer1, isTakenOver } from "./handover.ts";
import { holdUnacknowledged } from "./hold.ts";
import { dropFlows } from "./linger.ts";
import { editedSyn, establish, isUntouchable, relayAway, restart, sendSyn } from "./open.ts";
import { endParked, release } from "./park.ts";
import { parkedNamed } from "./parked.ts";
import type { ConnectionPhase } from "./phase.ts";
import { ORIGIN } from "./places.ts";
import { ReportCode } from "./report.ts";
import { resetOrigin, resetTakeover, resetTarget } from "./reset.ts";
import type { Candidate, ConnectionState, Takeover } from "./state.ts";
import { plainSide, towardsClient, towardsServer } from "./translate.ts";
import { enter, given, report, sendOn, type Turn, takeSerial, update } from "./turn.ts";
import { justBegun, unknownConnection } from "./unknown.ts";
import { isCarried, watchCandidates } from "./watch.ts";

/** Those that are not too old. */
export function currentCandidates({ state, settings, at }: Turn): readonly Candidate[] {
  const { candidates } = state;
  const { candidateMs } = settings.timing;
  return candidates.every(({ seenAt }) => at < seenAt + candidateMs)
    ? candidates
    : candidates.filter(({ seenAt }) => at < seenAt + candidateMs);
}

/**
 * Remembers a SYN, if there is room, and sends it to server 1. Where flows carry the connection to that, it waits until the switch shows
 * what comes of it; without room it stays away there, or it would begin a connection that nobody judges.
 */
export function propose(turn: Turn, { segment, inPort }: Arrival): void {
  const syn = editedSyn(turn, segment);
  const { candidates } = turn.state;
  const waits = isCarried(turn.state) && carriesPlainly(turn.state);
  if (isFull(turn)) {
    report(turn, ReportCode.candidatesFull, "Too many SYNs of these addresses: this one is not remembered.");
  } else {
    const candidate: Candidate = {
      syn: syn.bytes,
      clientIsn: syn.tcp.seq,
      synAck: undefined,
      serverIsn: undefined,
      seenAt: turn.at,
      sendAt: waits ? turn.at + turn.settings.timing.showMs : undefined,
      watched: isCarried(turn.state),
    };
    report(turn, ReportCode.portReused, "A SYN would begin another connection of these addresses: watch it.", {
      seq: syn.tcp.seq,
    });
    update(turn, { candidates: [...candidates, candidate] });
    watchCandidates(turn);
  }
  if (!waits) sendSyn(turn, syn, inPort);
}

function isFull({ state, settings }: Turn): boolean {
  return state.candidates.length >= settings.limits.candidates;
}

/**
 * The old connection only lingers. Where the switch carried it to server 1, its flows would hide the rest of the new handshake a while
 * longer than they are there.
 */
export function beginAgain(turn: Turn, arrival: Arrival): void {
  const { state, settings, at } = turn;
  const isKnown = candidateOf(state, arrival.segment.tcp.seq) !== undefined;
  if (!isCarried(state) || !carriesPlainly(state) || (!isKnown && isFull(turn))) {
    restart(turn, arrival);
    return;
  }
  const { candidateMs, lingerMs } = settings.timing;
  // Not for ever, however many come.
  const until = Math.min(at, state.since + lingerMs) + candidateMs;
  update(turn, { lingerUntil: Math.max(state.lingerUntil, until) });
  if (isKnown) proposeAgain(turn, arrival);
  else propose(turn, arrival);
}

const plainPhases: readonly ConnectionPhase[] = ["fwdArm", "forwarded", "nonMig", "closing", "linger"];

/** Whether flows carry it to server 1 as it is. */
function carriesPlainly(state: ConnectionState): boolean {
  return plainPhases.includes(state.phase) && !isTakenOver(state) && !state.previous;
}

/** SYNs that have waited until the switch shows what comes of them. */
export function sendWaiting(turn: Turn): void {
  const { candidates, clientPort } = turn.state;
  const isDue = ({ sendAt }: Candidate): boolean => sendAt !== undefined && turn.at >= sendAt;
  const due = candidates.filter(isDue);
  if (due.length === 0) return;
  update(turn, {
    candidates: candidates.map((candidate) => (isDue(candidate) ? { ...candidate, sendAt: undefined } : candidate)),
  });
  for (const { syn } of due) {
    const { segment } = readSegment(syn, "syn");
    if (segment) sendSyn(turn, segment, clientPort);
  }
}

/** Server 1 answers a candidate. */
export function answerCandidate(turn: Turn, { segment, inPort }: Arrival): void {
  const { tcp, bytes } = segment;
  const answeredTo = seqAdd(tcp.ack, -1);
  const { candidates, connection, clientPort } = turn.state;
  update(turn, {
    candidates: candidates.map((candidate) =>
      candidate.clientIsn === answeredTo ? { ...candidate, synAck: bytes, serverIsn: tcp.seq } : candidate,
    ),
  });
  const proposed = candidates.find(({ clientIsn }) => clientIsn === answeredTo);
  const waiting = parkedNamed(turn.state, ORIGIN);
  if (waiting) release(turn, waiting, "Server 1 answers another SYN: it has forgotten the connection.", false);
  // When the SYN came, the switch may not have carried the connection yet.
  if (waiting || (proposed && (!proposed.watched || proposed.seenAt < turn.state.since))) watchCandidates(turn);
  const frame = towardsClient(connection, segment, plainSide(turn.settings.origin));
  sendOn(turn, frame, inPort, clientPort, "Server 1's answer to the other SYN.");
}

/** Server 1 challenges a SYN: a client that is there will answer, and one that is not has nothing to fear. */
export function passChallenge(turn: Turn, { segment, inPort }: Arrival): void {
  const { connection, clientPort } = turn.state;
  const frame = towardsClient(connection, segment, plainSide(turn.settings.origin));
  sendOn(turn, frame, inPort, clientPort, "Server 1 asks whether its client means the other SYN.");
}

/** The client takes a candidate's SYN back: server 1 has told it of that when it wanted to begin again (RFC 9293 §3.10.7.3). */
export function takeBack(turn: Turn, { segment, inPort }: Arrival): void {
  const { candidates, connection } = turn.state;
  const { origin } = turn.settings;
  const taken = candidateOf(turn.state, seqAdd(segment.tcp.seq, -1));
  update(turn, { candidates: candidates.filter((candidate) => candidate !== taken) });
  // Server 1 has never had it.
  if (taken?.sendAt !== undefined) return;
  const bytes = towardsServer(connection, segment, plainSide(origin));
  sendOn(turn, bytes, inPort, origin.switchPort, "The client takes its other SYN back.");
}

/** A candidate's SYN, once more. */
export function proposeAgain(turn: Turn, { segment, inPort }: Arrival): void {
  const candidate = candidateOf(turn.state, segment.tcp.seq);
  if (candidate && candidate.sendAt === undefined) sendSyn(turn, editedSyn(turn, segment), inPort);
}

/** The client acknowledged server 1's answer: the old connection is gone, this is the new one. */
export function promote(turn: Turn, arrival: Arrival): void {
  const candidate = given(acknowledgedCandidate(turn.state, arrival.segment), "candidates");
  purge(turn);
  const { state } = turn;
  const synAck = given(candidate.synAck, "synAck");
  const { tcp: header, ethernet } = decodeFrame(synAck);
  const answer = given(header, "synAck");
  const clientNext = seqAdd(candidate.clientIsn, 1);
  const serverNext = seqAdd(answer.seq, 1);
  report(turn, ReportCode.promoted, "The client has begun another connection of the same addresses and ports.");
  const serial = takeSerial(turn);
  // Whoever completes a handshake could as well have begun by another port.
  const resets = { tokens: turn.settings.limits.resetBurst, at: turn.at };
  turn.state = unknownConnection({ ...turn.state, generation: state.generation + 1, serial, resets }, turn.at);
  enter(turn, "synAck", {
    shadow: turn.settings.shadow ? justBegun : undefined,
    clientIsn: candidate.clientIsn,
    serverIsn: answer.seq,
    syn: candidate.syn,
    synAck,
    originVlans: ethernet.vlans,
    progress: {
      clientNext,
      clientAck: serverNext,
      serverNext,
      serverAck: clientNext,
      window: arrival.segment.tcp.window,
      serverWindow: answer.window,
    },
  });
  const { tcp, payload } = arrival.segment;
  const { tcp: syn } = decodeFrame(candidate.syn);
  if (syn && isUntouchable(syn)) relayAway(turn, arrival);
  else if (payload.length > 0) holdUnacknowledged(turn, arrival);
  else if ((tcp.flags & TcpFlags.fin) !== 0) relayAway(turn, arrival);
  else establish(turn, arrival);
}

/** Nothing of the old connection may stay: neither flows nor what the new server has of it. */
function purge(turn: Turn): void {
  const { takeover, previous, progress, phase } = turn.state;
  const why = "The client has given up the old connection.";
  const holder = isTakenOver(turn.state) ? takeover : previous;
  const shift = currentServer(turn).side.offsets.clientToServer.seq;
  // Server 1 has the new connection, and nothing of the old one.
  const isOther = ({ target }: Takeover): boolean => !isServer1(turn.state, turn.settings, target);
  // A hand-over that is committed and not complete has two servers with the connection.
  if (phase === "arm" && takeover && takeover === holder && previous && isOther(previous))
    resetOrigin(turn, takeover.client, why);
  dropFlows(turn);
  if (holder && isOther(holder)) resetTarget(turn, holder.target, seqAdd(progress.clientNext, shift), why);
  if (takeover && takeover !== holder && isOther(takeover)) resetTakeover(turn, why);
  endParked(turn, ORIGIN);
}
