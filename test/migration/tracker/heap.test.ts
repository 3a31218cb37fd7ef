/** What a tracker keeps of connections that are over: nothing. */
import { describe, expect, it } from "vitest";
import { runBundled } from "../../support/child.ts";

interface Measured {
  readonly before: number;
  readonly after: number;
  readonly moved: number;
  readonly opened: number;
  readonly gauges: unknown;
}

/** Every number in it. */
function numbersIn(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [value];
}

describe("20,000 connections that come and go", () => {
  it("leave every gauge at zero and the heap within 5 % of what it was", () => {
    const measured = runBundled("tracker-heap.ts", ["--expose-gc"], "") as Measured;
    // 15 rounds of 1,000 before the first look, and 20 between the two; every fifth connection moved.
    expect(measured.opened).toBe(35_000);
    expect(measured.moved).toBe(7_000);
    expect(
      numbersIn(measured.gauges).every((value) => value === 0),
      JSON.stringify(measured.gauges),
    ).toBe(true);
    expect(measured.after).toBeLessThan(1.05 * measured.before);
  }, 120_000);
});
