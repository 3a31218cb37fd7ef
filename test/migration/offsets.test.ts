import { describe, expect, it } from "vitest";
import {
  composeOffsets,
  invertOffsets,
  noOffsets,
  type Offsets,
  offsets,
  type ShiftStyle,
  shiftActions,
} from "../../src/migration/index.ts";

const U32 = 2n ** 32n;

/** E and D as the guide defines them, without looking at the library. */
function byHand(e: bigint, d: bigint): Offsets {
  const u32 = (value: bigint) => Number(((value % U32) + U32) % U32);
  return {
    clientToServer: { seq: u32(e), ack: u32(-d) },
    serverToClient: { seq: u32(d), ack: u32(-e) },
  };
}

/** ISNs of client, server 1 and server 2, nothing delivered yet. */
function fresh(x: number, y: number, z: number) {
  const next = (isn: number) => (isn === 0xffffffff ? 0 : isn + 1);
  return [
    { clientNext: next(x), serverNext: next(y) },
    { receiveNext: next(x), sendNext: next(z) },
  ] as const;
}

describe("offsets", () => {
  it.each([
    // y − z
    ["A01", 1000, 5000, 3000, 2000n],
    ["A02", 1000, 3000, 5000, -2000n],
    ["A03", 1000, 7000, 7000, 0n],
    ["A04", 4294967295, 100, 50, 50n],
    ["A05", 10, 4294967295, 16, -17n], // 4294967295 − 16 = 4294967279 = −17
    ["A06", 10, 16, 4294967295, 17n],
    ["A07", 1, 0, 4294967295, 1n],
    ["A08", 1, 4294967295, 0, -1n],
  ])("of %s are the difference of the servers' initial sequence numbers", (_, x, y, z, d) => {
    expect(offsets(...fresh(x, y, z))).toEqual(byHand(0n, d));
  });

  it("counts what was delivered before (B01)", () => {
    // sNxt = 9000 + 1 + 512 = 9513, vSnd = 100001: D = −90488
    const client = { clientNext: 7000 + 1 + 1460, serverNext: 9513 };
    expect(offsets(client, { receiveNext: 8461, sendNext: 100001 })).toEqual(byHand(0n, -90488n));
  });

  it("counts across the wrap of both directions (B02)", () => {
    // cNxt = 4294967040 + 769 − 2³² = 513, sNxt = 4294967280 + 65 − 2³² = 49, vSnd = 129: D = −80
    expect(offsets({ clientNext: 513, serverNext: 49 }, { receiveNext: 513, sendNext: 129 })).toEqual(byHand(0n, -80n));
  });

  it("shifts the client's numbers too when the new server counts them differently", () => {
    // Back to a server that missed 100 bytes of the client and 250 of the other server: E = −100, D = +250.
    expect(offsets({ clientNext: 1101, serverNext: 5251 }, { receiveNext: 1001, sendNext: 5001 })).toEqual(
      byHand(-100n, 250n),
    );
  });

  it("composes a chain of two hand-overs (C01)", () => {
    // x = 4294963200, y = 16, z2 = 2882400001: D12 = 16 − 2882400001 + 2³² = 1412567311
    const first = offsets(...fresh(4294963200, 16, 2882400001));
    expect(first.serverToClient.seq).toBe(1412567311);
    // After 5000 and 9000 bytes the client is at 905 and 9017; server 2 at 905 and 2882400002 + 9000 = 2882409002.
    // Server 3 begins with z3 = 5: D23 = 2882409002 − 6, D13 = 9017 − 6 = 9011.
    const second = offsets({ clientNext: 905, serverNext: 2882409002 }, { receiveNext: 905, sendNext: 6 });
    expect(composeOffsets(first, second)).toEqual(byHand(0n, 9011n));
    expect(offsets({ clientNext: 905, serverNext: 9017 }, { receiveNext: 905, sendNext: 6 })).toEqual(
      byHand(0n, 9011n),
    );
  });

  it("has an inverse that leaves nothing shifted", () => {
    const moved = offsets({ clientNext: 5, serverNext: 0xfffffff0 }, { receiveNext: 0x80000000, sendNext: 77 });
    expect(composeOffsets(moved, invertOffsets(moved))).toEqual(noOffsets);
    expect(invertOffsets(invertOffsets(moved))).toEqual(moved);
  });

  it.each([
    ["clientNext", { clientNext: -1 }, RangeError],
    ["clientNext", { clientNext: 2 ** 32 }, RangeError],
    ["serverNext", { serverNext: 1.5 }, RangeError],
    ["receiveNext", { receiveNext: Number.NaN }, RangeError],
    ["sendNext", { sendNext: "1" }, TypeError],
    ["sendNext", { sendNext: undefined }, TypeError],
  ])("refuses a %s that is no u32", (name, change, kind) => {
    const numbers = { clientNext: 1, serverNext: 2, receiveNext: 3, sendNext: 4, ...change };
    const call = () => offsets(numbers, numbers as never);
    expect(call).toThrow(kind);
    expect(call).toThrow(name);
  });

  it("refuses offsets that do not belong together", () => {
    const wrong = { clientToServer: { seq: 1, ack: 0 }, serverToClient: { seq: 0, ack: 0 } };
    expect(() => composeOffsets(wrong, noOffsets)).toThrow(RangeError);
    expect(() => invertOffsets(wrong)).toThrow(RangeError);
    expect(() => composeOffsets(noOffsets, undefined as never)).toThrow(TypeError);
  });
});

