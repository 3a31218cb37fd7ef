import { describe, expect, it } from "vitest";
import { encodeFrame, segmentFrame, writeCapture } from "../../src/tcp/index.ts";
import { concat, fromHex, toHex } from "../../src/wire/index.ts";
import { runBundled } from "../support/child.ts";
import { Blocks } from "./capture-files.ts";

const COUNT = 3000;
const ADDRESSES = "000000000002000000000001";
const blocks = new Blocks(true);

function withOptions(hex: string): Uint8Array {
  const end = (port: number) => ({ mac: "00:00:00:00:00:01", ip: "10.0.0.1", port });
  const options = [{ type: "unknown", kind: 200, data: new Uint8Array(38) }] as const;
  const bytes = encodeFrame(segmentFrame({ from: end(1), to: end(2), seq: 1, flags: 2, window: 3, options }));
  bytes.set(fromHex(hex), 54);
  return bytes;
}

const inputs: readonly (readonly [string, "frame" | "capture", Uint8Array])[] = [
  ["a frame of VLAN tags", "frame", fromHex(`${ADDRESSES}${"81000005".repeat(COUNT)}0800`)],
  [
    "a packet of extension headers",
    "frame",
    fromHex(`${ADDRESSES}86dd 60000000 5dc0 3c 40 ${"00".repeat(32)} ${"3c00010400000000".repeat(COUNT)}`),
  ],
  ["a header of no-operations", "frame", withOptions("01".repeat(40))],
  ["a header of empty options", "frame", withOptions("6302".repeat(20))],
  ["the smallest frame", "frame", new Uint8Array(14)],
  ["a pcap file of empty packets", "capture", concat([writeCapture([]), new Uint8Array(16 * COUNT)])],
  ["a packet that claims 4 GB", "capture", concat([writeCapture([]), fromHex("0000000000000000ffffffffffffffff")])],
  ["a pcapng file of sections", "capture", concat(Array.from({ length: COUNT }, () => blocks.section()))],
  [
    "a pcapng file of interfaces",
    "capture",
    concat([blocks.section(), ...Array.from({ length: COUNT }, () => blocks.interface({ resolution: 127 }))]),
  ],
  [
    "an interface of options",
    "capture",
    concat([blocks.section(), blocks.interface({ options: "090001007f000000".repeat(COUNT) })]),
  ],
  [
    "a pcapng file of empty packets",
    "capture",
    concat([
      blocks.section(),
      blocks.interface({ resolution: 127 }),
      ...Array.from({ length: COUNT }, () => blocks.enhanced(0, 2n ** 64n - 1n, new Uint8Array(0))),
    ]),
  ],
  [
    "a pcapng file of simple packets",
    "capture",
    concat([
      blocks.section(),
      blocks.interface({}),
      ...Array.from({ length: COUNT }, () => blocks.simple(new Uint8Array(0), 0)),
    ]),
  ],
  [
    "a pcapng file of unknown blocks",
    "capture",
    concat([blocks.section(), ...Array.from({ length: COUNT }, () => blocks.block(77, new Uint8Array(0)))]),
  ],
];

describe("reading allocates at most 64 times its input and 16 KiB", () => {
  const lines = inputs.map(([, kind, bytes]) => `${kind} ${toHex(bytes)}`);
  const allocated = runBundled(
    "tcp-allocations.ts",
    ["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"],
    lines.join("\n"),
  ) as number[];

  it.each(inputs.map(([name, , bytes], index) => [name, bytes.length, index] as const))("%s", (_, length, index) => {
    expect(allocated[index]).toBeGreaterThan(0);
    expect(allocated[index]).toBeLessThanOrEqual(64 * length + 16_384);
  });
});
