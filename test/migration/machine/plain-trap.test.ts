/** The trap that takes SYNs out of the flows of a connection that stays with server 1: when it comes, comes again, and goes. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { flowStats, Port } from "../../../src/ofp/index.ts";
import { cookie, ends, flowMods, stays } from "./reused.ts";
import { DPID, plainConfig, Run } from "./scene.ts";

describe("the trap for SYNs", () => {
  it("comes before the flows that it is taken out of, and tells when it ends", () => {
    const run = new Run().toFwdArm();
    expect(run.story).toEqual(["clientSynTrap", "plainToServer", "plainToClient", "barrier"]);
    const [toServer] = flowMods(run, "plainToServer");
    expect(toServer?.priority).toBe(200);
    expect(flowMods(run, "clientSynTrap")).toMatchObject([
      {
        cookie: cookie(run, "clientSynTrap"),
        priority: 300,
        idleTimeout: 7440,
        hardTimeout: 0,
        flags: 1,
        match: { ...toServer?.match, tcpFlags: { value: 2, mask: 2 } },
        instructions: [{ type: "applyActions", actions: [{ type: "output", port: Port.controller }] }],
      },
    ]);
  });

  it("comes with those of a connection that a FIN keeps with server 1", () => {
    expect(new Run().toNonMig().story).toEqual([
      "s1:FA 1001,5001+0",
      "clientSynTrap",
      "plainToServer",
      "plainToClient",
    ]);
  });

  it.each([
    ["for a connection that is only looked at", { service: { ...plainConfig.service, shadow: true } }],
    ["where a policy does without", { service: { ...plainConfig.service, policy: { synTrap: false } } }],
  ] satisfies [string, Partial<ConnectionConfig>][])("is none %s", (_, change) => {
    const own: ConnectionConfig = { ...plainConfig, ...change };
    const plain = ["plainToServer", "plainToClient"];
    expect(new Run({}, own).toHold().verdict({ action: "forward" }).flows).toEqual(plain);
    expect(new Run({}, own).toNonMig().flows).toEqual(plain);
  });

  it("can be done without when the switch refuses it alone", () => {
    const run = new Run().toFwdArm();
    const barrier = run.barriers.at(-1);
    run.error(run.flowId("clientSynTrap"), 4, 6);
    expect([run.story, run.reports, run.phase]).toEqual([[], ["SWITCH_ERROR"], "fwdArm"]);
    expect(run.barrier(barrier).story).toEqual(["s1:PA 1001,5001+18"]);
    expect(run.state).toMatchObject({ phase: "forwarded", inSwitch: true });
  });

  it.each(stays)(
    "is put back as long as the connection lives when nothing has met it for 7440 s: %s",
    (phase, begin) => {
      const run = begin();
      for (const at of [7_440_000, 14_880_000]) {
        run.at = at;
        ends(run, "clientSynTrap");
        expect([run.story, run.reports, run.phase]).toEqual([["clientSynTrap"], ["FLOW_RESTORED"], phase]);
        expect(flowMods(run, "clientSynTrap")).toMatchObject([{ priority: 300, flags: 1 }]);
      }
    },
  );

  it.each([
    ["alone in a switch that has kept the other two", ["plainToServer", "plainToClient"], ["clientSynTrap"]],
    ["before the others in a switch that has none", [], ["clientSynTrap", "plainToServer", "plainToClient"]],
  ] as const)("is put back %s", (_, kept, story) => {
    const run = new Run().toForwarded();
    run.event({ type: "switchLost", at: 0, dpid: DPID }).event({ type: "switchBack", at: 0, dpid: DPID });
    const id = run.effects.find(({ type }) => type === "flowStats")?.id ?? 0;
    const flows = kept.map((role) => flowStats({ cookie: cookie(run, role) }));
    expect(run.event({ type: "flowStats", at: 0, dpid: DPID, id, flows }).story).toEqual(story);
  });

  it.each(stays)("goes with a connection that is over: %s", (_, begin) => {
    const run = begin();
    const trap = cookie(run, "clientSynTrap");
    run.at = 7_440_000;
    ends(run, "plainToServer");
    // The next segment to server 1 would put that flow back: its trap is there already.
    expect(ends(run, "clientSynTrap").story).toEqual(["clientSynTrap"]);
    expect(ends(run, "plainToClient").phase).toBe("linger");
    // It may end now, or stay for the ten seconds.
    expect(ends(run, "clientSynTrap").effects).toEqual([]);
    expect(run.wait(10_000).story).toEqual(["delete", "barrier"]);
    expect(run.phase).toBe("dead");
    const [gone] = flowMods(run, "all");
    expect((gone?.cookie ?? 0n) & (gone?.cookieMask ?? 0n)).toBe(trap & (gone?.cookieMask ?? 0n));
  });
});
