/**
 * Shadow mode: what would be done is said, and nothing is done. x = 1000, y = 5000; the new server is never heard of. A request of 18
 * bytes: cNxt = 1001, sNxt = 5001.
 */
import { describe, expect, it } from "vitest";
import {
  type ConnectionConfig,
  type ConnectionEffect,
  deadline,
  type Service,
  step,
} from "../../../src/migration/machine/index.ts";
import { connectionFromJSON, connectionToJSON } from "../../../src/migration/recovery/index.ts";
import { encodeFrame, type Frame, TcpFlags, type TcpOption } from "../../../src/tcp/index.ts";
import { concat } from "../../../src/wire/index.ts";
import { mssAndScale, ports, server } from "../scene.ts";
import { ACK, FIN, letters, PSH, plainConfig, RST, Run, SYN } from "./scene.ts";

const service: Service = { ...plainConfig.service, shadow: true };
const config: ConnectionConfig = { service };

/** A connection in shadow mode that insists on what must hold for each of its events. */
class Shadowed extends Run {
  constructor(change: Partial<ConnectionConfig> = {}) {
    super({}, { ...config, ...change });
  }

  override event(event: Parameters<Run["event"]>[0]): this {
    super.event(event);
    const sent = this.effects.flatMap((effect) => (effect.type === "packetOut" ? [effect.message.data] : []));
    expect(sent).toEqual(event.type === "packetIn" && event.inPort !== ports.target ? [event.frame] : []);
    const flows = ["plainToServer", "plainToClient", "all"];
    expect(this.flows.filter((role) => !flows.includes(role))).toEqual([]);
    return this;
  }

  get asked(): readonly { readonly seq: number; readonly length: number; readonly complete: boolean }[] {
    return this.effects.flatMap((effect) =>
      effect.type === "inspect" ? [{ seq: effect.seq, length: effect.payload.length, complete: effect.complete }] : [],
    );
  }

  get report(): Extract<ConnectionEffect, { type: "report" }> | undefined {
    return this.effects.findLast((effect) => effect.type === "report");
  }

  get codes(): readonly string[] | undefined {
    return this.report?.reasons.map(({ code }) => code);
  }
}

const plainPair = ["plainToServer", "plainToClient"];

