import { describe, expect, it } from "vitest";
import { decode, encode, parseFlow, WireError } from "../../src/index.ts";
import { finTimeout, note, regLoad, resubmit, resubmitTable } from "../../src/nx/index.ts";
import { applyActions, flowMod, Port } from "../../src/ofp/index.ts";
import { actionHex, checkVector, decodedAction, flowBytes } from "./vectors.ts";

const TCP = { match: { ethType: 0x0800, ipProto: 6 }, matchText: "tcp" };

// Bytes: what ovs-ofctl 3.1.0 sends for `add-flow … actions=<text>` under OpenFlow 1.3. Text: what its ofp-print makes of them.
describe("resubmit, as ovs-ofctl sends and prints it", () => {
  it.each([
    {
      value: resubmitTable(255, 5),
      text: "resubmit:5",
      hex: "ffff0010000023 20000e0005ff000000",
      alsoRead: ["resubmit(5)", "resubmit(5,255)"],
    },
    { value: resubmitTable(3, 5), text: "resubmit(5,3)", hex: "ffff001000002320 000e0005 03000000" },
    {
      value: resubmitTable(3),
      text: "resubmit(,3)",
      hex: "ffff001000002320 000efff8 03000000",
      alsoRead: ["resubmit(in_port,3)", "resubmit(IN_PORT, 3)"],
    },
    { value: resubmitTable(0, 1), text: "resubmit(1,0)", hex: "ffff001000002320 000e0001 00000000" },
    { value: resubmitTable(255, Port.local), text: "resubmit:LOCAL", hex: "ffff001000002320 000efffe ff000000" },
    { value: resubmitTable(3, Port.any), text: "resubmit(ANY,3)", hex: "ffff001000002320 000effff 03000000" },
  ])("$text", checkVector);

  it("keeps the older action without a table apart", () => {
    expect(actionHex(resubmit(5))).toBe("ffff0010000023200001000500000000");
    expect(decodedAction("ffff0010000023200001000500000000")).toEqual(resubmit(5));
  });

  it("keeps the variant for tracked connections apart", () => {
    const value = { type: "resubmitTableCt", inPort: Port.inPort, tableId: 3 } as const;
    expect(actionHex(value)).toBe("ffff001000002320002cfff803000000");
    expect(decodedAction("ffff001000002320002cfff803000000")).toEqual(value);
  });

  it.each(["resubmit", "resubmit:", "resubmit(,)", "resubmit:in_port", "resubmit(,255)", "resubmit(5,256)"])(
    "refuses %s, as ovs-ofctl does",
    (text) => {
      expect(() => parseFlow(`actions=${text}`)).toThrow(WireError);
    },
  );

  it("refuses a port that has no 16-bit number", () => {
    expect(() => resubmit(0xff00)).toThrow(RangeError);
    expect(() => resubmitTable(3, 70_000)).toThrow(RangeError);
    expect(() => resubmitTable(256)).toThrow(RangeError);
    expect(() => encode(flowMod({ instructions: [applyActions([{ type: "resubmit", inPort: 70_000 }])] }))).toThrow(
      expect.objectContaining({ code: "outOfRange", path: "flowMod.instructions[0].actions[0].resubmit.inPort" }),
    );
  });
});

