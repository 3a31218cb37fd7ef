/** What somebody who forges segments can reach: nothing that was not proved. x = 1000, y = 5000, z = 3000. */
import { describe, expect, it } from "vitest";
import { ACK, letters, PSH, plainConfig, RST, Run, SYN } from "../machine/scene.ts";

describe("a forged SYN", () => {
  it("reaches server 1 and nobody else, and proves nothing by itself", () => {
    const run = new Run().syn();
    expect(run.sent.map(({ port }) => port)).toEqual([1]);
    // Data before server 1's answer: if it were let through and server 1 took it, it could reach a second server later.
    expect(run.data().story).toEqual([]);
    expect(run.phase).toBe("syn");
  });

  it("is forgotten after five seconds, with no flow left", () => {
    const run = new Run().syn();
    expect(run.wait(5000)).toMatchObject({ phase: "dead", flows: [] });
  });

  it("beside a connection is one of four at most, and the fifth reaches server 1 all the same", () => {
    const run = new Run().toHold();
    for (let seq = 70_000; seq < 70_004; seq++) {
      run.client({ seq, ack: 0, flags: SYN });
      expect(run.reports).toEqual(["PORT_REUSED"]);
    }
    run.client({ seq: 70_004, ack: 0, flags: SYN });
    expect(run).toMatchObject({ story: ["s1:S 70004,0+0"], reports: ["CANDIDATES_FULL"] });
    // A repetition of one of the four is none of its own.
    expect(run.client({ seq: 70_002, ack: 0, flags: SYN })).toMatchObject({ story: ["s1:S 70002,0+0"], reports: [] });
    expect(run.state?.candidates).toHaveLength(4);
  });
});

describe("a forged first request", () => {
  it("must acknowledge y + 1 = 5001, which only the client has been told", () => {
    for (const ack of [0, 5000, 5002, 5001 + 2 ** 31, 4294967295]) {
      const run = new Run().syn().synAck().data(18, { ack });
      expect(run.phase).toBe("synAck");
      expect(run.effects).toEqual([]);
    }
    expect(new Run().syn().synAck().data(18, { ack: 5001 }).phase).toBe("hold");
  });

  it("must lie in server 1's window, 1001 … 1001 + 65160 − 1 = 66160", () => {
    for (const [seq, phase] of [
      [66_160, "hold"],
      [66_161, "ready"],
      [1001 + 2 ** 31, "ready"],
    ] as const) {
      expect(new Run().toReady().data(1, { seq }).phase).toBe(phase);
    }
  });

  it("cannot change what is held: the first bytes count, however often others come", () => {
    const run = new Run().toHold();
    const other = letters(18, 7);
    expect(run.data(18, { payload: other }).reports).toEqual(["HELD_CONFLICT"]);
    // Also where it shares a single byte: 1018, and goes on behind it.
    expect(run.data(2, { seq: 1018, payload: letters(2, 3) }).reports).toEqual(["HELD_CONFLICT"]);
    run.verdict().targetSynAck().barrier().barrier();
    expect(run.sent[0]?.frame.payload).toEqual(letters(18));
  });
});

describe("forged resets and ends", () => {
  it.each([
    ["the client's, in the window but not next", "client", { seq: 1002, ack: 0, flags: RST }],
    ["server 1's, in the window but not next", "origin", { seq: 5002, ack: 0, flags: RST }],
    ["the new server's, of a SYN that nobody sent", "target", { seq: 0, ack: 1002, flags: RST | ACK }],
  ] as const)("%s: nothing ends, and nothing is rewritten to be exact", (_, side, fields) => {
    const run = new Run().toDial()[side](fields);
    expect(run).toMatchObject({ phase: "dial", story: [] });
  });

  it("a SYN-ACK in the new server's name with another ack than q + 1 = 1001 moves nothing", () => {
    const run = new Run().toDial().targetSynAck({ ack: 1002 });
    // RFC 9293 §3.10.7.3: reset what it acknowledges, and ask again.
    expect(run.story).toEqual(["s2:R 1002,0+0", "s2:S 1000,0+0"]);
    expect(run.phase).toBe("dial");
  });
});

