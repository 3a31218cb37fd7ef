import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CapturedFrame, readCapture, writeCapture } from "../../src/tcp/index.ts";
import { concat, fromHex, toHex } from "../../src/wire/index.ts";
import { Blocks, everything, FRAME, pcapFile } from "./capture-files.ts";

function codeOf(bytes: Uint8Array): string {
  try {
    const count = [...readCapture(bytes)].length;
    return `${count} packets`;
  } catch (error) {
    if (error instanceof Error && error.name === "WireError" && "code" in error) return String(error.code);
    throw error;
  }
}

function messageOf(bytes: Uint8Array): string {
  try {
    return `${[...readCapture(bytes)].length} packets`;
  } catch (error) {
    return error instanceof Error ? error.message : "no Error";
  }
}

describe("a pcap file", () => {
  it.each<[string, string, bigint, number]>([
    ["little-endian, microseconds", "d4c3b2a1", 1_700_000_000_000_123_000n, 1_700_000_000_000.123],
    ["little-endian, nanoseconds", "4d3cb2a1", 1_700_000_000_000_000_123n, 1_700_000_000_000.0002],
    ["big-endian, microseconds", "a1b2c3d4", 1_700_000_000_000_123_000n, 1_700_000_000_000.123],
    ["big-endian, nanoseconds", "a1b23c4d", 1_700_000_000_000_000_123n, 1_700_000_000_000.0002],
  ])("is read: %s", (_, magic, atNs, at) => {
    const file = pcapFile(magic, [{ seconds: 1_700_000_000, fraction: 123, frame: FRAME, originalLength: 1500 }]);
    expect([...readCapture(file)]).toEqual<CapturedFrame[]>([{ at, atNs, frame: FRAME, originalLength: 1500 }]);
  });

  it("is read while one iterates, as often as one likes", () => {
    const file = pcapFile("d4c3b2a1", [{ frame: FRAME }, { frame: FRAME }]).subarray(0, -1);
    const packets = readCapture(file);
    for (let round = 0; round < 2; round++) {
      const iterator = packets[Symbol.iterator]();
      expect(iterator.next()).toMatchObject({ done: false, value: { frame: FRAME } });
      expect(() => iterator.next()).toThrow(
        expect.objectContaining({ name: "WireError", code: "truncated", path: "packets[1]" }),
      );
    }
  });

  it("gives views of the file", () => {
    const file = pcapFile("d4c3b2a1", [{ frame: FRAME }]);
    for (const { frame } of readCapture(file)) expect(frame.buffer).toBe(file.buffer);
  });

  it("has no packets", () => {
    expect([...readCapture(pcapFile("a1b2c3d4", []))]).toEqual([]);
  });

  it("says what else its packets begin with, at once", () => {
    const cooked = pcapFile("d4c3b2a1", [{ frame: FRAME }], 113);
    expect(() => readCapture(cooked)).toThrow(expect.objectContaining({ name: "WireError", code: "unsupported" }));
    expect(messageOf(cooked)).toContain('113 (LINUX_SLL, from the interface "any")');
    expect(messageOf(pcapFile("d4c3b2a1", [], 200))).toContain("link type 200;");
  });

  it("may tell of a frame check sequence in the upper half of the link type", () => {
    expect([...readCapture(pcapFile("d4c3b2a1", [{ frame: FRAME }], 0x4400_0001))]).toHaveLength(1);
  });

  it("of another version is refused", () => {
    const file = pcapFile("d4c3b2a1", []);
    file[6] = 5;
    expect(codeOf(file)).toBe("badVersion");
  });
});

