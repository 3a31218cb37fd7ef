import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, formatFlow, formatMessage, fromJSON, parseFlow, toJSON, WireError } from "../../src/index.ts";
import { flowMod, type Match } from "../../src/ofp/index.ts";
import { allFields, allMatches } from "../support/arbitrary-all-fields.ts";

function matchIn(bytes: Uint8Array): Match {
  const message = decode(bytes);
  return message.type === "flowMod" ? message.match : {};
}

describe("a match of any fields", () => {
  it("comes in all its samples to every field that Open vSwitch knows", () => {
    const names = new Set(fc.sample(allMatches, { numRuns: 6000, seed: 7 }).flatMap((match) => Object.keys(match)));
    // inPortNxm is the other header of inPort that is written on its own.
    const never = allFields.filter(({ name, text }) => !names.has(name) && !text?.foreign).map(({ name }) => name);
    expect(never).toEqual(["inPortNxm"]);
  });

  it("comes back from bytes and from JSON with its headers and their order", () => {
    fc.assert(
      fc.property(allMatches, (match) => {
        const message = flowMod({ match });
        const back = matchIn(encode(message));
        expect(back).toEqual(match);
        expect(Object.keys(back)).toEqual(Object.keys(match));
        expect(fromJSON(JSON.parse(JSON.stringify(toJSON(message))))).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it("says the same when it is written and read, and again when that is", () => {
    fc.assert(
      fc.property(allMatches, (match) => {
        const text = formatFlow(flowMod({ match }));
        const read = parseFlow(text);
        expect(formatFlow(read)).toBe(text);
        expect(parseFlow(formatFlow(read))).toEqual(read);
        expect(formatMessage({ ...read, xid: 0 })).toBe(formatMessage(flowMod({ match })));
      }),
      { numRuns: 500 },
    );
  });

  it("damaged, is refused with a WireError or encodes again", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(allMatches, damage, (match, changes) => {
        const bytes = Uint8Array.from(encode(flowMod({ match })));
        for (const [at, octet] of changes) bytes[48 + (at % (bytes.length - 48))] = octet;
        let message: ReturnType<typeof decode>;
        try {
          message = decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        expect(decode(encode(message))).toEqual(message);
        formatMessage(message);
      }),
      { numRuns: 1000 },
    );
  });
});
