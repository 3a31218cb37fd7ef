import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeSnortAlert,
  encodeSnortAlert,
  SNORT_ALERT_LENGTH,
  type SnortAlert,
  SnortValidity,
  snortEvent,
  toVerdict,
} from "../../src/analyzer/index.ts";
import { dataFrame, encodeFrame } from "../../src/tcp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { key, latin1 } from "./rules.ts";

const packet = encodeFrame(
  dataFrame({
    from: { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 },
    to: { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 11111 },
    seq: 1001,
    ack: 5001,
    window: 64240,
    payload: latin1("migrate"),
  }),
);

const alert: SnortAlert = {
  type: "snortAlert",
  littleEndian: true,
  message: "MIGRATE",
  seconds: 0x6553f100,
  microseconds: 0x0001e240,
  originalLength: packet.length + 4,
  linkHeader: 0,
  networkHeader: 14,
  transportHeader: 34,
  data: 54,
  validity: 0,
  packet,
  event: snortEvent({ sid: 1_000_002, rev: 3, classification: 5, priority: 1, eventId: 9 }),
};

/** struct Alertpkt with its members put where the table of offsets has them, by hand. */
function byHand(littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(65_864);
  const view = new DataView(bytes.buffer);
  const word = (at: number, value: number) => {
    view.setUint32(at, value, littleEndian);
  };
  bytes.set(latin1("MIGRATE"), 0);
  word(256, 0x6553f100);
  word(260, 0x0001e240);
  word(264, packet.length);
  word(268, packet.length + 4);
  word(272, 0);
  word(276, 14);
  word(280, 34);
  word(284, 54);
  word(288, 0);
  bytes.set(packet, 292);
  // One byte of alignment at 65827.
  [1, 1_000_002, 3, 5, 1, 9, 0, 0, 0].forEach((value, index) => {
    word(65_828 + 4 * index, value);
  });
  return bytes;
}

function codeOf(bytes: Uint8Array): string {
  try {
    return decodeSnortAlert(bytes).type;
  } catch (error) {
    if (error instanceof Error && error.name === "WireError" && "code" in error) return String(error.code);
    throw error;
  }
}

describe("a Snort alert record", () => {
  it.each([true, false])("is read and written, little-endian: %s", (littleEndian) => {
    const bytes = byHand(littleEndian);
    expect(SNORT_ALERT_LENGTH).toBe(65_864);
    expect(decodeSnortAlert(bytes)).toEqual({ ...alert, littleEndian });
    expect(encodeSnortAlert({ ...alert, littleEndian })).toEqual(bytes);
  });

  it("may have the name of an application behind it", () => {
    const bytes = encodeSnortAlert({ ...alert, application: "http" });
    expect(bytes.length).toBe(65_868);
    expect(decodeSnortAlert(bytes).application).toBe("http");
  });

  it("may be without a packet; the byte order is then that in which what is small is small", () => {
    for (const littleEndian of [true, false]) {
      const bare = {
        ...alert,
        littleEndian,
        originalLength: 0,
        packet: new Uint8Array(0),
        validity: SnortValidity.noPacket | SnortValidity.noTransport,
      };
      expect(decodeSnortAlert(encodeSnortAlert(bare))).toEqual(bare);
    }
  });

  it.each([
    ["cut", () => byHand(true).subarray(0, -1), "truncated"],
    ["of Ryu's reader, which is one byte short", () => byHand(true).subarray(0, 65_863), "truncated"],
    ["empty", () => new Uint8Array(0), "truncated"],
    ["two", () => new Uint8Array([...byHand(true), ...byHand(true)]), "trailing"],
    ["captured more than there was", () => patched(268, "01000000"), "badLength"],
    ["longer than a packet can be", () => patched(264, "01000100 01000100"), "badLength"],
  ])("is refused when it is %s", (_, make, code) => {
    expect(codeOf(make())).toBe(code);
  });

  function patched(at: number, hex: string): Uint8Array {
    const bytes = byHand(true);
    bytes.set(fromHex(hex), at);
    return bytes;
  }

  it.each([
    ["packet", { packet: new Uint8Array(65_536) }, "tooLong"],
    ["packet", { packet: "x" }, "badValue"],
    ["message", { message: "x".repeat(256) }, "badValue"],
    ["message", { message: "\u1234" }, "badValue"],
    ["application", { application: "x".repeat(300) }, "badValue"],
    ["event.sid", { event: { ...alert.event, sid: -1 } }, "outOfRange"],
    ["data", { data: 2 ** 32 }, "outOfRange"],
  ])("is not written with a wrong %s", (path, fields, code) => {
    expect(() => encodeSnortAlert({ ...alert, ...fields } as never)).toThrow(
      expect.objectContaining({ name: "WireError", path, code }),
    );
  });

  it("gives a record or a WireError, whatever is damaged", () => {
    const lengths = fc.oneof(fc.constant(65_864), fc.nat(66_500));
    const patches = fc.array(fc.tuple(fc.oneof(fc.nat(300), fc.integer({ min: 65_800, max: 65_863 })), fc.nat(255)));
    fc.assert(
      fc.property(lengths, patches, (length, damage) => {
        const bytes = new Uint8Array(length);
        bytes.set(byHand(true).subarray(0, length));
        for (const [at, value] of damage) if (at < length) bytes[at] = value;
        expect(["snortAlert", "truncated", "trailing", "badLength"]).toContain(codeOf(bytes));
      }),
      { numRuns: 300 },
    );
  });
});

describe("the verdict of a Snort alert", () => {
  it("is about the packet's connection", () => {
    expect(toVerdict(alert)).toEqual({
      action: "migrate",
      key,
      seq: 1001,
      rule: "1:1000002:3",
      reason: "MIGRATE",
    });
    expect(toVerdict({ ...alert, message: "FORWARD" })).toMatchObject({ action: "forward" });
  });

  it("is what a policy makes of it", () => {
    expect(toVerdict(alert, { choices: [{ priorities: [1], action: "migrate", target: "pot" }] })).toMatchObject({
      target: "pot",
    });
    expect(toVerdict(alert, { choices: [{ sids: [1_000_002], action: "ignore" }] })).toBeUndefined();
  });

  it.each([
    ["no packet", new Uint8Array(0)],
    ["a packet without ports", packet.subarray(0, 20)],
  ])("is none for %s", (_, other) => {
    expect(() => toVerdict({ ...alert, packet: other })).toThrow(expect.objectContaining({ name: "WireError" }));
  });
});
