/** Logs of many connections, with a tracker that does nothing but tell them apart. */
import { describe, expect, it } from "vitest";
import { explainHistory } from "../../../src/migration/history/index.ts";
import {
  historyOf,
  type LoggedEffect,
  type LoggedEvent,
  type LoggedTracker,
  readEventLog,
  recordTracker,
  replay,
  type TrackerSettings,
} from "../../../src/migration/log/index.ts";
import { type ConnectionState, step } from "../../../src/migration/machine/index.ts";
import {
  decodeFrame,
  encodeFrame,
  type FlowKey,
  flowKey,
  flowKeyText,
  reverseFlowKey,
} from "../../../src/tcp/index.ts";
import { WireError } from "../../../src/wire/index.ts";
import { Run } from "../machine/scene.ts";
import { client } from "../scene.ts";

const secret = new Uint8Array(16).fill(7);
const vip = { ip: "10.0.0.1", port: 11111 };

interface Settings extends TrackerSettings {
  readonly isTaken?: (key: FlowKey) => boolean;
}

/** A timer reaches all connections, a packet its own, a snapshot forgets them all. */
const createTracker = (config: Settings): LoggedTracker => {
  const states = new Map<string, ConnectionState>();
  const [service] = Object.values(config.services);
  if (!service) throw new RangeError("services must not be empty");
  if (!(config.secret instanceof Uint8Array)) throw new TypeError("secret must be a Uint8Array");
  const one = (name: string, event: LoggedEvent): LoggedEffect[] => {
    const isTaken = config.isTaken ?? (() => false);
    const { state, effects } = step(states.get(name), event, { service, isTaken });
    if (!state) return [];
    states.set(name, state);
    return effects.map((effect) => ({ ...effect, about: { key: state.connection.key } }));
  };
  return {
    handle(event) {
      if (event.type === "verdict") return one(flowKeyText(event.verdict.key), event);
      if (event.type === "packetIn") {
        const key = flowKey(decodeFrame(event.frame));
        const [there, back] = [flowKeyText(key), flowKeyText(reverseFlowKey(key))];
        return one(states.has(back) ? back : there, event);
      }
      const left: LoggedEffect = { type: "unclaimed", id: 1, dpid: 7n, why: "nobody's" };
      if (event.type === "switchBack") return [left];
      return [...states.keys()].flatMap((name) => one(name, event));
    },
    restore(snapshot) {
      if (typeof snapshot !== "object") throw new WireError("badValue", "no snapshot", 0);
      states.clear();
    },
    connections: () => [...states.values()].map(({ connection, phase }) => ({ key: connection.key, phase })),
  };
};

const config: Settings = {
  services: { web: { vip, origin: { switchPort: 1 }, targets: { second: { switchPort: 2 } } } },
  secret,
};

/** The same events for a client with another port. */
function moved(event: LoggedEvent, port: number): LoggedEvent {
  if (event.type !== "packetIn") return event;
  const frame = decodeFrame(event.frame);
  if (!frame.tcp) return event;
  const { srcPort, dstPort } = frame.tcp;
  const ports = srcPort === client.port ? { srcPort: port, dstPort } : { srcPort, dstPort: port };
  return { ...event, frame: encodeFrame({ ...frame, tcp: { ...frame.tcp, ...ports } }) };
}

/** Two clients in turn; the first one's request is held, the second one's handshake is done. */
const events = [
  ...new Run().toHold().events,
  ...new Run().toReady().events.map((event) => moved(event, 44444)),
  { type: "switchBack", at: 3, dpid: 7n } as const,
  { type: "timer", at: 5_000 } as const,
];

function log(options: { readonly secret?: "derived" | "omitted" } = {}, use: Settings = config): string {
  const lines: string[] = [];
  const tracker = recordTracker(createTracker, use, { name: "t", write: (line) => lines.push(line), ...options });
  for (const event of events) tracker.handle(event);
  return lines.join("");
}

const first = { vlans: [], src: "10.0.0.3", srcPort: 33333, dst: "10.0.0.1", dstPort: 11111 };

describe("the log of a tracker", () => {
  it("replays to the same effects with a tracker", () => {
    const read = readEventLog(log(), { createTracker });
    expect(read).toMatchObject({ of: "tracker", hasSecret: true, hooks: [] });
    expect(replay(read, { createTracker })).toEqual({
      records: events.length,
      compared: events.length,
      first: undefined,
    });
  });

  it("needs one", () => {
    expect(() => readEventLog(log())).toThrow(WireError);
  });

  it("has the histories of its connections, each with its own events and effects only", () => {
    const read = readEventLog(log(), { createTracker });
    const one = historyOf(read, first, { createTracker });
    const other = historyOf(read, { ...first, srcPort: 44444 }, { createTracker });
    const lone = new Run().toHold();
    // Four packets, and the timer that ends the wait for a verdict.
    expect(one.entries).toHaveLength(lone.events.length + 1);
    expect(explainHistory(one, "text")).toContain("VERDICT_MISSING");
    expect(other.entries).toHaveLength(3);
    expect(explainHistory(other, "text")).toMatch(/^10\.0\.0\.3:44444>10\.0\.0\.1:11111, switch 0x7\n/);
    expect(explainHistory(other, "text")).not.toContain("held");
  });

  it("takes the place of a secret that was left out", () => {
    const read = readEventLog(log({ secret: "omitted" }), { createTracker });
    expect(read.hasSecret).toBe(false);
    expect(replay(read, { createTracker }).first).toBeUndefined();
  });

  it("gives the tracker a secret of its own", () => {
    const secrets: Uint8Array[] = [];
    const spy: typeof createTracker = (given) => {
      secrets.push(given.secret);
      return createTracker(given);
    };
    const tracker = recordTracker(spy, config, { name: "t", write: () => undefined });
    expect(tracker.connections()).toEqual([]);
    expect(secrets[0]).toHaveLength(32);
    expect(secrets[0]).not.toEqual(secret);
    replay(readEventLog(log(), { createTracker }), { createTracker: spy });
    expect(secrets[1]).toEqual(secrets[0]);
  });

  it("holds the snapshots that it was given", () => {
    const lines: string[] = [];
    const tracker = recordTracker(createTracker, config, { name: "t", write: (line) => lines.push(line) });
    for (const event of events.slice(0, 4)) tracker.handle(event);
    tracker.restore({ connections: [], at: 5 });
    for (const event of events.slice(0, 2)) tracker.handle(event);
    expect(() => {
      tracker.restore(5);
    }).toThrow(WireError);
    const read = readEventLog(lines.join(""), { createTracker });
    expect(read.records[4]).toEqual({ type: "restore", snapshot: { connections: [], at: 5 } });
    expect(read.records).toHaveLength(7);
    expect(replay(read, { createTracker }).first).toBeUndefined();
  });

  it("leaves events that only a tracker understands to it", () => {
    const [header = ""] = log().split("\n");
    const drain = { event: { type: "drain", at: 5, service: "web", target: "second", draining: true } };
    const read = readEventLog(`${header}\n${JSON.stringify(drain)}\n`, { createTracker });
    expect(read.records[0]).toMatchObject(drain);
    const late = `${header}\n{"event":{"type":"drain"}}\n`;
    expect(() => readEventLog(late, { createTracker })).toThrow(/records\[0\]\.event\.at/);
  });
});
