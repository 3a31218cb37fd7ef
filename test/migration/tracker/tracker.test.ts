import { describe, expect, it } from "vitest";
import { ports, TrackerRun, talk } from "./scene.ts";

describe("createTracker", () => {
  it("moves a connection", () => {
    const run = new TrackerRun().migrate(talk());
    expect(run.phase(talk())).toBe("migrated");
    expect(run.sent.map(({ port }) => port)).toEqual([0xfffffff9, ports.origin]);
    expect(run.codes).toEqual(["MIGRATED"]);
  });
});
