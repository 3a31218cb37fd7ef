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

it.each([...histories.keys()])("has %s.svg as npm run docs:diagrams would draw its history now", (name) => {
  const history = histories.get(name);
  expect(history && explainHistory(history, "svg")).toBe(readFileSync(new URL(`${name}.svg`, folder), "utf8"));
});

const begun = ["syn", "synAck", "ready", "hold"];
const moved = ["dial", "arm", "migrated"];

// What is held for a late move is decided about already: the dial follows in the same step.
it.each([
  ["history", [...begun, ...moved, "linger", "dead"]],
  ["rollback", [...begun, "dial", "arm", "fwdArm", "forwarded"]],
  ["mid-stream", [...begun, "fwdArm", "forwarded", ...moved]],
  ["chain", [...begun, ...moved, ...moved]],
  // Nobody is dialled on the way back.
  ["park", [...begun, ...moved, "arm", "migrated"]],
  ["nat", [...begun, ...moved]],
])("draws in %s the phases that it is named for", (name, expected) => {
  const phases = histories
    .get(name)
    ?.entries.flatMap((entry) => (entry.type === "step" && entry.before !== entry.after ? [entry.after] : []));
  expect(phases).toEqual(expected);
});

/** The numbers that the client and its servers have of the same answer, as the diagrams show them. */
it.each([
  // Server 2 begins at 3000: D = 5001 − 3001 = 2000.
  ["nat", "Server 2", "seq=3001", "seq=5001"],
  ["chain", "Server 2", "seq=3001", "seq=5001"],
  // Server 1 goes on at 5001, when the client expects 5501: D = 5501 − 5001 = 500.
  ["park", "Server 1", "seq=5001", "seq=5501"],
  // Server 3 begins at 7000, when the client expects 5301: D = 5301 − 7001 = −1700.
  ["chain", "Server 3", "seq=7001", "seq=5301"],
])("shows in %s the answer of %s in both spaces", (name, server, theirs, clients) => {
  const history = histories.get(name);
  const text = history ? explainHistory(history, "text") : "";
  const line = text.split("\n").find((each) => each.includes(`${server} → Client`) && each.includes(theirs));
  expect(line).toContain(`Client sees ${clients}`);
});
