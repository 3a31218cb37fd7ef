/** Damage of every kind that a wire, or somebody, can do to messages. */
import type { Draw } from "../../src/testing/host/random.ts";
import { viewOf } from "../../src/wire/index.ts";

const HEADER = 8;
const MOST = 0xffff;
/** Numbers at which lengths and counts go wrong. */
const EDGES = [0, 1, 3, 4, 7, 8, 9, 15, 16, 24, 0x7fff, 0x8000, 0xfff8, 0xffff];

type Mutation = (bytes: Uint8Array, draw: Draw, corpus: readonly Uint8Array[]) => Uint8Array;

function upTo(draw: Draw, count: number): number {
  return count <= 0 ? 0 : draw() % count;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function flipBits(bytes: Uint8Array, draw: Draw): Uint8Array {
  const copy = bytes.slice();
  for (let flips = 1 + upTo(draw, 4); flips > 0; flips--) {
    const at = upTo(draw, copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << upTo(draw, 8));
  }
  return copy;
}

function setBytes(bytes: Uint8Array, draw: Draw): Uint8Array {
  const copy = bytes.slice();
  for (let changes = 1 + upTo(draw, 3); changes > 0; changes--) copy[upTo(draw, copy.length)] = upTo(draw, 256);
  return copy;
}

/** Two bytes that may be a length, a type or a count: a little more or less, or at an edge. */
function editLength(bytes: Uint8Array, draw: Draw): Uint8Array {
  const copy = bytes.slice();
  const at = 2 * upTo(draw, Math.floor((copy.length - 1) / 2));
  const view = viewOf(copy);
  const changed =
    draw() % 2 === 0 ? view.getUint16(at) + 4 * (upTo(draw, 9) - 4) : (EDGES[upTo(draw, EDGES.length)] ?? 0);
  view.setUint16(at, changed & 0xffff);
  return copy;
}

function truncate(bytes: Uint8Array, draw: Draw): Uint8Array {
  return bytes.slice(0, HEADER + upTo(draw, bytes.length - HEADER + 1));
}

/** The beginning of one message and the end of another. */
function splice(bytes: Uint8Array, draw: Draw, corpus: readonly Uint8Array[]): Uint8Array {
  const other = corpus[upTo(draw, corpus.length)] ?? bytes;
  const aligned = draw() % 2 === 0 ? ~7 : ~0;
  const from = upTo(draw, other.length) & aligned;
  return joined(bytes.subarray(0, HEADER + (upTo(draw, bytes.length - HEADER + 1) & aligned)), other.subarray(from));
}

function insert(bytes: Uint8Array, draw: Draw): Uint8Array {
  const at = HEADER + upTo(draw, bytes.length - HEADER + 1);
  const extra = new Uint8Array(1 + upTo(draw, 16)).fill(draw() % 2 === 0 ? 0 : upTo(draw, 256));
  return joined(bytes.subarray(0, at), extra, bytes.subarray(at));
}

/** The same elements again and again. */
function repeat(bytes: Uint8Array, draw: Draw): Uint8Array {
  const from = HEADER + (upTo(draw, bytes.length - HEADER + 1) & ~7);
  const part = bytes.subarray(from, from + 8 * (1 + upTo(draw, 8)));
  const times = Math.min(1 + upTo(draw, 40), Math.floor((MOST - bytes.length) / (part.length || 1)));
  return joined(bytes.subarray(0, from), ...Array.from({ length: times }, () => part), bytes.subarray(from));
}

function remove(bytes: Uint8Array, draw: Draw): Uint8Array {
  const from = HEADER + (upTo(draw, bytes.length - HEADER + 1) & ~3);
  return joined(bytes.subarray(0, from), bytes.subarray(from + 4 * (1 + upTo(draw, 6))));
}

const mutations: readonly Mutation[] = [
  flipBits,
  flipBits,
  setBytes,
  editLength,
  editLength,
  truncate,
  splice,
  insert,
  repeat,
  remove,
];

/** A message of a corpus, damaged once to four times; mostly with a length in its header that agrees. */
export function mutated(corpus: readonly Uint8Array[], draw: Draw): Uint8Array {
  let bytes: Uint8Array = corpus[upTo(draw, corpus.length)] ?? new Uint8Array(HEADER);
  for (let rounds = 1 + upTo(draw, 4); rounds > 0; rounds--) {
    const mutation = mutations[upTo(draw, mutations.length)] ?? flipBits;
    bytes = mutation(bytes, draw, corpus).subarray(0, MOST);
  }
  const copy = bytes.slice();
  if (draw() % 8 !== 0) withLength(copy);
  return copy;
}

/** With the length in the header that the bytes have. */
export function withLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= HEADER) viewOf(bytes).setUint16(2, bytes.length);
  return bytes;
}
