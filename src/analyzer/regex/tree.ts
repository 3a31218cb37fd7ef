/** A pattern as a tree, and how many states a machine for it has. */
import { WireError } from "../../wire/index.ts";
import type { ByteSet } from "./byte-set.ts";

/** What a place between two bytes must be like. */
export type Assertion =
  | "start" // the beginning of the subject
  | "lineStart" // that, or behind a line feed that does not end the subject
  | "end" // the end of the subject
  | "lastEnd" // that, or before a line feed that ends the subject
  | "lineEnd" // the end, or before a line feed
  | "wordEdge" // between a word character and none
  | "noWordEdge";

/** A part of a pattern. */
export type Tree =
  | { readonly type: "byte"; readonly set: ByteSet }
  | { readonly type: "assertion"; readonly assertion: Assertion }
  | { readonly type: "sequence"; readonly parts: readonly Tree[] }
  | { readonly type: "choice"; readonly parts: readonly Tree[] }
  /** `most` absent: as often as one likes. */
  | { readonly type: "repeat"; readonly part: Tree; readonly least: number; readonly most?: number };

/** A step of the machine costs at most a few times as many operations as it has states: this bounds the work for a byte. */
export const MAX_STATES = 1000;

function sum(parts: readonly Tree[]): number {
  return parts.reduce((states, part) => states + count(part), 0);
}

/**
 * How many states the machine of a tree has at most. Throws WireError `tooLong` beyond {@link MAX_STATES}, so that a pattern
 * cannot ask for more memory or time than it is worth: `(a{1000}){1000}` is 12 characters.
 */
export function countStates(tree: Tree): number {
  const states = count(tree) + 1;
  if (states > MAX_STATES) {
    throw new WireError("tooLong", `a pattern of ${states} states: ${MAX_STATES} are enough`, 0);
  }
  return states;
}

function count(tree: Tree): number {
  switch (tree.type) {
    case "byte":
    case "assertion":
      return 1;
    case "sequence":
      // Nothing counts as something, or repeating it very often would be free of charge.
      return Math.max(1, sum(tree.parts));
    case "choice":
      return 1 + sum(tree.parts);
    case "repeat": {
      const { least, most = least + 1 } = tree;
      return Math.max(1, count(tree.part) * most + (tree.most === undefined ? 1 : most - least));
    }
  }
}
