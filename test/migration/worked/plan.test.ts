/** The worked scenarios of the hand-over that need no state machine: every expected number is computed by hand. */
import { describe, expect, it } from "vitest";
import {
  type Effect,
  encodeEffect,
  type MigrationInput,
  type PacketOutEffect,
  type Plan,
  planMigration,
} from "../../../src/migration/index.ts";
import { dataFrame, encodeFrame, type Tcp, TcpFlags, type TcpOption } from "../../../src/tcp/index.ts";
import { toHex } from "../../../src/wire/index.ts";
import { client, dialInputOf, framesOf, inputOf, ports, type Scene, SYN_ACK, server, withTcp } from "../scene.ts";

function packets(effects: readonly Effect[], carries: PacketOutEffect["carries"]): Tcp[] {
  return effects.flatMap((effect) =>
    effect.type === "packetOut" && effect.carries === carries && effect.frame.tcp ? [effect.frame.tcp] : [],
  );
}

/** The actions of a shift flow that change numbers. */
function shifts(plan: Plan, role: "forward" | "reverse") {
  return plan.effects.flatMap((effect) => {
    if (effect.type !== "flowMod" || effect.role !== role) return [];
    const [instruction] = effect.message.instructions;
    const actions: readonly { type: string }[] = instruction?.type === "applyActions" ? instruction.actions : [];
    return actions.filter(({ type }) => /^(inc|dec)Tcp/.test(type));
  });
}

function ready(scene: Scene): Plan {
  const plan = planMigration(inputOf(scene));
  expect(plan).toMatchObject({ status: "ready", verdict: { level: "ok" } });
  return plan;
}

