import { describe, expect, it } from "vitest";
import { violations } from "./rules.ts";
import { readSources } from "./source.ts";

it("finds nothing in src that the import rules forbid", () => {
  const sources = readSources();
  expect(sources.size).toBeGreaterThan(20);
  expect(violations(sources)).toEqual([]);
});

describe("the check itself", () => {
  const clean: [string, string][] = [
    ["index.ts", `export * from "./ofp/index.ts";`],
    ["ofp/index.ts", `import { Reader } from "../wire/index.ts"; export const read = Reader;`],
    ["wire/index.ts", `export { Reader } from "./reader.ts";`],
    [
      "wire/reader.ts",
      `import type { Bytes } from "./bytes.ts"; export class Reader { Date = 1; take(): Bytes { return this.Date; } }`,
    ],
    ["wire/bytes.ts", `export type Bytes = Uint8Array; export const time = { Date: 1, process() {} };`],
    ["wire/parser.ts", `import { Parser } from "binary-parser"; new Parser();`],
    ["nx/index.ts", ""],
    ["tcp/index.ts", ""],
    ["testing/index.ts", `import "../migration/index.ts"; import "../wire/bytes.ts";`],
    ["migration/index.ts", `import "../nx/index.ts";`],
    ["analyzer/index.ts", `import "../tcp/index.ts"; import "../wire/bytes.ts";`],
  ];

  function plant(path: string, text: string): string[] {
    return violations(new Map([...clean, [path, text]]));
  }

  it("accepts what the rules allow", () => {
    expect(violations(new Map(clean))).toEqual([]);
  });

  it.each([
    ["ofp/x.ts", `import { a } from "../nx/index.ts";`, "must not import nx/index.ts"],
    ["ofp/x.ts", `import type { A } from "../nx/index.ts";`, "must not import nx/index.ts"],
    ["ofp/x.ts", `export * from "../tcp/index.ts";`, "must not import tcp/index.ts"],
    ["ofp/x.ts", `const late = () => import("../tcp/index.ts");`, "must not import tcp/index.ts"],
    ["ofp/x.ts", `let a: import("../tcp/index.ts").A;`, "must not import tcp/index.ts"],
    ["wire/x.ts", `import "../ofp/index.ts";`, "must not import ofp/index.ts"],
    ["ofp/x.ts", `import "../index.ts";`, "must not import index.ts"],
    ["index.ts", `import "./testing/index.ts";`, "must not import testing/index.ts"],
    ["testing/x.ts", `import "../index.ts";`, "must not import index.ts"],
    ["nx/x.ts", `import "../migration/index.ts";`, "must not import migration/index.ts"],
    ["analyzer/x.ts", `import "../migration/index.ts";`, "must not import migration/index.ts"],
    ["analyzer/x.ts", `import "../ofp/index.ts";`, "must not import ofp/index.ts"],
    ["migration/x.ts", `import "../analyzer/index.ts";`, "must not import analyzer/index.ts"],
    ["ofp/x.ts", `import "../other/index.ts";`, "no file of src"],
    ["ofp/x.ts", `import "./y";`, "no file of src"],
    ["ofp/x.ts", `import { readFileSync } from "node:fs";`, "the package node:fs"],
    ["ofp/x.ts", `import fs from "fs";`, "the package fs"],
    ["ofp/x.ts", `import { Parser } from "binary-parser";`, "the package binary-parser"],
    ["ofp/x.ts", `const fs = require("fs");`, "the package fs"],
    ["wire/bytes.ts", `import "./reader.ts";`, "circle: wire/reader.ts → wire/bytes.ts → wire/reader.ts"],
    ["wire/x.ts", `import "./x.ts";`, "circle: wire/x.ts → wire/x.ts"],
    ["wire/x.ts", `Buffer.from("");`, "must not use Buffer"],
    ["wire/x.ts", `const at = Date.now();`, "must not use Date"],
    ["wire/x.ts", `const all = { process };`, "must not use process"],
    ["wire/x.ts", `globalThis.setTimeout(() => 1, 1);`, "must not use globalThis"],
    ["wire/x.ts", `console.log(1);`, "must not use console"],
    ["wire/x.ts", `setInterval(() => 1, 1);`, "must not use setInterval"],
    ["wire/x.ts", `const secret = Math.random();`, "must not use Math.random"],
  ])("finds in %s: %s", (path, text, sentence) => {
    expect(plant(path, text)).toContainEqual(expect.stringContaining(sentence));
  });
});
