/** Random flows with actions that have structure inside, through bytes, text and JSON. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  decode,
  encode,
  type FlowMod,
  formatFlow,
  formatMessage,
  fromJSON,
  parseFlow,
  summary,
  toHex,
  toJSON,
  WireError,
} from "../../src/index.ts";
import { structuredFlows } from "../support/arbitrary-nx-actions.ts";

const flows: readonly FlowMod[] = fc.sample(structuredFlows, { numRuns: 400, seed: 3 });

it("comes in all its kinds", () => {
  const text = JSON.stringify(flows.map((flow) => toJSON(flow)));
  const kinds = [
    "learn",
    "learn2",
    "conjunction",
    "ct",
    "nat",
    "ctClear",
    "clone",
    "bundle",
    "bundleLoad",
    "multipath",
  ];
  expect(kinds.filter((kind) => !text.includes(`"type":"${kind}"`))).toEqual([]);
});

it("comes back from bytes and from JSON as it was", () => {
  for (const flow of flows) {
    expect(decode(encode(flow))).toEqual(flow);
    expect(fromJSON(JSON.parse(JSON.stringify(toJSON(flow))))).toEqual(flow);
    expect(summary(flow)).toMatch(/^[ -~]{1,500}$/);
  }
});

it("comes back from text to the same bytes", () => {
  for (const flow of flows) expect(toHex(encode(parseFlow(formatFlow(flow))))).toBe(toHex(encode(flow)));
});

it("damaged, is refused with a WireError or encodes, prints and decodes again", () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 });
  let survivors = 0;
  fc.assert(
    fc.property(fc.constantFrom(...flows), damage, (flow, changes) => {
      const bytes = Uint8Array.from(encode(flow));
      // Behind the header of the message, which says how long it is.
      for (const [place, value] of changes) bytes[8 + (place % (bytes.length - 8))] = value;
      let message: ReturnType<typeof decode>;
      try {
        message = decode(bytes);
      } catch (error) {
        if (error instanceof WireError) return;
        throw error;
      }
      survivors++;
      formatMessage(message);
      if (!isDeepStrictEqual(decode(encode(message)), message)) expect(decode(encode(message))).toEqual(message);
    }),
    { numRuns: 4000, seed: 9 },
  );
  expect(survivors).toBeGreaterThan(500);
});
