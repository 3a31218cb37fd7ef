import { describe, expect, it } from "vitest";
import {
  type Effect,
  encodeEffect,
  explain,
  type MigrationInput,
  type Plan,
  planMigration,
} from "../../src/migration/index.ts";
import { ackFrame, dataFrame, decodeFrame, encodeFrame, type Frame, finFrame, TcpFlags } from "../../src/tcp/index.ts";
import { client, dialInputOf, framesOf, inputOf, ports, SYN_ACK, server, withTcp } from "./scene.ts";

const { syn, synAck, request, targetSynAck } = framesOf();
const [held] = request as [Frame];
const { ack: ACK, fin: FIN, rst: RST, psh: PSH } = TcpFlags;

function dial(change: Partial<MigrationInput>): Plan {
  return planMigration({ ...dialInputOf(), ...change });
}

function codes(plan: Plan): string[] {
  return plan.verdict.reasons.map(({ code, level }) => `${code} ${level}`);
}

function expectRefused(plan: Plan, ...expected: string[]): void {
  expect(plan).toMatchObject({ status: "refused", next: "forward", effects: [], verdict: { level: "refused" } });
  expect(codes(plan).filter((code) => code !== "MID_STREAM ok")).toEqual(expected.map((code) => `${code} refused`));
}

describe("segments that do not belong together", () => {
  const other = framesOf({ client: { ...client, port: 44444 } });

  it.each<[string, Partial<MigrationInput>]>([
    ["SYN", { syn: other.syn }],
    ["SYN-ACK", { synAck: other.synAck }],
    ["SYN-ACK that travels the wrong way", { synAck: withTcp(syn, { flags: SYN_ACK, ack: 1001, seq: 5000 }) }],
    ["held segment", { request: [held, ...other.request] }],
    ["SYN of another VLAN", { syn: framesOf({ vlans: [{ tpid: 0x8100, pcp: 0, dei: false, vid: 5 }] }).syn }],
  ])("are refused: %s", (_, change) => {
    expectRefused(dial(change), "DIFFERENT_CONNECTION");
  });

  it.each<[string, Partial<MigrationInput>, string]>([
    ["a SYN that is a SYN-ACK", { syn: withTcp(syn, { flags: SYN_ACK }) }, "NOT_SYN"],
    ["a SYN with FIN", { syn: withTcp(syn, { flags: TcpFlags.syn | FIN }) }, "NOT_SYN"],
    ["a SYN-ACK that is a SYN", { synAck: withTcp(synAck, { flags: TcpFlags.syn }) }, "NOT_SYN_ACK"],
    ["a SYN-ACK of another SYN", { synAck: withTcp(synAck, { ack: 1000 }) }, "SYN_ACK_MISMATCH"],
    ["a SYN-ACK too far ahead", { synAck: withTcp(synAck, { ack: 1002 }) }, "SYN_ACK_MISMATCH"],
  ])("are refused: %s", (_, change, code) => {
    expectRefused(dial(change), code);
  });
});

describe("held segments that are none", () => {
  it.each<[string, MigrationInput["request"], string[]]>([
    ["a RST", withTcp(held, { flags: RST | ACK }), ["NOT_DATA", "NO_DATA"]],
    ["a SYN", withTcp(held, { flags: SYN_ACK }), ["NOT_DATA", "NO_DATA"]],
    ["data without ACK", withTcp(held, { flags: PSH }), ["NOT_DATA", "NO_DATA"]],
    [
      "an acknowledgment without data",
      ackFrame({ from: client, to: server, seq: 1001, ack: 5001, window: 1 }),
      ["NO_DATA"],
    ],
    ["a FIN without data", finFrame({ from: client, to: server, seq: 1001, ack: 5001, window: 1 }), ["NO_DATA"]],
    ["data from before the handshake", withTcp(held, { seq: 900 }), ["OUT_OF_WINDOW"]],
    ["data that acknowledges what server 1 did before", withTcp(held, { ack: 4000 }), ["OUT_OF_WINDOW"]],
  ])("are refused: %s", (_, frames, expected) => {
    expectRefused(dial({ request: frames }), ...expected);
  });

  it("may be a FIN: it is released in its place", () => {
    const fin = withTcp(held, { flags: FIN | ACK });
    const plan = planMigration({ ...inputOf(), request: fin });
    expect(plan).toMatchObject({ status: "ready", numbers: { heldEnd: 1001 + 18 + 1 } });
  });

  it("are left out beyond server 1's window, and a keep-alive is, too", () => {
    const far = withTcp(held, { seq: 1001 + 65160 });
    const edge = withTcp(held, { seq: 1001 + 65159 });
    const keepalive = dataFrame({
      from: client,
      to: server,
      seq: 1000,
      ack: 5001,
      window: 1,
      payload: Uint8Array.of(0),
    });
    const plan = dial({ request: [keepalive, held, far, edge] });
    expect(plan.status).toBe("dial");
    expect(plan.held.map(({ seq }) => seq)).toEqual([1001, 1001 + 65159]);
    expect(codes(plan)).toEqual(["OUT_OF_WINDOW ok"]);
    expect(plan.numbers).toMatchObject({ clientNext: 1001, heldEnd: 1019 });
  });
});

