/** Which target gets a connection. */
import { describe, expect, it } from "vitest";
import {
  attempted,
  checkBreakerSettings,
  drained,
  freshTargets,
  resolved,
  type Selection,
  select,
  type TargetStates,
} from "../../../src/migration/operation/target.ts";

const settings = { failures: 1, openMs: 1000 };
const secret = new Uint8Array(16).fill(7);
const key = { vlans: [], src: "10.0.0.3", dst: "10.0.0.1", srcPort: 33333, dstPort: 80 };
const three = freshTargets(["a", "b", "c"]);

function choose(states: TargetStates, changes: Partial<Selection> = {}) {
  return select({ states, service: "web", key, named: undefined, defaultTarget: undefined, secret, at: 0, ...changes });
}

const broken = (states: TargetStates, name: string, at = 0) => resolved(states, name, "failed", at, settings);

describe("a verdict that names a target", () => {
  it("gets it", () => {
    expect(choose(three, { named: "b" })).toEqual({ target: "b" });
  });

  it.each([
    ["unknown", three, "d"],
    ["unknown", three, "toString"],
    ["draining", drained(three, "b", true), "b"],
    ["broken", broken(three, "b"), "b"],
  ])("gets no other one when it is %s", (why, states, named) => {
    expect(choose(states, { named })).toMatchObject({ target: undefined, why });
  });

  it("is not asked of the hook", () => {
    const selectTarget = () => {
      throw new Error("asked");
    };
    expect(choose(three, { named: "b", selectTarget })).toEqual({ target: "b" });
  });
});

describe("a verdict that names none", () => {
  it("asks the hook, who sees only those that take connections", () => {
    const states = broken(drained(three, "a", true), "c");
    const seen: unknown[] = [];
    const selected = choose(states, {
      selectTarget: (choice) => {
        seen.push(choice);
        return choice.candidates[0];
      },
    });
    expect(selected).toEqual({ target: "b" });
    expect(seen).toEqual([{ key, service: "web", candidates: ["b"] }]);
  });

  it("takes no target from the hook that is not to be had", () => {
    expect(choose(drained(three, "a", true), { selectTarget: () => "a" })).toMatchObject({ why: "draining" });
    expect(choose(three, { selectTarget: () => "z" })).toMatchObject({ why: "unknown" });
  });

  it("goes to the default when the hook has no opinion", () => {
    expect(choose(three, { defaultTarget: "c", selectTarget: () => undefined })).toEqual({ target: "c" });
  });

  it("goes to another one when the default is drained or broken", () => {
    for (const states of [drained(three, "c", true), broken(three, "c")]) {
      expect(choose(states, { defaultTarget: "c" }).target).toMatch(/^[ab]$/);
    }
  });

  it("says why there is none", () => {
    const none = ["a", "b", "c"].reduce((states, name) => drained(states, name, true), three);
    expect(choose(none)).toMatchObject({ target: undefined, why: "draining" });
    const failed = ["b", "c"].reduce((states, name) => broken(states, name), drained(three, "a", true));
    expect(choose(failed)).toMatchObject({ target: undefined, why: "broken" });
    expect(choose({})).toMatchObject({ target: undefined, why: "unknown" });
  });

  it("sends the same client to the same target, and all clients to all targets", () => {
    const chosen = (states: TargetStates, src: string, srcPort: number) =>
      choose(states, { key: { ...key, src, srcPort } }).target;
    const clients = Array.from({ length: 300 }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
    const count: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (const src of clients) {
      const target = chosen(three, src, 1) ?? "";
      expect(chosen(three, src, 2)).toBe(target);
      count[target] = (count[target] ?? 0) + 1;
      // When another target goes, it stays.
      const without = drained(three, target === "a" ? "b" : "a", true);
      expect(chosen(without, src, 3)).toBe(target);
    }
    // Three equal shares of 300 are 100 each; six standard deviations are less than 50.
    for (const share of Object.values(count)) expect(Math.abs(share - 100)).toBeLessThan(50);
  });
});

describe("targets in operation", () => {
  it("come back", () => {
    expect(drained(drained(three, "a", true), "a", false)).toEqual(three);
  });

  it("do not appear by being talked about", () => {
    expect(drained(three, "z", true)).toBe(three);
    expect(resolved(three, "__proto__", "failed", 0, settings)).toBe(three);
  });

  it("let one connection try after the open time", () => {
    const open = broken(three, "b");
    const trial = attempted(open, "b", 1000, settings);
    expect(choose(open, { named: "b", at: 999 })).toMatchObject({ why: "broken" });
    expect(choose(open, { named: "b", at: 1000 })).toEqual({ target: "b" });
    expect(choose(trial, { named: "b", at: 1001 })).toMatchObject({ why: "broken" });
    expect(choose(resolved(trial, "b", "accepted", 1002, settings), { named: "b", at: 1002 })).toEqual({ target: "b" });
  });
});

describe("settings of a breaker", () => {
  it("have defaults", () => {
    expect(checkBreakerSettings("breaker")).toEqual({ failures: 5, openMs: 30_000 });
    expect(checkBreakerSettings("breaker", { failures: 2 })).toEqual({ failures: 2, openMs: 30_000 });
  });

  it.each([{ failures: 0 }, { failures: 1.5 }, { openMs: -1 }])("must make sense: %j", (wrong) => {
    expect(() => checkBreakerSettings("breaker", wrong)).toThrow(/^breaker\./);
  });
});
