import { total } from "./count.mjs";
import { runStep } from "./step.mjs";

/**
 * Runs every step, whatever becomes of the others, and prints as the very last line how many tests passed and failed.
 * When the time is up, the remaining steps fail at once.
 *
 * @param {readonly import("./step.mjs").Step[]} steps
 * @param {number} limitMinutes for all of them together
 * @param {(line: string) => void} print
 * @returns {Promise<boolean>} true only when something passed and nothing failed
 */
export async function runSteps(steps, limitMinutes, print) {
  const deadline = Date.now() + limitMinutes * 60_000;
  const counts = [];
  for (const step of steps) {
    const minutesLeft = Math.max(0, (deadline - Date.now()) / 60_000);
    counts.push(await runStep({ ...step, minutes: Math.min(step.minutes, minutesLeft) }, print));
  }
  const { passed, failed, failures } = total(counts);
  print("");
  for (const failure of failures) print(`failed: ${failure}`);
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}
