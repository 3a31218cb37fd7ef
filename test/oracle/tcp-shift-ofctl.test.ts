/** The four TCP actions against the ovs-ofctl of the patched Open vSwitch: bytes, and text both ways. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Action, encode, type FlowMod, formatFlow, formatMessage, parseFlow, toHex } from "../../src/index.ts";
import { decTcpAck, decTcpSeq, incTcpAck, incTcpSeq, note, resubmitTable } from "../../src/nx/index.ts";
import {
  applyActions,
  clearActions,
  flowMod,
  gotoTable,
  type Match,
  output,
  setField,
  writeActions,
} from "../../src/ofp/index.ts";
import { flowModsOf, ovsOfctl, printed } from "./ovs-ofctl.ts";
import { NEEDS_PATCHED, patchedOvs } from "./ovs-programs.ts";

const program = patchedOvs?.ofctl;
const builders = { inc_tcp_seq: incTcpSeq, dec_tcp_seq: decTcpSeq, inc_tcp_ack: incTcpAck, dec_tcp_ack: decTcpAck };
const EDGES = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

const delta = fc.oneof(fc.constantFrom(...EDGES), fc.integer({ min: 0, max: 0xffff_ffff }));
const shift: fc.Arbitrary<Action> = fc
  .tuple(fc.constantFrom(...Object.values(builders)), delta)
  .map(([build, value]) => build(value));
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: shift },
  {
    weight: 3,
    arbitrary: fc.oneof(
      fc.integer({ min: 1, max: 0xfeff }).map((port) => output(port)),
      fc.integer({ min: 0, max: 0xffff }).map((tcpDst) => setField({ tcpDst })),
      fc.integer({ min: 0, max: 254 }).map((table) => resubmitTable(table)),
      fc.uint8Array({ maxLength: 8 }).map((data) => note(data)),
    ),
  },
);
const inSet = fc.oneof(
  shift,
  fc.integer({ min: 1, max: 0xfeff }).map((port) => output(port)),
);
const some = (name: string, max: number): fc.Arbitrary<Match> =>
  fc.option(
    fc.integer({ min: 1, max }).map((value) => ({ [name]: value })),
    { nil: {} },
  );
const match: fc.Arbitrary<Match> = fc
  .tuple(some("inPort", 0xfeff), fc.constantFrom(0x0800, 0x86dd), some("tcpSrc", 0xffff))
  .map(([before, ethType, after]) => ({ ...before, ethType, ipProto: 6, ...after }));

const flows: FlowMod[] = fc.sample(
  fc
    .record({
      match,
      actions: fc.array(action, { minLength: 1, maxLength: 8 }),
      set: fc.option(fc.array(inSet, { minLength: 1, maxLength: 4 }), { nil: undefined }),
      next: fc.boolean(),
    })
    .map(({ match: fields, actions, set, next }) =>
      flowMod({
        match: fields,
        instructions: [
          applyActions(actions),
          ...(set ? [clearActions(), writeActions(set)] : []),
          ...(next ? [gotoTable(7)] : []),
        ],
      }),
    ),
  { numRuns: 800, seed: 80 },
);

describe.skipIf(!patchedOvs)(`800 random flows with the four TCP actions${NEEDS_PATCHED}`, () => {
  it("are printed by the patched ovs-ofctl as by us", async () => {
    const theirs = await printed(
      flows.map((flow) => encode(flow)),
      program,
    );
    expect(flows.map((flow) => formatMessage(flow).trimEnd())).toEqual(theirs);
  });

  it("are sent by the patched ovs-ofctl, for our text of them, byte for byte as by us", async () => {
    const theirs = await flowModsOf(
      flows.map((flow) => formatFlow(flow)),
      program,
    );
    expect(theirs.map(toHex)).toEqual(flows.map((flow) => toHex(encode(flow))));
  });

  it("are read by us in the text that the patched ovs-ofctl prints", async () => {
    const texts = await printed(
      flows.map((flow) => encode(flow)),
      program,
    );
    const read = texts.map((text) => parseFlow(text.replace("OFPT_FLOW_MOD (OF1.3) (xid=0x0): ADD ", "")));
    expect(read.map((flow) => toHex(encode(flow)))).toEqual(flows.map((flow) => toHex(encode(flow))));
  });
});

/** The action alone: what is behind the header of the only instruction of a flow. */
function onlyAction(flow: Uint8Array): string {
  return toHex(flow.subarray(-16));
}

describe.skipIf(!patchedOvs)(`an action${NEEDS_PATCHED}`, () => {
  const cases = Object.entries(builders).flatMap(([word, build], index) =>
    EDGES.map((value) => ({
      text: `${word}:${value}`,
      value: build(value),
      hex: `ffff001000002320005${index}0000${value.toString(16).padStart(8, "0")}`,
    })),
  );

  it.each(cases)("$text is the same 16 bytes", async ({ text, value, hex }) => {
    const ours = encode(flowMod({ match: { ethType: 0x0800, ipProto: 6 }, instructions: [applyActions([value])] }));
    expect(onlyAction(ours)).toBe(hex);
    const [theirs] = await flowModsOf([`tcp,actions=${text}`], program);
    expect(theirs && onlyAction(theirs)).toBe(hex);
  });

  it.each(["inc_tcp_seq:0x10", "dec_tcp_seq(16)", "INC_TCP_ACK=16", "dec_tcp_ack:020", "inc_tcp_seq:4294967295"])(
    "is read from %s by both alike",
    async (word) => {
      const text = `tcp,actions=${word}`;
      const [theirs] = await flowModsOf([text], program);
      expect(toHex(encode(parseFlow(text)))).toBe(theirs && toHex(theirs));
    },
  );

  it.each([
    "inc_tcp_seq",
    "inc_tcp_seq:",
    "dec_tcp_seq:x",
    "inc_tcp_ack:-1",
    "dec_tcp_ack:4294967296",
    "inc_tcp_ack:5x",
  ])("is read from %s by neither", async (word) => {
    const text = `tcp,actions=${word}`;
    const { status, stderr } = await ovsOfctl(["parse-flow", text], "", program);
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(/_tcp_/) as string });
    expect(() => parseFlow(text)).toThrow(expect.objectContaining({ name: "WireError" }) as Error);
  });

  it("comes back with padding of zero, whatever its padding was", async () => {
    const flow = flowMod({ match: { ethType: 0x0800, ipProto: 6 }, instructions: [applyActions([incTcpSeq(5)])] });
    const odd = encode(flow);
    odd.set([0xde, 0xad], odd.length - 6);
    expect(await printed([odd], program)).toEqual([formatMessage(flow).trimEnd()]);
  });
});