describe("what one segment can make the planner send", () => {
  it("is one SYN to the new server, and two more in time, for a whole request", () => {
    const run = new Run().toReady().verdict();
    let syns = 0;
    const count = (step: Run) => {
      syns += step.sent.filter(({ tcp }) => tcp.flags === SYN).length;
    };
    for (let index = 0; index < 20; index++) count(run.data(10, { seq: 1001 + 10 * index }));
    expect(syns).toBe(1);
    count(run.wait(200));
    count(run.wait(400));
    count(run.wait(400));
    expect(syns).toBe(3);
    expect(run.phase).toBe("fwdArm");
  });

  it("is two redials for a new server that keeps on challenging: 2 RSTs, 2 SYNs, then the end", () => {
    const run = new Run().toDial();
    const stories = Array.from({ length: 4 }, () => run.target({ seq: 9, ack: 4242 }).story);
    expect(stories.map((story) => story.filter((line) => line === "s2:S 1000,0+0").length)).toEqual([1, 1, 0, 0]);
    expect(stories[2]?.[0]).toBe("s2:R 1001,0+0");
  });

  it("is nothing for a damaged one", () => {
    const run = new Run().toReady();
    const frame = run.clientFrame({ flags: PSH | ACK, payload: letters(9) });
    run.packet(3, frame);
    const held = run.state?.held[0] ?? new Uint8Array(0);
    const damaged = Uint8Array.from(held, (byte, index) => (index === held.length - 1 ? byte ^ 0x20 : byte));
    const other = new Run().toReady().packet(3, damaged);
    expect(other).toMatchObject({ phase: "ready", story: [], reports: ["DAMAGED"] });
  });
});

describe("a stale word", () => {
  it("is a verdict about the generation before", () => {
    const run = new Run().toMigrated().client({ seq: 70_000, ack: 0, flags: SYN });
    run.origin({ seq: 20_000, ack: 70_001, flags: SYN | ACK }).client({ seq: 70_001, ack: 20_001 });
    run.data(5, { seq: 70_001, ack: 20_001 });
    expect(run.verdict({ action: "migrate", generation: 1 })).toMatchObject({
      phase: "hold",
      reports: ["VERDICT_STALE"],
    });
    expect(run.verdict({ action: "migrate", generation: 2 }).story).toEqual(["s2:S 70000,0+0"]);
  });

  it("is a verdict about bytes of the generation before: 1001 is not among 70001 … 70005", () => {
    const run = new Run().toMigrated().client({ seq: 70_000, ack: 0, flags: SYN });
    run.origin({ seq: 20_000, ack: 70_001, flags: SYN | ACK }).client({ seq: 70_001, ack: 20_001 });
    run.data(5, { seq: 70_001, ack: 20_001 });
    expect(run.verdict({ action: "migrate", seq: 1001 }).reports).toEqual(["VERDICT_STALE"]);
    expect(run.verdict({ action: "migrate", seq: 70_001 }).phase).toBe("dial");
  });
});

describe("limits that a caller sets", () => {
  it("hold for segments: 3, and of bytes: 20", () => {
    const few = new Run({}, { ...plainConfig, limits: { heldSegments: 3 } }).toReady();
    const filled = [0, 1, 2, 3].map((index) => few.data(1, { seq: 1001 + index }).reports);
    expect(filled).toEqual([[], [], [], ["HELD_FULL"]]);
    const small = new Run({}, { ...plainConfig, limits: { heldBytes: 20 } }).toReady();
    expect([10, 10, 1].map((length, index) => small.data(length, { seq: 1001 + 10 * index }).reports)).toEqual([
      [],
      [],
      ["HELD_FULL"],
    ]);
  });
});
