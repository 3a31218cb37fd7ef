/** A hand-over whose flows come in one bundle. */
import { describe, expect, it } from "vitest";
import { decode } from "../../../src/index.ts";
import { cookieOf, defaultTag, encodeEffect, FlowRole } from "../../../src/migration/index.ts";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { BundleControlType } from "../../../src/nx/index.ts";
import { FrameReader, flowStats } from "../../../src/ofp/index.ts";
import { createModelSwitch } from "../../../src/testing/index.ts";
import { DPID, letters, plainConfig, Run } from "./scene.ts";

const config: ConnectionConfig = { ...plainConfig, bundles: true };

function bundle(run: Run) {
  const effect = run.effects.find(({ type }) => type === "bundle");
  if (effect?.type !== "bundle") throw new Error("no bundle");
  return effect;
}

/** The state of a run whose bundle is under way, and the bundle's id. */
function armed(): { run: Run; id: number } {
  const run = new Run({}, config).toArm();
  return { run, id: bundle(run).id };
}

const MESSAGE_FAILED = [0xffff, 2313] as const;
const TABLE_FULL = [5, 1] as const;
const NO_BUNDLES = [1, 3] as const;
const takenBack = ["delete", "barrier", "s2:R 1001,0+0", "clientSynTrap", "plainToServer", "plainToClient", "barrier"];
/** x = 1000, y = 5000, z = 3000: the ACK to the new server, the held data, the reset of server 1. */
const done = ["s2:A 1001,3001+0", "table:PA 1001,5001+18", "s1:RA 1001,5001+0"];

/** The switch tells that it has these flows of the connection. */
function flowsAre(run: Run, ...roles: readonly (keyof typeof FlowRole)[]): Run {
  const asked = run.effects.find(({ type }) => type === "flowStats");
  const flows = roles.map((role) =>
    flowStats({
      cookie: cookieOf({ tag: defaultTag, epoch: 0, role: FlowRole[role], connection: run.state?.serial ?? 0 }),
    }),
  );
  return run.event({ type: "flowStats", at: run.at, dpid: DPID, id: asked?.id ?? 0, flows });
}

describe("a bundle of the flows", () => {
  it("comes at once when the new server has answered; what can be done without comes before, alone", () => {
    const run = new Run({}, config).toArm();
    expect(run.story).toEqual(["guardWatch", "clientSynTrap", "targetSynTrap", "targetRstTrap", "bundle"]);
    expect(bundle(run).flows.map(({ role }) => role)).toEqual(["guard", "reverse", "forward"]);
    expect(run.phase).toBe("arm");
  });

  it("saves a round trip: its reply lets ACK, data and reset go together", () => {
    const { run, id } = armed();
    expect(run.barrier(id).story).toEqual(done);
    expect(run.phase).toBe("migrated");
    expect(run.barrier(id).effects).toEqual([]);
  });

  it("is one message each for open, every flow, and commit, all of its id", () => {
    const { run } = armed();
    const messages = new FrameReader().push(encodeEffect(bundle(run))).map((bytes) => decode(bytes));
    expect(messages.map(({ type }) => type)).toEqual([
      "bundleControl",
      "bundleAdd",
      "bundleAdd",
      "bundleAdd",
      "bundleControl",
    ]);
    expect(new Set(messages.map(({ xid }) => xid))).toEqual(new Set([bundle(run).id]));
    expect(messages.at(-1)).toMatchObject({ controlType: BundleControlType.commitRequest });
  });

  it("puts the three flows into a switch, or none where there is no room for all", () => {
    for (const [maxFlows, left] of [
      [7, 7],
      [6, 4],
    ] as const) {
      const model = createModelSwitch({ ports: [1, 2, 3], datapathId: DPID, maxFlows });
      const { run } = armed();
      for (const effect of new Run({}, config).toArm().effects) model.receive(encodeEffect(effect));
      expect(run.phase).toBe("arm");
      expect(model.flows()).toHaveLength(left);
    }
  });

  it("is not asked for where the planner shifts the numbers", () => {
    const run = new Run({}, { ...config, dataPlane: "software" }).toArm();
    expect(run.story.at(-1)).toBe("barrier");
    expect(run.barrier().phase).toBe("migrated");
  });
});

