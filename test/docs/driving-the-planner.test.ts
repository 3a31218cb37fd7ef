/** The page about driving the planner knows every report and every bound, and no other. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultBudgets, ReportCode } from "../../src/migration/index.ts";

const page = readFileSync(new URL("../../docs/driving-the-planner.md", import.meta.url), "utf8");

describe("the reports of the page", () => {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\w+) \| (.+) \| (.+) \|$/gm)];

  it("are all that there are, in the order of the list", () => {
    expect(rows.map(([, code]) => code)).toEqual(Object.values(ReportCode));
  });

  it("have one of three levels, and say what to do about every warning", () => {
    for (const [, code, level, , help] of rows) {
      expect(["info", "notice", "warning"], code).toContain(level);
      if (level === "warning") expect(help, code).not.toBe("–");
      if (level === "info" && code !== ReportCode.wouldRefuse && code !== ReportCode.clientGone) {
        expect(help, code).toBe("–");
      }
    }
  });
});

describe("the bounds of the page", () => {
  const [, table = ""] = /\| `budgets` \|.*\n\| --- .*\n((?:\|.*\n)+)/.exec(page) ?? [];

  it("are all that there are", () => {
    const names = table.split("\n").flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)]);
    expect(names.map(([, name]) => name)).toEqual(Object.keys(defaultBudgets));
  });

  it.each([
    ["`connections`", defaultBudgets.connections.toLocaleString("en")],
    ["`halfOpen`", `${defaultBudgets.halfOpen.toLocaleString("en")} and ${defaultBudgets.halfOpenPerSource}`],
    [
      "`heldBytes`",
      `${defaultBudgets.heldBytes / 2 ** 20} MiB and ${defaultBudgets.heldSegments.toLocaleString("en")}`,
    ],
    ["`resetBurst`", `${defaultBudgets.resetBurst.toLocaleString("en")} and one each ms`],
    ["`relayed`", defaultBudgets.relayed.toLocaleString("en")],
  ])("have their defaults: %s", (name, value) => {
    const row = table.split("\n").find((each) => each.startsWith(`| ${name}`));
    expect(row?.split("|")[2]?.trim()).toBe(value);
  });
});