describe("acknowledgments of held segments", () => {
  const [first, second] = framesOf({ lengths: [10, 10], k: 100, m: 50 }).request as [Frame, Frame];
  const old = withTcp(first, { ack: 5001 });

  it("are brought up to what the client itself has acknowledged, checksum and all", () => {
    const plan = planMigration({ ...inputOf({ k: 100, m: 50 }), request: [old, second] });
    expect(plan.status).toBe("ready");
    expect(plan.numbers).toMatchObject({ clientDelivered: 100, serverDelivered: 50, serverNext: 5051 });
    const released = plan.held.map(({ bytes }) => decodeFrame(bytes).tcp);
    expect(released.map((tcp) => tcp?.ack)).toEqual([5051, 5051]);
    expect(released.every((tcp) => tcp?.checksumValid)).toBe(true);
  });

  it("are never brought further: the bytes between would be lost", () => {
    expectRefused(dial({ request: [old, second], serverNext: 5052 }), "SERVER_DATA_UNACKNOWLEDGED");
  });

  it("must not be beyond what server 1 has sent", () => {
    expectRefused(dial({ request: [old, second], serverNext: 5050 }), "ACK_OUT_OF_RANGE");
  });
});

describe("segments that somebody else sends in the client's name", () => {
  const forged = (seq: number, ack: number, payload = Uint8Array.of(1)) =>
    dataFrame({ from: client, to: server, seq, ack, window: 7, payload });

  it.each<[string, Frame]>([
    ["data far ahead", forged(1001 + 65160, 9999)],
    ["data half the space away", forged(1001 + 2 ** 30, 9999)],
    ["an acknowledgment far ahead", ackFrame({ from: client, to: server, seq: 70_000, ack: 9999, window: 7 })],
    ["an acknowledgment from before", ackFrame({ from: client, to: server, seq: 999, ack: 9999, window: 7 })],
  ])("say nothing about where the connection stands: %s", (_, frame) => {
    for (const frames of [
      [held, frame],
      [frame, held],
    ]) {
      const plan = planMigration({ ...inputOf(), request: frames });
      expect(plan.status).toBe("ready");
      expect(plan.numbers).toMatchObject({ clientNext: 1001, serverNext: 5001, d: 2000 });
      expect(plan.held).toHaveLength(1);
      expect(codes(plan)).toEqual(["OUT_OF_WINDOW ok"]);
    }
  });

  it("do not hide a keep-alive's newer window", () => {
    const keepalive = ackFrame({ from: client, to: server, seq: 1000, ack: 5001, window: 9 });
    expect(codes(planMigration({ ...inputOf(), request: [held, keepalive] }))).toEqual([]);
  });

  it("leave nothing to hand over when there is nothing else", () => {
    expectRefused(dial({ request: forged(500_000, 5001), clientNext: 1001 }), "OUT_OF_WINDOW");
  });
});

describe("a connection that has been in use", () => {
  it("is only worth a remark", () => {
    expect(codes(planMigration(dialInputOf({ k: 100, m: 50 })))).toEqual(["MID_STREAM ok"]);
  });

  it("is refused when server 1 spoke first, unless the policy knows the new server", () => {
    const spoke = dialInputOf({ m: 20 });
    expect(codes(planMigration(spoke))).toEqual(["SERVER_SPOKE_FIRST refused", "MID_STREAM ok"]);
    const plan = planMigration({ ...spoke, policy: { serverSpokeFirst: "accept" } });
    expect(plan).toMatchObject({ status: "dial", verdict: { level: "degraded" } });
  });

  it("begins where the caller says, and older data is cut off", () => {
    const plan = planMigration({ ...inputOf(), clientNext: 1006, targetSynAck: withTcp(targetSynAck, { ack: 1006 }) });
    expect(plan.status).toBe("ready");
    expect(plan.held).toMatchObject([{ seq: 1006, payload: held.payload.subarray(5) }]);
    expect(decodeFrame(plan.held[0]?.bytes ?? new Uint8Array()).tcp).toMatchObject({ seq: 1006, checksumValid: true });
  });

  it("keeps urgent data urgent when older data is cut off", () => {
    const urgent = (urgentPointer: number) => {
      const frame = withTcp(held, { flags: PSH | ACK | TcpFlags.urg, urgentPointer });
      const plan = dial({ request: frame, clientNext: 1006 });
      return decodeFrame(plan.held[0]?.bytes ?? new Uint8Array()).tcp;
    };
    expect(urgent(7)).toMatchObject({ flags: PSH | ACK | TcpFlags.urg, urgentPointer: 2 });
    expect(urgent(5)).toMatchObject({ flags: PSH | ACK, urgentPointer: 0 });
  });
});

