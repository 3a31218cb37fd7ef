/** Messages of the Nicira and ONF extensions: bytes and texts written by hand, and whatever else they can be. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decode,
  encode,
  encodeInto,
  formatMessage,
  fromHex,
  fromJSON,
  type Message,
  summary,
  toHex,
  toJSON,
  WireError,
} from "../../src/index.ts";
import {
  ctFlush,
  flowMonitorRequest,
  nxPacketIn,
  packetIn2,
  packetIn2Facts,
  requestForward,
  resume,
  roleStatus,
  setAsyncConfig2,
  tlvTableMod,
} from "../../src/nx/index.ts";
import { barrierRequest, createCodec, errorMessage, NO_BUFFER } from "../../src/ofp/index.ts";
import { viewOf } from "../../src/wire/index.ts";
import { extensionKinds } from "../support/arbitrary-extensions.ts";
import { niciraVectors } from "../support/extension-vectors.ts";
import { onfVectors } from "../support/onf-vectors.ts";

const vectors = [...niciraVectors, ...onfVectors];

/** The message, or the code of the WireError. */
function outcome(bytes: Uint8Array): Message | string {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof WireError && error.offset <= bytes.length) return error.code;
    throw error;
  }
}

/** What was read is written the same, and has its texts. */
function expectWhole(bytes: Uint8Array): void {
  const message = outcome(bytes);
  if (typeof message === "string") return;
  expect(decode(encode(message))).toEqual(message);
  expect(fromJSON(JSON.parse(JSON.stringify(toJSON(message))))).toEqual(message);
  expect(formatMessage(message)).not.toBe("");
  expect(summary(message)).toMatch(/^[ -~]{1,500}$/);
}

describe.each(vectors)("$name", ({ value, bytes, ovs }) => {
  it("has these bytes", () => {
    expect(toHex(encode(value))).toBe(toHex(bytes));
    expect(decode(bytes)).toEqual(value);
    const target = new Uint8Array(bytes.length + 5).fill(0xee);
    expect(encodeInto(value, target, 3)).toBe(bytes.length);
    expect(toHex(target)).toBe(`eeeeee${toHex(bytes)}eeee`);
  });

  it("has these words, and is JSON and one line", () => {
    expect(formatMessage(value)).toBe(ovs);
    expectWhole(bytes);
  });

  it("keeps its bytes where nobody knows it", () => {
    const codec = createCodec();
    expect(toHex(codec.encode(codec.decode(bytes)))).toBe(toHex(bytes));
  });

  it("in an error is printed there", () => {
    const text = formatMessage(errorMessage({ errorType: 1, code: 5, data: bytes }));
    expect(text).toBe(`OFPT_ERROR (OF1.3) (xid=0x0): OFPBRC_EPERM\n${ovs}`);
  });

  it("cut anywhere, is an error or another message", () => {
    for (let length = 16; length < bytes.length; length++) {
      expect(outcome(bytes.subarray(0, length))).toBe("truncated");
      const honest = bytes.slice(0, length);
      viewOf(honest).setUint16(2, length);
      expect(outcome(honest)).not.toBe("truncated");
      expectWhole(honest);
    }
  });

  it("with any byte changed, is an error or another message", () => {
    for (let at = 8; at < bytes.length; at++) {
      for (const flip of [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0xff]) {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        expectWhole(damaged);
      }
    }
  });
});

describe.each(Object.entries(extensionKinds))("a random %s", (_, arbitrary) => {
  it("reads back as it was, and has its JSON and its texts", () => {
    fc.assert(
      fc.property(arbitrary, (message) => {
        const bytes = encode(message);
        expect(decode(bytes)).toEqual(message);
        expectWhole(bytes);
      }),
      { numRuns: 100 },
    );
  });
});

it("knows the messages that Open vSwitch 3.1 carries under OpenFlow 1.3", () => {
  const numbers = vectors.flatMap(({ bytes }) => {
    const view = viewOf(bytes);
    return bytes[1] === 4 ? [`${view.getUint32(8).toString(16)}:${view.getUint32(12)}`] : [];
  });
  const nicira = [10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 24, 25, 26, 27, 28, 29, 30, 32].map((code) => `2320:${code}`);
  // Bundles, 2300 and 2301, have a test of their own.
  const onf = [1870, 1871, 1872, 1911, 2350].map((code) => `4f4e4600:${code}`);
  expect([...new Set(numbers)].sort()).toEqual([...nicira, ...onf].sort());
});

