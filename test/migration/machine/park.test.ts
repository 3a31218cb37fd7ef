/** What may happen while a server waits for its connection, and on the way back to it. */
import { describe, expect, it } from "vitest";
import { connectionFromJSON, connectionToJSON, cookieOf } from "../../../src/migration/index.ts";
import { type ConnectionConfig, ConnectionRole, step } from "../../../src/migration/machine/index.ts";
import { encodeFrame, type Frame, internetChecksum, type SegmentFields, segmentFrame } from "../../../src/tcp/index.ts";
import { concat } from "../../../src/wire/index.ts";
import { client, mssAndScale, ports, server } from "../scene.ts";
import { ACK, DPID, FIN, letters, PSH, plainConfig, RST, Run, SYN } from "./scene.ts";

const service = {
  origin: { switchPort: 1 },
  targets: { second: { switchPort: 2 }, third: { switchPort: 4 }, first: { switchPort: 1 } },
};
const config: ConnectionConfig = { ...plainConfig, service, lateMoves: true };
const shown = cookieOf({ tag: 0x544d, epoch: 0, role: ConnectionRole.clientWatch, connection: 1 });

/** x = 1000, y = 5000, z = 3000: server 1 waits at 1001 and 5001, and the second server got 18 bytes. */
function parked(change: Partial<ConnectionConfig> = {}): Run {
  const run = new Run({}, { ...config, ...change }).toHold();
  return run.verdict({ action: "migrate", target: "second", park: true }).targetSynAck().barrier().barrier();
}

/** 10 bytes to the second server and 20 back; then 30 bytes, from 1029 and 5021 on, that are to go to `target`. */
function moving(run: Run, target = "origin"): Run {
  run.at += 10_000;
  run.verdict({ action: "migrate", target }).barrier();
  run.at += 1000;
  run.client({ seq: 1019, flags: PSH | ACK, payload: letters(10) }, shown);
  run.target({ ack: 1029, payload: letters(20) }, shown);
  return run.client({ seq: 1029, ack: 5021, flags: PSH | ACK, payload: letters(30) }, shown);
}

function third(run: Run, fields: Partial<SegmentFields>): Run {
  return run.packet(4, segmentFrame({ from: server, to: client, seq: 0, ack: 0, flags: ACK, window: 500, ...fields }));
}

/** An ICMP error from server 1's side about a segment of the client's with this number. */
function icmp(run: Run, seq: number, code = 1): Run {
  const quoted = encodeFrame(segmentFrame({ from: client, to: server, seq, ack: 5001, flags: ACK, window: 500 }));
  const { ethernet, ipv4 } = segmentFrame({ from: server, to: client, seq: 0, flags: SYN, window: 0 });
  if (!ipv4) throw new Error("no IPv4");
  const payload = concat([Uint8Array.of(3, code, 0, 0, 0, 0, 0, 0), quoted.subarray(14, 14 + 28)]);
  new DataView(payload.buffer).setUint16(2, internetChecksum(payload));
  const frame: Frame = { ethernet, ipv4: { ...ipv4, protocol: 1 }, payload };
  return run.packet(ports.origin, frame);
}

describe("a verdict that parks", () => {
  it.each([
    ["late moves are off", { lateMoves: false }],
    ["nobody may wait", { timing: { parkMs: 0 } }],
  ])("resets server 1 as always when %s", (_, change) => {
    const run = parked(change);
    expect(run.story).toEqual(["table:PA 1001,5001+18", "s1:RA 1001,5001+0"]);
    expect(run.state?.parked).toEqual([]);
  });

  it("cannot park a server that has reset its side", () => {
    const run = new Run({}, config).toHold().origin({ seq: 5001, ack: 0, flags: RST });
    run.verdict({ action: "migrate", park: true }).targetSynAck().barrier().barrier();
    expect(run.story).toEqual(["table:PA 1001,5001+18"]);
  });

  it("counts when it comes before there is data, too", () => {
    const run = new Run({}, config).toReady().verdict({ action: "migrate", park: true }).data();
    run.targetSynAck().barrier().barrier();
    expect(run.reports).toEqual(["PARKED", "MIGRATED"]);
  });

  it("parks nobody when the connection stays", () => {
    const run = new Run({}, config).toHold().verdict({ action: "migrate", park: true }).wait(200).wait(400).wait(400);
    expect(run.barrier()).toMatchObject({ phase: "forwarded", state: { parked: [] } });
  });
});

