/** Connections that move although a server has had requests of theirs. */
import { describe, expect, it } from "vitest";
import { cookieOf } from "../../../src/migration/index.ts";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { type SegmentFields, segmentFrame } from "../../../src/tcp/index.ts";
import { client, mssAndScale, server } from "../scene.ts";
import { ACK, armingStory, FIN, letters, PSH, plainConfig, RST, Run, SYN } from "./scene.ts";

const config: ConnectionConfig = {
  ...plainConfig,
  lateMoves: true,
  service: { origin: { switchPort: 1 }, targets: { second: { switchPort: 2 }, third: { switchPort: 4 } } },
};

/** Whatever a watch shows: only the role counts here. */
const shown = cookieOf({ tag: 0x544d, epoch: 0, role: 9, connection: 1 });

function third(run: Run, fields: Partial<SegmentFields>): Run {
  return run.packet(4, segmentFrame({ from: server, to: client, seq: 0, ack: 0, flags: ACK, window: 500, ...fields }));
}

/** Actions that change numbers, of the flow of a role. */
function shifts(run: Run, role: string) {
  return run.effects.flatMap((effect) => {
    if (effect.type !== "flowMod" || effect.role !== role) return [];
    const [instruction] = effect.message.instructions;
    const actions: readonly { type: string }[] = instruction?.type === "applyActions" ? instruction.actions : [];
    return actions.filter(({ type }) => /^(inc|dec)Tcp/.test(type));
  });
}

/** The connection of C01 on the second server, both directions watched for a second. */
function watchedOnSecond(): Run {
  const run = new Run({ x: 4294963200, y: 16, z: 2882400001 }, config).toReady().data(1000);
  run.verdict({ action: "migrate", target: "second" }).targetSynAck().barrier().barrier();
  run.at = 10_000;
  run.verdict({ action: "migrate", target: "third" });
  expect(run.story).toEqual(["clientWatch", "originWatch", "barrier"]);
  run.barrier();
  run.at = 11_000;
  return run;
}

/** 5000 bytes of the client's and 9000 of the server's later: cNxt = 4294963201 + 5000 − 2³² = 905, sNxt = 17 + 9000 = 9017. */
function exchanged(): Run {
  const run = watchedOnSecond();
  run.client({ seq: 4294964201, ack: 17, flags: PSH | ACK, payload: letters(4000) }, shown);
  // D12 = 17 − 2882400002 + 2³² = 1412567311
  expect(run.story).toEqual(["s2:PA 4294964201,2882400002+4000"]);
  run.target({ seq: 2882400002, ack: 905, payload: letters(9000) }, shown);
  expect(run.story).toEqual(["client:A 17,905+9000"]);
  run.client({ seq: 905, ack: 9017 }, shown);
  return run;
}

const next = { seq: 905, ack: 9017, flags: PSH | ACK, payload: letters(20) };

