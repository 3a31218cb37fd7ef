/** `npm run controller`: see `--help`. */
import { UserError } from "../first-light/errors.ts";
import { readOptions, USAGE } from "./args.ts";
import { checkFiles } from "./check.ts";
import { loadConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { type Live, run } from "./run.ts";

const INPUT = 2;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
  } else {
    const { config: path, check, http, logLevel, eventLog } = options;
    const live: Live = { config: loadConfig(path, !check, http) };
    const log = createLog(
      () => logLevel ?? live.config.logLevel,
      (line) => process.stderr.write(line),
      Date.now,
    );
    if (check) {
      checkFiles(live.config);
      console.log(`${path} is a configuration.`);
    } else {
      // Nobody reads the log any more: connections go on all the same.
      process.stderr.on("error", () => undefined);
      await run({ live, load: () => loadConfig(path, false, http), log, eventLog });
    }
  }
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`controller: ${error.message}`);
  process.exitCode = INPUT;
}