describe("a verdict for server 1 by its name", () => {
  it("is ignored while server 1 has the connection", () => {
    const run = new Run({}, config).toForwarded().verdict({ action: "migrate", target: "origin" });
    expect(run.reports).toEqual(["VERDICT_IGNORED"]);
  });

  it("leads nowhere when server 1 does not wait", () => {
    const run = new Run({}, config).toMigrated().verdict({ action: "migrate", target: "origin" });
    expect(run.reports).toEqual(["TARGET_UNKNOWN"]);
    expect(run.state?.late).toBeUndefined();
    expect(new Run({}, config).toHold().verdict({ action: "migrate", target: "origin" }).reports).toEqual([
      "TARGET_UNKNOWN",
      "FORWARDED",
    ]);
  });

  it("asks nobody who chooses targets", () => {
    const run = parked({ chooseTarget: ({ named }) => ({ target: named ?? "third" }) });
    expect(moving(run).phase).toBe("arm");
  });

  it("is the same as one for a target at its place", () => {
    const run = moving(parked(), "first");
    expect(run.story.slice(0, 3)).toEqual(["targetRstTrap", "guardWatch", "guard"]);
    expect(run.state?.takeover?.target).toBe("origin");
  });

  it("needs the name for itself", () => {
    const taken = { ...config, service: { ...service, targets: { origin: { switchPort: 2 } } } };
    expect(() => step(undefined, { type: "timer", at: 0 }, taken)).toThrow(/service\.targets\.origin/);
    const long = { ...config, timing: { parkMs: 65_535_001 } };
    expect(() => step(undefined, { type: "timer", at: 0 }, long)).toThrow(/timing\.parkMs/);
  });
});

