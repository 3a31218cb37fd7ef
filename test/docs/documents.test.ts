import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { breach, readCode } from "./blocks.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const documents = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)]
  .filter((path) => path.endsWith(".md"))
  .map((path) => ({ path, ...readCode(readFileSync(join(ROOT, path), "utf8")) }))
  .filter(({ program }) => program !== "");

afterEach(() => {
  vi.restoreAllMocks();
});

it("finds code to run, in the README at least", () => {
  expect(documents.map(({ path }) => path)).toContain("README.md");
});

describe.each(documents)("the code of $path", ({ path, program, promises }) => {
  it("runs and prints what its comments promise", async () => {
    const file = join(ROOT, ".cache/docs", path.replace(/\.md$/, ".ts"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, program);
    const printed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
      printed.push(format(...values));
    });
    await import(pathToFileURL(file).href);
    const breaches = printed
      .map((text, index) => breach(promises[index] ?? [], text))
      .filter((text) => text !== undefined);
    expect(breaches).toEqual([]);
    expect(printed.length).toBe(promises.length);
    expect(promises.length).toBeGreaterThan(0);
  });
});
