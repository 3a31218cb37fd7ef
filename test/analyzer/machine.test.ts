import fc from "fast-check";
import { expect, it } from "vitest";
import { parsePattern } from "../../src/analyzer/regex/parse.ts";
import { compilePattern } from "../../src/analyzer/regex/program.ts";
import { countStates } from "../../src/analyzer/regex/tree.ts";
import { pattern, switches } from "./arbitrary.ts";

it("has no more states than were counted before it was made, so that the limit holds", () => {
  const repeated = fc
    .tuple(pattern, fc.constantFrom("{0}", "{3}", "{2,5}", "{4,}", "{0,7}"))
    .map(([text, count]) => `(${text})${count}`);
  fc.assert(
    fc.property(fc.oneof(pattern, repeated), switches, (text, flags) => {
      expect(compilePattern(text, flags).states.length).toBeLessThanOrEqual(countStates(parsePattern(text, flags)));
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ["a", 2],
  ["a{999}", 1000],
  ["a{0,499}", 999],
  ["a|b", 4],
  ["(?:ab)+", 6],
])("%s is counted as %i states", (text, count) => {
  const flags = { caseless: false, dotAll: false, multiline: false, dollarEndOnly: false };
  expect(countStates(parsePattern(text, flags))).toBe(count);
});
