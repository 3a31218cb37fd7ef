import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainHistory } from "../../../src/migration/history/index.ts";
import {
  type EventLog,
  firstDifference,
  historyOf,
  readEventLog,
  recordConnection,
  replay,
  startReplay,
} from "../../../src/migration/log/index.ts";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { createFlowKey } from "../../../src/tcp/index.ts";
import { WireError } from "../../../src/wire/index.ts";
import { ACK, plainConfig, Run } from "../machine/scene.ts";
import { familyNames, samplesOf } from "../model/samples.ts";
import { handOver, written } from "./recording.ts";

/** The same log as one document. */
function asDocument(text: string): string {
  const [header, ...records] = text
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  return JSON.stringify({ ...(header as object), records }, null, 2);
}

function refusal(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe("a log", () => {
  it("replays to the same effects", () => {
    const log = readEventLog(handOver());
    expect(log).toMatchObject({ version: 1, of: "connection", name: "test", complete: true });
    expect(replay(log)).toEqual({ records: 8, events: 8, compared: 8, first: undefined });
  });

  it("is the same as one JSON document and as lines, with blank lines and carriage returns too", () => {
    const text = handOver();
    const log = readEventLog(text);
    expect(readEventLog(asDocument(text))).toEqual(log);
    expect(readEventLog(`\uFEFF${text.replaceAll("\n", "\r\n\r\n")}`)).toEqual(log);
  });

  it("may be without effects: then there is nothing to compare", () => {
    const log = readEventLog(written(new Run().toMigrated().events, plainConfig, { effects: false }));
    expect(replay(log)).toEqual({ records: 8, events: 8, compared: 0, first: undefined });
  });

  it("may have no records yet", () => {
    expect(readEventLog(written([])).records).toEqual([]);
  });

  it("shows where a replay goes another way", () => {
    const text = handOver().replace("Ask the new server", "Beg the new server");
    const { first } = replay(readEventLog(text));
    expect(first).toMatchObject({ index: 4, difference: { path: "effects[0].why" } });
    expect(first?.difference?.recorded).toMatch(/^Beg/);
    expect(first?.difference?.replayed).toMatch(/^Ask/);
  });

  it("gives the history of its connection", () => {
    const log = readEventLog(handOver());
    const text = explainHistory(historyOf(log), "text");
    expect(text).toContain("MIGRATED (e 0, d 2000, released 18)");
    const key = createFlowKey({ src: "10.0.0.3", srcPort: 33333, dst: "10.0.0.1", dstPort: 11111 });
    expect(explainHistory(historyOf(log, key), "text")).toBe(text);
    expect(refusal(() => historyOf(log, { ...key, srcPort: 1 }))).toMatchObject({
      name: "WireError",
      detail: "the log has no 10.0.0.3:1>10.0.0.1:11111; it has 10.0.0.3:33333>10.0.0.1:11111",
    });
  });
});

describe("functions of the configuration", () => {
  const own = { mac: "00:00:00:00:00:02", ip: "10.0.0.2" };
  const service = {
    origin: { switchPort: 1 },
    targets: { second: { switchPort: 2, ...own }, third: { switchPort: 4 } },
  };

  function config(taken: boolean): ConnectionConfig {
    return { service, isTaken: () => taken, chooseTarget: () => ({ target: "second" }) };
  }

  it.each([true, false])("are answered from the log: taken %s", (taken) => {
    const text = written(new Run().toDial().events, config(taken));
    expect(text).toContain('"hook":["isTaken"]');
    const log = readEventLog(text);
    expect(log.hooks).toEqual([["isTaken"], ["chooseTarget"]]);
    expect(log.config).not.toHaveProperty("isTaken");
    expect(replay(log).first).toBeUndefined();
    const phases = [...startReplay(log).records].map(({ effects }) => effects.length);
    expect(phases).toHaveLength(5);
  });

  it("that the log does not answer for show that the replay goes another way", () => {
    const text = written(new Run().toDial().events, config(false)).replace(/"answers":\[.*?\],"effects"/, '"effects"');
    expect(replay(readEventLog(text)).first?.unanswered).toMatch(/^chooseTarget/);
    const about = '"hook":["isTaken"],"asked":{"vlans":[]';
    const wrong = written(new Run().toDial().events, config(false)).replace(about, about.replace("[]", "[5]"));
    expect(replay(readEventLog(wrong)).first?.unanswered).toMatch(/^isTaken/);
  });
});

describe("the secret", () => {
  const secret = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
  const withSecret = { ...plainConfig, secret };

  function header(options: { readonly name?: string; readonly secret?: "derived" | "omitted" }): string {
    const lines: string[] = [];
    recordConnection(withSecret, { name: "a", write: (line) => lines.push(line), ...options });
    return lines[0] ?? "";
  }

  it("is not written: a log has one of its own", () => {
    const text = header({});
    expect(text).not.toContain("0102030405060708090a0b0c0d0e0f10");
    expect(readEventLog(text).hasSecret).toBe(true);
    const secretOf = (line: string) => /"secret":"bytes:([0-9a-f]{64})"/.exec(line)?.[1];
    expect(secretOf(text)).toBeDefined();
    expect(secretOf(header({ name: "b" }))).not.toBe(secretOf(text));
    expect(secretOf(header({}))).toBe(secretOf(text));
  });

  it("can be left out", () => {
    const text = header({ secret: "omitted" });
    expect(text).not.toContain("secret");
    expect(readEventLog(text).hasSecret).toBe(false);
  });
});

describe("recordConnection", () => {
  const write = () => undefined;
  it.each([
    ["no options", plainConfig, undefined, /options/],
    ["no name", plainConfig, { name: "", write }, /options.name/],
    ["nowhere to write", plainConfig, { name: "x" }, /options.write/],
    ["a secret that is neither", plainConfig, { name: "x", write, secret: "shown" }, /options.secret/],
    ["no configuration", {}, { name: "x", write }, /service/],
  ])("refuses %s", (_, config, options, message) => {
    expect(() => recordConnection(config as never, options as never)).toThrow(message);
  });

  it("writes nothing for a configuration that is refused", () => {
    const lines: string[] = [];
    const bad = { service: { ...plainConfig.service, defaultTarget: "none" } };
    expect(() => recordConnection(bad, { name: "x", write: (line) => lines.push(line) })).toThrow(RangeError);
    expect(lines).toEqual([]);
  });
});

describe("a last line that was cut", () => {
  const whole = handOver();
  const cut = whole.slice(0, -40);

  it("is refused unless told otherwise", () => {
    expect(refusal(() => readEventLog(cut))).toMatchObject({ name: "WireError", code: "syntax", path: "records[7]" });
  });

  it("can be left out", () => {
    const log = readEventLog(cut, { cutEnd: "drop" });
    expect(log.complete).toBe(false);
    expect(log.records).toHaveLength(7);
    expect(replay(log).first).toBeUndefined();
  });

  it("is the last one: others must be whole", () => {
    const lines = whole.trimEnd().split("\n");
    const broken = [...lines.slice(0, 3), lines[3]?.slice(0, 50), ...lines.slice(4)].join("\n");
    expect(refusal(() => readEventLog(broken, { cutEnd: "drop" }))).toMatchObject({ path: "records[2]" });
    expect(refusal(() => readEventLog(`${cut}\n`, { cutEnd: "drop" }))).toMatchObject({ path: "records[7]" });
  });
});

describe("what is no log", () => {
  const [header = "", first = ""] = handOver().split("\n");
  const change = (more: object): string => JSON.stringify({ ...(JSON.parse(header) as object), ...more });
  it.each([
    ["nothing", "", "truncated", ""],
    ["no text", 5 as unknown as string, "badValue", ""],
    ["no JSON", "hello\n", "syntax", "log"],
    ["a list", "[]", "badValue", "log"],
    ["an object of something else", "{}", "badValue", "log"],
    ["another version", change({ version: 2 }), "badValue", "version"],
    ["a log of something else", change({ of: "weather" }), "badValue", "of"],
    ["a header with more", change({ more: 1 }), "badValue", ""],
    ["no configuration", change({ config: {} }), "badValue", "config"],
    [
      "a configuration that no machine takes",
      change({ config: { ...plainConfig, regime: "x" } }),
      "badValue",
      "config",
    ],
    ["null in a configuration", change({ config: { ...plainConfig, timing: null } }), "badValue", "config.timing"],
    ["a function where none belongs", change({ hooks: [["regime"]] }), "badValue", "config"],
    ["a function nowhere", change({ hooks: [["service", "x", "y"]] }), "badValue", "config"],
    ["a function of everything", change({ hooks: [[]] }), "badValue", "config"],
    ["a record that is none", `${header}\n5\n`, "badValue", "records[0]"],
    ["a record with more", `${header}\n{"event":{"type":"timer","at":1},"x":1}\n`, "badValue", "records[0]"],
    ["an event that is none", `${header}\n${first}\n{"event":{"type":"timer"}}\n`, "badValue", "records[1].event.at"],
    [
      "effects that are no list",
      `${header}\n{"event":{"type":"timer","at":1},"effects":5}`,
      "badValue",
      "records[0].effects",
    ],
    [
      "an effect with null",
      `${header}\n{"event":{"type":"timer","at":1},"effects":[{"a":null}]}`,
      "badValue",
      "records[0].effects[0].a",
    ],
    ["a snapshot beside an event", `${header}\n{"restore":{},"event":1}`, "badValue", "records[0]"],
    ["lines after a document", `${asDocument(handOver()).replace(/\s*\n\s*/g, "")}\n${first}`, "badValue", ""],
  ])("is refused with its place: %s", (_, text, code, path) => {
    const error = refusal(() => readEventLog(text));
    expect(error).toBeInstanceOf(WireError);
    if (path === "") expect((error as WireError).code).toMatch(/badValue|truncated|trailing/);
    else expect(error).toMatchObject({ code, path });
  });

  it("says where the line begins", () => {
    const text = `${header}\n${first}\n{"event":{"type":"timer"}}\n`;
    expect(refusal(() => readEventLog(text))).toMatchObject({ offset: header.length + first.length + 2 });
  });

  it("of a snapshot for one connection is refused by the replay", () => {
    const log = readEventLog(`${header}\n{"restore":{"a":1}}\n`);
    expect(refusal(() => replay(log))).toMatchObject({ name: "WireError", path: "records[0]" });
  });
});

describe("a damaged log", () => {
  const text = handOver();

  /** Whatever becomes of it, nothing but a WireError comes out. */
  function survives(damaged: string): void {
    const outcome = refusal(() => {
      const log: EventLog = readEventLog(damaged, { cutEnd: "drop" });
      replay(log);
      historyOf(log);
      return undefined;
    });
    if (outcome !== undefined) expect(outcome).toBeInstanceOf(WireError);
  }

  it("with other characters gives a WireError or a replay", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(12), fc.string({ maxLength: 12 }), (at, removed, inserted) => {
        survives(text.slice(0, at) + inserted + text.slice(at + removed));
      }),
      { numRuns: 300 },
    );
  });

  it("with other values gives a WireError or a replay", () => {
    const lines = text.trimEnd().split("\n");
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom("bigint:5", "bytes:00ff", -1, 2 ** 53, 1e308, "__proto__"));
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.nat(), value, (index, place, other) => {
        const line = JSON.parse(lines[index] ?? "") as unknown;
        let seen = 0;
        const put = (node: unknown): unknown => {
          if (seen++ === place % 60) return other;
          if (Array.isArray(node)) return node.map(put);
          if (typeof node !== "object" || node === null) return node;
          return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, put(item)]));
        };
        const damaged = JSON.stringify(put(line));
        survives(lines.map((one, at) => (at === index ? damaged : one)).join("\n"));
      }),
      { numRuns: 400 },
    );
  });

  it("of great depth is refused", () => {
    const [header = ""] = text.split("\n");
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    expect(refusal(() => readEventLog(`${header}\n{"restore":${deep}}\n`))).toBeInstanceOf(WireError);
  });
});