describe("a first request", () => {
  it("goes to server 1 at once, and the analyzer sees it", () => {
    const run = new Shadowed().toReady().data();
    expect(run.asked).toEqual([{ seq: 1001, length: 18, complete: false }]);
    expect(run.phase).toBe("forwarded");
    expect(run.flows).toEqual([]);
    expect(run.deadline).toBe(1000);
  });

  it("would move on a verdict: cNxt, sNxt, the target, and what only the target could tell", () => {
    const run = new Shadowed().toHold().verdict();
    expect(run.report).toMatchObject({
      code: "WOULD_MIGRATE",
      target: "second",
      numbers: { clientNext: 1001, serverNext: 5001 },
      reasons: [{ code: "TARGET_NOT_ASKED", level: "ok", numbers: { mss: 1460, windowScale: 7 } }],
    });
    expect(run.report?.reasons[0]?.text).toBe(
      "Nobody has asked second: not known are whether it accepts, its MSS and its window scale.",
    );
    expect(run.flows).toEqual(plainPair);
    expect(run.phase).toBe("forwarded");
    expect(run.state?.shadow).toEqual({ request: undefined, target: "second" });
  });

  it("stays on the other verdict, as always", () => {
    const run = new Shadowed().toHold().verdict({ action: "forward" });
    expect(run.reports).toEqual(["FORWARDED"]);
    expect(run.flows).toEqual(plainPair);
  });

  it("stays without a verdict", () => {
    const run = new Shadowed().toHold().wait(999);
    expect(run.effects).toEqual([]);
    run.wait(1);
    expect(run.reports).toEqual(["VERDICT_MISSING", "FORWARDED"]);
    expect(run.effects[0]).toMatchObject({ numbers: { waited: 1000 } });
    expect(run.flows).toEqual(plainPair);
    expect(run.deadline).toBe(undefined);
  });

  it("is decided about by a verdict that came before", () => {
    const run = new Shadowed().syn().synAck().verdict().client({});
    expect(run.effects).toHaveLength(1);
    run.data();
    expect(run.asked).toEqual([]);
    expect(run.reports).toEqual(["WOULD_MIGRATE"]);
    expect(run.flows).toEqual(plainPair);
  });

  it("is still decided about when the ACK before it was lost", () => {
    const run = new Shadowed().syn().synAck().data();
    expect(run.asked).toHaveLength(1);
    expect(run.verdict().reports).toEqual(["WOULD_MIGRATE"]);
  });

  it("may come in several segments, out of order and again, and with what server 1 says between", () => {
    const run = new Shadowed().toReady().data(10);
    run.origin({ ack: 1011 });
    run.client({ seq: 1021, flags: PSH | ACK, payload: letters(10, 20) });
    expect(run.asked).toEqual([]);
    run.data(10);
    expect(run.asked).toEqual([]);
    run.client({ seq: 1011, flags: PSH | ACK, payload: letters(10, 10) });
    expect(run.effects.find(({ type }) => type === "inspect")).toMatchObject({ seq: 1001, payload: letters(30) });
    run.client({ seq: 1031, flags: FIN | ACK });
    expect(run.asked).toEqual([{ seq: 1001, length: 30, complete: true }]);
    expect(run.verdict().report).toMatchObject({ numbers: { clientNext: 1001, serverNext: 5001 } });
  });

  it("ends where the client has had an answer: had the request been held, nobody would have given one", () => {
    const run = new Shadowed().toHold().origin({ ack: 1019, payload: letters(200) });
    run.client({ seq: 1019, ack: 5201, flags: PSH | ACK, payload: letters(50) });
    expect(run.asked).toEqual([]);
    // Not 5201, which the client acknowledges by now.
    expect(run.verdict().report).toMatchObject({ code: "WOULD_MIGRATE", numbers: { serverNext: 5001 } });
  });

  it("is no longer shown than it could have been held, and goes on all the same", () => {
    const run = new Shadowed({ limits: { heldBytes: 30 } }).toReady().data(20);
    run.client({ seq: 1021, flags: ACK, payload: letters(20, 20) });
    expect(run.effects).toHaveLength(1);
  });

  it("contradicted by a later segment is shown as it came first", () => {
    const run = new Shadowed().toHold().client({ flags: PSH | ACK, payload: letters(18, 5) });
    expect(run.effects).toHaveLength(1);
  });
});

