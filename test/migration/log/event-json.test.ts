import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectCodec } from "../../../src/migration/effect.ts";
import { eventFromJSON, eventToJSON } from "../../../src/migration/log/event-json.ts";
import type { LoggedEvent } from "../../../src/migration/log/index.ts";
import { effectsToJSON } from "../../../src/migration/log/write.ts";
import { clientKinds, controlKinds, originKinds, targetKinds } from "../../../src/migration/machine/kind.ts";
import { flowStats } from "../../../src/ofp/index.ts";
import { toJSON, valueFromJSON } from "../../../src/ofp/json.ts";
import type { FlowKey, Verdict } from "../../../src/tcp/index.ts";
import { WireError } from "../../../src/wire/index.ts";
import { u8, u16, u32, u64 } from "../../support/arbitrary-fields.ts";
import { flowMods } from "../../support/arbitrary-flows.ts";
import { eventOf, inPhase, preparedFor } from "../machine/every-event.ts";
import { Run } from "../machine/scene.ts";

const at = fc.double({ min: 0, max: 1e12, noNaN: true }).map((ms) => ms + 0);
const id = u32;
const dpid = u64;
const bytes = fc.uint8Array({ maxLength: 80 });
const ip = fc.tuple(u8, u8, u8, u8).map((parts) => parts.join("."));
const key: fc.Arbitrary<FlowKey> = fc.record({
  vlans: fc.array(fc.integer({ min: 1, max: 4095 }), { maxLength: 2 }),
  src: ip,
  dst: fc.oneof(ip, fc.constant("2001:db8::1")),
  srcPort: u16,
  dstPort: u16,
});
// Words that look like tagged values, too.
const words = fc.oneof(fc.string(), fc.constantFrom("bigint:5", "bytes:00", "text:x", "__proto__"));
const about = { key, seq: u32, generation: fc.nat(), rule: words, reason: words };
const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.record({ ...about, action: fc.constant("migrate" as const), target: words }, { requiredKeys: ["key", "action"] }),
  fc.record({ ...about, action: fc.constant("forward" as const) }, { requiredKeys: ["key", "action"] }),
);
/** As a switch reports them: decoded, with counters and all. */
const flows = fc.array(
  flowMods.map(({ match, instructions, cookie, priority, tableId }) =>
    flowStats({ match, instructions, cookie, priority, tableId, packetCount: 7n }),
  ),
  { maxLength: 3 },
);

const of = <T extends string>(type: T) => fc.constant(type);
const events: Readonly<Record<LoggedEvent["type"], fc.Arbitrary<LoggedEvent>>> = {
  packetIn: fc.record(
    { type: of("packetIn"), at, dpid, inPort: u32, frame: bytes, cookie: u64 },
    { requiredKeys: ["type", "at", "dpid", "inPort", "frame"] },
  ),
  verdict: fc.record({ type: of("verdict"), at, verdict }),
  error: fc.record({ type: of("error"), at, dpid, id, errorType: u16, code: u16 }),
  barrierReply: fc.record({ type: of("barrierReply"), at, dpid, id }),
  flowRemoved: fc.record({ type: of("flowRemoved"), at, dpid, cookie: u64, reason: u8 }),
  flowStats: fc.record({ type: of("flowStats"), at, dpid, id, flows }),
  timer: fc.record({ type: of("timer"), at }),
  switchLost: fc.record({ type: of("switchLost"), at, dpid }),
  switchBack: fc.record({ type: of("switchBack"), at, dpid }),
  drain: fc.record({ type: of("drain"), at, service: words, target: words, draining: fc.boolean() }),
};

/** What counts of a flow. */
const COUNTS = ["tableId", "priority", "idleTimeout", "hardTimeout", "cookie", "packetCount", "match", "instructions"];

function essence(event: LoggedEvent): unknown {
  if (event.type !== "flowStats") return event;
  const pick = (flow: object): object =>
    Object.fromEntries(Object.entries(flow).filter(([name]) => COUNTS.includes(name)));
  return { ...event, flows: event.flows.map(pick) };
}

