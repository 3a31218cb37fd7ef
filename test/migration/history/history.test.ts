import { describe, expect, it } from "vitest";
import { createHistory, explainHistory, type HistoryFormat } from "../../../src/migration/history/index.ts";
import type { ConnectionConfig, ConnectionEvent } from "../../../src/migration/machine/index.ts";
import { clientKinds, controlKinds, originKinds, targetKinds } from "../../../src/migration/machine/kind.ts";
import { encodeFrame } from "../../../src/tcp/index.ts";
import { expectDrawing, mermaidLine } from "../drawing.ts";
import { eventOf, inPhase, preparedFor } from "../machine/every-event.ts";
import { ACK, FIN, plainConfig, Run } from "../machine/scene.ts";
import { add, framesOf, ports } from "../scene.ts";
import { RecordedRun, stepsOf } from "./recorded.ts";

function causes(run: RecordedRun): string[] {
  return stepsOf(run.history).map(({ cause }) => (cause.type === "segment" ? cause.fate : cause.type));
}

describe("a history", () => {
  it("tells a hand-over in order, with the numbers as each side has them", () => {
    const run = new RecordedRun();
    for (const act of [
      () => run.syn(),
      () => run.synAck(),
      () => run.client({}),
      () => run.data(),
      () => run.verdict({ action: "migrate", rule: "1:7:1" }),
      () => run.targetSynAck(),
      () => run.barrier(),
      () => run.barrier(),
    ]) {
      act();
      run.at += 5;
    }
    const text = explainHistory(run.history, "text");
    const outline = text.split("\n").filter((line) => !line.startsWith(" ".repeat(15)));
    expect(outline).toEqual([
      "10.0.0.3:33333>10.0.0.1:11111, switch 0x7",
      "Client    port 3  00:00:00:00:00:03  10.0.0.3:33333",
      "Server 1  port 1  00:00:00:00:00:01  10.0.0.1:11111",
      "second    port 2  00:00:00:00:00:01  10.0.0.1:11111",
      "",
      "           ── syn: the client has asked ──",
      "    0.000  Client → Server 1  SYN seq=1000  mss 1460, wscale 7",
      "    0.005  Server 1 → Client  SYN|ACK seq=5000 ack=1001  mss 1460, wscale 7",
      "           ── synAck: server 1 has answered ──",
      "    0.010  Client → Server 1  ACK seq=1001 ack=5001",
      "           ── ready: established with server 1 ──",
      "    0.015  Client → Switch    PSH|ACK seq=1001 ack=5001 len=18  held",
      "           ── hold: the client's data waits for a verdict ──",
      "           a verdict is wanted on 18 bytes from 1001 on",
      "    0.020  verdict: migrate (rule 1:7:1)",
      "           ── dial: the new server is asked ──",
      "           Switch → second    SYN seq=1000  mss 1460, wscale 7",
      "    0.025  second → Switch    SYN|ACK seq=3000 ack=1001  mss 1460, wscale 7",
      "           ── arm: the switch is prepared ──",
      "           flow targetRstTrap, priority 300",
      "           flow guardWatch, priority 410",
      "           flow guard, priority 400",
      "           flow clientSynTrap, priority 300",
      "           flow targetSynTrap, priority 300",
      "           flow reverse, priority 200, seq +2000",
      "           barrier",
      "    0.030  the switch has done it: barrier reply",
      "           Switch → second    ACK seq=1001 ack=3001",
      "           flow forward, priority 200, ack −2000",
      "           barrier",
      "    0.035  the switch has done it: barrier reply",
      "           ── migrated: the new server has the connection ──",
      "           Switch → second    PSH|ACK seq=1001 ack=5001 len=18  second sees seq=1001 ack=3001",
      "           Switch → Server 1  RST|ACK seq=1001 ack=5001",
      "           MIGRATED (e 0, d 2000, released 18)",
      "",
    ]);
  });

  it("tells relative numbers when asked to", () => {
    const run = new RecordedRun({ x: 4294967295, y: 4000000000, z: 7 }).toMigrated();
    const text = explainHistory(run.history, "text", { relative: true });
    expect(text).toContain("SYN seq=0 ");
    expect(text).toContain("SYN|ACK seq=0 ack=1 ");
    expect(text).toContain("a verdict is wanted on 18 bytes from 1 on");
    // Both servers count from 1: nothing is left to say about what the other side sees.
    expect(text).toContain("Switch → second    PSH|ACK seq=1 ack=1 len=18  through the flows");
    expect(text).not.toMatch(/seq=\d{5}/);
  });

  it("tells what is held from what its client only repeats", () => {
    const run = new RecordedRun().toReady().data(10).data(10).data(8, { seq: 1011 });
    expect(causes(run).slice(-3)).toEqual(["held", "dropped", "held"]);
  });

  it("says which message the switch refuses, and that the hand-over is taken back", () => {
    const run = new RecordedRun().toArm();
    run.error(run.flowId("reverse"));
    const text = explainHistory(run.history, "text");
    expect(text).toContain("the switch refuses flow reverse: OFPFMFC_TABLE_FULL");
    expect(text).toContain("── fwdArm: it goes back to server 1 ──");
    expect(text).toContain("SWITCH_ERROR (");
  });

  it("takes no ACK of the planner's own for the one that it answers", () => {
    const run = new RecordedRun({}, { ...plainConfig, lateMoves: true }).toHold();
    run.verdict({ action: "migrate", park: true }).targetSynAck().barrier().barrier();
    // A keepalive of server 1, which waits.
    run.origin({ seq: 5000 });
    const [step] = stepsOf(run.history).slice(-1);
    expect(step).toMatchObject({ cause: { fate: "taken" }, deeds: [{ segment: { from: "switch", to: "origin" } }] });
  });

  it("shows a bundle's flows as one whole", () => {
    const config: ConnectionConfig = { ...plainConfig, bundles: true };
    const run = new RecordedRun({}, config).toArm();
    const text = explainHistory(run.history, "text");
    expect(text).toMatch(/flow guard, priority 400, in a bundle/);
  });

  it("leaves out ticks of a clock that nothing follows from", () => {
    const run = new RecordedRun().toHold();
    const before = stepsOf(run.history).length;
    run.wait(10).wait(10);
    expect(stepsOf(run.history)).toHaveLength(before);
  });

  it("has a word for frames that are no segments of the connection", () => {
    const run = new RecordedRun().toHold().packet(ports.target, new Uint8Array(60));
    run.packet(9, encodeFrame(framesOf().syn));
    run.packet(ports.target, new Uint8Array(3));
    expect(causes(run).slice(-3)).toEqual(["frame", "frame", "frame"]);
    run.event(eventOf("targetIcmp", run));
    expect(explainHistory(run.history, "text")).toContain("from second: an ICMP message");
  });

  it("is empty before anything has happened", () => {
    const empty = createHistory({ service: plainConfig.service }).history();
    expect(explainHistory(empty, "text")).toContain("No connection was seen.");
    expectDrawing(explainHistory(empty, "svg"));
  });

  it("knows its formats, and what a limit is", () => {
    const { history } = new RecordedRun().syn();
    expect(() => explainHistory(history, "png" as HistoryFormat)).toThrow(RangeError);
    expect(() => createHistory({ service: plainConfig.service, limit: -1 })).toThrow(/limit/);
    expect(() => createHistory({} as never)).toThrow(/service/);
  });
});

