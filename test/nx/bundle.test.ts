/** Bundles of EXT-230: bytes written by hand from the structs of OpenFlow 1.4.1 §7.3.9, texts of ovs-ofctl 3.1.0. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, formatMessage, fromJSON, type Message, summary, toJSON, WireError } from "../../src/index.ts";
import { BundleControlType, BundleFlags, bundleAdd, bundleControl, incTcpSeq } from "../../src/nx/index.ts";
import { applyActions, barrierRequest, experimenterMessage, flowMod, output } from "../../src/ofp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";
import { annotated } from "../support/vector.ts";

const flow = flowMod({
  xid: 7,
  priority: 5,
  match: { ethType: 0x0800, ipProto: 6 },
  instructions: [applyActions([incTcpSeq(16), output(2)])],
});

const flowHex = `
  04 0e 0068 00000007                     # the flow-mod, of the same xid
  0000000000000000 0000000000000000       # cookie and mask
  00 00 0000 0000 0005                    # table, command, timeouts, priority
  ffffffff ffffffff ffffffff 0000 0000    # buffer, out_port, out_group, flags, padding
  0001 000f 80000a020800 8000140106 00    # match: eth_type, ip_proto
  0004 0028 00000000                      # apply_actions
  ffff 0010 00002320 0050 0000 00000010   # inc_tcp_seq:16
  0000 0010 00000002 0000 000000000000    # output:2
`;

const vectors: readonly { name: string; value: Message; bytes: Uint8Array; ovs: string }[] = [
  {
    name: "a request to open",
    value: bundleControl({ xid: 7, bundleId: 0xab, controlType: BundleControlType.openRequest }),
    bytes: annotated(`
      04 04 0018 00000007   # OFPT_EXPERIMENTER
      4f4e4600 000008fc     # the ONF, ONF_ET_BUNDLE_CONTROL
      000000ab 0000 0003    # bundle, OPEN_REQUEST, atomic and ordered
    `),
    ovs: "ONFT_BUNDLE_CONTROL (OF1.3) (xid=0x7):\n bundle_id=0xab type=OPEN_REQUEST flags=atomic ordered",
  },
  {
    name: "a reply to a commit, without flags",
    value: bundleControl({ xid: 1, bundleId: 0, controlType: BundleControlType.commitReply, flags: 0 }),
    bytes: annotated("04 04 0018 00000001 4f4e4600 000008fc 00000000 0005 0000"),
    ovs: "ONFT_BUNDLE_CONTROL (OF1.3) (xid=0x1):\n bundle_id=0 type=COMMIT_REPLY flags=0",
  },
  {
    name: "a request of no known kind, with properties",
    value: bundleControl({
      xid: 1,
      bundleId: 1,
      controlType: 9,
      flags: 0x80,
      properties: [
        { type: "experimenter", experimenter: 0x4f4e4600, expType: 1, data: new Uint8Array() },
        { type: "unknown", code: 5, data: fromHex("0102") },
      ],
    }),
    bytes: annotated(`
      04 04 0030 00000001
      4f4e4600 000008fc 00000001 0009 0080
      ffff 000c 4f4e4600 00000001 00000000    # a property of 12 bytes, and 4 zeros
      0005 0006 0102 0000                     # one of 6, and 2
    `),
    ovs: "ONFT_BUNDLE_CONTROL (OF1.3) (xid=0x1):\n bundle_id=0x1 type= flags=0x80",
  },
  {
    name: "a flow-mod in a bundle",
    value: bundleAdd({ xid: 7, bundleId: 0xab, message: flow }),
    bytes: annotated(`
      04 04 0080 00000007
      4f4e4600 000008fd     # ONF_ET_BUNDLE_ADD_MESSAGE
      000000ab 0000 0003    # bundle, padding, atomic and ordered
      ${flowHex}
    `),
    ovs:
      "ONFT_BUNDLE_ADD_MESSAGE (OF1.3) (xid=0x7):\n bundle_id=0xab flags=atomic ordered\n" +
      "OFPT_FLOW_MOD (OF1.3) (xid=0x7): ADD priority=5,tcp actions=inc_tcp_seq:16,output:2",
  },
  {
    name: "the same with a property",
    value: bundleAdd({
      xid: 7,
      bundleId: 1,
      flags: BundleFlags.ordered,
      message: flow,
      properties: [{ type: "experimenter", experimenter: 1, expType: 2, data: fromHex("03040506") }],
    }),
    bytes: annotated(`
      04 04 0090 00000007
      4f4e4600 000008fd 00000001 0000 0002
      ${flowHex}
      ffff 0010 00000001 00000002 03040506
    `),
    ovs:
      "ONFT_BUNDLE_ADD_MESSAGE (OF1.3) (xid=0x7):\n bundle_id=0x1 flags=ordered\n" +
      "OFPT_FLOW_MOD (OF1.3) (xid=0x7): ADD priority=5,tcp actions=inc_tcp_seq:16,output:2",
  },
];

describe.each(vectors)("$name", ({ value, bytes, ovs }) => {
  it("has these bytes", () => {
    expect(toHex(encode(value))).toBe(toHex(bytes));
    expect(decode(bytes)).toEqual(value);
  });

  it("has these words and is JSON", () => {
    expect(formatMessage(value)).toBe(ovs);
    expect(fromJSON(JSON.parse(JSON.stringify(toJSON(value))))).toEqual(value);
    expect(summary(value)).toMatch(/^bundle(Control|Add) xid=\d+ bundleId=/);
  });
});

/** The code and the path of the WireError. */
function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WireError) return `${error.code} ${error.path} ${error.offset}`;
  }
  throw new Error("no WireError");
}