describe("a pcapng file", () => {
  it.each([true, false])("is read with all its blocks, little-endian: %s", (littleEndian) => {
    expect([...readCapture(everything(littleEndian))]).toEqual<CapturedFrame[]>([
      { at: 1000.001, atNs: 1_000_001_000n, frame: FRAME, originalLength: 900, interface: 0 },
      { at: 10_000, atNs: 10_000_000_000n, frame: FRAME, originalLength: 17, interface: 1 },
      { at: 1500, atNs: 1_500_000_000n, frame: FRAME, originalLength: 17, interface: 2 },
      { at: 3000, atNs: 3_000_000_000n, frame: FRAME, originalLength: 17, interface: 0 },
      { at: 0, atNs: 0n, frame: FRAME.subarray(0, 15), originalLength: 1500, interface: 0 },
    ]);
  });

  it("has sections of either byte order, each with interfaces of its own", () => {
    const file = concat([everything(true), everything(false)]);
    expect([...readCapture(file)]).toHaveLength(10);
    const orphan = concat([everything(true), new Blocks(false).section(), new Blocks(false).enhanced(0, 0n, FRAME)]);
    expect(codeOf(orphan)).toBe("badValue");
  });

  it("may call its version 1.2, as some writers did", () => {
    const blocks = new Blocks(true);
    const section = blocks.section();
    section[14] = 2;
    expect([...readCapture(section)]).toEqual([]);
    section[14] = 3;
    expect(codeOf(section)).toBe("badVersion");
  });

  it("has whole simple packets when its interface has no limit", () => {
    const blocks = new Blocks(true);
    const file = concat([blocks.section(), blocks.interface({}), blocks.simple(FRAME, FRAME.length)]);
    expect([...readCapture(file)]).toMatchObject([{ frame: FRAME, originalLength: 17 }]);
  });

  it("resolves times from seconds to far below a nanosecond", () => {
    const blocks = new Blocks(true);
    const at = (resolution: number, units: bigint) => {
      const file = concat([blocks.section(), blocks.interface({ resolution }), blocks.enhanced(0, units, FRAME)]);
      return [...readCapture(file)][0]?.atNs;
    };
    expect(at(0, 7n)).toBe(7_000_000_000n);
    expect(at(3, 7n)).toBe(7_000_000n);
    expect(at(12, 7999n)).toBe(7n);
    expect(at(127, 2n ** 64n - 1n)).toBe(0n);
    expect(at(0x80, 7n)).toBe(7_000_000_000n);
    expect(at(0x80 | 1, 7n)).toBe(3_500_000_000n);
    expect(at(0x80 | 127, 2n ** 64n - 1n)).toBe(0n);
  });

  it("reads packets of its Ethernet interfaces until one of another kind comes", () => {
    const blocks = new Blocks(true);
    const start = concat([blocks.section(), blocks.interface({ linkType: 276 }), blocks.interface({})]);
    const ethernet = blocks.enhanced(1, 0n, FRAME);
    expect([...readCapture(concat([start, ethernet]))]).toHaveLength(1);
    const other = concat([start, ethernet, blocks.enhanced(0, 0n, FRAME)]);
    expect(codeOf(other)).toBe("unsupported");
    expect(messageOf(other)).toContain(
      'blocks[4]: offset 36: the packets have link type 276 (LINUX_SLL2, from the interface "any")',
    );
  });

  const blocks = new Blocks(true);
  const start = concat([blocks.section(), blocks.interface({})]);
  it.each<[string, Uint8Array, string]>([
    [
      "a section without byte order",
      fromHex("0a0d0d0a 1c000000 11223344 01000000 ffffffffffffffff 1c000000"),
      "badValue",
    ],
    ["version 2", blocks.section(2), "badVersion"],
    ["a block of length 8", concat([start, fromHex("00000080 08000000")]), "badLength"],
    ["a block of length 0", concat([start, fromHex("00000080 00000000 00000000")]), "badLength"],
    ["a block of length 13", concat([start, fromHex("00000080 0d000000 00 0d000000")]), "badLength"],
    ["lengths that differ", concat([start, fromHex("00000080 10000000 00000000 14000000")]), "badLength"],
    ["a length beyond the file", concat([start, fromHex("00000080 f0ffffff 00000000")]), "truncated"],
    [
      "a packet longer than its block",
      concat([start, blocks.enhanced(0, 0n, FRAME, { capturedLength: 99 })]),
      "truncated",
    ],
    ["a packet of no interface", concat([start, blocks.enhanced(1, 0n, FRAME)]), "badValue"],
    ["a simple packet without an interface", concat([blocks.section(), blocks.simple(FRAME, 17)]), "badValue"],
    ["a resolution of 2 bytes", concat([start, blocks.interface({ options: "0900 0200 09000000" })]), "badLength"],
    ["an offset of 4 bytes", concat([start, blocks.interface({ options: "0e00 0400 00000000" })]), "badLength"],
    ["an option beyond its block", concat([start, blocks.interface({ options: "0200 ff00 00000000" })]), "truncated"],
  ])("is refused with %s", (_, file, code) => {
    expect(codeOf(file)).toBe(code);
  });
});

describe("what is no capture", () => {
  it.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "it has 0 bytes"],
    ["three bytes", fromHex("d4c3b2"), "it begins with d4 c3 b2"],
    ["a text", Uint8Array.from("GET / HTTP/1.1", (letter) => letter.charCodeAt(0)), "it begins with 47 45 54 20"],
    ["a compressed file", fromHex("1f8b0800"), "it is compressed with gzip, unpack it first"],
  ])("is refused at once with a sentence: %s", (_, bytes, sentence) => {
    expect(() => readCapture(bytes)).toThrow(expect.objectContaining({ name: "WireError", code: "badType" }));
    expect(messageOf(bytes)).toContain(`this is no capture file, neither pcap nor pcapng: ${sentence}`);
  });

  it.each([undefined, null, "d4c3b2a1", [1, 2, 3]])("is refused when it is no Uint8Array: %o", (value) => {
    expect(() => readCapture(value as never)).toThrow(expect.objectContaining({ name: "WireError", code: "badValue" }));
  });
});

