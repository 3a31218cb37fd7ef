import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Condition, createMatcher, type Judgement, type Rule } from "../../src/analyzer/index.ts";
import { conditions, content, payload, shortPayload } from "./arbitrary.ts";
import { referenceMatches } from "./reference.ts";
import { key, rule } from "./rules.ts";

const RUNS = 4000;

function judge(rules: readonly Rule[], bytes: Uint8Array, complete: boolean): Judgement {
  return createMatcher(rules).judge({ key, payload: bytes, flags: 0x18, complete });
}

function stateOf(list: readonly Condition[], bytes: Uint8Array, complete: boolean): string {
  return judge([rule({ conditions: list })], bytes, complete).state;
}

describe("random rules", () => {
  it("match what a plain reading of their conditions says, when all bytes are there", () => {
    fc.assert(
      fc.property(conditions, payload, (list, bytes) => {
        expect(stateOf(list, bytes, true)).toBe(referenceMatches(list, bytes) ? "match" : "noMatch");
      }),
      { numRuns: RUNS },
    );
  });

  it("match early only what matches whatever comes, and give up only what never matches", () => {
    fc.assert(
      fc.property(conditions, shortPayload, shortPayload, (list, bytes, more) => {
        const early = stateOf(list, bytes, false);
        const whole = Uint8Array.from([...bytes, ...more]);
        const late = referenceMatches(list, whole);
        if (early !== "needMore") expect(late).toBe(early === "match");
        if (early !== "needMore") expect(stateOf(list, whole, false)).toBe(early);
      }),
      { numRuns: RUNS },
    );
  });

  it("of one content wait only where some bytes would bring a match", () => {
    fc.assert(
      fc.property(
        content.filter(({ negated }) => !negated),
        payload,
        (only, bytes) => {
          const whole = [...only.bytes];
          // Whatever part of the content is there, and whatever distance there is to go: one of these has the rest.
          const gaps = Array.from({ length: 12 }, (_, length) => Array<number>(length).fill(0x2e));
          const tails = whole.flatMap((_, cut) => gaps.map((gap) => [...gap, ...whole.slice(cut)]));
          const canMatch = tails.some((tail) => referenceMatches([only], Uint8Array.from([...bytes, ...tail])));
          const state = stateOf([only], bytes, false);
          expect(state === "noMatch").toBe(!canMatch);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("are chosen among in the same way, in however many pieces the bytes come", () => {
    const rules = fc
      .array(conditions, { minLength: 1, maxLength: 4 })
      .map((lists) => lists.map((list, index) => rule({ sid: index + 1, conditions: list })));
    fc.assert(
      fc.property(rules, payload, fc.array(fc.nat(14), { maxLength: 6 }), (all, bytes, cuts) => {
        const matcher = createMatcher(all);
        const ask = (end: number, complete: boolean) =>
          matcher({ key, payload: bytes.subarray(0, end), flags: 0x18, complete })?.rule;
        const ends = [...cuts.filter((cut) => cut < bytes.length)].sort((a, b) => a - b);
        const first = ends.map((end) => ask(end, false)).find((verdict) => verdict !== undefined);
        expect(first ?? ask(bytes.length, true)).toBe(ask(bytes.length, true));
      }),
      { numRuns: RUNS },
    );
  });
});
