/** Connections at random for other tests: what they were told, and how their planner is configured. */
import fc, { type Arbitrary } from "fast-check";
import type { ConnectionConfig, ConnectionEvent } from "../../../src/migration/machine/index.ts";
import type { FlowKey } from "../../../src/tcp/index.ts";
import { families } from "./families.ts";
import { keyOf } from "./places.ts";
import { configOf, run } from "./run.ts";
import type { Scenario } from "./scenario.ts";

export interface Sample {
  readonly config: ConnectionConfig;
  readonly events: readonly ConnectionEvent[];
  readonly key: FlowKey;
}

/** Those without a tracker. */
export const familyNames = Object.keys(families).filter((name) => name !== "tracked");

/** So many runs of a family, with one connection each; the same ones each time. */
export function samplesOf(name: string, count: number): readonly Sample[] {
  const family: Arbitrary<Scenario> | undefined = new Map(Object.entries(families)).get(name);
  if (!family) throw new RangeError(`no family ${name}`);
  return fc.sample(family, { numRuns: count, seed: 1 }).map((scenario) => {
    const { events } = run({ ...scenario, connections: scenario.connections.slice(0, 1) });
    return { config: configOf(scenario), events, key: keyOf(scenario, 0) };
  });
}
