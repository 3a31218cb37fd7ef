/** RFC 9293 §3.4: sequence numbers live modulo 2³². Nothing else in the library adds, subtracts or compares them. */

/** `a + n` modulo 2³²; `n` is any safe integer, negative ones too. */
export function seqAdd(a: number, n: number): number {
  // Wrapped on its own first: the plain sum of a large `n` may exceed what a number holds exactly.
  return (a + (n | 0)) >>> 0;
}

/** How far `a` is ahead of `b`, from −2³¹ to 2³¹ − 1. Subtraction wraps: `seqDiff(5, 0xfffffffb)` is 10. */
export function seqDiff(a: number, b: number): number {
  return (a - b) | 0;
}

/** How many numbers lie from `base` up to `seq`, from 0 to 2³² − 1: the key to sort held segments by. */
export function seqOffset(seq: number, base: number): number {
  return (seq - base) >>> 0;
}

/** True when `a` comes before `b`, that is less than 2³¹ behind it (at exactly 2³¹ each comes before the other). */
export function seqBefore(a: number, b: number): boolean {
  return seqDiff(a, b) < 0;
}

/** True when `a` comes after `b`: `seqBefore(b, a)`. */
export function seqAfter(a: number, b: number): boolean {
  return seqDiff(b, a) < 0;
}

/** The later of two. */
export function seqMax(a: number, b: number): number {
  return seqBefore(a, b) ? b : a;
}

/** The earlier of two. */
export function seqMin(a: number, b: number): number {
  return seqBefore(a, b) ? a : b;
}

/** True when `seq` is one of the `size` numbers that start with `left`. A window of size 0 holds nothing. */
export function seqInWindow(seq: number, left: number, size: number): boolean {
  return seqOffset(seq, left) < size;
}
