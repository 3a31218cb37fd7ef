/** Patterns as machines: states with edges, made of trees in Thompson's way. */
import { type ByteSet, has } from "./byte-set.ts";
import { type PatternSwitches, parsePattern } from "./parse.ts";
import type { Assertion, Tree } from "./tree.ts";

/** A state of the machine. */
export type State =
  /** Goes on with a byte of the set. */
  | { readonly type: "byte"; readonly set: ByteSet; readonly next: number }
  /** Goes on where the assertion holds. */
  | { readonly type: "assertion"; readonly assertion: Assertion; readonly next: number }
  /** Goes on in every way. */
  | { readonly type: "split"; readonly next: readonly number[] }
  | { readonly type: "accept" };

/** The states once more, in arrays of small integers: a step looks at all of them, and this is several times as fast. */
export interface StateTable {
  /** What each state is, see {@link Kind}. */
  readonly kinds: Uint8Array;
  /** Where a byte or an assertion leads to. */
  readonly next: Int32Array;
  /** The edges of a split are those from this index up to that of the next state. */
  readonly firstEdge: Int32Array;
  readonly edges: Int32Array;
  /** Eight words for each state: the bytes with which it goes on. */
  readonly sets: Int32Array;
}

export const Kind = { accept: 0, byte: 1, split: 2, assertion: 3 } as const;

/** A machine, ready to run. */
export interface Program {
  readonly states: readonly State[];
  readonly table: StateTable;
  readonly start: number;
  /** Whether a match may begin elsewhere than at the beginning of the subject. */
  readonly floating: boolean;
  /** The bytes with which a match can begin; absent where it may begin with none. */
  readonly first?: Uint8Array;
}

/** Throws WireError as {@link parsePattern} does. */
export function compilePattern(text: string, switches: PatternSwitches & { readonly anchored: boolean }): Program {
  const states: State[] = [{ type: "accept" }];
  const start = compile(parsePattern(text, switches), 0, states);
  const reach = reachOf(states, start);
  const floating = !switches.anchored && reach.floating;
  return { states, table: tableOf(states), start, floating, ...(reach.first && { first: reach.first }) };
}

function tableOf(states: readonly State[]): StateTable {
  const edges = states.flatMap((state) => (state.type === "split" ? state.next : []));
  const table = {
    kinds: Uint8Array.from(states, ({ type }) => Kind[type]),
    next: Int32Array.from(states, (state) => (state.type === "byte" || state.type === "assertion" ? state.next : 0)),
    firstEdge: new Int32Array(states.length + 1),
    edges: Int32Array.from(edges),
    sets: new Int32Array(8 * states.length),
  };
  let edge = 0;
  for (const [index, state] of states.entries()) {
    if (state.type === "byte") table.sets.set(state.set, 8 * index);
    if (state.type === "split") edge += state.next.length;
    table.firstEdge[index + 1] = edge;
  }
  return table;
}

/** Adds the states of a tree that go on to `next`, and gives the one where it begins. Made from the end to the beginning. */
function compile(tree: Tree, next: number, states: State[]): number {
  switch (tree.type) {
    case "byte":
      return states.push({ type: "byte", set: tree.set, next }) - 1;
    case "assertion":
      return states.push({ type: "assertion", assertion: tree.assertion, next }) - 1;
    case "sequence":
      return tree.parts.reduceRight((behind, part) => compile(part, behind, states), next);
    case "choice":
      return states.push({ type: "split", next: tree.parts.map((part) => compile(part, next, states)) }) - 1;
    case "repeat": {
      let start = next;
      if (tree.most === undefined) {
        const loop: number[] = [next];
        start = states.push({ type: "split", next: loop }) - 1;
        loop.push(compile(tree.part, start, states));
      } else {
        for (let count = tree.least; count < tree.most; count++) {
          start = states.push({ type: "split", next: [compile(tree.part, start, states), next] }) - 1;
        }
      }
      for (let count = 0; count < tree.least; count++) start = compile(tree.part, start, states);
      return start;
    }
  }
}

/** What a match can begin with, when the beginning of the subject is behind us. */
function reachOf(states: readonly State[], start: number): { floating: boolean; first?: Uint8Array } {
  const first = new Uint8Array(256);
  const seen = new Set<number>([start]);
  let floating = false;
  let plain = true;
  // A set gives what is added while one walks through it.
  for (const index of seen) {
    const state = states[index];
    if (state === undefined) continue;
    switch (state.type) {
      case "byte":
        floating = true;
        for (let byte = 0; byte < 256; byte++) if (has(state.set, byte)) first[byte] = 1;
        break;
      case "assertion":
        plain = false;
        if (state.assertion !== "start") seen.add(state.next);
        break;
      case "split":
        for (const next of state.next) seen.add(next);
        break;
      case "accept":
        floating = true;
        plain = false;
        break;
    }
  }
  return plain ? { floating, first } : { floating };
}
