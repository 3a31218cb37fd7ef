/** No message makes its reader allocate more than 64 times its length and 16 KiB, what is garbage at once included. */
import { describe, expect, it } from "vitest";
import { toHex, viewOf } from "../../src/wire/index.ts";
import { runBundled } from "../support/child.ts";
import { niciraVectors } from "../support/extension-vectors.ts";
import { messageVectors } from "../support/message-vectors.ts";
import { onfVectors } from "../support/onf-vectors.ts";

const MAX = 65_528;

function message(code: number, body: Uint8Array): Uint8Array {
  const bytes = Uint8Array.of(4, code, 0, 0, 0, 0, 0, 0, ...body);
  viewOf(bytes).setUint16(2, bytes.length);
  return bytes;
}

/** As many elements as fit behind `before` bytes. */
function filled(before: Uint8Array, size: number, element: (index: number) => readonly number[]): Uint8Array {
  const count = Math.floor((MAX - 8 - before.length) / size);
  const body = new Uint8Array(before.length + count * size);
  body.set(before);
  for (let index = 0; index < count; index++) body.set(element(index), before.length + index * size);
  return body;
}

function packetOut(size: number, action: readonly number[]): Uint8Array {
  const body = filled(new Uint8Array(16), size, () => action);
  viewOf(body).setUint16(8, body.length - 16);
  return message(13, body);
}

/** A packet-in whose match is nothing but fields that nobody defined. */
function unknownFields(header: (index: number) => readonly number[], size: number): Uint8Array {
  const head = new Uint8Array(20);
  const body = filled(head, size, header);
  const matchLength = 4 + body.length - head.length;
  const padded = new Uint8Array(16 + ((matchLength + 7) & ~7) + 2);
  padded.set(body);
  viewOf(padded).setUint16(16, 1);
  viewOf(padded).setUint16(18, matchLength);
  return message(10, padded);
}

/** A message of the Nicira extension. */
function nicira(expType: number, before: readonly number[], size: number, element: readonly number[]): Uint8Array {
  return message(
    4,
    filled(Uint8Array.of(0, 0, 0x23, 0x20, 0, 0, 0, expType, ...before), size, () => element),
  );
}

/** A packet-in whose continuation is nothing but flags. */
function continuation(): Uint8Array {
  const bytes = nicira(30, [0, 8, 0, 0, 0, 0, 0, 0], 8, [0x80, 3, 0, 4]);
  viewOf(bytes).setUint16(18, bytes.length - 16);
  return bytes;
}

/** Actions of Nicira's, of which this is what follows type, length and experimenter. */
function niciraActions(subtype: number, ...body: readonly number[]): Uint8Array {
  const size = 10 + body.length;
  return packetOut(size, [0xff, 0xff, size >> 8, size & 0xff, 0, 0, 0x23, 0x20, 0, subtype, ...body]);
}

/** One action of Nicira's that is as long as can be. */
function longAction(subtype: number, head: readonly number[], element: readonly number[]): Uint8Array {
  const before = Uint8Array.of(0xff, 0xff, 0, 0, 0, 0, 0x23, 0x20, 0, subtype, ...head);
  const whole = new Uint8Array(65_000);
  whole.set(before);
  for (let at = before.length; at + element.length <= whole.length; at += element.length) whole.set(element, at);
  viewOf(whole).setUint16(2, whole.length);
  const body = Uint8Array.of(...new Uint8Array(16), ...whole);
  viewOf(body).setUint16(8, whole.length);
  return message(13, body);
}

const LEARN = [0, 0, 0, 0, 0x80, 0, ...new Array<number>(8).fill(0), 0, 0, 1, 0, 0, 0, 0, 0];
const REG0 = [0, 1, 0, 4];

/** Of flow monitors, after the headers of a multipart message. */
const FLOW_MONITOR = Uint8Array.of(0xff, 0xff, 0, 0, 0, 0, 0, 0, 0x4f, 0x4e, 0x46, 0, 0, 0, 7, 0x4e);

