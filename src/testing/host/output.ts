/** What a connection sends. */
import { seqAdd, seqAfter, seqOffset, TcpFlags, type TcpOption } from "../../tcp/index.ts";
import { type ControlBlock, ownWindowScale, receiveWindow } from "./control-block.ts";
import { handshakeOptions, ownMss, timestampNow } from "./negotiation.ts";

const NOTHING = new Uint8Array(0);
const NOP: TcpOption = { type: "nop" };
/** RFC 3168 §5: ECT(0). */
const CAPABLE = 2;
const TIMESTAMPS_SIZE = 12;
const SACK_BLOCKS = 4;
const SACK_BLOCKS_WITH_TIMESTAMPS = 3;

/** SYN, or SYN-ACK when the peer's SYN is here. */
export function sendSyn(block: ControlBlock): void {
  const isAnswer = block.state === "synReceived";
  const { settings, agreed } = block;
  const window = Math.min(settings.receiveWindow, 0xffff);
  if (isAnswer) promise(block, window);
  const wantsEcn = isAnswer ? agreed.ecn : settings.ecn;
  const ecnFlags = wantsEcn ? TcpFlags.ece | (isAnswer ? 0 : TcpFlags.cwr) : 0;
  block.host.emit({
    seq: block.iss,
    ack: isAnswer ? block.rcvNxt : 0,
    flags: TcpFlags.syn | (isAnswer ? TcpFlags.ack : 0) | ecnFlags,
    window,
    options: handshakeOptions(block, isAnswer),
    payload: NOTHING,
    ecn: 0,
  });
  block.lastAckSent = block.rcvNxt;
}

/** A bare acknowledgment; `seq` is another one only in a window probe. */
export function sendAck(block: ControlBlock, seq = block.sndNxt): void {
  send(block, seq, TcpFlags.ack, NOTHING);
}

/** RFC 9293 §3.5.2: the reset of a connection that this side gives up. */
export function sendReset(block: ControlBlock): void {
  block.host.emit({
    ...{ seq: block.sndNxt, ack: block.rcvNxt, flags: TcpFlags.rst | TcpFlags.ack, window: 0 },
    ...{ options: [], payload: NOTHING, ecn: 0 },
  });
}

/** The reset that answers an acknowledgment which is none of this connection's: it stands where the peer expects it. */
export function refuseAck(block: ControlBlock, seq: number): void {
  const rest = { ack: 0, flags: TcpFlags.rst, window: 0, options: [], payload: NOTHING, ecn: 0 };
  block.host.emit({ seq, ...rest });
}

/** Sends what is new and may go: data, then the FIN. */
export function flush(block: ControlBlock): void {
  if (!maySend(block)) return;
  while (!block.finSent) {
    const inFlight = seqOffset(block.sndNxt, block.sndUna);
    const unsent = block.outgoing.length - inFlight;
    const room = block.sndWnd - inFlight;
    const size = Math.max(0, Math.min(unsent, room, segmentSize(block)));
    const isLast = size === unsent;
    const withFin = block.closing && isLast && room > size;
    if (size === 0 && !withFin) break;
    // RFC 9293 §3.8.6.2.1: no silly small segments while more is on its way.
    if (!isLast && size < segmentSize(block) && inFlight > 0 && size < block.maxSndWnd / 2) break;
    const flags = TcpFlags.ack | (isLast && size > 0 ? TcpFlags.psh : 0) | (withFin ? TcpFlags.fin : 0);
    const seq = block.sndNxt;
    block.sndNxt = seqAdd(seq, size + (withFin ? 1 : 0));
    block.finSent = withFin;
    send(block, seq, flags, block.outgoing.view(inFlight, inFlight + size));
  }
  setTimers(block);
}

/** Sends the first thing again that is not acknowledged. */
export function sendAgain(block: ControlBlock): void {
  block.retransmissions++;
  if (block.state === "synSent" || block.state === "synReceived") {
    sendSyn(block);
    return;
  }
  const inFlight = seqOffset(block.sndNxt, block.sndUna);
  const size = Math.min(block.outgoing.length, inFlight, segmentSize(block));
  const withFin = block.finSent && size === block.outgoing.length;
  const flags = TcpFlags.ack | (size > 0 ? TcpFlags.psh : 0) | (withFin ? TcpFlags.fin : 0);
  send(block, block.sndUna, flags, block.outgoing.view(0, size));
}

/** Whether anything behind the SYN may go in this state. */
function maySend({ state }: ControlBlock): boolean {
  return !(state === "synSent" || state === "synReceived" || state === "timeWait" || state === "closed");
}

function setTimers(block: ControlBlock): void {
  const { settings, host } = block;
  const inFlight = seqOffset(block.sndNxt, block.sndUna);
  const waits = block.outgoing.length > inFlight || (block.closing && !block.finSent);
  block.retransmitAt = inFlight > 0 ? (block.retransmitAt ?? host.now() + settings.rtoMs) : undefined;
  block.probeAt = inFlight === 0 && waits ? (block.probeAt ?? host.now() + settings.rtoMs) : undefined;
}

/** The most data that fits one segment: RFC 6691, options count against the maximum segment size. */
function segmentSize(block: ControlBlock): number {
  const mss = Math.min(block.agreed.peerMss, ownMss(block));
  return Math.max(1, mss - (block.agreed.timestamps ? TIMESTAMPS_SIZE : 0));
}

function send(block: ControlBlock, seq: number, flags: number, payload: Uint8Array): void {
  const { agreed } = block;
  const echo = agreed.ecn && block.echoCongestion ? TcpFlags.ece : 0;
  const reduced = agreed.ecn && block.reduceWindow && payload.length > 0 ? TcpFlags.cwr : 0;
  if (reduced !== 0) block.reduceWindow = false;
  block.host.emit({
    seq,
    ack: block.rcvNxt,
    flags: flags | echo | reduced,
    window: windowField(block),
    options: options(block, payload.length === 0),
    payload,
    ecn: agreed.ecn && payload.length > 0 ? CAPABLE : 0,
  });
  block.lastAckSent = block.rcvNxt;
}

function options(block: ControlBlock, isBare: boolean): TcpOption[] {
  const { agreed, early } = block;
  const list: TcpOption[] = [];
  if (agreed.timestamps) list.push(NOP, NOP, { type: "timestamps", value: timestampNow(block), echo: block.tsRecent });
  if (isBare && agreed.sackPermitted && !early.isEmpty) {
    const blocks = early.blocks(agreed.timestamps ? SACK_BLOCKS_WITH_TIMESTAMPS : SACK_BLOCKS);
    list.push(NOP, NOP, { type: "sack", blocks });
  }
  return list;
}

/** The window to tell. Never takes back what was promised, but for what rounding down costs once the buffer is full. */
function windowField(block: ControlBlock): number {
  const unit = 2 ** ownWindowScale(block);
  const free = Math.max(0, block.settings.receiveWindow - block.unread);
  const promised = receiveWindow(block) / unit;
  // Linux rounds up what it has promised; with a full buffer that would promise more with each segment.
  const kept = free >= unit ? Math.ceil(promised) : Math.floor(promised);
  const field = Math.min(0xffff, Math.max(kept, Math.floor(free / unit)));
  promise(block, field * unit);
  return field;
}

function promise(block: ControlBlock, window: number): void {
  const end = seqAdd(block.rcvNxt, window);
  if (seqAfter(end, block.rcvAdv)) block.rcvAdv = end;
}
