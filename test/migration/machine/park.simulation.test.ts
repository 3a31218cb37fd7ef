/** Connections that come back to a server that waited, between hosts and a switch in memory. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { type SimulationOptions, type SimulationResult, simulate } from "./simulation.ts";

/** More with SIMULATION_RUNS and SIMULATION_SEED. */
const runs = Number(process.env.SIMULATION_RUNS ?? 20);
const firstSeed = Number(process.env.SIMULATION_SEED ?? 1);

const service = { origin: { switchPort: 1 }, targets: { second: { switchPort: 2 }, third: { switchPort: 4 } } };

function config(change: Partial<ConnectionConfig> = {}): ConnectionConfig {
  return { service, lateMoves: true, ...change };
}

/** One request every two seconds, the last one after 30 s. */
const requests = Array.from({ length: 16 }, (_, index) =>
  Uint8Array.from({ length: 100 + 37 * index }, (_, byte) => (7 * index + byte) & 0xff),
);

const base: SimulationOptions = {
  seed: 1,
  loss: 0,
  duplicates: 0,
  delay: 4,
  isns: [1000, 5000, 3000, 7000],
  config: config(),
  requests,
  pause: 2000,
  verdict: "none",
  verdictAfter: 10,
};

/** The servers in the order in which they had the connection. */
function visited({ trail }: SimulationResult): readonly number[] {
  return trail.servers.filter((server, index) => server !== trail.servers[index - 1]);
}

/** Every byte came once, in order, and was answered by the server that got it. */
function expectWhole(result: SimulationResult, options: SimulationOptions): void {
  const told = JSON.stringify({ reports: result.reports, error: result.error, seed: options.seed });
  expect(result.error, told).toBeUndefined();
  expect(result.trail.bytes.join(), told).toBe(options.requests.flatMap((bytes) => [...bytes]).join());
  expect([...result.received].join(), told).toBe(result.trail.servers.join());
  expect(result.state?.phase, told).toBe("dead");
  expect(result.flows, told).toBe(1);
  if (options.maxFlows === undefined) expect(result.errors, told).toBe(0);
}

const planes = [
  ["the switch shifts", config(), false],
  ["with bundles", config({ bundles: true }), false],
  ["the planner shifts", config({ dataPlane: "software" }), true],
] as const;