describe("shiftActions", () => {
  it.each([
    ["A01", 1000, 5000, 3000, ["decTcpAck", 2000], ["incTcpSeq", 2000]],
    ["A02", 1000, 3000, 5000, ["incTcpAck", 2000], ["decTcpSeq", 2000]],
    ["A04", 4294967295, 100, 50, ["decTcpAck", 50], ["incTcpSeq", 50]],
    ["A05", 10, 4294967295, 16, ["incTcpAck", 17], ["decTcpSeq", 17]],
    ["A06", 10, 16, 4294967295, ["decTcpAck", 17], ["incTcpSeq", 17]],
    ["A07", 1, 0, 4294967295, ["decTcpAck", 1], ["incTcpSeq", 1]],
    ["A08", 1, 4294967295, 0, ["incTcpAck", 1], ["decTcpSeq", 1]],
  ])("goes the shorter way round (%s)", (_, x, y, z, [ack, ackDelta], [seq, seqDelta]) => {
    expect(shiftActions(...fresh(x, y, z))).toEqual({
      clientToServer: [{ type: ack, delta: ackDelta }],
      serverToClient: [{ type: seq, delta: seqDelta }],
    });
  });

  it("increments on both sides when the difference is half the circle", () => {
    expect(shiftActions(...fresh(1, 2 ** 31, 0))).toEqual({
      clientToServer: [{ type: "incTcpAck", delta: 2 ** 31 }],
      serverToClient: [{ type: "incTcpSeq", delta: 2 ** 31 }],
    });
  });

  it.each<ShiftStyle>(["canonical", "prototype"])("says nothing when nothing shifts (A03, %s)", (style) => {
    expect(shiftActions(...fresh(1000, 7000, 7000), style)).toEqual({ clientToServer: [], serverToClient: [] });
  });

  it("uses all four actions when both directions shift", () => {
    const parked = [
      { clientNext: 1101, serverNext: 5251 },
      { receiveNext: 1001, sendNext: 5001 },
    ] as const;
    expect(shiftActions(...parked)).toEqual({
      clientToServer: [
        { type: "decTcpSeq", delta: 100 },
        { type: "decTcpAck", delta: 250 },
      ],
      serverToClient: [
        { type: "incTcpSeq", delta: 250 },
        { type: "incTcpAck", delta: 100 },
      ],
    });
  });

  it("has no other style", () => {
    expect(() => shiftActions(...fresh(1, 2, 3), "short" as never)).toThrow(RangeError);
  });

  it("chooses like the prototype by the sign of the integers, beyond 2³¹ too", () => {
    // A06: y − z = 16 − 4294967295 is negative, so the prototype increments ACKs by 4294967279: the same as −17.
    expect(shiftActions(...fresh(10, 16, 4294967295), "prototype")).toEqual({
      clientToServer: [{ type: "incTcpAck", delta: 4294967279 }],
      serverToClient: [{ type: "decTcpSeq", delta: 4294967279 }],
    });
    expect(shiftActions(...fresh(1000, 5000, 3000), "prototype")).toEqual(shiftActions(...fresh(1000, 5000, 3000)));
  });
});