describe("a server that waits", () => {
  const gone = ["guard", "guardWatch", "delete"];

  it.each([
    ["speaks", { seq: 5001, flags: PSH | ACK, payload: letters(3) }],
    ["has spoken, and its data was lost", { seq: 5004 }],
    ["repeats itself and goes on", { seq: 5000, payload: letters(2) }],
    ["closes", { seq: 5001, flags: FIN | ACK }],
  ])("cannot have the connection back once it %s", (_, fields) => {
    const run = parked().origin(fields);
    expect(run.story).toEqual([...gone, "s1:RA 1001,5001+0"]);
    expect(run.reports).toEqual(["PARKED_GONE"]);
    expect(run.state?.parked).toEqual([]);
    expect(run.verdict({ action: "migrate", target: "origin" }).reports).toEqual(["TARGET_UNKNOWN"]);
    // From now on it is an old server like any: a challenge tells its number.
    expect(run.origin({ seq: 5004, ack: 1001 }).story).toEqual(["s1:RA 1001,5004+0"]);
  });

  it("is told nothing when it resets its side itself, and a reset of any other number is none", () => {
    expect(parked().origin({ seq: 5002, ack: 0, flags: RST }).story).toEqual([]);
    const run = parked().origin({ seq: 5001, ack: 0, flags: RST });
    expect(run.story).toEqual(gone);
    expect(run.phase).toBe("migrated");
  });

  it.each([
    ["a final error about what it was told", 1001, 1, 0],
    ["one about another number", 1002, 1, 1],
    ["one about the size of packets", 1001, 4, 1],
  ])("and %s", (_, seq, code, left) => {
    const run = icmp(parked(), seq, code);
    expect(run.state?.parked).toHaveLength(left);
    expect(run.story).toEqual(left === 1 ? [] : [...gone, "s1:RA 1001,5001+0"]);
  });

  it("waits five minutes", () => {
    const run = parked();
    run.at = 299_999;
    expect(run.wait(0).story).toEqual([]);
    expect(run.wait(1).story).toEqual([...gone, "s1:RA 1001,5001+0"]);
    expect(run).toMatchObject({ phase: "migrated", reports: ["PARKED_GONE"], deadline: undefined });
  });

  it("waits longer when its connection is about to come back", () => {
    const run = parked({ timing: { parkMs: 10_500 } });
    run.at = 10_000;
    run.verdict({ action: "migrate", target: "origin" });
    // The late move may take 10 s.
    expect(run.deadline).toBe(20_000);
    run.barrier();
    run.at = 20_000;
    // Nothing came, and its time has been over for long: no deadline that lies in the past is left.
    expect(run.wait(0).reports).toEqual(["NOT_QUIESCENT", "PARKED_GONE"]);
    expect(run.deadline).toBeUndefined();
  });

  it("is shown anew to a switch that comes back", () => {
    const run = parked();
    run.at = 100_000;
    run.event({ type: "switchLost", at: run.at, dpid: DPID }).event({ type: "switchBack", at: run.at, dpid: DPID });
    const asked = run.effects.find(({ type }) => type === "flowStats")?.id ?? 0;
    run.event({ type: "flowStats", at: run.at, dpid: DPID, id: asked, flows: [] });
    expect(run.flows).toContain("parked");
    const flow = run.effects.find((effect) => effect.type === "flowMod" && effect.role === "parked");
    expect(flow).toMatchObject({ message: { hardTimeout: 200 } });
  });

  it("waits on when its connection moves on, and may have it back from there: E = −58, D = +20", () => {
    const run = moving(parked(), "third");
    third(run, { seq: 7000, ack: 1029, flags: SYN | ACK, window: 65160, options: mssAndScale }).barrier();
    // The flows of the second server's set, which has the guard against server 1 no more.
    expect(run.story).toEqual(["4:A 1029,7001+0", "forward", "delete", "barrier"]);
    run.barrier();
    expect(run.state?.parked.map((entry) => entry.server)).toEqual(["origin"]);
    expect(run.origin({ seq: 5000 }).story).toEqual(["s1:A 1001,5001+0"]);
    run.at += 10_000;
    run.verdict({ action: "migrate", target: "origin" }).barrier();
    run.at += 1000;
    run.client({ seq: 1059, ack: 5021, flags: PSH | ACK, payload: letters(1) }, shown);
    third(run, { seq: 7001, ack: 1060 });
    run.client({ seq: 1060, ack: 5021, flags: PSH | ACK, payload: letters(1) }, shown);
    run.barrier().barrier();
    // D13 = 5021 − 7001: the third server is where it began.
    expect(run.story).toEqual(["table:PA 1060,5021+1", "4:RA 1060,7001+0"]);
  });
});

