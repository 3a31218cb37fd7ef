import { describe, expect, it } from "vitest";
import { parseRules, RulesError, readRules } from "../../src/analyzer/index.ts";

/** The first problem as `code option: rest of the rule from where it is told`. */
function problemOf(text: string): string {
  const [problem] = readRules(text).problems;
  if (!problem) return "none";
  expect(problem.column).toBe(problem.offset + 1);
  return `${problem.code} ${problem.option}: ${text.slice(problem.offset, problem.offset + 12)}`;
}

const withOptions = (options: string) => problemOf(`alert tcp any any -> any any (${options})`);
const withHeader = (header: string) => problemOf(`${header} (sid:1;)`);

describe("an error in a rule tells its kind, its option and its place", () => {
  it.each([
    ["drop tcp any any -> any any", "unsupported header: drop tcp any"],
    ["alarm tcp any any -> any any", "syntax header: alarm tcp an"],
    ["alert udp any any -> any any", "unsupported header: udp any any "],
    ["alert tcp any any => any any", "syntax header: => any any ("],
    ["alert tcp any any <- any any", "syntax header: <- any any ("],
    ["alert tcp any any any any", "syntax header:  (sid:1;)"],
    ["alert tcp any any -> any", "syntax header:  (sid:1;)"],
    ["alert tcp any any -> any any any", "syntax header: any (sid:1;)"],
    ["alert tcp 10.0.0.256 any -> any any", "badValue header: 10.0.0.256 a"],
    ["alert tcp 10.0.0.0/33 any -> any any", "outOfRange header: 33 any -> an"],
    ["alert tcp [10.0.0.1,] any -> any any", "badValue header: ] any -> any"],
    ["alert tcp [10.0.0.1 any -> any any", "syntax header:  (sid:1;)"],
    ["alert tcp $NOWHERE any -> any any", "badValue header: $NOWHERE any"],
    ["alert tcp !any any -> any any", "badValue header: !any any -> "],
    ["alert tcp any 65536 -> any any", "outOfRange header: 65536 -> any"],
    ["alert tcp any 9:8 -> any any", "badValue header: 9:8 -> any a"],
    ["alert ip any 80 -> any any", "badValue header: 80 -> any an"],
    ["ipvar HOME 10.0.0.1", "syntax header: ipvar HOME 1"],
  ])("%s", (header, problem) => {
    expect(withHeader(header)).toBe(problem);
  });

  it.each([
    ["", "syntax sid: )"],
    ['msg:"x";', "syntax sid: )"],
    ["sid:1", "syntax sid: )"],
    ["sid:x;", "syntax sid: x;)"],
    ["sid:0;", "outOfRange sid: 0;)"],
    ["sid:1; sid:2;", "duplicate sid: sid:2;)"],
    ['uricontent:"a"; sid:1;', 'unsupported uricontent: uricontent:"'],
    ['content:"a"; http_uri; sid:1;', "unsupported http_uri: http_uri; si"],
    ["byte_test:1,>,2,3; sid:1;", "unsupported byte_test: byte_test:1,"],
    ["flow:to_client; sid:1;", "unsupported flow: to_client; s"],
    ["flow:sideways; sid:1;", "syntax flow: sideways; si"],
    ["flags:X; sid:1;", "syntax flags: X; sid:1;)"],
    ["flags:A0; sid:1;", "badValue flags: 0; sid:1;)"],
    ["dsize:5<>3; sid:1;", "badValue dsize: 5<>3; sid:1;"],
    ["dsize:<0; sid:1;", "badValue dsize: <0; sid:1;)"],
    ["content:abc; sid:1;", "syntax content: abc; sid:1;)"],
    ['content:""; sid:1;', 'badValue content: "; sid:1;)'],
    ['content:"a|6|"; sid:1;', 'syntax content: 6|"; sid:1;)'],
    ['content:"a|61"; sid:1;', 'syntax content: |61"; sid:1;'],
    ['content:"a|6x|"; sid:1;', 'syntax content: x|"; sid:1;)'],
    ['content:"\\n"; sid:1;', 'syntax content: \\n"; sid:1;)'],
    ['content:"é"; sid:1;', 'syntax content: é"; sid:1;)'],
    ['content:"a;b"; sid:1;', 'syntax content: ;b"; sid:1;)'],
    ['content:"ab; sid:1;', "syntax content: ; sid:1;)"],
    ["nocase; sid:1;", "badOrder nocase: nocase; sid:"],
    ['content:"a"; sid:1; nocase;', "badOrder nocase: nocase;)"],
    ['content:"abc"; depth:2; sid:1;', "outOfRange depth: 2; sid:1;)"],
    ['content:"a"; depth:5; distance:1; sid:1;', "badValue distance: distance:1; "],
    ['content:"a"; depth:5; depth:6; sid:1;', "duplicate depth: depth:6; sid"],
    ['content:"a"; within:len; sid:1;', "unsupported within: len; sid:1;)"],
    ['content:"a"; fast_pattern:only; depth:5; sid:1;', 'badValue content: content:"a";'],
    ['content:"a"; fast_pattern:0,2; sid:1;', "outOfRange fast_pattern: 2; sid:1;)"],
    ['pcre:"abc"; sid:1;', 'syntax pcre: abc"; sid:1;'],
    ['pcre:"/a/U"; sid:1;', 'unsupported pcre: U"; sid:1;)'],
    ['pcre:!"/a/R"; sid:1;', 'unsupported pcre: /R"; sid:1;)'],
    ['pcre:"/a(b/"; sid:1;', 'syntax pcre: (b/"; sid:1;'],
    ['pcre:"/a(?=b)/"; sid:1;', 'unsupported pcre: (?=b)/"; sid'],
    ["reference:cve; sid:1;", "syntax reference: cve; sid:1;)"],
  ])("(%s)", (options, problem) => {
    expect(withOptions(options)).toBe(problem);
  });

  it("and is told at the right place of a rule that goes on over several lines", () => {
    const text = '# rules\nalert tcp any any -> any any (msg:"x"; \\\r\n  content:"abc"; \\\n  bogus; sid:1;)\n';
    expect(readRules(text).problems).toEqual([
      {
        code: "unsupported",
        line: 4,
        column: 3,
        offset: text.indexOf("bogus"),
        option: "bogus",
        detail: 'the option "bogus" is not understood',
      },
    ]);
  });

  it("and is told at the name of the variable when its text is wrong", () => {
    const { problems } = readRules("alert tcp $A any -> any any (sid:1;)", { variables: { A: "[$B]", B: "10.0.0" } });
    expect(problems).toMatchObject([{ column: 11 }]);
    expect(problems[0]?.detail).toContain('in the variable "$A"');
  });
});