describe("a verdict that would be refused", () => {
  it("has the options that the edited SYN would not have offered left out", () => {
    const clock: TcpOption = { type: "timestamps", value: 5, echo: 0 };
    const options: TcpOption[] = [
      ...mssAndScale,
      { type: "sackPermitted" },
      clock,
      { type: "unknown", kind: 200, data: Uint8Array.of(1, 2) },
    ];
    const run = (regime: "normalise" | "lazy") =>
      new Shadowed({ regime }).syn({ options }).synAck({ options }).client({}).data().verdict();
    expect(run("normalise").codes).toEqual(["TARGET_NOT_ASKED"]);
    const lazy = run("lazy");
    expect(lazy.report).toMatchObject({
      code: "WOULD_REFUSE",
      why: "This connection cannot be moved: it stays with server 1.",
    });
    expect(lazy.codes).toEqual(["SACK_NEGOTIATED", "TS_NEGOTIATED", "UNKNOWN_OPTION"]);
    // The same as where nothing is shadow.
    const real = new Run({}, { ...plainConfig, regime: "lazy" }).syn({ options }).synAck({ options }).client({}).data();
    const forwarded = real.verdict().effects.find(({ type }) => type === "report");
    expect(forwarded).toMatchObject({ code: "FORWARDED", reasons: lazy.report?.reasons });
    expect(lazy.flows).toEqual(plainPair);
  });

  it("does not take an answer that nobody asked for as edited away", () => {
    const answer: TcpOption[] = [...mssAndScale, { type: "sackPermitted" }];
    const run = new Shadowed().syn().synAck({ options: answer }).client({}).data().verdict();
    expect(run.codes).toEqual(["SYN_ACK_NOT_SUBSET"]);
  });

  it("takes accurate ECN for the ECN that the edited SYN would have asked for", () => {
    const { ae, cwr, ece } = TcpFlags;
    const accurate = (regime: "normalise" | "lazy") =>
      new Shadowed({ regime })
        .syn({ flags: SYN | ae | cwr | ece })
        .synAck({ flags: SYN | ACK | cwr })
        .client({})
        .data()
        .verdict();
    expect(accurate("lazy").codes).toEqual(["ACC_ECN_NEGOTIATED"]);
    const run = accurate("normalise");
    expect(run.codes).toEqual(["TARGET_NOT_ASKED"]);
    expect(run.report?.reasons[0]?.text).toMatch(/and whether it does ECN[.]$/);
  });

  it("names the MSS that a clamp would have left", () => {
    const clamped: Service = { ...service, policy: { clampMss: 1400 } };
    const run = new Shadowed({ service: clamped }).toHold().verdict();
    expect(run.report?.reasons[0]?.numbers).toEqual({ mss: 1400, windowScale: 7 });
  });

  it("says so when server 1 has spoken first", () => {
    const run = new Shadowed()
      .toReady()
      .origin({ payload: letters(40) })
      .data(18, { ack: 5041 })
      .verdict();
    expect(run.report).toMatchObject({ code: "WOULD_REFUSE" });
    expect(run.codes).toEqual(["SERVER_SPOKE_FIRST"]);
  });

  it("does without that where a profile says how servers greet", () => {
    const profile = { speaksFirst: { banner: "line", maxBannerBytes: 100 } } as const;
    const run = new Shadowed({ service: { ...service, profile } }).toReady();
    run.origin({ flags: PSH | ACK, payload: new TextEncoder().encode("220 hello\r\n") });
    // Eleven bytes: sNxt = 5012.
    run.client({ ack: 5012 }).data(18, { ack: 5012 }).verdict();
    expect(run.report).toMatchObject({ code: "WOULD_MIGRATE", numbers: { clientNext: 1001, serverNext: 5012 } });
    expect(run.codes).toEqual(["SERVER_SPOKE_FIRST", "TARGET_NOT_ASKED"]);
    expect(run.report?.reasons[1]?.text).toMatch(/its window scale and what it greets with[.]$/);
  });

  it("waits with a verdict that came before until the client has the greeting", () => {
    const profile = { speaksFirst: { banner: "line", maxBannerBytes: 100 } } as const;
    const run = new Shadowed({ service: { ...service, profile } }).toReady().verdict();
    run.origin({ flags: PSH | ACK, payload: new TextEncoder().encode("220 hello\r\n") }).data();
    expect(run.reports).toEqual([]);
    run.client({ seq: 1019, ack: 5012 });
    expect(run.report).toMatchObject({ code: "WOULD_MIGRATE", numbers: { clientNext: 1001, serverNext: 5012 } });
  });

  it.each([
    ["unknown", "TARGET_UNKNOWN"],
    ["draining", "TARGET_DRAINING"],
    ["broken", "TARGET_BROKEN"],
  ] as const)("says so when the target is %s", (why, code) => {
    const run = new Shadowed({ chooseTarget: () => ({ target: undefined, why, text: "No." }) }).toHold().verdict();
    expect(run.reports).toEqual([code, "WOULD_REFUSE"]);
  });

  it("says so when the client has such a connection already", () => {
    expect(new Shadowed({ isTaken: () => true }).toHold().verdict().reports).toEqual(["TARGET_TAKEN", "WOULD_REFUSE"]);
  });

  it("asks the chooser once, with what the verdict names", () => {
    const wishes: unknown[] = [];
    const chooseTarget: ConnectionConfig["chooseTarget"] = (wish) => {
      wishes.push([wish.named, wish.at]);
      return { target: "second" };
    };
    new Shadowed({ chooseTarget }).toHold().verdict({ action: "migrate", target: "second" });
    expect(wishes).toEqual([["second", 0]]);
  });
});

