/** Whole connections between hosts and a switch in memory: whatever gets lost, every byte arrives once, from one server. */
import { afterAll, describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { markers, type SimulationOptions, simulate } from "./simulation.ts";

/** More with SIMULATION_RUNS and SIMULATION_SEED. */
const runs = Number(process.env.SIMULATION_RUNS ?? 60);
const firstSeed = Number(process.env.SIMULATION_SEED ?? 1);

const places = {
  origin: { switchPort: 1 },
  targets: { second: { switchPort: 2 }, third: { switchPort: 4 } },
};

function mix(seed: number, salt: number): number {
  let value = Math.imul(seed ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Now and then a number at the very end of its space, so that everything wraps. */
function isn(seed: number, salt: number): number {
  const value = mix(seed, salt);
  return mix(seed, salt + 50) % 3 === 0 ? (0xffffff00 | (value & 0xff)) >>> 0 : value;
}

function request(seed: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => mix(seed, index) & 0xff);
}

function optionsOf(seed: number): SimulationOptions {
  const pick = (salt: number, below: number): number => mix(seed, salt) % below;
  const rough = pick(1, 2) === 1;
  const software = pick(2, 3) === 0;
  const late = pick(3, 3) === 0;
  const config: ConnectionConfig = {
    service: places,
    dataPlane: software ? "software" : "actions",
    lateMoves: late,
    bundles: pick(16, 2) === 0,
  };
  return {
    seed,
    loss: rough ? 0.15 : 0,
    duplicates: rough ? 0.1 : 0,
    delay: rough ? 100 : 4,
    isns: [isn(seed, 11), isn(seed, 12), isn(seed, 13), isn(seed, 14)],
    config,
    stock: software,
    ...(pick(4, 4) === 0 && { maxFlows: 1 + pick(5, 9) }),
    requests: Array.from({ length: 1 + pick(6, 6) }, (_, index) => request(seed + index, 1 + pick(60 + index, 4000))),
    pause: late ? 1500 : pick(7, 50),
    verdict: pick(8, 5) === 0 ? "forward" : pick(8, 5) === 1 ? "none" : "migrate",
    verdictAfter: pick(9, 400),
    listens: pick(10, 6) !== 0,
    ...(late && { lateAt: 500 + pick(15, 3000) }),
  };
}

const outcomes = new Map<string, number>();

function count(outcome: string): void {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

describe("a simulated connection", () => {
  it.each(Array.from({ length: runs }, (_, index) => firstSeed + index))("ends well with seed %i", (seed) => {
    const options = optionsOf(seed);
    const result = simulate(options);
    const { reports, error, flows, errors } = result;
    const told = JSON.stringify({ reports, error, flows, errors, phase: result.state?.phase, seed });
    const sent = options.requests.flatMap((bytes) => [...bytes]);
    expect(result.error, told).toBeUndefined();
    // Each byte was received once and in order, by one server after the other.
    const seen = ["first", "second", "third"].flatMap((name) => [...(result.requestsSeen[name] ?? [])]);
    expect(seen.length, told).toBe(sent.length);
    expect(seen.join(), told).toBe(sent.join());
    // No server answered after it had lost the connection. (A late move may fall between two segments of a request.)
    expect(result.received.length, told).toBe(sent.length);
    expect([...result.received], told).toEqual([...result.received].sort());
    const last = result.received.at(-1) ?? 0;
    for (const name of Object.keys(markers)) {
      const length = [...result.received].filter((byte) => byte === markers[name]).length;
      expect(result.requestsSeen[name]?.length, told).toBe(length);
    }
    // Nothing stays: the one flow left sends everything to the controller.
    expect(result.state?.phase, told).toBe("dead");
    expect(result.flows, told).toBe(1);
    if (options.maxFlows === undefined) expect(result.errors, told).toBe(0);
    count(result.errors > 0 ? "errors of the switch" : "no errors");
    count(["nobody", "first", "second", "third"][last] ?? "");
  });

  afterAll(() => {
    const ended = (outcomes.get("no errors") ?? 0) + (outcomes.get("errors of the switch") ?? 0);
    if (ended < 60) return;
    for (const outcome of ["first", "second", "third", "errors of the switch"]) {
      expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(3);
    }
  });
});
