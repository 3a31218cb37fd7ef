/** The page about what can be moved knows every reason, and no other. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultPolicy, Reason } from "../../src/migration/index.ts";

const page = readFileSync(new URL("../../docs/what-can-move.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\w+) \| (.*) \| (.*) \|$/gm)].map(([, code, level, why, help]) => ({
  code: code ?? "",
  level: level ?? "",
  why: why ?? "",
  help: help ?? "",
}));

/** Words of the configuration that are no policy. */
const otherSettings = ["normalise", "lateMoves", "tcp_rmem"];

it("has a row for every code, in the order of the list", () => {
  expect(rows.map(({ code }) => code)).toEqual(Object.values(Reason));
});

it("names policies and settings that there are", () => {
  const named = rows.flatMap(({ help }) => [...help.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const known = [...Object.keys(defaultPolicy), ...otherSettings];
  expect(named.filter((name) => !known.includes(name ?? ""))).toEqual([]);
  expect(named).toContain("clampMss");
});

describe("the levels of the page", () => {
  const source = ["options", "."]
    .flatMap((folder) => sourcesIn(folder))
    .join("\n")
    .replaceAll(/\s+/g, " ");

  it.each(rows.filter(({ code }) => inline(code).length > 0))("$code: $level is one that the planner gives", (row) => {
    expect(inline(row.code)).toContain(row.level);
  });

  /** Levels that stand beside a code in the source. */
  function inline(code: string): readonly string[] {
    const name = Object.entries(Reason).find(([, value]) => value === code)?.[0] ?? "";
    return [...source.matchAll(new RegExp(`finding\\( ?"(ok|degraded|refused)", Reason\\.${name},`, "g"))].map(
      ([, level]) => level ?? "",
    );
  }
});

function sourcesIn(folder: string): readonly string[] {
  const base = new URL(`../../src/migration/${folder}/`, import.meta.url);
  return readdirSync(base)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(new URL(file, base), "utf8"));
}
