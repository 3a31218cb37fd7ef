import { describe, expect, it } from "vitest";
import {
  type Action,
  decode,
  encode,
  formatFlow,
  fromJSON,
  parseActions,
  parseFlow,
  toJSON,
  WireError,
} from "../../src/index.ts";
import {
  BundleAlgorithm,
  bundle,
  bundleLoad,
  CtFlags,
  clone,
  conjunction,
  ct,
  HashFields,
  learn,
  multipath,
  NatFlags,
  nat,
} from "../../src/nx/index.ts";
import { applyActions, flowMod, output } from "../../src/ofp/index.ts";
import { structuredVectors } from "../support/nx-structured-vectors.ts";
import { actionHex, checkVector, decodedAction, flowBytes } from "./vectors.ts";

it.each(structuredVectors)("$text, as Open vSwitch sends and prints it", (vector) => {
  checkVector(vector);
});

const reg0 = { field: "reg0", offset: 0, bits: 32 };

describe("bytes that Open vSwitch refuses are a WireError", () => {
  it.each([
    ["a conjunction of one clause", "ffff001000002320 0022 0001 00000001", "outOfRange", "nClauses"],
    ["a conjunction of 65 clauses", "ffff001000002320 0022 0041 00000001", "outOfRange", "nClauses"],
    ["the third of two clauses", "ffff001000002320 0022 0202 00000001", "outOfRange", "clause"],
    [
      "a multipath of unknown fields",
      "ffff002000002320 000a 0007 0000 0000 0000 0000 00000000 0000 001f 00010004",
      "badValue",
      "fields",
    ],
    [
      "a multipath of an unknown algorithm",
      "ffff002000002320 000a 0000 0000 0000 0004 0000 00000000 0000 001f 00010004",
      "badValue",
      "algorithm",
    ],
    [
      "more links than the bits can count",
      "ffff002000002320 000a 0000 0000 0000 0000 0004 00000000 0000 0001 00010004",
      "outOfRange",
      "maxLink",
    ],
    [
      "a multipath into bits that there are not",
      "ffff002000002320 000a 0000 0000 0000 0000 0000 00000000 0000 0060 00010004",
      "outOfRange",
      "dst",
    ],
    [
      "a bundle with a destination",
      "ffff002000002320 000c 0001 0000 0000 00000002 0000 001f 00010004 00000000",
      "badValue",
      "dst",
    ],
    [
      "a bundle of other members than ports",
      "ffff002000002320 000c 0001 0000 0000 00000004 0000 0000 00000000 00000000",
      "badValue",
      "memberType",
    ],
    [
      "a bundle with something in its reserved bytes",
      "ffff002000002320 000c 0001 0000 0000 00000002 0000 0000 00000000 00000001",
      "badValue",
      "zero",
    ],
    [
      "a bundle with more members than there are bytes",
      "ffff002000002320 000c 0001 0000 0000 00000002 0001 0000 00000000 00000000",
      "badLength",
      "",
    ],
    [
      "a bundle_load into 15 bits",
      "ffff002000002320 000d 0001 0000 0000 00000002 0000 000e 00010004 00000000",
      "outOfRange",
      "dst",
    ],
    [
      "a ct that forces and does not commit",
      "ffff001800002320 0023 0002 00000000 0000 ff 000000 0000",
      "badValue",
      "flags",
    ],
    ["a zone of 8 bits", "ffff001800002320 0023 0000 00010004 0007 ff 000000 0000", "outOfRange", "zone"],
    ["a nat of source and destination", "ffff001000002320 0024 0000 0003 0000", "badValue", "flags"],
    ["a nat by hash and at random", "ffff001000002320 0024 0000 0019 0000", "badValue", "flags"],
    ["an unknown flag of nat", "ffff001000002320 0024 0000 0021 0000", "badValue", "flags"],
    ["a last address without a first", "ffff001800002320 0024 0000 0001 0002 0a000001 00000000", "badValue", "ipv4Max"],
    ["the address 0.0.0.0", "ffff001800002320 0024 0000 0001 0001 00000000 00000000", "badValue", "ipv4Min"],
    ["addresses that fall", "ffff001800002320 0024 0000 0001 0003 0a000002 0a000001", "badValue", "ipv4Max"],
    ["ports without an address", "ffff001800002320 0024 0000 0001 0010 0050000000000000", "badValue", "protoMin"],
    ["ports that fall", "ffff001800002320 0024 0000 0001 0031 0a000001 00500040", "badValue", "protoMax"],
    [
      "a table 255 to learn into",
      "ffff002000002320 0010 0000 0000 8000 0000000000000000 0000 ff 00 0000 0000",
      "outOfRange",
      "tableId",
    ],
    [
      "an unknown flag of learn",
      "ffff002000002320 0010 0000 0000 8000 0000000000000000 0004 01 00 0000 0000",
      "outOfRange",
      "flags",
    ],
    [
      "a learned output of a number",
      "ffff002800002320 0010 0000 0000 8000 0000000000000000 0000 01 00 0000 0000 3010 0001 00000000",
      "badType",
      "specs[0]",
    ],
    [
      "something behind the last part of a learned flow",
      "ffff002800002320 0010 0000 0000 8000 0000000000000000 0000 01 00 0000 0000 0000 0000 00000001",
      "badValue",
      "specs",
    ],
    [
      "a number too big for its bits",
      "ffff003000002320 0010 0000 0000 8000 0000000000000000 0000 01 00 0000 0000 2003 0008 00010004 0000 000000000000",
      "outOfRange",
      "specs[0].src",
    ],
    [
      "a result bit without the flag for one",
      "ffff002800002320 002d 0000 0000 8000 0000000000000000 0000 01 00 0000 0000 00000000 0001 0000",
      "badValue",
      "resultDst",
    ],
  ])("%s", (_, hex, code, path) => {
    const full = `flowMod.instructions[0].actions[0]${path === "" ? "" : `.${path}`}`;
    expect(() => decode(flowBytes(hex))).toThrow(expect.objectContaining({ name: "WireError", code, path: full }));
  });
});

