import fc from "fast-check";
import { expect, it } from "vitest";
import {
  applyActions,
  createCodec,
  decNwTtl,
  errorMessage,
  experimenterMessage,
  flowMod,
  flowRemoved,
  gotoTable,
  hello,
  type Message,
  multipartReply,
  output,
  Port,
  packetIn,
  packetOut,
  portStatus,
  summary,
} from "../../src/ofp/index.ts";
import { messages } from "../support/arbitrary-messages.ts";

it.each<[Message, string]>([
  [hello([1, 4]), "hello xid=0 version=4 elements=[versionBitmap(versions=[1, 4])]"],
  [
    errorMessage({ xid: 5, errorType: 2, code: 3, data: new Uint8Array(64) }),
    "error xid=5 OFPBAC_BAD_EXP_TYPE data=64 bytes",
  ],
  [
    experimenterMessage({ experimenter: 0x2320, expType: 10 }),
    "experimenter xid=0 experimenter=0x2320 expType=10 data=0 bytes",
  ],
  [
    packetIn({ reason: 1, cookie: 0xabcn, match: { inPort: 1 }, data: new Uint8Array(60) }),
    "packetIn xid=0 action totalLen=60 tableId=0 cookie=0xabc match={inPort=1} data=60 bytes",
  ],
  [
    packetOut({ xid: 9, actions: [output(2), decNwTtl()], data: new Uint8Array(54) }),
    "packetOut xid=9 inPort=controller actions=[output(port=2 maxLen=0), decNwTtl] data=54 bytes",
  ],
  [
    flowMod({
      xid: 7,
      priority: 100,
      match: { inPort: Port.local, ethType: 0x0800, ipv4Dst: { value: "10.0.0.0", mask: "255.0.0.0" } },
      instructions: [applyActions([output(Port.controller)]), gotoTable(3)],
    }),
    "flowMod xid=7 add cookie=0x0 tableId=0 priority=100 match={inPort=local ethType=0x800 ipv4Dst=10.0.0.0/255.0.0.0} " +
      "instructions=[applyActions(actions=[output(port=controller maxLen=65535)]), gotoTable(tableId=3)]",
  ],
  [
    flowRemoved({ reason: 2, packetCount: 7n, byteCount: 420n }),
    "flowRemoved xid=0 delete cookie=0x0 priority=32768 tableId=0 durationSec=0 durationNsec=0 packetCount=7 byteCount=420 match={}",
  ],
  [
    portStatus({ reason: 1, desc: { portNo: 3, name: "eth 0\n\u0085" } }),
    'portStatus xid=0 delete desc={portNo=3 hwAddr=00:00:00:00:00:00 name="eth 0\\n\\u0085" config=0 state=0 curr=0 advertised=0 ' +
      "supported=0 peer=0 currSpeed=0 maxSpeed=0}",
  ],
  [multipartReply({ flags: 1, body: { type: "portDesc" } }), "multipartReply xid=0 portDesc flags=1 ports=[]"],
  [{ type: "unknown", xid: 1, code: 35, body: new Uint8Array(2) }, "unknown xid=1 code=35 body=2 bytes"],
])("says in one line what a message is (%#)", (message, line) => {
  expect(summary(message)).toBe(line);
  expect(createCodec().summary(message)).toBe(line);
});

it("is one line of printable ASCII for every message", () => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(summary(message)).toMatch(/^[ -~]{1,500}$/);
    }),
    { numRuns: 1000 },
  );
});

it("stays short for a long message", () => {
  const line = summary(packetOut({ actions: Array.from({ length: 4000 }, () => decNwTtl()) }));
  expect(line).toContain("... 3984 more]");
  expect(line.length).toBeLessThanOrEqual(500);
});

it("refuses what is no message with a WireError", () => {
  for (const nothing of [null, undefined, 5, "hello", {}, { type: 5 }]) {
    expect(() => summary(nothing as never)).toThrow(expect.objectContaining({ name: "WireError", code: "badValue" }));
  }
});
