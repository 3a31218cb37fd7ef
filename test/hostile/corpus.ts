/** Every message that the library knows, to be damaged: those written by hand, and random ones of every kind. */
import fc from "fast-check";
import { encode } from "../../src/index.ts";
import { messageKinds } from "../support/arbitrary-messages.ts";
import { messageVectors } from "../support/message-vectors.ts";

/** Longer ones hide what is damaged. */
const LONGEST = 2000;

/** The same for the same seed; `count` random ones of each kind. */
export function corpusOf(seed: number, count: number): Uint8Array[] {
  const random = Object.values(messageKinds).flatMap((kind, index) =>
    fc.sample(kind, { numRuns: count, seed: seed + index }).map((message) => encode(message)),
  );
  return [...messageVectors.map(({ bytes }) => bytes), ...random].filter(({ length }) => length <= LONGEST);
}