describe("an event as JSON", () => {
  it.each(Object.entries(events))("comes back the same: %s", (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (event) => {
        const text = JSON.stringify(eventToJSON(event));
        expect(eventFromJSON(JSON.parse(text), "tracker")).toEqual(essence(event));
      }),
      { numRuns: 200 },
    );
  });

  const timer = { type: "timer", at: 5 };
  const key = { vlans: [], src: "10.0.0.3", dst: "10.0.0.1", srcPort: 1, dstPort: 2 };
  const flow = { tableId: 0, priority: 1, idleTimeout: 0, hardTimeout: 0, cookie: "bigint:1", packetCount: "bigint:0" };
  const stats = { type: "flowStats", at: 0, dpid: "bigint:7", id: 1 };
  it.each([
    ["nothing", undefined, "badValue", ""],
    ["null", null, "badValue", ""],
    ["a list", [], "badType", "type"],
    ["no type", { at: 5 }, "badType", "type"],
    ["a type that there is not", { ...timer, type: "constructor" }, "badType", "type"],
    ["no moment", { type: "timer" }, "badValue", "at"],
    ["a moment in words", { ...timer, at: "now" }, "badValue", "at"],
    ["a property too many", { ...timer, dpid: "bigint:7" }, "badValue", ""],
    ["a dpid that is a number", { type: "switchBack", at: 1, dpid: 7 }, "badValue", "dpid"],
    [
      "a frame that is no hex",
      { type: "packetIn", at: 1, dpid: "bigint:7", inPort: 1, frame: "bytes:0x" },
      "syntax",
      "frame",
    ],
    [
      "a verdict that is neither",
      { type: "verdict", at: 1, verdict: { action: "drop", key } },
      "badValue",
      "verdict.action",
    ],
    [
      "an address that is none",
      { type: "verdict", at: 1, verdict: { action: "forward", key: { ...key, src: "10.0.0" } } },
      "badValue",
      "verdict.key.src",
    ],
    [
      "a forward verdict with a target",
      { type: "verdict", at: 1, verdict: { action: "forward", key, target: "x" } },
      "badValue",
      "verdict",
    ],
    [
      "a flow with a field that there is not",
      { ...stats, flows: [{ ...flow, match: { tcpDest: 1 }, instructions: [] }] },
      "unknownField",
      "flows[0].match.tcpDest",
    ],
    [
      "a flow without actions",
      { ...stats, flows: [{ ...flow, match: {}, instructions: [{ type: "applyActions" }] }] },
      "badValue",
      "flows[0].instructions[0].actions",
    ],
  ])("is refused with its place: %s", (_, json, code, path) => {
    const refusals = [refusalOf(json, "connection"), refusalOf(json, "tracker")];
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(WireError);
      expect(refusal).toMatchObject({ code, path });
    }
  });

  function refusalOf(json: unknown, of: "connection" | "tracker"): unknown {
    try {
      return eventFromJSON(json, of);
    } catch (error) {
      return error;
    }
  }

  const drain = { type: "drain", at: 5, service: "web", target: "second", draining: true };

  it("knows of targets in the log of a tracker only", () => {
    expect(eventFromJSON(drain, "tracker")).toEqual(drain);
    expect(refusalOf(drain, "connection")).toMatchObject({ code: "badType", path: "type" });
  });

  it.each([
    ["at", { ...drain, at: undefined }, "at"],
    ["a service", { ...drain, service: 5 }, "service"],
    ["a target", { ...drain, target: null }, "target"],
    ["yes or no", { ...drain, draining: "yes" }, "draining"],
    ["nothing else", { ...drain, dpid: "bigint:7" }, ""],
  ])("needs %s to drain a target", (_, json, path) => {
    expect(refusalOf(json, "tracker")).toMatchObject({ name: "WireError", code: "badValue", path });
  });
});

describe("an effect as JSON", () => {
  const kinds: readonly string[] = [...clientKinds, ...originKinds, ...targetKinds, ...controlKinds];

  it.each(Object.keys(inPhase))("comes back the same, whatever happens in the phase %s", (phase) => {
    const types = new Set<string>();
    for (const kind of kinds) {
      const run = inPhase[phase]?.() ?? new Run();
      if (run.state) run.state = preparedFor(kind, run.state);
      run.event(eventOf(kind, run));
      const back = effectsToJSON(run.effects).map((json) => valueFromJSON(JSON.parse(JSON.stringify(json))));
      expect(back).toEqual(run.effects);
      for (const effect of run.effects) types.add(effect.type);
    }
    expect(types.size).toBeGreaterThan(1);
  });

  it("keeps what a message is", () => {
    const { effects } = new Run().toArm();
    for (const effect of effects) {
      if (!("message" in effect)) continue;
      const back = effectCodec().fromJSON(JSON.parse(JSON.stringify(toJSON(effect.message))));
      expect(effectCodec().encode(back)).toEqual(effectCodec().encode(effect.message));
    }
  });
});
