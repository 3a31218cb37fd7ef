import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, shiftSegment } from "../../src/tcp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";

/** IPv6, a chain of headers, then a TCP header without options. */
function ipv6With(first: string, chain: string): Uint8Array {
  const tcp = "0001 0002 00000003 00000004 5010 0005 0000 0000";
  const body = fromHex(chain + tcp);
  const length = body.length.toString(16).padStart(4, "0");
  const addresses = "20010db8000000000000000000000003 20010db8000000000000000000000001";
  return fromHex(`000000000002 000000000001 86dd 60000000 ${length} ${first} 40 ${addresses} ${toHex(body)}`);
}

describe("an IPv4 source route", () => {
  const routed = (option: string) =>
    decodeFrame(
      fromHex(
        `000000000002 000000000001 0800 48 00 0034 0000 0000 40 06 0000 0a000003 0a000001 ${option} ` +
          "0001 0002 00000003 00000004 5010 0005 0000 0000",
      ),
    );

  it.each<[string, string, boolean | undefined]>([
    ["loose, to go", "01 83 07 04 0a000009 00000000", undefined],
    ["strict, to go", "89 07 04 0a000009 00 00000000", undefined],
    ["loose, to go by a pointer that leads nowhere", "01 83 07 07 0a000009 00000000", undefined],
    ["loose, at its end", "01 83 07 08 0a000009 00000000", false],
    ["none, but its number behind the end of the list", "00 83 07 04 0a000009 00000000", false],
    ["none, a recorded one", "07 07 04 0a000009 00 00000000", false],
    ["none, a broken option", "07 01 83 07 04 0a0000 09000000", false],
  ])("leaves the checksum alone while it is not at its end: %s", (_, option, valid) => {
    const frame = routed(option);
    expect(frame.tcp?.checksumValid).toBe(valid);
    expect(decodeFrame(encodeFrame(frame)).tcp?.checksumValid).toBe(valid === undefined ? undefined : true);
  });
});

describe("IPv6 extension headers", () => {
  it.each<[string, string, string, number[]]>([
    ["hop-by-hop and destination options", "00", "3c00010400000000 0600010400000000", [0, 60]],
    ["destination options of 16 bytes", "3c", "0601010c00000000 0000000000000000", [60]],
    ["a fragment header that fragments nothing", "2c", "06ff000000000007", [44]],
    ["an authentication header of 24 bytes", "33", "0604000000000001 0000000211223344 5566778899aabbcc", [51]],
    ["mobility, HIP and Shim6", "87", "8b00000000000000 8c00000000000000 0600000000000000", [135, 139, 140]],
  ])("are passed over: %s", (_, first, chain, types) => {
    const bytes = ipv6With(first, chain);
    const frame = decodeFrame(bytes);
    expect(frame.ipv6?.extensions.map(({ type }) => type)).toEqual(types);
    expect(frame).toMatchObject({ ipv6: { protocol: 6 }, tcp: { seq: 3, ack: 4, checksumValid: false } });
    expect(encodeFrame(frame, { checksums: "keep" })).toEqual(bytes);
    expect(decodeFrame(encodeFrame(frame)).tcp?.checksumValid).toBe(true);
  });

  it("tell of the first fragment, whose checksum cannot be told and is left alone", () => {
    const frame = decodeFrame(ipv6With("2c", "0600000100000007"));
    expect(frame.tcp).toMatchObject({ seq: 3, checksumValid: undefined });
    expect(decodeFrame(encodeFrame(frame)).tcp?.checksum).toBe(0);
  });

  it("go on behind a first fragment's header", () => {
    const bytes = ipv6With("2c", "3c00000100000007 0600010400000000");
    expect(decodeFrame(bytes)).toMatchObject({ tcp: { seq: 3 }, ipv6: { extensions: [{ type: 44 }, { type: 60 }] } });
    expect(decodeFrame(shiftSegment(bytes, { seq: 1 })).tcp?.seq).toBe(4);
  });

  it("tell of a later fragment, whose data is no header", () => {
    const bytes = ipv6With("2c", "3c00000900000007");
    const frame = decodeFrame(bytes);
    expect(frame.tcp).toBeUndefined();
    expect(frame.ipv6).toMatchObject({ nextHeader: 44, protocol: 60, extensions: [{ type: 44 }] });
    expect(encodeFrame(frame, { checksums: "keep" })).toEqual(bytes);
    for (const chain of ["3c00000900000007", "0600000900000007"]) {
      expect(decodeFrame(ipv6With("2c", chain)).tcp).toBeUndefined();
      expect(() => shiftSegment(ipv6With("2c", chain), { seq: 1 })).toThrow("no TCP header");
    }
  });

  it("leave the checksum alone while segments of a source route are left", () => {
    const route = (left: string) => ipv6With("2b", `060200${left}00000000 20010db8000000000000000000000009`);
    expect(decodeFrame(route("01")).tcp?.checksumValid).toBeUndefined();
    expect(decodeFrame(route("00")).tcp?.checksumValid).toBe(false);
    expect(decodeFrame(encodeFrame(decodeFrame(route("01")))).tcp?.checksum).toBe(0);
  });

  it("that do not end within the packet stay raw", () => {
    const bytes = ipv6With("00", "06ff010400000000");
    const frame = decodeFrame(bytes);
    expect(frame.ipv6).toMatchObject({ extensions: [], protocol: 0 });
    expect(frame.payload).toEqual(bytes.subarray(54));
  });

  it("are chained by encoding", () => {
    const frame = decodeFrame(ipv6With("00", "3c00010400000000 0600010400000000"));
    if (!frame.ipv6) throw new Error("no IPv6");
    const [hopByHop] = frame.ipv6.extensions;
    const shorter = { ...frame, ipv6: { ...frame.ipv6, extensions: hopByHop ? [hopByHop] : [] } };
    expect(decodeFrame(encodeFrame(shorter))).toMatchObject({
      ipv6: { nextHeader: 0, protocol: 6, payloadLength: 28, extensions: [{ type: 0 }] },
      tcp: { seq: 3, checksumValid: true },
    });
  });
});
