/** A client that uses its port again while its connection is on its way from one server to another, and servers that wait. */
import { describe, expect, it } from "vitest";
import { cookieOf } from "../../../src/migration/index.ts";
import { type ConnectionConfig, ConnectionRole } from "../../../src/migration/machine/index.ts";
import { mssAndScale } from "../scene.ts";
import { ACK, letters, PSH, plainConfig, RST, Run, SYN } from "./scene.ts";

const config: ConnectionConfig = {
  ...plainConfig,
  lateMoves: true,
  service: { origin: { switchPort: 1 }, targets: { second: { switchPort: 2 }, third: { switchPort: 4 } } },
};
const trapped = cookieOf({ tag: 0x544d, epoch: 0, role: ConnectionRole.targetRstTrap, connection: 1 });
const shown = cookieOf({ tag: 0x544d, epoch: 0, role: ConnectionRole.clientWatch, connection: 1 });

function parked(): Run {
  const run = new Run({}, config).toHold();
  return run.verdict({ action: "migrate", target: "second", park: true }).targetSynAck().barrier().barrier();
}

/** A late move of a connection that server 2 has. */
function moving(run: Run, target: string): Run {
  run.at += 10_000;
  run.verdict({ action: "migrate", target }).barrier();
  run.at += 1_000;
  run.client({ seq: 1019, flags: PSH | ACK, payload: letters(10) }, shown);
  run.target({ ack: 1029, payload: letters(20) }, shown);
  return run.client({ seq: 1029, ack: 5021, flags: PSH | ACK, payload: letters(30) }, shown);
}

describe("a new connection of the client's during a late move", () => {
  it.each(["third", "origin"])("ends what server 2 has of the old one: on the way to %s", (target) => {
    const run = moving(target === "third" ? new Run({}, config).toMigrated() : parked(), target);
    run.client({ seq: 777_000, ack: 0, flags: SYN, window: 64_240, options: mssAndScale });
    run.origin({ seq: 99_000, ack: 777_001, flags: SYN | ACK, window: 65_160, options: mssAndScale });
    run.client({ seq: 777_001, ack: 99_001 });
    expect(run.reports).toContain("PROMOTED");
    // In its own numbers, which are the client's: E = 0. It has had everything up to 1029.
    const resets = run.sent.filter(({ port, tcp }) => port === 2 && (tcp.flags & 4) !== 0);
    expect(resets.map(({ tcp }) => tcp.seq)).toEqual([1029]);
  });
});

describe("a server that waits", () => {
  it("is not ended by data with numbers of nowhere", () => {
    const run = parked().origin({ seq: 5001 + 1_000_000_000, ack: 4_000_000_000, payload: Uint8Array.of(1) });
    expect(run.state?.parked).toHaveLength(1);
    expect(run.sent).toEqual([]);
  });

  it("keeps its window when an ACK of nowhere tells another", () => {
    const run = parked();
    const before = run.state?.parked[0]?.window;
    run.origin({ seq: 5001, ack: 4_000_000_000, window: 0 });
    expect(run.state?.parked[0]?.window).toBe(before);
  });
});

it("a client that completes another handshake may make us reset as much as one that begins by another port", () => {
  const run = new Run({}, { ...plainConfig, limits: { resetBurst: 2, resetEveryMs: 1_000_000 } }).toMigrated();
  const origin: number[] = [];
  for (const again of [1, 2, 3]) {
    const [x, y] = [1_000_000 * again, 7_000_000 * again];
    run.client({ seq: x, ack: 0, flags: SYN, options: mssAndScale });
    run.origin({ seq: y, ack: x + 1, flags: SYN | ACK, window: 65_160, options: mssAndScale });
    run.client({ seq: x + 1, ack: y + 1, flags: PSH | ACK, payload: letters(18) });
    run.verdict().target({ seq: 3000, ack: x + 1, flags: SYN | ACK, window: 65_160, options: mssAndScale });
    run.barrier().barrier();
    expect([run.phase, run.reports.includes("RESET_LIMIT")]).toEqual(["migrated", false]);
    origin.push(...run.sent.filter(({ port, tcp }) => port === 1 && (tcp.flags & 4) !== 0).map(({ tcp }) => tcp.seq));
  }
  expect(origin).toEqual([1_000_001, 2_000_001, 3_000_001]);
});

describe("a client that uses the port of a moved connection again", () => {
  const begin = (run: Run, x: number) => run.client({ seq: x, ack: 0, flags: SYN, options: mssAndScale });
  const answer = (run: Run, x: number, y: number) =>
    run.origin({ seq: y, ack: x + 1, flags: SYN | ACK, window: 65_160, options: mssAndScale });

  it("is not reset by the server that had it, to which its ACK has gone by what the switch had cached", () => {
    const run = answer(begin(new Run().toMigrated(), 70_000), 70_000, 9000);
    // Its ACK 9001 came out as 9001 − D = 7001 there, D = 2000, and the RST for that is shifted back.
    run.target({ seq: 7001, ack: 0, flags: RST }, trapped);
    expect([run.story, run.phase]).toEqual([[], "migrated"]);
    // Its request completes the handshake as well.
    run.client({ seq: 70_001, ack: 9001, flags: PSH | ACK, payload: letters(18) });
    expect([run.reports, run.phase]).toEqual([["PROMOTED"], "hold"]);
  });

  it("is told of any other reset of the server that has it", () => {
    const run = answer(begin(new Run().toMigrated(), 70_000), 70_000, 9000);
    // In the client's numbers 5001: exact.
    run.target({ seq: 3001, ack: 0, flags: RST }, trapped);
    expect(run.story).toEqual(["client:R 5001,0+0"]);
  });

  it("takes back a SYN that server 1 tells it of when it begins once more", () => {
    const run = answer(begin(new Run().toMigrated(), 70_000), 70_000, 9000);
    begin(run, 90_000);
    // RFC 5961 §4.2: server 1 waits for 70001, and the client resets that (RFC 9293 §3.10.7.3).
    run.origin({ seq: 9001, ack: 70_001 });
    expect(run.story).toEqual(["client:A 9001,70001+0"]);
    run.client({ seq: 70_001, ack: 0, flags: RST });
    expect(run.story).toEqual(["s1:R 70001,0+0"]);
    expect(run.state?.candidates.map(({ clientIsn }) => clientIsn)).toEqual([90_000]);
  });
});
