/** What a place between two bytes is like. */
import { type Held, UNSURE } from "../match/reach.ts";
import { has } from "./byte-set.ts";
import { shorthand } from "./classes.ts";
import type { Assertion } from "./tree.ts";

const LINE_FEED = 0x0a;

/** How many bytes must have come to be sure that an assertion holds; or that it never does, or that later bytes decide. */
export type Needed = number | "never" | "later";

/** Whether an assertion holds before the byte at `at`, which may be the first of its subject. */
export function holds(assertion: Assertion, { bytes, complete }: Held, at: number, isStart: boolean): Needed {
  const next = bytes[at];
  if (assertion === "start") return isStart ? at : "never";
  if (assertion === "lineStart" && isStart) return at;
  if (assertion === "lineStart" && bytes[at - 1] !== LINE_FEED) return "never";
  if (next === undefined && !complete) return "later";
  // What the next byte decides is sure when that is here; what the end decides, when nothing more can come.
  const count = next === undefined ? UNSURE : at + 1;
  const when = (condition: boolean) => (condition ? count : "never");
  switch (assertion) {
    case "lineStart":
      return when(next !== undefined);
    case "lineEnd":
      return when(next === undefined || next === LINE_FEED);
    case "end":
      return when(next === undefined);
    case "lastEnd": {
      const isLastFeed = next === LINE_FEED && at + 1 === bytes.length;
      if (isLastFeed) return complete ? UNSURE : "later";
      return when(next === undefined);
    }
    case "wordEdge":
    case "noWordEdge": {
      const before = !isStart && isWord(bytes[at - 1]);
      return when((before !== isWord(next)) === (assertion === "wordEdge"));
    }
  }
}

function isWord(byte: number | undefined): boolean {
  return byte !== undefined && has(shorthand("w") ?? [], byte);
}
