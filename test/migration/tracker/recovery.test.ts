/** What a tracker knows again of a switch, and what must not come between. */
import { describe, expect, it } from "vitest";
import type { TrackerEffect } from "../../../src/migration/index.ts";
import { segmentFrame } from "../../../src/tcp/index.ts";
import { asReported, flowsOfMove, migrated, roleIs, Table, TableRun } from "./flow-table.ts";
import { ACK, clientAt, DPID, FIN, plainConfig, ports, RST, SYN, TrackerRun, talk } from "./scene.ts";

describe("before the switch has told its flows", () => {
  const config = { ...plainConfig, traps: true, cookie: { epoch: 1 } };
  const trap = 0x544d_010b_0000_0000n;
  const all = flowsOfMove();

  it("server 1 gets nothing of a connection that may have moved", () => {
    const run = new TrackerRun(config).back();
    run.client(talk(), { seq: 1019, payload: Uint8Array.of(1) }, trap);
    expect(run.sent).toEqual([]);
  });

  it("server 1's answer to that does not reset the client of a moved connection", () => {
    const run = new TrackerRun(config).back();
    run.client(talk(), { seq: 1019, payload: Uint8Array.of(1) }, trap);
    run.origin(talk(), { seq: 5001, ack: 0, flags: RST }, trap);
    expect(run.sent.filter(({ port }) => port === ports.client)).toEqual([]);
    run.flows(all.filter((flow) => !roleIs(1n)(flow)));
    expect(run.phase(talk())).toBe("migrated");
  });

  it("a moved connection's new server is not reset", () => {
    const run = new TrackerRun(config).back();
    // The flow back has ended, the one forward is there: the new server speaks after a long silence.
    run.target(talk(), { ack: 1019, payload: Uint8Array.of(1) }, trap);
    expect(run.sent).toEqual([]);
    run.flows(all.filter((flow) => !roleIs(2n)(flow)));
    expect(run.phase(talk())).toBe("migrated");
  });

  it("a forged SYN by another port does not delete the flows of a moved connection", () => {
    const run = new TrackerRun(config).back();
    run.client(talk({ inPort: 9 }), { seq: 77, ack: 0, flags: SYN }, trap);
    run.flows(all);
    const deleted = run.effects.filter(
      (e) => e.type === "flowMod" && e.message.command === 3 && e.why.includes("another connection"),
    );
    expect(deleted).toEqual([]);
    expect(run.phase(talk())).toBe("migrated");
  });
});

describe("a controller with the same secret and epoch, without memory", () => {
  it("a new connection does not get the cookie number of one that is in the switch", () => {
    const all = flowsOfMove();
    const other = talk({ from: clientAt("10.0.0.4", 4444) });
    const run = new TrackerRun().back();
    run.client(other, { seq: 1000, ack: 0, flags: SYN }); // before the answer
    run.flows(all);
    expect(run.phase(talk())).toBe("migrated");
  });
});

describe("a connection that ends while the answer is under way", () => {
  it("is not found again", () => {
    const run = new TrackerRun();
    const all = (() => {
      const seen: TrackerEffect[] = [];
      run.handshake(talk()).request(talk()).verdict(talk());
      run.target(talk(), { seq: 3000, flags: SYN | ACK });
      seen.push(...run.effects);
      run.barrier();
      seen.push(...run.effects);
      run.barrier();
      return asReported(seen);
    })();
    run.client(talk(), { seq: 1019, flags: FIN | ACK });
    run.target(talk(), { ack: 1020, flags: FIN | ACK });
    run.client(talk(), { seq: 1020, ack: 5002, flags: ACK });
    expect(run.phase(talk())).toBe("linger");
    run.at = 59_900;
    run.lost().back();
    run.settle(200); // the flows go; the switch had told them before
    expect(run.phase(talk())).toBeUndefined();
    const [cookie] = all.filter(roleIs(1n)).map((flow) => flow.cookie);
    run.flows(all);
    const after = run.phase(talk());
    // FLOW_REMOVED of the deletion comes now
    run.event({ type: "flowRemoved", at: run.at, dpid: DPID, cookie: cookie ?? 0n, reason: 2 });
    const restored = run.roles;
    run.settle(100_000_000);
    expect({ after, restored, end: run.phase(talk()) }).toEqual({ after: undefined, restored: [], end: undefined });
  });
});

