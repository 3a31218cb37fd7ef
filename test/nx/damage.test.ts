import fc from "fast-check";
import { expect, it } from "vitest";
import { decode, encode, type FlowMod, parseFlow, WireError } from "../../src/index.ts";

/** Everything that this folder can encode, in one flow. */
const flow: FlowMod = parseFlow(
  "cookie=5,priority=7,tcp,reg0=5/0xf,pkt_mark=3,conj_id=9,tcp_flags=+syn-ack " +
    "actions=resubmit:5,resubmit(,3),load:0x5->NXM_NX_REG0[0..15],load:7->ip_dst,note:01.02.03.04.05.06.07," +
    "fin_timeout(idle_timeout=5,hard_timeout=10),set_field:9->reg3," +
    "learn(table=3,limit=5,result_dst=reg0[7],eth_type=0x800,reg1[3..19]=7,reg2,load:9->reg3,output:reg4[0..15])," +
    "learn(table=3,cookie=7,eth_dst=eth_src),multipath(nw_src,7,hrw,9,3,reg0[0..7]),ct_clear," +
    "bundle(eth_src,0,hrw,ofport,members:1,LOCAL,3),bundle_load(nw_dst,0,hrw,ofport,reg0,members:1)," +
    "ct(commit,force,zone=reg0[0..15],table=9,nat(src=10.0.0.1-10.0.0.9:80-90,random),exec(set_field:1->ct_mark))," +
    "clone(output:1,ct(zone=5,nat),clone(dec_ttl)),inc_tcp_seq:1,dec_tcp_seq:2,inc_tcp_ack:3," +
    "dec_tcp_ack:4294967295,output:2",
);
const bytes = encode(flow);

/** What decoding gives, or undefined for a WireError; anything else that is thrown passes. */
function attempt(damaged: Uint8Array): ReturnType<typeof decode> | undefined {
  try {
    return decode(damaged);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

it("decodes to what was encoded, and back to the same bytes", () => {
  expect(decode(bytes)).toEqual(flow);
  expect(encode(decode(bytes))).toEqual(bytes);
});

it("throws a WireError for a message cut at any byte, whatever its header says", () => {
  for (let length = 0; length < bytes.length; length++) {
    expect(attempt(bytes.slice(0, length)), `cut at ${length}`).toBeUndefined();
    if (length < 8) continue;
    const honest = bytes.slice(0, length);
    new DataView(honest.buffer).setUint16(2, length);
    const message = attempt(honest);
    // Cut between two instructions or before the first, it is a message of its own.
    if (message) expect(encode(message)).toEqual(honest);
  }
});

it("throws a WireError for damage that makes no sense, and keeps what does", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 8, max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 3,
      }),
      (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        const message = attempt(damaged);
        // Padding may be lost, nothing else.
        if (message) expect(decode(encode(message))).toEqual(message);
      },
    ),
    { numRuns: 3000, seed: 4 },
  );
});
