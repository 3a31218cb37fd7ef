import { describe, expect, it } from "vitest";
import { compatibility, type Policy, pawsDrops, planMigration, Reason } from "../../src/migration/index.ts";
import { dataFrame, TcpFlags, type TcpOption } from "../../src/tcp/index.ts";
import { client, dialInputOf, framesOf, inputOf, type Scene, server, withTcp } from "./scene.ts";

const { ae, cwr, ece } = TcpFlags;
const mss = (value: number): TcpOption => ({ type: "mss", value });
const nop: TcpOption = { type: "nop" };
const scale = (shift: number | undefined): TcpOption[] =>
  shift === undefined ? [] : [nop, { type: "windowScale", shift }];
const sack: TcpOption = { type: "sackPermitted" };
const timestamps = (value: number): TcpOption => ({ type: "timestamps", value, echo: 0 });

/** Level and codes of a verdict on options, with the new server's answer unless it is left out. */
function verdictOf(scene: Scene, policy: Policy = {}, step: "dial" | "ready" = "ready") {
  const { syn, synAck, targetSynAck } = framesOf(scene);
  const { level, reasons } = compatibility({ syn, synAck, policy, ...(step === "ready" && { targetSynAck }) });
  return [level, ...reasons.map(({ code }) => code)];
}

describe("window scale", () => {
  // w1: what client and server 1 agreed on; w2: what the new server says.
  const scene = (w1: number | undefined, w2: number | undefined): Scene => ({
    synOptions: [mss(1460), ...scale(w1 === undefined ? undefined : 7)],
    synAckOptions: [mss(1460), ...scale(w1)],
    targetOptions: [mss(1460), ...scale(w2)],
  });

  it.each([
    ["F01", 7, 7, ["ok"]],
    ["F02", 7, 10, ["degraded", "WINDOW_SCALE_LARGER"]],
    ["F03", 10, 7, ["refused", "WINDOW_SCALE_SMALLER"]],
    ["F04", 7, undefined, ["refused", "WINDOW_SCALE_MISMATCH"]],
    ["F05", undefined, undefined, ["ok"]],
    ["F06", undefined, 7, ["refused", "WINDOW_SCALE_MISMATCH"]],
    ["one bit too much", 7, 11, ["refused", "WINDOW_SCALE_LARGER"]],
    ["a shift of 0 is a shift", 0, 0, ["ok"]],
    ["0 is not none", 0, undefined, ["refused", "WINDOW_SCALE_MISMATCH"]],
    ["above 14 counts as 14", 14, 200, ["ok"]],
  ])("%s: %s and %s", (_, w1, w2, expected) => {
    expect(verdictOf(scene(w1, w2))).toEqual(expected);
  });

  it("says by how much: an eighth, or eight times", () => {
    const numbers = (w1: number, w2: number) => compatibility(framesOf(scene(w1, w2))).reasons[0]?.numbers;
    expect(numbers(7, 10)).toEqual({ origin: 7, target: 10, factor: 8 });
    expect(numbers(10, 7)).toEqual({ origin: 10, target: 7, factor: 8 });
  });

  it("accepts as much loss as the policy says", () => {
    expect(verdictOf(scene(7, 8), { maxWindowScaleLoss: 0 })[0]).toBe("refused");
    expect(verdictOf(scene(0, 14), { maxWindowScaleLoss: 14 })[0]).toBe("degraded");
  });

  it("is not in use when the client offered it and server 1 declined", () => {
    const declined = { synAckOptions: [mss(1460)] };
    expect(verdictOf({ ...declined, targetOptions: [mss(1460)] })).toEqual(["ok"]);
    expect(planMigration(dialInputOf(declined)).syn?.tcp?.options).toEqual([mss(1460)]);
  });
});

