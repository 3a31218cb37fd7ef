/** A capture that comes in pieces, as it does from a tcpdump that goes on. */
import { describe, expect, it } from "vitest";
import { PcapStream } from "../../../examples/testbed/host/pcap-stream.ts";
import { writeCapture } from "../../../src/tcp/index.ts";
import { fromHex } from "../../../src/wire/index.ts";

/** Two packets of 60 and 61 bytes: 24 bytes of header, then 16 and 60, then 16 and 61. */
const frames = [new Uint8Array(60).fill(1), new Uint8Array(61).fill(2)];
const file = writeCapture(frames.map((frame) => ({ at: 0, frame })));

describe("a capture that is still being written", () => {
  it("has begun with the last of its header's 24 bytes", () => {
    const stream = new PcapStream();
    stream.push(file.subarray(0, 23));
    expect(stream.hasBegun).toBe(false);
    stream.push(file.subarray(23, 24));
    expect(stream.hasBegun).toBe(true);
  });

  it("gives each packet with its last byte", () => {
    const stream = new PcapStream();
    const ends = [...file].flatMap((byte, place) =>
      stream.push(Uint8Array.of(byte)).map(({ frame }) => [place + 1, frame.length]),
    );
    expect(ends).toEqual([
      [100, 60],
      [177, 61],
    ]);
  });

  it("gives all packets of a piece, and the bytes that each has", () => {
    expect(new PcapStream().push(file).map(({ frame }) => new Uint8Array(frame))).toEqual(frames);
  });

  it("is read in the other byte order, too", () => {
    const header = "a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000001".replace(/ /g, "");
    const packet = "00000001 00000002 00000002 00000003 abcd".replace(/ /g, "");
    const [only] = new PcapStream().push(fromHex(header + packet));
    expect(only).toMatchObject({ at: 1000.002, originalLength: 3 });
  });
});