describe("a slow switch", () => {
  it("that answers each question after 2.5 s is heard", () => {
    const run = new TrackerRun({ ...plainConfig, cookie: { epoch: 1 } }).back();
    const all = flowsOfMove();
    const asked: [number, number][] = [[0, run.flowsId()]];
    for (let at = 500; at <= 12_500; at += 500) {
      run.at = at;
      const before = run.flowsId();
      run.event({ type: "timer", at });
      if (run.flowsId() !== before) asked.push([at, run.flowsId()]);
      for (const [when, id] of asked) if (when + 2_500 === at) run.flows(all, id);
    }
    expect(run.phase(talk())).toBe("migrated");
  });
});

describe("a snapshot that is older than the flows", () => {
  it("does not lead back behind the commit", () => {
    const run = new TrackerRun();
    run.handshake(talk()).request(talk());
    const snapshot: unknown = JSON.parse(JSON.stringify(run.tracker.snapshot()));
    const table = new Table();
    run.verdict(talk()).target(talk(), { seq: 3000, flags: SYN | ACK });
    table.apply(run.effects);
    run.barrier();
    table.apply(run.effects);
    run.barrier();
    expect(run.phase(talk())).toBe("migrated");
    // The controller dies, and the next one has the snapshot.
    const next = new TrackerRun();
    next.tracker.restore(snapshot);
    next.at = 10;
    next.back().flows(table.all);
    const phase = next.phase(talk());
    next.wait(1_000); // no verdict comes
    const { roles } = next;
    if (next.types.includes("barrier")) next.barrier();
    const toOrigin = next.sent.filter(({ port }) => port === ports.origin).map(({ frame }) => frame.payload.length);
    expect({ phase, roles, toOrigin }).toEqual({ phase: "migrated", roles: [], toOrigin: [] });
  });

  it("does not give numbers of flows that are in the switch to other connections", () => {
    const run = new TrackerRun();
    const snapshot: unknown = JSON.parse(JSON.stringify(run.tracker.snapshot()));
    const table = migrated(run);
    const next = new TrackerRun({ ...plainConfig });
    next.tracker.restore(snapshot);
    next.back();
    const other = talk({ from: clientAt("10.0.0.4", 4444) });
    next.client(other, { seq: 1000, ack: 0, flags: SYN });
    next.flows(table.all);
    expect(next.phase(talk())).toBe("migrated");
  });
});

describe("the switch goes in the middle of a recovery", () => {
  it("and the connection has its flows when it is back", () => {
    const table = migrated(new TrackerRun());
    const run = new TrackerRun({ ...plainConfig, cookie: { epoch: 1 } }).back();
    run.flows(table.all); // what it asks for is lost
    run.lost().back();
    table.apply(run.effects);
    run.flows(table.all);
    table.apply(run.effects);
    expect(run.phase(talk())).toBe("migrated");
    expect(table.roles()).toEqual(expect.arrayContaining([1n, 2n]));
  });
});

