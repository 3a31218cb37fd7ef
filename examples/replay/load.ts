/** Reads a log from a file, or from standard input. */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type EventLog, readEventLog } from "../../src/migration/index.ts";
import { WireError } from "../../src/wire/index.ts";
import { systemCode, UserError } from "../first-light/errors.ts";

/** Throws UserError for what cannot be read. A last line that was cut is left out. */
export async function loadLog(path: string): Promise<EventLog> {
  const name = path === "-" ? "standard input" : path;
  const input = path === "-" ? await text(process.stdin) : await readText(path);
  return orUserError(name, input, () => readEventLog(input, { cutEnd: "drop" }));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT") throw new UserError(`${path}: no such file`);
    if (code === "EISDIR") throw new UserError(`${path} is a folder, not a log`);
    if (code === "EACCES") throw new UserError(`${path}: no permission to read it`);
    throw code === undefined ? error : new UserError(`${path}: cannot be read (${code})`);
  }
}

/** What is wrong with a log, with its line. */
export function orUserError<T>(name: string, input: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const line = input.slice(0, error.offset).split("\n").length;
    const where = error.path === "" ? "" : `${error.path}: `;
    throw new UserError(`${name}, line ${line}: ${where}${error.detail}`);
  }
}
