import { describe, expect, it } from "vitest";
import { createCodec, echoRequest, errorMessage, hello, summary } from "../../src/ofp/index.ts";
import { fromHex, toHex, WireError } from "../../src/wire/index.ts";
import { messageVectors } from "../support/message-vectors.ts";

const codec = createCodec();

function codeOf(run: () => unknown): string {
  try {
    run();
    return "nothing thrown";
  } catch (error) {
    return error instanceof WireError ? error.code : String(error);
  }
}

describe.each(messageVectors)("$name", ({ value, bytes }) => {
  it("is written as by hand", () => {
    expect(toHex(codec.encode(value))).toBe(toHex(bytes));
  });

  it("is read as meant", () => {
    expect(codec.decode(bytes)).toEqual(value);
  });

  it("is read from the middle of a larger buffer", () => {
    const larger = new Uint8Array(bytes.length + 10).fill(0xee);
    larger.set(bytes, 5);
    expect(codec.decode(larger.subarray(5, 5 + bytes.length))).toEqual(value);
  });

  it("is written into a buffer of the caller's, at any offset, and nowhere else", () => {
    const target = new Uint8Array(bytes.length + 7).fill(0xee);
    expect(codec.encodeInto(value, target, 3)).toBe(bytes.length);
    expect(toHex(target)).toBe(`eeeeee${toHex(bytes)}eeeeeeee`);
  });

  it("does not fit any buffer that is too small", () => {
    for (let size = 0; size < bytes.length; size++) {
      expect(codeOf(() => codec.encodeInto(value, new Uint8Array(size)))).toBe("noSpace");
    }
  });

  it("is JSON and back", () => {
    expect(codec.fromJSON(JSON.parse(JSON.stringify(codec.toJSON(value))))).toEqual(value);
  });

  it("is one printable line", () => {
    expect(summary(value)).toMatch(/^[ -~]{1,500}$/);
  });
});

it("never overwrites what encode returned", () => {
  const results = messageVectors.map(({ value }) => codec.encode(value));
  for (let round = 0; round < 20; round++) for (const { value } of messageVectors) codec.encode(value);
  expect(results.map(toHex)).toEqual(messageVectors.map(({ bytes }) => toHex(bytes)));
});

it("keeps what encode returned when a later message cannot be encoded", () => {
  const first = codec.encode(echoRequest({ data: fromHex("01") }));
  expect(codeOf(() => codec.encode(echoRequest({ data: new Uint8Array(70_000) })))).toBe("tooLong");
  const second = codec.encode(echoRequest({ data: fromHex("02") }));
  expect([toHex(first), toHex(second)]).toEqual(["040200090000000001", "040200090000000002"]);
});

describe("the xid", () => {
  it("is the message's own", () => {
    expect(toHex(codec.encode(echoRequest({ xid: 5 })))).toBe("0402000800000005");
  });

  it("is the option's when there is one, 0 included", () => {
    expect(toHex(codec.encode(echoRequest({ xid: 5 }), { xid: 0xfffffffe }))).toBe("04020008fffffffe");
    expect(toHex(codec.encode(echoRequest({ xid: 5 }), { xid: 0 }))).toBe("0402000800000000");
    const target = new Uint8Array(8);
    codec.encodeInto(echoRequest({ xid: 5 }), target, 0, { xid: 6 });
    expect(toHex(target)).toBe("0402000800000006");
  });

  it("is 0 for a message of a caller without types that has none", () => {
    const without = { type: "echoRequest", data: fromHex("") };
    expect(toHex(codec.encode(without as never))).toBe("0402000800000000");
  });

  it.each([-1, 2 ** 32, 1.5, Number.NaN, "1", 1n])("is no %s", (xid) => {
    expect(["outOfRange", "badValue"]).toContain(codeOf(() => codec.encode(echoRequest(), { xid: xid as number })));
  });
});

describe("the version", () => {
  it.each([0, 1, 2, 3, 5, 6, 0x83, 255])("%i is fine in a hello and in an error", (version) => {
    const greeting = { ...hello(), version };
    const refusal = errorMessage({ version, errorType: 0, code: 0 });
    expect(codec.decode(codec.encode(greeting))).toEqual(greeting);
    expect(codec.decode(codec.encode(refusal))).toEqual(refusal);
  });

  it("must be 4 in everything else", () => {
    for (const { bytes } of messageVectors.filter(({ value }) => value.type !== "hello" && value.type !== "error")) {
      const other = bytes.slice();
      other[0] = 1;
      expect(codeOf(() => codec.decode(other))).toBe("badVersion");
    }
  });
});

