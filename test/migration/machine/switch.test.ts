/** What the switch does with a connection: refuse, forget, fall silent, go away. */
import { describe, expect, it } from "vitest";
import { connectionId, cookieOf, cookieParts } from "../../../src/migration/index.ts";
import { ConnectionRole } from "../../../src/migration/machine/index.ts";
import { flowStats } from "../../../src/ofp/index.ts";
import { ACK, armingStory, DPID, letters, PSH, plainConfig, Run } from "./scene.ts";

function cookie(run: Run, role: keyof typeof ConnectionRole): bigint {
  const { state } = run;
  if (!state) throw new Error("no state");
  const connection = (connectionId(state.connection.key) + state.generation) >>> 0;
  return cookieOf({ tag: 0x544d, epoch: 0, role: ConnectionRole[role], connection });
}

function ends(run: Run, role: keyof typeof ConnectionRole, reason = 0): Run {
  return run.event({ type: "flowRemoved", at: run.at, dpid: DPID, cookie: cookie(run, role), reason });
}

function answersWith(run: Run, roles: readonly (keyof typeof ConnectionRole)[]): Run {
  const asked = run.effects.find(({ type }) => type === "flowStats");
  if (!asked) throw new Error("the switch was not asked");
  const flows = roles.map((role) => flowStats({ cookie: cookie(run, role) }));
  return run.event({ type: "flowStats", at: run.at, dpid: DPID, id: asked.id, flows });
}

const back = ["clientSynTrap", "plainToServer", "plainToClient", "barrier"];
const takenBack = ["delete", "barrier", "s2:R 1001,0+0", ...back];

describe("a flow of the hand-over that is refused", () => {
  it.each(["guard", "reverse"])("leads back to server 1 when it is the %s", (role) => {
    const run = new Run().toArm();
    expect(run.error(run.flowId(role)).story).toEqual(takenBack);
    expect(run.reports).toEqual(["SWITCH_ERROR", "FORWARDED"]);
  });

  it.each(["guardWatch", "clientSynTrap", "targetSynTrap", "targetRstTrap"])(
    "is done without when it is the %s",
    (role) => {
      const run = new Run().toArm();
      const barrier = run.barriers.at(-1);
      run.error(run.flowId(role), 4, 6);
      expect(run.story).toEqual([]);
      expect(run.reports).toEqual(["SWITCH_ERROR"]);
      expect(run.barrier(barrier).story).toEqual(["s2:A 1001,3001+0", "forward", "barrier"]);
    },
  );

  it("leads nowhere back when it is another message after the commit", () => {
    const run = new Run().toArm();
    const reverse = run.flowId("reverse");
    run.barrier();
    const barrier = run.barriers.at(-1);
    expect(run.error(reverse).story).toEqual([]);
    expect(run.phase).toBe("arm");
    expect(run.barrier(barrier).phase).toBe("migrated");
  });

  it("is not the end once held data is released", () => {
    const run = new Run().toCommitted();
    const forward = run.flowId("forward");
    run.barrier();
    expect(run.error(forward).story).toEqual([]);
    expect(run.phase).toBe("migrated");
  });
});

describe("a barrier that is not answered", () => {
  it("before the commit takes the hand-over back", () => {
    const run = new Run().toArm();
    expect(run.deadline).toBe(1000);
    expect(run.wait(1000).story).toEqual(takenBack);
    expect(run.reports).toEqual(["BARRIER_LOST", "FORWARDED"]);
  });

  it("after the commit asks for flows; one that is there means that the connection has moved", () => {
    const run = new Run().toCommitted();
    expect(run.wait(1000).story).toEqual(["flowStats"]);
    answersWith(run, ["guard", "reverse", "forward"]);
    expect(run.story).toEqual(["table:PA 1001,5001+18", "s1:RA 1001,5001+0"]);
    expect(run.phase).toBe("migrated");
  });

  it("after the commit asks for flows; one that is not there is sent again", () => {
    const run = new Run().toCommitted();
    run.wait(1000);
    answersWith(run, ["guard", "reverse"]);
    expect(run.story).toEqual(["forward", "barrier"]);
    const again = run.flowId("forward");
    // Whether the first one was installed meanwhile, nobody knows: an error about the second one proves nothing.
    const barrier = run.barriers.at(-1);
    expect(run.error(again).story).toEqual([]);
    expect(run.barrier(barrier).phase).toBe("migrated");
  });

  it("late counts as an answer all the same", () => {
    const run = new Run().toCommitted();
    const barrier = run.barriers.at(-1);
    expect(run.wait(1000).barrier(barrier).phase).toBe("migrated");
  });

  it("on the way back to server 1 has the planner relay", () => {
    const run = new Run().toFwdArm();
    expect(run.wait(1000).story).toEqual(["delete", "barrier", "s1:PA 1001,5001+18"]);
    expect(run.phase).toBe("forwarded");
    run.data(5, { seq: 1019 });
    expect(run.story).toEqual(["s1:PA 1019,5001+5"]);
    run.origin({ ack: 1024, payload: letters(3) });
    expect(run.story).toEqual(["client:A 5001,1024+3"]);
  });

  it("of another connection is nothing", () => {
    const run = new Run().toArm();
    expect(run.barrier(424242).effects).toEqual([]);
    expect(run.phase).toBe("arm");
  });
});

