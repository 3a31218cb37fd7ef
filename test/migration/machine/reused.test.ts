/** A client that uses the port of a connection again that stayed with server 1: what comes then is judged like any other. */
import { describe, expect, it } from "vitest";
import { connectionFromJSON, connectionToJSON } from "../../../src/migration/index.ts";
import { again, answer, completes, cookie, flowMods, stays } from "./reused.ts";
import { ACK, letters, PSH, plainConfig, RST, Run, SYN } from "./scene.ts";

describe("a SYN while plain flows carry the connection", () => {
  it.each(stays)(
    "waits 50 ms for the switch to show the rest, and leads to a connection that moves: %s",
    (phase, begin) => {
      const run = begin();
      run.at = 1000;
      again(run);
      expect([run.story, run.reports]).toEqual([["originWatch", "clientWatch"], ["PORT_REUSED"]]);
      for (const role of ["originWatch", "clientWatch"])
        expect(flowMods(run, role)).toMatchObject([{ priority: 250, hardTimeout: 5 }]);
      expect(run.deadline).toBe(1050);
      // Repeated in between, it is known and goes out once.
      run.at = 1030;
      expect(again(run).effects).toEqual([]);
      expect(run.wait(19).effects).toEqual([]);
      expect(run.deadline).toBe(1050);
      run.wait(1);
      expect([run.story, run.phase]).toEqual([["s1:S 70000,0+0"], phase]);
      expect(run.sent).toMatchObject([{ port: 1, inPort: 3 }]);
      // Five seconds after it came it would be forgotten.
      expect(run.deadline).toBe(6000);
      run.at = 1055;
      completes(run);
    },
  );

  it("goes at once when it is repeated after that, as often as it is", () => {
    const run = again(new Run().toForwarded()).wait(50);
    run.at = 1000;
    expect(again(run).story).toEqual(["s1:S 70000,0+0"]);
    run.at = 3000;
    expect(again(run).story).toEqual(["s1:S 70000,0+0"]);
    expect(run.deadline).toBe(5000);
  });

  it("goes with whatever comes 50 ms later when no timer went off", () => {
    const run = again(new Run().toForwarded());
    run.at = 49;
    expect(run.data(5, { seq: 1019 }).story).toEqual(["s1:PA 1019,5001+5"]);
    run.at = 50;
    expect(run.data(5, { seq: 1024 }).story).toEqual(["s1:PA 1024,5001+5", "s1:S 70000,0+0"]);
    expect(run.wait(0).effects).toEqual([]);
    // Also when that is its own repetition, and then once.
    const late = again(new Run().toForwarded());
    late.at = 1000;
    expect(again(late).story).toEqual(["s1:S 70000,0+0"]);
    expect(late.deadline).toBe(5000);
  });

  it("that is taken back while it waits never reaches server 1", () => {
    const run = again(new Run().toForwarded());
    run.client({ seq: 70_001, ack: 0, flags: RST }, cookie(run, "clientWatch"));
    expect([run.story, run.state?.candidates, run.deadline]).toEqual([[], [], undefined]);
    expect(run.wait(50).effects).toEqual([]);
  });

  it.each(stays)("stays away from server 1 when four wait already, and comes again: %s", (_, begin) => {
    const run = begin();
    for (const seq of [10_000, 20_000, 30_000, 40_000]) again(run, seq);
    expect([again(run).story, run.reports]).toEqual([[], ["CANDIDATES_FULL"]]);
    expect(run.wait(50).sent.map(({ tcp }) => tcp.seq)).toEqual([10_000, 20_000, 30_000, 40_000]);
    // After five seconds there is room.
    run.at = 5000;
    expect(again(run).story).toEqual(["originWatch", "clientWatch"]);
    expect(run.wait(50).story).toEqual(["s1:S 70000,0+0"]);
  });

  it("waits its own 50 ms beside another one", () => {
    const run = again(new Run().toForwarded());
    run.at = 30;
    again(run, 80_000);
    expect(run.deadline).toBe(50);
    expect(run.wait(20).story).toEqual(["s1:S 70000,0+0"]);
    expect(run.deadline).toBe(80);
    expect(run.wait(30).story).toEqual(["s1:S 80000,0+0"]);
  });

  it("waits as long as the configuration says", () => {
    const run = again(new Run({}, { ...plainConfig, timing: { showMs: 200 } }).toForwarded());
    expect([run.story, run.deadline]).toEqual([["originWatch", "clientWatch"], 200]);
    expect(run.wait(199).effects).toEqual([]);
    expect(run.wait(1).story).toEqual(["s1:S 70000,0+0"]);
  });

  it("still waits when its connection is read back", () => {
    const run = again(new Run().toForwarded());
    const { state } = run;
    if (!state) throw new Error("no state");
    const read = connectionFromJSON(JSON.parse(JSON.stringify(connectionToJSON(state))), ["second", "third"]);
    expect(read).toEqual(state);
    run.state = read;
    expect(run.deadline).toBe(50);
    expect(run.wait(50).story).toEqual(["s1:S 70000,0+0"]);
  });

  it("does not wait where the planner relays, which sees everything", () => {
    // The barrier behind the plain flows is lost, and they are taken out again.
    const run = new Run().toFwdArm().wait(1000);
    expect([run.phase, again(run).story]).toEqual(["forwarded", ["s1:S 70000,0+0"]]);
    expect(run.deadline).toBe(6000);
  });

  it("does not wait where flows shift the numbers", () => {
    expect(again(new Run().toMigrated()).story).toEqual(["guardWatch", "clientWatch", "s1:S 70000,0+0"]);
  });
});