describe("a damaged capture", () => {
  it.each([
    ["pcap", pcapFile("4d3cb2a1", [{ frame: FRAME }, { frame: FRAME }])],
    ["pcapng, little-endian", everything(true)],
    ["pcapng, big-endian", everything(false)],
  ])("gives a WireError wherever it is cut, or ends with a whole packet: %s", (_, file) => {
    const whole = [...readCapture(file)];
    let clean = 0;
    for (let length = 0; length < file.length; length++) {
      const seen: CapturedFrame[] = [];
      try {
        for (const packet of readCapture(file.subarray(0, length))) seen.push(packet);
        clean++;
      } catch (error) {
        expect(error).toMatchObject({ name: "WireError", code: length < 4 ? "badType" : "truncated" });
      }
      expect(seen).toEqual(whole.slice(0, seen.length));
    }
    // After the header and after each block or packet but the last.
    expect(clean).toBe(file[0] === 0x0a ? 11 : 2);
  });

  it("throws nothing but a WireError, whatever is damaged", () => {
    const files = fc.constantFrom(everything(true), everything(false), pcapFile("a1b2c3d4", [{ frame: FRAME }]));
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(files, changes, (file, changes) => {
        const damaged = file.slice();
        for (const [at, value] of changes) damaged[at % damaged.length] = value;
        expect(codeOf(damaged)).toMatch(/^[a-zA-Z0-9 ]+$/);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a written capture", () => {
  const packets = fc.array(
    fc
      .record({
        atNs: fc.bigInt({ min: 0n, max: 4_294_967_295_999_999_999n }),
        frame: fc.uint8Array({ maxLength: 100 }),
        cut: fc.nat({ max: 9000 }),
      })
      .map(({ atNs, frame, cut }) => ({ atNs, frame, originalLength: frame.length + cut })),
    { maxLength: 10 },
  );

  it("is read back", () => {
    fc.assert(
      fc.property(packets, (packets) => {
        expect([...readCapture(writeCapture(packets))].map(({ at: _, ...rest }) => rest)).toEqual(packets);
      }),
    );
  });

  it("has these bytes", () => {
    const file = writeCapture([{ at: 1500.000001, frame: Uint8Array.of(0xaa, 0xbb) }]);
    expect(toHex(file)).toBe(
      toHex(
        fromHex(
          "4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000 " + // magic, 2.4, no limit below 262144, Ethernet
            "01000000 0165cd1d 02000000 02000000 aabb", // 1 s, 500,000,001 ns
        ),
      ),
    );
  });

  it("rounds milliseconds to the nearest nanosecond", () => {
    fc.assert(
      fc.property(fc.nat({ max: 4_000_000_000 }), (ns) => {
        const [packet] = readCapture(writeCapture([{ at: ns / 1e6, frame: FRAME }]));
        expect(packet?.atNs).toBe(BigInt(ns));
      }),
    );
  });

  it("takes what was read, and any iterable", () => {
    const file = writeCapture([{ at: 1, frame: FRAME }]);
    expect(writeCapture(readCapture(file))).toEqual(file);
    expect(writeCapture(new Set<never>())).toEqual(pcapFile("4d3cb2a1", []));
  });

  it.each([undefined, null, 5])("is refused for what is no list: %s", (packets) => {
    expect(() => writeCapture(packets as never)).toThrow(
      expect.objectContaining({ name: "WireError", code: "badValue", path: "" }),
    );
  });

  it.each<[string, object, string, string]>([
    ["a moment before 1970", { atNs: -1n, frame: FRAME }, "outOfRange", "packets[1].atNs"],
    ["a moment after 2106", { atNs: 4_294_967_296_000_000_000n, frame: FRAME }, "outOfRange", "packets[1].atNs"],
    ["no moment", { frame: FRAME }, "badValue", "packets[1].at"],
    ["a moment that is no number", { at: Number.NaN, frame: FRAME }, "badValue", "packets[1].at"],
    ["nanoseconds that are no bigint", { atNs: 5, frame: FRAME }, "badValue", "packets[1].atNs"],
    ["no frame", { at: 1 }, "badValue", "packets[1].frame"],
    [
      "an original length below the frame's",
      { at: 1, frame: FRAME, originalLength: 3 },
      "outOfRange",
      "packets[1].originalLength",
    ],
  ])("is refused with %s", (_, packet, code, path) => {
    expect(() => writeCapture([{ at: 0, frame: FRAME }, packet as never])).toThrow(
      expect.objectContaining({ name: "WireError", code, path }),
    );
  });
});
