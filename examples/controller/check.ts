/** What `--check` looks at besides the configuration: files that a run would read. It makes none. */
import { existsSync } from "node:fs";
import { UserError } from "../first-light/errors.ts";
import type { ControllerConfig } from "./config.ts";
import { readTls } from "./listen.ts";
import { readToken } from "./northbound/auth.ts";

/** Throws UserError with all that is wrong. */
export function checkFiles({ listen, http, roles }: ControllerConfig): void {
  // One that is not there will be made.
  const tokens = [http?.tokenFile, roles?.tokenFile].filter((path) => path !== undefined && existsSync(path));
  const looks = [
    ...listen.map(
      ({ tls }) =>
        (): unknown =>
          tls && readTls(tls),
    ),
    ...[...new Set(tokens)].map((path) => (): unknown => path !== undefined && readToken(path)),
  ];
  const problems = problemsOf(looks);
  if (problems.length > 0) throw new UserError(problems.join("\n"));
}

/** What each of them says, in their order. */
export function problemsOf(looks: readonly (() => unknown)[]): readonly string[] {
  return looks.flatMap((look) => {
    try {
      look();
      return [];
    } catch (error) {
      if (error instanceof UserError) return [error.message];
      throw error;
    }
  });
}
