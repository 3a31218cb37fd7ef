/** Hand-overs that were under way when the channel broke or the controller died, and what the switch says of them. */
import { describe, expect, it } from "vitest";
import type { TrackerConfig } from "../../../src/migration/index.ts";
import { segmentFrame } from "../../../src/tcp/index.ts";
import { ACK, clientAt, DPID, PSH, plainConfig, ports, SYN, service, TrackerRun, talk } from "./scene.ts";
import { SwitchedRun } from "./switched.ts";

const one = talk();
const third = 4;
const late: TrackerConfig = {
  ...plainConfig,
  lateMoves: true,
  services: { web: { ...service, targets: { ...service.targets, third: { switchPort: third } } } },
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const banner = bytes("220 hello\r\n");
const greeting: TrackerConfig = {
  ...plainConfig,
  services: { web: { ...service, profile: { speaksFirst: { maxBannerBytes: 100, banner: "equal" } } } },
};

function saved(run: TrackerRun): unknown {
  return JSON.parse(JSON.stringify(run.tracker.snapshot()));
}

/** Server 1 greets, the client asks, and server 2 is to greet. */
function toGreet<R extends TrackerRun>(run: R): R {
  run.handshake(one).origin(one, { payload: banner, flags: ACK | PSH });
  run.client(one, { ack: 5001 + banner.length });
  run.client(one, { ack: 5001 + banner.length, flags: ACK | PSH, payload: bytes("QUIT\r\n") });
  run.verdict(one).target(one, { seq: one.z, flags: SYN | ACK });
  expect(run.phase(one)).toBe("greet");
  return run;
}

/** A late move of a connection that has asked with 18 bytes, up to the dial. */
function dialLate<R extends TrackerRun>(run: R, from: "origin" | "target", target: string, park = false): R {
  run.at += 10_000;
  run.verdict(one, { action: "migrate", target, park }).barrier();
  run.at += 2_000;
  run.client(one, { seq: 1019, flags: ACK | PSH, payload: Uint8Array.of(1) });
  if (from === "origin") run.origin(one, { seq: 5001, ack: 1020, payload: Uint8Array.of(9) });
  else run.target(one, { seq: 3001, ack: 1020, payload: Uint8Array.of(9) });
  run.client(one, { seq: 1020, ack: 5002, flags: ACK | PSH, payload: Uint8Array.of(2, 3) });
  return run;
}

function acceptLate(run: TrackerRun, port: number): void {
  const answer = { from: one.to, to: one.from, seq: 70_000, ack: 1020, flags: SYN | ACK, window: 500 };
  run.packet(port, segmentFrame(answer)).barrier().barrier();
  expect(run.phase(one)).toBe("migrated");
}

/** What reaches server 1 while time passes, and barriers are answered. */
function toOrigin(run: TrackerRun, ms: number): readonly number[] {
  const sent: number[] = [];
  for (let waited = 0; waited < ms; waited += 250) {
    run.wait(250);
    const barrier = run.types.includes("barrier");
    sent.push(...run.sent.filter(({ port }) => port === ports.origin).map(({ frame }) => frame.payload.length));
    if (barrier) run.barrier();
    sent.push(...run.sent.filter(({ port }) => port === ports.origin).map(({ frame }) => frame.payload.length));
  }
  return sent;
}

describe("a snapshot from before the commit", () => {
  it.each([
    ["greet", () => toGreet(new SwitchedRun(new Map(), greeting)), banner],
    [
      "arm",
      () => {
        const run = new SwitchedRun();
        run
          .handshake(one)
          .request(one)
          .verdict(one)
          .target(one, { seq: one.z, flags: SYN | ACK });
        return run;
      },
      undefined,
    ],
  ] as const)("does not lead back from %s", (phase, begin, greets) => {
    const run = begin();
    expect(run.phase(one)).toBe(phase);
    const snapshot = saved(run);
    if (greets) run.target(one, { payload: greets, flags: ACK | PSH });
    run.barrier().barrier();
    expect(run.phase(one)).toBe("migrated");
    const next = new SwitchedRun(run.table, greets ? greeting : plainConfig);
    next.tracker.restore(snapshot);
    next.back().flows(run.reported);
    expect(next.phase(one)).toBe("migrated");
    expect(toOrigin(next, 10_000)).toEqual([]);
  });

  it("of a way back to server 1 does not undo a later move", () => {
    const run = new SwitchedRun(new Map(), late);
    run.handshake(one).request(one).verdict(one, { action: "forward" });
    const snapshot = saved(run);
    run.barrier();
    acceptLate(dialLate(run, "origin", "second", true), ports.target);
    const before = run.shifts;
    const next = new SwitchedRun(run.table, late);
    next.tracker.restore(snapshot);
    next.at = run.at;
    next.back();
    expect(next.shifts).toEqual(before);
    next.flows(next.reported);
    expect(next.shifts).toEqual(before);
    expect(next.phase(one)).toBe("migrated");
  });

  it("of a hand-over does not undo one to a third server", () => {
    const run = new SwitchedRun(new Map(), late);
    run.handshake(one).request(one).verdict(one, { action: "migrate", target: "second" });
    run.target(one, { seq: one.z, flags: SYN | ACK });
    const snapshot = saved(run);
    run.barrier().barrier();
    acceptLate(dialLate(run, "target", "third"), third);
    const before = run.shifts;
    const next = new SwitchedRun(run.table, late);
    next.tracker.restore(snapshot);
    next.at = run.at;
    next.back();
    expect(next.shifts).toEqual(before);
    next.flows(next.reported);
    expect(next.shifts).toEqual(before);
  });

  it.each(["hold", "dial"])("lets nothing out that a flow of the hand-over shows: %s", (phase) => {
    const software: TrackerConfig = { ...plainConfig, dataPlane: "software" };
    const run = new SwitchedRun(new Map(), software);
    run.handshake(one).request(one);
    if (phase === "dial") run.verdict(one);
    const snapshot = saved(run);
    if (phase === "hold") run.verdict(one);
    run.target(one, { seq: one.z, flags: SYN | ACK }).barrier();
    expect(run.phase(one)).toBe("migrated");
    const [forward, reverse] = [1n, 2n].map((role) =>
      run.reported.find(({ cookie }) => ((cookie >> 32n) & 255n) === role),
    );
    const next = new SwitchedRun(run.table, software);
    next.tracker.restore(snapshot);
    next.back();
    next.client(one, { seq: 1019, ack: 5001, flags: ACK | PSH, payload: Uint8Array.of(1) }, forward?.cookie);
    expect(next.sent).toEqual([]);
    next.target(one, { seq: 3001, ack: 1019 }, reverse?.cookie);
    expect(next.sent).toEqual([]);
    next.flows(next.reported);
    next.client(one, { seq: 1019, ack: 5001, flags: ACK | PSH, payload: Uint8Array.of(1) }, forward?.cookie);
    expect(next.sent).toMatchObject([{ port: ports.target, frame: { tcp: { seq: 1019, ack: 3001 } } }]);
  });
});

describe("a switch that goes and comes", () => {
  it.each([true, false])(
    "while a late move dials takes nothing of the connection with it (server 1 waits: %s)",
    (park) => {
      const run = new SwitchedRun(new Map(), late);
      run.handshake(one).request(one).verdict(one, { action: "migrate", target: "second", park });
      run
        .target(one, { seq: one.z, flags: SYN | ACK })
        .barrier()
        .barrier();
      dialLate(run, "target", "third");
      expect(run.phase(one)).toBe("dial");
      const { reported } = run;
      run.lost();
      run.at += 500;
      run.back().flows(reported);
      expect(run.codes).not.toContain("RECOVERED");
      // It asks again.
      expect(run.sent.map(({ port }) => port)).toEqual([third]);
      const [view] = run.tracker.connections();
      expect(view).toMatchObject({ phase: "dial", parked: park ? ["origin"] : [] });
    },
  );

  it("finds the flows of a connection beside those of a server that waits", () => {
    const run = new SwitchedRun(new Map(), { ...plainConfig, lateMoves: true });
    run.handshake(one).request(one).verdict(one, { action: "migrate", park: true });
    run
      .target(one, { seq: one.z, flags: SYN | ACK })
      .barrier()
      .barrier();
    run.at += 5_000;
    run
      .lost()
      .back()
      .flows([...run.reported].reverse());
    expect(run.codes).not.toContain("FLOW_RESTORED");
  });
});

describe("held data", () => {
  it("does not reach server 1 by another port while the new server is to greet", () => {
    const run = toGreet(new TrackerRun(greeting));
    const again = { ack: 5001 + banner.length, flags: ACK | PSH, payload: bytes("QUIT\r\n") };
    run.client(talk({ inPort: 9 }), again);
    expect(run.sent).toEqual([]);
  });
});

describe("the number of a relayed connection", () => {
  it("is nobody else's while its flows are there, after a minute of silence too", () => {
    const run = new TrackerRun().back();
    const relayed = talk({ from: clientAt("10.1.0.1", 1001) });
    run.client(relayed, { seq: relayed.x, ack: 0, flags: SYN }).origin(relayed, { seq: relayed.y, flags: SYN | ACK });
    run.flows([]).client(relayed);
    const cookies = run.effects.flatMap((effect) => (effect.type === "flowMod" ? [effect.message.cookie] : []));
    expect(cookies).toHaveLength(2);
    run.settle(61_000).migrate(one);
    for (const cookie of cookies) run.event({ type: "flowRemoved", at: run.at, dpid: DPID, cookie, reason: 0 });
    expect(run.phase(one)).toBe("migrated");
  });
});

describe("a snapshot of a client that has asked before the greeting", () => {
  it("can be restored while the new server is to greet", () => {
    const profile = { speaksFirst: { maxBannerBytes: 100, banner: "line" } } as const;
    const config: TrackerConfig = { ...plainConfig, lateMoves: true, services: { web: { ...service, profile } } };
    const run = new TrackerRun(config).handshake(one).request(one).verdict(one, { action: "forward" }).barrier();
    dialLate(run, "origin", "second").target(one, { seq: one.z, ack: 1020, flags: SYN | ACK });
    expect(run.phase(one)).toBe("greet");
    const next = new TrackerRun(config);
    next.tracker.restore(saved(run));
    expect(next.phase(one)).toBe("greet");
  });
});