describe("a verdict that comes", () => {
  it("twice is ignored, and to another server too late", () => {
    const run = new Shadowed({ service: { ...service, targets: { ...service.targets, third: { switchPort: 4 } } } });
    run.toHold().verdict().verdict();
    expect(run.reports).toEqual(["VERDICT_IGNORED"]);
    expect(run.verdict({ action: "migrate", target: "third" }).reports).toEqual(["VERDICT_TOO_LATE"]);
    expect(run.verdict({ action: "forward" }).reports).toEqual(["VERDICT_IGNORED"]);
    expect(run.flows).toEqual([]);
  });

  it("after the default is too late, unless late moves are allowed", () => {
    expect(new Shadowed().toHold().wait(1000).verdict().reports).toEqual(["VERDICT_TOO_LATE"]);
    const run = new Shadowed({ lateMoves: true }).toHold().wait(1000).verdict();
    expect(run.report).toMatchObject({
      code: "WOULD_MIGRATE",
      target: "second",
      numbers: {},
      reasons: [{ code: "TARGET_NOT_ASKED" }],
    });
    expect(run.effects).toHaveLength(1);
    expect(run.verdict().reports).toEqual(["VERDICT_IGNORED"]);
  });

  it("late is refused for the reasons of a late move", () => {
    const options: TcpOption[] = [...mssAndScale, { type: "timestamps", value: 5, echo: 0 }];
    const run = new Shadowed({ lateMoves: true, regime: "lazy" }).syn({ options }).synAck({ options }).client({});
    run.data().verdict({ action: "forward" }).verdict();
    expect(run.report).toMatchObject({ code: "WOULD_REFUSE", reasons: [{ code: "TS_NEGOTIATED" }] });
    expect(
      new Shadowed({ lateMoves: true, chooseTarget: () => ({ target: undefined, why: "draining", text: "No." }) })
        .toHold()
        .wait(1000)
        .verdict().reports,
    ).toEqual(["TARGET_DRAINING", "WOULD_REFUSE"]);
  });

  it("of an older connection of these addresses is stale", () => {
    expect(new Shadowed().toHold().verdict({ action: "migrate", generation: 7 }).reports).toEqual(["VERDICT_STALE"]);
  });
});

describe("a connection that ends before anybody has decided", () => {
  const exchanged = () => new Shadowed().toHold().origin({ ack: 1019, payload: letters(200) });

  it("with both FINs is still judged, and gets no flows", () => {
    const run = exchanged().origin({ seq: 5201, ack: 1019, flags: FIN | ACK });
    run.client({ seq: 1019, ack: 5202, flags: FIN | ACK });
    expect(run.phase).toBe("closing");
    run.origin({ seq: 5202, ack: 1020 });
    expect(run.phase).toBe("linger");
    expect(run.deadline).toBe(1000);
    expect(run.verdict().reports).toEqual(["WOULD_MIGRATE"]);
    expect(run.flows).toEqual([]);
    expect(run.deadline).toBe(60_000);
    run.wait(60_000);
    expect(run.reports).toEqual(["ENDED"]);
    expect(run.flows).toEqual([]);
    expect(run.phase).toBe("dead");
  });

  it.each([
    ["client's", (run: Shadowed) => run.client({ seq: 1019, ack: 0, flags: RST })],
    ["server 1's", (run: Shadowed) => run.origin({ seq: 5201, ack: 1019, flags: RST | ACK })],
  ])("with the %s reset is still judged", (_, reset) => {
    const run = reset(exchanged());
    expect(run.phase).toBe("linger");
    expect(run.wait(1000).reports).toEqual(["VERDICT_MISSING", "FORWARDED"]);
    expect(run.flows).toEqual([]);
    expect(run.wait(9000).phase).toBe("dead");
  });

  it("with a FIN before any data is left alone, as always", () => {
    const run = new Shadowed().toNonMig();
    expect(run.reports).toEqual(["UNTRACKED"]);
    expect(run.flows).toEqual(plainPair);
    expect(run.verdict().reports).toEqual(["VERDICT_TOO_LATE"]);
  });
});

