import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMatcher, parseRules, readRules } from "../../src/analyzer/index.ts";
import { runBundled } from "../support/child.ts";
import { key, latin1 } from "./rules.ts";

const RULES = `# rules
alert tcp $HOME 1024: -> [10.0.0.0/8,!10.0.0.9] !80 (msg:"a \\"b\\""; flags:PA,CE; flow:to_server,established; \\
  content:"GET |2f 0d|"; nocase; offset:2; depth:20; content:!"x\\;"; distance:-3; within:9; pcre:"/a(b|[^c\\n]{2,3})+$/smiR"; \\
  dsize:3<>900; reference:cve,1; metadata:a b, c; classtype:web; priority:2; sid:1000001; rev:3;)
pass ip any any <> any any (sid:2;)
`;

/** Pieces of rules, in any order. */
const piece = fc.constantFrom(
  ...RULES.split(/(?<=[\s:;,"|(){}[\]\\/])/),
  ...[
    "(",
    ")",
    "[",
    "]",
    "{1,2}",
    "|",
    "\\",
    '"',
    ";",
    "!",
    "$",
    "é",
    "\0",
    "\n",
    "\r\n",
    "any ",
    "alert tcp any any -> any any (",
  ],
);
const variables = { HOME: "[10.0.0.0/24,!$OTHER]", OTHER: "10.0.0.7" };

function check(text: string): void {
  const { rules, problems } = readRules(text, { variables });
  for (const { line, column, offset, option, detail } of problems) {
    expect(offset).toBeLessThanOrEqual(text.length);
    expect(text.slice(0, offset).split("\n").length).toBe(line);
    expect(offset - text.lastIndexOf("\n", offset - 1)).toBe(column);
    expect(option === "" || detail === "").toBe(false);
  }
  // Whatever is understood can be matched.
  createMatcher(rules)({ key, payload: latin1("xxGET /\rabb"), flags: 0x18, complete: true });
  if (problems.length === 0) expect(parseRules(text, { variables })).toEqual(rules);
  else expect(() => parseRules(text, { variables })).toThrow(expect.objectContaining({ name: "WireError" }));
}

describe("rules that are damaged give rules or problems, with a place in the text", () => {
  it("when the undamaged text is one", () => {
    const { rules, problems } = readRules(RULES, { variables });
    expect([rules.length, problems]).toEqual([2, []]);
  });

  it("when characters are lost, added and changed", () => {
    const edit = fc.record({
      at: fc.nat(RULES.length),
      lost: fc.nat(3),
      added: fc.oneof(fc.string({ maxLength: 3 }), piece),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        check(edits.reduce((text, { at, lost, added }) => text.slice(0, at) + added + text.slice(at + lost), RULES));
      }),
      { numRuns: 3000 },
    );
  });

  it("when it is made of pieces of rules", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        check(pieces.join(""));
      }),
      { numRuns: 3000 },
    );
  });
});

const COUNT = 300;
const rule = (options: string) => `alert tcp any any -> any any (${options} sid:1;)`;
const texts: readonly (readonly [name: string, kind: "rules" | "eve" | "lines", text: string])[] = [
  ["a rule of nothing", "rules", "x"],
  ["lines of nonsense", "rules", "x\n".repeat(COUNT)],
  ["lines that go on", "rules", "\\\n".repeat(COUNT)],
  [
    "the shortest rules",
    "rules",
    Array.from({ length: COUNT }, (_, index) => `pass ip any any <> any any (sid:${index + 1};)`).join("\n"),
  ],
  ["a rule of one-byte contents", "rules", rule('content:"a";'.repeat(90))],
  ["a rule of patterns", "rules", rule('pcre:"/a/";'.repeat(90))],
  ["a pattern of classes", "rules", rule(`pcre:"/${"[^a]".repeat(COUNT)}/";`)],
  ["a pattern of letters", "rules", rule(`pcre:"/${"a".repeat(900)}/";`)],
  ["a pattern of groups", "rules", rule(`pcre:"/${"(a)".repeat(COUNT)}/";`)],
  ["a pattern of choices", "rules", rule(`pcre:"/${"|".repeat(COUNT)}/";`)],
  ["a pattern that repeats", "rules", rule('pcre:"/a{900}/";')],
  ["a list of ports", "rules", `alert tcp any [${"1,".repeat(COUNT)}1] -> any any (sid:1;)`],
  ["a list of lists", "rules", `alert tcp any [${"[[1]],".repeat(COUNT)}1] -> any any (sid:1;)`],
  ["a rule of metadata", "rules", rule(`metadata:${"a,".repeat(COUNT)}a;`)],
  ["a rule of semicolons", "rules", rule(";".repeat(COUNT))],
  ["a line of JSON arrays", "eve", `[${"[],".repeat(COUNT)}[]]`],
  ["a line of JSON objects", "eve", `{"event_type":"alert","x":[${"{},".repeat(COUNT)}{}]}`],
  ["a line of brackets", "eve", "[".repeat(COUNT)],
  ["a line of VLANs", "eve", `{"event_type":"alert","alert":{},"vlan":[${"1,".repeat(COUNT)}1]}`],
  ["a stream of empty lines", "lines", "\n".repeat(COUNT)],
  ["a stream of short lines", "lines", "a\n".repeat(COUNT)],
  ["a line that does not end", "lines", "é".repeat(COUNT)],
  ["a line of letters beyond ASCII", "lines", `${"é".repeat(COUNT)}\n`],
];

/** What comes from the network is bounded as everywhere; rules are a file of one's own: for them it is enough that work is linear. */
const LIMITS = { rules: 1024, eve: 64, lines: 64 } as const;

describe("reading allocates at most 64 times its input and 16 KiB, for rules 1024 times", () => {
  const allocated = runBundled(
    "analyzer-allocations.ts",
    ["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"],
    JSON.stringify(texts.map(([, kind, text]) => [kind, text])),
  ) as number[];
  const rows = texts.map(([name, kind, text], index) => [name, LIMITS[kind] * Buffer.byteLength(text), index] as const);

  it.each(rows)("%s", (_, limit, index) => {
    expect(allocated[index]).toBeGreaterThan(0);
    expect(allocated[index]).toBeLessThanOrEqual(limit + 16_384);
  });
});