const hostile: Readonly<Record<string, Uint8Array>> = {
  "unknown fields without a value": unknownFields(
    (index) => [0x10 + (index >> 15), (index >> 7) & 0xff, (index & 127) << 1, 0],
    4,
  ),
  "unknown fields of one byte": unknownFields(
    (index) => [0x10 + (index >> 15), (index >> 7) & 0xff, (index & 127) << 1, 1, 9],
    5,
  ),
  "unknown fields of experimenters": unknownFields(
    (index) => [0xff, 0xff, (index & 127) << 1, 4, 0, 0, index >> 15, (index >> 7) & 0xff],
    8,
  ),
  "plain actions": packetOut(8, [0, 24, 0, 8]),
  "unknown actions": packetOut(8, [1, 0, 0, 8]),
  "experimenters' actions": packetOut(8, [0xff, 0xff, 0, 8]),
  "set-fields": packetOut(16, [0, 25, 0, 16, 0x80, 0, 22, 4]),
  "experimenters' instructions": message(
    14,
    filled(Uint8Array.of(...new Uint8Array(40), 0, 1, 0, 4, 0, 0, 0, 0), 8, () => [0xff, 0xff, 0, 8]),
  ),
  "hello elements without content": message(
    0,
    filled(new Uint8Array(), 8, () => [0, 7, 0, 4]),
  ),
  "hello bitmaps": message(
    0,
    filled(new Uint8Array(), 8, () => [0, 1, 0, 8, 255, 255, 255, 255]),
  ),
  "the longest hello bitmap": message(0, Uint8Array.of(0, 1, 0, 36, ...new Uint8Array(32).fill(255), 0, 0, 0, 0)),
  ports: message(
    19,
    filled(Uint8Array.of(0, 13, 0, 0, 0, 0, 0, 0), 64, () => []),
  ),
  "ports with long names": message(
    19,
    filled(Uint8Array.of(0, 13, 0, 0, 0, 0, 0, 0), 64, () => [...new Uint8Array(16), ...new Uint8Array(16).fill(65)]),
  ),
  flows: message(
    19,
    filled(Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0), 56, () => [0, 56, ...new Uint8Array(46), 0, 1, 0, 4]),
  ),
  "empty properties": nicira(30, [], 8, [0, 99, 0, 4]),
  "matches in properties": nicira(30, [], 16, [0, 6, 0, 12, 0x80, 0, 0, 4, 0, 0, 0, 1]),
  "a continuation of flags": continuation(),
  "tunnel options": nicira(24, [0, 0, 0, 0, 0, 0, 0, 0], 8, [0, 1, 2, 4, 0, 3]),
  "abbreviated flow updates": message(
    19,
    filled(FLOW_MONITOR, 8, () => [0, 8, 0, 3, 0, 0, 0, 1]),
  ),
  "flow updates": message(
    19,
    filled(FLOW_MONITOR, 32, () => [0, 32, ...new Uint8Array(22), 0, 1, 0, 4]),
  ),
  "monitors of flows": message(
    18,
    filled(FLOW_MONITOR, 24, () => [...new Uint8Array(16), 0, 1, 0, 4]),
  ),
  "empty clones": niciraActions(42, 0, 0, 0, 0, 0, 0),
  "empty cts": niciraActions(35, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0),
  "cts of a zone in a field": niciraActions(35, 0, 0, ...REG0, 0, 15, 0xff, 0, 0, 0, 0, 0),
  "empty nats": niciraActions(36, 0, 0, 0, 0, 0, 0),
  "nats with addresses": niciraActions(36, 0, 0, 0, 1, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2),
  conjunctions: niciraActions(34, 0, 2, 0, 0, 0, 1),
  "empty learns": niciraActions(16, ...LEARN),
  "learned matches of one bit": longAction(16, LEARN, [0x20, 1, 0, 1, ...REG0, 0, 0]),
  "learned outputs": longAction(16, LEARN, [0x10, 1, ...REG0, 0, 0]),
  "learned loads of wide numbers": longAction(16, LEARN, [
    ...[0x2b, 0xe0, ...new Array<number>(124).fill(0xff), 0, 1, 0x50, 0x7c, 0, 0],
  ]),
  "members of a bundle": niciraActions(
    12,
    ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ...new Array<number>(4096).fill(0xff),
  ),
  "an endless echo": message(2, new Uint8Array(MAX - 8)),
  "the shortest message": message(20, new Uint8Array()),
  "an error at the very end": packetOut(8, [0, 24, 0, 8]).fill(0, MAX - 8),
};

describe("the memory that decoding takes", () => {
  const written = [...messageVectors, ...niciraVectors, ...onfVectors];
  const inputs = { ...hostile, ...Object.fromEntries(written.map(({ name, bytes }) => [name, bytes])) };
  const { decoding, framing, promised } = runBundled(
    "allocations.ts",
    ["--expose-gc", "--min-semi-space-size=128", "--max-semi-space-size=128"],
    Object.values(inputs).map(toHex).join("\n"),
  ) as { readonly decoding: readonly number[]; readonly framing: number; readonly promised: number };

  it.each(Object.entries(inputs).map(([name, bytes], index) => [name, bytes.length, decoding[index] ?? 0] as const))(
    "is bounded for %s (%i bytes: %i)",
    (_, length, taken) => {
      expect(taken).toBeGreaterThan(0);
      expect(taken).toBeLessThanOrEqual(64 * length + 16_384);
    },
  );

  it("is bounded for cutting a stream into messages", () => {
    const total = Object.values(inputs).reduce((sum, bytes) => sum + bytes.length, 0);
    expect(framing).toBeLessThanOrEqual(64 * total + 16_384);
  });

  it("is bounded for a header that promises more than ever comes", () => {
    expect(promised).toBeLessThanOrEqual(64 * 8 + 16_384);
  });
});
