import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, rstFrame, seqAdd, shiftSegment } from "../../src/tcp/index.ts";
import { segment, u32 } from "./arbitrary.ts";

const rst = encodeFrame(
  rstFrame({
    from: { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 },
    to: { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 11111 },
    seq: 1001,
    ack: 5001,
  }),
);

describe("shifting a segment", () => {
  it("equals decoding, adding and encoding", () => {
    fc.assert(
      fc.property(segment, u32, u32, (frame, seq, ack) => {
        const bytes = encodeFrame(frame);
        const { tcp, ...rest } = decodeFrame(bytes);
        if (!tcp) throw new Error("no TCP");
        const moved = { ...rest, tcp: { ...tcp, seq: seqAdd(tcp.seq, seq), ack: seqAdd(tcp.ack, ack) } };
        expect(shiftSegment(bytes, { seq, ack })).toEqual(encodeFrame(moved));
      }),
      { numRuns: 1000 },
    );
  });

  it("comes back to the same bytes", () => {
    fc.assert(
      fc.property(segment, u32, u32, (frame, seq, ack) => {
        const bytes = encodeFrame(frame);
        expect(shiftSegment(shiftSegment(bytes, { seq, ack }), { seq: -seq, ack: -ack })).toEqual(bytes);
      }),
    );
  });

  it("copies the frame, also when there is nothing to add", () => {
    const before = rst.slice();
    const shifted = shiftSegment(rst, {});
    expect(shifted).toEqual(rst);
    expect(shifted).not.toBe(rst);
    shiftSegment(rst, { seq: 7 });
    expect(rst).toEqual(before);
  });

  it("reads a frame that lies within a larger buffer", () => {
    const around = new Uint8Array(rst.length + 10).fill(0xff);
    around.set(rst, 5);
    expect(shiftSegment(around.subarray(5, 5 + rst.length), { ack: 1 })).toEqual(shiftSegment(rst, { ack: 1 }));
  });

  it("leaves a wrong checksum wrong", () => {
    const wrong = rst.slice();
    wrong[50] = 0;
    expect(decodeFrame(shiftSegment(wrong, { seq: 4096 })).tcp).toMatchObject({ seq: 5097, checksumValid: false });
  });

  it("shifts the first fragment and refuses the later ones", () => {
    const first = rst.slice();
    first[20] = 0x20;
    expect(decodeFrame(shiftSegment(first, { seq: 1 })).tcp?.seq).toBe(1002);
    const later = rst.slice();
    later[21] = 1;
    expect(() => shiftSegment(later, { seq: 1 })).toThrow(
      expect.objectContaining({ name: "WireError", code: "unsupported" }),
    );
  });

  it("refuses everything that is cut before the end of the TCP header", () => {
    for (let length = 0; length < rst.length; length++) {
      expect(() => shiftSegment(rst.subarray(0, length), { seq: 1 })).toThrow(
        expect.objectContaining({ name: "WireError", code: "unsupported" }),
      );
    }
  });

  it("refuses what are no bytes", () => {
    for (const frame of [undefined, null, 60, [0, 1]]) {
      expect(() => shiftSegment(frame as never, {})).toThrow(
        expect.objectContaining({ name: "WireError", code: "badValue" }),
      );
    }
  });

  it.each([1.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])("refuses the offset %d", (offset) => {
    expect(() => shiftSegment(rst, { seq: offset })).toThrow(RangeError);
    expect(() => shiftSegment(rst, { ack: offset })).toThrow(RangeError);
  });
});