describe("a chain", () => {
  it("C01: from server 1 to the second and from there to the third", () => {
    const run = exchanged().client(next, shown);
    expect(run.phase).toBe("dial");
    // Our SYN to the third server, and nothing to the second.
    expect(run.sent).toMatchObject([{ port: 4, tcp: { seq: 904, flags: SYN } }]);
    third(run, { seq: 5, ack: 905, flags: SYN | ACK, window: 65160, options: mssAndScale });
    expect(run.story).toEqual(armingStory);
    // 9017 − 6
    expect(shifts(run, "reverse")).toEqual([{ type: "incTcpSeq", delta: 9011 }]);
    const guard = run.effects.find((effect) => effect.type === "flowMod" && effect.role === "guard");
    expect(guard).toMatchObject({ message: { match: { inPort: 2 } } });
    run.barrier();
    expect(run.story).toEqual(["4:A 905,6+0", "forward", "delete", "barrier"]);
    expect(shifts(run, "forward")).toEqual([{ type: "decTcpAck", delta: 9011 }]);
    run.barrier();
    // The second server's space: ack = 9017 − 1412567311 + 2³².
    expect(run.story).toEqual(["table:PA 905,9017+20", "s2:RA 905,2882409002+0"]);
    expect(run.phase).toBe("migrated");
    // Its challenge is answered in its own numbers, too.
    run.target({ seq: 2882409002, ack: 900 });
    expect(run.story).toEqual(["s2:RA 900,2882409002+0"]);
  });

  it("goes back to the second server when the third refuses", () => {
    const run = exchanged().client(next, shown);
    third(run, { ack: 905, flags: RST | ACK });
    expect(run.story).toEqual(["delete", "delete", "barrier"]);
    expect(run.phase).toBe("fwdArm");
    run.barrier();
    expect(run.story).toEqual(["s2:PA 905,2882409002+20"]);
    expect(run.phase).toBe("migrated");
    expect(run.state?.takeover?.target).toBe("second");
    run.target({ seq: 2882409002, ack: 925, payload: letters(5) });
    expect(run.story).toEqual(["client:A 9017,925+5"]);
  });

  it("takes back what was prepared for the third server, and only that", () => {
    const run = exchanged().client(next, shown);
    third(run, { seq: 5, ack: 905, flags: SYN | ACK, window: 65160, options: mssAndScale });
    const cookieOfRole = (role: string) =>
      run.effects.flatMap((effect) =>
        effect.type === "flowMod" && effect.role === role ? [effect.message.cookie] : [],
      );
    const [reverse = 0n] = cookieOfRole("reverse");
    run.error(run.flowId("reverse"));
    expect(run.sent).toMatchObject([{ port: 4, tcp: { seq: 905, flags: RST } }]);
    const [taken = 0n] = cookieOfRole("all");
    expect(taken & 0xffff_ffffn).toBe(reverse & 0xffff_ffffn);
    const [watch = 0n] = cookieOfRole("clientWatch");
    expect(watch & 0xffff_ffffn).toBe((reverse & 0xffff_ffffn) - 1n);
  });

  it("resets the second server in its numbers when the client gives up", () => {
    const run = exchanged().client(next, shown).client({ seq: 925, ack: 0, flags: RST }, shown);
    expect(run.sent).toMatchObject([
      { port: 2, tcp: { seq: 905, ack: 2882409002, flags: RST | ACK } },
      { port: 4, tcp: { seq: 905, flags: RST } },
    ]);
    expect(run.flows).toEqual(["all", "all"]);
    expect(run.phase).toBe("dead");
  });
});

describe("a moment when nothing is under way", () => {
  it.each([
    ["the server has not acknowledged everything", { target: { ack: 904 } }],
    ["the client has not got everything", { next: { ack: 9000 } }],
    ["the client sends again what it has sent", { next: { seq: 900 } }],
    ["the client leaves a gap", { next: { seq: 910 } }],
  ])("is none when %s", (_, change) => {
    const run = watchedOnSecond();
    run.client({ seq: 4294964201, ack: 17, flags: PSH | ACK, payload: letters(4000) }, shown);
    run.target(
      { seq: 2882400002, ack: 905, payload: letters(9000), ...("target" in change ? change.target : {}) },
      shown,
    );
    run.client({ ...next, ...("next" in change ? change.next : {}) }, shown);
    expect(run.phase).toBe("migrated");
    expect(run.sent).toMatchObject([{ port: 2 }]);
  });

  it("is none when an ACK of the server's has overtaken its data", () => {
    const run = watchedOnSecond();
    run.client({ seq: 4294964201, ack: 17, flags: PSH | ACK, payload: letters(4000) }, shown);
    run.target({ seq: 2882400002, ack: 905 }, shown);
    // It has sent five bytes more, which the switch has not shown yet.
    run.target({ seq: 2882400007, ack: 905 }, shown);
    expect(run.client({ ...next, ack: 17 }, shown).phase).toBe("migrated");
    expect(run.sent).toMatchObject([{ port: 2 }]);
  });

  it("is none before everything was seen for a second", () => {
    const run = exchanged();
    run.at = 10_999;
    expect(run.client(next, shown).phase).toBe("migrated");
  });

  it("is none before both sides were heard", () => {
    const run = watchedOnSecond().client({ seq: 4294964201, ack: 17, flags: ACK, payload: letters(10) }, shown);
    expect(run.phase).toBe("migrated");
  });

  it("does not come for ten seconds, and the connection stays where it is", () => {
    const run = watchedOnSecond();
    expect(run.deadline).toBe(20_000);
    run.at = 20_000;
    run.wait(0);
    expect(run.story).toEqual(["delete", "delete"]);
    expect(run.reports).toEqual(["NOT_QUIESCENT"]);
    expect(run.client({ seq: 4294964201, ack: 17, payload: letters(10) }).phase).toBe("migrated");
  });

  it("does not come before the connection has been quiet for too long, where no flow tells of that", () => {
    const service = { ...config.service, policy: { idleSeconds: 15 } };
    const run = new Run({}, { ...config, service }).toHold().verdict({ action: "forward" });
    run.error(run.flowId("plainToServer")).barrier();
    expect(run).toMatchObject({ phase: "forwarded", deadline: 15_000 });
    run.at = 10_000;
    run.verdict({ action: "migrate", target: "second" }).barrier();
    expect(run.deadline).toBe(20_000);
    run.at = 20_000;
    // 15 s were over at 15,000: no deadline that lies in the past is left.
    expect(run.wait(0).reports).toEqual(["NOT_QUIESCENT"]);
    expect(run).toMatchObject({ phase: "linger", deadline: 30_000 });
  });
});

