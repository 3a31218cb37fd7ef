/** Logs of many connections. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { explainHistory } from "../../../src/migration/history/index.ts";
import {
  createTracker,
  type EventLog,
  historyOf,
  readEventLog,
  recordTracker,
  replay,
  type Tracker,
  type TrackerConfig,
  type TrackerEvent,
  type TrackerRecorderOptions,
} from "../../../src/migration/index.ts";
import { effectsToJSON } from "../../../src/migration/log/write.ts";
import { arpFrame, encodeFrame, segmentFrame } from "../../../src/tcp/index.ts";
import { WireError } from "../../../src/wire/index.ts";
import { clientAt, DPID, keyOf, ports, SYN } from "../tracker/scene.ts";
import { config, morning, moved, stays, undecided } from "./morning.ts";

interface Recorded {
  readonly tracker: Tracker;
  readonly text: () => string;
}

function record(
  use: TrackerConfig = config,
  options: Pick<TrackerRecorderOptions, "effects" | "secret"> = {},
): Recorded {
  const lines: string[] = [];
  const tracker = recordTracker(use, { name: "t", write: (line) => lines.push(line), ...options });
  return { tracker, text: () => lines.join("") };
}

let events: readonly TrackerEvent[] = [];
let text = "";
/** What each event led to, as JSON. */
let effects: readonly unknown[] = [];
beforeAll(() => {
  ({ events } = morning());
  const { tracker, text: written } = record();
  effects = events.map((event) => effectsToJSON(tracker.handle(event)));
  text = written();
});

