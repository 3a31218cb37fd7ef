/** What happens once a connection has moved. */
import { describe, expect, it } from "vitest";
import { fromHex } from "../../../src/wire/index.ts";
import { ACK, armingStory, FIN, letters, PSH, plainConfig, RST, Run, SYN } from "./scene.ts";

const software = { ...plainConfig, dataPlane: "software" as const };

describe("server 1 that challenges its reset", () => {
  it("is told again with the number that it names, three times at most", () => {
    const run = new Run().toMigrated();
    for (const ack of [1006, 1006, 1006]) {
      run.origin({ ack });
      expect(run.story).toEqual([`s1:RA ${ack},5001+0`]);
      expect(run.reports).toEqual(["ORIGIN_RESET_AGAIN"]);
    }
    expect(run.origin({ ack: 1006 }).effects).toEqual([]);
  });

  it("gets no answer to a reset of its own, to data or to a FIN", () => {
    const run = new Run().toMigrated();
    expect(run.origin({ ack: 0, flags: RST }).effects).toEqual([]);
    expect(run.origin({ payload: letters(4) }).effects).toEqual([]);
    expect(run.origin({ flags: FIN | ACK }).effects).toEqual([]);
  });
});

describe("the new server", () => {
  it("that repeats its SYN-ACK gets the ACK again", () => {
    const run = new Run().toMigrated().targetSynAck();
    expect(run.story).toEqual(["s2:A 1001,3001+0"]);
    expect(run.phase).toBe("migrated");
  });

  it("that has begun anew is reset, and so is the client", () => {
    const run = new Run().toMigrated().targetSynAck({ seq: 9999 });
    expect(run.story).toEqual(["s2:R 1001,0+0", "client:RA 5001,1019+0"]);
    expect(run.reports).toEqual(["TARGET_RESTARTED"]);
    expect(run.phase).toBe("linger");
  });

  it("that answers with another number before the commit gets flows for that", () => {
    const run = new Run().toArm().targetSynAck({ seq: 9000 });
    expect(run.story).toEqual(armingStory);
    run.barrier();
    expect(run.sent[0]?.tcp).toMatchObject({ seq: 1001, ack: 9001 });
  });

  it("that resets before the commit leaves the connection with server 1", () => {
    const run = new Run().toArm().target({ seq: 3001, ack: 0, flags: RST });
    expect(run.story).toEqual(["delete", "barrier", "clientSynTrap", "plainToServer", "plainToClient", "barrier"]);
  });

  it("that resets after the commit ends the connection: D = 2000", () => {
    const run = new Run().toCommitted().target({ seq: 3001, ack: 1001, flags: RST | ACK });
    expect(run.story).toEqual(["client:RA 5001,1001+0"]);
    expect(run.phase).toBe("linger");
  });

  it("answers after the connection went back to server 1, and is reset", () => {
    const run = new Run().toForwarded().targetSynAck();
    expect(run.story).toEqual(["s2:R 1001,0+0"]);
    // No answer to a reset, and the connection goes on.
    expect(run.target({ ack: 1001, flags: RST | ACK }).effects).toEqual([]);
    expect(run.phase).toBe("forwarded");
  });
});

describe("resets", () => {
  it("are bounded: eight at once, then four a second", () => {
    const run = new Run().toForwarded();
    const answers = Array.from({ length: 10 }, () => run.targetSynAck().story);
    expect(answers.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => ["s2:R 1001,0+0"]));
    expect(answers.slice(8)).toEqual([[], []]);
    expect(run.reports).toEqual(["RESET_LIMIT"]);
    run.at += 250;
    expect(run.targetSynAck().story).toEqual(["s2:R 1001,0+0"]);
    expect(run.targetSynAck().story).toEqual([]);
    run.at += 60_000;
    for (let time = 0; time < 8; time++) expect(run.targetSynAck().story).toHaveLength(1);
    expect(run.targetSynAck().story).toEqual([]);
  });
});

