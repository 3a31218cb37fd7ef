/** Every kind of message against os-ken, which other people wrote: the same bytes, and the same content of the bytes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode } from "../../src/index.ts";
import { decTcpAck, decTcpSeq, incTcpAck, incTcpSeq } from "../../src/nx/index.ts";
import { applyActions, createCodec, flowMod, type Message, NO_BUFFER, output } from "../../src/ofp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";
import { basicFieldNames } from "../support/arbitrary-fields.ts";
import { commonMessageKinds } from "../support/arbitrary-messages.ts";
import { messageVectors } from "../support/message-vectors.ts";
import { askOsKen } from "./os-ken-peer.ts";

const codec = createCodec();

/** os-ken sorts the fields of a match by their numbers. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, key === "match" ? inOrder(item) : sorted(item)]);
  return Object.fromEntries(entries) as unknown;
}

function inOrder(match: unknown): unknown {
  const number = (name: string): number => basicFieldNames.indexOf(name);
  return Object.fromEntries(Object.entries(match as object).sort(([a], [b]) => number(a) - number(b)));
}

/** What os-ken can express of a message, or undefined when that is too little. */
function forOsKen(message: Message): Message | undefined {
  const same = sorted(message) as Message;
  switch (same.type) {
    case "unknown":
      return undefined;
    case "hello": {
      // It loops for ever on padding behind an element, and forgets bit 31 of every bitmap.
      const [element] = same.elements.filter(({ type }) => type === "versionBitmap");
      const versions = element?.type === "versionBitmap" ? element.versions.filter((number) => number % 32 !== 31) : [];
      const unpadded = versions.length > 0 && (Math.max(...versions) >> 5) % 2 === 0;
      return { ...same, version: 4, elements: unpadded ? [{ type: "versionBitmap", versions }] : [] };
    }
    case "error":
      return { ...same, version: 4 };
    case "packetIn":
      // It takes what exceeds the total length for padding.
      return { ...same, totalLen: same.data.length };
    case "packetOut":
      // It refuses a packet together with a buffer, and overwrites one that no action stands before.
      if (same.actions.length === 0) return { ...same, data: new Uint8Array() };
      return same.data.length > 0 ? { ...same, bufferId: NO_BUFFER } : same;
    case "multipartRequest":
    case "multipartReply": {
      if (same.body.type === "unknown") return undefined;
      // It takes the body of an experimenter for a list of 16 bytes each.
      if (same.body.type !== "experimenter") return same;
      return { ...same, body: { ...same.body, data: same.body.data.subarray(0, 8) } };
    }
    default:
      return same;
  }
}

function samples(kind: string): Message[] {
  const arbitrary = commonMessageKinds[kind];
  if (!arbitrary) throw new Error(`no kind ${kind}`);
  const numRuns = kind === "flowMod" || kind === "packetOut" ? 700 : 100;
  return fc.sample(arbitrary, { numRuns, seed: 20261125 }).flatMap((message) => forOsKen(message) ?? []);
}

/** os-ken writes hellos without elements only. */
function writable(message: Message): boolean {
  return message.type !== "hello" || message.elements.length === 0;
}

const kinds = Object.keys(commonMessageKinds).filter((kind) => kind !== "unknown");
const sent = kinds.flatMap((kind) =>
  samples(kind).map((message) => ({ kind, message, hex: toHex(codec.encode(message)) })),
);
const written = askOsKen(sent.map(({ message }) => ({ encode: codec.toJSON(message) })));
const read = askOsKen(sent.map(({ hex }) => ({ decode: hex })));
const rows = sent.map((row, index) => ({ ...row, written: written[index], read: read[index] }));

it("compares at least 500 flow-mods and 500 packet-outs, and some of every other kind", () => {
  const count = (kind: string): number => rows.filter((row) => row.kind === kind).length;
  expect(Math.min(count("flowMod"), count("packetOut"))).toBeGreaterThanOrEqual(500);
  expect(Math.min(...kinds.map(count))).toBeGreaterThanOrEqual(50);
});

describe.each(kinds)("%s", (kind) => {
  const ofKind = rows.filter((row) => row.kind === kind);

  it("has the bytes that os-ken writes", () => {
    const comparable = ofKind.filter(({ message }) => writable(message));
    expect(comparable.length).toBeGreaterThan(0);
    for (const { written: theirs, hex, message } of comparable) {
      expect({ message, ...theirs }).toEqual({ message, hex });
    }
  });

  it("is read from os-ken's bytes as meant", () => {
    for (const { written: theirs, message } of ofKind.filter((row) => writable(row.message))) {
      expect(codec.decode(fromHex(theirs?.hex ?? ""))).toEqual(message);
    }
  });

  it("is read by os-ken as meant", () => {
    for (const { read: theirs, message } of ofKind) {
      expect(theirs).toEqual({ message: codec.toJSON(message) });
    }
  });
});

it("reads the four TCP actions as experimenter actions of 16 bytes", () => {
  const actions = [incTcpSeq(1), decTcpSeq(0x80000000), incTcpAck(0xdeadbeef), decTcpAck(0xffffffff)];
  const flow = flowMod({
    match: { inPort: 1, ethType: 0x0800, ipProto: 6 },
    instructions: [applyActions([...actions, output(2)])],
  });
  const seen = (subtype: string, delta: string): object => ({
    type: "experimenter",
    experimenter: 0x2320,
    data: `bytes:${subtype}0000${delta}`,
    length: 16,
  });
  const [answer] = askOsKen([{ decode: toHex(encode(flow)) }]);
  expect(answer).toMatchObject({
    message: {
      type: "flowMod",
      match: { inPort: 1, ethType: 0x0800, ipProto: 6 },
      instructions: [
        {
          type: "applyActions",
          actions: [
            seen("0050", "00000001"),
            seen("0051", "80000000"),
            seen("0052", "deadbeef"),
            seen("0053", "ffffffff"),
            { type: "output", port: 2, maxLen: 0 },
          ],
        },
      ],
    },
  });
});

it("reads what was written by hand, wherever os-ken knows the message", () => {
  const known = messageVectors.filter(
    ({ name }) =>
      !/does not have|every action|other instructions|OpenFlow 1.0|^queues of a port|the features of a table$/.test(
        name,
      ),
  );
  const answers = askOsKen(known.map(({ bytes }) => ({ decode: toHex(bytes) })));
  known.forEach(({ name, value }, index) => {
    expect({ name, ...answers[index] }).toEqual({ name, message: codec.toJSON(value) });
  });
});
