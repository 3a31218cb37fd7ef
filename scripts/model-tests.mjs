/**
 * The model-based tests, any number of runs: `npm run test:model -- --runs 25000 --seed 1`. What else is given goes to vitest.
 */
import { spawnSync } from "node:child_process";

const rest = process.argv.slice(2).filter((argument) => argument !== "--");
const env = { ...process.env, MODEL_RUNS: take("--runs") ?? "25000", MODEL_SEED: take("--seed") ?? "1" };

/**
 * @param {string} name
 * @returns {string | undefined}
 */
function take(name) {
  const at = rest.indexOf(name);
  if (at < 0) return undefined;
  const [, value] = rest.splice(at, 2);
  if (!/^[0-9]+$/.test(value ?? "")) throw new RangeError(`${name} needs a number`);
  return value;
}

const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--maxWorkers=2", "test/migration/model", ...rest],
  { stdio: "inherit", env },
);
process.exit(status ?? 1);
