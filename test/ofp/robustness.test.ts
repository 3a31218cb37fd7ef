/** Whatever bytes come in: a WireError or a message that can be written again, and nothing else. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCodec, type Message, summary } from "../../src/ofp/index.ts";
import { toHex, viewOf, WireError } from "../../src/wire/index.ts";
import { messages } from "../support/arbitrary-messages.ts";
import { messageVectors } from "../support/message-vectors.ts";

const codec = createCodec();

/** Decodes; gives the message, or the code of the WireError. Any other error fails the test. */
function outcome(bytes: Uint8Array): Message | string {
  try {
    return codec.decode(bytes);
  } catch (error) {
    if (error instanceof WireError && Number.isInteger(error.offset) && error.offset <= bytes.length) return error.code;
    throw error;
  }
}

/** What was read can be written and reads the same again. Says which error there was instead. */
function survives(bytes: Uint8Array): string | undefined {
  const message = outcome(bytes);
  if (typeof message === "string") return message;
  const again = codec.decode(codec.encode(message));
  // Tens of thousands of these: the matcher is slow, and only good at showing a difference.
  if (!isDeepStrictEqual(again, message)) expect(again).toEqual(message);
  return undefined;
}

/** The same, and it has its JSON and its line in a log. */
function survivesAll(bytes: Uint8Array): void {
  if (survives(bytes) !== undefined) return;
  const message = codec.decode(bytes);
  expect(codec.fromJSON(codec.toJSON(message))).toEqual(message);
  expect(summary(message)).toMatch(/^[ -~]{1,500}$/);
}

function withLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= 4) viewOf(bytes).setUint16(2, bytes.length);
  return bytes;
}

describe.each(messageVectors)("$name", ({ bytes }) => {
  it("cut anywhere is truncated", () => {
    for (let length = 0; length < bytes.length; length++) expect(outcome(bytes.subarray(0, length))).toBe("truncated");
  });

  it("cut anywhere, with a length that agrees, is a WireError or another message", () => {
    for (let length = 0; length < bytes.length; length++) {
      const error = survives(withLength(bytes.slice(0, length)));
      // All the bytes that the header announces are there.
      if (length >= 8) expect(error).not.toBe("truncated");
    }
  });

  it("with bytes behind it is an error, whatever its length says", () => {
    for (const fill of [0, 0xff]) {
      for (let more = 1; more <= 24; more++) {
        const longer = new Uint8Array(bytes.length + more).fill(fill);
        longer.set(bytes);
        expect(outcome(longer)).toBe("trailing");
        survives(withLength(longer));
      }
    }
  });

  it("with any byte changed is a WireError or another message", () => {
    for (let at = 0; at < bytes.length; at++) {
      const old = bytes[at] ?? 0;
      // Text fills most of a description: the ends of its fields tell enough.
      if (bytes.length > 1000 && at > 40 && at % 16 > 1) continue;
      for (const value of [
        0,
        1,
        0x7f,
        0xff,
        old ^ 1,
        old ^ 2,
        old ^ 4,
        old ^ 8,
        old ^ 0x10,
        old ^ 0x20,
        old ^ 0x40,
        old ^ 0x80,
      ]) {
        const mutated = bytes.slice();
        mutated[at] = value;
        survives(mutated);
      }
    }
  });
});

it("reads random bytes behind any header to a WireError or a message", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.uint8Array({ maxLength: 120 }), (code, body) => {
      survivesAll(withLength(Uint8Array.of(4, code, 0, 0, 0, 0, 0, 0, ...body)));
    }),
    { numRuns: 3000 },
  );
});

it("reads random messages with a few bytes overwritten to a WireError or a message", () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 0xff })), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(messages, changes, (message, list) => {
      const bytes = codec.encode(message).slice();
      for (const [at, value] of list) bytes[at % bytes.length] = value;
      survivesAll(bytes);
      survivesAll(withLength(bytes));
    }),
    { numRuns: 2000 },
  );
});

it("writes whatever a caller without types gives it to a WireError or to bytes that read back", () => {
  const junk = fc.oneof(
    fc.constantFrom(
      null,
      undefined,
      true,
      Number.NaN,
      -1,
      2 ** 32,
      1.5,
      "",
      "x",
      1n,
      -1n,
      1n << 64n,
      [],
      {},
      [null],
      [[]],
    ),
    fc.constantFrom(
      new Uint8Array(3),
      { type: "output" },
      { type: 5 },
      { value: 1, mask: 2 },
      { value: null, mask: null },
    ),
  );
  fc.assert(
    fc.property(messages, fc.nat(), junk, (message, choice, value) => {
      const places: [holder: Record<string, unknown>, key: string][] = [];
      const copy = copied(message, places);
      const [holder, key] = places[choice % places.length] ?? [{}, ""];
      holder[key] = value;
      try {
        const bytes = codec.encode(copy as Message);
        expect(toHex(codec.encode(codec.decode(bytes)))).toBe(toHex(bytes));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
      }
    }),
    { numRuns: 5000 },
  );
});

/** A deep copy that can be changed, and every place in it where a value stands. */
function copied(value: unknown, places: [Record<string, unknown>, string][]): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const copy = (Array.isArray(value) ? [] : {}) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) {
    copy[key] = copied(item, places);
    places.push([copy, key]);
  }
  return copy;
}
