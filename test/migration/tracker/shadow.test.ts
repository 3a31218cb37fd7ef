/** Shadow mode of one service among several. */
import { describe, expect, it } from "vitest";
import { encodeFrame, segmentFrame } from "../../../src/tcp/index.ts";
import { ACK, FIN, PSH, plainConfig, ports, RST, SYN, service, TrackerRun, talk } from "./scene.ts";

const config = { ...plainConfig, services: { web: { ...service, shadow: true } } };

/** What was sent as bytes: in shadow mode, what came. */
function bytesOut({ effects }: TrackerRun): readonly Uint8Array[] {
  return effects.flatMap((effect) => (effect.type === "packetOut" ? [effect.message.data] : []));
}

function bytesIn({ events }: TrackerRun): readonly Uint8Array[] {
  const event = events.at(-1);
  return event?.type === "packetIn" ? [event.frame] : [];
}

describe("a service in shadow mode", () => {
  it("has its connections reported, with what would have become of them", () => {
    const run = new TrackerRun(config);
    run.handshake(talk()).request(talk());
    expect(run.types).toEqual(["packetOut", "inspect"]);
    expect(bytesOut(run)).toEqual(bytesIn(run));
    run.verdict(talk());
    expect(run.effects[0]).toMatchObject({
      type: "report",
      code: "WOULD_MIGRATE",
      target: "second",
      about: { service: "web" },
    });
    expect(run.roles).toEqual(["plainToServer", "plainToClient"]);
    expect(run.tracker.stats()).toMatchObject({ connections: 1, heldBytes: 0, targets: { web: { second: 0 } } });
    expect(run.tracker.stats().totals.reports).toEqual({ WOULD_MIGRATE: 1 });
  });

  it("sends nobody to a target that is drained, and does not try one that has failed", () => {
    const run = new TrackerRun(config).event({
      type: "drain",
      at: 0,
      service: "web",
      target: "second",
      draining: true,
    });
    run.handshake(talk()).request(talk()).verdict(talk());
    expect(run.codes).toEqual(["TARGET_DRAINING", "WOULD_REFUSE"]);
  });

  it("leaves the other services as they are", () => {
    const vip = { ip: "10.0.0.9", port: 80 };
    const run = new TrackerRun({ ...config, services: { ...config.services, other: { ...service, vip } } });
    const there = talk({ to: { mac: "00:00:00:00:00:01", ...vip } });
    run.handshake(there).request(there).verdict(there);
    expect(run.phase(there)).toBe("dial");
  });

  it("lets data pass that there is no room to keep a copy of", () => {
    const run = new TrackerRun({ ...config, budgets: { heldSegments: 1 } });
    run.handshake(talk()).request(talk(), "GET / HT");
    const first = talk({ from: { mac: "00:00:00:00:03:04", ip: "10.0.0.4", port: 1 } });
    run.handshake(first).request(first);
    expect(run.codes).toEqual(["HELD_BUDGET"]);
    expect(bytesOut(run)).toEqual(bytesIn(run));
    expect(run.types).not.toContain("inspect");
    const ids = run.effects.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain(run.client(first).effects[0]?.id);
    expect(run.tracker.stats()).toMatchObject({ connections: 2, heldSegments: 1 });
    expect(run.verdict(first).codes).toEqual(["WOULD_MIGRATE"]);
  });

  it("resets nobody who speaks out of turn", () => {
    const run = new TrackerRun(config).target(talk(), { flags: SYN | ACK });
    expect(bytesOut(run)).toEqual([]);
    run
      .handshake(talk())
      .request(talk())
      .target(talk(), { flags: SYN | ACK });
    expect(run.codes).toEqual(["FOREIGN"]);
    expect(bytesOut(run)).toEqual([]);
  });

  it("is forgotten connection by connection, and goes on from a snapshot", () => {
    const run = new TrackerRun(config).handshake(talk()).request(talk());
    const snapshot: unknown = JSON.parse(JSON.stringify(run.tracker.snapshot()));
    const next = new TrackerRun(config);
    next.tracker.restore(snapshot);
    next.wait(1000);
    expect(next.codes).toEqual(["VERDICT_MISSING", "FORWARDED"]);
    next.client(talk(), { seq: 1019, ack: 0, flags: RST });
    next.settle(20_000);
    expect(next.roles).toEqual([]);
    expect(next.tracker.stats()).toMatchObject({ connections: 0, awaited: 0, heldBytes: 0 });
  });

  it("goes on in it when the tracker comes back without: server 1 has the request", () => {
    const run = new TrackerRun(config).handshake(talk()).request(talk());
    const next = new TrackerRun(plainConfig);
    next.tracker.restore(JSON.parse(JSON.stringify(run.tracker.snapshot())));
    expect(next.verdict(talk()).codes).toEqual(["WOULD_MIGRATE"]);
    const again = talk({ from: { mac: "00:00:00:00:03:04", ip: "10.0.0.4", port: 1 } });
    next.handshake(again).request(again).verdict(again);
    expect(next.phase(again)).toBe("dial");
  });

  it("closes in the controller when nobody has decided, without a flow", () => {
    const run = new TrackerRun(config).handshake(talk()).request(talk());
    run.origin(talk(), { ack: 1019, flags: FIN | ACK | PSH, payload: new Uint8Array(5) });
    run.client(talk(), { seq: 1019, ack: 5007, flags: FIN | ACK });
    run.origin(talk(), { seq: 5007, ack: 1020 });
    run.settle(100_000);
    expect(run.tracker.stats()).toMatchObject({ connections: 0, awaited: 0 });
    expect(run.events.length).toBeGreaterThan(7);
    const late = encodeFrame(segmentFrame({ ...talk(), seq: 1020, ack: 5007, flags: ACK, window: 1 }));
    expect(bytesOut(run.packet(ports.client, late))).toEqual([late]);
  });
});

it("a connection that ended its shadow begins like the configuration says", () => {
  const config = { ...plainConfig, services: { web: { ...service, shadow: true } } };
  const run = new TrackerRun(config).handshake(talk()).request(talk()).verdict(talk());
  const next = new TrackerRun(plainConfig);
  next.tracker.restore(JSON.parse(JSON.stringify(run.tracker.snapshot())));
  next.client(talk(), { seq: 1019, ack: 5001, flags: RST });
  expect(next.phase(talk())).toBe("linger");
  const again = talk({ x: 90_000, y: 70_000 });
  next.handshake(again).request(again).verdict(again);
  expect(next.phase(again)).toBe("dial");
});
