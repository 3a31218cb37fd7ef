/** RFC 9293 §3.10.7.4, seventh and eighth: data and FIN. */
import { seqAdd, seqBefore, seqDiff, seqOffset, TcpFlags } from "../../tcp/index.ts";
import { type ControlBlock, enterTimeWait, receiveWindow, type Segment } from "./control-block.ts";
import { flush, sendAck } from "./output.ts";

/** Takes what lies in the window, acknowledges it, and gives the application what is in order. */
export function takeData(block: ControlBlock, segment: Segment): void {
  const { flags, payload } = segment;
  const hasFin = (flags & TcpFlags.fin) !== 0;
  if ((payload.length === 0 && !hasFin) || block.peerClosed) return;
  const end = seqAdd(segment.seq, payload.length);
  const before = block.incoming.length;
  place(block, segment.seq, payload);
  if (hasFin && seqBefore(end, block.rcvAdv)) block.finSeq = end;
  if (block.finSeq === block.rcvNxt) {
    block.rcvNxt = seqAdd(block.rcvNxt, 1);
    block.peerClosed = true;
  }
  sendAck(block);
  const fresh = block.incoming.view(before);
  if (fresh.length > 0 && !block.paused) block.host.deliver(fresh);
  if (block.peerClosed) takeFin(block);
}

function place(block: ControlBlock, seq: number, payload: Uint8Array): void {
  const start = seqBefore(seq, block.rcvNxt) ? seqDiff(block.rcvNxt, seq) : 0;
  const from = seqAdd(seq, start);
  const room = receiveWindow(block) - seqOffset(from, block.rcvNxt);
  const data = payload.subarray(start, Math.max(start, Math.min(payload.length, start + room)));
  if (data.length === 0) return;
  if (from !== block.rcvNxt) {
    block.early.insert(block.rcvNxt, from, data);
    return;
  }
  for (let next: Uint8Array | undefined = data; next; next = block.early.take(block.rcvNxt)) {
    block.incoming.append(next);
    block.rcvNxt = seqAdd(block.rcvNxt, next.length);
    if (block.paused) block.unread += next.length;
  }
}

function takeFin(block: ControlBlock): void {
  if (block.state === "established") block.state = "closeWait";
  else if (block.state === "finWait1") block.state = "closing";
  else if (block.state === "finWait2") enterTimeWait(block);
  if (block.settings.closesWithPeer && !block.paused) close(block);
}

/** RFC 9293 §3.10.4: no more data from this side. Before the connection is open it is put off, in SYN-SENT as well. */
export function close(block: ControlBlock): void {
  if (block.closing || block.state === "closed") return;
  block.closing = true;
  if (block.state === "established") block.state = "finWait1";
  else if (block.state === "closeWait") block.state = "lastAck";
  flush(block);
}

/** The application reads what has waited, and the peer is told when that makes room worth telling. */
export function resume(block: ControlBlock): void {
  if (!block.paused) return;
  const waiting = block.incoming.view(block.incoming.length - block.unread);
  const before = receiveWindow(block);
  const { receiveWindow: whole } = block.settings;
  block.paused = false;
  block.unread = 0;
  if (block.state === "closed") return;
  if (waiting.length > 0) {
    // RFC 9293 §3.8.6.2.2: half the buffer or a segment.
    if (before < whole / 2 || before < block.agreed.peerMss) sendAck(block);
    block.host.deliver(waiting);
  }
  if (block.peerClosed && block.settings.closesWithPeer) close(block);
}
