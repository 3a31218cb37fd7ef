import { describe, expect, it } from "vitest";
import { breach, readCode } from "./blocks.ts";

const DOCUMENT = `# Title
\`\`\`ts
const a = 1;
console.log(a);
// → 1
\`\`\`
Words.
\`\`\`sh
npm ci
\`\`\`
\`\`\`ts
console.log("two\\nlines");
// → two
// → lines
console.log(a); // not a promise
// → 1
\`\`\`
`;

it("reads the blocks of a document as one program, with what each console.log promises", () => {
  const { program, promises } = readCode(DOCUMENT);
  expect(program).toContain("const a = 1;");
  expect(program).not.toContain("npm ci");
  expect(promises).toEqual([["1"], ["two", "lines"], ["1"]]);
});

describe("a promise", () => {
  it.each([
    [["one"], "one"],
    [["one", "two"], "one\ntwo"],
    [["on…"], "one"],
    [["one", "…"], "one\ntwo\nthree"],
    [["…", "three"], "one\ntwo\nthree"],
    [["one", "…", "four"], "one\ntwo\nthree\nfour"],
  ])("%j holds for %j", (promised, printed) => {
    expect(breach(promised, printed)).toBeUndefined();
  });

  it.each([
    [["one"], "two"],
    [["one"], "one\ntwo"],
    [["one", "two"], "one"],
    [["one…"], "on"],
    [["…", "four"], "one\ntwo"],
    [["…", "two"], "one\ntwo\nthree"],
  ])("%j does not hold for %j", (promised, printed) => {
    expect(breach(promised, printed)).toBeDefined();
  });
});
