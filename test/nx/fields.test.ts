import { describe, expect, it } from "vitest";
import { decode, encode, formatFlow, fromHex, parseFlow, toHex, WireError } from "../../src/index.ts";
import { nicira, onf } from "../../src/nx/index.ts";
import { createCodec, echoRequest, flowMod, type Match } from "../../src/ofp/index.ts";

/** The match of a flow-mod as bytes, from its OXM fields to their end. */
function matchHex(match: Match): string {
  const bytes = encode(flowMod({ match }));
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(50);
  return toHex(bytes.subarray(52, 48 + length));
}

// Bytes and text: ovs-ofctl 3.1.0 under OpenFlow 1.3, `add-flow` and `ofp-print`.
const TCP = { ethType: 0x0800, ipProto: 6 };
const TCP_HEX = "80000a0208008000140106";

describe("match fields as ovs-ofctl sends and prints them", () => {
  const vectors: { match: Match; hex: string; text: string; read?: string[] }[] = [
    { match: { reg0: 5 }, hex: "0001000400000005", text: "reg0=0x5", read: ["reg0=5", "NXM_NX_REG0=5"] },
    {
      match: { reg15: { value: 5, mask: 0xff } },
      hex: "00011f0800000005000000ff",
      text: "reg15=0x5/0xff",
      read: ["reg15=5/255"],
    },
    { match: { pktMark: { value: 3, mask: 7 } }, hex: "000143080000000300000007", text: "pkt_mark=0x3/0x7" },
    { match: { conjId: 16 }, hex: "00014a0400000010", text: "conj_id=16", read: ["conj_id=0x10"] },
    {
      match: { ...TCP, tcpFlags: { value: 0x002, mask: 0x012 } },
      hex: `${TCP_HEX}ffff55084f4e460000020012`,
      text: "tcp,tcp_flags=+syn-ack",
      read: ["tcp,tcp_flags=-ack+syn", "tcp,tcp_flags=2/0x12"],
    },
    {
      match: { ...TCP, tcpFlags: 0x012 },
      hex: `${TCP_HEX}ffff54064f4e46000012`,
      text: "tcp,tcp_flags=syn|ack",
      read: ["tcp,tcp_flags=0x12", "tcp,tcp_flags=syn|0x10"],
    },
    { match: { ...TCP, tcpFlags: 0 }, hex: `${TCP_HEX}ffff54064f4e46000000`, text: "tcp,tcp_flags=0" },
    {
      match: { ...TCP, tcpFlags: 0xfff },
      hex: `${TCP_HEX}ffff54064f4e46000fff`,
      text: "tcp,tcp_flags=fin|syn|rst|psh|ack|urg|ece|cwr|ns|[200]|[400]|[800]",
    },
    {
      match: { ...TCP, tcpFlags: { value: 0x012, mask: 0x1ff } },
      hex: `${TCP_HEX}ffff55084f4e4600001201ff`,
      text: "tcp,tcp_flags=-fin+syn-rst-psh+ack-urg-ece-cwr-ns",
    },
    {
      match: { ethType: 0x86dd, ipProto: 6, tcpFlags: { value: 0x200, mask: 0x200 } },
      hex: "80000a0286dd8000140106ffff55084f4e460002000200",
      text: "tcp6,tcp_flags=+[200]",
    },
    {
      match: {
        conjId: 4,
        inPort: 1,
        ...TCP,
        tcpSrc: 6,
        tcpDst: 5,
        tcpFlags: { value: 2, mask: 2 },
        tunnelId: 3n,
        reg0: 1,
        reg15: 2,
        pktMark: 3,
        metadata: 5n,
      },
      hex:
        `00014a04000000048000000400000001${TCP_HEX}80001a02000680001c020005ffff55084f4e460000020002` +
        "80004c08000000000000000300010004000000010001" +
        "1e040000000200014204000000038000040800000000" +
        "00000005",
      text:
        "pkt_mark=0x3,conj_id=4,tcp,reg0=0x1,reg15=0x2,tun_id=0x3,metadata=0x5,in_port=1," +
        "tp_src=6,tp_dst=5,tcp_flags=+syn",
    },
  ];

  it.each(vectors)("$text", ({ match, hex, text, read = [] }) => {
    expect(matchHex(match)).toBe(hex);
    const decoded = decode(encode(flowMod({ match })));
    expect(decoded).toMatchObject({ match });
    expect(formatFlow(flowMod({ match }))).toBe(`${text} actions=drop`);
    for (const words of [text, ...read]) {
      const parsed = parseFlow(`${words},actions=drop`).match;
      expect(Object.entries(parsed)).toEqual(Object.entries(match));
    }
  });

  it.each(["SYN", "+syn|ack", "+ae", "+syn-syn", "0x1000", "2/0x1002", "|syn?", "+"])(
    "refuses tcp_flags=%s",
    (flags) => {
      expect(() => parseFlow(`tcp,tcp_flags=${flags},actions=drop`)).toThrow(WireError);
    },
  );

  it("wants TCP for TCP flags", () => {
    for (const match of [{ tcpFlags: 2 }, { ethType: 0x0800, ipProto: 17, tcpFlags: 2 }, { tcpFlagsNxm: 2 }]) {
      expect(() => encode(flowMod({ match }))).toThrow(expect.objectContaining({ code: "badPrerequisite" }));
    }
  });

  it("takes no mask on conj_id and no more than 12 bits of TCP flags", () => {
    expect(() => encode(flowMod({ match: { conjId: { value: 1, mask: 1 } } }))).toThrow(
      expect.objectContaining({ code: "badMask" }),
    );
    expect(() => encode(flowMod({ match: { ...TCP, tcpFlags: 0x1000 } }))).toThrow(
      expect.objectContaining({ code: "outOfRange" }),
    );
  });
});