function refusal(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe("the log of a tracker", () => {
  it("replays to the same effects, several connections and all", () => {
    const log = readEventLog(text);
    expect(log).toMatchObject({ of: "tracker", hasSecret: true, hooks: [], config: { traps: true } });
    const { length } = events;
    expect(replay(log)).toEqual({ records: length, events: length, compared: length, first: undefined });
    // What is told of the three of them: moved, left by a verdict, left without one, and the end of each.
    const reports = ["MIGRATED", "FORWARDED", "VERDICT_MISSING", "DRAINING", "PORT_REUSED", "FLOW_RESTORED", "ENDED"];
    for (const code of reports) expect(text).toContain(`"code":"${code}"`);
  });

  it("is of a tracker that does what it does without one", () => {
    const { tracker } = record();
    const secret = secretOf(readEventLog(text));
    const plain = createTracker({ ...config, secret });
    for (const event of events) expect(tracker.handle(event)).toEqual(plain.handle(event));
    expect(tracker.stats()).toEqual(plain.stats());
    expect(tracker.snapshot()).toEqual(plain.snapshot());
    expect(tracker.deadline()).toBe(plain.deadline());
  });

  it("tells the first record that comes out different", () => {
    const log = readEventLog(text.replace("End the connection", "Stop it"));
    const { first } = replay(log);
    expect(first?.difference?.path).toMatch(/^effects\[\d+\]\.why$/);
    expect(first?.difference?.recorded).toMatch(/^Stop it/);
  });

  it("can be replayed by another tracker", () => {
    const trackers: Tracker[] = [];
    const silent = (given: TrackerConfig): Tracker => {
      const tracker = createTracker(given);
      trackers.push(tracker);
      return { ...tracker, handle: (event) => tracker.handle(event).filter(({ type }) => type !== "report") };
    };
    const { first } = replay(readEventLog(text), { createTracker: silent });
    expect(trackers).toHaveLength(1);
    expect(first?.difference?.recorded).toMatchObject({ type: "report" });
  });

  it("has the histories of its connections, each with its own events and effects only", () => {
    const log = readEventLog(text);
    const [one, two, three] = [moved, stays, undecided].map((talk) =>
      explainHistory(historyOf(log, keyOf(talk)), "text"),
    );
    expect(one).toContain("second has the connection.");
    expect(one).not.toContain("VERDICT_MISSING");
    expect(one).not.toContain("10.0.0.4");
    expect(two).toContain("verdict: forward");
    expect(two).not.toContain("MIGRATED");
    expect(three).toMatch(/^10\.0\.0\.5:50000>10\.0\.0\.1:80, switch 0x7\n/);
    expect(three).toContain("VERDICT_MISSING");
    expect(historyOf(log).key).toEqual(keyOf(moved));
    const nobody = { ...keyOf(moved), srcPort: 1 };
    expect(refusal(() => historyOf(log, nobody))).toMatchObject({ name: "WireError", code: "badValue" });
  });

  it("has the history of a service whose address is spelled in another way", () => {
    const ip = "2001:DB8:0::1";
    const services = { web: { origin: { switchPort: 1 }, targets: {}, vip: { ip, port: 80 } } };
    const { tracker, text: written } = record({ ...config, services, traps: false });
    const to = { mac: "00:00:00:00:00:01", ip: "2001:db8::1", port: 80 };
    const syn = segmentFrame({ from: clientAt("2001:db8::3", 3), to, seq: 1, ack: 0, flags: SYN, window: 5 });
    tracker.handle({ type: "packetIn", at: 0, dpid: DPID, inPort: 3, frame: encodeFrame(syn) });
    expect(historyOf(readEventLog(written())).entries).toHaveLength(1);
  });

  it("gives the tracker a secret of its own, or none", () => {
    const secret = secretOf(readEventLog(text));
    expect(secret).toHaveLength(32);
    expect(secret).not.toEqual(config.secret);
    const { tracker, text: written } = record(config, { secret: "omitted" });
    for (const event of events) tracker.handle(event);
    const bare = readEventLog(written());
    expect(bare.hasSecret).toBe(false);
    // The numbers of flows are drawn.
    expect(replay(bare).first?.difference?.path).toMatch(/cookie/);
  });

  it("answers for the functions of the configuration, whatever they were asked", () => {
    const asked: unknown[] = [];
    const hooks: TrackerConfig = {
      ...config,
      services: {
        web: {
          ...config.services.web,
          vip: { ip: "10.0.0.1", port: 80 },
          origin: { switchPort: ports.origin },
          targets: { second: { switchPort: ports.target }, third: { switchPort: 4, ip: "10.0.0.8", port: 81 } },
          selectTarget: ({ candidates }) => candidates.at(-1),
        },
      },
      isTaken: ({ dst }) => dst !== "10.0.0.8",
      macOf: (ip, vlans) => {
        asked.push([ip, vlans]);
        return "00:00:00:00:00:77";
      },
    };
    const { tracker, text: written } = record(hooks);
    const question = arpFrame("ff:ff:ff:ff:ff:ff", {
      ...{ operation: 1, senderMac: "00:00:00:00:00:02", senderIp: "10.0.0.1" },
      ...{ targetMac: "00:00:00:00:00:00", targetIp: "10.0.0.3" },
    });
    const frame = encodeFrame(question);
    const { events: more } = morningWithoutTarget();
    for (const event of more) tracker.handle(event);
    const at = more.at(-1)?.at ?? 0;
    const [help] = tracker.handle({ type: "packetIn", at, dpid: DPID, inPort: ports.target, frame }).slice(-1);
    expect(help).toMatchObject({ type: "packetOut" });
    expect(asked).toEqual([["10.0.0.3", []]]);
    const log = readEventLog(written());
    expect(log.hooks).toEqual([["services", "web", "selectTarget"], ["isTaken"], ["macOf"]]);
    const answers = log.records.flatMap((one) => (one.type === "event" ? one.answers : []));
    const names = new Set(answers.map(({ hook }) => hook.at(-1)));
    expect(names).toEqual(new Set(["selectTarget", "isTaken", "macOf"]));
    expect(answers.at(-1)).toEqual({ hook: ["macOf"], asked: ["10.0.0.3", []], answer: "00:00:00:00:00:77" });
    expect(replay(log).first).toBeUndefined();
  });

  it("needs a function to make another tracker", () => {
    const options = { name: "t", write: () => undefined, createTracker: 5 as never };
    expect(() => recordTracker(config, options)).toThrow("options.createTracker must be a function");
  });

  it("writes nothing of an event that is none", () => {
    const { tracker, text: written } = record();
    const before = written();
    const drain = { type: "drain", at: 1, service: "web", target: "fourth", draining: true } as const;
    expect(() => tracker.handle(drain)).toThrow(RangeError);
    expect(() => {
      tracker.restore(5);
    }).toThrow(WireError);
    expect(written()).toBe(before);
    const [header = ""] = text.split("\n");
    const other = readEventLog(`${header}\n${JSON.stringify({ event: drain })}\n`);
    expect(refusal(() => replay(other))).toMatchObject({ name: "WireError", path: "records[0]" });
  });

  /** As if nobody had named a target. */
  function morningWithoutTarget(): { readonly events: readonly TrackerEvent[] } {
    return {
      events: events.map((event) => {
        if (event.type !== "verdict" || event.verdict.action !== "migrate") return event;
        const { key } = event.verdict;
        return { ...event, verdict: { action: "migrate", key } };
      }),
    };
  }
});

function secretOf({ config: read }: EventLog): Uint8Array {
  if (!read.secret) throw new Error("the log holds no secret");
  return read.secret;
}

describe("a snapshot", () => {
  it("in the middle of a log changes nothing, wherever it was taken", () => {
    for (let cut = 0; cut <= events.length; cut += 1) {
      const { tracker, text: written } = record();
      for (const event of events.slice(0, cut)) tracker.handle(event);
      tracker.restore(JSON.parse(JSON.stringify(tracker.snapshot())));
      const rest = events.slice(cut).map((event) => effectsToJSON(tracker.handle(event)));
      expect(rest, `after ${cut} events`).toEqual(effects.slice(cut));
      if (cut % 5 !== 0) continue;
      const log = readEventLog(written());
      expect(log.records[cut]).toMatchObject({ type: "restore" });
      expect(replay(log)).toMatchObject({ records: events.length + 1, events: events.length, first: undefined });
    }
  });

  it("at the beginning of a log goes on where another tracker was stopped", () => {
    for (let cut = 3; cut <= events.length; cut += 7) {
      const { tracker: earlier } = record();
      for (const event of events.slice(0, cut)) earlier.handle(event);
      const { tracker, text: written } = record();
      tracker.restore(earlier.snapshot());
      for (const event of events.slice(cut)) tracker.handle(event);
      const { first } = replay(readEventLog(written()));
      expect(first, `after ${cut} events`).toBeUndefined();
    }
  });

  it("has the histories of connections that began before it", () => {
    const cut = events.findIndex(({ type }) => type === "verdict");
    const { tracker: earlier } = record();
    for (const event of events.slice(0, cut)) earlier.handle(event);
    const { tracker, text: written } = record();
    tracker.restore(earlier.snapshot());
    for (const event of events.slice(cut)) tracker.handle(event);
    const history = historyOf(readEventLog(written()), keyOf(moved));
    expect(explainHistory(history, "text")).toContain("second has the connection.");
  });

  it("of another tracker's services is refused with its place", () => {
    const { tracker, text: written } = record();
    for (const event of events.slice(0, 10)) tracker.handle(event);
    tracker.restore(tracker.snapshot());
    const log = readEventLog(written().replaceAll('"service":"web"', '"service":"mail"'));
    expect(refusal(() => replay(log))).toMatchObject({
      name: "WireError",
      path: "records[10].snapshot.connections[0].service",
    });
  });
});

describe("a damaged log of a tracker", () => {
  it("gives a WireError or a replay", () => {
    const { tracker, text: written } = record(config, { effects: false });
    for (const event of events.slice(0, 12)) tracker.handle(event);
    tracker.restore(tracker.snapshot());
    for (const event of events.slice(12, 20)) tracker.handle(event);
    const lines = written().trimEnd().split("\n");
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom("bigint:5", "bytes:00ff", -1, 2 ** 53, 1e308, "__proto__"));
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.nat(300), value, (index, place, other) => {
        let seen = 0;
        const put = (node: unknown): unknown => {
          if (seen++ === place) return other;
          if (Array.isArray(node)) return node.map(put);
          if (typeof node !== "object" || node === null) return node;
          return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, put(item)]));
        };
        const damaged = lines.map((one, at) => (at === index ? JSON.stringify(put(JSON.parse(one))) : one)).join("\n");
        const outcome = refusal(() => {
          const log = readEventLog(damaged);
          replay(log);
          historyOf(log);
          return undefined;
        });
        if (outcome !== undefined) expect(outcome).toBeInstanceOf(WireError);
      }),
      { numRuns: 150 },
    );
  });
});