describe("the length in the header", () => {
  const bytes = fromHex("0402 000a 00000001 dead");

  it("beyond the bytes that are there says that more must come", () => {
    expect(codeOf(() => codec.decode(bytes.subarray(0, 9)))).toBe("truncated");
    expect(codeOf(() => codec.decode(bytes.subarray(0, 3)))).toBe("truncated");
  });

  it("below the bytes that are there is an error", () => {
    expect(codeOf(() => codec.decode(fromHex("0402 0009 00000001 dead")))).toBe("trailing");
  });

  it("below 8 is an error", () => {
    expect(codeOf(() => codec.decode(fromHex("0402 0007 00000001 dead")))).toBe("badLength");
  });

  it.each([
    ["features reply, one byte short", "0406 001f 00000000 0000000000000001 00000000 00 00 0000 00000000 000000"],
    ["features reply, one byte long", "0406 0021 00000000 0000000000000001 00000000 00 00 0000 00000000 00000000 00"],
    ["barrier request with a body", "0414 0009 00000000 00"],
    ["set-config without flags", "0409 000a 00000000 0080"],
    ["error without code", "0401 000a 00000000 0001"],
    ["experimenter's error without experimenter", "0401 000c 00000000 ffff 0001"],
    ["experimenter message without type", "0404 000c 00000000 00000001"],
    ["packet-in without the pad", "040a 0020 00000000 ffffffff 0000 00 00 0000000000000000 0001 0004 00000000"],
    ["packet-out with more actions than body", "040d 0018 00000000 ffffffff fffffffd 0008 000000000000"],
    ["desc request with a body", "0412 0011 00000000 0000 0000 00000000 00"],
    ["port-desc reply with half a port", `0413 0030 00000000 000d 0000 00000000 ${"00".repeat(32)}`],
    ["hello element shorter than its header", "0400 000c 00000000 0001 0003"],
    ["hello element longer than the message", "0400 000c 00000000 0001 0008"],
  ])("that contradicts the body is badLength: %s", (_, text) => {
    expect(codeOf(() => codec.decode(fromHex(text)))).toBe("badLength");
  });
});

describe("what is not understood", () => {
  it.each([
    ["a message", "0423 000a 00000001 0102"],
    ["a group-mod, for now", "040f 0010 00000001 0000 00 00 00000001"],
    ["a multipart type", "0412 0012 00000001 0063 0001 00000000 0102"],
    ["an experimenter's message", "0404 0012 00000001 00002320 00000014 abcd"],
    ["an experimenter's multipart body", "0413 001a 00000001 ffff 0000 00000000 00002320 00000002 abcd"],
    ["a hello element", "0400 0018 00000001 0002 0005 ff 000000 0001 0008 00000010"],
  ])("survives byte for byte: %s", (_, text) => {
    const bytes = fromHex(text);
    expect(toHex(codec.encode(codec.decode(bytes)))).toBe(toHex(bytes));
  });

  it("is an error when it is asked for", () => {
    expect(codeOf(() => codec.encode({ type: "nonsense" } as never))).toBe("badType");
    expect(
      codeOf(() => codec.encode({ type: "multipartRequest", flags: 0, body: { type: "nonsense" } } as never)),
    ).toBe("badType");
  });

  it.each([null, undefined, 5, "flowMod", [], {}, { type: 5 }])("is no message: %s", (value) => {
    expect(codeOf(() => codec.encode(value as never))).toBe("badValue");
    expect(codeOf(() => codec.encodeInto(value as never, new Uint8Array(100)))).toBe("badValue");
    expect(codeOf(() => codec.decode(value as never))).toBe("badValue");
  });
});

describe("an error says where", () => {
  it.each([
    ["0412 0018 00000000 0001 0000 00000000 00 000000 ffffffff", "multipartRequest.body", 16],
    ["0413 001c 00000000 0001 0000 00000000 0038 00 00 00000000 00000000", "multipartReply.body.flows[0]", 18],
    ["040d 0020 00000000 ffffffff fffffffd 0008 000000000000 0000 000c 00000001", "packetOut.actions[0]", 26],
  ])("when it reads %s", (text, path, offset) => {
    try {
      codec.decode(fromHex(text));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: "WireError", path, offset });
    }
  });

  it("when it writes", () => {
    const wrong = {
      type: "packetOut",
      bufferId: 0,
      inPort: 0,
      actions: [{ type: "output", port: -1 }],
      data: fromHex(""),
    };
    try {
      codec.encode(wrong as never);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "outOfRange", path: "packetOut.actions[0].output.port" });
    }
  });
});

describe("a hello", () => {
  it.each([
    ["a bitmap more than its versions need", "0400001800000001 0001000c 00000012 00000000 00000000", [1, 4], 2],
    ["an empty bitmap", "0400001000000001 00010008 00000000", [], 1],
  ])("with %s keeps it", (_, hex, versions, bitmaps) => {
    const bytes = fromHex(hex);
    expect(codec.decode(bytes)).toMatchObject({ elements: [{ type: "versionBitmap", versions, bitmaps }] });
    expect(toHex(codec.encode(codec.decode(bytes)))).toBe(toHex(bytes));
  });

  it.each([-1, 9, 1.5, "2", null])("cannot have %s bitmaps", (bitmaps) => {
    const elements = [{ type: "versionBitmap", versions: [4], bitmaps: bitmaps as number }] as const;
    expect(() => codec.encode({ type: "hello", xid: 0, version: 4, elements })).toThrow(
      expect.objectContaining({ code: "outOfRange", path: "hello.elements[0].bitmaps" }),
    );
  });
});