describe("a switch that goes away", () => {
  const lost = (run: Run) => run.event({ type: "switchLost", at: run.at, dpid: DPID });
  const found = (run: Run) => run.event({ type: "switchBack", at: run.at, dpid: DPID });

  it("ends what has no data yet", () => {
    expect(lost(new Run().toReady()).phase).toBe("dead");
    expect(lost(new Run().syn()).phase).toBe("dead");
  });

  it("stops the clock of a hand-over, which then goes on", () => {
    const run = lost(new Run().toDial());
    expect(run.deadline).toBeUndefined();
    run.at = 30_000;
    expect(found(run).story).toEqual(["s2:S 1000,0+0"]);
    expect(run.deadline).toBe(30_200);
  });

  it("gets its flows again", () => {
    const run = found(lost(new Run().toArm()));
    expect(run.story).toEqual(armingStory);
    expect(run.barrier().story).toEqual(["s2:A 1001,3001+0", "forward", "barrier"]);
    expect(found(lost(run)).story).toEqual(["forward", "barrier"]);
    expect(run.barrier().phase).toBe("migrated");
    expect(found(lost(new Run().toFwdArm())).story).toEqual(back);
  });

  it("keeps what has moved, and is another one's business", () => {
    expect(lost(new Run().toMigrated()).phase).toBe("migrated");
    expect(new Run().toReady().event({ type: "switchLost", at: 0, dpid: 8n }).phase).toBe("ready");
  });
});

describe("a flow that ends", () => {
  it.each([
    ["migrated", "reverse", "forward"],
    ["forwarded", "plainToServer", "plainToClient"],
  ] as const)(
    "of a connection that is %s comes back with the next segment of its direction",
    (phase, first, second) => {
      const run = phase === "migrated" ? new Run().toMigrated() : new Run().toForwarded();
      run.at = 7_440_000;
      expect(ends(run, first).effects).toEqual([]);
      expect(run.deadline).toBeUndefined();
      if (phase === "migrated") run.target({ seq: 3001, ack: 1019, payload: letters(4) });
      else run.data(4, { seq: 1019 });
      expect(run.story.slice(1)).toEqual([first]);
      expect(run.reports).toEqual(["FLOW_RESTORED"]);
      // It is as if it had never been away.
      expect(ends(run, second).phase).toBe(phase);
    },
  );

  it.each([
    ["migrated", "reverse", "forward"],
    ["forwarded", "plainToServer", "plainToClient"],
  ] as const)("of a connection that was %s ends it when the other direction's ends, too", (phase, first, second) => {
    const run = phase === "migrated" ? new Run().toMigrated() : new Run().toForwarded();
    ends(ends(run, first), second);
    expect(run.phase).toBe("linger");
    expect(run.deadline).toBe(10_000);
    expect(run.wait(10_000).story).toEqual(["delete", "barrier"]);
    expect(run.phase).toBe("dead");
  });

  it("because somebody deleted it is put back", () => {
    const run = ends(new Run().toMigrated(), "forward", 2);
    expect(run.story).toEqual(["forward"]);
  });

  it("of an older generation is none of this one's", () => {
    const run = new Run().toMigrated();
    const old = cookie(run, "forward") - 1n;
    run.event({ type: "flowRemoved", at: 0, dpid: DPID, cookie: old, reason: 0 });
    expect(run.deadline).toBeUndefined();
  });

  it("is shifted for by the planner until it is back", () => {
    const run = ends(new Run().toMigrated(), "reverse");
    run.at = 1500;
    // D = 5001 − 3001
    run.target({ seq: 3001, ack: 1019, payload: letters(4) });
    expect(run.story).toEqual(["client:A 5001,1019+4", "reverse"]);
  });
});

