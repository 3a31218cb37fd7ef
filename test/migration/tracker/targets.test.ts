import { describe, expect, it } from "vitest";
import type { TargetChoice } from "../../../src/migration/index.ts";
import { ACK, clientAt, plainConfig, ports, RST, SYN, service, type Talk, TrackerRun, talk } from "./scene.ts";

const three = { ...service, targets: { second: { switchPort: ports.target }, third: { switchPort: 9 } } };
const config = { ...plainConfig, services: { web: three } };

function clients(size: number): readonly Talk[] {
  return Array.from({ length: size }, (_, index) => talk({ from: clientAt(`10.0.1.${index}`, 7000), x: index }));
}

function held(run: TrackerRun, one: Talk): TrackerRun {
  return run.handshake(one).request(one);
}

/** The target that each of them is being moved to. */
function targetsOf(run: TrackerRun): readonly (string | undefined)[] {
  return [...run.tracker.connections()].map(({ target }) => target);
}

describe("a drained target", () => {
  it("gets no more connections, and keeps those that it has", () => {
    const run = new TrackerRun({ ...plainConfig, services: { web: { ...three, defaultTarget: "second" } } });
    const [before, named, open] = clients(3);
    if (!before || !named || !open) throw new Error("nobody");
    run.migrate(before);
    run.event({ type: "drain", at: 0, service: "web", target: "second", draining: true });
    expect(run.effects).toMatchObject([{ code: "DRAINING", numbers: { draining: 1 } }]);
    // Nobody else is asked when a verdict names it.
    held(run, named).verdict(named, { action: "migrate", target: "second" });
    expect(run.codes).toEqual(["TARGET_DRAINING", "FORWARDED"]);
    // When it names none, another target takes its place.
    held(run, open).verdict(open);
    expect(targetsOf(run)).toEqual(["second", undefined, "third"]);
    expect(run.tracker.stats().targets).toEqual({ web: { second: 1, third: 1 } });
    run.event({ type: "drain", at: 0, service: "web", target: "second", draining: false });
    const [, , , again] = clients(4);
    if (!again) throw new Error("nobody");
    held(run, again).verdict(again);
    expect(targetsOf(run).at(-1)).toBe("second");
  });
});

describe("a target that fails", () => {
  const failing = { ...plainConfig, breaker: { failures: 2, openMs: 10_000 } };

  it("is left alone after some failures, tried once after a while, and trusted again when it takes one", () => {
    const run = new TrackerRun(failing);
    const [first, second, third, fourth, fifth, sixth] = clients(6);
    if (!first || !second || !third || !fourth || !fifth || !sixth) throw new Error("nobody");
    for (const one of [first, second]) {
      held(run, one).verdict(one);
      run.target(one, { seq: 0, ack: one.x + 1, flags: RST | ACK });
    }
    expect(run.codes).toContain("BREAKER_OPENED");
    held(run, third).verdict(third);
    expect(run.codes).toEqual(["TARGET_BROKEN", "FORWARDED"]);
    run.settle(10_000);
    // One tries, and no other meanwhile.
    held(run, fourth).verdict(fourth);
    expect(run.phase(fourth)).toBe("dial");
    held(run, fifth).verdict(fifth);
    expect(run.codes).toContain("TARGET_BROKEN");
    run.target(fourth, { seq: fourth.z, ack: fourth.x + 1, flags: SYN | ACK });
    expect(run.codes).toContain("BREAKER_CLOSED");
    held(run, sixth).verdict(sixth);
    expect(run.phase(sixth)).toBe("dial");
  });

  it("is not blamed for a client that gives up", () => {
    const run = new TrackerRun(failing);
    for (const one of clients(5)) {
      held(run, one).verdict(one);
      run.client(one, { seq: one.x + 19, flags: RST | ACK });
    }
    expect(run.codes).not.toContain("BREAKER_OPENED");
    const [, , , , , another] = clients(6);
    if (!another) throw new Error("nobody");
    held(run, another).verdict(another);
    expect(run.phase(another)).toBe("dial");
  });
});

describe("the choice of a target", () => {
  it("is the service's hook's, which is asked with those that take connections", () => {
    const asked: TargetChoice[] = [];
    const selectTarget = (choice: TargetChoice): string | undefined => {
      asked.push(choice);
      return choice.candidates.at(-1);
    };
    const run = new TrackerRun({ ...plainConfig, services: { web: { ...three, selectTarget } } });
    held(run, talk()).verdict(talk());
    expect(targetsOf(run)).toEqual(["third"]);
    expect(asked).toEqual([{ service: "web", candidates: ["second", "third"], key: expect.anything() as unknown }]);
  });

  it("that names no target keeps the connection where it is", () => {
    const selectTarget = (): string => "nowhere";
    const run = new TrackerRun({ ...plainConfig, services: { web: { ...three, selectTarget } } });
    held(run, talk()).verdict(talk());
    expect(run.codes).toEqual(["TARGET_UNKNOWN", "FORWARDED"]);
  });

  it("without a default is the same for the same client, and spread over the clients", () => {
    const chosen = [1, 2].map(() => {
      const run = new TrackerRun(config);
      for (const one of clients(40)) held(run, one).verdict(one);
      return targetsOf(run);
    });
    expect(chosen[0]).toEqual(chosen[1]);
    expect(new Set(chosen[0])).toEqual(new Set(["second", "third"]));
  });

  it("without a target at all leaves everything with server 1", () => {
    const run = new TrackerRun({ ...plainConfig, services: { web: { ...service, targets: {} } } });
    held(run, talk()).verdict(talk());
    expect(run.codes).toEqual(["TARGET_UNKNOWN", "FORWARDED"]);
  });
});
