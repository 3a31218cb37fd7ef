/** What a step of a connection tells about its target. */
import { describe, expect, it } from "vitest";
import { attemptsOf } from "../../../src/migration/operation/outcome.ts";
import { ACK, Run, SYN } from "../machine/scene.ts";

const RST = 4;

function attempts(prepare: (run: Run) => Run, act: (run: Run) => Run) {
  const run = prepare(new Run());
  const before = run.state;
  act(run);
  return attemptsOf(before, run.state, run.effects);
}

const ended = (outcome: string) => [{ type: "ended", target: "second", outcome }];
const toDial = (run: Run) => run.toDial();
const toArm = (run: Run) => run.toArm();

describe("an attempt", () => {
  it("begins when the target is dialled", () => {
    expect(
      attempts(
        (run) => run.toHold(),
        (run) => run.verdict(),
      ),
    ).toEqual([{ type: "begun", target: "second" }]);
  });

  it("is not begun again by another SYN", () => {
    expect(attempts(toDial, (run) => run.wait(200))).toEqual([]);
  });

  it("is accepted with the SYN-ACK", () => {
    expect(attempts(toDial, (run) => run.targetSynAck())).toEqual(ended("accepted"));
  });

  it("fails by silence", () => {
    expect(
      attempts(
        (run) => run.toDial().wait(200).wait(400),
        (run) => run.wait(400),
      ),
    ).toEqual(ended("failed"));
  });

  it("fails by a reset", () => {
    expect(attempts(toDial, (run) => run.target({ seq: 0, flags: RST | ACK }))).toEqual(ended("failed"));
  });

  it("fails by options that do not fit", () => {
    const odd = { flags: SYN | ACK, options: [{ type: "mss", value: 1460 } as const] };
    expect(attempts(toDial, (run) => run.targetSynAck(odd))).toEqual(ended("failed"));
  });

  it("fails by a reset before the commit", () => {
    expect(attempts(toArm, (run) => run.target({ seq: 0, flags: RST | ACK }))).toEqual(ended("failed"));
  });

  it("says nothing when the client or the switch ended it", () => {
    expect(attempts(toDial, (run) => run.client({ flags: RST, ack: 0 }))).toEqual(ended("unknown"));
    expect(attempts(toArm, (run) => run.error(run.flowId("guard")))).toEqual([]);
    expect(attempts(toArm, (run) => run.barrier())).toEqual([]);
  });

  it("says nothing when the target ends a connection that it has had", () => {
    const { z } = new Run().numbers;
    const gone = { seq: z + 1, flags: RST | ACK };
    expect(
      attempts(
        (run) => run.toMigrated(),
        (run) => run.target(gone),
      ),
    ).toEqual([]);
  });
});
