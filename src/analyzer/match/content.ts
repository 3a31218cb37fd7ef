/** The condition `content`, in a window that is absolute or relative to what matched before. */
import type { ContentCondition } from "../rule/types.ts";
import { createNeedle, type Needle } from "./find.ts";
import { earliest, type Held, isDead, notBefore, nowhere, type Reach, UNSURE } from "./reach.ts";

/** Takes a rule one condition further. */
export type Stage = (before: Reach, held: Held) => Reach;

/** Where a content may be, in bytes from where it is counted. */
interface Window {
  readonly from: number;
  /** {@link UNSURE} for no end. */
  readonly to: number;
}

export function contentStage(condition: ContentCondition): Stage {
  const needle = createNeedle(condition.bytes, condition.nocase);
  const isRelative = condition.distance !== undefined || condition.within !== undefined;
  const from = (isRelative ? condition.distance : condition.offset) ?? 0;
  const length = isRelative ? condition.within : condition.depth;
  const window: Window = { from, to: length === undefined ? UNSURE : from + length };
  if (condition.only) return (before, held) => somewhere(needle, before, held);
  if (isRelative) {
    return condition.negated
      ? (before, held) => absentBehind(needle, window, before, held)
      : (before, held) => presentBehind(needle, window, before, held);
  }
  return condition.negated
    ? (before, held) => absent(needle, window, before, held)
    : (before, held) => present(needle, window, before, held);
}

/** `fast_pattern:only`: anywhere, and the end of what matched before stays where it was. */
function somewhere(needle: Needle, before: Reach, { bytes, complete }: Held): Reach {
  const [start] = needle.find(bytes, 0, bytes.length).starts;
  if (start === undefined) return complete || isDead(before) ? nowhere : { ends: [], sureAt: [], open: true };
  return notBefore(before, start + needle.length);
}

/** In a window that counts from the first byte: what matched before only has to have matched. */
function present(needle: Needle, { from, to }: Window, before: Reach, { bytes, complete }: Held): Reach {
  if (isDead(before)) return nowhere;
  const { starts, nextStart } = needle.find(bytes, Math.max(0, from), to);
  const isWindowOpen = !complete && bytes.length < to && nextStart + needle.length <= to;
  if (before.ends.length === 0) {
    return { ends: [], sureAt: [], open: before.open && (isWindowOpen || starts.length > 0) };
  }
  const sure = earliest(before.sureAt);
  const ends = starts.map((start) => start + needle.length);
  return {
    ends,
    sureAt: ends.map((end) => Math.max(end, sure)),
    open: isWindowOpen || (before.open && starts.length > 0),
  };
}

/** In windows that count from where what matched before ended. */
function presentBehind(needle: Needle, { from, to }: Window, before: Reach, { bytes, complete }: Held): Reach {
  const first = before.ends[0];
  const last = before.ends[before.ends.length - 1];
  if (first === undefined || last === undefined) return before;
  const ends: number[] = [];
  const sureAt: number[] = [];
  // Candidates are ends before whose windows a start is in. In the queue, later ones are less sure: an earlier and less sure one
  // would never be chosen again.
  const queue: number[] = [];
  let head = 0;
  let coming = 0;
  const sureOf = (index: number | undefined) => (index === undefined ? UNSURE : (before.sureAt[index] ?? UNSURE));
  const endOf = (index: number | undefined) => (index === undefined ? UNSURE : (before.ends[index] ?? UNSURE));
  const { starts, nextStart } = needle.find(bytes, Math.max(0, first + from), last + to);
  for (const start of starts) {
    const end = start + needle.length;
    for (; coming < before.ends.length && endOf(coming) + from <= start; coming++) {
      while (queue.length > head && sureOf(queue[queue.length - 1]) >= sureOf(coming)) queue.pop();
      queue.push(coming);
    }
    while (head < queue.length && endOf(queue[head]) + to < end) head++;
    if (head === queue.length) continue;
    ends.push(end);
    sureAt.push(Math.max(end, sureOf(queue[head])));
  }
  const isWindowOpen = !complete && bytes.length < last + to && nextStart + needle.length <= last + to;
  return { ends, sureAt, open: before.open || isWindowOpen };
}

/**
 * Nowhere in a window that counts from the first byte. Snort takes such a content for the beginning of a new search: what is
 * relative behind it counts from the first byte. In a window without any byte nothing is absent.
 */
function absent(needle: Needle, window: Window, before: Reach, held: Held): Reach {
  if (isDead(before)) return nowhere;
  const sure = absentFrom(needle.find(held.bytes, Math.max(0, window.from), window.to).starts[0], window, 0, held);
  if (sure === undefined) return nowhere;
  if (before.ends.length === 0) return before;
  return { ends: [0], sureAt: [Math.max(sure, earliest(before.sureAt))], open: before.open };
}

/** Nowhere in a window that counts from where what matched before ended; which end it was stays open. */
function absentBehind(needle: Needle, window: Window, before: Reach, held: Held): Reach {
  const ends: number[] = [];
  const sureAt: number[] = [];
  const first = before.ends[0] ?? 0;
  const last = before.ends[before.ends.length - 1] ?? 0;
  const { starts } = needle.find(held.bytes, Math.max(0, first + window.from), last + window.to);
  let coming = 0;
  before.ends.forEach((end, index) => {
    while (coming < starts.length && (starts[coming] ?? 0) < end + window.from) coming++;
    const start = starts[coming];
    const isInside = start !== undefined && start + needle.length <= end + window.to;
    const sure = absentFrom(isInside ? start : undefined, window, end, held);
    if (sure === undefined) return;
    ends.push(end);
    sureAt.push(Math.max(sure, before.sureAt[index] ?? UNSURE));
  });
  return { ends, sureAt, open: before.open };
}

/** How many bytes must have come to be sure that nothing was found in a window; undefined when that does not help. */
function absentFrom(found: number | undefined, { from, to }: Window, base: number, held: Held): number | undefined {
  const end = base + to;
  if (found !== undefined || end <= 0) return undefined;
  if (held.bytes.length >= end) return end;
  const hasByte = held.bytes.length > Math.max(0, base + from);
  return held.complete && !hasByte ? undefined : UNSURE;
}