describe("a packet-in of properties", () => {
  const data = fromHex("ffffffffffff 00000000000a 0806");

  it("is told together, the last of each counting", () => {
    const message = packetIn2({ data, tableId: 1, match: { inPort: 1 } });
    const facts = packetIn2Facts({
      properties: [...message.properties, { type: "tableId", tableId: 2 }, { type: "unknown", code: 99, data }],
    });
    expect(facts).toEqual({
      ...{ data, totalLen: 14, bufferId: NO_BUFFER, tableId: 2, cookie: 0xffff_ffff_ffff_ffffn, reason: 0 },
      ...{ match: { inPort: 1 }, userdata: new Uint8Array() },
    });
  });

  it("is resumed changed where that is asked for, without its userdata", () => {
    const message = packetIn2({
      ...{ data, userdata: fromHex("05"), match: { inPort: 1 } },
      continuation: [{ type: "conntracked" }],
    });
    const changed = resume(message, { xid: 7, data: fromHex("00"), match: { inPort: 2 } });
    expect(changed.xid).toBe(7);
    expect(packetIn2Facts(changed)).toMatchObject({
      ...{ data: fromHex("00"), match: { inPort: 2 }, userdata: new Uint8Array() },
      continuation: [{ type: "conntracked" }],
    });
  });

  it("keeps the bytes of a continuation that it cannot read", () => {
    const hex = `0404 0020 00000000 00002320 0000001e 0008 0010 00000000 8006 0004 00000000`;
    const message = decode(fromHex(hex));
    const unknown = { type: "unknown", code: 8, data: fromHex("00000000 8006000400000000") };
    expect(message).toEqual({ type: "packetIn2", xid: 0, properties: [unknown] });
    expect(toHex(encode(message))).toBe(toHex(fromHex(hex)));
  });

  it("keeps a property of an unusual length", () => {
    const hex = "0404 0028 00000000 00002320 0000001e 0000 0005 01 000000 0003 0008 05 060708 0009 0005 01000000";
    const message = decode(fromHex(hex));
    expect(message).toMatchObject({ properties: [{ type: "packet" }, { code: 3 }, { code: 9 }] });
    expect(toHex(encode(message))).toBe(toHex(fromHex(hex)));
    // Open vSwitch takes the first byte of the table.
    expect(formatMessage(message)).toContain(" table_id=5 ");
  });
});

describe("a request to watch flows", () => {
  it("keeps a length of the match that is not the match's", () => {
    const hex =
      "04120030 00000002 ffff0000 00000000 4f4e4600 0000074e 00000001 0002 0009 ffffffff ff 000000 00010004 00000000";
    const message = decode(fromHex(hex));
    expect(message).toMatchObject({ body: { monitors: [{ matchLen: 9, match: {} }] } });
    expect(toHex(encode(message))).toBe(toHex(fromHex(hex)));
  });

  it("without a match is an error", () => {
    const hex = "04120028 00000002 ffff0000 00000000 4f4e4600 0000074e 00000001 0002 0000 ffffffff ff 000000";
    expect(() => decode(fromHex(hex))).toThrow(
      expect.objectContaining({ code: "badLength", path: "multipartRequest.body.monitors[0].match" }),
    );
  });
});

it("forwards no request that holds another message", () => {
  const inner = requestForward({ message: barrierRequest() });
  expect(() => encode(requestForward({ message: inner as never }))).toThrow(
    expect.objectContaining({ code: "tooDeep", path: "requestForward.message" }),
  );
  const nested = `0404 0028 00000000 4f4e4600 0000092e ${toHex(encode(inner))}`;
  expect(() => decode(fromHex(nested))).toThrow(expect.objectContaining({ code: "tooDeep" }));
});

it("prints what is cut short in an error by its name", () => {
  const { bytes } = vectors.find(({ name }) => name === "ONFST_FLOW_MONITOR request") ?? { bytes: new Uint8Array() };
  const text = formatMessage(errorMessage({ errorType: 1, code: 5, data: bytes.subarray(0, 64) }));
  expect(text.split("\n").slice(1, 3)).toEqual([
    "ONFST_FLOW_MONITOR request (OF1.3) (xid=0x2):",
    "(***truncated to 64 bytes from 80***)",
  ]);
});

it.each<[string, () => unknown]>([
  ["data", () => packetIn2({} as never)],
  ["tableId", () => packetIn2({ data: new Uint8Array(), tableId: 256 })],
  ["continuation", () => packetIn2({ data: new Uint8Array(), continuation: [5 as never] })],
  ["changes.data", () => resume(packetIn2({ data: new Uint8Array() }), { data: "x" as never })],
  ["monitors[0].flags", () => flowMonitorRequest({ monitors: [{ id: 1, flags: -1 }] })],
  ["origTuple.src", () => ctFlush({ origTuple: { src: "10.0.0" } })],
  ["replyTuple.ports", () => ctFlush({ replyTuple: { ports: 1 } as never })],
  ["mappings[0].index", () => tlvTableMod({ command: 0, mappings: [{ optionClass: 0 } as never] })],
  ["properties[0]", () => setAsyncConfig2({ properties: [null as never] })],
  ["reason", () => roleStatus({ role: 1 } as never)],
  ["totalLen", () => nxPacketIn({ totalLen: 70_000 })],
])("names the wrong argument %s", (name, build) => {
  expect(build).toThrow(name === "mappings[0].index" ? "mappings[0]" : name);
});
