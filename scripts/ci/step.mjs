import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { countStep, countVitest } from "./count.mjs";

/**
 * One command of the run. With `report`, the command is a vitest run that writes its JSON report there.
 *
 * @typedef {{ name: string, command: string, minutes: number, report?: string }} Step
 * @typedef {import("./count.mjs").Count} Count
 */

/** Lines of a failed step's output that are worth showing. */
const SHOWN_LINES = 250;

/** Output beyond this is thrown away from the front. */
const KEPT_CHARACTERS = 1_000_000;

/**
 * Runs a step to its end or to the end of its time, tells how it went, and counts it. Nothing it does is fatal.
 *
 * @param {Step} step
 * @param {(line: string) => void} print
 * @returns {Promise<Count>}
 */
export async function runStep(step, print) {
  if (step.report !== undefined) {
    // A report of an earlier run must not speak for this one.
    rmSync(step.report, { force: true });
    mkdirSync(dirname(step.report), { recursive: true });
  }
  print(`== ${step.name}: ${step.command}`);
  const started = Date.now();
  const { end, output } = await execute(step.command, step.minutes * 60_000);
  const succeeded = end === "exit code 0";
  const count =
    step.report === undefined
      ? countStep(step.name, succeeded)
      : countVitest(step.name, readReport(step.report), succeeded);
  if (count.failed > 0) {
    // Indented, so that no line of a tool can be taken for the closing line of this run.
    for (const line of output.split("\n").slice(-SHOWN_LINES)) print(`   | ${line}`);
    for (const failure of count.failures) print(`   failed: ${failure}`);
  }
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  print(`   ${step.name}: ${count.passed} passed, ${count.failed} failed${skipped} (${end}, ${seconds} s)`);
  return count;
}

/**
 * @param {string} path
 * @returns {string | undefined}
 */
function readReport(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * @param {string} command
 * @param {number} timeoutMs
 * @returns {Promise<{ end: string, output: string }>}
 */
function execute(command, timeoutMs) {
  return new Promise((resolve) => {
    // A process group of its own: when time is up, what the command started ends with it.
    const child = spawn("bash", ["-c", command], { stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    let timedOut = false;
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-KEPT_CHARACTERS);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
      // What left the group may still hold the pipes open: do not wait for it.
      setTimeout(finish, 2000, "killed").unref();
    }, timeoutMs);
    const finish = (/** @type {string} */ end) => {
      clearTimeout(timer);
      resolve({ end: timedOut ? `stopped after ${timeoutMs / 1000} s` : end, output });
    };
    child.on("error", (error) => {
      finish(error.message);
    });
    child.on("close", (code, signal) => {
      finish(code === null ? `signal ${signal ?? "unknown"}` : `exit code ${code}`);
    });
  });
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended in this very moment.
  }
}