describe("every frame passes as it came", () => {
  const edit = (frame: Frame, change: (bytes: Uint8Array) => void): Uint8Array => {
    const bytes = encodeFrame(frame);
    change(bytes);
    return bytes;
  };

  it("with each option of the SYN, data in it, and what follows the packet in its Ethernet frame", () => {
    const options: TcpOption[] = [...mssAndScale, { type: "fastOpen", cookie: letters(8) }];
    const run = new Shadowed({ service: { ...service, policy: { clampMss: 536 } } });
    const syn = run.clientFrame({ seq: 1000, ack: 0, flags: SYN, options, payload: letters(9) });
    const padded = concat([encodeFrame(syn), new Uint8Array(6)]);
    run.packet(ports.client, padded).packet(ports.client, padded).synAck({ options: mssAndScale });
    expect(run.client({}).phase).toBe("ready");
  });

  it("signed, joining a multipath connection", () => {
    const run = new Shadowed().syn({ options: [{ type: "md5", digest: new Uint8Array(16) }] });
    expect(run.reports).toEqual(["UNTRACKED"]);
    expect(run.flows).toEqual(plainPair);
  });

  it("damaged, out of every window, or senseless", () => {
    const run = new Shadowed().toReady();
    const damaged = edit(run.clientFrame({ payload: letters(5) }), (bytes) => bytes.fill(0xff, 58));
    expect(run.packet(ports.client, damaged).reports).toEqual([]);
    run
      .client({ seq: 900_000, payload: letters(5) })
      .client({ flags: 0 })
      .client({ flags: SYN | FIN });
    run.origin({ seq: 1, ack: 2, flags: RST }).origin({ flags: SYN });
    expect(run.phase).toBe("ready");
  });

  it("even after the connection is forgotten", () => {
    const run = new Shadowed().toReady().client({ ack: 0, flags: RST });
    expect(run.phase).toBe("dead");
    run.data().origin({ payload: letters(3) });
  });

  it("readdressed where server 1 has an address of its own, and a damaged one is not made whole", () => {
    const origin = { mac: "00:00:00:00:00:0b", ip: "10.0.0.11", port: 8080 };
    const own: ConnectionConfig = { service: { ...service, origin: { switchPort: 1, ...origin } } };
    const run = new Run({}, own, undefined, { origin });
    run.syn({ options: [...mssAndScale, { type: "sackPermitted" }, { type: "nop" }, { type: "nop" }] });
    expect(run.sent).toMatchObject([
      {
        port: 1,
        frame: { ethernet: { dst: origin.mac }, ipv4: { dst: origin.ip } },
        tcp: { dstPort: 8080, checksumValid: true },
      },
    ]);
    expect(run.sent[0]?.tcp.options).toContainEqual({ type: "sackPermitted" });
    run.synAck();
    expect(run.sent).toMatchObject([{ port: 3, frame: { ipv4: { src: server.ip } }, tcp: { srcPort: 11111 } }]);
    const damaged = edit(run.clientFrame({ payload: letters(5) }), (bytes) => bytes.fill(0xff, 58));
    expect(run.packet(ports.client, damaged).reports).toEqual(["DAMAGED"]);
    expect(run.sent).toEqual([]);
    expect(run.client({}).data().verdict().reports).toEqual(["WOULD_MIGRATE"]);
    expect(run.flows).toEqual(plainPair);
  });
});

describe("the port used again", () => {
  it("is another connection once the client completes its handshake, with a request of its own", () => {
    const run = new Shadowed().toReady();
    run.client({ seq: 9000, ack: 0, flags: SYN, options: mssAndScale });
    expect(run.reports).toEqual(["PORT_REUSED"]);
    run.origin({ seq: 8000, ack: 9001, flags: SYN | ACK, options: mssAndScale });
    run.client({ seq: 9001, ack: 8001, flags: PSH | ACK, payload: letters(7) });
    expect(run.reports).toEqual(["PROMOTED"]);
    expect(run.asked).toEqual([{ seq: 9001, length: 7, complete: false }]);
    expect(run.verdict().report).toMatchObject({ numbers: { clientNext: 9001, serverNext: 8001 } });
  });

  it("is not watched for once the switch carries the connection", () => {
    const run = new Shadowed().toHold().verdict().client({ seq: 9000, ack: 0, flags: SYN });
    expect(run.reports).toEqual(["PORT_REUSED"]);
    expect(run.flows).toEqual([]);
  });
});