describe.each(planes)("a connection that comes back, when %s", (_, plane, stock) => {
  const there = { at: 3000, target: "second", park: true };
  const back = { at: 13_000, target: "origin" };

  it("goes on with server 1 where it was left", () => {
    const options = { ...base, config: plane, stock, moves: [there, back] };
    const result = simulate(options);
    expectWhole(result, options);
    expect(visited(result)).toEqual([1, 2, 1]);
    // Server 1 has had one connection, which was never reset; the second one was when it lost it.
    expect(result.serverStates).toMatchObject({ first: ["closed"], second: ["closed: reset"] });
  });

  it("may go there and back as often as it likes, when both wait", () => {
    const moves = [there, { ...back, at: 9000, park: true }, { ...there, at: 15_000 }, { ...back, at: 21_000 }];
    const options = { ...base, config: plane, stock, moves };
    const result = simulate(options);
    expectWhole(result, options);
    expect(visited(result)).toEqual([1, 2, 1, 2, 1]);
    expect(result.serverStates).toMatchObject({ first: ["closed"], second: ["closed: reset"] });
  });

  it("comes back from the third server, past the second one, which waits as well", () => {
    const moves = [
      there,
      { at: 9000, target: "third", park: true },
      { at: 15_000, target: "second" },
      { ...back, at: 21_000 },
    ];
    const options = { ...base, config: plane, stock, moves };
    const result = simulate(options);
    expectWhole(result, options);
    expect(visited(result)).toEqual([1, 2, 3, 2, 1]);
    expect(result.serverStates).toMatchObject({
      first: ["closed"],
      second: ["closed: reset"],
      third: ["closed: reset"],
    });
  });

  it("comes back to a server 1 that has not had a byte", () => {
    const options = { ...base, config: plane, stock, verdict: "migrate", park: true, moves: [back] } as const;
    const result = simulate(options);
    expectWhole(result, options);
    expect(visited(result)).toEqual([2, 1]);
    expect(result.serverStates).toMatchObject({ first: ["closed"], second: ["closed: reset"] });
  });

  it("is over, and server 1 is reset where it was left", () => {
    const options = { ...base, config: plane, stock, moves: [there] };
    const result = simulate(options);
    expectWhole(result, options);
    expect(visited(result)).toEqual([1, 2]);
    expect(result.serverStates).toMatchObject({ first: ["closed: reset"], second: ["closed"] });
  });

  it("is asked by server 1 whether it is there, and answers", () => {
    const probe = (at: number) => ({
      at,
      run: (servers: Parameters<NonNullable<SimulationOptions["also"]>[number]["run"]>[0]) => {
        servers.connectionOf("first")?.probe();
      },
    });
    const options = { ...base, config: plane, stock, moves: [there, back], also: [8000, 9000, 10_000].map(probe) };
    const result = simulate(options);
    expectWhole(result, options);
    expect(visited(result)).toEqual([1, 2, 1]);
  });

  it.each([
    ["closes", "closed: reset"],
    ["speaks", "closed: reset"],
    ["resets", "closed"],
  ] as const)("stays where it is when server 1 %s", (what, end) => {
    const run: NonNullable<SimulationOptions["also"]>[number]["run"] = ({ connectionOf }) => {
      const first = connectionOf("first");
      if (what === "closes") first?.close();
      else if (what === "resets") first?.abort();
      else first?.send(Uint8Array.of(9));
    };
    const options = { ...base, config: plane, stock, moves: [there, back], also: [{ at: 9000, run }] };
    const result = simulate(options);
    expectWhole(result, options);
    expect(visited(result)).toEqual([1, 2]);
    expect(result.reports).toContain("PARKED_GONE");
    expect(result.reports).toContain("TARGET_UNKNOWN");
    expect(result.serverStates).toMatchObject({ first: [end], second: ["closed"] });
  });
});

function mix(seed: number, salt: number): number {
  let value = Math.imul(seed ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

describe("a rough way there and back", () => {
  const visits = new Map<string, number>();

  it.each(Array.from({ length: runs }, (_, index) => firstSeed + index))("ends well with seed %i", (seed) => {
    const isn = (salt: number): number =>
      mix(seed, salt) % 2 === 0 ? mix(seed, salt + 9) : 2 ** 32 - 1 - (mix(seed, salt + 9) % 3000);
    const software = mix(seed, 1) % 3 === 0;
    const options: SimulationOptions = {
      ...base,
      seed,
      loss: mix(seed, 8) % 2 === 0 ? 0.1 : 0,
      duplicates: 0.1,
      delay: 60,
      isns: [isn(2), isn(3), isn(4), isn(5)],
      config: config({ dataPlane: software ? "software" : "actions", bundles: mix(seed, 6) % 2 === 0 }),
      stock: software,
      ...(mix(seed, 9) % 3 === 0 && { maxFlows: 2 + (mix(seed, 20) % 10) }),
      verdict: mix(seed, 7) % 2 === 0 ? "migrate" : "none",
      park: true,
      moves: ["second", "origin", "third", "origin", "second"].map((target, index) => ({
        at: 3000 + 6000 * index + (mix(seed, 10 + index) % 3000),
        target,
        park: true,
      })),
    };
    const result = simulate(options);
    expectWhole(result, options);
    const way = visited(result).join("");
    visits.set(way, (visits.get(way) ?? 0) + 1);
    // Nobody is left with half of a connection, unless its reset was lost.
    if (options.loss > 0) return;
    const states = Object.values(result.serverStates).flat();
    expect(states.filter((state) => !state.startsWith("closed"))).toEqual([]);
  });

  it("has come back now and then", () => {
    expect([...visits.keys()].some((way) => /1.*[23].*1/.test(way) || way.includes("21"))).toBe(true);
  });
});
