import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTracker } from "../../../src/migration/index.ts";
import { arpFrame } from "../../../src/tcp/index.ts";
import { WireError } from "../../../src/wire/index.ts";
import {
  ACK,
  clientAt,
  DPID,
  FIN,
  plainConfig,
  ports,
  RST,
  SYN,
  secret,
  service,
  type Talk,
  TrackerRun,
  talk,
  vip,
} from "./scene.ts";

/** A busy hour, or so: connections in every phase, SYN floods, a switch that goes and comes. */
function busy(config = plainConfig): TrackerRun {
  const run = new TrackerRun(config).back().flows([]);
  const talks = Array.from({ length: 6 }, (_, index) => talk({ x: index, from: clientAt("10.0.0.3", 5000 + index) }));
  const [migrated, ...rest] = talks;
  const [held, dialled, ready, forwarded, synAck] = rest;
  if (!migrated || !held || !dialled || !ready || !forwarded || !synAck) throw new Error("nobody");
  run.migrate(migrated);
  for (const one of [held, dialled, ready, forwarded]) run.handshake(one);
  run.at += 10;
  for (const one of [held, dialled, forwarded]) run.request(one);
  run.verdict(dialled).verdict(forwarded, { action: "forward" }).barrier();
  run.lost().back().flows([]);
  run.client(synAck, { seq: synAck.x, ack: 0, flags: SYN }).origin(synAck, { seq: synAck.y, flags: SYN | ACK });
  for (let last = 1; last < 30; last += 1) {
    run.client(talk({ from: clientAt(`10.9.${last % 3}.${last}`, 1) }), { seq: 9, ack: 0, flags: SYN });
  }
  run.event({ type: "drain", at: run.at, service: "web", target: "second", draining: true });
  run.at += 10;
  // Another connection of the same port: a candidate.
  run.client(migrated, { seq: 99_999, ack: 0, flags: SYN });
  return run;
}

const limited = { ...plainConfig, budgets: { halfOpenPerSource: 4, halfOpen: 10 } };

/** What may come next, about the connections of {@link busy} and others. */
const future = fc.array(
  fc.record({
    wait: fc.constantFrom(0, 1, 50, 1_000, 5_000),
    port: fc.integer({ min: 4_999, max: 5_007 }),
    what: fc.constantFrom("syn", "synAck", "ack", "request", "fin", "rst", "verdict", "targetSynAck", "timer", "flood"),
  }),
  { maxLength: 25 },
);

function play(
  run: TrackerRun,
  steps: ReturnType<typeof future.generate> extends { value: infer V } ? V : never,
): unknown[] {
  const effects: unknown[] = [];
  for (const { wait, port, what } of steps) {
    run.at += wait;
    const one: Talk = talk({
      x: port - 5000 + 2 ** 32 - (port < 5000 ? 0 : 2 ** 32),
      from: clientAt("10.0.0.3", port),
    });
    switch (what) {
      case "syn":
        run.client(one, { seq: one.x, ack: 0, flags: SYN });
        break;
      case "synAck":
        run.origin(one, { seq: one.y, flags: SYN | ACK });
        break;
      case "ack":
        run.client(one);
        break;
      case "request":
        run.request(one);
        break;
      case "fin":
        run.client(one, { flags: ACK | 1 });
        break;
      case "rst":
        run.client(one, { flags: 4 });
        break;
      case "verdict":
        run.verdict(one);
        break;
      case "targetSynAck":
        run.target(one, { seq: one.z, flags: SYN | ACK });
        break;
      case "flood":
        run.client(talk({ from: clientAt(`10.9.1.${port % 256}`, port) }), { seq: 9, ack: 0, flags: SYN });
        break;
      default:
        run.event({ type: "timer", at: run.at });
    }
    effects.push(run.effects, run.tracker.deadline());
  }
  return effects;
}

