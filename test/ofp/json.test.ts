import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCodec, flowMod, type Message, packetOut, toJSON } from "../../src/ofp/index.ts";
import { fromHex, WireError } from "../../src/wire/index.ts";
import { messages } from "../support/arbitrary-messages.ts";

const codec = createCodec();

function thrown(run: () => unknown): Pick<WireError, "code" | "path"> {
  try {
    run();
  } catch (error) {
    if (error instanceof WireError) return { code: error.code, path: error.path };
    throw error;
  }
  throw new Error("nothing was thrown");
}

it("loses nothing of any message through a JSON text", () => {
  fc.assert(
    fc.property(messages, (message) => {
      expect(codec.fromJSON(JSON.parse(JSON.stringify(codec.toJSON(message))))).toEqual(message);
    }),
    { numRuns: 1000 },
  );
});

it("looks like the message, with tagged strings for what JSON does not know", () => {
  const message = packetOut({
    xid: 1,
    inPort: 2,
    actions: [{ type: "setField", field: { metadata: 5n } }],
    data: fromHex("00ff"),
  });
  expect(toJSON(message)).toEqual({
    type: "packetOut",
    xid: 1,
    bufferId: 0xffffffff,
    inPort: 2,
    actions: [{ type: "setField", field: { metadata: "bigint:5" } }],
    data: "bytes:00ff",
  });
});

it("escapes a text that looks like something else", () => {
  for (const name of ["bigint:5", "bytes:00", "text:x", "text:text:x", "plain", ""]) {
    const message: Message = {
      type: "portStatus",
      xid: 0,
      reason: 0,
      desc: {
        portNo: 1,
        hwAddr: "00:00:00:00:00:01",
        name,
        config: 0,
        state: 0,
        curr: 0,
        advertised: 0,
        supported: 0,
        peer: 0,
        currSpeed: 0,
        maxSpeed: 0,
      },
    };
    expect(codec.fromJSON(JSON.parse(JSON.stringify(codec.toJSON(message))))).toEqual(message);
  }
});

it("gives a message without xid the xid 0", () => {
  expect(codec.fromJSON({ type: "barrierRequest" })).toEqual({ type: "barrierRequest", xid: 0 });
});

describe("fromJSON refuses", () => {
  const good = JSON.parse(JSON.stringify(toJSON(flowMod({ match: { inPort: 1 } })))) as object;

  it.each([
    ["null", null, "badValue", ""],
    ["a number", 5, "badValue", ""],
    ["a text", "flowMod", "badValue", ""],
    ["a list", [], "badValue", ""],
    ["an object without type", {}, "badValue", ""],
    ["undefined", undefined, "badValue", ""],
    ["an unknown type", { type: "nonsense" }, "badType", "nonsense"],
    ["a missing field", { type: "setConfig", flags: 0 }, "badValue", "setConfig.missSendLen"],
    ["null in a field", { ...good, flags: null }, "badValue", "flags"],
    ["a number where a bigint belongs", { ...good, cookie: 5 }, "badValue", "flowMod.cookie"],
    ["a number out of range", { ...good, flags: 65536 }, "outOfRange", "flowMod.flags"],
    ["a bigint that is none", { ...good, cookie: "bigint:five" }, "syntax", "cookie"],
    ["a negative bigint", { ...good, cookie: "bigint:-5" }, "syntax", "cookie"],
    ["a bigint in hex", { ...good, cookie: "bigint:0x5" }, "syntax", "cookie"],
    ["a bigint with leading zeros", { ...good, cookie: "bigint:05" }, "syntax", "cookie"],
    ["an endless bigint", { ...good, cookie: `bigint:${"9".repeat(1e6)}` }, "syntax", "cookie"],
    ["bytes that are none", { type: "echoRequest", data: "bytes:0g" }, "syntax", "data"],
    ["half a byte", { type: "echoRequest", data: "bytes:0" }, "syntax", "data"],
    ["text where bytes belong", { type: "echoRequest", data: "00" }, "badValue", "echoRequest"],
    ["an unknown match field", { ...good, match: { nonsense: 1 } }, "unknownField", "flowMod.match.nonsense"],
    [
      "a match field named __proto__",
      JSON.parse(JSON.stringify(good).replace("inPort", "__proto__")),
      "unknownField",
      "flowMod.match.__proto__",
    ],
    ["a field without its prerequisite", { ...good, match: { tcpDst: 80 } }, "badPrerequisite", "flowMod.match.tcpDst"],
    ["a date", { ...good, cookie: new Date(0) }, "badValue", "cookie"],
  ])("%s", (_, json, code, path) => {
    expect(thrown(() => codec.fromJSON(json))).toEqual({ code, path });
  });

  it("bottomless nesting", () => {
    const nested = JSON.parse(`${'{"type":"echoRequest","data":'.repeat(1000)}1${"}".repeat(1000)}`) as unknown;
    expect(thrown(() => codec.fromJSON(nested)).code).toBe("tooDeep");
  });

  it("any damage to a message's JSON with a WireError, or takes it as another message", () => {
    const junk = fc.constantFrom<unknown>(
      null,
      true,
      -1,
      1e300,
      "",
      "bigint:7",
      "bytes:00",
      "bytes:",
      "text:",
      [],
      {},
      [null],
      "10.0.0.1",
    );
    fc.assert(
      fc.property(messages, fc.nat(), junk, (message, choice, value) => {
        const places: [Record<string, unknown>, string][] = [];
        const json = JSON.parse(
          JSON.stringify(toJSON(message)),
          function (this: Record<string, unknown>, key, item: unknown) {
            if (key !== "") places.push([this, key]);
            return item;
          },
        ) as unknown;
        const [holder, key] = places[choice % places.length] ?? [{}, ""];
        holder[key] = value;
        try {
          const other = codec.fromJSON(json);
          expect(codec.fromJSON(codec.toJSON(other))).toEqual(other);
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("toJSON refuses what no message holds", () => {
  const cyclic: Record<string, unknown> = { type: "x" };
  cyclic.self = cyclic;

  it.each([
    ["null", { a: null }, "badValue", "a"],
    ["NaN", { a: [1, Number.NaN] }, "badValue", "a[1]"],
    ["infinity", { a: Number.POSITIVE_INFINITY }, "badValue", "a"],
    ["a function", { a: () => 1 }, "badValue", "a"],
    ["a symbol", { a: Symbol("x") }, "badValue", "a"],
    ["a negative bigint", { a: -1n }, "badValue", "a"],
    ["a bigint beyond every field", { a: 1n << 1024n }, "badValue", "a"],
    ["an instance of a class", { a: new Map() }, "badValue", "a"],
    ["other typed arrays", { a: new Uint16Array(1) }, "badValue", "a"],
    ["nothing", undefined, "badValue", ""],
  ])("%s", (_, value, code, path) => {
    expect(thrown(() => toJSON(value))).toEqual({ code, path });
  });

  it("a value that contains itself", () => {
    expect(thrown(() => toJSON(cyclic)).code).toBe("tooDeep");
  });
});