describe("maximum segment size", () => {
  const both = (origin: TcpOption[], target: TcpOption[]): Scene => ({
    synAckOptions: [...origin, ...scale(7)],
    targetOptions: [...target, ...scale(7)],
  });

  it.each([
    ["the same", [mss(1460)], [mss(1460)], ["ok"]],
    ["a larger one", [mss(1460)], [mss(8960)], ["ok"]],
    ["a smaller one", [mss(1460)], [mss(1459)], ["refused", "TARGET_MSS_SMALLER"]],
    ["none after 537", [mss(537)], [], ["refused", "TARGET_MSS_SMALLER"]],
    ["none after 536", [mss(536)], [], ["ok"]],
    ["535 after none", [], [mss(535)], ["refused", "TARGET_MSS_SMALLER"]],
  ])("of the new server: %s", (_, origin, target, expected) => {
    expect(verdictOf(both(origin, target))).toEqual(expected);
  });

  it("is 1220 when nothing is said over IPv6", () => {
    const scene = {
      client: { ...client, ip: "2001:db8::3" },
      server: { ...server, ip: "2001:db8::1" },
      ...both([mss(1220)], []),
    };
    expect(verdictOf(scene)).toEqual(["ok"]);
    expect(verdictOf({ ...scene, ...both([mss(1221)], []) })).toEqual(["refused", "TARGET_MSS_SMALLER"]);
  });

  it("catches SYN cookies, which answer with nothing but an MSS", () => {
    expect(verdictOf({ targetOptions: [mss(1460)] })).toEqual(["refused", "WINDOW_SCALE_MISMATCH"]);
  });
});

describe("selective acknowledgments", () => {
  it("end with the hand-over, which costs something", () => {
    const options = [mss(1460), sack, ...scale(7)];
    expect(verdictOf({ synOptions: options, synAckOptions: options })).toEqual(["degraded", "SACK_NEGOTIATED"]);
  });

  it("were never in use when only the client offered them", () => {
    expect(verdictOf({ synOptions: [mss(1460), sack, ...scale(7)] })).toEqual(["ok"]);
  });

  it("must not come from the new server, which was not asked", () => {
    expect(verdictOf({ targetOptions: [mss(1460), sack, ...scale(7)] })).toEqual([
      "refused",
      "TARGET_OPTION_NOT_OFFERED",
    ]);
  });
});

describe("timestamps", () => {
  const agreed: Scene = {
    synOptions: [mss(1460), nop, nop, timestamps(77), ...scale(7)],
    synAckOptions: [mss(1460), nop, nop, timestamps(2_000_000_000), ...scale(7)],
  };

  it.each(["dial", "ready"] as const)("refuse the hand-over (%s)", (step) => {
    expect(verdictOf(agreed, {}, step)).toEqual(["refused", "TS_NEGOTIATED"]);
  });

  it("are left behind for a client that tolerates it", () => {
    const policy = { clientToleratesMissingTimestamps: true };
    expect(verdictOf(agreed, policy)).toEqual(["degraded", "TS_NEGOTIATED"]);
    expect(planMigration({ ...dialInputOf(agreed), policy }).syn?.tcp?.options).toEqual([mss(1460), ...scale(7)]);
  });

  it("were never in use when they were stripped from the SYN on its way", () => {
    expect(verdictOf({ synOptions: [mss(1460), timestamps(77), ...scale(7)] })).toEqual(["ok"]);
  });

  it.each([
    [2e9, 1e9, true],
    [1e9, 2e9, false],
    // 100 − 4e9 + 2³² = 294967396: ahead
    [4e9, 100, false],
    [100, 4e9, true],
    [7, 7, false],
  ])("F08: after %d a client drops %d: %s", (recent, value, dropped) => {
    expect(pawsDrops(recent, value)).toBe(dropped);
  });

  it("of the new server's own clock are judged in words", () => {
    const { syn, synAck } = framesOf(agreed);
    const words = (value: number) => {
      const { targetSynAck } = framesOf({ targetOptions: [mss(1460), timestamps(value), ...scale(7)] });
      return compatibility({ syn, synAck, targetSynAck }).reasons.find(
        ({ code }) => code === Reason.timestampsNegotiated,
      );
    };
    expect(words(1e9)?.text).toContain("taken for the past");
    expect(words(2.1e9)).toMatchObject({ numbers: { recent: 2e9, value: 2.1e9 } });
    expect(words(2.1e9)?.text).toContain("pass for now");
  });
});

