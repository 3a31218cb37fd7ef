/** What `--check` looks at besides the configuration: files that a run would read. It makes none. */
import { existsSync } from "node:fs";
import type { ControllerConfig } from "./config.ts";
import { readTls } from "./listen.ts";
import { readToken } from "./northbound/auth.ts";
import { lookAt } from "./problems.ts";
import { readEpoch, readSecret } from "./run-files.ts";

/** Throws UserError with all that is wrong. */
export function checkFiles({ listen, http, roles, runFiles }: ControllerConfig): void {
  // One that is not there will be made.
  const tokens = [http?.tokenFile, roles?.tokenFile].filter((path) => path !== undefined && existsSync(path));
  const { secret, epoch } = runFiles;
  lookAt([
    ...listen.map(
      ({ tls }) =>
        (): unknown =>
          tls && readTls(tls),
    ),
    ...[...new Set(tokens)].map((path) => (): unknown => path !== undefined && readToken(path)),
    () => secret !== undefined && readSecret(secret),
    () => epoch !== undefined && readEpoch(epoch),
  ]);
}
