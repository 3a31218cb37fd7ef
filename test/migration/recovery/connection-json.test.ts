/** The state of a connection as JSON: at any moment of any connection, what is read back goes on as if nothing had happened. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ConnectionState, deadline, step } from "../../../src/migration/machine/index.ts";
import { connectionFromJSON, connectionToJSON } from "../../../src/migration/recovery/index.ts";
import { WireError } from "../../../src/wire/index.ts";
import { greetingConfig, letters, Run } from "../machine/scene.ts";
import { familyNames, samplesOf } from "../model/samples.ts";

const names = ["second", "third"];

function throughJSON(state: ConnectionState): ConnectionState {
  return connectionFromJSON(JSON.parse(JSON.stringify(connectionToJSON(state))), names);
}

describe("a state through JSON", () => {
  it.each(familyNames)("is the same after every event: %s", (family) => {
    for (const { config, events } of samplesOf(family, 6)) {
      let original: ConnectionState | undefined;
      let copy: ConnectionState | undefined;
      for (const event of events) {
        const a = step(original, event, config);
        const b = step(copy, event, config);
        expect(b.effects).toStrictEqual(a.effects);
        original = a.state;
        copy = b.state && throughJSON(b.state);
        expect(copy).toStrictEqual(original);
        if (original && copy) expect(deadline(copy, config)).toBe(deadline(original, config));
      }
      expect(original?.phase).toBe("dead");
    }
  });

  it("keeps what is held, and the SYNs beside the connection", () => {
    const run = new Run().toHold().client({ seq: 1 + 1000 + 18, payload: Uint8Array.of(1, 2), flags: 0x18 });
    run.syn({ seq: 99 });
    const state = run.state;
    if (!state) throw new Error("no state");
    expect(state.held).toHaveLength(2);
    expect(state.candidates).toHaveLength(1);
    expect(throughJSON(state)).toStrictEqual(state);
  });

  it("is text that JSON.stringify makes and nothing else", () => {
    const { state } = new Run().toMigrated();
    if (!state) throw new Error("no state");
    const json = connectionToJSON(state);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json).toMatchObject({ dpid: "bigint:7", phase: "migrated" });
  });
});

/** Every path to a value inside, as lists of keys. */
function paths(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, item]) => paths(item, [...at, key]))];
}

/** A copy with one value replaced; undefined takes it out. */
function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...(value as unknown[])]
    : { ...(value as object) };
  const inner = Reflect.get(copy, key) as unknown;
  const next = replaced(inner, rest, by);
  if (next === undefined) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, next);
  return copy;
}

const stages: readonly [string, () => Run][] = [
  ["hold", () => new Run().toHold().syn({ seq: 99 })],
  ["dial", () => new Run().toDial()],
  ["greet", () => new Run({}, greetingConfig).toGreet().target({ seq: 3004, payload: letters(5, 3) })],
  ["arm", () => new Run().toArm()],
  ["migrated", () => new Run().toMigrated()],
  ["fwdArm", () => new Run().toFwdArm()],
  ["forwarded", () => new Run().toForwarded()],
];

describe("a damaged state", () => {
  it.each(stages)("is a WireError with a path, or goes on: %s", (_, make) => {
    const run = make();
    if (!run.state) throw new Error("no state");
    const json: unknown = JSON.parse(JSON.stringify(connectionToJSON(run.state)));
    const places = paths(json);
    const values = fc.constantFrom<unknown>(
      undefined,
      null,
      0,
      -1,
      1.5,
      2 ** 32,
      "",
      "x",
      "bytes:00",
      "bytes:0",
      "bigint:-1",
      true,
      [],
      {},
      [[]],
    );
    let refused = 0;
    let taken = 0;
    fc.assert(
      fc.property(fc.constantFrom(...places), values, (path, value) => {
        let state: ConnectionState;
        try {
          state = connectionFromJSON(replaced(json, path, value), ["second"]);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          expect((error as WireError).path).toMatch(/^connection/);
          refused++;
          return;
        }
        taken++;
        for (const event of goingOn(run)) step(state, event, run.config);
      }),
      { numRuns: 400, seed: 7 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(taken).toBeGreaterThan(0);
  });

  it.each([
    ["takeover.target", "connection.takeover.target"],
    ["takeover.client.clientNext", "connection.takeover.client.clientNext"],
    ["connection.client.mac", "connection.connection.client.mac"],
    ["nextId", "connection.nextId"],
  ])("says where it is wrong: %s", (path, told) => {
    const { state } = new Run().toMigrated();
    if (!state) throw new Error("no state");
    const json = replaced(connectionToJSON(state), path.split("."), "nobody");
    expect(() => connectionFromJSON(json, ["second"])).toThrow(expect.objectContaining({ path: told }));
  });

  it("does not take what this version does not know", () => {
    const { state } = new Run().toMigrated();
    if (!state) throw new Error("no state");
    const json = replaced(connectionToJSON(state), ["mood"], "good");
    expect(() => connectionFromJSON(json, ["second"])).toThrow(/no property "mood"/);
  });

  it("does not take the state of a service with other targets", () => {
    const { state } = new Run().toMigrated();
    if (!state) throw new Error("no state");
    const json = connectionToJSON(state);
    expect(() => connectionFromJSON(json, ["third"])).toThrow(
      expect.objectContaining({ path: "connection.takeover.target" }),
    );
  });

  it.each([
    ["ready", "syn"],
    ["ready", "synAck"],
    ["hold", "serverIsn"],
    ["dial", "takeover"],
    ["greet", "takeover"],
    ["arm", "pending"],
  ] as const)("does not take %s without %s", (phase, name) => {
    const run = {
      ready: () => new Run().toReady(),
      hold: () => new Run().toHold(),
      dial: () => new Run().toDial(),
      greet: () => new Run({}, greetingConfig).toGreet(),
      arm: () => new Run().toArm(),
    }[phase]();
    if (!run.state) throw new Error("no state");
    const json = replaced(connectionToJSON(run.state), [name], undefined);
    expect(() => connectionFromJSON(json, ["second"])).toThrow(WireError);
  });
});

/** What may happen to a connection in any phase. */
function goingOn(run: Run) {
  const at = run.at + 5000;
  const dpid = 7n;
  const segments = [
    ...new Run().toReady().events,
    ...new Run().toReady().data().events.slice(-1),
    ...new Run().toArm().events.slice(-1),
    ...new Run().toHold().target({}).events.slice(-1),
    ...new Run().toReady().client({ flags: 0x11 }).events.slice(-1),
    ...new Run().toReady().client({ flags: 4 }).events.slice(-1),
  ];
  const verdict = new Run().toDial().events.at(-1);
  if (!verdict) throw new Error("no verdict");
  return [
    ...segments,
    verdict,
    { type: "barrierReply", at, dpid, id: run.state?.pending?.barrier ?? 1 } as const,
    { type: "switchLost", at, dpid } as const,
    { type: "switchBack", at, dpid } as const,
    { type: "timer", at } as const,
    { type: "timer", at: at + 100_000 } as const,
  ].map((event) => ({ ...event, at }));
}
