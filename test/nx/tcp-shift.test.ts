import { describe, expect, it } from "vitest";
import { decode, encode, fromHex, parseFlow, WireError } from "../../src/index.ts";
import { decTcpAck, decTcpSeq, incTcpAck, incTcpSeq, shiftAck, shiftSeq } from "../../src/nx/index.ts";
import { applyActions, flowMod } from "../../src/ofp/index.ts";
import { checkVector, decodedAction, flowBytes } from "./vectors.ts";

// The modified Ryu writes these bytes and the modified Open vSwitch reads them:
// type ffff, length 0010, vendor 00002320, subtype, two bytes of padding, delta.
const DELTAS = [
  [0, "00000000"],
  [1, "00000001"],
  [2 ** 31 - 1, "7fffffff"],
  [2 ** 31, "80000000"],
  [2 ** 31 + 1, "80000001"],
  [0xdeadbeef, "deadbeef"],
  [2 ** 32 - 1, "ffffffff"],
] as const;

const ACTIONS = [
  { word: "inc_tcp_seq", build: incTcpSeq, type: "incTcpSeq", subtype: "0050" },
  { word: "dec_tcp_seq", build: decTcpSeq, type: "decTcpSeq", subtype: "0051" },
  { word: "inc_tcp_ack", build: incTcpAck, type: "incTcpAck", subtype: "0052" },
  { word: "dec_tcp_ack", build: decTcpAck, type: "decTcpAck", subtype: "0053" },
] as const;

describe.each(ACTIONS)("$word", ({ word, build, type, subtype }) => {
  it.each(DELTAS)("of %i is its row of the byte table, in bytes, value and words", (delta, deltaHex) => {
    expect(build(delta)).toEqual({ type, delta });
    checkVector({
      value: build(delta),
      hex: `ffff 0010  00002320  ${subtype} 0000  ${deltaHex}`,
      text: `${word}:${delta}`,
      alsoRead: [`${word}:0x${deltaHex}`, `${word}=${delta}`, `${word}(${delta})`, `${word.toUpperCase()}:${delta}`],
    });
  });

  it("reads a leading zero as octal, as C's strtol does", () => {
    const flow = parseFlow(`tcp,actions=${word}:010`);
    expect(flow.instructions).toEqual([applyActions([build(8)])]);
  });

  it.each([-1, 2 ** 32, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses to be built with %d", (delta) => {
    expect(() => build(delta)).toThrow(RangeError);
  });

  it.each(["1", 1n, undefined, null, {}])("refuses to be built with what is no number: %s", (delta) => {
    expect(() => build(delta as never)).toThrow(TypeError);
  });

  it.each([
    ["-1", "outOfRange"],
    ["4294967296", "outOfRange"],
    ["0x100000000", "outOfRange"],
    ["1.5", "syntax"],
    ["one", "syntax"],
    ["08", "syntax"],
    ["", "syntax"],
  ])("refuses to be read with the argument %j", (argument, code) => {
    expect(() => parseFlow(`tcp,actions=${word}:${argument}`)).toThrow(expect.objectContaining({ code }));
  });

  it("refuses to be encoded when a caller got past the builder", () => {
    for (const delta of [-1, 2 ** 32, 0.5, Number.NaN, "1", undefined]) {
      const flow = flowMod({ instructions: [applyActions([{ type, delta } as never])] });
      expect(() => encode(flow)).toThrow(WireError);
    }
  });

  it.each([24, 32])("refuses a length of %i", (length) => {
    const hex = `ffff${length.toString(16).padStart(4, "0")}00002320${subtype}${"00".repeat(length - 10)}`;
    expect(() => decode(flowBytes(hex))).toThrow(expect.objectContaining({ name: "WireError", code: "badLength" }));
  });

  it("takes padding that is not zero and writes zeros", () => {
    expect(decodedAction(`ffff001000002320${subtype}abcd00000007`)).toEqual(build(7));
  });
});

it("leaves the subtypes on either side alone", () => {
  for (const subtype of ["004f", "0054"]) {
    expect(decodedAction(`ffff001000002320${subtype}000000000007`)).toEqual({
      type: "experimenter",
      experimenter: 0x2320,
      data: fromHex(`${subtype}000000000007`),
    });
  }
});

it("leaves the same subtype of another vendor alone", () => {
  expect(decodedAction("ffff00104f4e46000050000000000007")).toMatchObject({ experimenter: 0x4f4e4600 });
});

describe("the canonical shift", () => {
  it("is no action at all for 0", () => {
    expect(shiftSeq(0)).toEqual([]);
    expect(shiftAck(0)).toEqual([]);
  });

  it("counts up as far as half the numbers, and down beyond", () => {
    expect(shiftSeq(1)).toEqual([incTcpSeq(1)]);
    expect(shiftSeq(2 ** 31)).toEqual([incTcpSeq(2 ** 31)]);
    expect(shiftSeq(2 ** 31 + 1)).toEqual([decTcpSeq(2 ** 31 - 1)]);
    expect(shiftSeq(2 ** 32 - 1)).toEqual([decTcpSeq(1)]);
    expect(shiftAck(2 ** 31)).toEqual([incTcpAck(2 ** 31)]);
    expect(shiftAck(2 ** 31 + 1)).toEqual([decTcpAck(2 ** 31 - 1)]);
    expect(shiftAck(2 ** 32 - 2000)).toEqual([decTcpAck(2000)]);
  });

  it("takes nothing but a u32", () => {
    for (const offset of [-1, 2 ** 32, 1.5, Number.NaN]) expect(() => shiftSeq(offset)).toThrow(RangeError);
    expect(() => shiftAck("1" as never)).toThrow(TypeError);
  });
});