describe("the planner's numbers", () => {
  it.each([
    // [seq of SYN, seq and ack of the ACK, seq and ack of the RST]
    ["A01", { x: 1000, y: 5000, z: 3000 }, ["decTcpAck", 2000], ["incTcpSeq", 2000], [1000, 1001, 3001, 1001, 5001]],
    ["A02", { x: 1000, y: 3000, z: 5000 }, ["incTcpAck", 2000], ["decTcpSeq", 2000], [1000, 1001, 5001, 1001, 3001]],
    ["A03", { x: 1000, y: 7000, z: 7000 }, undefined, undefined, [1000, 1001, 7001, 1001, 7001]],
    ["A04", { x: 4294967295, y: 100, z: 50 }, ["decTcpAck", 50], ["incTcpSeq", 50], [4294967295, 0, 51, 0, 101]],
    ["A05", { x: 10, y: 4294967295, z: 16 }, ["incTcpAck", 17], ["decTcpSeq", 17], [10, 11, 17, 11, 0]],
    ["A06", { x: 10, y: 16, z: 4294967295 }, ["decTcpAck", 17], ["incTcpSeq", 17], [10, 11, 0, 11, 17]],
    ["A07", { x: 1, y: 0, z: 4294967295 }, ["decTcpAck", 1], ["incTcpSeq", 1], [1, 2, 0, 2, 1]],
    ["A08", { x: 1, y: 4294967295, z: 0 }, ["incTcpAck", 1], ["decTcpSeq", 1], [1, 2, 1, 2, 0]],
    // cNxt = 7000 + 1 + 1460 = 8461, sNxt = 9000 + 1 + 512 = 9513, D = 9513 − 100001 = −90488
    [
      "B01",
      { x: 7000, y: 9000, z: 100000, k: 1460, m: 512 },
      ["incTcpAck", 90488],
      ["decTcpSeq", 90488],
      [8460, 8461, 100001, 8461, 9513],
    ],
    // cNxt = 4294967040 + 1 + 768 − 2³² = 513, sNxt = 4294967280 + 1 + 64 − 2³² = 49, D = 49 − 129 = −80
    [
      "B02",
      { x: 4294967040, y: 4294967280, z: 128, k: 768, m: 64 },
      ["incTcpAck", 80],
      ["decTcpSeq", 80],
      [512, 513, 129, 513, 49],
    ],
  ])("%s", (_, scene, forward, reverse, [synSeq, ackSeq, ackAck, rstSeq, rstAck]) => {
    const action = (words: readonly (string | number)[] | undefined) =>
      words === undefined ? [] : [{ type: words[0], delta: words[1] }];
    const dial = planMigration(dialInputOf(scene));
    expect(dial.status).toBe("dial");
    expect(packets(dial.effects, "syn")).toMatchObject([{ seq: synSeq, ack: 0, flags: TcpFlags.syn }]);
    const plan = ready(scene);
    expect(shifts(plan, "forward")).toEqual(action(forward));
    expect(shifts(plan, "reverse")).toEqual(action(reverse));
    expect(packets(plan.effects, "ack")).toMatchObject([
      { seq: ackSeq, ack: ackAck, flags: TcpFlags.ack, window: 502 },
    ]);
    expect(packets(plan.effects, "rst")).toMatchObject([
      { seq: rstSeq, ack: rstAck, flags: TcpFlags.rst | TcpFlags.ack },
    ]);
  });

  it("C01: plans the second hand-over of a connection in the client's numbers", () => {
    // x = 4294963200, y = 16, z2 = 2882400001; 5000 and 9000 bytes later to server 3 with z3 = 5.
    const origin = {
      offsets: {
        clientToServer: { seq: 0, ack: 4294967296 - 1412567311 },
        serverToClient: { seq: 1412567311, ack: 0 },
      },
    };
    const scene = { x: 4294963200, y: 16, z: 5, k: 5000, m: 9000 };
    expect(packets(planMigration({ ...dialInputOf(scene), origin }).effects, "syn")).toMatchObject([{ seq: 904 }]);
    const plan = planMigration({ ...inputOf(scene), origin });
    expect(plan.status).toBe("ready");
    expect(shifts(plan, "forward")).toEqual([{ type: "decTcpAck", delta: 9011 }]);
    expect(shifts(plan, "reverse")).toEqual([{ type: "incTcpSeq", delta: 9011 }]);
    // Server 2 is reset in its own numbers: 9017 − 1412567311 + 2³² = 2882409002.
    expect(packets(plan.effects, "rst")).toMatchObject([{ seq: 905, ack: 2882409002 }]);
  });

  it("C04: takes back only what the new server has, server 1 never noticed", () => {
    const plan = planMigration(inputOf({ targetOptions: [{ type: "mss", value: 1460 }] }));
    expect(plan).toMatchObject({ status: "refused", next: "forward" });
    expect(plan.effects.map(({ phase }) => phase)).toEqual(["abort"]);
    expect(packets(plan.effects, "rst")).toMatchObject([{ seq: 1001, flags: TcpFlags.rst }]);
    expect(plan.effects).toMatchObject([{ message: { actions: [{ type: "output", port: ports.target }] } }]);
  });

  it("D01: puts held segments in order across the wrap", () => {
    const { syn, synAck, request, targetSynAck } = framesOf({ x: 4294965760, lengths: [1460, 1460, 200] });
    const [first, second, third] = request;
    if (!first || !second || !third) throw new Error("three segments");
    const plan = planMigration({ syn, synAck, targetSynAck, ports, request: [third, first, second, first] });
    expect(plan.held.map(({ seq }) => seq)).toEqual([4294965761, 4294967221, 1385]);
    expect(packets(plan.effects, "data").map(({ seq }) => seq)).toEqual([4294965761, 4294967221, 1385]);
    expect(plan.numbers).toMatchObject({ clientNext: 4294965761, heldEnd: 1585 });
  });

  it("D04: resets server 1 where it stands, not where the held data ends", () => {
    const plan = ready({ x: 4294965760, lengths: [1460, 1460, 200] });
    expect(packets(plan.effects, "rst")).toMatchObject([{ seq: 4294965761 }]);
  });

  it("G03: writes the reset of A01 byte for byte", () => {
    const reset = ready({}).effects.at(-1);
    if (reset?.type !== "packetOut") throw new Error("no packet");
    expect(toHex(reset.message.data).slice(2 * 34)).toBe("82352b67000003e90000138950140000d6be0000");
    expect(toHex(encodeEffect(reset))).toMatch(/82352b67000003e90000138950140000d6be0000$/);
  });
});

