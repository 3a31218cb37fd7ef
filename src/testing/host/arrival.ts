/** RFC 9293 §3.10.7: what a segment does to a connection that exists. */
import { seqAdd, seqAfter, seqBefore, seqInWindow, TcpFlags } from "../../tcp/index.ts";
import { takeAck } from "./acknowledgment.ts";
import { type ControlBlock, endConnection, enterTimeWait, receiveWindow, type Segment } from "./control-block.ts";
import { agree } from "./negotiation.ts";
import { flush, refuseAck, sendAck, sendSyn } from "./output.ts";
import { takeData } from "./reception.ts";

/** So many answers in so many milliseconds to segments without data that lie outside of the window. */
const ANSWERS = 8;
const ANSWERS_MS = 500;

/** The first segment of a connection: RFC 9293 §3.10.7.2. */
export function acceptSyn(block: ControlBlock, segment: Segment): void {
  takePeerSyn(block, segment);
  sendSyn(block);
  block.retransmitAt = block.host.now() + block.settings.rtoMs;
}

export function arrive(block: ControlBlock, segment: Segment): void {
  if (block.state === "closed") return;
  if (block.state === "synSent") arriveInSynSent(block, segment);
  else if (passesChecks(block, segment)) proceed(block, segment);
}

/** RFC 9293 §3.10.7.3. */
function arriveInSynSent(block: ControlBlock, segment: Segment): void {
  const { flags, ack } = segment;
  const hasAck = (flags & TcpFlags.ack) !== 0;
  const isReset = (flags & TcpFlags.rst) !== 0;
  if (hasAck && ack !== block.sndNxt) {
    if (!isReset) refuseAck(block, ack);
    return;
  }
  if (isReset) {
    if (hasAck) endConnection(block, "refused");
    return;
  }
  if ((flags & TcpFlags.syn) === 0) return;
  takePeerSyn(block, segment);
  if (!hasAck) {
    // Both sides have sent a SYN: §3.5, figure 7.
    block.state = "synReceived";
    sendSyn(block);
    return;
  }
  establish(block, segment, segment.window);
  sendAck(block);
  takeData(block, { ...segment, seq: block.rcvNxt });
  flush(block);
}

function takePeerSyn(block: ControlBlock, segment: Segment): void {
  block.irs = segment.seq;
  block.rcvNxt = seqAdd(segment.seq, 1);
  block.rcvAdv = seqAdd(block.rcvNxt, Math.min(block.settings.receiveWindow, 0xffff));
  block.lastAckSent = block.rcvNxt;
  agree(block, segment);
}

/** `window` in bytes: the field of a SYN-ACK is not scaled, that of the third segment is. */
function establish(block: ControlBlock, segment: Segment, window: number): void {
  block.state = block.closing ? "finWait1" : "established";
  block.sndUna = seqAdd(block.iss, 1);
  block.sndWnd = window;
  block.maxSndWnd = window;
  block.sndWl1 = segment.seq;
  block.sndWl2 = segment.ack;
  block.attempts = 0;
  block.retransmitAt = undefined;
}

/** The checks that come before a segment means anything; answers those that fail where an answer is due. */
function passesChecks(block: ControlBlock, segment: Segment): boolean {
  const { seq, flags } = segment;
  const isReset = (flags & TcpFlags.rst) !== 0;
  const isSyn = (flags & TcpFlags.syn) !== 0;
  if (!passesTimestamps(block, segment)) return false;
  if (block.state === "synReceived" && isSyn && seq === block.irs && !isReset) {
    return passesRepeatedSyn(block, segment);
  }
  if (!isAcceptable(block, segment)) {
    if (isReset) return false;
    if (mayAnswer(block, segment)) sendAck(block);
    if (block.state === "timeWait" && (flags & TcpFlags.fin) !== 0) enterTimeWait(block);
    return false;
  }
  if (isReset) {
    takeReset(block, segment);
    return false;
  }
  keepTimestamp(block, segment);
  if (isSyn) {
    // RFC 5961 §4.2: a SYN in the window is answered, and no more.
    sendAck(block);
    return false;
  }
  return (flags & TcpFlags.ack) !== 0;
}