describe("one tuple in two VLANs", () => {
  it("is found again as two connections, or at least the moved one is kept", () => {
    const run = new TrackerRun({ ...plainConfig });
    const table = migrated(run);
    // The relayed one, in VLAN 5, has its plain flows first in the answer.
    const plain = [...migrated(new TrackerRun()).all].slice(0, 0);
    const relay = new TrackerRun({ ...plainConfig, budgets: { connections: 0 } });
    const vlans = [{ tpid: 0x8100, pcp: 0, dei: false, vid: 5 }];
    const { from, to } = talk();
    const send = (fields: object, back = false) =>
      relay.packet(
        back ? ports.origin : ports.client,
        segmentFrame({
          from: back ? to : from,
          to: back ? from : to,
          vlans,
          seq: 0,
          ack: 0,
          flags: ACK,
          window: 1,
          ...fields,
        }),
      );
    send({ seq: 1, flags: SYN });
    send({ seq: 9, ack: 2, flags: SYN | ACK }, true);
    send({ seq: 2, ack: 10 });
    const plainTable = new Table().apply(relay.effects);
    expect(plainTable.roles()).toEqual([7n, 8n]);
    // With numbers of their own, as they should have.
    const others = plainTable.all.map((flow) => ({ ...flow, cookie: flow.cookie ^ 0x1234n }));
    const next = new TrackerRun({ ...plainConfig, cookie: { epoch: 1 } }).back();
    const after = new Table();
    for (const flow of [...others, ...table.all])
      after.flows.set(`${flow.priority} ${JSON.stringify(flow.match)}`, flow);
    next.flows([...plain, ...others, ...table.all]);
    after.apply(next.effects);
    expect(after.roles()).toEqual(expect.arrayContaining([1n, 2n]));
    expect([...next.tracker.connections()].map(({ phase }) => phase)).toContain("migrated");
  });
});

describe("a relayed connection and a moved one", () => {
  it("two connections are two", () => {
    const run = new TrackerRun({ ...plainConfig, budgets: { connections: 1 } });
    const a = talk({ from: clientAt("10.1.0.1", 1001) });
    const b = talk({ from: clientAt("10.2.0.2", 1002) });
    const c = talk({ from: clientAt("10.3.0.3", 1003) });
    run.handshake(a).handshake(b);
    const table = new Table().apply(run.effects);
    run.client(a, { flags: RST | ACK });
    migrated(run, c, table);
    const next = new TrackerRun({ ...plainConfig, cookie: { epoch: 1 } }).back();
    next.flows(table.all);
    const found = [...next.tracker.connections()].map(({ key, phase }) => `${key.srcPort} ${phase}`).sort();
    table.apply(next.effects);
    next.barrier();
    table.apply(next.effects);
    expect({ found, roles: table.roles() }).toEqual({
      found: ["1002 forwarded", "1003 migrated"],
      // The first one is tracked from now on, and gets a trap for its SYNs.
      roles: [1n, 13n, 2n, 3n, 5n, 5n, 6n, 7n, 8n],
    });
  });
  it("the end of one does not take the flows of the other", () => {
    const run = new TableRun({ ...plainConfig, budgets: { connections: 1 } });
    const [a, b, c] = [
      talk({ from: clientAt("10.1.0.1", 1001) }),
      talk({ from: clientAt("10.2.0.2", 1002) }),
      talk({ from: clientAt("10.3.0.3", 1003) }),
    ];
    run.handshake(a).handshake(b);
    run.client(a, { flags: RST | ACK });
    migrated(run, c);
    run.client(c, { flags: RST | ACK, seq: c.x + 19 });
    run.settle(20_000);
    expect(run.tracker.stats().connections).toBe(0);
    expect(
      run.table.all.filter(({ match }) => match.ipv4Src === "10.2.0.2" || match.ipv4Dst === "10.2.0.2"),
    ).toHaveLength(2);
  });
});

describe("an adopted flow that is refused", () => {
  it("does not make its connection immortal", () => {
    const table = migrated(new TrackerRun());
    const run = new TrackerRun({ ...plainConfig, cookie: { epoch: 1 } }).back();
    run.flows(table.all);
    const { effects } = run;
    const barrier = effects.findLast(({ type }) => type === "barrier")?.id ?? 0;
    for (const effect of effects) if (effect.type === "flowMod") run.error(effect.id);
    run.event({ type: "barrierReply", at: 0, dpid: DPID, id: barrier });
    for (const { cookie } of table.all) run.event({ type: "flowRemoved", at: 0, dpid: DPID, cookie, reason: 0 });
    run.settle(365 * 86_400_000);
    expect(run.tracker.stats().connections).toBe(0);
  });
});