describe("a way back that fails", () => {
  it("leaves the server waiting when the switch refuses a flow", () => {
    const run = moving(parked());
    run.error(run.flowId("reverse"));
    // What was prepared goes, and what showed both directions; the second server's own flows are as they were, and replace themselves. Its
    // trap for the client's SYNs had the match of the one that was prepared, and is back.
    const own = ["clientSynTrap", "targetSynTrap", "targetRstTrap", "forward", "reverse"];
    expect(run.story).toEqual(["delete", "barrier", "delete", "delete", ...own, "barrier"]);
    run.barrier();
    expect(run.story).toEqual(["s2:PA 1029,3021+30"]);
    expect(run.state).toMatchObject({
      phase: "migrated",
      takeover: { target: "second" },
      parked: [{ server: "origin" }],
    });
    expect(run.origin({ seq: 5000 }).story).toEqual(["s1:A 1001,5001+0"]);
  });

  it("shows the server again when the refused flow was the commit", () => {
    const run = moving(parked()).barrier();
    run.error(run.flowId("forward"));
    const own = ["clientSynTrap", "targetSynTrap", "targetRstTrap", "forward", "reverse"];
    expect(run.story).toEqual(["delete", "barrier", "parked", ...own, "barrier"]);
    expect(run.state?.parked).toHaveLength(1);
  });

  it("leaves it waiting when a barrier is lost", () => {
    const run = moving(parked()).wait(1000);
    expect(run.reports).toContain("BARRIER_LOST");
    expect(run.sent).toEqual([]);
    expect(run.state?.parked).toHaveLength(1);
  });

  it("is one when the server resets its side at the last moment", () => {
    const run = moving(parked()).origin({ seq: 5001, ack: 0, flags: RST });
    expect(run.reports).toEqual(["PARKED_GONE", "TARGET_REFUSED", "FORWARDED"]);
    expect(run.sent).toEqual([]);
    expect(run.barrier().story).toEqual(["s2:PA 1029,3021+30"]);
    expect(run.state?.parked).toEqual([]);
  });

  it("is none when the server speaks at the last moment: it will say it again, in its turn", () => {
    const speaks = { seq: 5001, flags: PSH | ACK, payload: letters(5) };
    const run = moving(parked());
    const prepared = run.barriers.at(-1);
    expect(run.origin(speaks).story).toEqual([]);
    run.barrier(prepared).barrier();
    // D = 5021 − 5001, E = 1001 − 1029.
    expect(run.origin(speaks, shown).story).toEqual(["client:PA 5021,1029+5"]);
  });

  it("ends with the client, and each server gets its own number", () => {
    const run = moving(parked()).client({ seq: 1059, ack: 0, flags: RST }, shown);
    // D12 = 2000: 5021 − 2000 = 3021.
    expect(run.story).toEqual(["delete", "delete", "delete", "barrier", "s2:RA 1029,3021+0", "s1:RA 1001,5001+0"]);
    expect(run.phase).toBe("dead");
  });
});

describe("the end of a connection whose server waits", () => {
  const reset = "s1:RA 1001,5001+0";

  it("by FINs of both sides", () => {
    const run = parked().client({ seq: 1019, flags: FIN | ACK }, shown);
    run.target({ seq: 3001, ack: 1020, flags: FIN | ACK }, shown);
    expect(run.phase).toBe("closing");
    run.client({ seq: 1020, ack: 5002 }, shown);
    expect(run.phase).toBe("linger");
    expect(run.story).toEqual(["s2:A 1020,3002+0", "guard", "guardWatch", "delete", reset]);
    // Its guard goes with the rest.
    expect(run.wait(60_000).story).toEqual(["delete", "barrier"]);
  });

  it.each([
    ["the client's", (run: Run) => run.client({ seq: 1019, ack: 0, flags: RST }, shown)],
    ["the second server's", (run: Run) => run.target({ seq: 3001, ack: 0, flags: RST }, shown)],
  ])("by a reset of %s", (_, end) => {
    const run = end(parked());
    expect(run.phase).toBe("linger");
    expect(run.story.slice(1)).toEqual(["guard", "guardWatch", "delete", reset]);
  });

  it("by flows that were idle", () => {
    const run = parked();
    for (const role of [ConnectionRole.forward, ConnectionRole.reverse]) {
      const cookie = cookieOf({ tag: 0x544d, epoch: 0, role, connection: run.state?.serial ?? 0 });
      run.event({ type: "flowRemoved", at: 1000, dpid: DPID, cookie, reason: 0 });
    }
    expect(run).toMatchObject({ phase: "linger", story: ["guard", "guardWatch", "delete", reset] });
  });
});

