/** `npm run testbed`: see `--help`. */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { systemCode, UserError } from "../first-light/errors.ts";
import { painter } from "../first-light/terminal.ts";
import { type Options, readOptions, USAGE } from "./args.ts";
import { interrupt } from "./cleanup.ts";
import { scenarios } from "./scenarios/index.ts";
import type { Measured, RunOptions } from "./scenarios/scenario.ts";

const OK = 0;
const FAILED = 1;
const INPUT = 2;
const paint = painter(process.stdout, process.env);
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function show({ what, value, wanted, ok, speed }: Measured): void {
  const bad = speed ? paint("yellow", "SLOW") : paint("red", "BAD ");
  const mark = wanted === undefined ? "    " : ok ? paint("green", "ok  ") : bad;
  print(
    `${mark}  ${what}: ${paint("bold", value)}${wanted === undefined ? "" : paint("dim", `  (wanted: ${wanted})`)}`,
  );
}

async function run({ scenarios: wanted, switches, out, tell, ...options }: Options): Promise<number> {
  if (process.getuid?.() !== 0) throw new UserError("needs root, for network namespaces");
  const directory = out === undefined ? undefined : resolve(out);
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const decider = options.analyzer === "rules" ? "" : `, ${options.analyzer}`;
  let [passed, failed, slow] = [0, 0, 0];
  for (const scenario of scenarios.filter(({ name }) => wanted.includes(name))) {
    const { name, what } = scenario;
    for (const kind of switches) {
      print(
        `${paint("bold", name)}: ${what} (${kind} switch, ${options.addressing}, IPv${options.ipVersion}${decider})`,
      );
      const runOptions: RunOptions = { ...options, switch: kind, out: directory, say: print };
      try {
        for (const measured of await scenario.run(runOptions)) {
          show(measured);
          if (measured.ok) passed++;
          else if (measured.speed && tell) slow++;
          else failed++;
        }
      } catch (error) {
        if (error instanceof UserError) throw error;
        failed++;
        print(`${paint("red", "BAD ")}  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
  }
  print(`${passed} as wanted, ${failed} not${slow > 0 ? `, and ${slow} slower than wanted` : ""}`);
  return failed === 0 ? OK : FAILED;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    print(`${signal}: everything is taken away again.`);
    void interrupt().finally(() => process.exit(FAILED));
  });
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") print(USAGE);
  else process.exitCode = await run(options);
} catch (error) {
  if (!(error instanceof UserError) && systemCode(error) === undefined) throw error;
  console.error(`testbed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = INPUT;
}
