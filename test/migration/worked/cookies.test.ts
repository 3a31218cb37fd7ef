/** A flow's cookie, bit by bit, and whom a mask over it reaches. */
import { describe, expect, it } from "vitest";
import { CookieMask, cookieOf, cookieParts } from "../../../src/migration/index.ts";
import { encodeFrame } from "../../../src/tcp/index.ts";
import { ACK, letters, PSH, plainConfig, Run } from "../machine/scene.ts";
import { flowOf } from "./scene.ts";

describe("a cookie", () => {
  it("is 16 bits of tag, 8 of epoch, 8 of role and 32 of connection", () => {
    const parts = { tag: 0x544d, epoch: 0x9a, role: 2, connection: 0xdeadbeef };
    // 544d 9a 02 deadbeef
    expect(cookieOf(parts)).toBe(0x544d_9a_02_deadbeefn);
    expect(cookieParts(0x544d_9a_02_deadbeefn)).toEqual(parts);
  });

  it("is never the one of all ones, which OpenFlow keeps for itself: tag 0xffff is none", () => {
    const most = { epoch: 255, role: 255, connection: 0xffffffff };
    expect(() => cookieOf({ ...most, tag: 0xffff })).toThrow(new RangeError("tag must not be 0xffff"));
    expect(cookieOf({ ...most, tag: 0xfffe })).toBe(0xfffe_ff_ff_ffffffffn);
  });
});

/** Whether a cookie is reached: OpenFlow 1.3.5 §6.4, equal in all bits that the mask has. */
const reached = (cookie: bigint, wanted: bigint, mask: bigint) => (cookie & mask) === (wanted & mask);

describe("a mask", () => {
  const mine = 0x544d_01_02_00000007n;

  it.each([
    // [cookie, tag, epoch, connection]
    ["another role", 0x544d_01_03_00000007n, true, true, true],
    ["another connection", 0x544d_01_02_00000008n, true, true, false],
    ["an earlier epoch", 0x544d_00_02_00000007n, true, false, false],
    ["another controller", 0x1234_01_02_00000007n, false, false, false],
  ] as const)("of a tag, an epoch, a connection and %s", (_, other, tag, epoch, connection) => {
    expect(reached(other, mine, CookieMask.tag)).toBe(tag);
    expect(reached(other, mine, CookieMask.epoch)).toBe(epoch);
    expect(reached(other, mine, CookieMask.connection)).toBe(connection);
  });

  it("of a connection takes back its flows and leaves the plain ones that come after", () => {
    const run = new Run().toArm();
    const guard = flowOf(run, "guard").cookie;
    run.wait(1000);
    const all = flowOf(run, "all");
    expect(reached(guard, all.cookie, all.cookieMask)).toBe(true);
    // The delete comes first, and the plain flows and the trap beside them have a number of their own.
    for (const role of ["clientSynTrap", "plainToServer", "plainToClient"]) {
      expect(run.story.indexOf("delete")).toBeLessThan(run.story.indexOf(role));
      expect(reached(flowOf(run, role).cookie, all.cookie, all.cookieMask)).toBe(false);
    }
  });

  it("of one generation leaves the flows of the next", () => {
    const run = new Run().toMigrated().client({ seq: 1019, ack: 0, flags: 0x04 });
    run.wait(10_000);
    const gone = flowOf(run, "all");
    run.toArm();
    expect(run.state?.generation).toBe(2);
    expect(reached(flowOf(run, "reverse").cookie, gone.cookie, gone.cookieMask)).toBe(false);
  });
});

describe("what the switch sends", () => {
  it("cut short is nothing to hold: 40 of 58 bytes of IP", () => {
    // 20 + 20 + 18 = 58 bytes of IPv4, behind 14 of Ethernet. Whoever sent it says it again.
    const run = new Run().toReady();
    const whole = encodeFrame(run.clientFrame({ flags: PSH | ACK, payload: letters(18) }));
    expect(whole).toHaveLength(72);
    expect(run.packet(3, whole.subarray(0, 54))).toMatchObject({ phase: "ready", story: [] });
    expect(run.packet(3, whole).phase).toBe("hold");
  });

  it("of another tag or epoch than the configuration says is nobody's here", () => {
    const run = new Run({}, { ...plainConfig, cookie: { epoch: 2 } }).toMigrated();
    const cookie = cookieOf({ tag: 0x544d, epoch: 1, role: 1, connection: run.state?.serial ?? 0 });
    const before = run.state;
    run.event({ type: "flowRemoved", at: 0, dpid: 7n, cookie, reason: 0 });
    expect(run.effects).toEqual([]);
    expect(run.state).toEqual(before);
  });
});