describe("a message in a bundle", () => {
  it("gets the xid of the one around it, whatever its own and however that is given", () => {
    const value = bundleAdd({ xid: 1, bundleId: 1, message: flow });
    expect(value.message.xid).toBe(1);
    for (const bytes of [encode(value, { xid: 9 }), encode({ ...value, xid: 9, message: flow })]) {
      expect(decode(bytes)).toMatchObject({ xid: 9, message: { xid: 9 } });
    }
  });

  it("of another xid is an error", () => {
    const bytes = encode(bundleAdd({ xid: 7, bundleId: 1, message: flow }));
    bytes[31] = 8;
    expect(failure(() => decode(bytes))).toBe("badValue bundleAdd.message.xid 28");
  });

  it("may be any other, for whoever takes it; ovs-ofctl does not", () => {
    const value = bundleAdd({ xid: 1, bundleId: 1, message: barrierRequest() });
    expect(decode(encode(value))).toEqual(value);
    expect(formatMessage(value)).toMatch(/^ONFT_BUNDLE_ADD_MESSAGE .*: \*\*\*decode error: OFPBFC_MSG_UNSUP\*\*\*\n/);
  });

  it("is no other bundle's message, in no depth", () => {
    const inner = bundleAdd({ bundleId: 1, message: flow });
    expect(failure(() => encode({ ...inner, message: inner as never }))).toBe("tooDeep bundleAdd.message 24");
    const self: { message: unknown } & Record<string, unknown> = { ...inner };
    self.message = self;
    expect(failure(() => encode(self as unknown as Message))).toBe("tooDeep bundleAdd.message 24");
    const raw = experimenterMessage({ experimenter: 0x4f4e4600, expType: 2301, data: new Uint8Array(8) });
    expect(failure(() => encode({ ...inner, message: raw }))).toBe("tooDeep bundleAdd.message 24");
    // Levels of 24 bytes each, as many as a message has room for.
    const deep = new Uint8Array(24 * 2730);
    const view = new DataView(deep.buffer);
    for (let at = 0; at < deep.length; at += 24) {
      deep.set([4, 4], at);
      view.setUint16(at + 2, deep.length - at);
      view.setUint32(at + 8, 0x4f4e4600);
      view.setUint32(at + 12, 2301);
    }
    expect(failure(() => decode(deep))).toBe("tooDeep bundleAdd.message 24");
  });

  it("tells where it is damaged", () => {
    const bytes = encode(bundleAdd({ xid: 7, bundleId: 1, message: flow }));
    bytes[24 + 8 + 40 + 3] = 3;
    expect(failure(() => decode(bytes))).toBe("badLength bundleAdd.message.flowMod.match 74");
    const short = bytes.slice(0, 28);
    short[3] = 28;
    expect(failure(() => decode(short))).toBe("badLength bundleAdd.message 24");
  });
});

it.each([
  ["ends in the middle", "04040020000000014f4e4600000008fc00000001000000030005000a01020304"],
  ["is shorter than its header", "04040020000000014f4e4600000008fc00000001000000030005000301020304"],
  ["has no room for an experimenter", "04040020000000014f4e4600000008fc0000000100000003ffff000601020000"],
])("a property that %s is an error", (_, hex) => {
  expect(failure(() => decode(fromHex(hex)))).toMatch(/^badLength bundleControl\.properties\[0\]/);
});

it("damaged anywhere, is a message or a WireError, and what it is comes back", () => {
  const originals = vectors.map(({ bytes }) => bytes);
  const place = fc.double({ min: 0, max: 0.999, noNaN: true });
  let read = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...originals),
      fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
      (bytes, changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [where, value] of changes) damaged[8 + Math.floor(where * (damaged.length - 8))] = value;
        let message: Message;
        try {
          message = decode(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        read++;
        // Padding may be lost, nothing else.
        expect(decode(encode(message))).toEqual(message);
        expect(formatMessage(message)).not.toBe("");
      },
    ),
    { numRuns: 2000, seed: 8 },
  );
  expect(read).toBeGreaterThan(200);
});

it("names a wrong argument", () => {
  expect(() => bundleControl({ bundleId: -1, controlType: 0 })).toThrow("bundleId");
  expect(() => bundleControl({ bundleId: 1, controlType: 0x10000 })).toThrow("controlType");
  expect(() => bundleAdd({ bundleId: 1, flags: 1.5, message: flow })).toThrow("flags");
  expect(() => bundleAdd({ bundleId: 1 } as never)).toThrow("message");
});
