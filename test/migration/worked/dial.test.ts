/** The new server is asked: when, with which numbers, and what its answers mean. x = 1000, y = 5000, z = 3000. */
import { describe, expect, it } from "vitest";
import { ACK, FIN, letters, RST, Run, SYN } from "../machine/scene.ts";
import { mssAndScale } from "../scene.ts";

const back = ["clientSynTrap", "plainToServer", "plainToClient", "barrier"];

describe("the dial", () => {
  it("repeats its SYN 200 and 600 ms after the first and ends 1000 ms after it, wherever the clock stands", () => {
    const run = new Run();
    run.at = 123_456;
    run.toDial();
    const sent: [number, readonly string[]][] = [];
    while (run.phase === "dial") {
      run.wait((run.deadline ?? 0) - run.at);
      sent.push([run.at, run.story]);
    }
    expect(sent).toEqual([
      [123_656, ["s2:S 1000,0+0"]],
      [124_056, ["s2:S 1000,0+0"]],
      [124_456, ["s2:R 1001,0+0", ...back]],
    ]);
  });

  it("does not begin again with the client's repetition of what is held", () => {
    const run = new Run().toDial().data();
    expect(run.effects).toEqual([]);
    expect(run.deadline).toBe(200);
  });

  it("takes a second SYN-ACK of the same number for a repetition, and another number for a new answer", () => {
    const run = new Run().toArm();
    expect(run.targetSynAck().effects).toEqual([]);
    // z' = 4294967295: z' + 1 = 0, so D = 5001 − 0 = 5001.
    run.targetSynAck({ seq: 4294967295 }).barrier();
    expect(run.story).toEqual(["s2:A 1001,0+0", "forward", "barrier"]);
    expect(run.barrier().effects.find(({ type }) => type === "report")).toMatchObject({ numbers: { e: 0, d: 5001 } });
  });
});

describe("an older connection that the new server still has", () => {
  it("is reset at what it acknowledges, and the next SYN is answered", () => {
    // TIME_WAIT: a bare ACK of 4294967295. The RST carries that number, and no ACK.
    const run = new Run().toDial().target({ seq: 70_000, ack: 4294967295 });
    expect(run.sent).toMatchObject([
      { port: 2, tcp: { seq: 4294967295, ack: 0, flags: RST } },
      { port: 2, tcp: { seq: 1000, ack: 0, flags: SYN } },
    ]);
    expect(run.targetSynAck().phase).toBe("arm");
  });

  it("may send data and FINs: nobody answers, they will come again", () => {
    const run = new Run().toDial();
    expect(run.target({ seq: 70_000, ack: 4242, payload: letters(9) }).effects).toEqual([]);
    expect(run.target({ seq: 70_009, ack: 4242, flags: FIN | ACK }).effects).toEqual([]);
    expect(run.phase).toBe("dial");
  });
});

describe("a reset of the new server's", () => {
  it.each([
    ["that acknowledges our SYN, 1001", { seq: 0, ack: 1001, flags: RST | ACK }, "fwdArm"],
    ["that acknowledges the SYN itself, 1000", { seq: 0, ack: 1000, flags: RST | ACK }, "dial"],
    ["without ACK", { seq: 1001, ack: 0, flags: RST }, "dial"],
  ])("%s, during the dial", (_, fields, phase) => {
    const run = new Run().toDial().target(fields);
    expect(run.phase).toBe(phase);
    // Never a RST in answer to a RST.
    expect(run.story.filter((line) => line.startsWith("s2:R"))).toEqual([]);
  });

  it.each([
    ["at z + 1 = 3001", 3001, "fwdArm"],
    ["at z = 3000", 3000, "arm"],
    ["at z + 2", 3002, "arm"],
  ])("without ACK %s, while the switch is armed", (_, seq, phase) => {
    expect(new Run().toArm().target({ seq, ack: 0, flags: RST }).phase).toBe(phase);
  });
});

describe("a new server that answers for nobody", () => {
  it.each(["toReady", "toHold", "toForwarded", "toNonMig", "toFwdArm"] as const)(
    "is reset at what it acknowledges: 1001 (%s)",
    (way) => {
      expect(new Run()[way]().targetSynAck().story).toEqual(["s2:R 1001,0+0"]);
    },
  );
});

describe("what the verdict asks for", () => {
  it("is done once: the same again changes nothing, the opposite neither", () => {
    const run = new Run().toDial();
    for (const action of ["migrate", "forward"] as const) {
      expect(run.verdict({ action })).toMatchObject({ story: [], phase: "dial", reports: ["VERDICT_IGNORED"] });
    }
    const [barrier] = run.targetSynAck().barriers;
    expect(run.verdict({ action: "forward" })).toMatchObject({ story: [], phase: "arm" });
    run.barrier(barrier).barrier();
    expect(run.verdict({ action: "forward" })).toMatchObject({ story: [], phase: "migrated" });
  });

  it("may come before the data, and waits for it", () => {
    const run = new Run().syn().verdict();
    expect(run.effects).toEqual([]);
    run.synAck({ options: mssAndScale }).client({});
    expect(run.story).toEqual(["s1:A 1001,5001+0"]);
    expect(run.data().story).toEqual(["s2:S 1000,0+0"]);
  });

  it.each([
    // Held: 1001 … 1018. A verdict about the end of that, 1019, is about all of it; 1020 is not held.
    [1000, "dial"],
    [1001, "dial"],
    [1019, "dial"],
    [1020, "hold"],
    [999, "hold"],
  ])("is about bytes that are known: %i", (seq, phase) => {
    expect(new Run().toHold().verdict({ action: "migrate", seq }).phase).toBe(phase);
  });

  it.each([
    [1, "dial"],
    [0, "hold"],
    [2, "hold"],
  ])("is about this generation, the first: %i", (generation, phase) => {
    expect(new Run().toHold().verdict({ action: "migrate", generation }).phase).toBe(phase);
  });
});
