import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytes,
  fromHex,
  ipv4,
  ipv6,
  mac,
  pad,
  parsed,
  Reader,
  struct,
  text,
  toHex,
  u8,
  u16,
  u16le,
  u24,
  u32,
  u32le,
  u64,
  u128,
  WireError,
  Writer,
} from "../../src/wire/index.ts";

const layout = struct({
  first: u8,
  pad: pad(3),
  second: u16,
  third: u24,
  fourth: u32,
  fifth: u64,
  sixth: u128,
  hwAddr: mac,
  from: ipv4,
  to: ipv6,
  name: text(5),
  raw: bytes(2),
  hostShort: u16le,
  hostLong: u32le,
  inner: struct({ pad: pad(1), value: u16 }),
});

const HEX =
  "01 000000 0203 040506 0708090a 0b0c0d0e0f101112 131415161718191a1b1c1d1e1f202122 232425262728 0a000002" +
  "20010db8000000000000000000000001 6574683000 beef 3231 36353433 00 2930";

const VALUE = {
  first: 1,
  second: 0x0203,
  third: 0x040506,
  fourth: 0x0708090a,
  fifth: 0x0b0c0d0e0f101112n,
  sixth: 0x131415161718191a1b1c1d1e1f202122n,
  hwAddr: "23:24:25:26:27:28",
  from: "10.0.0.2",
  to: "2001:db8::1",
  name: "eth0",
  raw: Uint8Array.of(0xbe, 0xef),
  hostShort: 0x3132,
  hostLong: 0x33343536,
  inner: { value: 0x2930 },
};

function written(value: typeof VALUE): string {
  const writer = new Writer();
  writer.begin();
  writer.field(layout, value);
  return toHex(writer.finish());
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "nothing thrown";
  } catch (error) {
    return error instanceof WireError ? `${error.code} at ${error.path}` : String(error);
  }
}

describe("a layout", () => {
  it("reads in the order of its table, without padding", () => {
    expect(new Reader(fromHex(HEX)).field(layout)).toEqual(VALUE);
  });

  it("writes what it reads", () => {
    expect(written(VALUE)).toBe(toHex(fromHex(HEX)));
  });

  it("ignores what stands in the padding", () => {
    const dirty = fromHex(HEX);
    dirty.fill(0xff, 1, 4);
    expect(new Reader(dirty).field(layout)).toEqual(VALUE);
  });

  it("is read by binary-parser to the same value", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: layout.size, maxLength: layout.size }), (random) => {
        expect(new Reader(random).field(parsed(layout))).toEqual(new Reader(random).field(layout));
      }),
    );
  });

  it("is read by binary-parser at any offset, into plain objects", () => {
    const value = new Reader(fromHex(`ffff${HEX}`), 2).field(parsed(layout));
    expect(value).toEqual(VALUE);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("is truncated at every length below its own", () => {
    const whole = fromHex(HEX);
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(() => new Reader(whole.subarray(0, length)).field(layout))).toBe("truncated at ");
      expect(codeOf(() => new Reader(whole.subarray(0, length)).field(parsed(layout)))).toBe("truncated at ");
    }
  });

  it.each([
    ["first", 256, "outOfRange"],
    ["first", -1, "outOfRange"],
    ["second", 1.5, "outOfRange"],
    ["third", 2 ** 24, "outOfRange"],
    ["fourth", Number.NaN, "outOfRange"],
    ["fourth", "7", "badValue"],
    ["hostShort", 65536, "outOfRange"],
    ["hostLong", 2 ** 32, "outOfRange"],
    ["fifth", 1n << 64n, "outOfRange"],
    ["fifth", 5, "badValue"],
    ["sixth", -1n, "outOfRange"],
    ["name", "too long", "badValue"],
    ["name", "\u0100", "badValue"],
    ["raw", Uint8Array.of(1), "badValue"],
    ["inner", null, "badValue"],
  ])("refuses %s = %s", (name, value, code) => {
    expect(codeOf(() => written({ ...VALUE, [name]: value }))).toBe(`${code} at ${name}`);
  });

  it("tells a nested path", () => {
    expect(codeOf(() => written({ ...VALUE, inner: { value: 70000 } }))).toBe("outOfRange at inner.value");
  });
});
