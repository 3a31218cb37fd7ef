import { describe, expect, it } from "vitest";
import { countStep, countVitest, total } from "../../scripts/ci/count.mjs";

function report(...files: unknown[]): string {
  return JSON.stringify({ testResults: files });
}

function file(name: string, ...statuses: string[]) {
  return {
    name,
    status: statuses.includes("failed") ? "failed" : "passed",
    message: "",
    assertionResults: statuses.map((status, index) => ({ status, fullName: `test ${index}` })),
  };
}

describe("counting a vitest run", () => {
  it("counts tests, not files", () => {
    const text = report(file("a", "passed", "passed"), file("b", "passed", "skipped"));
    expect(countVitest("unit", text, true)).toEqual({ passed: 3, failed: 0, skipped: 1, failures: [] });
  });

  it("names each failed test once, and not the run again", () => {
    const text = report(file("a", "passed", "failed"), file("b", "failed"));
    expect(countVitest("unit", text, false)).toMatchObject({
      passed: 1,
      failed: 2,
      failures: ["a: test 1", "b: test 0"],
    });
  });

  it("counts a file that does not load as one failure", () => {
    const broken = { name: "c", status: "failed", message: "Cannot find module\n at x", assertionResults: [] };
    expect(countVitest("unit", report(file("a", "passed"), broken), false)).toMatchObject({
      passed: 1,
      failed: 1,
      failures: ["c: Cannot find module"],
    });
  });

  it("counts a run that ends badly though its tests passed as one failure", () => {
    expect(countVitest("unit", report(file("a", "passed")), false)).toMatchObject({ passed: 1, failed: 1 });
  });

  it.each([
    ["no report", undefined],
    ["an empty report", ""],
    ["half a report", '{"testResults":[{"na'],
    ["something else", "[]"],
    ["no test at all", report()],
  ])("counts %s as one failure, even with exit code 0", (_, text) => {
    expect(countVitest("unit", text, true)).toMatchObject({ passed: 0, failed: 1 });
  });
});

it("adds steps and test runs up", () => {
  const counts = [
    countStep("lint", true),
    countStep("types", false),
    countVitest("unit", report(file("a", "passed")), true),
  ];
  expect(total(counts)).toEqual({ passed: 2, failed: 1, skipped: 0, failures: ["types"] });
});