describe("the new server's window", () => {
  const lengths = [1000, 1000, 1000];

  it("limits what is released at first", () => {
    const plan = planMigration(inputOf({ lengths, targetWindow: 2000 }));
    expect(plan).toMatchObject({ status: "ready", verdict: { level: "ok" }, numbers: { heldEnd: 3001 } });
    expect(codes(plan)).toEqual(["HELD_BEYOND_WINDOW ok"]);
    expect(plan.held.map(({ seq }) => seq)).toEqual([1001, 2001]);
    expect(planMigration(inputOf({ lengths, targetWindow: 1999 })).held).toHaveLength(1);
  });

  it("releases a prefix only: a shorter segment behind the one that does not fit stays, too", () => {
    expect(planMigration(inputOf({ lengths: [1000, 1000, 1], targetWindow: 1500 })).held).toHaveLength(1);
  });

  it("has room for a FIN when it is full", () => {
    const fin = withTcp(held, { flags: FIN | ACK });
    const plan = planMigration({ ...inputOf({ targetWindow: 18 }), request: fin });
    expect(plan.held).toHaveLength(1);
  });
});

describe("frames that cannot be used", () => {
  const bytes = encodeFrame(held);
  const patched = (at: number, value: number) => Uint8Array.from(bytes, (byte, index) => (index === at ? value : byte));

  it.each<[string, MigrationInput["request"], string]>([
    ["no IP", patched(12, 9), "NOT_TCP"],
    ["no TCP", patched(23, 17), "NOT_TCP"],
    ["a first fragment", patched(20, 0x20), "FRAGMENTED"],
    ["cut by the capture", bytes.subarray(0, -3), "TRUNCATED"],
    ["cut by the capture, decoded", decodeFrame(bytes.subarray(0, -3)), "TRUNCATED"],
  ])("are refused: %s", (_, frame, code) => {
    const plan = dial({ request: frame });
    expect(plan).toMatchObject({ status: "refused", effects: [] });
    expect(codes(plan)[0]).toBe(`${code} refused`);
  });

  it("are refused with two VLAN tags unless the switch looks behind both, and with three in any case", () => {
    const tag = (vid: number, tpid = 0x8100) => ({ tpid, pcp: 0, dei: false, vid });
    const vlans = [tag(100, 0x88a8), tag(5)];
    expect(codes(planMigration(dialInputOf({ vlans })))).toEqual(["STACKED_VLAN refused"]);
    const policy = { stackedVlans: "match" } as const;
    expect(codes(planMigration({ ...dialInputOf({ vlans }), policy }))).toContain("STACKED_VLAN ok");
    const three = dialInputOf({ vlans: [...vlans, tag(6)] });
    expect(codes(planMigration({ ...three, policy }))).toEqual(["STACKED_VLAN refused"]);
  });

  it("are refused with a VLAN tag that OpenFlow does not know", () => {
    const vlans = [{ tpid: 0x9100, pcp: 0, dei: false, vid: 5 }];
    expect(codes(planMigration(dialInputOf({ vlans })))).toEqual(["VLAN_TYPE refused"]);
  });

  it("with a wrong checksum stay wrong, and are worth a warning", () => {
    const wrong = patched(50, (bytes[50] ?? 0) ^ 1);
    const plan = planMigration({ ...inputOf(), request: wrong });
    expect(codes(plan)).toEqual(["CHECKSUM_WRONG degraded"]);
    expect(plan.held[0]?.bytes).toEqual(wrong);
    // Decoded, it is the same.
    expect(planMigration({ ...inputOf(), request: decodeFrame(wrong) }).held[0]?.bytes).toEqual(wrong);
    // A part of it would get a right checksum: it is left to the client instead.
    expect(planMigration({ ...inputOf(), request: wrong, clientNext: 1006 }).held).toEqual([]);
  });

  it("may be many", () => {
    const wrong = patched(50, (bytes[50] ?? 0) ^ 1);
    const plan = dial({ request: Array.from({ length: 150_000 }, () => wrong) });
    expect(plan).toMatchObject({ status: "dial", verdict: { level: "degraded" } });
    expect(explain(plan, "svg")).toContain("CHECKSUM_WRONG");
  });

  it("are WireErrors that name the argument when they are no frames at all", () => {
    for (const argument of ["syn", "synAck", "request", "targetSynAck"] as const) {
      expect(() => planMigration({ ...inputOf(), [argument]: new Uint8Array(13) })).toThrow(
        expect.objectContaining({ name: "WireError", code: "truncated", path: argument }),
      );
    }
    expect(() => dial({ request: [held, new Uint8Array(1)] })).toThrow(expect.objectContaining({ path: "request[1]" }));
  });

  it("never make the planner throw anything but a WireError", () => {
    const inputs = [syn, synAck, held, targetSynAck].map((frame) => encodeFrame(frame));
    let seed = 1;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed % below;
    };
    let planned = 0;
    for (let round = 0; round < 3000; round++) {
      const [a, b, c, d] = inputs.map((frame) => {
        const copy = Uint8Array.from(frame);
        for (let change = random(4); change > 0; change--) copy[random(copy.length)] = random(256);
        return random(10) === 0 ? copy.subarray(0, random(copy.length)) : copy;
      }) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
      try {
        planMigration({ syn: a, synAck: b, request: [c, held], targetSynAck: d, ports });
        planned++;
      } catch (error) {
        expect(error).toMatchObject({ name: "WireError" });
      }
    }
    expect(planned).toBeGreaterThan(1000);
  });
});