/**
 * Two sides that answer each other's old acknowledgments would never stop where frames are repeated. As in Linux, what carries no
 * data is answered only so often.
 */
function mayAnswer(block: ControlBlock, { payload }: Segment): boolean {
  if (payload.length > 0) return true;
  const now = block.host.now();
  const last = block.answeredAt.filter((at) => at > now - ANSWERS_MS);
  if (last.length >= ANSWERS) return false;
  block.answeredAt = [...last, now];
  return true;
}

/** RFC 7323 §3.2 and §5.3. */
function passesTimestamps(block: ControlBlock, { flags, options }: Segment): boolean {
  if (!block.agreed.timestamps || (flags & TcpFlags.rst) !== 0) return true;
  const option = options.find((candidate) => candidate.type === "timestamps");
  if (!option) return block.settings.toleratesMissingTimestamps;
  if (!seqBefore(option.value, block.tsRecent)) return true;
  sendAck(block);
  return false;
}

/** RFC 7323 §4.3, (2) and (3). */
function keepTimestamp(block: ControlBlock, { seq, options }: Segment): void {
  const option = options.find((candidate) => candidate.type === "timestamps");
  if (option && !seqAfter(seq, block.lastAckSent)) block.tsRecent = option.value;
}

/** The peer's SYN again: it has not got the answer; or its SYN-ACK, when both sides have sent a SYN. */
function passesRepeatedSyn(block: ControlBlock, { flags, ack }: Segment): boolean {
  const isCrossing = (flags & TcpFlags.ack) !== 0 && ack === block.sndNxt;
  if (!isCrossing) sendSyn(block);
  return isCrossing;
}

/** RFC 9293 §3.4, table 6. */
function isAcceptable(block: ControlBlock, { seq, flags, payload }: Segment): boolean {
  const { rcvNxt } = block;
  const window = receiveWindow(block);
  const length = payload.length + countOf(flags, TcpFlags.syn) + countOf(flags, TcpFlags.fin);
  if (length === 0) return window === 0 ? seq === rcvNxt : seqInWindow(seq, rcvNxt, window);
  return seqInWindow(seq, rcvNxt, window) || seqInWindow(seqAdd(seq, length - 1), rcvNxt, window);
}

function countOf(flags: number, flag: number): number {
  return (flags & flag) === 0 ? 0 : 1;
}

/** RFC 5961 §3.2: only the exact number ends a connection; another one in the window asks whether the peer means it. */
function takeReset(block: ControlBlock, { seq }: Segment): void {
  if (block.state === "timeWait") endConnection(block, undefined);
  else if (seq !== block.rcvNxt) sendAck(block);
  else endConnection(block, block.state === "synReceived" && block.active ? "refused" : "reset");
}

function proceed(block: ControlBlock, segment: Segment): void {
  if (block.state === "synReceived") {
    if (segment.ack !== block.sndNxt) {
      refuseAck(block, segment.ack);
      return;
    }
    const isCrossing = (segment.flags & TcpFlags.syn) !== 0;
    const scale = isCrossing ? 0 : (block.agreed.peerWindowScale ?? 0);
    establish(block, segment, segment.window * 2 ** scale);
  } else if (!takeAck(block, segment)) {
    return;
  }
  takeCongestion(block, segment);
  takeData(block, segment);
  flush(block);
}

/** RFC 3168 §6.1. */
function takeCongestion(block: ControlBlock, { flags, ecn }: Segment): void {
  const EXPERIENCED = 3;
  if ((flags & TcpFlags.cwr) !== 0) block.echoCongestion = false;
  if (ecn === EXPERIENCED) block.echoCongestion = true;
  if ((flags & TcpFlags.ece) !== 0) block.reduceWindow = true;
}
