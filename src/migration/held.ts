/** The client's data that nobody has acknowledged yet: put in order and made ready for the new server. */
import { encodeFrame, segmentLength, shiftSegment, TcpFlags } from "../tcp/index.ts";
import { seqAdd, seqDiff, seqMax, seqMin } from "../tcp/seq.ts";
import type { Bytes } from "../wire/index.ts";
import type { ClientNumbers } from "./offsets.ts";
import { type Finding, finding, Reason } from "./reason.ts";
import type { Segment } from "./segment.ts";

/** One segment to release, in the client's own numbers. */
export interface HeldSegment {
  readonly seq: number;
  /** Always the same: the next server byte that the client expects. */
  readonly ack: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  /** The whole frame, its checksum right if it was right when it came. */
  readonly bytes: Bytes;
}

/** Whether a segment takes sequence numbers: data, or a FIN. */
export function takesSequence(segment: Segment): boolean {
  return segmentLength(segment.frame) > 0;
}

/** The lowest sequence number of all segments that carry data or a FIN; undefined when there is none. */
export function lowestSeq(segments: readonly Segment[]): number | undefined {
  return fold(segments.filter(takesSequence), ({ tcp }) => tcp.seq, seqMin);
}

/** The highest acknowledgment; undefined when there are no segments. */
export function highestAck(segments: readonly Segment[]): number | undefined {
  return fold(segments, ({ tcp }) => tcp.ack, seqMax);
}

function fold(
  segments: readonly Segment[],
  number: (segment: Segment) => number,
  choose: (a: number, b: number) => number,
): number | undefined {
  const [first, ...rest] = segments.map(number);
  return first === undefined ? undefined : rest.reduce(choose, first);
}

/** The window that the client advertised last: RFC 9293 §3.10.7.4 takes it from the latest sequence number, then the latest ACK. */
export function latestWindow(segments: readonly Segment[]): number | undefined {
  let latest: Segment | undefined;
  for (const segment of segments) {
    const ahead = latest ? seqDiff(segment.tcp.seq, latest.tcp.seq) : 1;
    if (!latest || ahead > 0 || (ahead === 0 && seqDiff(segment.tcp.ack, latest.tcp.ack) >= 0)) latest = segment;
  }
  return latest?.tcp.window;
}

/** Held segments in order, without repetitions. */
export interface ArrangedHeld {
  readonly segments: readonly HeldSegment[];
  /** The sequence number behind the last byte that follows without a gap. */
  readonly end: number;
  readonly findings: readonly Finding[];
}

/**
 * Sorts by sequence number, cuts off what an earlier segment or the new server already has, and lets every segment acknowledge
 * the same. What lies beyond `window` bytes is left out: the client sends it again.
 */
export function arrangeHeld(segments: readonly Segment[], numbers: ClientNumbers, window: number): ArrangedHeld {
  const { clientNext, serverNext } = numbers;
  const sorted = segments
    .filter(takesSequence)
    .map((segment) => ({ segment, from: seqDiff(segment.tcp.seq, clientNext) }))
    .sort((a, b) => a.from - b.from);
  const arranged: HeldSegment[] = [];
  let covered = 0;
  let contiguous = 0;
  let full = false;
  let end = 0;
  for (const { segment, from } of sorted) {
    const to = from + segmentLength(segment.frame);
    if (to <= covered) continue;
    end = Math.max(end, to);
    // A FIN takes a sequence number but no room in the window.
    full ||= from + segment.payload.length > window;
    const held = full ? undefined : release(segment, Math.max(0, covered - from), serverNext);
    if (!held) continue;
    arranged.push(held);
    if (from <= contiguous) contiguous = to;
    covered = to;
  }
  const findings: Finding[] = [];
  if (full) {
    const text = `Held data beyond the new server's first window of ${window} bytes stays behind; the client sends it again.`;
    findings.push(finding("ok", Reason.heldBeyondWindow, text, { window, released: covered, held: end }));
  }
  return { segments: arranged, end: seqAdd(clientNext, contiguous), findings };
}

function release(segment: Segment, cut: number, serverNext: number): HeldSegment | undefined {
  const trimmed = cut === 0 ? segment.bytes : trim(segment, cut);
  if (!trimmed) return undefined;
  const bytes = shiftSegment(trimmed, { ack: seqDiff(serverNext, segment.tcp.ack) });
  const { seq, flags } = segment.tcp;
  return { seq: seqAdd(seq, cut), ack: serverNext, flags, payload: segment.payload.subarray(cut), bytes };
}

/** The frame without its first `cut` bytes of data; nothing when its checksum is wrong, which trimming would hide. */
function trim({ frame, tcp, payload }: Segment, cut: number): Bytes | undefined {
  if (tcp.checksumValid === false) return undefined;
  // The urgent pointer counts from the sequence number.
  const urgent = (tcp.flags & TcpFlags.urg) !== 0 && tcp.urgentPointer > cut;
  return encodeFrame({
    ...frame,
    tcp: {
      ...tcp,
      seq: seqAdd(tcp.seq, cut),
      flags: urgent ? tcp.flags : tcp.flags & ~TcpFlags.urg,
      urgentPointer: urgent ? tcp.urgentPointer - cut : 0,
    },
    payload: payload.subarray(cut),
  });
}