describe("a connection that server 1 has greeted", () => {
  /** 100 bytes of greeting and 18 of a request; then 10 bytes and 20 back, and 20 bytes from 1029 and 5121 on. */
  function moving(changes: Partial<ConnectionConfig>): Run {
    const run = new Run({}, { ...config, ...changes }).toReady().origin({ payload: letters(100) });
    run.client({ seq: 1001, ack: 5101 }).data(18, { ack: 5101 }).verdict({ action: "forward" }).barrier();
    run.at = 10_000;
    run.verdict({ action: "migrate", target: "second" }).barrier();
    run.at = 11_000;
    run.client({ seq: 1019, ack: 5101, flags: PSH | ACK, payload: letters(10) }, shown);
    run.origin({ seq: 5101, ack: 1029, payload: letters(20) }, shown);
    return run.client({ seq: 1029, ack: 5121, flags: PSH | ACK, payload: letters(20) }, shown);
  }

  it("does not move late either: another one would greet again", () => {
    const run = moving({});
    expect(run.phase).toBe("fwdArm");
    expect(run.effects).toMatchObject([{ code: "FORWARDED", reasons: [{ code: "SERVER_SPOKE_FIRST" }] }, {}, {}, {}]);
  });

  it("may by policy", () => {
    const service = { ...config.service, policy: { serverSpokeFirst: "accept" as const } };
    expect(moving({ service }).phase).toBe("dial");
  });
});

describe("a limit of late moves: a quiet moment of TCP is none of the application", () => {
  it("one may fall between two segments of one request, and the new server gets the rest alone", () => {
    const run = watchedOnSecond();
    // Half of a request, which the second server acknowledges and waits with. Its other half got lost before the switch.
    run.client({ seq: 4294964201, ack: 17, flags: ACK, payload: letters(1000) }, shown);
    run.target({ seq: 2882400002, ack: 4294965201 }, shown);
    run.client({ seq: 4294965201, ack: 17, flags: PSH | ACK, payload: letters(500) }, shown);
    expect(run.phase).toBe("dial");
    expect(run.sent).toMatchObject([{ port: 4, tcp: { seq: 4294965200, flags: SYN } }]);
  });

  it("what a server has said, and lost before the switch, is lost with it: it looks like nothing said", () => {
    const run = watchedOnSecond();
    run.client({ seq: 4294964201, ack: 17, flags: PSH | ACK, payload: letters(1000) }, shown);
    run.target({ seq: 2882400002, ack: 4294965201 }, shown);
    // An answer of 100 bytes, 2882400002 to 2882400101, never came here; a client that pipelines does not wait for it.
    run.client({ seq: 4294965201, ack: 17, flags: PSH | ACK, payload: letters(10) }, shown);
    third(run, { seq: 5, ack: 4294965201, flags: SYN | ACK, window: 65160, options: mssAndScale });
    run.barrier().barrier();
    // The reset acknowledges only what has been seen of it; the hundred bytes end with the server.
    expect(run.story).toEqual(["table:PA 4294965201,17+10", "s2:RA 4294965201,2882400002+0"]);
  });
});

