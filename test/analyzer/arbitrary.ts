/** Random rules over few letters, so that they match often, with bytes to try them on. */
import fc from "fast-check";
import type { Condition, ContentCondition, PcreCondition } from "../../src/analyzer/index.ts";

const LETTERS = [0x61, 0x62, 0x63, 0x41, 0x0a];

const letters = (maxLength: number) =>
  fc.array(fc.constantFrom(...LETTERS), { maxLength }).map((octets) => Uint8Array.from(octets));

/** Bytes from a, b, c, A and the line feed; not more, for JavaScript's engine may need very long for the patterns. */
export const payload = letters(12);
export const shortPayload = letters(6);

const wanted = fc
  .array(fc.constantFrom(...LETTERS), { minLength: 1, maxLength: 3 })
  .map((octets) => Uint8Array.from(octets));

const small = fc.integer({ min: -4, max: 6 });

const window = fc.oneof(
  fc.constant({}),
  fc.record({ offset: small, depth: fc.nat(6) }, { requiredKeys: [] }),
  fc.record({ distance: small, within: fc.nat(6) }, { requiredKeys: [] }),
);

export const content: fc.Arbitrary<ContentCondition> = fc
  .record({ bytes: wanted, negated: fc.boolean(), nocase: fc.boolean(), window })
  .map(({ window: { ...place }, bytes, negated, nocase }) => {
    // A window is at least as long as its content.
    if ("depth" in place) place.depth = bytes.length + place.depth;
    if ("within" in place) place.within = bytes.length + place.within;
    return { type: "content", bytes, negated, nocase, only: false, ...place };
  });

/** A part of a pattern that the grammar of patterns has. */
const atom = fc.constantFrom(
  ...[
    "a",
    "b",
    "c",
    "A",
    "\\n",
    ".",
    "[ab]",
    "[^a]",
    "\\w",
    "\\W",
    "\\s",
    "[[:upper:]]",
    "\\x61",
    "[a-c\\n]",
    "(?:\\d?)",
    "(?:)",
  ],
);
const place = fc.constantFrom("^", "$", "\\b", "\\B", "\\A", "\\Z", "\\z");
const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}?", "{1,}", "*?");

/** Text of a pattern. */
export const pattern: fc.Arbitrary<string> = fc.letrec<{ choice: string; sequence: string; part: string }>((tie) => ({
  choice: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("sequence"),
    fc.tuple(tie("sequence"), tie("sequence")).map(([a, b]) => `${a}|${b}`),
  ),
  sequence: fc
    .array(tie("part"), { minLength: 1, maxLength: 4, depthIdentifier: "pattern" })
    .map((parts) => parts.join("")),
  part: fc.oneof(
    { depthSize: "small", depthIdentifier: "pattern", maxDepth: 2 },
    fc.tuple(atom, quantifier).map(([a, q]) => a + q),
    place,
    fc.tuple(tie("choice"), quantifier).map(([inner, q]) => `(${inner})${q}`),
  ),
})).choice;

export const switches = fc.record({
  caseless: fc.boolean(),
  dotAll: fc.boolean(),
  multiline: fc.boolean(),
  anchored: fc.boolean(),
  dollarEndOnly: fc.boolean(),
});

const pcre: fc.Arbitrary<PcreCondition> = fc
  .record({ pattern, switches, negated: fc.boolean(), relative: fc.boolean() })
  .map(({ pattern: text, switches: flags, negated, relative }) => ({
    type: "pcre",
    pattern: text,
    ...flags,
    negated: negated && !relative,
    relative,
  }));

const dsize: fc.Arbitrary<Condition> = fc
  .record({ least: fc.nat(6), span: fc.option(fc.nat(6), { nil: undefined }) })
  .map(({ least, span }) => ({ type: "dsize", least, ...(span !== undefined && { most: least + span }) }));

const only = fc.record({
  type: fc.constant("content" as const),
  bytes: wanted,
  negated: fc.constant(false),
  nocase: fc.boolean(),
  only: fc.constant(true),
});

/** Conditions of a rule. */
export const conditions: fc.Arbitrary<Condition[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: content },
    { weight: 3, arbitrary: pcre },
    { weight: 1, arbitrary: dsize },
    { weight: 1, arbitrary: only },
  ),
  { minLength: 1, maxLength: 4 },
);
