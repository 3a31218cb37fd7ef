/** Worked scenarios of whole connections: every expected number is computed by hand. */
import { describe, expect, it } from "vitest";
import { ACK, armingStory, letters, RST, Run, SYN } from "../machine/scene.ts";
import { add } from "../scene.ts";

/** The switch is to carry the connection to server 1, but for SYNs. */
const back = ["clientSynTrap", "plainToServer", "plainToClient", "barrier"];

describe("a hand-over", () => {
  it.each([
    // [x, y, z], then: SYN to S2; ACK to S2; RST to S1.
    ["A01", [1000, 5000, 3000], "s2:S 1000,0+0", "s2:A 1001,3001+0", "s1:RA 1001,5001+0"],
    // y < z
    ["A02", [1000, 3000, 5000], "s2:S 1000,0+0", "s2:A 1001,5001+0", "s1:RA 1001,3001+0"],
    // equal ISNs
    ["A03", [1000, 7000, 7000], "s2:S 1000,0+0", "s2:A 1001,7001+0", "s1:RA 1001,7001+0"],
    // x + 1 wraps to 0
    ["A04", [4294967295, 100, 50], "s2:S 4294967295,0+0", "s2:A 0,51+0", "s1:RA 0,101+0"],
    // y + 1 wraps to 0
    ["A05", [10, 4294967295, 16], "s2:S 10,0+0", "s2:A 11,17+0", "s1:RA 11,0+0"],
    // z + 1 wraps to 0
    ["A06", [10, 16, 4294967295], "s2:S 10,0+0", "s2:A 11,0+0", "s1:RA 11,17+0"],
  ] as const)("%s", (_, [x, y, z], syn, ack, reset) => {
    const run = new Run({ x, y, z }).toHold();
    expect(run.phase).toBe("hold");
    run.verdict();
    expect(run.story).toEqual([syn]);
    run.targetSynAck();
    expect(run.story).toEqual(armingStory);
    run.barrier();
    expect(run.story).toEqual([ack, "forward", "barrier"]);
    run.barrier();
    expect(run.story).toEqual([`table:PA ${add(x, 1)},${add(y, 1)}+18`, reset]);
    expect(run.phase).toBe("migrated");
    expect(run.reports).toEqual(["MIGRATED"]);
  });

  it("relays the handshake with server 1 and asks for a verdict on the first data", () => {
    const run = new Run().syn();
    expect(run.story).toEqual(["s1:S 1000,0+0"]);
    run.synAck();
    expect(run.story).toEqual(["client:SA 5000,1001+0"]);
    run.client({});
    expect(run.story).toEqual(["s1:A 1001,5001+0"]);
    expect(run.phase).toBe("ready");
    run.data();
    expect(run.story).toEqual([]);
    expect(run.effects).toMatchObject([
      { type: "inspect", seq: 1001, payload: letters(18), complete: false, generation: 1 },
    ]);
  });

  it("C04: is taken back with the exact number when the switch refuses the reverse flow", () => {
    // x = 1000: the new server waits for 1001.
    const run = new Run().toArm();
    run.error(run.flowId("reverse"));
    expect(run.story).toEqual(["delete", "barrier", "s2:R 1001,0+0", ...back]);
    expect(run.phase).toBe("fwdArm");
    run.barrier();
    expect(run.story).toEqual(["s1:PA 1001,5001+18"]);
    expect(run.phase).toBe("forwarded");
  });

  it("D01: holds a request of three segments whose second wraps past 2³²", () => {
    // cNxt = 4294965761; 4294965761 + 1460 = 4294967221; + 1460 − 2³² = 1385; + 200 = 1585.
    const run = new Run({ x: 4294965760 }).toReady();
    run.data(1460, { seq: 4294965761 });
    run.data(1460, { seq: 4294967221, payload: letters(1460, 1460) });
    run.data(200, { seq: 1385, payload: letters(200, 2920) });
    expect(run.effects).toMatchObject([{ type: "inspect", seq: 4294965761, payload: letters(3120) }]);
    run.verdict().targetSynAck().barrier().barrier();
    expect(run.story).toEqual([
      "table:PA 4294965761,5001+1460",
      "table:PA 4294967221,5001+1460",
      "table:PA 1385,5001+200",
      "s1:RA 4294965761,5001+0",
    ]);
    expect(run.state?.progress.clientNext).toBe(1585);
  });

  it("D04: rewrites the client's RST behind held data to the number that server 1 waits for", () => {
    const run = new Run({ x: 4294965760 }).toReady();
    run.data(1460).data(1460, { seq: 4294967221 }).data(200, { seq: 1385 });
    run.client({ seq: 1585, ack: 0, flags: RST });
    expect(run.story).toEqual(["s1:RA 4294965761,5001+0"]);
    expect(run.phase).toBe("dead");
  });

  it.each([
    ["behind the window", 1000 + 70000],
    ["within the held data", 1010],
    ["one too many", 1020],
  ])("lets no RST %s end a connection whose data is held", (_, seq) => {
    const run = new Run().toHold().client({ seq, ack: 0, flags: RST });
    expect(run.story).toEqual([]);
    expect(run.phase).toBe("hold");
  });
});