describe("the new server's answer to SYN 1000", () => {
  const { targetSynAck } = framesOf();
  const answer = (change: Partial<Tcp>): Plan =>
    planMigration({ ...inputOf(), targetSynAck: withTcp(targetSynAck, change) });

  it("E01: a SYN-ACK of 1001 is accepted", () => {
    expect(answer({ ack: 1001 }).status).toBe("ready");
  });

  it.each([
    ["E02: an ACK of 4242", TcpFlags.ack],
    ["E03: a SYN-ACK of 4242", SYN_ACK],
  ])("%s is an older connection: reset it where it stands and dial again", (_, flags) => {
    const plan = answer({ flags, ack: 4242 });
    expect(plan).toMatchObject({ status: "refused", next: "redial" });
    expect(plan.verdict.reasons.map(({ code }) => code)).toEqual(["TARGET_STALE"]);
    expect(packets(plan.effects, "rst")).toMatchObject([{ seq: 4242, flags: TcpFlags.rst }]);
    expect(plan.effects).toHaveLength(1);
  });

  it("E04: a RST that acknowledges 1001 ends the hand-over, unanswered", () => {
    const plan = answer({ flags: TcpFlags.rst | TcpFlags.ack, ack: 1001 });
    expect(plan).toMatchObject({ status: "refused", next: "forward", effects: [] });
    expect(plan.verdict.reasons.map(({ code }) => code)).toEqual(["TARGET_REFUSED"]);
  });

  it.each([
    ["E05: a RST without ACK", { flags: TcpFlags.rst, ack: 1001 }],
    ["a RST that acknowledges something else", { flags: TcpFlags.rst | TcpFlags.ack, ack: 4242 }],
    ["a SYN without ACK", { flags: TcpFlags.syn, ack: 1001 }],
    ["a SYN-ACK-FIN", { flags: SYN_ACK | TcpFlags.fin, ack: 1001 }],
    ["a FIN of an older connection", { flags: TcpFlags.fin | TcpFlags.ack, ack: 4242 }],
  ])("%s is ignored", (_, change) => {
    const plan = answer(change);
    expect(plan).toMatchObject({ status: "refused", next: "wait", effects: [] });
    expect(plan.verdict.reasons.map(({ code }) => code)).toEqual(["TARGET_IGNORED"]);
  });

  it("data of an older connection is ignored", () => {
    const old = dataFrame({ from: server, to: client, seq: 9, ack: 4242, window: 1, payload: Uint8Array.of(1) });
    expect(planMigration({ ...inputOf(), targetSynAck: old })).toMatchObject({ next: "wait", effects: [] });
  });

  it("of another connection, or no TCP at all, is ignored", () => {
    const other = framesOf({ client: { ...client, port: 44444 } }).targetSynAck;
    expect(planMigration({ ...inputOf(), targetSynAck: other })).toMatchObject({
      status: "refused",
      next: "wait",
      effects: [],
      verdict: { reasons: [{ code: "DIFFERENT_CONNECTION" }] },
    });
    expect(planMigration({ ...inputOf(), targetSynAck: new Uint8Array(60) })).toMatchObject({
      status: "refused",
      next: "wait",
      effects: [],
      verdict: { reasons: [{ code: "NOT_TCP" }] },
    });
  });
});