describe("everything that fails before the switch has carried the bundle out leads back", () => {
  it.each([
    ["its commit fails", MESSAGE_FAILED],
    ["the switch has no bundles", NO_BUNDLES],
  ] as const)("%s", (_, error) => {
    const { run, id } = armed();
    expect(run.error(id, ...error).story).toEqual(takenBack);
    expect(run.reports).toEqual(["SWITCH_ERROR", "FORWARDED"]);
    const barrier = run.barriers.at(-1);
    expect(run.error(id, ...error).effects.filter(({ type }) => type !== "report")).toEqual([]);
    expect(run.barrier(barrier).story).toEqual(["s1:PA 1001,5001+18"]);
    expect(run.phase).toBe("forwarded");
  });

  it("one of its messages fails, and with it the commit, as in Open vSwitch", () => {
    const { run, id } = armed();
    expect(run.error(id, ...TABLE_FULL).story).toEqual([]);
    expect(run.error(id, ...MESSAGE_FAILED).story).toEqual(takenBack);
  });

  it("the new server does not answer, refuses or does not fit", () => {
    expect(new Run({}, config).toDial().wait(5000).wait(5000).wait(5000).phase).toBe("fwdArm");
    expect(new Run({}, config).toDial().target({ flags: 0x14, seq: 0, ack: 1001 }).phase).toBe("fwdArm");
    expect(new Run({}, config).toDial().targetSynAck({ options: [] }).phase).toBe("fwdArm");
  });
});

describe("nothing leads back from what may have been carried out", () => {
  it("a part that is refused makes the reply doubtful: the switch is asked which flows it has", () => {
    const { run, id } = armed();
    run.error(id, 2, 3);
    expect(run.reports).toEqual(["SWITCH_ERROR"]);
    expect(run.barrier(id).story).toEqual(["flowStats"]);
    flowsAre(run, "guard", "reverse");
    expect(run.story).toEqual(["guard", "reverse", "forward", "barrier"]);
    const forward = run.flowId("forward");
    const [barrier] = run.barriers;
    expect(run.error(forward, 2, 3).story).toEqual([]);
    expect(run.barrier(barrier).story).toEqual(done);
    expect(run.phase).toBe("migrated");
  });

  it("a reply that is lost: all flows are there, and the hand-over goes on", () => {
    const { run } = armed();
    expect(run.wait(1000).story).toEqual(["flowStats"]);
    expect(flowsAre(run, "guard", "reverse", "forward").story).toEqual(done);
  });

  it("a reply that is lost: nothing is there, and the flows are sent one by one", () => {
    const { run } = armed();
    run.wait(1000);
    expect(flowsAre(run).story).toEqual(["guard", "reverse", "forward", "barrier"]);
    expect(run.barrier().story).toEqual(done);
  });

  it("a reply that is late counts", () => {
    const { run, id } = armed();
    expect(run.wait(1000).barrier(id).story).toEqual(done);
  });

  it("a refusal after that changes nothing", () => {
    const { run, id } = armed();
    expect(run.wait(1000).error(id, ...MESSAGE_FAILED).story).toEqual([]);
    expect(run.phase).toBe("arm");
  });

  it("a switch that goes and comes back gets all flows again", () => {
    const { run } = armed();
    run.event({ type: "switchLost", at: 0, dpid: DPID });
    run.event({ type: "switchBack", at: 0, dpid: DPID });
    expect(run.story).toEqual(["guard", "reverse", "forward", "barrier"]);
    expect(run.barrier().story).toEqual(done);
  });

  it("the new server gives up: the connection is not given back", () => {
    const { run } = armed();
    run.target({ flags: 0x4, seq: 3001 });
    expect(run.phase).not.toBe("fwdArm");
  });
});

describe("while the bundle is under way", () => {
  it("the client's repetition that comes to the controller is held once", () => {
    const { run, id } = armed();
    expect(run.data().story).toEqual([]);
    expect(run.barrier(id).story).toEqual(done);
  });

  it("what server 1 says is not heard", () => {
    const { run } = armed();
    expect(run.origin({ payload: letters(3) }).story).toEqual([]);
  });
});

it("replaces the flows of the server before in the same bundle, and keeps them when it fails", () => {
  const moving = (): Run => {
    const run = new Run({}, { ...config, lateMoves: true }).toForwarded();
    run.at = 5000;
    run.verdict({ action: "migrate", target: "second" }).barrier();
    run.at = 6000;
    run.data(5, { seq: 1019 }).origin({ seq: 5001, ack: 1024, payload: letters(100) });
    return run.data(30, { seq: 1024, ack: 5101 }).targetSynAck({ ack: 1024 });
  };
  const run = moving();
  expect(bundle(run).flows.map(({ role }) => role)).toEqual(["guard", "reverse", "forward", "all"]);
  expect(run.barrier(bundle(run).id).story).toEqual(["s2:A 1024,3001+0", "table:PA 1024,5101+30", "s1:RA 1024,5101+0"]);
  const failed = moving();
  failed.error(bundle(failed).id, ...MESSAGE_FAILED);
  // Server 1 goes on by its flows: what was new goes, and what showed everything. What is still there replaces itself; the trap had been
  // replaced by the hand-over's, which came before the bundle and is gone with it.
  expect(failed.flows).toEqual([
    "all",
    "clientWatch",
    "originWatch",
    "clientSynTrap",
    "plainToServer",
    "plainToClient",
  ]);
  expect(failed.barrier().story).toEqual(["s1:PA 1024,5101+30"]);
  expect(failed.phase).toBe("forwarded");
});
