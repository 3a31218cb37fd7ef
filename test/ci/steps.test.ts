import { expect, it } from "vitest";
import type { Step } from "../../scripts/ci/step.mjs";
import { runSteps } from "../../scripts/ci/steps.mjs";

const CLOSING = /^\d+ passed, \d+ failed$/;

async function run(commands: string[], limitMinutes = 1) {
  const steps: Step[] = commands.map((command, index) => ({ name: `step ${index}`, command, minutes: 1 }));
  const lines: string[] = [];
  const succeeded = await runSteps(steps, limitMinutes, (line) => lines.push(line));
  return { succeeded, last: lines.at(-1), closing: lines.filter((line) => CLOSING.test(line)).length };
}

it("goes on after a failing step and says so in exactly one closing line", async () => {
  expect(await run(["true", "false", "true"])).toEqual({ succeeded: false, last: "2 passed, 1 failed", closing: 1 });
});

it("succeeds when every step does", async () => {
  expect(await run(["true", "echo '3 passed, 9 failed'"])).toEqual({
    succeeded: true,
    last: "2 passed, 0 failed",
    closing: 1,
  });
});

it("does not succeed when nothing was run", async () => {
  expect(await run([])).toEqual({ succeeded: false, last: "0 passed, 0 failed", closing: 1 });
});

it("fails what is left when the time is up", async () => {
  expect(await run(["sleep 60", "sleep 60"], 0.005)).toMatchObject({ succeeded: false, last: "0 passed, 2 failed" });
});