describe("load, as ovs-ofctl sends and prints it", () => {
  it.each([
    {
      value: regLoad({ field: "reg0", offset: 0, bits: 16 }, 5),
      text: "load:0x5->NXM_NX_REG0[0..15]",
      hex: "ffff001800002320 0007 000f 00010004 0000000000000005",
      alsoRead: ["load:5->reg0[0..15]", "load:5->NXM_NX_REG0[0..15]", "load:005->reg0[0..15]"],
    },
    {
      value: regLoad({ field: "reg15", offset: 0, bits: 32 }, 5n),
      text: "load:0x5->NXM_NX_REG15[]",
      hex: "ffff001800002320 0007 001f 00011e04 0000000000000005",
      alsoRead: ["load:5->reg15", "load:5->reg15[0..31]"],
    },
    {
      value: regLoad({ field: "ethDstNxm", offset: 0, bits: 48 }, 5),
      text: "load:0x5->NXM_OF_ETH_DST[]",
      hex: "ffff001800002320 0007 002f 00000206 0000000000000005",
      alsoRead: ["load:5->eth_dst", "load:5->dl_dst"],
    },
    {
      value: regLoad({ field: "metadata", offset: 0, bits: 64 }, 2n ** 64n - 1n),
      text: "load:0xffffffffffffffff->OXM_OF_METADATA[]",
      hex: "ffff001800002320 0007 003f 80000408 ffffffffffffffff",
      alsoRead: ["load:18446744073709551615->metadata"],
    },
    {
      value: regLoad({ field: "pktMark", offset: 0, bits: 32 }, 5),
      text: "load:0x5->NXM_NX_PKT_MARK[]",
      hex: "ffff001800002320 0007 001f 00014204 0000000000000005",
    },
    {
      value: regLoad({ field: "tunnelIdNxm", offset: 0, bits: 64 }, 5),
      text: "load:0x5->NXM_NX_TUN_ID[]",
      hex: "ffff001800002320 0007 003f 00012008 0000000000000005",
      alsoRead: ["load:5->tun_id"],
    },
    {
      ...TCP,
      value: regLoad({ field: "tcpDstNxm", offset: 0, bits: 16 }, 5),
      text: "load:0x5->NXM_OF_TCP_DST[]",
      hex: "ffff001800002320 0007 000f 00001402 0000000000000005",
      alsoRead: ["load:5->tcp_dst", "load:5->tp_dst"],
    },
    {
      value: regLoad({ field: "inPortNxm", offset: 0, bits: 16 }, 5),
      text: "load:0x5->NXM_OF_IN_PORT[]",
      hex: "ffff001800002320 0007 000f 00000002 0000000000000005",
      alsoRead: ["load:5->in_port"],
    },
    {
      value: regLoad({ field: "inPort", offset: 0, bits: 32 }, 5),
      text: "load:0x5->OXM_OF_IN_PORT[]",
      hex: "ffff001800002320 0007 001f 80000004 0000000000000005",
      alsoRead: ["load:5->in_port_oxm"],
    },
  ])("$text", checkVector);

  it("writes one bit and a middle range", () => {
    expect(actionHex(regLoad({ field: "reg0", offset: 3, bits: 1 }, 1))).toBe(
      "ffff001800002320000700c0000100040000000000000001",
    );
    expect(actionHex(regLoad({ field: "reg0", offset: 8, bits: 8 }, 0xff))).toBe(
      "ffff00180000232000070207" + "00010004" + "00000000000000ff",
    );
  });

  it.each([
    ["5->reg0[3]", "outOfRange"],
    ["0x1ff->NXM_NX_REG1[0..7]", "outOfRange"],
    ["-1->reg0", "outOfRange"],
    ["18446744073709551616->metadata", "outOfRange"],
    ["5->reg0[0..15", "syntax"],
    ["5->reg0[31..0]", "outOfRange"],
    ["5->reg0[32]", "outOfRange"],
    ["5->reg0[0..15]x", "syntax"],
    ["5->nosuch", "unknownField"],
    ["5->Reg0", "unknownField"],
    ["5", "syntax"],
  ])("refuses load:%s, as ovs-ofctl does", (argument, code) => {
    expect(() => parseFlow(`actions=load:${argument}`)).toThrow(expect.objectContaining({ code }));
  });

  it("keeps the bytes of a load into a field that no table has", () => {
    const hex = "ffff001800002320 0007 001f 0001fe04 0000000000000005".replaceAll(" ", "");
    const action = decodedAction(hex);
    expect(action).toMatchObject({ type: "experimenter", experimenter: 0x2320 });
    expect(action && actionHex(action)).toBe(hex);
  });

  it.each([
    ["more bits than the field has", "ffff001800002320 0007 0020 00010004 0000000000000005", "outOfRange"],
    ["a value that does not fit the bits", "ffff001800002320 0007 0000 00010004 0000000000000002", "outOfRange"],
    ["a length of its own", "ffff002000002320 0007 001f 00010004 0000000000000005 0000000000000000", "badLength"],
    ["less than its length", "ffff001000002320 0007 001f 00010004", "badLength"],
  ])("refuses bytes with %s", (_, hex, code) => {
    expect(() => decode(flowBytes(hex))).toThrow(expect.objectContaining({ code }));
  });

  it("refuses to be built with numbers that cannot be", () => {
    expect(() => regLoad({ field: "reg0", offset: 0, bits: 8 }, 256)).toThrow(RangeError);
    expect(() => regLoad({ field: "reg0", offset: 0, bits: 0 }, 0)).toThrow(RangeError);
    expect(() => regLoad({ field: "reg0", offset: 0, bits: 65 }, 0)).toThrow(RangeError);
    expect(() => regLoad({ field: "reg0", offset: -1, bits: 8 }, 0)).toThrow(RangeError);
    expect(() => regLoad({ field: "reg0", offset: 0, bits: 8 }, 0.5)).toThrow(RangeError);
    expect(() => regLoad({ field: "reg0", offset: 0, bits: 8 }, -1n)).toThrow(RangeError);
    expect(() => regLoad({ field: 5 as never, offset: 0, bits: 8 }, 0)).toThrow(TypeError);
    expect(() => regLoad(undefined as never, 0)).toThrow(TypeError);
    expect(() => regLoad({ field: "reg0", offset: 0, bits: 8 }, "5" as never)).toThrow(TypeError);
  });

  it("says where a field is wrong that only encoding can know", () => {
    const flow = (field: string, bits: number) =>
      flowMod({ instructions: [applyActions([regLoad({ field, offset: 0, bits }, 0)])] });
    const path = "flowMod.instructions[0].actions[0].regLoad.dst";
    expect(() => encode(flow("nosuch", 8))).toThrow(expect.objectContaining({ code: "unknownField", path }));
    expect(() => encode(flow("reg0", 33))).toThrow(expect.objectContaining({ code: "outOfRange", path }));
    expect(() => encode(flow("tcpFlags", 8))).toThrow(expect.objectContaining({ code: "unsupported", path }));
  });
});

