/** Whatever comes in: a WireError, or a message that reads the same again, has its JSON and can be printed. */
import { describe, expect, it } from "vitest";
import { createDraw } from "../../src/testing/host/random.ts";
import { corpusOf } from "./corpus.ts";
import { mutated } from "./mutations.ts";
import { hexOf, verdictOn } from "./verdict.ts";

const SEED = 20_261_201;
const RUNS = 24_000;

describe("damaged messages", () => {
  it(`are refused with a WireError or can be written again, ${RUNS} of them`, () => {
    const corpus = corpusOf(SEED, 8);
    const draw = createDraw(SEED);
    const counts = { accepted: 0, refused: 0 };
    for (let run = 0; run < RUNS; run++) {
      const bytes = mutated(corpus, draw);
      try {
        counts[verdictOn(bytes).accepted ? "accepted" : "refused"] += 1;
      } catch (error) {
        throw new Error(`${hexOf(bytes)}: ${String(error)}`, { cause: error });
      }
    }
    // Damage that is all refused, or all taken, would test one half only.
    expect(counts.accepted).toBeGreaterThan(RUNS / 10);
    expect(counts.refused).toBeGreaterThan(RUNS / 10);
  });
});