describe("the switch", () => {
  it("that refuses a plain flow gets both taken out, and segments are relayed", () => {
    const run = new Shadowed().toHold().verdict();
    run.error(run.flowId("plainToClient"));
    expect(run.reports).toEqual(["SWITCH_ERROR", "SWITCH_ERROR"]);
    expect(run.flows).toEqual(["all"]);
    run.data(5, { seq: 1019 });
    expect(run.deadline).toBe(7_440_000);
  });

  it("that was away is asked for the plain flows", () => {
    const run = new Shadowed().toHold().event({ type: "switchLost", at: 0, dpid: 7n }).verdict();
    run.event({ type: "switchBack", at: 5, dpid: 7n });
    expect(run.effects.map(({ type }) => type)).toEqual(["flowStats"]);
    run.event({ type: "flowStats", at: 6, dpid: 7n, id: run.effects[0]?.id ?? 0, flows: [] });
    expect(run.flows).toEqual(plainPair);
  });

  it("that lost the client before its request forgets it", () => {
    expect(new Shadowed().toReady().event({ type: "switchLost", at: 0, dpid: 7n }).phase).toBe("dead");
  });
});

it("says nothing to the new server, whatever that says", () => {
  const run = new Shadowed().toHold().targetSynAck();
  expect(run.reports).toEqual(["FOREIGN"]);
  expect(run.target({ payload: letters(3) }).reports).toEqual(["FOREIGN"]);
  expect(run.verdict().target({ flags: RST }).reports).toEqual(["FOREIGN"]);
});

it("takes true or false", () => {
  const wrong = JSON.parse('{"origin":{"switchPort":1},"targets":{},"shadow":"yes"}') as Service;
  expect(() => new Run({}, { service: wrong }).syn()).toThrow(new TypeError("service.shadow must be a boolean"));
  expect(new Run({}, { service: { ...service, shadow: false } }).toDial().phase).toBe("dial");
});

describe("a configuration that changes while a connection lives", () => {
  const goOn = (run: Run, other: ConnectionConfig) => {
    const next = new Run({}, other);
    next.state = run.state;
    next.at = run.at;
    return next;
  };

  it("leaves one in shadow mode whose request server 1 has: nobody else may get it", () => {
    for (const begun of [new Shadowed().syn(), new Shadowed().toReady(), new Shadowed().toHold()]) {
      const run = goOn(begun, plainConfig);
      if (run.phase === "syn") run.synAck().client({});
      if (run.phase === "ready") run.data();
      expect(run.verdict().reports).toEqual(["WOULD_MIGRATE"]);
    }
    const dead = new Shadowed().toReady().client({ ack: 0, flags: RST });
    expect(goOn(dead, plainConfig).toDial().phase).toBe("dial");
  });

  it("takes one in that nobody has begun to move", () => {
    expect(goOn(new Run().toReady(), config).data().verdict().reports).toEqual(["WOULD_MIGRATE"]);
    expect(goOn(new Run().toForwarded(), config).verdict().reports).toEqual(["VERDICT_TOO_LATE"]);
  });

  it("lets a hand-over go on that has begun", () => {
    const run = goOn(new Run().toArm(), config);
    const barrier = run.state?.pending?.barrier;
    run.barrier(barrier);
    expect(run.story).toEqual(["s2:A 1001,3001+0", "forward", "barrier"]);
    const moved = goOn(new Run().toMigrated(), config).client({ seq: 1019, ack: 5001 });
    expect(moved.phase).toBe("migrated");
  });
});

describe("its state", () => {
  it("is the same through JSON, undecided and decided", () => {
    for (const { state } of [new Shadowed().toReady(), new Shadowed().toHold(), new Shadowed().toHold().verdict()]) {
      if (!state) throw new Error("no state");
      const copy = connectionFromJSON(JSON.parse(JSON.stringify(connectionToJSON(state))), ["second"]);
      expect(copy).toStrictEqual(state);
      expect(deadline(copy, config)).toBe(deadline(state, config));
      const event = { type: "timer", at: 1000 } as const;
      expect(step(copy, event, config)).toEqual(step(state, event, config));
    }
  });

  it("is none with a hand-over, or a request without the handshake that it is judged by", () => {
    const { state } = new Shadowed().toHold();
    const broken = (changes: object) => () =>
      connectionFromJSON(connectionToJSON({ ...state, ...changes } as NonNullable<typeof state>), ["second"]);
    expect(broken({ phase: "hold" })).toThrow("shadow");
    expect(broken({ syn: undefined })).toThrow("syn");
    expect(broken({ synAck: undefined })).toThrow("synAck");
  });
});
