/**
 * A server that is parked stands still, and what it has missed is the distance when the connection comes back. x = 1000, y = 5000,
 * z = 3000 where nothing else is said.
 */
import { describe, expect, it } from "vitest";
import { cookieOf } from "../../../src/migration/index.ts";
import { type ConnectionConfig, ConnectionRole } from "../../../src/migration/machine/index.ts";
import { ACK, armingStory, letters, type Numbers, PSH, plainConfig, Run } from "../machine/scene.ts";
import { add } from "../scene.ts";
import { flowOf, shiftsOf } from "./scene.ts";

const config: ConnectionConfig = { ...plainConfig, lateMoves: true };
const shown = cookieOf({ tag: 0x544d, epoch: 0, role: ConnectionRole.clientWatch, connection: 1 });

/** 18 bytes of the client's that server 1 never saw went to the second server; server 1 waits. */
function parked(numbers: Partial<Numbers> = {}, change: Partial<ConnectionConfig> = {}): Run {
  const run = new Run(numbers, { ...config, ...change }).toHold();
  run.verdict({ action: "migrate", park: true }).targetSynAck();
  if (run.config.bundles) return bundled(run);
  run.barrier();
  return run.config.dataPlane === "software" ? run : run.barrier();
}

/** The switch has carried the bundle out that was sent last. */
function bundled(run: Run): Run {
  const bundle = run.effects.find(({ type }) => type === "bundle");
  return run.barrier(bundle?.id);
}

/**
 * On the second server: `k` more bytes of the client's and `m` of the server's, and then 30 bytes that a verdict for server 1 holds.
 */
function backAfter(run: Run, k: number, m: number, park = false): Run {
  const { x, y, z } = run.numbers;
  const sent = add(x, 19 + k);
  const got = add(y, 1 + m);
  run.at += 10_000;
  run.verdict({ action: "migrate", target: "origin", park });
  if (run.config.dataPlane !== "software") run.barrier();
  run.at += 1000;
  run.client({ seq: add(x, 19), flags: PSH | ACK, payload: letters(k) }, shown);
  run.target({ seq: add(z, 1), ack: sent, payload: letters(m) }, shown);
  return run.client({ seq: sent, ack: got, flags: PSH | ACK, payload: letters(30), window: 777 }, shown);
}

describe("a server that is parked", () => {
  it("gets an ACK of what it said instead of a reset, and a flow of its own above an ordinary guard", () => {
    const run = parked();
    expect(run.story).toEqual(["table:PA 1001,5001+18", "parked", "delete", "s1:A 1001,5001+0"]);
    expect(run.reports).toEqual(["PARKED", "MIGRATED"]);
    // 300 s, as long as it waits; never idle, priority of the watch that it replaces.
    const flow = flowOf(run, "parked");
    expect(flow).toMatchObject({ priority: 410, idleTimeout: 0, hardTimeout: 300, match: { inPort: 1 } });
    expect(flow.instructions).toEqual([
      { type: "applyActions", actions: [{ type: "output", port: 0xfffffffd, maxLen: 0xffff }] },
    ]);
    // Its set is its own: the next one after the connection's.
    const [own = 0, other = 0] = [run.state?.serial, run.state?.parked[0]?.serial];
    expect(other).toBe(add(own, 1));
    expect(flow.cookie & 0xffff_ffffn).toBe(BigInt(other));
    expect(run.deadline).toBe(300_000);
  });

  it("is limited by the guard's meter, if there is one", () => {
    const { service } = plainConfig;
    const run = parked({}, { service: { ...service, policy: { guardMeter: 5 } } });
    expect(flowOf(run, "parked").instructions[0]).toEqual({ type: "meter", meterId: 5 });
  });

  it("hears an ACK of its own numbers for keepalives, probes and repetitions, eight at once and one more every 250 ms", () => {
    const run = parked();
    run.at = 1000;
    // 5000: a keepalive, with or without its byte of nothing; 5000 again as a SYN-ACK whose ACK was lost.
    expect(run.origin({ seq: 5000 }).story).toEqual(["s1:A 1001,5001+0"]);
    expect(run.origin({ seq: 5000, payload: letters(1) }).story).toEqual(["s1:A 1001,5001+0"]);
    expect(run.synAck().story).toEqual(["s1:A 1001,5001+0"]);
    // The bucket was full again after 1 s: 8 − 3.
    const more = Array.from({ length: 6 }, () => run.origin({ seq: 5000 }).story.length);
    expect(more).toEqual([1, 1, 1, 1, 1, 0]);
    run.at = 1250;
    expect([run.origin({ seq: 5000 }).story.length, run.origin({ seq: 5000 }).story.length]).toEqual([1, 0]);
  });

  it("is not answered when it only acknowledges: that would go on for ever", () => {
    const run = parked().origin({ window: 300 });
    expect(run.story).toEqual([]);
    // 300 · 2⁷
    expect(run.state?.parked[0]?.window).toBe(38_400);
  });
});

