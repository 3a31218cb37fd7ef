import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { diagramHistories } from "../../scripts/diagrams/histories.ts";
import { diagramPlans } from "../../scripts/diagrams/plans.ts";
import { explain, explainHistory } from "../../src/migration/index.ts";

const folder = new URL("../../docs/diagrams/", import.meta.url);
const plans = diagramPlans();
const histories = diagramHistories();

it("draws what each diagram is named for", () => {
  const statuses = [...plans].map(([name, { status, verdict }]) => `${name}: ${status}, ${verdict.level}`);
  expect(statuses).toEqual(["hand-off: ready, ok", "hand-off-rewritten: ready, ok", "refused: refused, refused"]);
});

it("keeps no diagram that nothing draws", () => {
  const names = [...plans.keys(), ...histories.keys()];
  expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.svg`).sort());
});

it.each([...plans.keys()])("has %s.svg as npm run docs:diagrams would draw it now", (name) => {
  const plan = plans.get(name);
  expect(plan && explain(plan, "svg")).toBe(readFileSync(new URL(`${name}.svg`, folder), "utf8"));
});

it.each([...histories.keys()])(
  "has %s.svg of a connection that was moved, as npm run docs:diagrams would draw it now",
  (name) => {
    const history = histories.get(name);
    const phases = history?.entries.flatMap((entry) =>
      entry.type === "step" && entry.before !== entry.after ? [entry.after] : [],
    );
    expect(phases).toEqual(["syn", "synAck", "ready", "hold", "dial", "arm", "migrated", "linger", "dead"]);
    expect(history && explainHistory(history, "svg")).toBe(readFileSync(new URL(`${name}.svg`, folder), "utf8"));
  },
);
