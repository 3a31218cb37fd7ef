import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, type Frame, shiftSegment } from "../../src/tcp/index.ts";
import { segment, withoutComputed } from "./arbitrary.ts";

/** A frame's bytes with some of them overwritten and the end cut or prolonged. */
const mutated = fc
  .tuple(
    segment,
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 12 }),
    fc.nat({ max: 400 }),
    fc.uint8Array({ maxLength: 10 }),
  )
  .map(([frame, changes, length, more]) => {
    const bytes = encodeFrame(frame);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    const kept = bytes.subarray(0, Math.max(14, length));
    return Uint8Array.of(...kept, ...more);
  });

/** Nonsense that begins with the types that lead on. */
const nonsense = fc
  .tuple(
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
    fc.array(fc.constantFrom([0x81, 0, 0, 1], [0x88, 0xa8, 0xff, 0xff], [0x91, 0, 0, 0]), { maxLength: 4 }),
    fc.constantFrom([0x08, 0, 0x45], [0x08, 0, 0x46], [0x86, 0xdd, 0x60], [0x08, 0x06, 0, 1, 8, 0, 6, 4], [0, 0]),
    fc.uint8Array({ maxLength: 120 }),
  )
  .map(([addresses, tags, type, rest]) => Uint8Array.of(...addresses, ...tags.flat(), ...type, ...rest));

const RUNS = { numRuns: 1000 };

describe("any segment", () => {
  it("comes back from its bytes, with good checksums", () => {
    fc.assert(
      fc.property(segment, (frame) => {
        const again = decodeFrame(encodeFrame(frame));
        expect(withoutComputed(again)).toEqual(frame);
        expect(again.tcp?.checksumValid).toBe(true);
        expect(again.ipv4?.checksumValid).not.toBe(false);
      }),
      RUNS,
    );
  });

  it("may be cut anywhere", () => {
    fc.assert(
      fc.property(segment, (frame) => {
        const bytes = encodeFrame(frame);
        for (let length = 0; length <= bytes.length; length++) {
          const cut = bytes.subarray(0, length);
          if (length < 14) {
            expect(() => decodeFrame(cut)).toThrow(expect.objectContaining({ name: "WireError", code: "truncated" }));
          } else {
            expect(encodeFrame(decodeFrame(cut), { checksums: "keep" })).toEqual(cut);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("any bytes", () => {
  it.each([
    ["a broken segment", mutated],
    ["nonsense", nonsense],
    ["noise", fc.uint8Array({ minLength: 14, maxLength: 200 })],
  ])("decode without an error and encode to themselves: %s", (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (bytes) => {
        expect(encodeFrame(decodeFrame(bytes), { checksums: "keep" })).toEqual(bytes);
      }),
      RUNS,
    );
  });

  it("are shifted exactly when a TCP header is decoded", () => {
    fc.assert(
      fc.property(fc.oneof(mutated, nonsense), (bytes) => {
        const shift = () => shiftSegment(bytes, { seq: 1 });
        if (decodeFrame(bytes).tcp) expect(shift()).toHaveLength(bytes.length);
        else expect(shift).toThrow(expect.objectContaining({ name: "WireError", code: "unsupported" }));
      }),
      RUNS,
    );
  });

  it("do not keep a long frame busy", () => {
    // 65,000 bytes of tags; then of IPv6 extension headers.
    const tags = new Uint8Array(65_000);
    for (let at = 12; at < tags.length; at += 4) tags.set([0x81, 0x00], at);
    expect(decodeFrame(tags).ethernet.vlans.length).toBeGreaterThan(16_000);

    const chain = new Uint8Array(54 + 65_000);
    chain.set([0x86, 0xdd, 0x60, 0, 0, 0, 0xfd, 0xe8, 60], 12);
    for (let at = 54; at < chain.length; at += 8) chain[at] = 60;
    expect(decodeFrame(chain).ipv6?.extensions).toHaveLength(8125);
  });
});

/** Every place in a frame where a caller without types may put something else. */
function* places(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    yield here;
    yield* places(inner, here);
  }
}

function replaced(value: unknown, [key, ...rest]: (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((item: unknown, index): unknown => (index === key ? replaced(item, rest, by) : item));
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) };
}

describe("encoding", () => {
  it("throws nothing but a WireError, whatever a caller without types puts anywhere", () => {
    const odd = fc.constantFrom<unknown>(
      undefined,
      null,
      -1,
      1.5,
      2 ** 40,
      Number.NaN,
      "x",
      true,
      7n,
      {},
      [],
      [1],
      () => 1,
    );
    fc.assert(
      fc.property(
        segment,
        fc.nat(),
        odd,
        fc.constantFrom("keep" as const, "compute" as const),
        (frame, pick, by, checksums) => {
          const all = [...places(frame)];
          const path = all[pick % all.length] ?? [];
          try {
            expect(encodeFrame(replaced(frame, path, by) as Frame, { checksums })).toBeInstanceOf(Uint8Array);
          } catch (error) {
            expect(error).toMatchObject({ name: "WireError" });
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each([undefined, null, 7, "frame", [], {}])("refuses %o for a frame", (frame) => {
    expect(() => encodeFrame(frame as Frame)).toThrow(expect.objectContaining({ name: "WireError" }));
  });
});
