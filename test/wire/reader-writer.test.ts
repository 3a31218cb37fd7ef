import { describe, expect, it } from "vitest";
import { fromHex, Reader, toHex, u32, WireError, Writer, within } from "../../src/wire/index.ts";

function thrown(run: () => unknown): WireError {
  try {
    run();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("Reader", () => {
  it("bounds an element by its own length", () => {
    const reader = new Reader(fromHex("0102 0304"));
    expect(thrown(() => reader.element(2, () => reader.u32())).code).toBe("truncated");
  });

  it("bounds an element by what surrounds it", () => {
    const reader = new Reader(fromHex("01020304"), 0, 3);
    expect(thrown(() => reader.element(4, () => reader.u32())).code).toBe("truncated");
  });

  it("does not let an element leave bytes unread", () => {
    const reader = new Reader(fromHex("01020304"));
    expect(thrown(() => reader.element(4, () => reader.u16()))).toMatchObject({ code: "badLength", offset: 2 });
  });

  it("ends a list whose elements take no bytes", () => {
    const reader = new Reader(fromHex("01"));
    expect(thrown(() => reader.list(() => 0))).toMatchObject({ code: "badLength", path: "[0]" });
  });

  it("refuses bottomless nesting", () => {
    const reader = new Reader(fromHex("01"));
    const nest = (): number => reader.element(1, nest);
    expect(thrown(nest).code).toBe("tooDeep");
  });

  it("sees only its part of a shared buffer", () => {
    const shared = fromHex("ff 01020304 ff").subarray(1, 5);
    const reader = new Reader(shared);
    expect(reader.u32()).toBe(0x01020304);
    expect(thrown(() => reader.u8()).code).toBe("truncated");
  });
});

describe("Writer", () => {
  it("grows without losing what is written", () => {
    const writer = new Writer();
    writer.begin();
    for (let index = 0; index < 30_000; index++) writer.u32(index);
    const bytes = writer.finish();
    expect(bytes.length).toBe(120_000);
    expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(119_996)).toBe(29_999);
  });

  it("leaves earlier results alone", () => {
    const writer = new Writer();
    const results = Array.from({ length: 20_000 }, (_, index) => {
      writer.begin();
      writer.u32(index);
      return writer.finish();
    });
    expect(results.every((bytes, index) => toHex(bytes) === index.toString(16).padStart(8, "0"))).toBe(true);
  });

  it("says what does not fit the caller's buffer", () => {
    const writer = new Writer(new Uint8Array(6), 1);
    writer.u32(1);
    expect(
      thrown(() => {
        writer.field(u32, 2);
      }),
    ).toMatchObject({ code: "noSpace", offset: 4 });
  });

  it("overwrites whatever stood in the caller's buffer with zeros as padding", () => {
    const target = new Uint8Array(16).fill(0xff);
    const writer = new Writer(target);
    writer.u8(1);
    writer.align8(0);
    expect(toHex(target)).toBe("0100000000000000ffffffffffffffff");
  });
});

describe("WireError", () => {
  it("collects its path from the inside out", () => {
    const inner = new WireError("badLength", "length 12 is not a multiple of 8", 88);
    const outer = within("flowMod", within("instructions", within("[0]", within("actions", within("[1]", inner)))));
    expect(String(outer)).toBe(
      "WireError: flowMod.instructions[0].actions[1]: offset 88: length 12 is not a multiple of 8",
    );
  });

  it("leaves other errors as they are", () => {
    const error = new Error("x");
    expect(within("a", error)).toBe(error);
  });
});

describe("fromHex", () => {
  it.each<[string, string, number]>([
    ["a letter that is no digit", "0x00 0g", 6],
    ["a second prefix", "0x0x", 3],
    ["half a byte", "0x1", 3],
  ])("says where: %s", (_, text, offset) => {
    expect(thrown(() => fromHex(text))).toMatchObject({ code: "syntax", offset });
  });

  it.each([null, undefined, 5, {}, new String("00")])("refuses %s, which is no text", (value) => {
    expect(thrown(() => fromHex(value as never)).code).toBe("badValue");
  });
});

it("toHex refuses what is no Uint8Array", () => {
  for (const value of [null, undefined, "ab", [1, 2]]) {
    expect(thrown(() => toHex(value as never)).code).toBe("badValue");
  }
});
