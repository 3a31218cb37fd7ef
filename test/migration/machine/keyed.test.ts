/** SYNs to a new server with numbers that nobody can guess: all four numbers of the connection are shifted. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { keyedNumber } from "../../../src/migration/secret.ts";
import { check } from "../model/check.ts";
import { scenarioOf } from "../model/scenario.ts";
import { letters, plainConfig, RST, Run, SYN } from "./scene.ts";

const secret = letters(32);
const config: ConnectionConfig = {
  ...plainConfig,
  secret,
  service: { ...plainConfig.service, policy: { initialSeq: "keyed" } },
};

/** The moment at which RFC 6528's number is `q`: 250 ticks a millisecond. */
function momentOf(q: number): number {
  const base = keyedNumber(secret, "initial sequence number", "10.0.0.3:33333>10.0.0.1:11111 second");
  return ((q - base) >>> 0) / 250;
}

/** x = 1000, y = 5000, z = 3000, q = 0xfffffff0: E = 0xfffffff1 − 1001 = −1016, D = 5001 − 3001 = 2000. */
function dialed(change: Partial<ConnectionConfig> = {}): Run {
  const run = new Run({}, { ...config, ...change });
  run.at = momentOf(0xfffffff0);
  return run.toDial();
}

const answer = { seq: 3000, ack: 0xfffffff1 } as const;

function shifts(run: Run, role: string) {
  return run.effects.flatMap((effect) => {
    if (effect.type !== "flowMod" || effect.role !== role) return [];
    const [instruction] = effect.message.instructions;
    const actions: readonly { type: string }[] = instruction?.type === "applyActions" ? instruction.actions : [];
    return actions.filter(({ type }) => /^(inc|dec)Tcp/.test(type));
  });
}

describe("a keyed number", () => {
  it("is that of the SYN, and the same in its repetition", () => {
    const run = dialed();
    expect(run.sent).toMatchObject([{ port: 2, tcp: { seq: 0xfffffff0, flags: SYN } }]);
    expect(run.wait(200).sent).toMatchObject([{ port: 2, tcp: { seq: 0xfffffff0, flags: SYN } }]);
  });

  it("makes actions of all four kinds: E = −1016, D = 2000", () => {
    const run = dialed().targetSynAck(answer);
    expect(shifts(run, "reverse")).toEqual([
      { type: "incTcpSeq", delta: 2000 },
      { type: "incTcpAck", delta: 1016 },
    ]);
    run.barrier();
    expect(run.story).toEqual(["s2:A 4294967281,3001+0", "forward", "barrier"]);
    expect(shifts(run, "forward")).toEqual([
      { type: "decTcpSeq", delta: 1016 },
      { type: "decTcpAck", delta: 2000 },
    ]);
    run.barrier();
    // Server 1 in its own numbers; the held data in the client's, for the flows to shift.
    expect(run.story).toEqual(["table:PA 1001,5001+18", "s1:RA 1001,5001+0"]);
  });

  it("shifts in software: 1001 − 1016 + 2³² = 4294967281", () => {
    const run = dialed({ dataPlane: "software" }).targetSynAck(answer).barrier();
    expect(run.story).toEqual(["s2:A 4294967281,3001+0", "s2:PA 4294967281,3001+18", "s1:RA 1001,5001+0"]);
    // Its acknowledgment of 18 bytes has wrapped: 4294967281 + 18 − 2³² = 3; 3 + 1016 = 1019.
    run.target({ seq: 3001, ack: 3, payload: letters(5) });
    expect(run.story).toEqual(["client:A 5001,1019+5"]);
    // A keepalive of the client's: 1018 − 1016.
    run.client({ seq: 1018, ack: 5006 });
    expect(run.story).toEqual(["s2:A 2,3006+0"]);
    // The client's reset, exact in both spaces.
    run.client({ seq: 1019, ack: 0, flags: RST });
    expect(run.sent).toMatchObject([{ port: 2, tcp: { seq: 3, flags: RST } }]);
    expect(run.phase).toBe("linger");
  });

  it("is the one behind which the new server is reset when the hand-over is taken back", () => {
    const run = dialed().targetSynAck(answer);
    run.error(run.flowId("reverse"));
    expect(run.story.slice(0, 3)).toEqual(["delete", "barrier", "s2:R 4294967281,0+0"]);
  });

  it("is not answered by an ACK of the client's own number", () => {
    // Server 2 has an older connection: it is reset at what it acknowledges.
    expect(dialed().targetSynAck({ seq: 3000, ack: 1001 }).story).toEqual(["s2:R 1001,0+0", "s2:S 4294967280,0+0"]);
  });

  it("needs a secret", () => {
    const { service } = config;
    expect(() => new Run({}, { service }).syn()).toThrow(
      new TypeError("secret is missing: policy.initialSeq keyed needs it"),
    );
    expect(() => new Run({}, { ...config, secret: letters(15) }).syn()).toThrow(RangeError);
  });
});

describe("whole connections with keyed numbers", () => {
  const moves = [
    { action: "migrate", from: "question", after: 50 },
    { action: "migrate", target: "third", from: "start", after: 2500 },
  ] as const;

  it.each(["actions", "software"] as const)("deliver every byte once, in %s", (dataPlane) => {
    const paths = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const scenario = scenarioOf({
        ...{ dataPlane, keyed: true, lateMoves: true },
        weather: { seed, loss: 3, duplication: 3, jitter: 20 },
        servers: { first: { isn: 0xfffffff0 }, second: { isn: 0x7fffffff }, third: { isn: 5 } },
        connections: [
          { isn: 0xffffff00, requests: Array.from({ length: 12 }, () => 3000), pause: 600, verdicts: moves },
        ],
      });
      const { attempts, reports } = check(scenario);
      expect(reports).toContain("MIGRATED");
      expect(attempts[0]?.ledger.answered).toBe(36_000);
      return attempts[0]?.ledger.path.join();
    });
    expect(paths).toContain("second,third");
    expect(paths.every((path) => path?.startsWith("second"))).toBe(true);
  });
});
