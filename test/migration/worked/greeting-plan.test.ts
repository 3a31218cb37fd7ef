/** A plan for servers that speak first: what the new one said is skipped. */
import { describe, expect, it } from "vitest";
import { planMigration } from "../../../src/migration/index.ts";
import { inputOf } from "../scene.ts";

describe("bytes that are skipped", () => {
  it("move the new server's next byte: x = 1000, y = 5000, m = 20, z = 3000, 26 bytes skipped", () => {
    // vSnd = 3001 + 26 = 3027, D = 5021 − 3027 = 1994
    const plan = planMigration({ ...inputOf({ m: 20 }), skip: 26 });
    expect(plan.status).toBe("ready");
    expect(plan.numbers).toMatchObject({ targetIsn: 3000, sendNext: 3027, d: 1994, e: 0 });
    expect(plan.offsets).toEqual({
      clientToServer: { seq: 0, ack: 4294965302 },
      serverToClient: { seq: 1994, ack: 0 },
    });
    const ack = plan.effects.find((effect) => effect.type === "packetOut" && effect.carries === "ack");
    expect(ack).toMatchObject({ frame: { tcp: { seq: 1001, ack: 3027 } } });
    expect(plan.verdict.level).toBe("ok");
    const spoke = plan.verdict.reasons.find(({ code }) => code === "SERVER_SPOKE_FIRST");
    expect(spoke).toMatchObject({ level: "ok", numbers: { server: 20, skip: 26 } });
  });

  it("may wrap: z = 4294967295, 65535 bytes: vSnd = 65535, D = 5021 − 65535 = −60514", () => {
    const plan = planMigration({ ...inputOf({ m: 20, z: 4294967295 }), skip: 65535 });
    expect(plan.numbers).toMatchObject({ targetIsn: 4294967295, sendNext: 65535, d: 4294906782 });
  });

  it("are none by default, and then a server that spoke first keeps its connection", () => {
    const plan = planMigration(inputOf({ m: 20 }));
    expect(plan.status).toBe("refused");
    expect(planMigration({ ...inputOf({ m: 20 }), skip: 0 })).toEqual(plan);
  });

  it.each([-1, 65536, 1.5, Number.NaN])("are no number like %d", (skip) => {
    expect(() => planMigration({ ...inputOf(), skip })).toThrow(/skip/);
  });
});
