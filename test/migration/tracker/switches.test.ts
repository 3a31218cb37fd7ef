import { describe, expect, it } from "vitest";
import { encodeEffect, type TrackerEffect } from "../../../src/migration/index.ts";
import { applyActions, output, Port } from "../../../src/ofp/index.ts";
import { ACK, DPID, plainConfig, ports, SYN, secret, service, TrackerRun, talk } from "./scene.ts";

const asking = { secret, services: { web: service }, traps: false } as const;

function ids(run: TrackerRun, type: string): readonly number[] {
  return run.effects.flatMap((effect) => (effect.type === type ? [effect.id] : []));
}

describe("a switch that comes", () => {
  it("is asked what it understands and what it has, and shown what concerns the services", () => {
    const run = new TrackerRun({ secret, services: { web: service } }).back();
    // tcpFlags, actions and bundles, the deletion, and the barrier; then the traps, and the question for flows.
    expect(run.types.slice(0, 5)).toEqual(["flowMod", "flowMod", "bundle", "flowMod", "barrier"]);
    expect(run.roles.slice(0, 3)).toEqual(["probe", "probe", "probe"]);
    expect(new Set(run.roles.slice(3))).toEqual(new Set(["serviceTrap"]));
    expect(run.types.at(-1)).toBe("flowStats");
    for (const effect of run.effects) expect(encodeEffect(effect).length).toBeGreaterThan(0);
  });

  it("gets traps for the service's connections, in both directions, and for no other's", () => {
    const run = new TrackerRun({ ...plainConfig, traps: true }).back();
    const traps = run.effects.flatMap((effect) => (effect.type === "flowMod" ? [effect.message] : []));
    const tcp = { ethType: 0x0800, ipProto: 6 };
    expect(traps.map(({ match }) => match)).toEqual(
      expect.arrayContaining([
        { ...tcp, ipv4Dst: "10.0.0.1", tcpDst: 80 },
        { inPort: ports.origin, ...tcp, ipv4Src: "10.0.0.1", tcpSrc: 80 },
        { inPort: ports.target, ...tcp, ipv4Src: "10.0.0.1", tcpSrc: 80 },
      ]),
    );
    for (const { priority, cookie, instructions, idleTimeout } of traps) {
      expect([priority, (cookie >> 32n) & 0xffn, idleTimeout]).toEqual([100, 11n, 0]);
      expect(instructions).toEqual([applyActions([output(Port.controller)])]);
    }
  });

  it("gets all traps again 5 s after it has refused some of them, and as often as need be, at longer and longer intervals", () => {
    const run = new TrackerRun({ ...plainConfig, traps: true }).back();
    run.flows([]);
    const sent = (effects: readonly TrackerEffect[]) =>
      effects.flatMap((effect) => (effect.type === "flowMod" ? [effect] : []));
    const first = sent(new TrackerRun({ ...plainConfig, traps: true }).back().effects);
    const [one, other] = first.map(({ id }) => id);
    run.error(one ?? 0);
    expect(run.effects).toMatchObject([{ code: "SWITCH_ERROR", numbers: { id: one, errorType: 5, code: 1 } }]);
    expect(run.tracker.deadline()).toBe(5_000);
    run.at = 1_000;
    run.error(other ?? 0);
    expect(run.tracker.deadline()).toBe(5_000);
    // What waits survives a restart of the controller.
    const saved: unknown = JSON.parse(JSON.stringify(run.tracker.snapshot()));
    run.tracker.restore(saved);
    run.wait(4_000);
    const again = sent(run.effects);
    expect(again.map(({ message }) => message.match)).toEqual(first.map(({ message }) => message.match));
    expect(again.some(({ id }) => id === one)).toBe(false);
    expect(run.tracker.deadline()).toBeUndefined();
    // 5 s twice as long each time, up to five minutes: 10, 20, 40, 80, 160, 300 and 300.
    let due = 5_000;
    let flows = again;
    for (const delay of [10, 20, 40, 80, 160, 300, 300]) {
      run.error(flows.at(-1)?.id ?? 0);
      due += 1000 * delay;
      expect(run.tracker.deadline()).toBe(due);
      flows = sent(run.wait(1000 * delay).effects);
      expect(flows).toHaveLength(first.length);
    }
    // With the channel the traps are lost, too, and the next one begins with them.
    run.error(flows.at(-1)?.id ?? 0);
    run.lost();
    expect(run.tracker.deadline()).not.toBe(due + 300_000);
    run.back();
    run.error(sent(run.effects)[0]?.id ?? 0);
    run.flows([]);
    expect(run.tracker.deadline()).toBe(run.at + 5_000);
  });

  it("shifts the numbers itself if it refuses nothing", () => {
    const run = new TrackerRun(asking).back().barrier().flows([]);
    run.migrate(talk());
    expect([...run.tracker.connections()]).toMatchObject([{ dataPlane: "actions" }]);
  });

  it("has its numbers shifted here if it refuses the actions, or says nothing for 2 s", () => {
    const refusing = new TrackerRun(asking).back();
    const barrier = ids(refusing, "barrier")[0] ?? 0;
    refusing.error(ids(refusing, "flowMod")[1] ?? 0, { errorType: 2, code: 10 });
    refusing.event({ type: "barrierReply", at: 0, dpid: DPID, id: barrier });
    expect(refusing.effects).toMatchObject([{ code: "DATA_PLANE", numbers: { answered: 1, actions: 0, tcpFlags: 1 } }]);
    const silent = new TrackerRun(asking).back();
    expect(silent.tracker.deadline()).toBe(2_000);
    silent.wait(2_000);
    expect(silent.effects).toMatchObject([
      { code: "DATA_PLANE", numbers: { answered: 0, actions: 0, tcpFlags: 0 } },
      {},
    ]);
    for (const run of [refusing, silent]) {
      run.flows([]);
      run.migrate(talk());
      expect([...run.tracker.connections()]).toMatchObject([{ phase: "migrated", dataPlane: "software" }]);
    }
  });

  it("decides about connections that have begun before it answered, but not about those that have flows", () => {
    const run = new TrackerRun(asking);
    run.handshake(talk());
    const [barrier] = run.probeBarrier();
    run.request(talk());
    run.event({ type: "barrierReply", at: 0, dpid: DPID, id: barrier ?? 0 });
    expect([...run.tracker.connections()]).toMatchObject([{ phase: "hold", dataPlane: "actions" }]);
    const early = new TrackerRun(asking).migrate(talk());
    const [id] = early.probeBarrier();
    early.event({ type: "barrierReply", at: 0, dpid: DPID, id: id ?? 0 });
    expect([...early.tracker.connections()]).toMatchObject([{ phase: "migrated", dataPlane: "software" }]);
    // Its packets still come here, and are shifted: D = 5000 − 3000.
    early.target(talk(), { payload: Uint8Array.of(1) });
    expect(early.sent).toMatchObject([{ port: ports.client, frame: { tcp: { seq: 5001 } } }]);
  });

  it("is not asked where everything is told", () => {
    const run = new TrackerRun().back();
    expect(run.types).toEqual(["flowStats"]);
  });

  it("is asked for its meter when there is one to ask for", () => {
    const policy = { guardMeter: 5 };
    const run = new TrackerRun({ ...asking, services: { web: { ...service, policy } } }).back();
    const meters = run.effects.filter(
      (effect) => effect.type === "flowMod" && JSON.stringify(effect.message.instructions).includes('"meter"'),
    );
    expect(meters).toHaveLength(1);
    run.error(meters[0]?.id ?? 0, { errorType: 3, code: 2 });
    run.event({ type: "barrierReply", at: 0, dpid: DPID, id: run.probeBarrier()[0] ?? 0 });
    run.flows([]);
    run
      .handshake(talk())
      .request(talk())
      .verdict(talk())
      .target(talk(), { seq: 3000, flags: SYN | ACK });
    expect(JSON.stringify(run.effects.map(({ type }) => type))).toContain("flowMod");
    for (const effect of run.effects) {
      if (effect.type === "flowMod") expect(effect.message.instructions.map(({ type }) => type)).not.toContain("meter");
    }
  });
});

