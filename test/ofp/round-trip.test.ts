import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCodec } from "../../src/ofp/index.ts";
import { toHex } from "../../src/wire/index.ts";
import { basicFieldNames, basicMatches } from "../support/arbitrary-fields.ts";
import { messageKinds } from "../support/arbitrary-messages.ts";

const codec = createCodec();

describe.each(Object.entries(messageKinds))("a random %s", (_, arbitrary) => {
  it("reads back as it was, and is written the same into a buffer of the caller's", () => {
    fc.assert(
      fc.property(arbitrary, fc.nat({ max: 9 }), (message, offset) => {
        const bytes = codec.encode(message);
        expect(codec.decode(bytes)).toEqual(message);
        const target = new Uint8Array(offset + bytes.length).fill(0xee);
        expect(codec.encodeInto(message, target, offset)).toBe(bytes.length);
        expect(toHex(target.subarray(offset))).toBe(toHex(bytes));
      }),
      { numRuns: 200 },
    );
  });
});

it("keeps the order of a match's fields", () => {
  fc.assert(
    fc.property(basicMatches, (match) => {
      const message = codec.decode(
        codec.encode({
          type: "multipartRequest",
          xid: 0,
          flags: 0,
          body: { type: "flow", tableId: 0, outPort: 0, outGroup: 0, cookie: 0n, cookieMask: 0n, match },
        }),
      );
      expect("body" in message && "match" in message.body && Object.keys(message.body.match)).toEqual(
        Object.keys(match),
      );
    }),
  );
});

it("is tried with all 40 fields", () => {
  const seen = new Set(fc.sample(basicMatches, { numRuns: 2000, seed: 1 }).flatMap((match) => Object.keys(match)));
  expect(basicFieldNames.filter((name) => !seen.has(name))).toEqual([]);
});
