/** Servers that speak first, between hosts and a switch in memory: the client is greeted once, whatever gets lost. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { markers, type SimulationOptions, simulate } from "./simulation.ts";

/** More with SIMULATION_RUNS. */
const runs = Number(process.env.SIMULATION_RUNS ?? 12);

const text = (line: string): Uint8Array => Uint8Array.from(line, (character) => character.charCodeAt(0));
const request = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index & 0xff);

/** Longer than one segment, so that a part may get lost. */
const long = Uint8Array.from({ length: 4000 }, (_, index) => 65 + (index % 26));
const same = { first: long, second: long, third: long };
const lines = {
  first: text("220 first.example ready\r\n"),
  second: text("220-second.example has more to say\r\n220 and is ready\r\n"),
  third: text("220 third\r\n"),
};

interface Variant {
  readonly banner: "equal" | "line";
  readonly plane: "actions" | "software";
  readonly bundles?: boolean;
  readonly rough: boolean;
  readonly late?: boolean;
  readonly change?: Partial<SimulationOptions>;
}

function optionsOf({ banner, plane, bundles = false, rough, late = false, change }: Variant, seed: number) {
  const config: ConnectionConfig = {
    service: {
      origin: { switchPort: 1 },
      targets: { second: { switchPort: 2 }, third: { switchPort: 4 } },
      profile: { speaksFirst: { maxBannerBytes: 5000, banner } },
    },
    dataPlane: plane,
    bundles,
    lateMoves: late,
    // A loss costs a retransmission timeout of 200 ms, and a host gives up after fifteen of them.
    timing: { dialMs: [250, 500, 900], greetMs: [250, 500, 1000] },
  };
  const options: SimulationOptions = {
    seed,
    loss: rough ? 0.15 : 0,
    duplicates: rough ? 0.1 : 0,
    delay: rough ? 60 : 4,
    // Each wraps inside of the greeting or just behind it.
    isns: [0xffffff00 + (seed % 200), 0xfffffff0 - (seed % 60), 0xffffffc0 + (seed % 64), 0xfffff800 + seed],
    config,
    stock: plane === "software",
    // A late move may fall between two segments of a request: each is one segment.
    requests: late ? [request(300), request(1400), request(40)] : [request(300), request(2000), request(40)],
    pause: late ? 1500 : 20,
    verdict: "migrate",
    verdictAfter: 30,
    greetings: banner === "equal" ? same : lines,
    ...(late && { moves: [{ at: 2500, target: "third" }] }),
    ...change,
  };
  return options;
}

/** Where each byte of an answer came from; the client's greeting is left out, having been compared. */
function answersOf(options: SimulationOptions): { result: ReturnType<typeof simulate>; answers: readonly number[] } {
  const result = simulate(options);
  const greeting = options.greetings?.first ?? new Uint8Array(0);
  expect([...result.received.subarray(0, greeting.length)]).toEqual([...greeting]);
  return { result, answers: [...result.received.subarray(greeting.length)] };
}

function judge(options: SimulationOptions): readonly string[] {
  const { result, answers } = answersOf(options);
  const sent = options.requests.flatMap((bytes) => [...bytes]);
  expect(result.error).toBeUndefined();
  const seen = ["first", "second", "third"].flatMap((name) => [...(result.requestsSeen[name] ?? [])]);
  expect(seen.join()).toBe(sent.join());
  // One answer byte for each byte, from one server after the other, and not one byte of a second greeting.
  expect(answers.length).toBe(sent.length);
  expect(answers).toEqual([...answers].sort());
  for (const [name, marker] of Object.entries(markers)) {
    expect(answers.filter((byte) => byte === marker).length).toBe(result.requestsSeen[name]?.length);
  }
  expect(result.state?.phase).toBe("dead");
  expect(result.flows).toBe(1);
  return Object.keys(markers).filter((name) => (result.requestsSeen[name]?.length ?? 0) > 0);
}

const variants: readonly Variant[] = (["equal", "line"] as const).flatMap((banner) => [
  { banner, plane: "actions", rough: false },
  { banner, plane: "actions", rough: true },
  { banner, plane: "actions", bundles: true, rough: true },
  { banner, plane: "software", rough: true },
]);

describe.each(variants)("a greeting ($banner, $plane, bundles $bundles, losses $rough)", (variant) => {
  const seeds = Array.from({ length: variant.rough ? runs : 2 }, (_, index) => index + 1);

  it.each(seeds)("is heard once with seed %i", (seed) => {
    const servers = judge(optionsOf(variant, seed));
    if (!variant.rough) expect(servers).toEqual(["second"]);
  });

  it("is heard by most connections that are moved", () => {
    const moved = seeds.filter((seed) => judge(optionsOf(variant, seed)).join() === "second");
    expect(moved.length).toBeGreaterThan(seeds.length / 2);
  });

  it.each(seeds.slice(0, Math.ceil(runs / 2)))("is heard once in a chain of three servers with seed %i", (seed) => {
    const servers = judge(optionsOf({ ...variant, late: true }, seed));
    if (!variant.rough) expect(servers).toEqual(["second", "third"]);
  });
});

describe("a new server", () => {
  const variant: Variant = { banner: "equal", plane: "actions", rough: false };

  it.each([
    ["greets with something else", { second: long.slice().reverse() }],
    ["greets with more", { second: Uint8Array.from([...long, 10]) }],
    ["does not greet", {}],
  ])("that %s leaves the connection with server 1", (_, second) => {
    const options = optionsOf({ ...variant, change: { greetings: { first: long, ...second } } }, 1);
    expect(judge(options)).toEqual(["first"]);
    expect(simulate(options).reports).toContain("BANNER_UNFIT");
  });

  it("is not asked without a profile, and server 1 keeps the connection", () => {
    const options = optionsOf(variant, 1);
    const { origin, targets } = options.config.service;
    expect(judge({ ...options, config: { ...options.config, service: { origin, targets } } })).toEqual(["first"]);
  });
});
