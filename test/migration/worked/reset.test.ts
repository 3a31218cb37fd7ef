/** Every RST: who gets it, with which numbers, and how often. x = 1000, y = 5000, z = 3000. */
import { describe, expect, it } from "vitest";
import { Port } from "../../../src/ofp/index.ts";
import { ACK, FIN, letters, plainConfig, RST, Run, SYN } from "../machine/scene.ts";

const software = { ...plainConfig, dataPlane: "software" } as const;

describe("server 1 is reset", () => {
  it("at exactly what it has got, whatever was held: 1001 and not 1001 + 1460 + 1460", () => {
    const run = new Run().toReady().data(1460).data(1460, { seq: 2461 }).verdict().targetSynAck().barrier().barrier();
    expect(run.sent.at(-1)).toMatchObject({
      port: 1,
      tcp: { seq: 1001, ack: 5001, flags: RST | ACK, window: 0, options: [] },
      frame: { ethernet: { src: "00:00:00:00:00:03" }, ipv4: { src: "10.0.0.3", dst: "10.0.0.1" } },
    });
  });

  it("again at what its challenge says, x + 1 + 5 = 1006 or 996, three times at most", () => {
    const run = new Run().toMigrated();
    // RFC 5961: a challenge is an ACK of the number that it expects.
    expect(run.origin({ seq: 5001, ack: 1006 }).story).toEqual(["s1:RA 1006,5001+0"]);
    expect(run.origin({ seq: 5001, ack: 996 }).story).toEqual(["s1:RA 996,5001+0"]);
    expect(run.origin({ seq: 5001, ack: 1006 }).story).toEqual(["s1:RA 1006,5001+0"]);
    expect(run.origin({ seq: 5001, ack: 1006 }).story).toEqual([]);
  });

  it("not for what is no challenge: data, a FIN, a keepalive, its own reset", () => {
    const run = new Run().toMigrated();
    expect(run.origin({ payload: letters(5) }).story).toEqual([]);
    expect(run.origin({ flags: FIN | ACK }).story).toEqual([]);
    expect(run.origin({ seq: 5000 }).story).toEqual([]);
    expect(run.origin({ flags: RST | ACK }).story).toEqual([]);
  });

  it("not when it has reset the connection itself while data was held", () => {
    // At its next number, 5001: exact.
    const run = new Run().toHold().origin({ seq: 5001, ack: 0, flags: RST });
    expect(run.reports).toEqual(["ORIGIN_GONE"]);
    run.verdict().targetSynAck().barrier().barrier();
    expect(run.story).toEqual(["table:PA 1001,5001+18"]);
    expect(run.phase).toBe("migrated");
  });
});

describe("the client's own RST while its data is held", () => {
  /** Held: 1001 … 1018. Server 1 expects 1001 and would only challenge 1019. */
  const cases = [
    ["cNxt", 1001, true],
    ["the end of what is held", 1019, true],
    ["one byte before", 1000, false],
    ["in the middle", 1010, false],
    ["one byte behind", 1020, false],
  ] as const;

  it.each(cases)("at %s, %i", (_, seq, exact) => {
    const run = new Run().toHold().client({ seq, ack: 0, flags: RST });
    expect(run.story).toEqual(exact ? ["s1:RA 1001,5001+0"] : []);
    expect(run.phase).toBe(exact ? "dead" : "hold");
  });

  it("behind a gap counts to the gap: 1001 … 1018, 1029 … 1038", () => {
    const held = () => new Run().toHold().data(10, { seq: 1029 });
    expect(held().client({ seq: 1039, ack: 0, flags: RST }).phase).toBe("hold");
    expect(held().client({ seq: 1019, ack: 0, flags: RST }).phase).toBe("dead");
  });

  it("also ends what was dialled, q + 1 = 1001 there, and the flows that were armed", () => {
    const gone = { seq: 1019, ack: 0, flags: RST } as const;
    expect(new Run().toDial().client(gone).story).toEqual(["s1:RA 1001,5001+0", "s2:R 1001,0+0"]);
    expect(new Run().toArm().client(gone).story).toEqual(["delete", "barrier", "s1:RA 1001,5001+0", "s2:R 1001,0+0"]);
  });

  it("leaves server 1 alone that has reset the connection before", () => {
    const run = new Run().toHold().origin({ seq: 5001, ack: 0, flags: RST }).client({ seq: 1019, ack: 0, flags: RST });
    expect(run).toMatchObject({ story: [], phase: "dead" });
  });
});

