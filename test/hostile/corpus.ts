/** Every message that the library knows, to be damaged: those written by hand, and random ones of every kind. */
import fc from "fast-check";
import { encode, type Message } from "../../src/index.ts";
import { extensionKinds } from "../support/arbitrary-extensions.ts";
import { messageKinds } from "../support/arbitrary-messages.ts";
import { structuredFlows } from "../support/arbitrary-nx-actions.ts";
import { niciraVectors } from "../support/extension-vectors.ts";
import { messageVectors } from "../support/message-vectors.ts";
import { onfVectors } from "../support/onf-vectors.ts";

/** Longer ones hide what is damaged. */
const LONGEST = 2000;

/** The same for the same seed; `count` random ones of each kind. */
export function corpusOf(seed: number, count: number): Uint8Array[] {
  const random = Object.values<fc.Arbitrary<Message>>({ ...messageKinds, ...extensionKinds, structuredFlows }).flatMap(
    (kind, index) => fc.sample(kind, { numRuns: count, seed: seed + index }).map((message) => encode(message)),
  );
  const written = [...messageVectors, ...niciraVectors, ...onfVectors].map(({ bytes }) => bytes);
  return [...written, ...random].filter(({ length }) => length <= LONGEST);
}
