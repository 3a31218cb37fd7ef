import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createCodec, FrameReader } from "../../src/ofp/index.ts";
import { type Bytes, concat, fromHex, toHex, WireError } from "../../src/wire/index.ts";
import { messages } from "../support/arbitrary-messages.ts";

const codec = createCodec();

function frame(length: number, fill = 0): Bytes {
  const bytes = new Uint8Array(length).fill(fill);
  bytes.set([4, 2, length >> 8, length & 0xff, 0, 0, 0, 0]);
  return bytes;
}

function thrown(run: () => unknown): WireError {
  try {
    run();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("FrameReader", () => {
  it("gives the same messages however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(messages, { maxLength: 8 }),
        fc
          .array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 })
          .filter((sizes) => sizes.some((size) => size > 0)),
        (list, sizes) => {
          const sent = list.map((message) => codec.encode(message));
          const stream = concat(sent);
          const reader = new FrameReader();
          const received: Uint8Array[] = [];
          let at = 0;
          for (let index = 0; at < stream.length; index++) {
            const size = sizes[index % sizes.length] ?? 0;
            received.push(...reader.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(received.map(toHex)).toEqual(sent.map(toHex));
        },
      ),
    );
  });

  it("takes one byte at a time", () => {
    const reader = new FrameReader();
    const stream = concat([frame(8), frame(9, 1), frame(600, 2)]);
    const received = Array.from(stream, (byte) => reader.push(Uint8Array.of(byte))).flat();
    expect(received.map(toHex)).toEqual([frame(8), frame(9, 1), frame(600, 2)].map(toHex));
  });

  it("takes nothing", () => {
    const reader = new FrameReader();
    expect(reader.push(new Uint8Array())).toEqual([]);
    reader.push(frame(8).subarray(0, 5));
    expect(reader.push(new Uint8Array())).toEqual([]);
    expect(reader.push(frame(8).subarray(5)).map(toHex)).toEqual([toHex(frame(8))]);
  });

  it("returns memory of its own, also when a Buffer is pushed", () => {
    const reader = new FrameReader();
    const chunk = Buffer.from(concat([frame(10, 7), frame(10, 8).subarray(0, 6)]));
    const [whole] = reader.push(chunk);
    chunk.fill(0xff);
    const rest = Buffer.from(frame(10, 8).subarray(6));
    const [split] = reader.push(rest);
    rest.fill(0xff);
    reader.push(frame(12, 9));
    expect([whole, split].map((bytes) => toHex(bytes ?? new Uint8Array()))).toEqual(
      [frame(10, 7), frame(10, 8)].map(toHex),
    );
    expect(whole?.buffer).not.toBe(split?.buffer);
    expect(whole?.byteLength).toBe(whole?.buffer.byteLength);
  });

  it("does linear work for the longest message in pieces of one byte", () => {
    const bytes = frame(0xffff, 5);
    const reader = new FrameReader();
    const set = vi.spyOn(Uint8Array.prototype, "set");
    let received: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at++) received = reader.push(bytes.subarray(at, at + 1));
    const copied = set.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
    set.mockRestore();
    expect(received.map((message) => message.length)).toEqual([0xffff]);
    expect(copied).toBeLessThan(4 * bytes.length);
  });
});

describe("a length that cannot be", () => {
  it.each([0, 1, 7])("%i is refused, now and later", (length) => {
    const reader = new FrameReader();
    const bad = Uint8Array.of(4, 2, 0, length, 0, 0, 0, 0);
    expect(thrown(() => reader.push(bad))).toMatchObject({ code: "badLength", offset: 2 });
    expect(thrown(() => reader.push(frame(8))).code).toBe("badLength");
    expect(thrown(() => reader.push(new Uint8Array())).code).toBe("badLength");
  });

  it("is seen as soon as its bytes are there, however they come", () => {
    const reader = new FrameReader();
    for (const byte of [4, 2, 0]) expect(reader.push(Uint8Array.of(byte))).toEqual([]);
    expect(thrown(() => reader.push(Uint8Array.of(7))).code).toBe("badLength");
  });

  it("lets out the messages before it, then throws", () => {
    const reader = new FrameReader();
    const received = reader.push(concat([frame(8), frame(12), Uint8Array.of(4, 2, 0, 3), frame(8)]));
    expect(received.map(toHex)).toEqual([frame(8), frame(12)].map(toHex));
    expect(reader.failure).toMatchObject({ name: "WireError", code: "badLength", offset: 22 });
    expect(thrown(() => reader.push(frame(8)))).toBe(reader.failure);
    expect(thrown(() => reader.push(frame(8)))).toBe(reader.failure);
  });

  it("is one above the limit", () => {
    const reader = new FrameReader({ maxLength: 100 });
    expect(reader.push(frame(100)).length).toBe(1);
    expect(reader.failure).toBeUndefined();
    expect(thrown(() => reader.push(frame(101)))).toMatchObject({ code: "badLength", offset: 102 });
  });

  it("is none up to 65535", () => {
    expect(new FrameReader().push(frame(0xffff)).length).toBe(1);
  });
});

it.each([0, 7, 65536, 1.5, Number.NaN, "8"])("maxLength is not %s", (maxLength) => {
  expect(() => new FrameReader({ maxLength: maxLength as number })).toThrow(RangeError);
  expect(() => new FrameReader({ maxLength: maxLength as number })).toThrow(/^maxLength/);
});

it.each(["040200080000", null, [4, 2], new ArrayBuffer(8)])(
  "what is no Uint8Array is refused and changes nothing",
  (chunk) => {
    const reader = new FrameReader();
    reader.push(fromHex("0402"));
    expect(thrown(() => reader.push(chunk as never)).code).toBe("badValue");
    expect(reader.push(fromHex("0008 00000001")).length).toBe(1);
  },
);