it("keeps the NXM header of a field that has two", () => {
  const match = { ethType: 0x0800, ipProto: 6, ipv4DstNxm: "10.0.0.1", tcpFlagsNxm: { value: 2, mask: 2 } };
  expect(matchHex(match)).toBe(`${TCP_HEX}000010040a0000010001450400020002`);
  expect(decode(encode(flowMod({ match })))).toMatchObject({ match });
  expect(formatFlow(flowMod({ match }))).toBe("tcp,nw_dst=10.0.0.1,tcp_flags=+syn actions=drop");
});

it("defines no header and no name twice", () => {
  expect(() => createCodec({ experimenters: [nicira, onf] })).not.toThrow();
  expect(() => createCodec({ experimenters: [onf, nicira] })).not.toThrow();
  expect(() => createCodec({ experimenters: [nicira, nicira] })).toThrow(RangeError);
});

it("leaves fields and actions raw in a codec without the extensions", () => {
  const bytes = encode(parseFlow("tcp,tcp_flags=+syn,actions=inc_tcp_seq:5"));
  const plain = createCodec();
  const message = plain.decode(bytes);
  expect(message).toMatchObject({
    match: { "oxm:0xffff:42:0x4f4e4600": { value: "0002", mask: "0002" } },
    instructions: [{ actions: [{ type: "experimenter", experimenter: 0x2320, data: fromHex("0050000000000005") }] }],
  });
  expect(plain.encode(message)).toEqual(bytes);
});

it("checks the bits of a field wherever it falls in a writer's memory", () => {
  const message = flowMod({ match: { ...TCP, tcpFlags: { value: 2, mask: 2 }, conjId: 1 } });
  const expected = encode(message);
  const SLAB = 32_768;
  for (let left = 1; left < expected.length; left++) {
    const codec = createCodec({ experimenters: [nicira, onf] });
    codec.encode(echoRequest({ data: new Uint8Array(SLAB - 8 - left) }));
    expect(codec.encode(message), `with ${left} bytes left`).toEqual(expected);
  }
});
