/** Distances between the client's numbers and a server's, and the one moment that defines them. */
import { describe, expect, it } from "vitest";
import { type Offsets, offsets, planMigration } from "../../../src/migration/index.ts";
import { decodeFrame, encodeFrame, type Frame, segmentFrame, shiftSegment } from "../../../src/tcp/index.ts";
import { plainConfig, Run } from "../machine/scene.ts";
import { client, dialInputOf, framesOf, inputOf, ports, server, withTcp } from "../scene.ts";
import { shiftsOf } from "./scene.ts";

/** The numbers of a segment after a shift, by the code that software shifting uses. */
function through(frame: Frame, shift: Offsets["clientToServer"]): readonly [number, number] {
  const { tcp } = decodeFrame(shiftSegment(encodeFrame(frame), shift));
  return [tcp?.seq ?? -1, tcp?.ack ?? -1];
}

const segment = (from: typeof client, to: typeof client, seq: number, ack: number): Frame =>
  segmentFrame({ from, to, seq, ack, flags: 0x10, window: 1, payload: Uint8Array.of(1) });

describe("where a connection stands", () => {
  it("is counted behind the SYNs and the bytes of either side", () => {
    // x = 4294967290, k = 20: cNxt = 4294967290 + 1 + 20 − 4294967296 = 15.
    // y = 2147483640, m = 10: sNxt = 2147483640 + 1 + 10 = 2147483651, half the circle passed.
    const { numbers } = planMigration(dialInputOf({ x: 4294967290, y: 2147483640, k: 20, m: 10 }));
    expect(numbers).toMatchObject({
      clientNext: 15,
      serverNext: 2147483651,
      clientDelivered: 20,
      serverDelivered: 10,
      // The SYN takes the number before: q = 14, so E = (14 + 1) − 15 = 0.
      initialSeq: 14,
      receiveNext: 15,
      e: 0,
    });
  });

  it("is told by one held segment alone, its seq and its ack", () => {
    const { request } = framesOf({ x: 4294967290, y: 2147483640, k: 20, m: 10 });
    expect(planMigration({ request, ports }).numbers).toMatchObject({
      clientNext: 15,
      serverNext: 2147483651,
      // The ISNs that a connection without earlier data would have had.
      clientIsn: 14,
      serverIsn: 2147483650,
    });
  });

  it("is not told by an ack that leaves out a byte of server 1's", () => {
    // y = 5000: server 1 has sent 5001 … 5030, the client acknowledges 5011. 5031 − 5011 = 20 bytes would be lost.
    const config = {
      ...plainConfig,
      service: { ...plainConfig.service, policy: { serverSpokeFirst: "accept" } as const },
    };
    const run = new Run({}, config).toReady().origin({ payload: new Uint8Array(30) });
    run.client({ ack: 5011 }).data(18, { ack: 5011 }).verdict();
    expect(run.reports).toEqual(["FORWARDED"]);
    expect(run.effects).toMatchObject([
      {
        reasons: [
          { code: "SERVER_SPOKE_FIRST", level: "degraded" },
          { code: "SERVER_DATA_UNACKNOWLEDGED", numbers: { ack: 5011, serverNext: 5031 } },
        ],
      },
      // Three flows and a barrier.
      {},
      {},
      {},
      {},
    ]);
  });
});

describe("D", () => {
  it("is y − z when nothing was said, and y + m − z in mid-stream", () => {
    // 5000 − 4294967000 + 4294967296 = 5296
    expect(planMigration(inputOf({ y: 5000, z: 4294967000 })).numbers?.d).toBe(5296);
    // 5000 + 700 − 4294967000 + 4294967296 = 5996
    expect(planMigration(inputOf({ y: 5000, z: 4294967000, k: 1, m: 700 })).numbers?.d).toBe(5996);
  });

  it("counts what the new server has said and nobody heard as said", () => {
    // z = 3000, 40 bytes of a greeting swallowed: vSnd = 3000 + 1 + 40 = 3041. sNxt = 5001: D = 5001 − 3041 = 1960.
    const greeted = offsets({ clientNext: 1001, serverNext: 5001 }, { receiveNext: 1001, sendNext: 3041 });
    expect(greeted.serverToClient).toEqual({ seq: 1960, ack: 0 });
    // Its next byte, 3041, is the client's 5001.
    expect(through(segment(server, client, 3041, 1001), greeted.serverToClient)).toEqual([5001, 1001]);
  });
});