describe("a snapshot", () => {
  it("is JSON, and what is restored from it does the same from then on", () => {
    fc.assert(
      fc.property(future, (steps) => {
        const run = busy(limited);
        const text = JSON.stringify(run.tracker.snapshot());
        const other = busy(limited);
        other.tracker = createTracker(limited);
        other.tracker.restore(JSON.parse(text));
        expect(other.tracker.snapshot()).toEqual(JSON.parse(text));
        expect(other.tracker.stats().halfOpen).toBe(10);
        expect(play(other, steps)).toEqual(play(run, steps));
      }),
      { numRuns: 25 },
    );
  });

  it("of an empty tracker is one, too", () => {
    const snapshot = new TrackerRun().tracker.snapshot();
    const { tracker } = busy();
    tracker.restore(snapshot);
    expect(tracker.stats()).toMatchObject({ connections: 0, halfOpen: 0, heldBytes: 0, awaited: 0, relayed: 0 });
    expect(tracker.deadline()).toBeUndefined();
  });

  it("keeps a probe and a question that are under way", () => {
    const config = { secret, services: { web: service } };
    const run = new TrackerRun(config).back();
    const copy = new TrackerRun(config);
    copy.tracker.restore(JSON.parse(JSON.stringify(run.tracker.snapshot())));
    for (const each of [run, copy]) {
      each.event({ type: "flowStats", at: 1, dpid: 7n, id: run.flowsId(), flows: [] });
      each.event({ type: "barrierReply", at: 1, dpid: 7n, id: run.probeBarrier()[0] ?? 0 });
      expect(each.codes).toEqual(["DATA_PLANE"]);
    }
  });

  it("forgets targets that the configuration no longer has, and knows new ones", () => {
    const run = busy();
    const config = {
      ...plainConfig,
      services: { web: { ...service, targets: { ...service.targets, third: { switchPort: 9 } } } },
    };
    const tracker = createTracker(config);
    tracker.restore(run.tracker.snapshot());
    expect(tracker.stats().targets).toEqual({ web: { second: 2, third: 0 } });
  });

  it("of connections whose service or target is gone is refused, and changes nothing", () => {
    const snapshot = busy().tracker.snapshot();
    for (const services of [{ other: service }, { web: { ...service, targets: {} } }]) {
      const run = new TrackerRun({ ...plainConfig, services });
      expect(() => {
        run.tracker.restore(snapshot);
      }).toThrow(WireError);
      expect(run.tracker.stats().connections).toBe(0);
    }
  });

  it.each([undefined, null, 1, "x", [], {}, { version: 2 }])("is not %j", (value) => {
    const { tracker } = busy();
    const before = JSON.stringify(tracker.snapshot());
    expect(() => {
      tracker.restore(value);
    }).toThrow(expect.objectContaining({ name: "WireError", path: expect.stringContaining("snapshot") as string }));
    expect(JSON.stringify(tracker.snapshot())).toBe(before);
  });

  it("that somebody has changed is refused with a WireError, or is one of another tracker", () => {
    const snapshot: unknown = JSON.parse(JSON.stringify(busy().tracker.snapshot()));
    const places: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]): void => {
      places.push(path);
      if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...path, index]);
      else if (typeof value === "object" && value !== null) {
        for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
      }
    };
    walk(snapshot, []);
    const strange = fc.constantFrom<unknown>(undefined, null, -1, 1.5, 2 ** 40, "", "web", [], {}, true, {
      $bigint: "9",
    });
    fc.assert(
      fc.property(fc.constantFrom(...places.slice(1)), strange, (path, value) => {
        const changed: unknown = structuredClone(snapshot);
        let at = changed;
        for (const key of path.slice(0, -1)) at = Reflect.get(Object(at), key);
        Reflect.set(Object(at), path.at(-1) ?? 0, value);
        const run = new TrackerRun();
        try {
          run.tracker.restore(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          expect(run.tracker.stats().connections).toBe(0);
          return;
        }
        // What is taken for a snapshot must work.
        run.at = 100;
        run.settle(100_000);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a snapshot, whatever happens", () => {
  const what = fc.constantFrom(
    "syn",
    "synAck",
    "ack",
    "request",
    "fin",
    "ofin",
    "rst",
    "verdict",
    "forward",
    "targetSynAck",
    "tdata",
    "timer",
    "barrier",
    "error",
    "flows",
    "lost",
    "back",
    "removed",
    "unknown",
    "port9",
    "arp",
  );
  const steps = fc.array(
    fc.record({
      wait: fc.constantFrom(0, 1, 50, 1_000, 5_000),
      port: fc.integer({ min: 5_000, max: 5_004 }),
      what,
      n: fc.nat(5),
    }),
    { maxLength: 60 },
  );
  it("does the same from any moment on", () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const config = {
          secret: plainConfig.secret,
          services: { web: { ...service } },
          budgets: { halfOpenPerSource: 3, connections: 4, heldSegments: 4, relayed: 3 },
          lateMoves: true,
        };
        const run = new TrackerRun(config);
        const ids: number[] = [];
        const cookies: bigint[] = [];
        const play = (run: TrackerRun, list: typeof before, ids: number[], cookies: bigint[]): unknown[] => {
          const out: unknown[] = [];
          for (const { wait, port, what, n } of list) {
            run.at += wait;
            const one = talk({ x: port, from: clientAt("10.0.0.3", port) });
            if (what === "syn") run.client(one, { seq: one.x, ack: 0, flags: SYN });
            else if (what === "synAck") run.origin(one, { seq: one.y, flags: SYN | ACK });
            else if (what === "ack") run.client(one);
            else if (what === "request") run.request(one);
            else if (what === "fin") run.client(one, { seq: one.x + 19, flags: ACK | FIN });
            else if (what === "ofin") run.origin(one, { flags: ACK | FIN });
            else if (what === "rst") run.client(one, { flags: RST });
            else if (what === "verdict") run.verdict(one);
            else if (what === "forward") run.verdict(one, { action: "forward" });
            else if (what === "targetSynAck") run.target(one, { seq: one.z, flags: SYN | ACK });
            else if (what === "tdata") run.target(one, { ack: one.x + 19, payload: Uint8Array.of(1) });
            else if (what === "barrier")
              run.event({ type: "barrierReply", at: run.at, dpid: DPID, id: ids.at(-1 - n) ?? 1 });
            else if (what === "error")
              run.event({ type: "error", at: run.at, dpid: DPID, id: ids.at(-1 - n) ?? 1, errorType: 5, code: 1 });
            else if (what === "flows")
              run.event({
                type: "flowStats",
                at: run.at,
                dpid: DPID,
                id: (() => {
                  try {
                    return run.flowsId();
                  } catch {
                    return 1;
                  }
                })(),
                flows: [],
              });
            else if (what === "lost") run.lost();
            else if (what === "back") run.back();
            else if (what === "removed")
              run.event({
                type: "flowRemoved",
                at: run.at,
                dpid: DPID,
                cookie: cookies.at(-1 - n) ?? 1n,
                reason: n & 1 ? 0 : 2,
              });
            else if (what === "unknown") run.client(talk({ from: clientAt("10.0.0.9", port) }), {});
            else if (what === "port9")
              run.client(talk({ inPort: 9, from: clientAt("10.0.0.3", port) }), { seq: 3, ack: 0, flags: SYN });
            else if (what === "arp")
              run.packet(
                ports.target,
                arpFrame("ff:ff:ff:ff:ff:ff", {
                  operation: 1,
                  senderMac: "00:00:00:00:00:02",
                  senderIp: vip.ip,
                  targetMac: "00:00:00:00:00:00",
                  targetIp: "10.0.0.3",
                }),
              );
            else run.event({ type: "timer", at: run.at });
            ids.push(
              ...run.effects
                .filter(({ type }) => type === "barrier" || type === "flowMod" || type === "bundle")
                .map(({ id }) => id),
            );
            cookies.push(
              ...run.effects.flatMap((e) =>
                e.type === "flowMod" && e.message.command === 0 ? [e.message.cookie] : [],
              ),
            );
            out.push(run.effects, run.tracker.deadline());
          }
          return out;
        };
        play(run, before, ids, cookies);
        const other = new TrackerRun(config);
        other.tracker = createTracker(config);
        other.tracker.restore(JSON.parse(JSON.stringify(run.tracker.snapshot())));
        other.follow(run);
        const a = play(run, after, [...ids], [...cookies]);
        const b = play(other, after, [...ids], [...cookies]);
        expect(b).toEqual(a);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