describe("all four actions bring a connection back", () => {
  it("E = −(what the client sent), D = +(what the second server sent): 18 + 40 = 58 and 200", () => {
    const run = backAfter(parked(), 40, 200);
    // Nobody is dialled: server 1 stands at 1001 and 5001, the client at 1059 and 5201.
    expect(run.story).toEqual(armingStory);
    expect(flowOf(run, "guard").match).toMatchObject({ inPort: 2 });
    expect(flowOf(run, "reverse").match).toMatchObject({ inPort: 1 });
    expect(shiftsOf(run, "reverse")).toEqual([
      { type: "incTcpSeq", delta: 200 },
      { type: "incTcpAck", delta: 58 },
    ]);
    run.barrier();
    // Server 1 learns the client's window, and its flow goes only once the forward flow is there.
    expect(run.story).toEqual(["s1:A 1001,5001+0", "forward", "delete", "delete", "barrier"]);
    expect(run.sent[0]?.tcp.window).toBe(777);
    expect(shiftsOf(run, "forward")).toEqual([
      { type: "decTcpSeq", delta: 58 },
      { type: "decTcpAck", delta: 200 },
    ]);
    run.barrier();
    // D12 = 5001 − 3001 = 2000: the second server expects 1059 and is at 5201 − 2000 = 3201.
    expect(run.story).toEqual(["table:PA 1059,5201+30", "s2:RA 1059,3201+0"]);
    expect(run.reports).toEqual(["MIGRATED"]);
    expect(run).toMatchObject({ phase: "migrated", state: { parked: [], takeover: { target: "origin" } } });
  });

  it("and the planner does the same: 1059 − 58 = 1001, 5201 − 200 = 5001", () => {
    const run = backAfter(parked({}, { dataPlane: "software" }), 40, 200);
    expect(run.story).toEqual(["guardWatch", "guard", "reverse", "forward", "barrier"]);
    run.barrier();
    expect(run.story).toEqual(["s1:A 1001,5001+0", "delete", "delete", "s1:PA 1001,5001+30", "s2:RA 1059,3201+0"]);
    // Server 1 answers at 5001 what it got up to 1031: for its client 5201 and 1089.
    expect(run.origin({ ack: 1031, payload: letters(7) }).story).toEqual(["client:A 5201,1089+7"]);
    expect(run.client({ seq: 1089, ack: 5208 }).story).toEqual(["s1:A 1031,5008+0"]);
  });

  it("and a bundle takes the flow of the server that waited out with the rest", () => {
    const run = backAfter(parked({}, { bundles: true }), 40, 200);
    const bundle = run.effects.find(({ type }) => type === "bundle");
    const { serial, oldSerial } = run.state ?? {};
    expect(bundle).toMatchObject({
      flows: [{ role: "guard" }, { role: "reverse" }, { role: "forward" }, { role: "all" }, { role: "all" }],
    });
    const gone =
      bundle?.type === "bundle" ? bundle.flows.slice(3).map(({ message }) => message.cookie & 0xffff_ffffn) : [];
    // Server 1's set is the one between those of the two hand-overs.
    expect(gone).toEqual([BigInt(add(oldSerial ?? 0, 1)), BigInt(oldSerial ?? 0)]);
    expect(serial).toBe(add(oldSerial ?? 0, 2));
    bundled(run);
    expect(run.story).toEqual(["s1:A 1001,5001+0", "table:PA 1059,5201+30", "s2:RA 1059,3201+0"]);
  });

  it("across the end of the numbers: x = 2³² − 11, y = 2³² − 101, z = 7", () => {
    const run = backAfter(parked({ x: 4294967285, y: 4294967195, z: 7 }), 40, 200);
    // Server 1 stands at 4294967286 and 4294967196. The client: 4294967285 + 59 = 48 and 4294967195 + 201 = 100 mod 2³².
    // E = 4294967286 − 48 = −58, D = 100 − 4294967196 = +200.
    expect(shiftsOf(run, "reverse")).toEqual([
      { type: "incTcpSeq", delta: 200 },
      { type: "incTcpAck", delta: 58 },
    ]);
    run.barrier().barrier();
    // D12 = 4294967196 − 8 = −108: the second server is at 100 + 108 = 208 = 8 + 200.
    expect(run.story).toEqual(["table:PA 48,100+30", "s2:RA 48,208+0"]);
  });

  it("more than half of the numbers later by the shorter way: 3,000,000,000 bytes of the second server's", () => {
    const run = parked();
    run.at = 10_000;
    run.verdict({ action: "migrate", target: "origin" }).barrier();
    run.at = 11_000;
    // 5001 + 3000000000, 3001 + 3000000000
    run.client({ seq: 1019, ack: 3000005001, flags: PSH | ACK, payload: letters(1) }, shown);
    run.target({ seq: 3000003001, ack: 1020 }, shown);
    run.client({ seq: 1020, ack: 3000005001, flags: PSH | ACK, payload: letters(1) }, shown);
    // 2³² − 3000000000 = 1294967296
    expect(shiftsOf(run, "reverse")).toEqual([
      { type: "decTcpSeq", delta: 1294967296 },
      { type: "incTcpAck", delta: 19 },
    ]);
    run.barrier();
    expect(shiftsOf(run, "forward")).toEqual([
      { type: "decTcpSeq", delta: 19 },
      { type: "incTcpAck", delta: 1294967296 },
    ]);
  });

  it("no further than what the server said last that it takes", () => {
    const run = parked().origin({ seq: 5001, window: 0 });
    backAfter(run, 40, 200).barrier().barrier();
    // A window of nothing: no byte is released, and its client sends the 30 again when it has time.
    expect(run.story).toEqual(["s2:RA 1059,3201+0"]);
    expect(run.state?.progress.clientNext).toBe(1059);
  });

  it("and leaves the second server waiting, if the verdict says so", () => {
    const run = backAfter(parked(), 40, 200, true).barrier().barrier();
    // In its own numbers: 1059, and 5201 − 2000.
    expect(run.story).toEqual(["table:PA 1059,5201+30", "parked", "delete", "s2:A 1059,3201+0"]);
    expect(run.state?.parked).toMatchObject([{ server: "second", client: { clientNext: 1059, serverNext: 5201 } }]);
    // A keepalive of its, at 3200.
    expect(run.target({ seq: 3200, ack: 1059 }).story).toEqual(["s2:A 1059,3201+0"]);
  });

  it("and there again: the second server has missed 30 + 5 and 70 bytes", () => {
    const run = backAfter(parked(), 40, 200, true).barrier().barrier();
    run.at += 10_000;
    run.verdict({ action: "migrate", target: "second", park: true }).barrier();
    run.at += 1000;
    // The client: 1059 + 30 = 1089. Server 1: 1089 − 58 = 1031 and 5001.
    run.client({ seq: 1089, ack: 5201, flags: PSH | ACK, payload: letters(5) }, shown);
    expect(run.story).toEqual(["s1:PA 1031,5001+5"]);
    run.origin({ seq: 5001, ack: 1036, payload: letters(70) }, shown);
    expect(run.story).toEqual(["client:A 5201,1094+70"]);
    run.client({ seq: 1094, ack: 5271, flags: PSH | ACK, payload: letters(9) }, shown);
    // E = 1059 − 1094 = −35, D = 5271 − 3201 = 2070.
    expect(shiftsOf(run, "reverse")).toEqual([
      { type: "incTcpSeq", delta: 2070 },
      { type: "incTcpAck", delta: 35 },
    ]);
    run.barrier().barrier();
    // Server 1 waits again where it was left: 1094 − 58 = 1036, 5271 − 200 = 5071.
    expect(run.story).toEqual(["table:PA 1094,5271+9", "parked", "delete", "s1:A 1036,5071+0"]);
  });
});
