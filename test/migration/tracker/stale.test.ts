/** Controllers that come after one that was killed, and know less than the switch. */
import { describe, expect, it } from "vitest";
import { clientAt, keyOf, plainConfig, SYN, TrackerRun, talk } from "./scene.ts";
import { SwitchedRun } from "./switched.ts";

/** D = 5001 − 3001, between the client's port 3 and server 2's port 2. */
const shifted = ["incTcpSeq 2000 to 3", "decTcpAck 2000 to 2"];

describe("a snapshot", () => {
  it("is taken by no tracker of another epoch or tag, which would delete the flows of its connections", () => {
    const run = new TrackerRun().migrate(talk());
    const snapshot = run.tracker.snapshot();
    for (const cookie of [{ epoch: 1 }, { tag: 1 }]) {
      const other = new TrackerRun({ ...plainConfig, cookie });
      expect(() => {
        other.tracker.restore(snapshot);
      }).toThrow(expect.objectContaining({ name: "WireError", path: "snapshot.cookie" }) as Error);
      expect([...other.tracker.connections()]).toEqual([]);
    }
  });

  it.each([
    ["syn", (run: TrackerRun) => run.client(talk(), { seq: 1000, ack: 0, flags: SYN })],
    ["ready", (run: TrackerRun) => run.handshake(talk())],
    ["hold", (run: TrackerRun) => run.handshake(talk()).request(talk())],
    ["dial", (run: TrackerRun) => run.handshake(talk()).request(talk()).verdict(talk())],
  ])("that knows less than the switch gives way to its flows: %s", (phase, begin) => {
    const early = begin(new TrackerRun());
    expect(early.phase(talk())).toBe(phase);
    const snapshot = early.tracker.snapshot();
    const killed = new SwitchedRun().migrate(talk());
    expect(killed.shifts).toEqual(shifted);
    const next = new SwitchedRun(killed.table);
    next.tracker.restore(snapshot);
    next.back().flows(killed.reported);
    expect(next.phase(talk())).toBe("migrated");
    // Nobody decides; whatever was held is with the new server already.
    next.settle(100_000);
    expect(next.shifts).toEqual(shifted);
    expect(next.phase(talk())).toBe("migrated");
  });
});

describe("a tracker without memory", () => {
  it("gives no connection the number of one that it has not found yet", () => {
    const killed = new SwitchedRun().migrate(talk());
    const next = new SwitchedRun(killed.table).back();
    // The same secret and the same epoch, and somebody else connects before the switch has told its flows.
    const other = talk({ from: clientAt("10.0.0.4", 40_000), inPort: 4 });
    next.client(other, { seq: other.x, ack: 0, flags: SYN });
    expect(next.codes).toEqual(["NOT_TRACKED"]);
    next.flows(killed.reported);
    expect(next.phase(talk())).toBe("migrated");
    next.handshake(other).request(other);
    next.verdict(other, { action: "forward" }).barrier();
    const numbers = [...next.tracker.connections()].map(({ serial }) => serial);
    expect(new Set(numbers).size).toBe(2);
    // The end of the one leaves the other's flows where they are.
    next.client(other, { seq: other.x + 19, flags: 0x14 }).settle(20_000);
    expect(next.tracker.connection(keyOf(other))).toBeUndefined();
    expect(next.shifts).toEqual(shifted);
  });
});