describe("explicit congestion notification", () => {
  const agreed: Scene = { synFlags: ece | cwr, synAckFlags: ece };

  it("is offered exactly when server 1 agreed", () => {
    const offer = (scene: Scene) => planMigration(dialInputOf(scene)).syn?.tcp?.flags;
    expect(offer(agreed)).toBe(TcpFlags.syn | ece | cwr);
    expect(offer({ ...agreed, synAckFlags: 0 })).toBe(TcpFlags.syn);
    // RFC 3168 §6.1.1: both flags in the answer are a broken server's echo.
    expect(offer({ ...agreed, synAckFlags: ece | cwr })).toBe(TcpFlags.syn);
    expect(offer({ synAckFlags: ece })).toBe(TcpFlags.syn);
  });

  it("must be the same with the new server", () => {
    expect(verdictOf({ ...agreed, targetFlags: ece })).toEqual(["ok"]);
    expect(verdictOf({ ...agreed, targetFlags: 0 })).toEqual(["refused", "ECN_MISMATCH"]);
    expect(verdictOf({ ...agreed, targetFlags: ece | cwr })).toEqual(["refused", "ECN_MISMATCH"]);
    expect(verdictOf({ targetFlags: ece })).toEqual(["refused", "ECN_MISMATCH"]);
  });

  it("is cleared on the way when the policy says so", () => {
    const policy = { ecnMismatch: "clear" } as const;
    expect(verdictOf(agreed, policy)).toEqual(["degraded", "ECN_MISMATCH"]);
    const flows = planMigration({ ...inputOf(agreed), policy }).effects.filter(({ type }) => type === "flowMod");
    expect(
      JSON.stringify(
        flows.map((flow) => ("message" in flow && "instructions" in flow.message ? flow.message.instructions : [])),
      ),
    ).toContain('{"type":"setField","field":{"ipEcn":0}}');
  });

  it.each([
    ["not ECT", cwr],
    ["ECT(1)", cwr | ece],
    ["ECT(0)", ae],
    ["CE", ae | cwr],
  ])("is not handed over in its accurate form (server 1 saw %s)", (_, synAckFlags) => {
    expect(verdictOf({ synFlags: ae | ece | cwr, synAckFlags }, {}, "dial")).toEqual(["refused", "ACC_ECN_NEGOTIATED"]);
  });

  it("falls back when server 1 knows only the classic form, or none", () => {
    const scene = { synFlags: ae | ece | cwr, synAckFlags: ece };
    expect(verdictOf({ ...scene, targetFlags: ece })).toEqual(["ok"]);
    expect(planMigration(dialInputOf(scene)).syn?.tcp?.flags).toBe(TcpFlags.syn | ece | cwr);
    expect(verdictOf({ ...scene, synAckFlags: 0 })).toEqual(["ok"]);
  });

  it("in its accurate form may answer with an option that was not asked for", () => {
    const counters: TcpOption = { type: "accEcn0", counters: [1, 2, 3] };
    const scene = { synFlags: ae | ece | cwr, synAckFlags: ae, synAckOptions: [mss(1460), ...scale(7), counters] };
    expect(verdictOf(scene, {}, "dial")).toEqual(["refused", "ACC_ECN_NEGOTIATED"]);
  });
});

describe("fast open", () => {
  const cookie: TcpOption = { type: "fastOpen", cookie: new Uint8Array(8) };
  const { syn, synAck } = framesOf({ synOptions: [mss(1460), ...scale(7), cookie] });
  const withData = dataFrame({
    from: client,
    to: server,
    seq: 1000,
    ack: 0,
    window: 64240,
    flags: TcpFlags.syn,
    options: syn.tcp?.options ?? [],
    payload: new Uint8Array(100),
  });

  it("refuses when server 1 took data out of the SYN", () => {
    const { level, reasons } = compatibility({ syn: withData, synAck: withTcp(synAck, { ack: 1101 }) });
    expect(level).toBe("refused");
    expect(reasons).toMatchObject([{ code: "TFO_DATA_ACCEPTED", numbers: { bytes: 100 } }]);
    // A capture may lack the data.
    expect(compatibility({ syn, synAck: withTcp(synAck, { ack: 1002 }) }).reasons).toMatchObject([
      { code: "TFO_DATA_ACCEPTED" },
    ]);
  });

  it("does not matter when server 1 left the data alone", () => {
    expect(compatibility({ syn: withData, synAck }).level).toBe("ok");
    const dial = planMigration({ ...dialInputOf(), syn: withData, synAck });
    expect(dial.status).toBe("dial");
    expect(dial.syn?.payload).toHaveLength(0);
    expect(dial.syn?.tcp?.options).toEqual([mss(1460), ...scale(7)]);
  });
});