describe("an action of a field that no table has keeps its bytes", () => {
  it.each([
    ["multipath", "ffff0020000023 20 000a 0000 0000 0000 0000 0000 00000000 0000 001f 0001fe04"],
    ["bundle_load", "ffff002000002320 000d 0001 0000 0000 00000002 0000 001f 0001fe04 00000000"],
    ["ct", "ffff001800002320 0023 0000 0001fe04 000f ff 000000 0000"],
    [
      "learn",
      "ffff003000002320 0010 0000 0000 8000 0000000000000000 0000 01 00 0000 0000 0010 0001fe04 0000 00010004 0000 0000",
    ],
    [
      "learn with a result",
      "ffff003000002320 002d 0000 0000 8000 0000000000000000 0004 01 00 0000 0000 00000000 0000 0000 0001fe04 00000000",
    ],
  ])("%s", (_, hex) => {
    const bare = hex.replaceAll(" ", "");
    const action = decodedAction(bare);
    expect(action).toMatchObject({ type: "experimenter", experimenter: 0x2320 });
    expect(action && actionHex(action)).toBe(bare);
  });
});

/** Clones so many levels deep. */
function nested(levels: number): Action {
  let action: Action = output(1);
  for (let level = 0; level < levels; level++) action = clone<Exclude<Action, { type: "output" }>>([action]);
  return action;
}

/** The bytes of clones so many levels deep, around nothing. */
function nestedHex(levels: number): string {
  let hex = "";
  for (let level = 0; level < levels; level++) {
    hex = `ffff${(16 + hex.length / 2).toString(16).padStart(4, "0")}00002320002a000000000000${hex}`;
  }
  return hex;
}

