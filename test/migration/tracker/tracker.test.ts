import { describe, expect, it } from "vitest";
import { Port } from "../../../src/ofp/index.ts";
import {
  ACK,
  clientAt,
  DPID,
  FIN,
  plainConfig,
  ports,
  RST,
  SYN,
  service,
  TrackerRun,
  talk,
  told,
  vip,
} from "./scene.ts";

describe("createTracker", () => {
  it("moves a connection, and says in every effect which one it is about", () => {
    const run = new TrackerRun().migrate(talk());
    expect(run.phase(talk())).toBe("migrated");
    // The request through the flow table, and the reset to server 1.
    expect(run.sent.map(({ port }) => port)).toEqual([Port.table, ports.origin]);
    expect(run.codes).toEqual(["MIGRATED"]);
    const key = { vlans: [], src: "10.0.0.3", dst: "10.0.0.1", srcPort: 33_333, dstPort: 80 };
    for (const effect of run.effects) {
      expect(effect).toMatchObject({ about: { service: "web", generation: 1, key } });
    }
  });

  it("counts the ids of all connections on, so that no two messages have the same", () => {
    const run = new TrackerRun();
    const ids: number[] = [];
    for (const port of [1001, 1002, 1003]) {
      const one = talk({ from: clientAt("10.0.0.3", port) });
      run.handshake(one).request(one);
      ids.push(...run.effects.map(({ id }) => id));
      run.verdict(one);
      ids.push(...run.effects.map(({ id }) => id));
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("gives connections cookies with different numbers", () => {
    const run = new TrackerRun();
    const cookies = [1001, 1002, 1003].map((port) => {
      run.migrate(talk({ from: clientAt("10.0.0.3", port), x: port, y: 2 * port, z: 3 * port }));
      return [...run.tracker.connections()].at(-1)?.serial;
    });
    expect(new Set(cookies).size).toBe(3);
  });

  it("keeps connections of several clients, services and switches apart", () => {
    const services = {
      web: { ...service, dpid: 7n },
      mail: { ...service, vip: { ip: vip.ip, port: 25 } },
      elsewhere: { ...service, dpid: 8n },
    };
    const run = new TrackerRun({ ...plainConfig, services });
    const talks = [
      talk(),
      talk({ from: clientAt("10.0.0.4", 33_333), x: 11 }),
      talk({ to: { mac: "00:00:00:00:00:01", ip: vip.ip, port: 25 }, x: 12 }),
      talk({ dpid: 8n, x: 13 }),
    ];
    for (const one of talks) run.handshake(one);
    for (const one of talks) run.request(one);
    const views = [...run.tracker.connections()];
    expect(views.map(({ service, dpid, phase }) => [service, dpid, phase])).toEqual([
      ["web", 7n, "hold"],
      ["web", 7n, "hold"],
      ["mail", 7n, "hold"],
      ["elsewhere", 8n, "hold"],
    ]);
    run.verdict(talks[1] ?? talk());
    expect([...run.tracker.connections()].map(({ phase }) => phase)).toEqual(["hold", "dial", "hold", "hold"]);
  });

  it("does not track a connection twice that passes two switches", () => {
    const run = new TrackerRun();
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.client(talk({ dpid: 8n, inPort: 9 }), { seq: 1000, ack: 0, flags: SYN });
    expect(run.codes).toEqual(["NOT_TRACKED"]);
    expect(run.sent.map(({ port }) => port)).toEqual([ports.origin]);
    // Server 1's answer finds its way back through the second switch, and through the first one.
    run.origin(talk({ dpid: 8n }), { seq: 5000, flags: SYN | ACK });
    expect(run.sent.map(({ port }) => port)).toEqual([9]);
    run.origin(talk(), { seq: 5000, flags: SYN | ACK });
    expect(run.sent.map(({ port }) => port)).toEqual([ports.client]);
    expect(run.tracker.stats()).toMatchObject({ connections: 1, relayed: 1 });
  });

  it("leaves what belongs to no service to the rest of the controller, untouched", () => {
    const run = new TrackerRun();
    const elsewhere = talk({ to: { mac: "00:00:00:00:00:09", ip: "10.0.0.9", port: 80 } });
    run.client(elsewhere, { flags: SYN, seq: 1, ack: 0 });
    const event = run.events.at(-1);
    expect(run.effects).toMatchObject([{ type: "unclaimed", dpid: DPID, inPort: ports.client }]);
    expect(run.effects[0]).toHaveProperty("frame", event?.type === "packetIn" ? event.frame : undefined);
    run.packet(ports.client, Uint8Array.of(1, 2, 3));
    expect(run.types).toEqual(["unclaimed"]);
  });

  it("sends the client's data of an unknown connection to server 1, which knows what to do", () => {
    const run = new TrackerRun().request(talk());
    expect(run.sent.map(({ port }) => port)).toEqual([ports.origin]);
    expect(run.tracker.stats().connections).toBe(0);
  });

  it("ends what a target believes in and nobody made", () => {
    const run = new TrackerRun().target(talk(), { flags: SYN | ACK, ack: 4242 });
    const [reset] = run.sent;
    // RFC 9293 §3.10.7.1: <SEQ=SEG.ACK><CTL=RST>
    expect(reset).toMatchObject({ port: ports.target, frame: { tcp: { seq: 4242, flags: RST } } });
    expect(run.sent).toHaveLength(1);
  });

  it("leaves a target's own connections with clients alone", () => {
    const targets = { second: { switchPort: ports.target, ip: "10.0.0.2", port: 8080 } };
    const run = new TrackerRun({ ...plainConfig, services: { web: { ...service, targets } } });
    const own = talk({ to: { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 8080 } });
    run.target(own, { flags: SYN | ACK });
    expect(run.types).toEqual(["unclaimed"]);
  });

  it("does not move a connection onto another one's addresses", () => {
    // Both services move to one place: there, two connections of one client's port would be the same.
    const targets = { second: { switchPort: ports.target, mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 8080 } };
    const services = {
      web: { ...service, targets },
      other: { ...service, vip: { ip: vip.ip, port: 81 }, targets },
    };
    const run = new TrackerRun({ ...plainConfig, services });
    const first = talk();
    const second = talk({ to: { mac: "00:00:00:00:00:01", ip: vip.ip, port: 81 } });
    run.handshake(first).request(first).verdict(first);
    run.handshake(second).request(second).verdict(second);
    expect(run.codes).toContain("TARGET_TAKEN");
    expect(run.phase(first)).toBe("dial");
  });

  it("reports a verdict about nothing, an answer to nothing and a refusal of nothing", () => {
    const run = new TrackerRun().verdict(talk());
    expect(run.codes).toEqual(["VERDICT_STALE"]);
    run.event({ type: "barrierReply", at: 0, dpid: DPID, id: 99 });
    expect(run.effects).toEqual([]);
    run.error(99);
    expect(run.effects).toMatchObject([{ code: "SWITCH_ERROR", numbers: { id: 99, errorType: 5, code: 1 } }]);
    expect(run.tracker.stats().totals.unexpected).toBe(2);
  });

  it("gives an error to the connection whose message was refused, and to that alone", () => {
    const run = new TrackerRun();
    const [one, other] = [talk(), talk({ from: clientAt("10.0.0.4", 33_333) })];
    for (const each of [one, other]) run.handshake(each).request(each).verdict(each);
    run.target(one, { seq: one.z, flags: SYN | ACK });
    const guard = run.effects.find((effect) => effect.type === "flowMod" && effect.role === "guard");
    run.error(guard?.id ?? 0);
    expect(run.phase(one)).toBe("fwdArm");
    expect(run.phase(other)).toBe("dial");
  });

  it("forgets a connection that has ended, and everything about it", () => {
    const run = new TrackerRun().migrate(talk());
    // FINs of both sides, acknowledged: 60 s later the flows go.
    run.client(talk(), { seq: 1019, flags: FIN | ACK });
    run.target(talk(), { ack: 1020, flags: FIN | ACK });
    run.client(talk(), { seq: 1020, ack: 5002, flags: ACK });
    expect(run.phase(talk())).toBe("linger");
    run.settle(60_000);
    const { totals, ...gauges } = run.tracker.stats();
    expect({ ...gauges, totals }).toEqual({ ...new TrackerRun().tracker.stats(), totals });
    expect(totals).toMatchObject({ connections: 1, reports: { MIGRATED: 1, ENDED: 1 } });
    expect(run.tracker.deadline()).toBeUndefined();
    expect([...run.tracker.connections()]).toEqual([]);
  });

  it("tells generations of one port apart, even when it has forgotten the first", () => {
    const run = new TrackerRun().handshake(talk());
    run.client(talk(), { flags: RST | ACK });
    expect(run.tracker.stats().connections).toBe(0);
    run.handshake(talk({ x: 9000 })).request(talk({ x: 9000 }));
    const inspect = run.effects.find(({ type }) => type === "inspect");
    expect(inspect).toMatchObject({ generation: 2 });
    run.verdict(talk(), { action: "migrate", generation: 1 });
    expect(run.codes).toEqual(["VERDICT_STALE"]);
  });

  it("wants a timer when the first of its connections does", () => {
    const run = new TrackerRun();
    expect(run.tracker.deadline()).toBeUndefined();
    run.client(talk(), { flags: SYN, seq: 1000, ack: 0 });
    run.at = 100;
    run.client(talk({ from: clientAt("10.0.0.4", 1) }), { flags: SYN, seq: 1000, ack: 0 });
    // A handshake may take 5 s.
    expect(run.tracker.deadline()).toBe(5_000);
    run.wait(4_900);
    expect(run.tracker.stats().connections).toBe(1);
    expect(run.tracker.deadline()).toBe(5_100);
    run.wait(100);
    expect(run.tracker.stats().connections).toBe(0);
  });

  it("is a function of its events", () => {
    const runs = [1, 2].map(() => {
      const run = new TrackerRun({ ...plainConfig, ...told, dataPlane: "probe", traps: true });
      run.back().handshake(talk()).request(talk()).verdict(talk()).wait(300).lost().back();
      return [run.events, run.effects, run.tracker.snapshot()];
    });
    expect(runs[0]).toEqual(runs[1]);
  });
});

describe("the arguments of a tracker", () => {
  const secret = plainConfig.secret;
  it.each([
    ["secret", { services: {}, secret: new Uint8Array(15) }],
    ["services", { secret }],
    ["services.web.vip.ip", { secret, services: { web: { ...service, vip: { ip: "10.0.0", port: 80 } } } }],
    ["services.web.vip.port", { secret, services: { web: { ...service, vip: { ip: "10.0.0.1", port: 0 } } } }],
    ["services.web.vip.mac", { secret, services: { web: { ...service, vip: { ...vip, mac: "x" } } } }],
    ["services.web.dpid", { secret, services: { web: { ...service, dpid: -1n } } }],
    ["service.origin", { secret, services: { web: { vip, targets: {} } } }],
    ["services.b and services.a", { secret, services: { a: service, b: service } }],
    ["fd00::1", { secret, services: { web: { ...service, targets: { s: { switchPort: 2, ip: "fd00::1" } } } } }],
    ["dataPlane", { secret, services: {}, dataPlane: "magic" }],
    ["bundles", { secret, services: {}, bundles: "yes" }],
    ["traps", { secret, services: {}, traps: 1 }],
    ["macOf", { secret, services: {}, macOf: "x" }],
    ["budgets.connections", { secret, services: {}, budgets: { connections: -1 } }],
    ["breaker.failures", { secret, services: {}, breaker: { failures: 0 } }],
    ["cookie", { secret, services: {}, cookie: 1 }],
  ])("name what is wrong: %s", (name, config) => {
    const make = (): unknown =>
      Reflect.apply((given: typeof plainConfig) => new TrackerRun(given), undefined, [config]);
    expect(make).toThrow(name);
  });

  it.each([
    ["event.type", { type: "nonsense", at: 0, dpid: 1n }],
    ["event.at", { type: "timer", at: Number.NaN }],
    ["event.at", { type: "timer" }],
    ["event.dpid", { type: "switchBack", at: 0, dpid: 1 }],
    ["event.inPort", { type: "packetIn", at: 0, dpid: 1n, frame: new Uint8Array(60) }],
    ["event.frame", { type: "packetIn", at: 0, dpid: 1n, inPort: 1, frame: "x" }],
    ["event.service", { type: "drain", at: 0, service: "no", target: "second", draining: true }],
    ["event.target", { type: "drain", at: 0, service: "web", target: "no", draining: true }],
    ["event.draining", { type: "drain", at: 0, service: "web", target: "second", draining: 1 }],
    ["event.verdict.action", { type: "verdict", at: 0, verdict: { key: {}, action: "x" } }],
    ["event.flows[0].cookie", { type: "flowStats", at: 0, dpid: 1n, id: 1, flows: [{}] }],
  ])("name what is wrong with an event: %s", (name, event) => {
    const { tracker } = new TrackerRun();
    expect(() => {
      Reflect.apply(tracker.handle, undefined, [event]);
    }).toThrow(name);
    expect(tracker.stats().totals.events.packetIn).toBe(0);
  });
});

describe("generations", () => {
  it("are never those of another connection", () => {
    const services = { here: { ...service, dpid: 7n }, there: { ...service, dpid: 8n } };
    const run = new TrackerRun({ ...plainConfig, services });
    run.handshake(talk());
    run.handshake(talk({ dpid: 8n }));
    const next = talk({ x: 9000, y: 8000 });
    run.client(next, { seq: 9000, ack: 0, flags: SYN });
    run.origin(next, { seq: 8000, flags: SYN | ACK });
    run.client(next);
    const generations = [...run.tracker.connections()].map(({ generation }) => generation);
    expect(new Set(generations).size).toBe(2);
  });
});

describe("a verdict in another spelling of an IPv6 address", () => {
  it("is about its connection", () => {
    const v6 = {
      vip: { ip: "2001:db8::1", port: 80 },
      origin: { switchPort: ports.origin },
      targets: { second: { switchPort: ports.target } },
    };
    const run = new TrackerRun({ ...plainConfig, services: { web: v6 } });
    const one = talk({
      from: { mac: "00:00:00:00:00:03", ip: "2001:db8::3", port: 9 },
      to: { mac: "00:00:00:00:00:01", ip: "2001:db8::1", port: 80 },
    });
    run.handshake(one).request(one);
    run.event({
      type: "verdict",
      at: 0,
      verdict: {
        action: "migrate",
        key: {
          vlans: [],
          src: "2001:0db8:0000:0000:0000:0000:0000:0003",
          dst: "2001:0DB8::1",
          srcPort: 9,
          dstPort: 80,
        },
      },
    });
    expect(run.phase(one)).toBe("dial");
  });
});

describe("a hook that throws", () => {
  it("leaves the tracker as it was", () => {
    let angry = true;
    const selectTarget = (): string => {
      if (angry) throw new Error("hook");
      return "second";
    };
    const run = new TrackerRun({ ...plainConfig, services: { web: { ...service, selectTarget } } });
    run.handshake(talk()).request(talk());
    expect(() => run.verdict(talk())).toThrow("hook");
    angry = false;
    run.verdict(talk());
    expect(run.phase(talk())).toBe("dial");
  });
});
