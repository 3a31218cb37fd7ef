import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, type Frame, flowKey } from "../../src/tcp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";
import { vectors } from "./frame-vectors.ts";

describe("a frame", () => {
  it.each(vectors)("is decoded: $name", ({ hex, frame }) => {
    expect(decodeFrame(fromHex(hex))).toEqual(frame);
  });

  it.each(vectors)("is encoded, lengths and checksums kept: $name", ({ hex, frame }) => {
    expect(toHex(encodeFrame(frame, { checksums: "keep" }))).toBe(toHex(fromHex(hex)));
  });

  it.each(vectors)("is encoded, lengths and checksums computed: $name", ({ hex, frame }) => {
    const unknown = {
      ...frame,
      ...(frame.ipv4 && { ipv4: { ...frame.ipv4, totalLength: 0, checksum: 0 } }),
      ...(frame.ipv6 && { ipv6: { ...frame.ipv6, payloadLength: 0 } }),
      // Nobody can compute the checksum of a fragment.
      ...(frame.tcp && { tcp: { ...frame.tcp, checksum: frame.ipv4?.moreFragments ? frame.tcp.checksum : 0 } }),
    };
    expect(toHex(encodeFrame(unknown))).toBe(toHex(fromHex(hex)));
  });

  it("is encoded by default with computed checksums", () => {
    const frame = { ...vectors[0]?.frame } as Frame;
    const wrong = { ...frame, ...(frame.tcp && { tcp: { ...frame.tcp, checksum: 1 } }) };
    expect(encodeFrame(wrong)).toEqual(encodeFrame(wrong, { checksums: "compute" }));
    expect(encodeFrame(wrong)).not.toEqual(encodeFrame(wrong, { checksums: "keep" }));
  });

  it("is not encoded with options that are none", () => {
    const frame = { ...vectors[0]?.frame } as Frame;
    for (const options of [null, { checksums: "Keep" }, { checksums: false }]) {
      expect(() => encodeFrame(frame, options as never)).toThrow(
        expect.objectContaining({ name: "WireError", code: "badValue" }),
      );
    }
  });

  it("may have the tag of old switches", () => {
    const bytes = fromHex("000000000002 000000000001 9100 0007 8100 0008 88b5 aa");
    const frame = decodeFrame(bytes);
    expect(frame).toMatchObject({
      ethernet: {
        vlans: [
          { tpid: 0x9100, vid: 7 },
          { tpid: 0x8100, vid: 8 },
        ],
        ethType: 0x88b5,
      },
    });
    expect(encodeFrame(frame)).toEqual(bytes);
  });

  it("tells a wrong checksum, of IPv4 and of TCP", () => {
    const bytes = fromHex(vectors[0]?.hex ?? "");
    bytes[22] = 63; // time to live
    bytes[41] = 7; // sequence number
    expect(decodeFrame(bytes)).toMatchObject({ ipv4: { checksumValid: false }, tcp: { checksumValid: false } });
  });
});

const LINUX_SYN = fromHex(vectors[0]?.hex ?? "");

/** The SYN of the first vector with some bytes changed. */
function changed(changes: Record<number, number>): Uint8Array {
  const bytes = LINUX_SYN.slice();
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
}

describe("what does not parse", () => {
  it.each<[string, Record<number, number>]>([
    ["an IPv4 header length of 4 words", { 14: 0x44 }],
    ["an IPv4 header longer than the frame", { 14: 0x4f, 16: 0xff }],
    ["IP version 5 behind the type of IPv4", { 14: 0x55 }],
    ["a total length below the header's", { 17: 19 }],
    ["a total length of 0", { 17: 0 }],
  ])("leaves IPv4 raw: %s", (_, changes) => {
    const bytes = changed(changes).subarray(0, 14 + 50);
    const frame = decodeFrame(bytes);
    expect(Object.keys(frame)).toEqual(["ethernet", "payload"]);
    expect(frame.payload).toEqual(bytes.subarray(14));
  });

  it.each<[string, Record<number, number>]>([
    ["a data offset of 4 words", { 46: 0x40 }],
    ["a data offset beyond the packet", { 46: 0xb0 }],
    ["a total length that cuts the header", { 17: 39 }],
  ])("leaves TCP raw: %s", (_, changes) => {
    const bytes = changed(changes);
    const frame = decodeFrame(bytes);
    expect(frame.ipv4).toBeDefined();
    expect(frame.tcp).toBeUndefined();
    expect(frame.payload).toEqual(bytes.subarray(34, 14 + (bytes[17] ?? 0)));
    expect(() => flowKey(frame)).toThrow(expect.objectContaining({ name: "WireError", code: "unsupported" }));
  });

  it("decodes a segment that the capture cut, but not its checksum", () => {
    const bytes = changed({ 17: 200 });
    const frame = decodeFrame(bytes);
    expect(frame).toMatchObject({ ipv4: { totalLength: 200 }, tcp: { seq: 4294967295, checksumValid: undefined } });
    expect(encodeFrame(frame, { checksums: "keep" })).toEqual(bytes);
    expect(decodeFrame(encodeFrame(frame))).toMatchObject({ ipv4: { totalLength: 60 }, tcp: { checksumValid: true } });
  });

  it("leaves a tag raw that is not all there", () => {
    const frame = decodeFrame(fromHex("000000000002 000000000001 8100 0064"));
    expect(frame).toMatchObject({ ethernet: { vlans: [], ethType: 0x8100 }, payload: fromHex("0064") });
  });

  it.each([15, 16, 18, 19])("leaves ARP raw that is about other networks: byte %i", (at) => {
    const bytes = fromHex(vectors[3]?.hex ?? "");
    bytes[at] = 9;
    expect(decodeFrame(bytes)).toMatchObject({ payload: bytes.subarray(14) });
    expect(decodeFrame(bytes).arp).toBeUndefined();
  });

  it("is an error below 14 bytes only", () => {
    for (let length = 0; length < 14; length++) {
      expect(() => decodeFrame(LINUX_SYN.subarray(0, length))).toThrow(
        expect.objectContaining({ name: "WireError", code: "truncated" }),
      );
    }
    for (const { hex } of vectors) {
      const bytes = fromHex(hex);
      for (let length = 14; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        expect(encodeFrame(decodeFrame(cut), { checksums: "keep" })).toEqual(cut);
      }
    }
  });
});

