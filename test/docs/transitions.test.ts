import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { withTransitions } from "../../scripts/state-machine/render.ts";
import { table } from "../../src/migration/machine/table.ts";

const document = readFileSync(new URL("../../docs/state-machine.md", import.meta.url), "utf8");

it("shows the transition table as it is", () => {
  expect(document).toBe(withTransitions(document));
});

it("explains every handler of the table", () => {
  const names = new Set(Object.values(table).flatMap((row) => row.map((handler) => handler.name)));
  expect([...names].filter((name) => !document.includes(`\n| \`${name}\` |`))).toEqual([]);
});