describe("a SYN while server 1 waits", () => {
  const syn = { seq: 9000, ack: 0, flags: SYN, options: mssAndScale } as const;

  it("is challenged by server 1, and a client that lives is not moved by that", () => {
    const run = parked().client(syn);
    // Only the client's side is watched: server 1 is shown as it is.
    expect(run.story).toEqual(["clientWatch", "s1:S 9000,0+0"]);
    expect(run.origin({}).story).toEqual(["client:A 5001,1001+0"]);
    expect(run.state?.parked).toHaveLength(1);
    // Forged resets of any other number do nothing to server 1.
    run.client({ seq: 1002, ack: 0, flags: RST }, shown);
    expect(run.state?.parked).toHaveLength(1);
  });

  it("leads to a new connection when the client stands by it", () => {
    const run = parked().client(syn).origin({});
    // In SYN-SENT its answer to the challenge is a reset of what that acknowledged.
    run.client({ seq: 1001, ack: 0, flags: RST }, shown);
    expect(run.story).toEqual(["guard", "guardWatch", "delete", "s1:RA 1001,5001+0"]);
    expect(run.client(syn).story).toEqual(["s1:S 9000,0+0"]);
    run.origin({ seq: 8000, ack: 9001, flags: SYN | ACK, options: mssAndScale });
    expect(run.story.at(-1)).toBe("client:SA 8000,9001+0");
    run.client({ seq: 9001, ack: 8001 });
    expect(run.reports).toContain("PROMOTED");
    // The second server is reset, server 1 has only the new connection.
    expect(run.story).toEqual(["delete", "barrier", "s2:R 1019,0+0", "s1:A 9001,8001+0"]);
  });

  it("shows that server 1 has forgotten everything when it answers", () => {
    const run = parked()
      .client(syn)
      .origin({ seq: 8000, ack: 9001, flags: SYN | ACK, options: mssAndScale });
    expect(run.reports).toEqual(["PARKED_GONE"]);
    // Not reset: it would be the new connection's. What it says is shown for five seconds more.
    expect(run.sent).toMatchObject([{ port: 3, tcp: { seq: 8000 } }]);
    expect(run.flows).toEqual(["guard", "guardWatch", "all", "guardWatch", "clientWatch"]);
  });

  it("ends other servers that wait with the old connection", () => {
    const run = moving(parked(), "origin").barrier();
    // Back with server 1, and the second one waits: by hand.
    run.barrier();
    const [entry] = parked().state?.parked ?? [];
    if (!run.state || !entry) throw new Error("no state");
    const { takeover } = parked().state ?? {};
    run.state = { ...run.state, parked: [{ ...entry, server: "second", takeover, serial: 1 }] };
    // Server 1, which has the connection, has forgotten it: its answer is known as one to the other SYN.
    run.client(syn).origin({ seq: 8000, ack: 9001, flags: SYN | ACK, options: mssAndScale });
    expect(run.sent).toMatchObject([{ port: 3, tcp: { seq: 8000, ack: 9001 } }]);
    run.client({ seq: 9001, ack: 8001 });
    // D12 = 2000: 5001 − 2000 = 3001.
    expect(run.story).toEqual(["delete", "delete", "barrier", "s2:RA 1001,3001+0", "s1:A 9001,8001+0"]);
  });
});

describe("as JSON", () => {
  it("a server that waits is read back, and the connection goes on with it", () => {
    const run = parked();
    const { targets } = service;
    const before = run.state;
    if (!before) throw new Error("no state");
    run.state = connectionFromJSON(JSON.parse(JSON.stringify(connectionToJSON(before))), Object.keys(targets));
    moving(run);
    expect(run.phase).toBe("arm");
    const { state } = run;
    expect(connectionFromJSON(connectionToJSON(state), Object.keys(targets))).toEqual(state);
  });

  it("one without the hand-over that brought the connection to it is none", () => {
    const { state } = parked();
    const [entry] = state?.parked ?? [];
    if (!state || !entry) throw new Error("no state");
    const read = (server: string) =>
      connectionFromJSON(connectionToJSON({ ...state, parked: [{ ...entry, server }] }), ["second", "third", "first"]);
    expect(() => read("second")).toThrow(/parked\[0\]\.takeover/);
    expect(() => read("fourth")).toThrow(/parked\[0\]\.server/);
  });
});
