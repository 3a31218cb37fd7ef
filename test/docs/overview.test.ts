import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const rows = [...readme.matchAll(/^\| `tcp-migration(?:\/(\w+))?` \| (.*) \|$/gm)].map(([, entry = "", text = ""]) => ({
  entry,
  names: [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
}));

it("has a row for every entry point", () => {
  expect(rows.map(({ entry }) => entry)).toEqual(["", "ofp", "nx", "tcp", "migration", "analyzer", "testing"]);
});

it.each(rows)("names in the README only what tcp-migration/$entry exports", async ({ entry, names }) => {
  const path = new URL(`../../src/${entry === "" ? "" : `${entry}/`}index.ts`, import.meta.url);
  const exported = Object.keys((await import(path.href)) as object);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !exported.includes(name))).toEqual([]);
});
