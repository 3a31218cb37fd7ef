/** The held data of a connection: what is taken in, and what of it follows without a gap. */
import { segmentLength, TcpFlags } from "../../tcp/index.ts";
import { seqAdd, seqDiff } from "../../tcp/seq.ts";
import { concat } from "../../wire/index.ts";
import { type ArrangedHeld, arrangeHeld } from "../held.ts";
import { readSegment, type Segment } from "../segment.ts";
import type { Limits } from "./bounds.ts";
import type { ConnectionState } from "./state.ts";

/** `held`: taken in. `known`: nothing new in it. `full`: a bound is reached. `conflict`: it contradicts what is held. */
export type Intake = "held" | "known" | "full" | "conflict";

export function heldSegments({ held }: ConnectionState): readonly Segment[] {
  return held.map((bytes) => readSegment(bytes, "held").segment).filter((segment) => segment !== undefined);
}

/** The held segments in order, as far as `window` bytes reach. */
export function arrange(state: ConnectionState, window = Number.POSITIVE_INFINITY): ArrangedHeld {
  return arrangeHeld(heldSegments(state), state.progress, window);
}

/** Behind the held data that follows without a gap; the next byte of the client's when nothing is held. */
export function contiguousEnd(state: ConnectionState): number {
  return state.held.length === 0 ? state.progress.clientNext : arrange(state).end;
}

/** The client's data without gaps, for whoever decides about it. */
export interface HeldData {
  readonly payload: Uint8Array;
  /** A FIN follows it. */
  readonly complete: boolean;
}

export function heldData(state: ConnectionState): HeldData {
  const { segments, end } = arrange(state);
  const parts: Uint8Array[] = [];
  let complete = false;
  for (const { seq, payload, flags } of segments) {
    if (seqDiff(seq, end) >= 0) break;
    parts.push(payload);
    complete ||= (flags & TcpFlags.fin) !== 0;
  }
  return { payload: concat(parts), complete };
}

/**
 * Whether a segment is to be held. What is held once never changes: a segment that says something else about the same bytes is
 * not taken, so that what was inspected is what is released.
 */
export function judgeIntake(state: ConnectionState, segment: Segment, limits: Limits): Intake {
  const { clientNext } = state.progress;
  const from = Math.max(0, seqDiff(segment.tcp.seq, clientNext));
  const to = seqDiff(seqAdd(segment.tcp.seq, segmentLength(segment.frame)), clientNext);
  const held = heldSegments(state);
  if (held.some((other) => contradicts(other, segment))) return "conflict";
  if (isCovered(held, clientNext, from, to)) return "known";
  const bytes = held.reduce((sum, { payload }) => sum + payload.length, segment.payload.length);
  return held.length < limits.heldSegments && bytes <= limits.heldBytes ? "held" : "full";
}

/** Whether every number from `from` to `to`, counted from `base`, is held. */
function isCovered(held: readonly Segment[], base: number, from: number, to: number): boolean {
  const ranges = held
    .map(({ tcp, frame }) => {
      const start = seqDiff(tcp.seq, base);
      return { start, end: start + segmentLength(frame) };
    })
    .sort((a, b) => a.start - b.start);
  let covered = from;
  for (const { start, end } of ranges) {
    if (start > covered) break;
    covered = Math.max(covered, end);
  }
  return covered >= to;
}

function contradicts(held: Segment, segment: Segment): boolean {
  const distance = seqDiff(segment.tcp.seq, held.tcp.seq);
  const from = Math.max(0, distance);
  const to = Math.min(held.payload.length, distance + segment.payload.length);
  for (let index = from; index < to; index++) {
    if (held.payload[index] !== segment.payload[index - distance]) return true;
  }
  return false;
}