describe("server 2 answers", () => {
  it("E01: a SYN-ACK of 1001", () => {
    expect(new Run().toDial().targetSynAck().phase).toBe("arm");
  });

  it.each([
    ["E02: an ACK", ACK],
    ["E03: a SYN-ACK", SYN | ACK],
  ])("%s of 4242, resets that connection and asks again, twice at most", (_, flags) => {
    const run = new Run().toDial();
    for (let time = 0; time < 2; time++) {
      run.target({ seq: 777, ack: 4242, flags });
      expect(run.story).toEqual(["s2:R 4242,0+0", "s2:S 1000,0+0"]);
      expect(run.phase).toBe("dial");
    }
    run.target({ seq: 777, ack: 4242, flags });
    expect(run.story).toEqual(["s2:R 1001,0+0", ...back]);
    expect(run.reports).toEqual(["TARGET_STALE", "FORWARDED"]);
  });

  it("E04: a RST of 1001, and server 1 goes on without a word to server 2", () => {
    const run = new Run().toDial().target({ seq: 0, ack: 1001, flags: RST | ACK });
    expect(run.story).toEqual(back);
    expect(run.reports).toEqual(["TARGET_REFUSED", "FORWARDED"]);
  });

  it("E05: a RST without ACK, which is about something else", () => {
    const run = new Run().toDial().target({ seq: 4242, ack: 0, flags: RST });
    expect(run.effects).toEqual([]);
    expect(run.phase).toBe("dial");
  });

  it("not at all: asks after 200 and 600 ms and gives up after 1000", () => {
    const run = new Run().toDial();
    expect(run.deadline).toBe(200);
    expect(run.wait(199).story).toEqual([]);
    expect(run.wait(1).story).toEqual(["s2:S 1000,0+0"]);
    expect(run.deadline).toBe(600);
    expect(run.wait(400).story).toEqual(["s2:S 1000,0+0"]);
    expect(run.deadline).toBe(1000);
    expect(run.wait(400).story).toEqual(["s2:R 1001,0+0", ...back]);
    expect(run.reports).toEqual(["TARGET_SILENT", "FORWARDED"]);
  });

  it("with a window scale that the client cannot know", () => {
    const run = new Run().toDial().targetSynAck({ options: [{ type: "mss", value: 1460 }] });
    expect(run.story).toEqual(["s2:R 1001,0+0", ...back]);
    expect(run.effects).toMatchObject([
      { type: "report", code: "TARGET_UNFIT", reasons: [{ code: "WINDOW_SCALE_MISMATCH" }] },
      ...run.effects.slice(1).map(() => ({})),
    ]);
  });
});

describe("H", () => {
  it("H01: a client that uses its port again gets a new generation once its handshake is acknowledged", () => {
    // x' = 9000, y' = 8000
    const run = new Run().toMigrated();
    run.client({ seq: 9000, ack: 0, flags: SYN });
    expect(run.story).toEqual(["guardWatch", "clientWatch", "s1:S 9000,0+0"]);
    expect(run.phase).toBe("migrated");
    run.origin({ seq: 8000, ack: 9001, flags: SYN | ACK });
    expect(run.story).toEqual(["client:SA 8000,9001+0"]);
    expect(run.phase).toBe("migrated");
    run.client({ seq: 9001, ack: 8001 });
    // The old connection had taken 18 bytes: server 2 waits for 1019, E = 0.
    expect(run.story).toEqual(["delete", "barrier", "s2:R 1019,0+0", "s1:A 9001,8001+0"]);
    expect(run.phase).toBe("ready");
    expect(run.state?.generation).toBe(2);
  });

  it("H02: the first verdict wins", () => {
    const run = new Run().toDial().verdict({ action: "forward" });
    expect(run.reports).toEqual(["VERDICT_IGNORED"]);
    expect(run.verdict().reports).toEqual(["VERDICT_IGNORED"]);
    expect(run.phase).toBe("dial");
  });

  it("H03: a full table before the commit leads back to server 1, and nothing was released", () => {
    const run = new Run().toCommitted();
    run.error(run.flowId("forward"), 5, 1);
    expect(run.story).toEqual(["delete", "barrier", "s2:R 1001,0+0", ...back]);
    expect(run.barrier().story).toEqual(["s1:PA 1001,5001+18"]);
  });
});