describe("a SYN when the old connection only lingers", () => {
  it.each([
    ["forwarded", 1019],
    ["nonMig", 1002],
  ] as const)("waits all the same where plain flows carried it: %s", (phase, seq) => {
    const run = phase === "forwarded" ? new Run().toForwarded() : new Run().toNonMig();
    run.client({ seq, ack: 0, flags: RST });
    expect([run.phase, run.deadline]).toEqual(["linger", 10_000]);
    run.at = 9000;
    expect(again(run).story).toEqual(["originWatch", "clientWatch"]);
    expect([run.phase, run.deadline]).toEqual(["linger", 9050]);
    run.at = 9030;
    expect(again(run).effects).toEqual([]);
    expect(run.wait(20).story).toEqual(["s1:S 70000,0+0"]);
    // Ten seconds after the reset the handshake is not over: the repetition at 9030 gives it until 14030.
    run.at = 10_000;
    expect(run.wait(0).effects).toEqual([]);
    expect(run.state?.lingerUntil).toBe(14_030);
    completes(run);
  });

  it("begins at once when four wait already: nobody can keep it from that", () => {
    const run = new Run().toForwarded().client({ seq: 1019, ack: 0, flags: RST });
    for (const seq of [10_000, 20_000, 30_000, 40_000]) again(run, seq);
    // One of the four waits on.
    expect(again(run, 40_000).effects).toEqual([]);
    expect(again(run).story).toEqual(["delete", "barrier", "s1:S 70000,0+0"]);
    expect(run.state).toMatchObject({ phase: "syn", generation: 2, candidates: [] });
  });

  it("ends with that when nothing comes of it", () => {
    const run = new Run().toForwarded().client({ seq: 1019, ack: 0, flags: RST });
    run.at = 9000;
    again(run).wait(50);
    expect(run.deadline).toBe(14_000);
    run.at = 14_000;
    expect(run.wait(0).story).toEqual(["delete", "barrier"]);
    expect([run.phase, run.deadline]).toEqual(["dead", undefined]);
  });

  it("does not shorten the time that is left", () => {
    const run = new Run().toForwarded().client({ seq: 1019, ack: 0, flags: RST });
    run.at = 1000;
    again(run);
    run.at = 6000;
    expect(run.wait(0).phase).toBe("linger");
    expect([run.state?.candidates, run.deadline]).toEqual([[], 10_000]);
  });

  it.each([
    ["it had moved", () => new Run().toMigrated(), ["delete", "barrier", "s1:S 70000,0+0"]],
    // Its flows are out of the switch already.
    ["the planner relayed it", () => new Run().toFwdArm().wait(1000), ["s1:S 70000,0+0"]],
  ] as const)("begins at once where %s", (_, begin, story) => {
    const run = begin().client({ seq: 1019, ack: 0, flags: RST });
    expect(run.phase).toBe("linger");
    again(run);
    expect([run.story, run.reports]).toEqual([story, ["PROMOTED"]]);
    expect(run.state).toMatchObject({ phase: "syn", generation: 2, candidates: [] });
  });
});

it("a SYN during a hand-over waits for nothing, and is not lost when that goes on meanwhile", () => {
  const run = new Run().toArm();
  const prepared = run.barriers.at(-1);
  expect(again(run).story).toEqual(["guardWatch", "clientWatch", "s1:S 70000,0+0"]);
  run.at = 10;
  run.barrier(prepared).barrier();
  expect(run.phase).toBe("migrated");
  answer(run);
  run.client({ seq: 70_001, ack: 8001, flags: PSH | ACK, payload: letters(18) });
  // The second server is reset in its own numbers, which are the client's: E = 0, and 1001 + 18.
  expect(run.story).toEqual(["delete", "barrier", "s2:R 1019,0+0", "s1:A 70001,8001+0"]);
  expect([run.phase, run.state?.generation]).toEqual(["hold", 2]);
});

it("a signed SYN beside a connection reaches server 1 as it is, and begins one that stays there", () => {
  const run = new Run().toNonMig();
  const options = [{ type: "md5" as const, digest: new Uint8Array(16).fill(7) }];
  run.client({ seq: 70_000, ack: 0, flags: SYN, options }, cookie(run, "clientSynTrap")).wait(50);
  // Signed options end with a padding of their own.
  expect(run.sent.map(({ tcp }) => tcp.options[0])).toEqual(options);
  answer(run);
  run.client({ seq: 70_001, ack: 8001 }, cookie(run, "clientWatch"));
  expect(run.phase).toBe("nonMig");
  expect(run.story).toEqual([
    ...["delete", "barrier", "s1:A 70001,8001+0"],
    ...["clientSynTrap", "plainToServer", "plainToClient"],
  ]);
});

it("a connection does not linger for ever, however many SYNs are forged beside it", () => {
  const run = new Run().toForwarded().client({ seq: 1019, ack: 0, flags: RST });
  expect(run.phase).toBe("linger");
  // It began to at 0: for 10 s after a reset. At most 60 s and then 5 s more for the last of them.
  for (let number = 1; number <= 20; number += 1) {
    run.at = 4_000 * number;
    if (run.phase === "linger") run.client({ seq: 70_000 * number, ack: 0, flags: SYN }, cookie(run, "clientSynTrap"));
  }
  expect(run.state?.lingerUntil).toBe(65_000);
});