/** A download: `count` segments of 100 bytes from the new server, each acknowledged, with the planner shifting. */
function download(count: number, limit?: number): { recorder: ReturnType<typeof createHistory>; run: Run } {
  const config: ConnectionConfig = { ...plainConfig, dataPlane: "software" };
  const run = new Run({}, config);
  const recorder = createHistory({ service: config.service, ...(limit !== undefined && { limit }) });
  const handle = run.event.bind(run);
  run.event = (event: ConnectionEvent) => {
    handle(event);
    recorder.record(event, run.effects, run.phase);
    return run;
  };
  run.toMigrated();
  for (let index = 0; index < count; index++) {
    run.at += 1;
    run.target({ seq: add(3001, 100 * index), ack: 1019, payload: new Uint8Array(100) });
    run.client({ seq: 1019, ack: add(5101, 100 * index) });
  }
  return { recorder, run };
}

describe("a long transfer", () => {
  it("is summed up in the numbers of both sides", () => {
    const { recorder } = download(500);
    const last = recorder.history().entries.at(-1);
    // The first two segments of each direction are told one by one.
    expect(last).toMatchObject({
      type: "transfer",
      directions: [
        {
          from: "target:second",
          segments: 498,
          bytes: 49_800,
          first: { sent: { seq: 3201 }, received: { seq: 5201 } },
          next: { sent: { seq: 53_001 }, received: { seq: 55_001 } },
        },
        { from: "client", segments: 498, bytes: 0, next: { sent: { ack: 55_001 }, received: { ack: 53_001 } } },
      ],
    });
    expect(recorder.history().entries.length).toBeLessThan(20);
    const text = explainHistory(recorder.history(), "text");
    expect(text).toContain("498 segments, 49800 bytes, seq 3201 to 53001; Client sees seq 5201 to 55001");
  });

  it("does not swallow what is out of the ordinary", () => {
    const { recorder, run } = download(50);
    run.client({ seq: 1019, ack: 10_001, flags: FIN | ACK });
    expect(recorder.history().entries.at(-1)).toMatchObject({ type: "step", cause: { segment: { flags: FIN | ACK } } });
  });
});

