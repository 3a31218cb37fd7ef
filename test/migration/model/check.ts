/** How many runs there are, with which seeds, and what is told of one that fails. */
import fc, { type Arbitrary } from "fast-check";
import { expect, it } from "vitest";
import { judge } from "./judge.ts";
import { type Outcome, run } from "./run.ts";
import { printScenario, type Scenario } from "./scenario.ts";

/** Of all families together: `npm run test:model -- --runs N --seed S` sets them. */
const RUNS = Number(process.env.MODEL_RUNS ?? 1000);
const SEED = Number(process.env.MODEL_SEED ?? 1);
const FAMILIES = 10;
/** Each is a test of its own. */
const PER_TEST = 100;

/** Runs a scenario, checks all that holds for every run, and tells how it went. */
export function check(scenario: Scenario): Outcome {
  const outcome = run(scenario);
  judge(scenario, outcome);
  return outcome;
}

/** A family's share of the runs; `expected` are paths of servers, or parts of them, that some must have taken. */
export function checkFamily(arbitrary: Arbitrary<Scenario>, expected: readonly (string | RegExp)[]): void {
  const share = Math.ceil(RUNS / FAMILIES);
  const paths = new Map<string, number>();
  for (let from = 0; from < share; from += PER_TEST) {
    const numRuns = Math.min(PER_TEST, share - from);
    it(`holds in runs ${from} to ${from + numRuns - 1} of seed ${SEED}`, () => {
      const property = fc.property(arbitrary, (scenario) => {
        for (const { ledger } of check(scenario).attempts) {
          const path = ledger.path.join(" ");
          paths.set(path, (paths.get(path) ?? 0) + 1);
        }
      });
      const { failed, counterexample, errorInstance } = fc.check(property, { numRuns, seed: 1_000_003 * SEED + from });
      const [scenario] = counterexample ?? [];
      const told = scenario ? `${String(errorInstance)}\nscenarioOf(${printScenario(scenario)})` : "";
      expect(failed, told).toBe(false);
    });
  }
  it("has had connections on every path", () => {
    for (const path of expected) {
      const taken = [...paths.keys()].filter((each) => (typeof path === "string" ? each === path : path.test(each)));
      expect(taken, String(path)).not.toEqual([]);
    }
  });
}
