/** What a switch has answered, in what its connections ask of it. */
import { describe, expect, it } from "vitest";
import type { TrackerConfig } from "../../../src/migration/index.ts";
import { DPID, plainConfig, secret, service, TrackerRun, talk } from "./scene.ts";

/** The types of the effects with which a switch is armed for a hand-over. */
function armed(run: TrackerRun): readonly string[] {
  const one = talk();
  run.handshake(one).request(one).verdict(one);
  run.target(one, { seq: one.z, flags: 0x12 });
  return run.types;
}

/** A switch that answers every question of the probe, and refuses nothing. */
function probed(config: Pick<TrackerConfig, "dataPlane" | "bundles">): TrackerRun {
  const run = new TrackerRun({ secret, services: { web: service }, traps: false, ...config });
  run.back();
  const { effects } = run;
  const idOf = (type: string): number | undefined => effects.find((effect) => effect.type === type)?.id;
  for (const id of [idOf("bundle"), idOf("barrier")]) {
    if (id !== undefined) run.event({ type: "barrierReply", at: 0, dpid: DPID, id });
  }
  return run.flows([], idOf("flowStats"));
}

describe("the flows of a hand-over", () => {
  it("come in a bundle where the switch was found to have bundles", () => {
    expect(armed(probed({}))).toContain("bundle");
  });

  it("come in a bundle where the caller says so", () => {
    expect(armed(new TrackerRun({ ...plainConfig, bundles: true }))).toContain("bundle");
  });

  it.each([
    ["the caller wants none", probed({ bundles: false })],
    ["the caller has told that there are none", new TrackerRun()],
    ["the numbers are shifted here", probed({ dataPlane: "software" })],
  ])("come one by one where %s", (_, run) => {
    const types = armed(run);
    expect(types).toContain("flowMod");
    expect(types).not.toContain("bundle");
  });
});
