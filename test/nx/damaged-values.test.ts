/** What a caller without types may pass: any part of any message replaced by what does not belong there, or missing. */
import { describe, expect, it } from "vitest";
import {
  encode,
  formatActions,
  formatFlow,
  formatMessage,
  fromJSON,
  type Message,
  summary,
  toHex,
  toJSON,
  WireError,
} from "../../src/index.ts";
import { decTcpAck, finTimeout, note, regLoad, resubmit, resubmitTable } from "../../src/nx/index.ts";
import { applyActions, flowMod, packetOut } from "../../src/ofp/index.ts";
import { messageVectors } from "../support/message-vectors.ts";
import { structuredVectors } from "../support/nx-structured-vectors.ts";

const actions = [
  decTcpAck(5),
  resubmit(1),
  resubmitTable(2, 3),
  regLoad({ field: "reg0", offset: 0, bits: 16 }, 5n),
  note(Uint8Array.of(1)),
  finTimeout({ idleTimeout: 3 }),
];
const structured = structuredVectors.map(({ value }) => value);
const extended: readonly Message[] = [
  flowMod({ match: { reg0: 1, tcpFlags: { value: 1, mask: 3 } }, instructions: [applyActions(actions)] }),
  packetOut({ actions }),
  packetOut({ actions: structured }),
];

/** Refers to itself sixteen times: whoever follows every reference never ends. */
const endless: unknown[] = [];
for (let index = 0; index < 16; index++) endless.push(endless);
const maskedBySelf: Record<string, unknown> = {};
Object.assign(maskedBySelf, { value: maskedBySelf, mask: maskedBySelf });

const junk: readonly unknown[] = [
  ...[null, undefined, true, -1, 1.5, Number.NaN, 2 ** 32, "", "5", 5n, -5n],
  ...[
    Symbol("odd"),
    () => 1,
    new Date(0),
    new Uint8Array(3),
    new Array<unknown>(3),
    [null],
    {},
    Object.create(null) as unknown,
  ],
  // A template literal throws a TypeError for these.
  ...[{ toString: 1, valueOf: 1 }, JSON.parse('{"__proto__":{"type":"output"}}') as unknown, { type: "__proto__" }],
  ...[{ type: "regLoad" }, [{ type: "regLoad", dst: null }], { value: {}, mask: null }, endless, maskedBySelf],
];

/** For the many messages of the specification: one of each kind of trouble. */
const worst = [null, undefined, -1, "", 5n, Symbol("odd"), { toString: 1, valueOf: 1 }, new Array<unknown>(3), endless];

/** The value with each part of it replaced by `odd` in turn. */
function* damaged(value: unknown, odd: unknown): Iterable<unknown> {
  yield odd;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const other of damaged(item, odd)) yield value.with(index, other);
    }
  } else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    for (const [key, item] of Object.entries(value)) {
      for (const other of damaged(item, odd)) yield { ...value, [key]: other };
    }
  }
}

const functions: readonly (readonly [string, (value: never) => unknown])[] = [
  ["encode", encode],
  ["toJSON", toJSON],
  ["fromJSON", fromJSON],
  ["formatMessage", formatMessage],
  ["formatFlow", formatFlow],
  ["summary", summary],
];

describe.each(functions)("%s", (_, run) => {
  it.each([
    ...messageVectors.map(({ name, value }) => [name, value, worst] as const),
    ...extended.map((message) => [`${message.type} with actions of Nicira's`, message, junk] as const),
  ])("of a damaged %s gives a result or a WireError", (_name, message, oddities) => {
    for (const odd of oddities) {
      for (const value of damaged(message, odd)) {
        try {
          run(value as never);
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
        }
      }
    }
  });
});

it("names the place of a subfield that is none", () => {
  const broken = { ...regLoad({ field: "reg0", offset: 0, bits: 16 }, 5n), dst: null as never };
  expect(() => formatActions([broken])).toThrow(
    expect.objectContaining({ name: "WireError", code: "badValue", path: "[0].regLoad.dst" }),
  );
});

it("refuses a list with a hole instead of leaving the element out", () => {
  const holes = new Array<never>(1);
  expect(() => encode(packetOut({ actions: holes }))).toThrow(
    expect.objectContaining({ code: "badValue", path: "packetOut.actions[0]" }),
  );
});

it("gives up a list that no message can hold before it has written all of it", () => {
  const one = note(new Uint8Array(0x8000));
  const many = new Proxy(new Array<typeof one>(2 ** 31), {
    get: (list, key) => (key === "length" ? list.length : one),
  });
  expect(() => encode({ ...packetOut(), actions: many })).toThrow(
    expect.objectContaining({ code: "tooLong", path: "packetOut.actions[2]" }),
  );
});

it("encodes a message whose parts encode others when they are looked at", () => {
  const inner = flowMod({ xid: 1 });
  const outer = packetOut({ data: encode(inner) });
  const lazy = {
    ...outer,
    get data() {
      return encode(inner);
    },
  };
  expect(toHex(encode(lazy))).toBe(toHex(encode(outer)));
});