describe("both distances", () => {
  // q = 4294967280 (0xfffffff0), z = 77; cNxt = 100, sNxt = 50:
  // E = 4294967281 − 100 = 4294967181 (−115), D = 50 − 78 = −28 (4294967268).
  const both = offsets({ clientNext: 100, serverNext: 50 }, { receiveNext: 4294967281, sendNext: 78 });

  it("go to the server as seq + E and ack − D, to the client as seq + D and ack − E", () => {
    expect(both).toEqual({
      clientToServer: { seq: 4294967181, ack: 28 },
      serverToClient: { seq: 4294967268, ack: 115 },
    });
  });

  it("take the client's first byte to the server's first and its ack to the server's next", () => {
    expect(through(segment(client, server, 100, 50), both.clientToServer)).toEqual([4294967281, 78]);
    // 14 bytes later the server's number is its last before the wrap, another byte later it is 0.
    expect(through(segment(client, server, 114, 50), both.clientToServer)).toEqual([4294967295, 78]);
    expect(through(segment(client, server, 115, 50), both.clientToServer)).toEqual([0, 78]);
  });

  it("bring the server's numbers back into those that the client has never left", () => {
    expect(through(segment(server, client, 78, 4294967281), both.serverToClient)).toEqual([50, 100]);
    // 16 bytes of the client's acknowledged: 4294967281 + 16 − 2³² = 1, and 1 + 115 = 116.
    expect(through(segment(server, client, 90, 1), both.serverToClient)).toEqual([62, 116]);
  });

  it("undo each other", () => {
    const there = decodeFrame(shiftSegment(encodeFrame(segment(client, server, 7, 4294967290)), both.clientToServer));
    // The way back exchanges the roles of the numbers: seq gets D, ack gets −E.
    const back = segment(server, client, there.tcp?.ack ?? 0, there.tcp?.seq ?? 0);
    expect(through(back, both.serverToClient)).toEqual([4294967290, 7]);
  });
});

describe("nothing", () => {
  it("is shifted when a hand-over is taken back: server 1 gets what the client sent, as it was", () => {
    const run = new Run({ x: 4294967295, y: 4294967295 }).toArm().wait(1000);
    run.barrier();
    // x + 1 = 0, y + 1 = 0
    expect(run.story).toEqual(["s1:PA 0,0+18"]);
    expect(shiftsOf(new Run().toFwdArm(), "plainToServer")).toEqual([]);
    expect(shiftsOf(new Run().toFwdArm(), "plainToClient")).toEqual([]);
  });

  it("is shifted in a place where no number stands: a segment without ACK keeps the 0 that it has", () => {
    // The planner's own RST to server 2 and its SYN: flags without ACK, acknowledgment 0, though D = 2000.
    expect(new Run().toDial().story).toEqual(["s2:S 1000,0+0"]);
    const run = new Run().toArm();
    run.error(run.flowId("reverse"));
    expect(run.story[2]).toBe("s2:R 1001,0+0");
  });

  it("of the urgent pointer is shifted: it counts from the sequence number", () => {
    const [request] = framesOf().request;
    if (!request) throw new Error("one segment");
    const urgent = withTcp(request, { flags: 0x38, urgentPointer: 5 });
    const plan = planMigration({ ...inputOf(), request: urgent });
    expect(plan.held).toMatchObject([{ seq: 1001, flags: 0x38 }]);
    expect(plan.held.map(({ bytes }) => decodeFrame(bytes).tcp?.urgentPointer)).toEqual([5]);
  });
});
