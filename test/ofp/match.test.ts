import { describe, expect, it } from "vitest";
import {
  createCodec,
  flowMod,
  flowRemoved,
  type Match,
  type Message,
  multipartReply,
  multipartRequest,
  packetIn,
} from "../../src/ofp/index.ts";
import { concat, fromHex, toHex, viewOf, WireError } from "../../src/wire/index.ts";

const codec = createCodec();

/** Messages with a match, and what stands behind it when they have nothing else. */
const around: Readonly<Record<string, { readonly message: (match: Match) => Message; readonly behind: string }>> = {
  flowMod: { message: (match) => flowMod({ match }), behind: "" },
  flowRemoved: { message: (match) => flowRemoved({ match }), behind: "" },
  flowStatsRequest: { message: (match) => multipartRequest({ body: { type: "flow", match } }), behind: "" },
  flowStats: { message: (match) => multipartReply({ body: { type: "flow", flows: [{ match }] } }), behind: "" },
  packetIn: { message: (match) => packetIn({ match }), behind: "0000" },
};

function messageWith(kind: string, match: Match): Message {
  return around[kind]?.message(match) ?? flowMod({ match });
}

/** A whole message of this kind whose match has these OXM fields, given in hex. */
function withFields(kind: string, fields: string): Uint8Array {
  const empty = codec.encode(messageWith(kind, {}));
  const tail = fromHex(around[kind]?.behind ?? "");
  const oxm = fromHex(fields);
  const length = 4 + oxm.length;
  const header = Uint8Array.of(0, 1, length >> 8, length & 0xff);
  const bytes = concat([
    empty.subarray(0, empty.length - 8 - tail.length),
    header,
    oxm,
    new Uint8Array(-length & 7),
    tail,
  ]);
  viewOf(bytes).setUint16(2, bytes.length);
  if (kind === "flowStats") viewOf(bytes).setUint16(16, bytes.length - 16);
  return bytes;
}

function thrown(run: () => unknown): Pick<WireError, "code" | "path"> {
  try {
    run();
  } catch (error) {
    if (error instanceof WireError) return { code: error.code, path: error.path };
    throw error;
  }
  throw new Error("nothing was thrown");
}

function matchIn(message: Message): Match {
  if ("match" in message) return message.match;
  if ("body" in message && "match" in message.body) return message.body.match;
  if ("body" in message && "flows" in message.body) return message.body.flows[0]?.match ?? {};
  throw new Error("no match");
}

const TCP_DST = "80001c02 0050";
const ETH_TYPE_IPV4 = "80000a02 0800";
const IP_PROTO_TCP = "80001401 06";