describe("note, as ovs-ofctl sends and prints it", () => {
  it.each([
    {
      value: note(Uint8Array.of(1, 2)),
      text: "note:01.02.00.00.00.00",
      hex: "ffff001000002320 0008 010200000000",
      alsoRead: ["note:01.02", "note:0102", "note(01.02)"],
    },
    {
      value: note(new Uint8Array()),
      text: "note:00.00.00.00.00.00",
      hex: "ffff001000002320 0008 000000000000",
      alsoRead: ["note:", "note"],
    },
    {
      value: note(Uint8Array.of(1, 2, 3, 4, 5, 6)),
      text: "note:01.02.03.04.05.06",
      hex: "ffff001000002320 0008 010203040506",
    },
    {
      value: note(Uint8Array.of(1, 2, 3, 4, 5, 6, 7)),
      text: "note:01.02.03.04.05.06.07.00.00.00.00.00.00.00",
      hex: "ffff001800002320 0008 0102030405060700000000000000",
    },
  ])("$text", checkVector);

  it("fills up data that never saw the builder", () => {
    expect(actionHex({ type: "note", data: Uint8Array.of(1, 2) })).toBe("ffff0010000023200008010200000000");
  });

  it("copies its data", () => {
    const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const action = note(data);
    data[0] = 9;
    expect(action.data[0]).toBe(1);
  });

  it.each(["note:1.2", "note:zz", "note:012", "note:01..02"])("refuses %s", (text) => {
    expect(() => parseFlow(`actions=${text}`)).toThrow(expect.objectContaining({ code: "syntax" }));
  });

  it("has an end", () => {
    expect(() => note(new Uint8Array(65_519))).toThrow(RangeError);
    expect(() => note("01" as never)).toThrow(TypeError);
  });
});

describe("fin_timeout, as ovs-ofctl sends and prints it", () => {
  it.each([
    {
      ...TCP,
      value: finTimeout({ idleTimeout: 5, hardTimeout: 10 }),
      text: "fin_timeout(idle_timeout=5,hard_timeout=10)",
      hex: "ffff001000002320 0013 0005 000a 0000",
      alsoRead: ["fin_timeout(hard_timeout=10 idle_timeout=5)"],
    },
    {
      ...TCP,
      value: finTimeout({ idleTimeout: 5 }),
      text: "fin_timeout(idle_timeout=5)",
      hex: "ffff001000002320 0013 0005 0000 0000",
    },
    {
      ...TCP,
      value: finTimeout({ hardTimeout: 10 }),
      text: "fin_timeout(hard_timeout=10)",
      hex: "ffff001000002320 0013 0000 000a 0000",
    },
    {
      ...TCP,
      value: finTimeout({}),
      text: "fin_timeout()",
      hex: "ffff001000002320 0013 0000 0000 0000",
      alsoRead: ["fin_timeout"],
    },
  ])("$text", checkVector);

  it("refuses other words and numbers", () => {
    for (const argument of ["5", "idle_timeout=65536", "idle_timeout=", "idle=5", "idle_timeout=-1"]) {
      expect(() => parseFlow(`tcp,actions=fin_timeout(${argument})`)).toThrow(WireError);
    }
    expect(() => finTimeout({ idleTimeout: 65_536 })).toThrow(RangeError);
    expect(() => finTimeout({ hardTimeout: "1" as never })).toThrow(TypeError);
    expect(() => finTimeout(undefined as never)).toThrow(TypeError);
  });
});

it("reads a subfield in time linear in its blanks", () => {
  const blanks = " ".repeat(200_000);
  expect(() => parseFlow(`actions=load(0x1->reg0${blanks}x)`)).toThrow(WireError);
});
