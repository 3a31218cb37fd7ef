import { describe, expect, it } from "vitest";
import { createCodec, type ExperimenterExtension, errorMessage, packetOut, type Tagged } from "../../src/ofp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";
import { printedMessages } from "../support/text-message-vectors.ts";
import { printedPackets } from "../support/text-packet-vectors.ts";

const codec = createCodec();

describe.each(printedMessages)("$name", ({ value, hex, text }) => {
  it("is on the wire what ovs-ofctl was shown", () => {
    expect(toHex(codec.encode(value))).toBe(toHex(fromHex(hex)));
  });

  it("is printed as ovs-ofctl prints it, built or decoded", () => {
    expect(codec.formatMessage(value).split("\n")).toEqual(text);
    expect(codec.formatMessage(codec.decode(fromHex(hex))).split("\n")).toEqual(text);
  });
});

describe("the line about a packet", () => {
  it.each(printedPackets)("is that of ovs-ofctl for $name", ({ frame, line }) => {
    const text = codec.formatMessage(packetOut({ data: fromHex(frame) }));
    expect(text.slice(text.indexOf("\n") + 1)).toBe(line);
  });
});

describe("an extension", () => {
  interface Ping extends Tagged {
    readonly type: "ping";
    readonly xid: number;
    readonly times: number;
  }
  const extension: ExperimenterExtension<{ readonly type: "ring" }, Ping> = {
    name: "test",
    experimenter: 0x1234,
    messages: [
      {
        type: "ping",
        code: 7,
        label: "TEST_PING",
        print: ({ times }) => ` times=${times}`,
        decode: (reader) => ({ type: "ping", xid: 0, times: reader.u32() }),
        encode: (writer, { times }) => {
          writer.u32(times);
        },
      },
    ],
    actions: [
      {
        type: "ring",
        code: 1,
        decode: () => ({ type: "ring" }),
        encode: (writer) => {
          writer.zeros(6);
        },
        words: { output: () => ({ type: "decNwTtl" }) },
      },
    ],
    errors: { 3: "TEST_TOO_MANY" },
  };
  const extended = createCodec({ experimenters: [extension] });

  it("prints its messages and names its errors", () => {
    expect(extended.formatMessage({ type: "ping", xid: 5, times: 2 })).toBe("TEST_PING (OF1.3) (xid=0x5): times=2");
    const error = errorMessage({ errorType: 0xffff, code: 3, experimenter: 0x1234 });
    expect(extended.formatMessage(error)).toBe(
      "OFPT_ERROR (OF1.3) (xid=0x0): TEST_TOO_MANY\nOpenFlow message is empty",
    );
    expect(codec.formatMessage(error)).toContain("***decode error: OFPBRC_BAD_LEN***");
  });

  it("may read a standard word its own way", () => {
    expect(extended.parseActions("output:1")).toEqual([{ type: "decNwTtl" }]);
  });
});