describe("the client is reset", () => {
  it("when server 1 is gone and nobody else may serve it: at 5001, which it expects, acknowledging what it sent to a server", () => {
    const run = new Run().toHold().origin({ seq: 5001, ack: 0, flags: RST }).verdict({ action: "forward" });
    expect(run.story).toEqual(["client:RA 5001,1001+0"]);
    expect(run.phase).toBe("dead");
  });

  it("when the new server has begun anew: at 5001 + 40 after 40 bytes of its", () => {
    const run = new Run({}, software).toMigrated();
    run.target({ seq: 3001, ack: 1019, payload: letters(40) }).client({ seq: 1019, ack: 5041 });
    // z' = 9999: its SYN-ACK acknowledges 1001 of a connection that is long past that.
    run.targetSynAck({ seq: 9999 });
    expect(run.story).toEqual(["s2:R 1001,0+0", "client:RA 5041,1019+0"]);
    expect(run.phase).toBe("linger");
  });
});

describe("a reset after the hand-over", () => {
  it.each([
    // D = 2000: 3001 + 2000 = 5001, which the client expects.
    ["the new server's, exact", "target", { seq: 3001, ack: 0, flags: RST }, ["client:R 5001,0+0"], "linger"],
    ["the new server's, one off", "target", { seq: 3002, ack: 0, flags: RST }, ["client:R 5002,0+0"], "migrated"],
    // E = 0. Without ACK the 0 stays what it is for its receiver, who does not look: 0 − 2000 + 2³².
    ["the client's, exact", "client", { seq: 1019, ack: 0, flags: RST }, ["s2:R 1019,4294965296+0"], "linger"],
    ["the client's, one off", "client", { seq: 1020, ack: 0, flags: RST }, ["s2:R 1020,4294965296+0"], "migrated"],
    ["server 1's", "origin", { seq: 5001, ack: 0, flags: RST }, [], "migrated"],
  ] as const)("%s", (_, side, fields, story, phase) => {
    const run = new Run({}, software).toMigrated()[side](fields);
    expect(run).toMatchObject({ story, phase });
  });
});

describe("how many", () => {
  it("eight at once, one more every 250 ms, and never more than eight saved", () => {
    const run = new Run().toForwarded();
    const strange = (at: number) => {
      run.at = at;
      return run.targetSynAck().story.length;
    };
    expect(Array.from({ length: 9 }, () => strange(0))).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0]);
    // 249 ms: 0 tokens. 250 ms: 1. 749 ms: 1 (500). 10 s: full again, 8.
    expect([strange(249), strange(250), strange(250), strange(749), strange(749)]).toEqual([0, 1, 0, 1, 0]);
    expect(Array.from({ length: 9 }, () => strange(10_749))).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0]);
  });

  it("at most one for a segment, and none for a RST", () => {
    for (const way of ["toReady", "toHold", "toDial", "toArm", "toMigrated", "toForwarded", "toFwdArm"] as const) {
      const armed = new Run()[way]();
      const answers = (fields: Parameters<Run["target"]>[0]) =>
        armed.target(fields).sent.filter(({ tcp }) => (tcp.flags & RST) !== 0).length;
      expect(answers({ seq: 70_000, ack: 4242, flags: SYN | ACK })).toBeLessThanOrEqual(1);
      // A RST is passed on or absorbed: nothing of the planner's own answers it.
      const own = new Run()[way]().target({ seq: 70_000, ack: 4242, flags: RST | ACK }).sent;
      expect(own.filter(({ inPort }) => inPort === Port.controller)).toEqual([]);
    }
  });
});