describe("a SYN beside a connection", () => {
  it.each([
    ["toReady", 0],
    ["toHold", 0],
    ["toDial", 0],
    ["toArm", 0],
    ["toMigrated", 0],
    ["toForwarded", 50],
    ["toNonMig", 50],
    ["toFwdArm", 50],
  ] as const)("that is forged ends nothing: %s", (way, waits) => {
    const run = new Run()[way]();
    const { phase } = run;
    run.client({ seq: 70000, ack: 0, flags: SYN });
    // Plain flows, or the guard of a hand-over that is not committed, may be cached in the switch: it waits until its answer is shown.
    if (waits > 0) {
      expect(run.sent).toEqual([]);
      run.wait(waits);
    }
    expect(run.sent).toMatchObject([{ port: 1, tcp: { seq: 70000, flags: SYN } }]);
    expect(run.phase).toBe(phase);
    // A forger does not know what server 1 answered.
    run.origin({ seq: 8000, ack: 70001, flags: SYN | ACK }).client({ seq: 70001, ack: 8002 });
    expect(run.phase).toBe(phase);
    expect(run.state?.generation).toBe(1);
  });

  it("expires", () => {
    const run = new Run().toMigrated().client({ seq: 70000, ack: 0, flags: SYN });
    expect(run.deadline).toBe(5000);
    run.wait(5000);
    expect(run.state?.candidates).toEqual([]);
    expect(run.deadline).toBeUndefined();
  });

  it("is not remembered when there are four already, and reaches server 1 all the same", () => {
    const run = new Run().toReady();
    for (let index = 0; index < 4; index++) run.client({ seq: 70000 + index, ack: 0, flags: SYN });
    run.client({ seq: 70004, ack: 0, flags: SYN });
    expect(run.story).toEqual(["s1:S 70004,0+0"]);
    expect(run.reports).toEqual(["CANDIDATES_FULL"]);
  });

  it("takes the connection's place with its first data when its ACK was lost", () => {
    const run = new Run().toForwarded().client({ seq: 70000, ack: 0, flags: SYN });
    expect(run.story).toEqual(["originWatch", "clientWatch"]);
    expect(run.wait(50).story).toEqual(["s1:S 70000,0+0"]);
    run.origin({ seq: 8000, ack: 70001, flags: SYN | ACK, window: 65160 });
    run.data(18, { seq: 70001, ack: 8001 });
    expect(run.story).toEqual(["delete", "barrier", "s1:A 70001,8001+0"]);
    expect(run.phase).toBe("hold");
    expect(run.state?.generation).toBe(2);
  });

  it("lets server 1's challenge through to a client that has forgotten the connection, whose reset then counts", () => {
    const run = new Run().toHold().client({ seq: 70000, ack: 0, flags: SYN });
    run.origin({ ack: 1001 });
    expect(run.story).toEqual(["client:A 5001,1001+0"]);
    run.client({ seq: 1001, ack: 0, flags: RST });
    expect(run.phase).toBe("dead");
    run.client({ seq: 70000, ack: 0, flags: SYN });
    expect(run.phase).toBe("syn");
    expect(run.state?.generation).toBe(2);
  });

  it("begins at once where the old connection has moved and only lingers", () => {
    const run = new Run().toMigrated().client({ seq: 1019, ack: 0, flags: RST });
    expect(run.phase).toBe("linger");
    run.client({ seq: 70000, ack: 0, flags: SYN });
    expect(run.story).toEqual(["delete", "barrier", "s1:S 70000,0+0"]);
    expect(run.phase).toBe("syn");
  });
});

describe("with software shifting", () => {
  const moved = () => new Run({}, software).toMigrated();

  it("the same is done by the planner, with one barrier less", () => {
    const run = new Run({}, software).toArm();
    expect(run.story).toEqual(["guardWatch", "guard", "reverse", "forward", "barrier"]);
    run.barrier();
    // −D = −2000: the first held byte is the commit.
    expect(run.story).toEqual(["s2:A 1001,3001+0", "s2:PA 1001,3001+18", "s1:RA 1001,5001+0"]);
    expect(run.phase).toBe("migrated");
  });

  it("its traps say in a note what a switch that shifts says by its actions, and send everything to the controller", () => {
    const run = new Run({}, software).toArm();
    const actions = run.effects.flatMap((effect) =>
      effect.type === "flowMod" && effect.role === "forward" ? effect.message.instructions : [],
    );
    // E, D, the client's and the service's Ethernet addresses; the new server and the service as numbers; the client's port; zeros.
    const data = fromHex("00000000 000007d0 000000000003 000000000001 90f6f365 8b6ab608 00000003 000000000000");
    expect(actions).toMatchObject([
      {
        type: "applyActions",
        actions: [
          { type: "note", data },
          { type: "output", port: 0xfffffffd },
        ],
      },
    ]);
  });

  it("every segment is shifted, checksums included", () => {
    const run = moved().target({ seq: 3001, ack: 1019, payload: letters(4) });
    expect(run.story).toEqual(["client:A 5001,1019+4"]);
    expect(run.sent[0]?.tcp.checksumValid).toBe(true);
    run.client({ seq: 1019, ack: 5005, flags: PSH | ACK, payload: letters(7) });
    expect(run.story).toEqual(["s2:PA 1019,3005+7"]);
    expect(run.sent[0]?.tcp.checksumValid).toBe(true);
  });

  it("sees both FINs and their acknowledgments, and lets go a minute later", () => {
    const run = moved().client({ seq: 1019, ack: 5001, flags: FIN | ACK });
    expect(run.story).toEqual(["s2:FA 1019,3001+0"]);
    expect(run.phase).toBe("migrated");
    run.target({ seq: 3001, ack: 1020, flags: FIN | ACK });
    expect(run.story).toEqual(["client:FA 5001,1020+0"]);
    expect(run.phase).toBe("closing");
    run.at = 10;
    run.client({ seq: 1020, ack: 5002 });
    expect(run.story).toEqual(["s2:A 1020,3002+0"]);
    expect(run.phase).toBe("linger");
    expect(run.deadline).toBe(60_010);
    // A late segment is still translated.
    expect(run.target({ seq: 3001, ack: 1020, flags: FIN | ACK }).story).toEqual(["client:FA 5001,1020+0"]);
    expect(run.wait(60_000).story).toEqual(["delete", "barrier"]);
    expect(run.phase).toBe("dead");
  });

  it("an exact reset ends it ten seconds later, another one only passes", () => {
    const run = moved().client({ seq: 500, ack: 0, flags: RST });
    expect(run.story).toEqual([`s2:R 500,${2 ** 32 - 2000}+0`]);
    expect(run.phase).toBe("migrated");
    run.client({ seq: 1019, ack: 0, flags: RST });
    expect(run.phase).toBe("linger");
    expect(run.deadline).toBe(10_000);
    const other = moved().target({ seq: 3001, ack: 0, flags: RST });
    expect(other.story).toEqual(["client:R 5001,0+0"]);
    expect(other.phase).toBe("linger");
  });

  it("a refused trap leads back", () => {
    const run = new Run({}, software).toArm();
    run.error(run.flowId("forward"));
    expect(run.phase).toBe("fwdArm");
  });
});

