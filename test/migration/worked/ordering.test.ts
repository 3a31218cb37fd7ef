/** In which order the switch is told, and what it means when it refuses, is silent or forgets. x = 1000, y = 5000, z = 3000. */
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/index.ts";
import { cookieParts, encodeEffect } from "../../../src/migration/index.ts";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { FlowModFlags, Port } from "../../../src/ofp/index.ts";
import { ACK, letters, PSH, plainConfig, Run } from "../machine/scene.ts";
import { actionsOf, flowOf } from "./scene.ts";

const back = ["clientSynTrap", "plainToServer", "plainToClient", "barrier"];

/** Everything that was asked for from the verdict on, in order. */
function wholeStory(config: ConnectionConfig = plainConfig): readonly string[] {
  const run = new Run({}, config).toHold();
  const story: string[] = [];
  const note = (step: Run) => story.push(...step.story);
  note(run.verdict());
  note(run.targetSynAck());
  while (run.barriers.length > 0) note(run.barrier());
  return story;
}

describe("a hand-over", () => {
  it("tells the switch what it must know before each segment that makes it matter", () => {
    expect(wholeStory()).toEqual([
      "s2:S 1000,0+0",
      // Before the new server may speak: who is silenced, and how what it says is shifted.
      "targetRstTrap",
      "guardWatch",
      "guard",
      "clientSynTrap",
      "targetSynTrap",
      "reverse",
      "barrier",
      // It may speak.
      "s2:A 1001,3001+0",
      // The commit: what the client repeats goes to the new server from here on.
      "forward",
      "barrier",
      "table:PA 1001,5001+18",
      // Last, behind a guard that stops its answer.
      "s1:RA 1001,5001+0",
    ]);
  });

  it("commits with the first held byte where the planner shifts: D = 2000, and 5001 − 2000 = 3001", () => {
    expect(wholeStory({ ...plainConfig, dataPlane: "software" })).toEqual([
      "s2:S 1000,0+0",
      "guardWatch",
      "guard",
      "reverse",
      "forward",
      "barrier",
      "s2:A 1001,3001+0",
      "s2:PA 1001,3001+18",
      "s1:RA 1001,5001+0",
    ]);
  });

  it("costs four flows besides traps for SYNs and RSTs, and two besides one for SYNs where it stays with server 1", () => {
    const run = new Run().toArm();
    const arming = run.flows;
    run.barrier();
    // Three stay as long as the connection: guard, reverse and forward. The watch ends after 5 s.
    expect([...arming, ...run.flows]).toEqual([
      "targetRstTrap",
      "guardWatch",
      "guard",
      "clientSynTrap",
      "targetSynTrap",
      "reverse",
      "forward",
    ]);
    // The trap comes first: no SYN slips through by a plain flow.
    expect(new Run().toFwdArm().flows).toEqual(["clientSynTrap", "plainToServer", "plainToClient"]);
  });
});

describe("priorities", () => {
  it("let what is rarer win: watch 410 over guard 400 over SYNs 300 over shifts 200", () => {
    const run = new Run().toArm();
    const of = (role: string) => flowOf(run, role).priority;
    expect([of("guardWatch"), of("guard"), of("clientSynTrap"), of("targetSynTrap"), of("reverse")]).toEqual([
      410, 400, 300, 300, 200,
    ]);
    expect(flowOf(run.barrier(), "forward").priority).toBe(200);
    const plain = new Run().toFwdArm();
    const ofPlain = (role: string) => flowOf(plain, role).priority;
    expect([ofPlain("clientSynTrap"), ofPlain("plainToServer"), ofPlain("plainToClient")]).toEqual([300, 200, 200]);
  });

  it("let a late move see both directions at 250, above the shifts and below the guard", () => {
    const run = new Run({}, { ...plainConfig, lateMoves: true }).toForwarded().verdict();
    expect([flowOf(run, "clientWatch").priority, flowOf(run, "originWatch").priority]).toEqual([250, 250]);
    expect(run.story).toEqual(["clientWatch", "originWatch", "barrier"]);
  });
});

describe("a flow", () => {
  it("that carries says when it ends, after 7440 s without packets or 60 s behind a FIN", () => {
    const run = new Run().toArm();
    for (const flow of [flowOf(run, "reverse"), flowOf(run.barrier(), "forward")]) {
      expect(flow).toMatchObject({ idleTimeout: 7440, hardTimeout: 0, flags: FlowModFlags.sendFlowRem, tableId: 0 });
    }
    expect(actionsOf(run, "forward")).toContainEqual({ type: "finTimeout", idleTimeout: 60, hardTimeout: 0 });
  });

  it("that guards lives 60 s without packets, its watch 5 s", () => {
    const run = new Run().toArm();
    expect(flowOf(run, "guard")).toMatchObject({ idleTimeout: 60, instructions: [] });
    expect(flowOf(run, "guardWatch")).toMatchObject({ hardTimeout: 5 });
  });

  it("has a cookie of 16 bits of tag, 8 of epoch, 8 of role and 32 of connection", () => {
    const run = new Run({}, { ...plainConfig, cookie: { tag: 0xabcd, epoch: 0x42 } }).toArm();
    const { cookie } = flowOf(run, "reverse");
    // 0xabcd 42 02 and the connection's number in hex.
    expect(cookie.toString(16).slice(0, 8)).toBe("abcd4202");
    expect(cookieParts(cookie).connection).toBe(run.state?.serial);
    // All of one connection share all but the role: guard 3, watch 4, traps 5, 6 and 13.
    const roles = run.effects.flatMap((effect) =>
      effect.type === "flowMod" ? [effect.message.cookie ^ (cookie & ~0xff_0000_0000n)] : [],
    );
    expect(roles.map((role) => role >> 32n)).toEqual([13n, 4n, 3n, 5n, 6n, 2n]);
  });

  it("goes by its cookie alone, whatever it matches: tag, epoch and connection", () => {
    const run = new Run().toArm().wait(1000);
    expect(flowOf(run, "all")).toMatchObject({
      command: 3,
      match: {},
      cookieMask: 0xffff_ff00_ffff_ffffn,
      outPort: Port.any,
    });
  });
});

