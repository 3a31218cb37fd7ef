import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runStep, type Step } from "../../scripts/ci/step.mjs";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ci-step-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function run(step: Omit<Step, "name" | "minutes"> & { minutes?: number }) {
  const lines: string[] = [];
  const count = await runStep({ name: "step", minutes: 1, ...step }, (line) => lines.push(line));
  return { ...count, lines };
}

it("counts a command by its exit code", async () => {
  expect(await run({ command: "true" })).toMatchObject({ passed: 1, failed: 0 });
  expect(await run({ command: "exit 3" })).toMatchObject({ passed: 0, failed: 1 });
  expect(await run({ command: "kill -9 $$" })).toMatchObject({ passed: 0, failed: 1 });
  expect(await run({ command: "no-such-command-anywhere" })).toMatchObject({ passed: 0, failed: 1 });
});

it("shows the output of a failing command, never as a line of its own", async () => {
  const { lines } = await run({ command: "echo '7 passed, 0 failed'; echo oops >&2; false" });
  expect(lines.join("\n")).toContain("oops");
  expect(lines.filter((line) => /^\d+ passed/.test(line))).toEqual([]);
});

it("ends what does not end by itself, with all its children", async () => {
  const started = Date.now();
  expect(await run({ command: "sleep 60 & sleep 60", minutes: 0.01 })).toMatchObject({ passed: 0, failed: 1 });
  expect(Date.now() - started).toBeLessThan(20_000);
});

it("does not wait for input", async () => {
  expect(await run({ command: "cat" })).toMatchObject({ passed: 1, failed: 0 });
});

it("counts a test run from its report, and does not believe an old one", async () => {
  const report = join(folder, "report.json");
  const text = JSON.stringify({
    testResults: [{ name: "a", status: "passed", assertionResults: [{ status: "passed", fullName: "t" }] }],
  });
  writeFileSync(join(folder, "made.json"), text);
  expect(await run({ command: `cp ${folder}/made.json ${report}`, report })).toMatchObject({ passed: 1, failed: 0 });
  expect(await run({ command: "true", report })).toMatchObject({ passed: 0, failed: 1 });
});