describe("verdicts", () => {
  it("wait for data when they come first", () => {
    const run = new Run().toReady().verdict();
    expect(run.effects).toEqual([]);
    run.data();
    expect(run.story).toEqual(["s2:S 1000,0+0"]);
    expect(run.phase).toBe("dial");
  });

  it("contradict in vain", () => {
    const run = new Run().syn().verdict({ action: "forward" }).verdict();
    expect(run.reports).toEqual(["VERDICT_IGNORED"]);
    run.synAck().client({}).data();
    expect(run.phase).toBe("fwdArm");
  });

  it("that do not come leave the connection with server 1 after a second", () => {
    const run = new Run().toHold();
    expect(run.deadline).toBe(1000);
    expect(run.wait(1000).reports).toEqual(["VERDICT_MISSING", "FORWARDED"]);
    expect(run.verdict().reports).toEqual(["VERDICT_IGNORED"]);
    expect(run.phase).toBe("fwdArm");
  });

  it.each([
    ["of an older generation", { generation: 0 }],
    ["about bytes that are not held", { seq: 1020 }],
    ["of another connection", { key: { vlans: [], src: "10.0.0.9", dst: "10.0.0.1", srcPort: 1, dstPort: 2 } }],
  ])("%s change nothing", (_, fields) => {
    const run = new Run().toHold().verdict({ action: "migrate", ...fields });
    expect(run.reports).toEqual(["VERDICT_STALE"]);
    expect(run.phase).toBe("hold");
  });

  it("about this generation and these bytes count", () => {
    expect(new Run().toHold().verdict({ action: "migrate", generation: 1, seq: 1001 }).phase).toBe("dial");
  });

  it("name a target that there is not", () => {
    const run = new Run().toHold().verdict({ action: "migrate", target: "nowhere" });
    expect(run.reports).toEqual(["TARGET_UNKNOWN", "FORWARDED"]);
  });

  it("cannot move to where the client has another connection", () => {
    const run = new Run({}, { ...plainConfig, isTaken: () => true }).toHold().verdict();
    expect(run.reports).toEqual(["TARGET_TAKEN", "FORWARDED"]);
  });

  it("come too late for what a server has had", () => {
    expect(new Run().toForwarded().verdict().reports).toEqual(["VERDICT_TOO_LATE"]);
    expect(new Run().toNonMig().verdict().reports).toEqual(["VERDICT_TOO_LATE"]);
    expect(new Run().toMigrated().verdict().reports).toEqual(["VERDICT_IGNORED"]);
    expect(new Run().toMigrated().verdict({ action: "migrate", target: "third" }).reports).toEqual([
      "VERDICT_TOO_LATE",
    ]);
  });
});

describe("half a handshake", () => {
  it("is forgotten after five seconds", () => {
    const run = new Run().syn();
    expect(run.deadline).toBe(5000);
    expect(run.wait(5000).phase).toBe("dead");
    // What follows is relayed.
    expect(run.synAck().story).toEqual(["client:SA 5000,1001+0"]);
    expect(run.client({}).story).toEqual(["s1:A 1001,5001+0"]);
  });
});