describe("a difference", () => {
  it.each([
    [1, 1, undefined],
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, undefined],
    [{ a: 1 }, { a: 2 }, "a"],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, "a[1].b"],
    [[1], [1, 2], "[1]"],
    [{ a: 1 }, {}, "a"],
    [{}, { a: 1 }, "a"],
    [[], {}, ""],
    ["1", 1, ""],
  ])("of %j and %j is at %s", (recorded, replayed, path) => {
    expect(firstDifference(recorded, replayed)?.path).toBe(path);
  });
});

describe("the log of a whole connection between hosts and a switch", () => {
  it.each(familyNames)("replays to the same effects: %s", (family) => {
    samplesOf(family, 5).forEach(({ config, events, key }, index) => {
      const log = readEventLog(written(events, { ...config, isTaken: () => index === 0 }));
      const result = replay(log);
      expect(result.first).toBeUndefined();
      expect(result.compared).toBe(events.length);
      const { machine, records } = startReplay(log);
      expect([...records]).toHaveLength(events.length);
      // One whose target is taken goes another way than it did when it was recorded, and so does one with another secret.
      if (index > 0 && !config.secret) expect(machine.phaseOf(key)).toBe("dead");
      expect(explainHistory(historyOf(log), "text")).not.toMatch(/undefined|NaN/);
    });
  });

  it("is bounded in what reading takes: each line once", () => {
    const run = new Run().toReady();
    for (let index = 0; index < 3000; index++) run.client({ seq: 1001, ack: 5001, flags: ACK });
    const text = written(run.events);
    const before = performance.now();
    readEventLog(text);
    const once = performance.now() - before;
    const middle = performance.now();
    readEventLog(text + text.slice(text.indexOf("\n") + 1).repeat(3));
    // Four times as long; a quadratic reader would take sixteen times as long.
    expect(performance.now() - middle).toBeLessThan(9 * once + 200);
  });
});
