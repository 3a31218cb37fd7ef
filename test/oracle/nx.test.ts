import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Action, encode, type FlowMod, formatFlow, parseFlow, toHex } from "../../src/index.ts";
import {
  decTcpAck,
  decTcpSeq,
  finTimeout,
  incTcpAck,
  incTcpSeq,
  note,
  regLoad,
  resubmit,
  resubmitTable,
} from "../../src/nx/index.ts";
import { applyActions, flowMod, type Match, output, Port, setField } from "../../src/ofp/index.ts";
import { flowModsOf, ovsOfctl, printed } from "./ovs-ofctl.ts";

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const port = fc.oneof(fc.integer({ min: 1, max: 0xfeff }), fc.constantFrom(Port.local, Port.inPort));

function masked(bits: number): fc.Arbitrary<number | { value: number; mask: number }> {
  const all = 2 ** bits - 1;
  const number = fc.integer({ min: 0, max: all });
  const some = fc
    .tuple(number, fc.integer({ min: 1, max: all - 1 }))
    .map(([value, mask]) => ({ value: (value & mask) >>> 0, mask }));
  return fc.oneof(number, some);
}

const match: fc.Arbitrary<Match> = fc
  .record(
    {
      reg0: masked(32),
      reg7: masked(32),
      reg15: masked(32),
      pktMark: masked(32),
      conjId: u32,
      tcpFlags: masked(12),
      tcpDst: u16,
    },
    { requiredKeys: [] },
  )
  .map((fields) => ({ ethType: 0x0800, ipProto: 6, ...fields }));

const loadable = [
  ["reg0", 32],
  ["reg3", 32],
  ["reg15", 32],
  ["pktMark", 32],
  ["metadata", 64],
  ["tunnelIdNxm", 64],
  ["ethSrcNxm", 48],
  ["ethDstNxm", 48],
  ["ipv4SrcNxm", 32],
  ["ipv4DstNxm", 32],
  ["tcpSrcNxm", 16],
  ["tcpDstNxm", 16],
  ["ipEcnNxm", 2],
  ["inPortNxm", 16],
] as const;

const load = fc
  .constantFrom(...loadable)
  .chain(([field, size]) =>
    fc
      .integer({ min: 0, max: size - 1 })
      .chain((offset) =>
        fc
          .integer({ min: 1, max: size - offset })
          .chain((bits) =>
            fc
              .bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n })
              .map((value) => regLoad({ field, offset, bits }, value)),
          ),
      ),
  );

const action: fc.Arbitrary<Action> = fc.oneof(
  port.map((inPort) => resubmit(inPort)),
  fc.tuple(fc.integer({ min: 0, max: 255 }), port).map(([tableId, inPort]) => resubmitTable(tableId, inPort)),
  load,
  fc.uint8Array({ maxLength: 40 }).map((data) => note(data)),
  fc.record({ idleTimeout: u16, hardTimeout: u16 }).map((timeouts) => finTimeout(timeouts)),
  u32.map((value) => setField({ reg5: value })),
  port.map((number) => output(number)),
);

const flows: FlowMod[] = fc.sample(
  fc
    .tuple(match, fc.array(action, { minLength: 1, maxLength: 6 }))
    .map(([fields, actions]) => flowMod({ match: fields, instructions: [applyActions(actions)] })),
  { numRuns: 600, seed: 2 },
);

/** One pair is enough to see what is wrong. */
function firstDifference(theirs: readonly string[], ours: readonly string[]) {
  if (theirs.length !== ours.length) return { theirs: theirs.length, ours: ours.length };
  const index = theirs.findIndex((text, at) => text !== ours[at]);
  return index < 0 ? undefined : { index, theirs: theirs[index], ours: ours[index] };
}

describe("600 random flows with Nicira's actions and fields", () => {
  it("are printed by ovs-ofctl as by us", async () => {
    const texts = await printed(flows.map((flow) => encode(flow)));
    const ours = flows.map((flow) => `OFPT_FLOW_MOD (OF1.3) (xid=0x0): ADD ${formatFlow(flow)}`);
    expect(firstDifference(texts, ours)).toBeUndefined();
  });

  it("are sent by ovs-ofctl, for our text of them, as by us", async () => {
    // `resubmit(,)` is printed but not read: without port and table it does nothing.
    const texts = flows.map((flow) => formatFlow(flow)).filter((text) => !text.includes("resubmit(,)"));
    expect(texts.length).toBeGreaterThan(400);
    const theirs = await flowModsOf(texts);
    const ours = texts.map((text) => toHex(encode(parseFlow(text))));
    expect(firstDifference(theirs.map(toHex), ours)).toBeUndefined();
  });
});

describe("texts that are read in several ways", () => {
  it.each([
    "tcp,tcp_flags=+syn-ack actions=drop",
    "tcp,tcp_flags=syn|0x10 actions=drop",
    "tcp6,tcp_flags=0x12/0x1f actions=drop",
    "actions=load:0x5->NXM_NX_REG0[0..15],load:5->reg0[],load:1->reg1[3]",
    "actions=load:5->eth_dst,load:5->metadata,load:5->tun_id,load:5->in_port,load:5->in_port_oxm",
    "tcp actions=load:5->ip_dst,load:5->nw_src,load:5->tp_dst,load:5->OXM_OF_IPV4_DST[],load:5->ip_dscp",
    "actions=note:01.02.03.04.05.06.07,note:0102,note",
    "actions=resubmit:5,resubmit(5,3),resubmit(,3),resubmit(LOCAL,3),resubmit(in_port,3)",
    "tcp actions=fin_timeout(idle_timeout=5 hard_timeout=10),fin_timeout()",
    "reg0=5/0xf,reg1=010,pkt_mark=0x10,conj_id=0x10 actions=set_field:5->reg0,set_field:5->pkt_mark",
  ])("%s", async (text) => {
    const [theirs] = await flowModsOf([text]);
    expect(toHex(encode(parseFlow(text)))).toBe(theirs && toHex(theirs));
  });
});

it("prints headers that ovs-ofctl would not send as ovs-ofctl prints them", async () => {
  const flow = flowMod({
    match: { ethType: 0x0800, ipProto: 6, tcpFlagsNxm: { value: 2, mask: 2 }, ipv4DstNxm: "10.0.0.0" },
    instructions: [
      applyActions([
        regLoad({ field: "ipv4Dst", offset: 0, bits: 32 }, 5),
        regLoad({ field: "tunnelId", offset: 0, bits: 8 }, 5),
      ]),
    ],
  });
  const [text] = await printed([encode(flow)]);
  expect(text).toBe(`OFPT_FLOW_MOD (OF1.3) (xid=0x0): ADD ${formatFlow(flow)}`);
});

describe("the four TCP actions", () => {
  it.each([incTcpSeq(1), decTcpSeq(1), incTcpAck(1), decTcpAck(1)])(
    "$type is unknown to stock ovs-ofctl",
    async (shift) => {
      const flow = flowMod({
        match: { ethType: 0x0800, ipProto: 6 },
        instructions: [applyActions([shift, output(2)])],
      });
      const [text] = await printed([encode(flow)]);
      expect(text).toContain("OFPBAC_BAD_VENDOR_TYPE");
      const { status, stderr } = await ovsOfctl(["parse-flow", formatFlow(flow)]);
      expect(status).toBe(1);
      expect(stderr).toContain("unknown action");
    },
  );
});