describe("the question for a switch's flows", () => {
  it("is asked again after 2 s, 4 s, …, five times in all, and then given up", () => {
    const run = new TrackerRun().back();
    const asked: number[] = [];
    for (let due = run.tracker.deadline(); due !== undefined; due = run.tracker.deadline()) {
      asked.push(due);
      run.at = due;
      run.event({ type: "timer", at: due });
    }
    // 2, 2 + 4, 2 + 4 + 6, …
    expect(asked).toEqual([2_000, 6_000, 12_000, 20_000, 30_000]);
    expect(run.codes).toEqual(["FLOWS_UNKNOWN"]);
  });

  it("is one for all connections of a switch that was away", () => {
    const run = new TrackerRun();
    const talks = [1, 2, 3].map((x) => talk({ x, from: { ...talk().from, port: 5000 + x } }));
    for (const one of talks) run.migrate(one);
    run.lost().back();
    expect(run.types.filter((type) => type === "flowStats")).toHaveLength(1);
    run.flows([]);
    // An empty switch: every connection's pair and its two traps are installed again.
    expect(run.roles.filter((role) => role === "forward")).toHaveLength(3);
    expect(run.roles.filter((role) => role === "reverse")).toHaveLength(3);
    expect(run.codes).toContain("FLOW_RESTORED");
  });

  it("keeps quiet meanwhile about segments that some flow of the tag has sent", () => {
    const run = new TrackerRun().back();
    const forward = 0x544d_0001_0000_0009n | (1n << 32n);
    run.client(talk(), { payload: Uint8Array.of(1) }, forward);
    // Server 1 must not have it: whoever has the connection counts otherwise.
    expect(run.sent).toEqual([]);
    expect(run.codes).toEqual(["FOREIGN"]);
    // Nor once it is clear that nobody knows the connection: it had another server.
    run.event({ type: "flowStats", at: 0, dpid: DPID, id: run.flowsId(), flows: [] });
    run.client(talk(), { payload: Uint8Array.of(1) }, forward);
    expect(run.sent).toEqual([]);
    // Without such a flow, server 1 knows what to do.
    run.client(talk(), { payload: Uint8Array.of(1) });
    expect(run.sent).toMatchObject([{ port: ports.origin }]);
  });

  it("does not keep a client from beginning anew where an old trap has caught its SYN", () => {
    const trap = 0x544d_0005_0000_0009n;
    const run = new TrackerRun().client(talk(), { seq: 1000, ack: 0, flags: SYN }, trap);
    expect(run.phase(talk())).toBe("syn");
  });

  it("leaves flows alone that fit nothing, and says so", () => {
    const run = new TrackerRun().back();
    const flow = {
      tableId: 0,
      priority: 200,
      idleTimeout: 0,
      hardTimeout: 0,
      packetCount: 0n,
      cookie: 0x544d_0001_0000_0009n,
      match: { inPort: 3 },
      instructions: [],
    };
    run.flows([flow, { ...flow, cookie: 1n }]);
    expect(run.effects).toMatchObject([{ code: "STRANGE_FLOWS", numbers: { flows: 1 } }]);
  });

  it("removes an earlier controller's traps that were not replaced", () => {
    const run = new TrackerRun({ ...plainConfig, cookie: { epoch: 2 } }).back();
    const old = 0x544d_010b_0000_0000n;
    const flow = {
      tableId: 0,
      priority: 100,
      idleTimeout: 0,
      hardTimeout: 0,
      packetCount: 0n,
      match: {},
      instructions: [],
    };
    run.flows([{ ...flow, cookie: old }]);
    expect(run.effects).toMatchObject([{ type: "flowMod", message: { command: 3, cookie: old } }]);
  });
});

