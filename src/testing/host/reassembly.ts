/** RFC 9293 §3.10.7.4: data that came before its turn waits. */
import { type SackBlock, seqAdd, seqAfter, seqBefore, seqDiff, seqOffset } from "../../tcp/index.ts";

interface Piece {
  readonly seq: number;
  readonly end: number;
  readonly data: Uint8Array;
}

export class Reassembly {
  /** Ordered by place; no piece lies within another. */
  private pieces: Piece[] = [];
  private latest: number | undefined;

  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }

  /** Keeps a copy; `data` begins behind `next`, the next byte in order, and lies in the window. */
  insert(next: number, seq: number, data: Uint8Array): void {
    const end = seqAdd(seq, data.length);
    this.latest = seq;
    if (this.pieces.some((piece) => !seqAfter(piece.seq, seq) && !seqBefore(piece.end, end))) return;
    const kept = this.pieces.filter((piece) => seqBefore(piece.seq, seq) || seqAfter(piece.end, end));
    kept.push({ seq, end, data: data.slice() });
    kept.sort((a, b) => seqOffset(a.seq, next) - seqOffset(b.seq, next));
    this.pieces = kept;
  }

  /** The bytes that follow `next` without a gap; they are gone from here. Undefined when there are none. */
  take(next: number): Uint8Array | undefined {
    for (;;) {
      const first = this.pieces[0];
      if (!first || seqAfter(first.seq, next)) return undefined;
      this.pieces.shift();
      if (seqAfter(first.end, next)) return first.data.subarray(seqDiff(next, first.seq));
    }
  }

  /** RFC 2018 §4: the block of the latest segment first. */
  blocks(limit: number): SackBlock[] {
    const merged: { left: number; right: number }[] = [];
    for (const { seq, end } of this.pieces) {
      const last = merged.at(-1);
      if (last && !seqAfter(seq, last.right)) last.right = end;
      else merged.push({ left: seq, right: end });
    }
    const { latest } = this;
    const first = merged.findIndex(
      ({ left, right }) => latest !== undefined && !seqBefore(latest, left) && seqBefore(latest, right),
    );
    if (first > 0) merged.unshift(...merged.splice(first, 1));
    return merged.slice(0, limit);
  }
}