describe("prerequisites (OpenFlow 1.3.5 §7.2.3.6)", () => {
  const paths: Readonly<Record<string, string>> = {
    flowMod: "flowMod.match.tcpDst",
    flowRemoved: "flowRemoved.match.tcpDst",
    flowStatsRequest: "multipartRequest.body.match.tcpDst",
    flowStats: "multipartReply.body.flows[0].match.tcpDst",
  };

  it.each(Object.entries(paths))("are needed in %s", (kind, path) => {
    expect(thrown(() => codec.decode(withFields(kind, TCP_DST)))).toEqual({ code: "badPrerequisite", path });
    expect(thrown(() => codec.encode(messageWith(kind, { tcpDst: 80 })))).toEqual({ code: "badPrerequisite", path });
    const whole = codec.decode(withFields(kind, ETH_TYPE_IPV4 + IP_PROTO_TCP + TCP_DST));
    expect(matchIn(whole)).toEqual({ ethType: 0x0800, ipProto: 6, tcpDst: 80 });
  });

  it.each(Object.keys(paths))("must stand before what needs them in %s", (kind) => {
    expect(thrown(() => codec.decode(withFields(kind, TCP_DST + ETH_TYPE_IPV4 + IP_PROTO_TCP))).code).toBe(
      "badPrerequisite",
    );
  });

  it("are not needed in a packet-in, which describes a packet", () => {
    const message = codec.decode(withFields("packetIn", TCP_DST));
    expect(message).toMatchObject({ type: "packetIn", match: { tcpDst: 80 } });
    expect(codec.decode(codec.encode(message))).toEqual(message);
  });

  // Each row lacks what its last field needs: table 12 of the specification.
  it.each<[Match, string]>([
    [{ inPhyPort: 1 }, "inPort"],
    [{ vlanPcp: 1 }, "vlanVid"],
    [{ vlanVid: 0, vlanPcp: 1 }, "vlanVid"],
    [{ ipDscp: 1 }, "ethType"],
    [{ ethType: 0x0806, ipEcn: 1 }, "ethType"],
    [{ ethType: 0x86dd, ipv4Src: "10.0.0.1" }, "ethType"],
    [{ ethType: 0x0800, ipv6Src: "::1" }, "ethType"],
    [{ ethType: 0x0800, ipv6Flabel: 1 }, "ethType"],
    [{ ethType: 0x0800, ipv6Exthdr: 1 }, "ethType"],
    [{ ethType: 0x0800, ipProto: 17, tcpSrc: 1 }, "ipProto"],
    [{ ethType: 0x0800, ipProto: 6, udpSrc: 1 }, "ipProto"],
    [{ ethType: 0x0800, ipProto: 6, sctpDst: 1 }, "ipProto"],
    [{ ethType: 0x86dd, ipProto: 1, icmpv4Type: 1 }, "ethType"],
    [{ ethType: 0x0800, ipProto: 58, icmpv6Code: 1 }, "ethType"],
    [{ ethType: 0x86dd, ipProto: 58, ipv6NdTarget: "::1" }, "icmpv6Type"],
    [{ ethType: 0x86dd, ipProto: 58, icmpv6Type: 136, ipv6NdSll: "0:0:0:0:0:1" }, "icmpv6Type"],
    [{ ethType: 0x86dd, ipProto: 58, icmpv6Type: 135, ipv6NdTll: "0:0:0:0:0:1" }, "icmpv6Type"],
    [{ ethType: 0x0800, arpOp: 1 }, "ethType"],
    [{ ethType: 0x0800, mplsLabel: 1 }, "ethType"],
    [{ ethType: 0x8847, pbbIsid: 1 }, "ethType"],
    [{ tcpDst: 80 }, "ipProto"],
  ])("say what is missing: %j", (match, missing) => {
    expect(() => codec.encode(flowMod({ match }))).toThrow(new RegExp(`needs ${missing}\\b`));
  });
});

