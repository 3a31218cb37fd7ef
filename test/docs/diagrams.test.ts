import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { diagramPlans } from "../../scripts/diagrams/plans.ts";
import { explain } from "../../src/migration/index.ts";

const folder = new URL("../../docs/diagrams/", import.meta.url);
const plans = diagramPlans();

it("draws what each diagram is named for", () => {
  const statuses = [...plans].map(([name, { status, verdict }]) => `${name}: ${status}, ${verdict.level}`);
  expect(statuses).toEqual(["hand-off: ready, ok", "hand-off-rewritten: ready, ok", "refused: refused, refused"]);
});

it("keeps no diagram that no plan draws", () => {
  expect(readdirSync(folder).sort()).toEqual([...plans.keys()].map((name) => `${name}.svg`).sort());
});

it.each([...plans.keys()])("has %s.svg as npm run docs:diagrams would draw it now", (name) => {
  const plan = plans.get(name);
  expect(plan && explain(plan, "svg")).toBe(readFileSync(new URL(`${name}.svg`, folder), "utf8"));
});
