import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { internetChecksum, tcpChecksum, updateChecksum } from "../../src/tcp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { ipv6Address, u32 } from "./arbitrary.ts";

/** Word by word in exact arithmetic, as RFC 1071 §1 puts it. */
function slowly(bytes: Uint8Array): number {
  let sum = 0n;
  for (let at = 0; at < bytes.length; at += 2) sum += BigInt((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0));
  while (sum > 0xffffn) sum = (sum & 0xffffn) + (sum >> 16n);
  return Number(0xffffn - sum);
}

describe("the Internet checksum", () => {
  it("is that of the example in RFC 1071 §3", () => {
    // The sum there is ddf2; the checksum is its complement.
    expect(internetChecksum(fromHex("0001 f203 f4f5 f6f7"))).toBe(0xffff - 0xddf2);
  });

  it("is 0xffff over nothing and 0 over data with a right checksum", () => {
    expect(internetChecksum(new Uint8Array(0))).toBe(0xffff);
    expect(internetChecksum(fromHex("0001 f203 f4f5 f6f7 220d"))).toBe(0);
  });

  it("takes an odd last byte as the upper half of a word", () => {
    expect(internetChecksum(Uint8Array.of(0x12))).toBe(0xffff - 0x1200);
  });

  it("agrees with exact arithmetic at every length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(internetChecksum(bytes)).toBe(slowly(bytes));
      }),
    );
  });

  it("carries right when the sum passes 32 bits", () => {
    const bytes = new Uint8Array(300_001).fill(0xff);
    expect(internetChecksum(bytes)).toBe(slowly(bytes));
  });
});

describe("the TCP checksum", () => {
  // Both segments built by scapy 2.5.0.
  it.each([
    ["10.0.0.3", "10.0.0.1", "82352b67 000003e9 00001389 50140000 d6be 0000", 0xd6be],
    [
      "2001:db8::3",
      "2001:db8::1",
      "ffff01bb 00000001 00000002 a0110003 b83a 0000 0101 0512 0000000a 00000014 0000001e 00000028 68656c6c6f",
      0xb83a,
    ],
  ])("between %s and %s is scapy's, whatever stands in its field", (src, dst, hex, checksum) => {
    const segment = fromHex(hex);
    expect(tcpChecksum(src, dst, segment)).toBe(checksum);
    segment.fill(0xaa, 16, 18);
    expect(tcpChecksum(src, dst, segment)).toBe(checksum);
  });

  it("does not depend on the direction", () => {
    fc.assert(
      fc.property(ipv6Address, ipv6Address, fc.uint8Array({ minLength: 20, maxLength: 60 }), (a, b, segment) => {
        expect(tcpChecksum(a, b, segment)).toBe(tcpChecksum(b, a, segment));
      }),
    );
  });

  it("refuses addresses that are none or of two kinds", () => {
    const refused = (src: string, dst: string) => () => tcpChecksum(src, dst, new Uint8Array(20));
    expect(refused("10.0.0.256", "10.0.0.1")).toThrow(expect.objectContaining({ name: "WireError", code: "badValue" }));
    expect(refused("::1", "10.0.0.1")).toThrow(expect.objectContaining({ name: "WireError", code: "badValue" }));
  });
});

describe("the update of a checksum", () => {
  it("is that of the example in RFC 1624 §4", () => {
    expect(updateChecksum(0xdd2f, 0x5555, 0x3285)).toBe(0x0000);
  });

  it("equals a new computation after any change of a 32-bit field", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 40 }), u32, (bytes, after) => {
        // A field that is never zero besides: only an all-zero sum has two representations.
        const data = Uint8Array.of(0x12, 0x34, ...bytes);
        const view = new DataView(data.buffer);
        const before = view.getUint32(4);
        const checksum = internetChecksum(data);
        view.setUint32(4, after);
        expect(updateChecksum(checksum, before, after)).toBe(internetChecksum(data));
      }),
    );
  });

  it("leaves the checksum alone when nothing changes, 0xffff too", () => {
    expect(updateChecksum(0xffff, 7, 7)).toBe(0xffff);
    expect(updateChecksum(0x1234, 0xffffffff, 0xffffffff)).toBe(0x1234);
  });
});