describe.each(["flowMod", "packetIn"])("a match in a %s", (kind) => {
  it.each([
    ["a field twice", "80000004 00000001 80000004 00000001", "duplicate"],
    ["an unknown field twice", "7abc0a01 01 7abc0a01 02", "duplicate"],
    ["a known field with a wrong length", "80000003 000001", "badLength"],
    ["a mask of half the length", "80000405 0000000000", "badLength"],
    ["a mask on a field that takes none", "80000108 00000001 ffffffff", "badMask"],
    ["value bits that the mask does not have", "8000070c 0000000000ff ff0000000000", "badMask"],
    ["a VLAN id of more than 13 bits", "80000c02 3000", "outOfRange"],
    ["an unknown mask of an odd length", "7abc0b03 010203", "badLength"],
    ["an experimenter's field without its experimenter", "ffff0002 0102", "badLength"],
    ["a field longer than the match", "80000004 0000", "badLength"],
    ["half a header", "8000", "badLength"],
  ])("does not have %s", (_, fields, code) => {
    expect(thrown(() => codec.decode(withFields(kind, fields))).code).toBe(code);
  });

  it("keeps fields that nobody defined, in their order, with and without mask, empty ones too", () => {
    const fields = "7abc0a02 0102 80000004 00000001 ffff0d06 00abcdef 10f0 7abc0e00 7abc1100";
    const bytes = withFields(kind, fields);
    const message = codec.decode(bytes);
    expect(Object.entries(matchIn(message))).toEqual([
      ["oxm:0x7abc:5", "0102"],
      ["inPort", 1],
      ["oxm:0xffff:6:0x00abcdef", { value: "10", mask: "f0" }],
      ["oxm:0x7abc:7", ""],
      ["oxm:0x7abc:8", { value: "", mask: "" }],
    ]);
    expect(toHex(codec.encode(message))).toBe(toHex(bytes));
  });

  it("is written with the longest fields that it can read", () => {
    const plain = `7abc0aff ${"ab".repeat(255)}`;
    const experimenter = `ffff0aff 00abcdef ${"cd".repeat(251)}`;
    for (const fields of [plain, experimenter]) {
      const bytes = withFields(kind, fields);
      expect(toHex(codec.encode(codec.decode(bytes)))).toBe(toHex(bytes));
    }
  });

  it("has the type OXM and a length that holds its header", () => {
    const bytes = withFields(kind, "");
    const at = bytes.length - 8 - (kind === "packetIn" ? 2 : 0);
    for (const [offset, value, code] of [
      [at + 1, 0, "badType"],
      [at + 3, 3, "badLength"],
      [at + 3, 200, "badLength"],
    ] as const) {
      const wrong = bytes.slice();
      wrong[offset] = value;
      expect(thrown(() => codec.decode(wrong)).code).toBe(code);
    }
  });
});

describe("a match to write", () => {
  it.each<[string, Match, string]>([
    ["unknown names", { nonsense: 1 }, "unknownField"],
    ["raw names out of range", { "oxm:0x10000:1": "00" }, "unknownField"],
    ["an experimenter's raw name without the experimenter", { "oxm:0xffff:1": "00" }, "unknownField"],
    ["numbers as text", { inPort: "1" as never }, "badValue"],
    ["numbers that do not fit", { inPort: 2 ** 32 }, "outOfRange"],
    ["masks on fields that take none", { inPort: { value: 1, mask: 1 } as never }, "badMask"],
    ["values outside their mask", { metadata: { value: 2n, mask: 1n } }, "badMask"],
    ["addresses that are none", { ethSrc: "00:00:00:00:00" }, "badValue"],
    ["raw values that are no hex", { "oxm:0x7abc:1": "0g" }, "syntax"],
    ["raw values as numbers", { "oxm:0x7abc:1": 5 }, "badValue"],
    ["raw masks of another length", { "oxm:0x7abc:1": { value: "00", mask: "0000" } }, "badMask"],
    ["raw values that are too long", { "oxm:0x7abc:1": "00".repeat(256) }, "tooLong"],
    ["a raw name for a field that is there already", { inPort: 1, "oxm:0x8000:0": "00000001" }, "duplicate"],
    ["two spellings of a raw name", { "oxm:0x7abc:1": "00", "oxm:31420:1": "00" }, "duplicate"],
  ])("refuses %s", (_, match, code) => {
    expect(thrown(() => codec.encode(flowMod({ match }))).code).toBe(code);
  });

  it("skips what is undefined", () => {
    const match = { inPort: 1, tcpDst: undefined } as unknown as Match;
    expect(matchIn(codec.decode(codec.encode(flowMod({ match }))))).toEqual({ inPort: 1 });
  });

  it("takes a raw name of a known field for the field", () => {
    const match = { "oxm:0x8000:0": "00000001" };
    expect(matchIn(codec.decode(codec.encode(flowMod({ match }))))).toEqual({ inPort: 1 });
  });
});

it("gives views of the input that are plain, also of a Buffer", () => {
  const buffer = Buffer.from(codec.encode(packetIn({ data: fromHex("aabb") })));
  const message = codec.decode(buffer);
  expect(message.type === "packetIn" && Object.getPrototypeOf(message.data)).toBe(Uint8Array.prototype);
});