describe("actions inside actions", () => {
  const tooDeep = expect.objectContaining({ name: "WireError", code: "tooDeep" }) as Error;
  const flow = (action: Action) => flowMod({ instructions: [applyActions([action])] });

  it("go 16 levels deep, in bytes, in text and in JSON", () => {
    const message = flow(nested(16));
    expect(decode(encode(message))).toEqual(message);
    expect(parseFlow(formatFlow(message))).toEqual(message);
    expect(fromJSON(JSON.parse(JSON.stringify(toJSON(message))))).toEqual(message);
    expect(decode(flowBytes(nestedHex(16))).type).toBe("flowMod");
  });

  it("go no deeper", () => {
    expect(() => encode(flow(nested(17)))).toThrow(tooDeep);
    expect(() => decode(flowBytes(nestedHex(17)))).toThrow(tooDeep);
    expect(() => parseFlow(`actions=${"clone(".repeat(17)}output:1${")".repeat(17)}`)).toThrow(tooDeep);
    expect(() => parseActions("clone(".repeat(20_000) + ")".repeat(20_000))).toThrow(tooDeep);
  });

  it("may not be inside themselves", () => {
    const actions: Action[] = [];
    actions.push({ type: "clone", actions });
    expect(() => encode(flow({ type: "ct", flags: 0, zone: 0, recircTable: 255, alg: 0, actions }))).toThrow(tooDeep);
  });

  it("name the place of what is wrong inside", () => {
    const wrong: Action = { type: "nat", flags: 1, ipv4Min: "10.0.0.1", protoMin: 70_000 };
    expect(() =>
      encode(flow(clone<Exclude<Action, { type: "output" }>>([output(1), ct({ actions: [wrong] })]))),
    ).toThrow(
      expect.objectContaining({
        code: "outOfRange",
        path: "flowMod.instructions[0].actions[0].clone.actions[1].ct.actions[0].nat.protoMin",
      }),
    );
  });

  it("name the character of what is wrong inside", () => {
    // "output" of nothing begins behind "ip actions=clone(ct(commit,exec(".
    expect(() => parseFlow("ip actions=clone(ct(commit,exec(output:x)))")).toThrow(
      expect.objectContaining({ offset: "ip actions=clone(ct(commit,exec(output:".length }),
    );
    expect(() => parseFlow("ip actions=ct(commit,nat(src=10.0.0.1:70000))")).toThrow(
      expect.objectContaining({ code: "outOfRange", offset: "ip actions=ct(commit,nat(src=10.0.0.1:".length }),
    );
    expect(() => parseFlow("actions=learn(table=1,load:5->nosuch)")).toThrow(
      expect.objectContaining({ code: "unknownField", offset: "actions=learn(table=1,load:5->".length }),
    );
  });
});

describe("what the match must say", () => {
  it.each([
    ["", "ct(commit)"],
    ["", "multipath(eth_src,0,hrw,2,0,tcp_dst)"],
    ["", "bundle_load(eth_src,0,hrw,ofport,tcp_dst,members:1)"],
    ["ip,", "ct(alg=ftp)"],
    ["ip,", "ct(commit,nat(src=2001:db8::1))"],
    ["ip,", "ct(zone=udp_dst)"],
    ["ip,ct_state=+trk+inv,", "ct(commit)"],
    ["", "learn(ip_src=10.0.0.1)"],
    ["ip,", "learn(eth_type=0x86dd,ip_src=10.0.0.1)"],
    ["", "learn(reg0=ip_src)"],
    ["", "learn(vlan_tci[0..11]=5,vlan_pcp=3)"],
  ])("%sactions=%s is refused", (match, action) => {
    expect(() => parseFlow(`${match}actions=${action}`)).toThrow(expect.objectContaining({ code: "badPrerequisite" }));
  });

  it("is found in what the learned flow matches, part by part", () => {
    expect(parseFlow("actions=learn(vlan_tci[12]=1,vlan_tci[0..11]=5,vlan_pcp=3)").type).toBe("flowMod");
    expect(parseFlow("actions=learn(eth_type=0x800,nw_proto=6,load:80->tcp_dst)").type).toBe("flowMod");
  });

  it("is nobody's business without a flow", () => {
    expect(parseActions("ct(commit,alg=ftp)")).toHaveLength(1);
  });
});

it("reads numbers of protocols that ovs-ofctl has no word for, because it prints them", () => {
  const flow = parseFlow("ip actions=ct(alg=5060)");
  expect(formatFlow(flow)).toBe("ip actions=ct(alg=5060)");
});