describe("packets", () => {
  it("are never left to a buffer of the switch, and say which message they are", () => {
    const run = new Run().toDial();
    const [effect] = run.effects.filter(({ type }) => type === "packetOut");
    if (!effect) throw new Error("no packet");
    const message = decode(encodeEffect(effect));
    expect(message).toMatchObject({ type: "packetOut", bufferId: 0xffffffff, xid: effect.id });
  });

  it("that were held enter the table by the port that they came in by, and nothing else does", () => {
    const run = new Run().toCommitted().barrier();
    expect(run.sent.map(({ port, inPort }) => [port, inPort])).toEqual([
      [Port.table, 3],
      // The reset goes straight to server 1: the table would take it to the new one.
      [1, Port.controller],
    ]);
  });
});

describe("a refusal of the switch", () => {
  it.each([
    ["the guard", "guard"],
    ["the reverse flow", "reverse"],
  ])("of %s before the commit leads back: the new server is reset at 1001 and server 1 gets 18 bytes", (_, role) => {
    const run = new Run().toArm();
    run.error(run.flowId(role), 5, 1);
    expect(run.story).toEqual(["delete", "barrier", "s2:R 1001,0+0", ...back]);
    expect(run.barrier().story).toEqual(["s1:PA 1001,5001+18"]);
  });

  it("of the commit itself leads back, too, and of anything else after it does not", () => {
    const run = new Run().toArm();
    const guard = run.flowId("guard");
    run.barrier();
    const forward = run.flowId("forward");
    expect(run.error(guard).phase).toBe("arm");
    expect(run.error(forward).story.slice(0, 3)).toEqual(["delete", "barrier", "s2:R 1001,0+0"]);
  });

  it("of a plain flow makes the planner carry the connection", () => {
    const run = new Run().toFwdArm();
    run.error(run.flowId("plainToClient"));
    expect(run.phase).toBe("forwarded");
    expect(run.story.at(-1)).toBe("s1:PA 1001,5001+18");
    expect(run.origin({ ack: 1019, payload: letters(3) }).story).toEqual(["client:A 5001,1019+3"]);
  });

  it("of the trap beside plain flows changes nothing: the barrier lets the 18 bytes go", () => {
    const run = new Run().toFwdArm();
    const [barrier] = run.barriers;
    run.error(run.flowId("clientSynTrap"));
    expect(run).toMatchObject({ story: [], phase: "fwdArm", reports: ["SWITCH_ERROR"] });
    expect(run.barrier(barrier)).toMatchObject({ story: ["s1:PA 1001,5001+18"], phase: "forwarded" });
  });

  it("of another connection's message is not this one's", () => {
    const run = new Run().toArm().error(99_999);
    expect(run).toMatchObject({ story: [], phase: "arm" });
  });
});

describe("a silent switch", () => {
  it("before the commit leads back after a second; after it, it is asked for its flows", () => {
    const run = new Run();
    run.at = 400;
    run.toArm();
    expect(run.deadline).toBe(1400);
    const early = run.wait(999);
    expect(early.effects).toEqual([]);
    expect(run.wait(1).story).toEqual(["delete", "barrier", "s2:R 1001,0+0", ...back]);

    const late = new Run();
    late.at = 400;
    late.toCommitted();
    expect(late.wait(1000).story).toEqual(["flowStats"]);
    expect(late.phase).toBe("arm");
    // Only its own flows: tag 0x544d, epoch 0, no role, this connection.
    const asked = late.effects.find(({ type }) => type === "flowStats");
    expect(asked).toMatchObject({
      message: { body: { type: "flow", cookieMask: 0xffff_ff00_ffff_ffffn } },
    });
  });
});

describe("a segment that comes by flows that have just been replaced", () => {
  it("goes back into the table for a second after the commit, with one hop less each time", () => {
    const run = new Run();
    run.at = 50;
    run.toMigrated();
    run.at = 1049;
    run.client({ seq: 1019, flags: PSH | ACK, payload: letters(4) });
    expect(run.story).toEqual(["table:PA 1019,5001+4"]);
    expect(run.sent[0]?.frame.ipv4?.ttl).toBe(63);
    run.at = 1050;
    // D = 2000: 5001 − 2000 = 3001.
    run.client({ seq: 1023, flags: PSH | ACK, payload: letters(4) });
    expect(run.story).toEqual(["s2:PA 1023,3001+4"]);
  });
});
