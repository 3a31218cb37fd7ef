import { describe, expect, it } from "vitest";
import { createCodec, flowMod } from "../../src/ofp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";
import { actionVectors } from "../support/text-action-vectors.ts";
import { flowVectors } from "../support/text-flow-vectors.ts";
import { instructionVectors } from "../support/text-instruction-vectors.ts";
import { linkVectors } from "../support/text-link-vectors.ts";
import { protocolVectors } from "../support/text-match-vectors.ts";

const codec = createCodec();

/** Where the match stands in a flow-mod. */
const MATCH = 48;

/** The fields of a match, and the instructions, as they are in a flow-mod. */
function parts(bytes: Uint8Array): { readonly fields: string; readonly instructions: string } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(MATCH + 2);
  return {
    fields: toHex(bytes.subarray(MATCH + 4, MATCH + length)),
    instructions: toHex(bytes.subarray(MATCH + Math.ceil(length / 8) * 8)),
  };
}

function hex(text: string): string {
  return toHex(fromHex(text));
}

describe.each([...protocolVectors, ...linkVectors])("the match $written", ({ written, value, hex: bytes, text }) => {
  it("reads to the value, with its fields in the order in which ovs-ofctl sends them", () => {
    const match = codec.parseMatch(written);
    expect(match).toEqual(value);
    expect(Object.keys(match)).toEqual(Object.keys(value));
  });

  it("is on the wire what ovs-ofctl sends", () => {
    expect(parts(codec.encode(flowMod({ match: value }))).fields).toBe(hex(bytes));
    expect(codec.parseFlow(`${written} actions=drop`).match).toEqual(value);
  });

  it("is printed as ovs-ofctl prints it, and reads back", () => {
    expect(codec.formatMatch(value)).toBe(text);
    expect(codec.parseMatch(text)).toEqual(value);
  });
});

describe.each([...actionVectors, ...instructionVectors])(
  "the actions $written behind $match",
  ({ match = "", written, value, hex: bytes, text }) => {
    it("read to the value", () => {
      expect(codec.parseFlow(`${match} actions=${written}`).instructions).toEqual(value);
    });

    it("are on the wire what ovs-ofctl sends", () => {
      expect(parts(codec.encode(flowMod({ instructions: value }))).instructions).toBe(hex(bytes));
    });

    it("are printed as ovs-ofctl prints them, and read back", () => {
      const flow = flowMod({ match: codec.parseMatch(match), instructions: value });
      expect(codec.formatFlow(flow)).toMatch(new RegExp(`actions=${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
      expect(codec.parseFlow(codec.formatFlow(flow))).toEqual(flow);
    });
  },
);

describe.each(flowVectors)("the line $written", ({ written, value, hex: bytes, text }) => {
  it("reads to the value", () => {
    expect(codec.parseFlow(written)).toEqual(flowMod(value));
  });

  it("is on the wire what ovs-ofctl sends", () => {
    expect(toHex(codec.encode(flowMod(value)).subarray(8))).toBe(hex(bytes));
  });

  it("is written in one way, and reads back", () => {
    expect(codec.formatFlow(flowMod(value))).toBe(text);
    expect(codec.parseFlow(text)).toEqual(flowMod(value));
  });
});
