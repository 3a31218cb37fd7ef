import { describe, expect, it } from "vitest";
import { stateOf } from "./rules.ts";

/** What Snort 2.9 does, by its manual (3.5) and by uniSearchReal of its sp_pattern_match.c where the manual leaves it open. */
describe("a content", () => {
  it.each([
    ['content:"migrate";', "please migrate me", true],
    ['content:"migrate";', "please MIGRATE me", false],
    ['content:"migrate"; nocase;', "please MIGRATE me", true],
    ['content:"|00 ff|a";', "x\0ÿa", true],
    // The window is bytes 4 to 9.
    ['content:"abc"; offset:4; depth:6;', "xxxxabc", true],
    ['content:"abc"; offset:4; depth:6;', "xxxxxxxabc", true],
    ['content:"abc"; offset:4; depth:6;', "xxxxxxxxabc", false],
    ['content:"abc"; offset:4; depth:6;', "xxxabcxxxx", false],
    // An offset before the first byte shortens the window: bytes 0 to 3.
    ['content:"abc"; offset:-2; depth:6;', "xabcxxxx", true],
    ['content:"abc"; offset:-2; depth:6;', "xxabcxxx", false],
    // A window that begins 2 bytes behind the end of "ab", at byte 4, and has 3 bytes.
    ['content:"ab"; content:"cd"; distance:2; within:3;', "abxxcd", true],
    ['content:"ab"; content:"cd"; distance:2; within:3;', "abxxxcd", true],
    ['content:"ab"; content:"cd"; distance:2; within:3;', "abxxxxcd", false],
    ['content:"ab"; content:"cd"; distance:2; within:3;', "abxcd", false],
    // Backwards: the second may begin 4 bytes before the end of the first.
    ['content:"ab"; content:"cd"; distance:-4;', "cdab", true],
    ['content:"ab"; content:"cd"; distance:-4;', "cdxab", false],
    // A relative content that comes first counts from the first byte.
    ['content:"ab"; within:3;', "xabx", true],
    ['content:"ab"; within:3;', "xxab", false],
    // Not the first "ab", but the second one is followed by "cd".
    ['content:"ab"; content:"cd"; distance:0; within:2;', "abxabcd", true],
    // An absolute content does not care where the one before it was.
    ['content:"ab"; content:"cd";', "cdab", true],
    ['content:"aba"; content:"aba"; distance:-1; within:3;', "ababa", true],
  ])("%s in %j: %s", (options, text, matches) => {
    expect(stateOf(options, text)).toBe(matches ? "match" : "noMatch");
  });

  it.each([
    ['content:!"x";', "abc", true],
    ['content:!"x";', "abx", false],
    ['content:!"x"; depth:2;', "abx", true],
    ['content:"ab"; content:!"x"; within:2;', "abcdx", true],
    ['content:"ab"; content:!"x"; within:2;', "abcx", false],
    // The second "ab" has no x behind it.
    ['content:"ab"; content:!"x"; within:2;', "abcxabcd", true],
    // Nothing is absent where there is nothing.
    ['content:!"x";', "", false],
    ['content:"ab"; content:!"x"; within:2;', "ab", false],
    ['content:"ab"; content:!"xy"; within:2;', "abx", true],
    ['content:!"x"; offset:3;', "abc", false],
    // An absolute negated content begins a new search: "b" is sought from the first byte on.
    ['content:"c"; content:!"x"; content:"b"; distance:0; within:2;', "abc", true],
  ])("negated, %s in %j: %s", (options, text, matches) => {
    expect(stateOf(options, text)).toBe(matches ? "match" : "noMatch");
  });

  it("for the fast pattern only may be anywhere, and leaves what is relative where it was", () => {
    const options = 'content:"ab"; content:"zz"; fast_pattern:only; content:"cd"; distance:0; within:2;';
    expect(stateOf(options, "abcdzz")).toBe("match");
    expect(stateOf(options, "zzabcd")).toBe("match");
    expect(stateOf(options, "abcd")).toBe("noMatch");
  });
});

describe("when more bytes may come, a content", () => {
  it.each([
    ['content:"migrate";', "please migr", "needMore"],
    ['content:"migrate";', "please migrate", "match"],
    // Waiting would bring nothing: not a byte of it can be in the window any more.
    ['content:"GET "; depth:4;', "GE", "needMore"],
    ['content:"GET "; depth:4;', "P", "noMatch"],
    ['content:"GET "; depth:5;', "P", "needMore"],
    ['content:"ab"; content:"cd"; distance:2; within:3;', "abxxx", "needMore"],
    // Another "ab" may come.
    ['content:"ab"; content:"cd"; distance:2; within:3;', "abxxxxx", "needMore"],
    ['content:"ab"; depth:2; content:"cd"; distance:2; within:3;', "abxxxxx", "noMatch"],
    // Only the end of the bytes, or of the window, tells that something is not there.
    ['content:!"x";', "abc", "needMore"],
    ['content:!"x"; depth:3;', "abc", "match"],
    ['content:!"x"; depth:4;', "abc", "needMore"],
    ['content:!"x"; depth:4;', "abx", "noMatch"],
    ['content:"ab"; depth:2; content:!"x"; within:2;', "abxx", "noMatch"],
    ['content:"ab"; content:!"x"; within:2;', "abxx", "needMore"],
  ])("%s in %j: %s", (options, text, state) => {
    expect(stateOf(options, text, false)).toBe(state);
  });
});
