/** RFC 9293 §3.10.7.4, fifth: what the acknowledgment of a segment does. */
import { seqAdd, seqAfter, seqBefore, seqDiff, seqOffset, TcpFlags } from "../../tcp/index.ts";
import { type ControlBlock, endConnection, enterTimeWait, type Segment } from "./control-block.ts";
import { sendAck, sendAgain } from "./output.ts";

const DUPLICATES = 3;

/** Returns whether the rest of the segment counts. */
export function takeAck(block: ControlBlock, segment: Segment): boolean {
  const { ack } = segment;
  // As Linux does it: RFC 5961 §5.2 with the bytes that were ever acknowledged as another bound.
  const oldest = seqAdd(block.sndUna, -Math.min(block.maxSndWnd, block.bytesAcked));
  if (seqAfter(ack, block.sndNxt) || seqBefore(ack, oldest)) {
    sendAck(block);
    return false;
  }
  if (block.probeAt !== undefined) block.attempts = 0;
  const isNew = seqAfter(ack, block.sndUna);
  if (isNew) advance(block, ack);
  else if (ack === block.sndUna) countDuplicate(block, segment);
  if (isNew || !isOlder(block, segment)) updateWindow(block, segment);
  return block.state !== "closed";
}

function advance(block: ControlBlock, ack: number): void {
  const acked = seqOffset(ack, block.sndUna);
  const data = Math.min(acked, block.outgoing.length);
  block.sndUna = ack;
  block.outgoing.drop(data);
  block.bytesAcked += data;
  block.attempts = 0;
  block.duplicateAcks = 0;
  block.probeAt = undefined;
  // RFC 6298 §5.3: starts anew; `flush` does so at the end of the segment.
  block.retransmitAt = undefined;
  if (block.recover !== undefined) {
    if (seqBefore(ack, block.recover)) sendAgain(block);
    else block.recover = undefined;
  }
  if (block.finSent && ack === block.sndNxt) finishSending(block);
}

function finishSending(block: ControlBlock): void {
  if (block.state === "finWait1") block.state = "finWait2";
  else if (block.state === "closing") enterTimeWait(block);
  else if (block.state === "lastAck") endConnection(block, undefined);
}

/** RFC 5681 §3.2: three acknowledgments of the same number tell of a loss. */
function countDuplicate(block: ControlBlock, { payload, flags, window }: Segment): void {
  const isDuplicate =
    payload.length === 0 &&
    (flags & TcpFlags.fin) === 0 &&
    block.sndNxt !== block.sndUna &&
    windowOf(block, window) === block.sndWnd;
  if (!isDuplicate) return;
  block.duplicateAcks++;
  if (block.duplicateAcks !== DUPLICATES || block.recover !== undefined) return;
  block.recover = block.sndNxt;
  sendAgain(block);
}

/** Whether the window that a segment tells is older than the one that is known. */
function isOlder(block: ControlBlock, { seq, ack }: Segment): boolean {
  if (seqBefore(ack, block.sndUna) || seqBefore(seq, block.sndWl1)) return true;
  return seq === block.sndWl1 && seqDiff(ack, block.sndWl2) < 0;
}

/**
 * Whatever acknowledges new data is taken, as Linux does it: with the RFC's comparison alone, data that is repeated and acknowledges
 * more than an overtaken ACK would move the old window forward, beyond what was ever offered.
 */
function updateWindow(block: ControlBlock, { seq, ack, window }: Segment): void {
  block.sndWnd = windowOf(block, window);
  block.maxSndWnd = Math.max(block.maxSndWnd, block.sndWnd);
  block.sndWl1 = seq;
  block.sndWl2 = ack;
}

function windowOf({ agreed }: ControlBlock, field: number): number {
  return field * 2 ** (agreed.peerWindowScale ?? 0);
}