describe("builders", () => {
  it.each<[string, () => unknown]>([
    ["a clause beyond the last", () => conjunction({ id: 1, clause: 2, nClauses: 2 })],
    ["one clause", () => conjunction({ id: 1, clause: 0, nClauses: 1 })],
    ["an id of 33 bits", () => conjunction({ id: 2 ** 32, clause: 0, nClauses: 2 })],
    ["an unknown hash", () => multipath({ fields: 7, algorithm: 0, maxLink: 0, dst: reg0 })],
    ["an unknown algorithm", () => multipath({ fields: HashFields.nwSrc, algorithm: 4, maxLink: 0, dst: reg0 })],
    ["links that do not fit", () => multipath({ fields: 0, algorithm: 0, maxLink: 4, dst: { ...reg0, bits: 2 } })],
    ["a member without a 16-bit number", () => bundle({ algorithm: BundleAlgorithm.hrw, members: [0xff00] })],
    ["2049 members", () => bundle({ algorithm: 0, members: new Array<number>(2049).fill(1) })],
    ["15 bits for a port", () => bundleLoad({ algorithm: 0, members: [], dst: { ...reg0, bits: 15 } })],
    ["force without commit", () => ct({ flags: CtFlags.force })],
    ["a zone of 17 bits", () => ct({ zone: 0x10000 })],
    ["a zone in 8 bits", () => ct({ zone: { ...reg0, bits: 8 } })],
    ["source and destination", () => nat({ flags: NatFlags.src | NatFlags.dst })],
    ["a port without an address", () => nat({ flags: NatFlags.src, protoMin: 80 })],
    ["ports that fall", () => nat({ flags: NatFlags.src, ipv4Min: "10.0.0.1", protoMin: 80, protoMax: 79 })],
    ["an IPv6 address for an IPv4 one", () => nat({ flags: NatFlags.src, ipv4Min: "::1" })],
    ["table 255", () => learn({ tableId: 255, specs: [] })],
    ["a flag that is resultDst's", () => learn({ tableId: 1, flags: 4, specs: [] })],
    ["a result of two bits", () => learn({ tableId: 1, resultDst: { ...reg0, bits: 2 }, specs: [] })],
  ])("refuse %s with a RangeError", (_, build) => {
    expect(build).toThrow(RangeError);
  });

  it.each<[string, () => unknown]>([
    ["no argument", () => conjunction(undefined as never)],
    ["a misspelt name", () => ct({ flag: 1 } as never)],
    ["a misspelt name of nat", () => nat({ flags: 1, ipv4min: "10.0.0.1" } as never)],
    ["a misspelt name of learn", () => learn({ tableId: 1, spec: [], specs: [] } as never)],
    ["no list of members", () => bundle({ algorithm: 0, members: 5 as never })],
    ["no list of actions", () => clone(undefined as never)],
    ["actions that are none", () => ct({ actions: [null as never] })],
    ["no list of specs", () => learn({ tableId: 1 } as never)],
    ["a subfield that is none", () => multipath({ fields: 0, algorithm: 0, maxLink: 0, dst: "reg0" as never })],
  ])("refuse %s with a TypeError", (_, build) => {
    expect(build).toThrow(TypeError);
  });
});

describe("encoding refuses what no builder made", () => {
  const spec = { type: "match", dst: reg0, src: 5n } as const;
  const learnOf = (value: unknown): Action => ({ ...learn({ tableId: 1, specs: [] }), specs: [value as never] });

  it.each<[string, Action, string, string]>([
    ["a part of an unknown type", learnOf({ ...spec, type: "drop" }), "badType", "learn.specs[0]"],
    ["a part that is none", learnOf(null), "badType", "learn.specs[0]"],
    ["a number for an output", learnOf({ type: "output", src: 5n }), "badValue", "learn.specs[0].src"],
    ["a number too big", learnOf({ ...spec, src: 2n ** 32n }), "outOfRange", "learn.specs[0].src"],
    ["a negative number", learnOf({ ...spec, src: -1n }), "outOfRange", "learn.specs[0].src"],
    ["bits of two widths", learnOf({ ...spec, src: { ...reg0, bits: 8 } }), "badValue", "learn.specs[0].src"],
    [
      "a field of 64-bit headers",
      learnOf({ ...spec, dst: { field: "nshSi", offset: 0, bits: 8 } }),
      "unsupported",
      "learn.specs[0].dst",
    ],
    ["an unknown field", learnOf({ ...spec, dst: { ...reg0, field: "nosuch" } }), "unknownField", "learn.specs[0].dst"],
    ["more than 64 bits", { ...ct(), zone: { field: "xxreg0", offset: 0, bits: 65 } }, "outOfRange", "ct.zone"],
    ["a zone that is none", { ...ct(), zone: "5" as never }, "badValue", "ct.zone"],
  ])("%s", (_, action, code, path) => {
    const flow = flowMod({ instructions: [applyActions([action])] });
    expect(() => encode(flow)).toThrow(
      expect.objectContaining({ name: "WireError", code, path: `flowMod.instructions[0].actions[0].${path}` }),
    );
  });
});

it("reads an argument in time linear in its length", () => {
  const many = "reg0[0]=1,".repeat(20_000);
  expect(parseActions(`learn(${many})`)).toHaveLength(1);
  expect(() => parseActions(`conjunction(${" ".repeat(200_000)}x)`)).toThrow(WireError);
  expect(() => parseActions(`ct(nat(src=${"1".repeat(200_000)}))`)).toThrow(WireError);
});