describe("a frame that cannot be", () => {
  const [syn, , six, arp] = vectors.map(({ frame }) => frame);
  if (!syn?.ipv4 || !syn.tcp || !six?.ipv6 || !arp?.arp) throw new Error("the vectors have changed");
  const { ipv4, tcp, ...rest } = syn;
  const ethernet = (ethType: number) => ({ ...rest.ethernet, ethType });

  it.each<[string, Frame, string, string]>([
    ["TCP without IP", { ...rest, tcp }, "badValue", "tcp"],
    ["TCP in a packet of UDP", { ...syn, ipv4: { ...ipv4, protocol: 17 } }, "badValue", "ipv4.protocol"],
    ["TCP in an IPv6 packet of UDP", { ...six, ipv6: { ...six.ipv6, protocol: 17 } }, "badValue", "ipv6.protocol"],
    ["IPv4 and IPv6", { ...syn, ipv6: six.ipv6 }, "badValue", "ipv6"],
    ["IPv4 of the type of IPv6", { ...syn, ethernet: ethernet(0x86dd) }, "badValue", "ethernet.ethType"],
    ["ARP of the type of IPv4", { ...arp, ethernet: ethernet(0x0800) }, "badValue", "ethernet.ethType"],
    ["IPv4 options of 3 bytes", { ...syn, ipv4: { ...ipv4, options: new Uint8Array(3) } }, "badLength", "ipv4.options"],
    ["IPv4 options of 44 bytes", { ...syn, ipv4: { ...ipv4, options: new Uint8Array(44) } }, "tooLong", "ipv4.options"],
    ["an IPv4 packet of 65536 bytes", { ...syn, payload: new Uint8Array(65536 - 60) }, "tooLong", "ipv4.totalLength"],
    [
      "an IPv6 payload of 65536 bytes",
      { ...six, payload: new Uint8Array(65536 - 56) },
      "tooLong",
      "ipv6.payloadLength",
    ],
    ["no address", { ...syn, ipv4: { ...ipv4, src: "10.0.0" } }, "badValue", "ipv4.src"],
    [
      "a tag of another type",
      { ...syn, ethernet: { ...rest.ethernet, vlans: [{ tpid: 0x0800, pcp: 0, dei: false, vid: 1 }] } },
      "badValue",
      "ethernet.vlans[0].tpid",
    ],
    [
      "a priority of 8",
      { ...syn, ethernet: { ...rest.ethernet, vlans: [{ tpid: 0x8100, pcp: 8, dei: false, vid: 1 }] } },
      "outOfRange",
      "ethernet.vlans[0].pcp",
    ],
    ["an address in ARP that is none", { ...arp, arp: { ...arp.arp, senderIp: "x" } }, "badValue", "arp.senderIp"],
  ])("is refused: %s", (_, frame, code, path) => {
    expect(() => encodeFrame(frame)).toThrow(expect.objectContaining({ name: "WireError", code, path }));
  });

  it("has packets of up to 65535 bytes", () => {
    const longest = decodeFrame(encodeFrame({ ...syn, payload: new Uint8Array(65535 - 60) }));
    expect(longest).toMatchObject({ ipv4: { totalLength: 65535 }, tcp: { checksumValid: true } });
  });
});