describe("a switch that goes", () => {
  it("takes with it what was asked of it", () => {
    const run = new TrackerRun(asking).back().handshake(talk());
    expect(run.tracker.deadline()).toBeDefined();
    run.lost();
    expect(run.tracker.stats().awaited).toBe(0);
    run.event({ type: "barrierReply", at: 0, dpid: DPID, id: 5 });
    expect(run.effects).toEqual([]);
  });

  it("freezes the connections through it, and no others", () => {
    const services = { here: { ...service, dpid: 7n }, there: { ...service, dpid: 8n } };
    const run = new TrackerRun({ ...plainConfig, services });
    for (const dpid of [7n, 8n]) run.handshake(talk({ dpid })).request(talk({ dpid }));
    // Their keys are the same, and a verdict is first for one that waits.
    run.verdict(talk()).verdict(talk());
    run.lost(8n);
    run.wait(1_000);
    const phases = [...run.tracker.connections()].map(({ dpid, phase }) => [dpid, phase]);
    // The first has given the silent target up; the second waits for its switch.
    expect(phases).toEqual([
      [7n, "fwdArm"],
      [8n, "dial"],
    ]);
  });
});

describe("a bundle of which a part is refused", () => {
  it("is looked into as soon as its reply comes", () => {
    const run = new TrackerRun({ ...plainConfig, bundles: true });
    run.handshake(talk()).request(talk()).verdict(talk());
    run.target(talk(), { seq: 3000, flags: SYN | ACK });
    const id = run.effects.find(({ type }) => type === "bundle")?.id ?? 0;
    run.error(id, { errorType: 2, code: 10 });
    run.event({ type: "barrierReply", at: 0, dpid: DPID, id });
    expect(run.types).toContain("flowStats");
  });
  it("and a second error of it is the connection's, too", () => {
    const run = new TrackerRun({ ...plainConfig, bundles: true });
    run.handshake(talk()).request(talk()).verdict(talk());
    run.target(talk(), { seq: 3000, flags: SYN | ACK });
    const id = run.effects.find(({ type }) => type === "bundle")?.id ?? 0;
    run.error(id, { errorType: 2, code: 10 });
    // EXT-230: the commit fails, nothing was carried out: roll back.
    run.error(id, { errorType: 0xffff, code: 2313 });
    expect(run.phase(talk())).toBe("fwdArm");
  });
});

describe("a switch that never comes back", () => {
  it("does not keep its connections for ever", () => {
    const run = new TrackerRun({ ...plainConfig, budgets: { connections: 1 } }).migrate(talk());
    run.lost();
    run.settle(365 * 86_400_000);
    expect(run.tracker.stats().connections).toBe(0);
  });
  it("nor held data of a dial", () => {
    const run = new TrackerRun();
    run.handshake(talk()).request(talk()).verdict(talk());
    run.lost();
    run.settle(365 * 86_400_000);
    expect(run.tracker.stats().heldSegments).toBe(0);
  });
});