describe("a text with errors", () => {
  const text =
    'alert tcp any any -> any any (sid:1;)\nnonsense\nalert tcp any any -> any any (content:"x; sid:2;)\nalert tcp any any -> any any (sid:1;)\n';

  it("has all of them told, and the rules that are none read", () => {
    const { rules, problems } = readRules(text);
    expect(rules.map(({ sid }) => sid)).toEqual([1]);
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [2, "syntax"],
      [3, "syntax"],
      [4, "duplicate"],
    ]);
  });

  it("is a WireError with all of them for those who want everything or nothing", () => {
    const error = (() => {
      try {
        return parseRules(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(RulesError);
    expect(error).toMatchObject({ name: "WireError", code: "syntax", path: "line 2, column 9, header", offset: 46 });
    expect(error).toMatchObject({ problems: { length: 3 } });
    expect(String(error)).toContain("(and 2 more)");
  });

  it("may end in the middle of a rule", () => {
    expect(readRules("alert tcp any any -> any any \\").problems).toMatchObject([
      { code: "syntax", line: 1, column: 30 },
    ]);
  });

  it("is bounded in how deep and how wide its variables go", () => {
    const loop = readRules("alert tcp $A any -> any any (sid:1;)", { variables: { A: "$A" } });
    expect(loop.problems).toMatchObject([{ code: "tooDeep" }]);
    const names = Array.from({ length: 6 }, (_, index) => [
      `V${index}`,
      `[${`$V${index + 1},`.repeat(9)}$V${index + 1}]`,
    ]);
    const wide = readRules("alert tcp $V0 any -> any any (sid:1;)", {
      variables: { ...(Object.fromEntries(names) as Record<string, string>), V6: "10.0.0.1" },
    });
    expect(wide.problems).toMatchObject([{ code: "tooLong" }]);
  });

  it("is told from tables that are none, which are the caller's mistake", () => {
    expect(() => parseRules("", { variables: { A: 1 } } as never)).toThrow(TypeError);
    expect(() => parseRules("", { classifications: { a: -1 } })).toThrow(RangeError);
    expect(() => parseRules("", { vars: {} } as never)).toThrow("tables.vars");
    expect(() => parseRules(1 as never)).toThrow(expect.objectContaining({ name: "WireError", code: "badValue" }));
  });
});