describe("one held segment alone", () => {
  const { request, targetSynAck } = framesOf();
  const alone: MigrationInput = { request, ports };

  it("is enough for the numbers, and refused because the options are unknown", () => {
    const plan = planMigration({ ...alone, targetSynAck });
    expect(plan).toMatchObject({
      status: "refused",
      verdict: { level: "refused", reasons: [{ code: "OPTIONS_UNKNOWN" }] },
      numbers: { clientIsn: 1000, serverIsn: 5000, targetIsn: 3000, clientDelivered: undefined, e: 0, d: 2000 },
      offsets: { clientToServer: { seq: 0, ack: 4294965296 }, serverToClient: { seq: 2000, ack: 0 } },
    });
    // The new server has accepted something that will not come.
    expect(packets(plan.effects, "rst")).toMatchObject([{ seq: 1001 }]);
  });

  it("is moved with the safest options when the policy says so", () => {
    const policy = { unknownOptions: "degrade" } as const;
    const dial = planMigration({ ...alone, policy });
    expect(dial).toMatchObject({ status: "dial", verdict: { level: "degraded" } });
    expect(packets(dial.effects, "syn")).toMatchObject([
      { window: 502, options: [{ type: "nop" }, { type: "windowScale", shift: 0 }] },
    ]);
    const plan = planMigration({ ...alone, targetSynAck, policy });
    expect(plan).toMatchObject({ status: "ready", verdict: { level: "degraded" } });
    expect(shifts(plan, "forward")).toEqual([{ type: "decTcpAck", delta: 2000 }]);
  });

  it("is not moved to a server that answers more than that offer", () => {
    const policy = { unknownOptions: "degrade" } as const;
    const answers: readonly [string, Partial<Tcp>][] = [
      ["TARGET_OPTION_NOT_OFFERED", { options: [{ type: "timestamps", value: 1, echo: 0 }] }],
      ["TARGET_OPTION_NOT_OFFERED", { options: [{ type: "sackPermitted" }] }],
      ["OPTIONS_MALFORMED", { options: [{ type: "malformed", raw: Uint8Array.of(9, 1, 0, 0) }] }],
      ["ECN_MISMATCH", { flags: SYN_ACK | TcpFlags.ece }],
    ];
    for (const [code, change] of answers) {
      const plan = planMigration({ ...alone, targetSynAck: withTcp(targetSynAck, change), policy });
      expect(plan).toMatchObject({ status: "refused", next: "forward" });
      expect(plan.verdict.reasons.map((reason) => reason.code)).toEqual(["OPTIONS_UNKNOWN", code]);
      expect(packets(plan.effects, "rst")).toMatchObject([{ seq: 1001 }]);
    }
  });

  it("cannot show what the handshake would have: offering a window scale of 0 is not safe against F03", () => {
    // Server 1 scaled by 10, the new one by 7: the client will read its windows 8 times too large.
    const scaled = (shift: number): TcpOption[] => [
      { type: "mss", value: 1460 },
      { type: "windowScale", shift },
    ];
    const scene = { synAckOptions: scaled(10), targetOptions: scaled(7) };
    expect(planMigration(inputOf(scene))).toMatchObject({
      status: "refused",
      verdict: { reasons: [{ code: "WINDOW_SCALE_SMALLER", numbers: { factor: 8 } }] },
    });
    const { request: held, targetSynAck: answer } = framesOf(scene);
    const policy = { unknownOptions: "degrade" } as const;
    expect(planMigration({ request: held, targetSynAck: answer, ports, policy }).status).toBe("ready");
  });
});

describe("input frames", () => {
  it("may be bytes, numbers or decoded frames, with one plan for all", () => {
    const { syn, synAck, request, targetSynAck } = framesOf();
    const [first] = request;
    if (!first) throw new Error("one segment");
    const decoded = planMigration(inputOf());
    const asBytes = planMigration({
      syn: encodeFrame(syn),
      synAck: Array.from(encodeFrame(synAck)),
      request: encodeFrame(first),
      targetSynAck: encodeFrame(targetSynAck),
      ports,
    });
    expect(asBytes).toEqual(decoded);
    expect(planMigration({ ...inputOf(), request: Array.from(encodeFrame(first)) })).toEqual(decoded);
  });

  it("are copied: a caller may use its buffer again", () => {
    const bytes = framesOf().request.map((frame) => encodeFrame(frame));
    const plan = planMigration({ ...inputOf(), request: bytes });
    const before = plan.effects.map((effect) => toHex(encodeEffect(effect)));
    bytes[0]?.fill(0xff);
    expect(plan.effects.map((effect) => toHex(encodeEffect(effect)))).toEqual(before);
  });
});