describe("a history that is too long", () => {
  it("keeps its beginning and its end, and says how much is missing", () => {
    const recorder = createHistory({ service: plainConfig.service, limit: 20 });
    const run = new Run();
    for (let index = 0; index < 1000; index++) {
      run.at = index;
      run.syn();
      const event = run.events.at(-1);
      if (event) recorder.record(event, run.effects, run.phase);
    }
    const { entries } = recorder.history();
    expect(entries.length).toBeLessThanOrEqual(31);
    expect(entries[0]).toMatchObject({ type: "step", at: 0 });
    expect(entries.at(-1)).toMatchObject({ type: "step", at: 999 });
    const gap = entries.find(({ type }) => type === "gap");
    expect(gap).toMatchObject({ at: 10, steps: 1000 - (entries.length - 1) });
    expect(explainHistory(recorder.history(), "text")).toMatch(/… \d+ steps left out, until \d\.\d{3} …/);
  });
});

describe("a drawing of a history", () => {
  const runs: Readonly<Record<string, () => RecordedRun>> = {
    "of a hand-over": () => new RecordedRun().toMigrated(),
    "near the wrap": () => new RecordedRun({ x: 4294967290, y: 4294967290, z: 4294967290 }).toMigrated(),
    "taken back": () => {
      const run = new RecordedRun().toArm();
      return run.error(run.flowId("reverse")).barrier();
    },
    closed: () =>
      new RecordedRun()
        .toMigrated()
        .client({ seq: 1019, flags: FIN | ACK })
        .target({ ack: 1020, flags: FIN | ACK }),
  };

  it.each(Object.entries(runs))("%s is well-formed, stands alone and runs nothing", (_, make) => {
    expectDrawing(explainHistory(make().history, "svg"));
  });

  it.each(Object.entries(runs))("%s has nothing but statements of Mermaid's", (_, make) => {
    const [first, ...rest] = explainHistory(make().history, "mermaid").trimEnd().split("\n");
    expect(first).toBe("sequenceDiagram");
    for (const line of rest) expect(line).toMatch(mermaidLine);
  });

  it("is narrow enough for a phone", () => {
    const [, width] = /viewBox="0 0 (\d+) /.exec(explainHistory(new RecordedRun().toMigrated().history, "svg")) ?? [];
    expect(Number(width)).toBeLessThan(480);
  });

  it("shows the words of others as words", () => {
    const run = new RecordedRun().toHold();
    run.verdict({ action: "migrate", reason: 'a <b>"bad"</b> & long; #reason' });
    expectDrawing(explainHistory(run.history, "svg"));
    for (const line of explainHistory(run.history, "mermaid").trimEnd().split("\n").slice(1)) {
      expect(line).toMatch(mermaidLine);
    }
  });
});

describe("every event in every phase", () => {
  const kinds: readonly string[] = [...clientKinds, ...originKinds, ...targetKinds, ...controlKinds];

  it.each(Object.keys(inPhase))("can be told: %s", (phase) => {
    for (const kind of kinds) {
      const run = inPhase[phase]?.() ?? new Run();
      if (run.state) run.state = preparedFor(kind, run.state);
      const recorder = createHistory({ service: run.config.service });
      const replayed = new Run({}, run.config);
      for (const event of run.events) {
        replayed.event(event);
        recorder.record(event, replayed.effects, replayed.phase);
      }
      const event = eventOf(kind, run);
      run.event(event);
      recorder.record(event, run.effects, run.phase);
      const history = recorder.history();
      const known = history.parties.map(({ id }) => id);
      const parties = stepsOf(history).flatMap(({ cause, deeds }) => [
        ...(cause.type === "segment" ? [cause.segment.from, cause.segment.to] : []),
        ...deeds.flatMap((deed) => (deed.type === "segment" ? [deed.segment.from, deed.segment.to] : [])),
      ]);
      expect(known).toEqual(expect.arrayContaining(parties));
      expect(explainHistory(history, "text")).not.toMatch(/undefined|NaN|\[object/);
      expectDrawing(explainHistory(history, "svg"));
    }
  });
});