describe("arguments that are wrong", () => {
  it.each<[string, object, string, typeof RangeError]>([
    ["no ports", { ports: undefined }, "ports", TypeError],
    ["a port missing", { ports: { client: 1, origin: 2 } }, "ports.target", TypeError],
    ["port 0", { ports: { ...ports, client: 0 } }, "ports.client", RangeError],
    ["a reserved port", { ports: { ...ports, target: 0xfffffffd } }, "ports.target", RangeError],
    ["no request", { request: undefined }, "request", TypeError],
    ["an empty request", { request: [] }, "request", TypeError],
    ["a request of any length", { request: { length: 2 ** 40 } }, "request", TypeError],
    ["null for a SYN", { syn: null }, "syn", TypeError],
    ["null for a SYN-ACK", { synAck: null }, "synAck", TypeError],
    ["null for an answer", { targetSynAck: null }, "targetSynAck", TypeError],
    ["0 for a SYN", { syn: 0 }, "syn", TypeError],
    ["a name that every object has", { policy: { toString: 1 } }, "policy.toString", TypeError],
    ["a request that is text", { request: "GET" }, "request", TypeError],
    ["no address", { target: { ip: "10.0.0" } }, "target.ip", RangeError],
    ["no Ethernet address", { target: { mac: 1 } }, "target.mac", TypeError],
    ["a TCP port", { target: { port: 65536 } }, "target.port", RangeError],
    [
      "offsets that do not fit",
      { origin: { offsets: { clientToServer: { seq: 1, ack: 0 }, serverToClient: { seq: 0, ack: 0 } } } },
      "origin.offsets",
      RangeError,
    ],
    ["a dpid that is a number", { dpid: 1 }, "dpid", TypeError],
    ["an id", { firstId: -1 }, "firstId", RangeError],
    ["the reserved tag", { cookie: { tag: 0xffff } }, "tag", RangeError],
    ["an epoch", { cookie: { epoch: 256 } }, "epoch", RangeError],
    ["a number", { initialSeq: 2 ** 32 }, "initialSeq", RangeError],
    ["a policy", { policy: { style: "new" } }, "policy.style", RangeError],
  ])("are named: %s", (_, change, argument, kind) => {
    const call = () => planMigration({ ...inputOf(), ...change });
    expect(call).toThrow(kind);
    expect(call).toThrow(argument);
  });

  it("include no input at all", () => {
    expect(() => planMigration(undefined as never)).toThrow(TypeError);
  });
});

describe("what is no effect or no port", () => {
  it.each([null, undefined, 5, {}])("%s does not encode", (value) => {
    expect(() => encodeEffect(value as Effect)).toThrow(expect.objectContaining({ name: "WireError" }));
  });

  it("a server port of 0 is refused by name", () => {
    expect(() => dial({ target: { port: 0 } })).toThrow("target.port must be from 1 to 65535");
  });
});
