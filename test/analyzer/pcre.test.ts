import { describe, expect, it } from "vitest";
import { readRules } from "../../src/analyzer/index.ts";
import { stateOf } from "./rules.ts";

const matches = (pcre: string, text: string) => stateOf(`pcre:"${pcre}";`, text);

describe("a pattern", () => {
  it.each([
    ["/GET \\/(index|report)\\.html/", "GET /report.html", true],
    ["/GET \\/(index|report)\\.html/", "GET /reportxhtml", false],
    ["/get/i", "GET", true],
    ["/[a-f]+\\d{3}/i", "xxBEEF123", true],
    ["/[^\\r\\n]{5}$/", "abcde", true],
    ["/a.b/", "a\nb", false],
    ["/a.b/s", "a\nb", true],
    ["/^b/", "a\nb", false],
    ["/^b/m", "a\nb", true],
    // PCRE's circumflex is not behind a line feed that ends the subject.
    ["/^$/m", "a\n", false],
    // A dollar is before a line feed that ends the subject, unless E forbids it.
    ["/a$/", "a\n", true],
    ["/a$/E", "a\n", false],
    ["/a\\z/", "a\n", false],
    ["/a\\Z/", "a\n", true],
    ["/a$/", "a\nb", false],
    ["/a$/m", "a\nb", true],
    ["/b/A", "ab", false],
    ["/\\bcat\\b/", "a cat.", true],
    ["/\\bcat\\b/", "concat", false],
    ["/\\x41\\x{42}\\0103/", "AB\u00083", true],
    ["/[\\x80-\\xff]/", "é", true],
    ["/\\w/", "é", false],
    ["/[[:upper:]_]{2}/", "aB_c", true],
    ["/[]a]+$/", "]a]", true],
    ["/a{,3}/", "a{,3}", true],
    ["/(?:a|b)??c/", "c", true],
    ["/(?<name>a)(b)/", "ab", true],
    ["/(a*)*b/", "aaab", true],
    ["/(|a)+/", "b", true],
    ["/[\\w.-]+@/", "a-b.c@", true],
  ])("%s in %j: %s", (pcre, text, expected) => {
    expect(matches(pcre, text)).toBe(expected ? "match" : "noMatch");
  });

  it.each([
    ['content:"ab"; pcre:"/^c/R";', "abc", true],
    ['content:"ab"; pcre:"/^c/R";', "abxc", false],
    ['content:"ab"; pcre:"/c/R";', "cabxc", true],
    ['content:"ab"; pcre:"/c/R";', "cab", false],
    // The beginning of the subject is no word character, whatever the byte before it is.
    ['content:"ab"; pcre:"/\\bc/R";', "abc", true],
    ['pcre:"/a+/"; content:"b"; distance:0; within:1;', "xaab", true],
    // A match may end wherever it can: PCRE alone would have taken both letters.
    ['pcre:"/a+/"; content:"a"; distance:0; within:1;', "aa", true],
    ['pcre:!"/a/";', "bbb", true],
    ['pcre:!"/a/";', "bab", false],
    ['pcre:!"/a/";', "", false],
    ['content:"ab"; pcre:!"/x/"; content:"c"; distance:0; within:1;', "abc", true],
  ])("with other conditions, %s in %j: %s", (options, text, expected) => {
    expect(stateOf(options, text)).toBe(expected ? "match" : "noMatch");
  });

  it.each([
    ['pcre:"/abc/";', "ab", "needMore"],
    ['pcre:"/abc/";', "abc", "match"],
    ['pcre:"/^abc/";', "ab", "needMore"],
    ['pcre:"/^abc/";', "ax", "noMatch"],
    ['pcre:"/abc/A";', "xab", "noMatch"],
    ['pcre:"/^ab$/";', "ab", "needMore"],
    ['pcre:"/^ab$/";', "ab\n", "needMore"],
    ['pcre:"/^ab$/";', "ab\nc", "noMatch"],
    ['pcre:"/^ab$/m";', "ab\nc", "match"],
    ['pcre:"/^ab\\b/";', "ab", "needMore"],
    ['pcre:"/^ab\\b/";', "ab ", "match"],
    ['pcre:"/^ab\\b/";', "abc", "noMatch"],
    ['pcre:!"/x/";', "abc", "needMore"],
    ['pcre:!"/x/";', "abx", "noMatch"],
  ])("when more may come, %s in %j: %s", (options, text, state) => {
    expect(stateOf(options, text, false)).toBe(state);
  });

  it.each([
    ["(a", "syntax", 0],
    ["a)", "syntax", 1],
    ["[a", "syntax", 0],
    ["a**", "syntax", 1],
    ["*a", "syntax", 0],
    ["a\\", "syntax", 1],
    ["[z-a]", "badValue", 1],
    ["a{3,2}", "badValue", 1],
    ["a{65536}", "outOfRange", 1],
    ["(a)\\\\1\\1", "unsupported", 6],
    ["(?=a)", "unsupported", 0],
    ["(?<!a)b", "unsupported", 0],
    ["(?i)a", "unsupported", 0],
    ["(?>a)", "unsupported", 0],
    ["(*FAIL)", "unsupported", 0],
    ["a++", "unsupported", 1],
    ["^*", "unsupported", 1],
    ["\\Ka", "unsupported", 0],
    ["\\p{L}", "unsupported", 0],
    ["[\\d-z]", "unsupported", 1],
    ["[[:nonsense:]]", "unsupported", 1],
    ["(a{1000}){1000}", "tooLong", 0],
    ["a{1000}", "tooLong", 0],
    ["(?:){1001}", "tooLong", 0],
    ["(((a{30}){30}){30}){30}", "tooLong", 0],
    ["(".repeat(40) + ")".repeat(40), "tooDeep", 33],
  ])("%s is refused: %s", (pattern, code, offset) => {
    const text = `alert tcp any any -> any any (pcre:"/${pattern}/"; sid:1;)`;
    const [problem] = readRules(text).problems;
    expect(problem).toMatchObject({ code, option: "pcre" });
    expect((problem?.offset ?? 0) - text.indexOf("/") - 1).toBe(offset);
  });
});

describe("the work for a pattern", () => {
  /**
   * Milliseconds of this process for a pattern and bytes that make a backtracking engine go on for longer than anybody lives; not of
   * the clock, which others share.
   */
  function milliseconds(pcre: string, text: string): number {
    const { user } = process.cpuUsage();
    stateOf(`pcre:"${pcre}";`, text, false);
    return (process.cpuUsage().user - user) / 1000;
  }

  it.each([
    ["/(a+)+$/", "a"],
    ["/(a|aa)+b/", "a"],
    ["/(.*)*(.*)*x\\b/s", "a"],
    ["/(\\w+\\s?)+z/", "a"],
    ["/((a?){9}){9}b/", "a"],
  ])("%s is bounded: linear in the bytes", (pcre, letter) => {
    milliseconds(pcre, letter.repeat(1000));
    const short = Math.min(...Array.from({ length: 3 }, () => milliseconds(pcre, letter.repeat(6_000))));
    const long = Math.min(...Array.from({ length: 3 }, () => milliseconds(pcre, letter.repeat(48_000))));
    // Eight times as much; quadratic work would be 64 times as much. The addend is for clocks and collections of garbage.
    expect(long).toBeLessThan(24 * short + 100);
  });
});