describe("a verdict after the connection went to server 1", () => {
  const late = (change: Partial<ConnectionConfig> = {}) => {
    const run = new Run({}, { ...config, ...change }).toForwarded();
    run.at = 5000;
    run.verdict({ action: "migrate", target: "second" });
    run.barrier();
    run.at = 6000;
    run.data(5, { seq: 1019 }).origin({ seq: 5001, ack: 1024, payload: letters(100) });
    return run.data(30, { seq: 1024, ack: 5101 });
  };

  it("moves it at the next request: D = 5101 − 3001", () => {
    const run = late();
    expect(run.story).toEqual(["s2:S 1023,0+0"]);
    run.targetSynAck({ ack: 1024 }).barrier();
    expect(run.story).toEqual(["s2:A 1024,3001+0", "forward", "delete", "barrier"]);
    expect(shifts(run, "forward")).toEqual([{ type: "decTcpAck", delta: 2100 }]);
    run.barrier();
    expect(run.story).toEqual(["table:PA 1024,5101+30", "s1:RA 1024,5101+0"]);
  });

  it("leaves it where it is when the new server is silent", () => {
    const run = late().wait(200).wait(400).wait(400);
    expect(run.story).toEqual(["s2:R 1024,0+0", "delete", "delete", "barrier"]);
    expect(run.barrier().story).toEqual(["s1:PA 1024,5101+30"]);
    expect(run.phase).toBe("forwarded");
  });

  it("works with software shifting, too", () => {
    const run = late({ dataPlane: "software" }).targetSynAck({ ack: 1024 });
    expect(run.story).toEqual(["guardWatch", "guard", "reverse", "forward", "barrier"]);
    run.barrier();
    expect(run.story).toEqual(["s2:A 1024,3001+0", "delete", "s2:PA 1024,3001+30", "s1:RA 1024,5101+0"]);
    expect(run.phase).toBe("migrated");
  });

  it("is refused when the refused forward flow was the commit, and server 1's flows are made anew", () => {
    const run = late().targetSynAck({ ack: 1024 }).barrier();
    run.error(run.flowId("forward"));
    // The hand-over's trap had taken the place of server 1's, and is gone with the rest of what was prepared.
    const anew = ["clientSynTrap", "plainToServer", "plainToClient", "barrier"];
    expect(run.story).toEqual(["delete", "barrier", "s2:R 1024,0+0", ...anew]);
  });

  it("is dropped with the switch, and the connection goes on", () => {
    const run = late();
    expect(run.phase).toBe("dial");
    const held = new Run({}, config).toForwarded();
    expect(held.event({ type: "switchLost", at: 0, dpid: 7n }).phase).toBe("forwarded");
  });

  it("while the switch is away waits for it: what was asked of nobody is asked again", () => {
    const run = new Run({}, config).toForwarded();
    run.event({ type: "switchLost", at: 4000, dpid: 7n });
    run.at = 5000;
    run.verdict({ action: "migrate", target: "second" });
    expect(run.reports).toEqual(["LATE_MOVE"]);
    run.event({ type: "switchBack", at: 8000, dpid: 7n });
    expect(run.story).toEqual(["clientWatch", "originWatch", "barrier", "flowStats"]);
    run.at = 8000;
    run.barrier();
    run.at = 9000;
    run.data(5, { seq: 1019 }).origin({ seq: 5001, ack: 1024, payload: letters(100) });
    expect(run.data(30, { seq: 1024, ack: 5101 }).story).toEqual(["s2:S 1023,0+0"]);
  });

  it("comes too late for a connection that closes", () => {
    const run = new Run({}, config).toForwarded().client({ seq: 1019, flags: FIN | ACK });
    expect(run.verdict().reports).toEqual(["VERDICT_TOO_LATE"]);
  });
});