it("gives all flows of one connection one number, and all its roles", () => {
  const run = new Run().toArm();
  const cookies = run.effects.flatMap((effect) =>
    effect.type === "flowMod" ? [cookieParts(effect.message.cookie)] : [],
  );
  expect(cookies.map(({ role }) => role).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 13]);
  expect(new Set(cookies.map(({ connection, tag, epoch }) => `${tag} ${epoch} ${connection}`)).size).toBe(1);
});

describe("a stray", () => {
  it("of the moment after the hand-over goes through the flow table once more, with one hop less", () => {
    const run = new Run().toMigrated().client({ seq: 1001, flags: PSH | ACK, payload: letters(18) });
    expect(run.story).toEqual(["table:PA 1001,5001+18"]);
    expect(run.sent[0]?.frame.ipv4?.ttl).toBe(63);
    expect(run.sent[0]?.inPort).toBe(3);
    const dying = run.clientFrame({ payload: letters(5) });
    if (!dying.ipv4) throw new Error("no IPv4");
    expect(run.packet(3, { ...dying, ipv4: { ...dying.ipv4, ttl: 1 } }).story).toEqual([]);
  });

  it("is shifted by the planner when it comes back all the same; its sender's repetition is another one", () => {
    const run = new Run().toMigrated().client({ seq: 1001, flags: PSH | ACK, payload: letters(18) });
    const [again] = run.sent;
    if (!again) throw new Error("nothing was sent");
    // −D = 3001 − 5001
    expect(run.packet(3, again.frame).story).toEqual(["s2:PA 1001,3001+18"]);
    expect(run.client({ seq: 1001, flags: PSH | ACK, payload: letters(18) }).story).toEqual(["table:PA 1001,5001+18"]);
  });

  it("later is shifted by the planner, because a flow that is missing would make a loop", () => {
    const run = new Run().toMigrated();
    run.at = 1000;
    // −D = 3001 − 5001
    expect(run.client({ seq: 1019 }).story).toEqual(["s2:A 1019,3001+0"]);
  });

  it("that a trap caught does not go back into it", () => {
    const run = new Run().toMigrated();
    run.client({ seq: 1019 }, cookie(run, "clientWatch"));
    expect(run.story).toEqual(["s2:A 1019,3001+0"]);
  });

  it.each([
    ["of another controller's", 1n << 48n],
    ["of ours in another epoch", 1n << 40n],
  ])("that a trap %s caught is one all the same", (_, other) => {
    const run = new Run().toMigrated();
    run.client({ seq: 1019 }, cookie(run, "clientWatch") ^ other);
    expect(run.story).toEqual(["table:A 1019,5001+0"]);
  });
});

describe("a trap for SYNs or RSTs that nothing has met for two hours", () => {
  it("is installed again as long as the connection lives, and tells again when it ends", () => {
    for (const bundles of [false, true]) {
      const run = new Run({}, { ...plainConfig, bundles }).toArm();
      const flags = run.effects.flatMap((effect) =>
        effect.type === "flowMod" && effect.role.endsWith("Trap") ? [effect.message.flags] : [],
      );
      expect(flags).toEqual([1, 1, 1]);
    }
    const run = new Run().toMigrated();
    for (const role of ["clientSynTrap", "targetSynTrap", "targetRstTrap"] as const) {
      expect([ends(run, role).story, run.phase]).toEqual([[role], "migrated"]);
    }
  });

  it("is put back when one flow has ended, too, which the next segment may put back, and not when both have", () => {
    const run = ends(new Run().toMigrated(), "reverse");
    expect([ends(run, "clientSynTrap").story, run.phase]).toEqual([["clientSynTrap"], "migrated"]);
    expect(ends(run, "forward").phase).toBe("linger");
    expect(ends(run, "clientSynTrap").effects).toEqual([]);
  });
});
