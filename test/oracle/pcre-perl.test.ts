import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createMatcher } from "../../src/analyzer/index.ts";
import { toHex } from "../../src/wire/index.ts";
import { pattern, switches } from "../analyzer/arbitrary.ts";
import { key, latin1, rule } from "../analyzer/rules.ts";

/** PCRE's patterns are Perl's, and Debian has no machine without Perl. */
const PERL = "/usr/bin/perl";
const SCRIPT = fileURLToPath(new URL("pcre_perl.pl", import.meta.url));
const SEED = Number(process.env.SEED ?? 20_261_130);
const COUNT = 20_000;

/** What the random patterns of other tests have not: bytes of every value, and more classes and escapes. */
const rareAtom = fc.constantFrom(
  ...[
    "\\d",
    "\\D",
    "\\s",
    "\\S",
    "\\h",
    "\\H",
    "\\v",
    "\\V",
    "\\N",
    "\\w",
    "\\W",
    ".",
    "\\x00",
    "\\xff",
    "\\x{80}",
    "\\0",
    "\\012",
  ],
  ...[
    "\\a",
    "\\e",
    "\\f",
    "\\r",
    "\\t",
    "\\.",
    "\\/",
    "\\{",
    "}",
    "]",
    "-",
    "[]]",
    "[^]]",
    "[]-a]",
    "[a-]",
    "[-a]",
    "[\\w-]",
  ],
  ...["[\\b]", "[\\d.]", "[^\\s\\x80-\\xff]", "[$^]", "[a^]", "[\\]]", "[\\\\]", "[z]", "[Z]", "[^z]", "[Y-z]"],
  ...[
    "alnum",
    "alpha",
    "ascii",
    "blank",
    "cntrl",
    "digit",
    "graph",
    "lower",
    "print",
    "punct",
    "space",
    "upper",
    "word",
    "xdigit",
  ].flatMap((name) => [`[[:${name}:]]`, `[[:^${name}:]z]`]),
);
const rarePattern = fc
  .array(fc.tuple(rareAtom, fc.constantFrom("", "", "?", "+", "{2}")), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.map(([atom, quantifier]) => atom + quantifier).join(""));

const fewLetters = fc.string({ unit: fc.constantFrom("a", "b", "c", "A", "\n", " "), minLength: 1, maxLength: 12 });
const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 5 }).map((bytes) => String.fromCharCode(...bytes));
const marks = fc.string({
  unit: fc.constantFrom("a", "z", "Z", "{", ",", "2", "}", "]", "-", "^", "\\", "\n"),
  minLength: 1,
  maxLength: 6,
});

const cases = fc.oneof(
  fc.record({ pattern, flags: switches, subject: fewLetters }),
  fc.record({ pattern: rarePattern, flags: switches, subject: fc.oneof(anyBytes, marks) }),
);

it(`agrees with Perl about ${COUNT} patterns`, () => {
  console.log(`seed ${SEED} (set SEED to choose another)`);
  // Perl knows no dollar that stands for the very end.
  const sample = fc
    .sample(cases, { numRuns: COUNT, seed: SEED })
    .map((one) => ({ ...one, flags: { ...one.flags, dollarEndOnly: false } }));
  const lines = sample.map(({ pattern: text, flags, subject }) => {
    const letters = `${flags.caseless ? "i" : ""}${flags.dotAll ? "s" : ""}${flags.multiline ? "m" : ""}${flags.anchored ? "A" : ""}`;
    return [text, letters, subject].map((part) => toHex(latin1(part))).join(" ");
  });
  const told = execFileSync(PERL, [SCRIPT], { input: `${lines.join("\n")}\n`, encoding: "utf8", maxBuffer: 2 ** 26 });
  const answers = told.trim().split("\n");
  const ours = sample.map(({ pattern: text, flags, subject }) => {
    const condition = { type: "pcre", pattern: text, negated: false, relative: false, ...flags } as const;
    const matcher = createMatcher([rule({ conditions: [condition] })]);
    return matcher({ key, payload: latin1(subject), flags: 0, complete: true }) ? "1" : "0";
  });
  const differences = sample.filter((_, index) => ours[index] !== answers[index]);
  expect(answers.length).toBe(COUNT);
  expect(differences).toEqual([]);
  // Both answers are frequent, or the comparison would show little.
  expect(ours.filter((answer) => answer === "1").length).toBeGreaterThan(COUNT / 5);
  expect(ours.filter((answer) => answer === "0").length).toBeGreaterThan(COUNT / 5);
});