describe("options that cannot be handed over", () => {
  const capable: TcpOption = { type: "multipath", subtype: 0, bits: 1, data: new Uint8Array(8) };
  const md5: TcpOption = { type: "md5", digest: new Uint8Array(16) };
  const ao: TcpOption = { type: "authentication", keyId: 1, rNextKeyId: 1, mac: new Uint8Array(12) };
  const unknown = (kind: number, ...data: number[]): TcpOption => ({
    type: "unknown",
    kind,
    data: Uint8Array.from(data),
  });
  const eno: TcpOption = { type: "tcpEno", suboptions: Uint8Array.of(1) };

  it.each([
    ["multipath agreed on", [capable], [capable], ["refused", "MPTCP_NEGOTIATED"]],
    ["multipath declined", [capable], [], ["ok"]],
    ["a path that joins", [{ ...capable, subtype: 1 }], [], ["refused", "MPTCP_JOIN"]],
    ["MD5", [md5], [md5], ["refused", "AUTHENTICATED"]],
    ["TCP-AO in the SYN alone", [ao], [], ["refused", "AUTHENTICATED"]],
    ["an unknown option agreed on", [unknown(77, 1)], [unknown(77, 2)], ["refused", "UNKNOWN_OPTION"]],
    ["an unknown option declined", [unknown(77, 1)], [], ["ok"]],
    ["an unknown option out of nowhere", [], [unknown(77, 1)], ["refused", "SYN_ACK_NOT_SUBSET"]],
    // RFC 6994: two experiments share a kind.
    ["another experiment", [unknown(254, 0xe2, 0xd4)], [unknown(254, 1, 2)], ["refused", "SYN_ACK_NOT_SUBSET"]],
    ["an experiment agreed on", [unknown(254, 1, 2)], [unknown(254, 1, 2, 3)], ["refused", "UNKNOWN_OPTION"]],
    ["encryption", [eno], [eno], ["refused", "UNKNOWN_OPTION"]],
    ["a user timeout", [{ type: "userTimeout", granularity: "seconds", timeout: 9 }], [], ["ok"]],
    ["SACK out of nowhere", [], [sack], ["refused", "SYN_ACK_NOT_SUBSET"]],
  ] satisfies [string, TcpOption[], TcpOption[], string[]][])("%s", (_, offered, answered, expected) => {
    const scene = { synOptions: [mss(1460), ...offered], synAckOptions: [mss(1460), ...answered] };
    expect(verdictOf(scene, {}, "dial")).toEqual(expected);
  });

  it("include those that do not parse", () => {
    const broken: TcpOption = { type: "malformed", raw: Uint8Array.of(8, 0, 0, 0) };
    expect(verdictOf({ synOptions: [mss(1460), broken] }, {}, "dial")).toEqual(["refused", "OPTIONS_MALFORMED"]);
    expect(verdictOf({ targetOptions: [mss(1460), ...scale(7), broken] })).toEqual(["refused", "OPTIONS_MALFORMED"]);
  });

  it("never reach the new server, whatever the client offered", () => {
    const synOptions = [mss(1400), ...scale(9), sack, timestamps(1)];
    const dial = planMigration(dialInputOf({ synOptions, synAckOptions: [mss(1460), ...scale(7)] }));
    expect(dial.syn?.tcp?.options).toEqual([mss(1400), ...scale(9)]);
  });
});

describe("the synthetic SYN", () => {
  it("has the client's window as it stands in its SYN", () => {
    expect(planMigration(dialInputOf()).syn?.tcp?.window).toBe(64240);
  });
});

describe("compatibility", () => {
  it("names arguments that are wrong or missing", () => {
    const { syn, synAck } = framesOf();
    expect(() => compatibility({ syn, synAck, policy: { maxWindowScaleLoss: 99 } })).toThrow(
      /policy.maxWindowScaleLoss/,
    );
    expect(() => compatibility({ syn, synAck, policy: { typo: 1 } as never })).toThrow(/policy.typo/);
    expect(() => compatibility({ syn, synAck, policy: { ecnMismatch: "maybe" as never } })).toThrow(RangeError);
    expect(() => compatibility({ syn, synAck, policy: { synTrap: 1 as never } })).toThrow(TypeError);
    expect(() => compatibility({ syn } as never)).toThrow(/synAck/);
  });

  it("refuses what is no TCP instead of throwing", () => {
    const { syn, synAck } = framesOf();
    expect(compatibility({ syn: new Uint8Array(64), synAck })).toMatchObject({
      level: "refused",
      reasons: [{ code: "NOT_TCP" }],
    });
    expect(() => compatibility({ syn: new Uint8Array(3), synAck })).toThrow(expect.objectContaining({ path: "syn" }));
    expect(compatibility({ syn, synAck, targetSynAck: new Uint8Array(64) }).level).toBe("refused");
  });
});
