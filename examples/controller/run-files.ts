/** What outlives a run: the secret, and the number of the run. */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { systemCode, UserError } from "../first-light/errors.ts";

/** Where they are, if they are kept. */
export interface RunFiles {
  readonly secret: string | undefined;
  readonly epoch: string | undefined;
}

const LEAST = 16;
const EPOCHS = 256;

/** Undefined when it is not there. */
function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new UserError(`cannot read ${path}: ${systemCode(error) ?? "?"}`);
  }
}

function write(path: string, content: string | Uint8Array, isNew: boolean): void {
  try {
    writeFileSync(path, content, isNew ? { mode: 0o600, flag: "wx" } : {});
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${systemCode(error) ?? "?"}`);
  }
}

/** Undefined when there is none yet. Throws UserError for a file that is none. */
export function readSecret(path: string): Uint8Array | undefined {
  const bytes = read(path);
  if (bytes && bytes.length < LEAST)
    throw new UserError(`${path} is no secret: it has ${bytes.length} bytes, and ${LEAST} are needed`);
  return bytes && new Uint8Array(bytes);
}

/** The run before; undefined when there was none. Throws UserError for a file that is anything else: it would be written over. */
export function readEpoch(path: string): number | undefined {
  const text = read(path)?.toString("utf8").trim() ?? "";
  if (text === "") return undefined;
  const epoch = /^\d{1,3}$/.test(text) ? Number(text) : EPOCHS;
  if (epoch >= EPOCHS) throw new UserError(`${path} is no number of a run: 0 to ${EPOCHS - 1}, and nothing else`);
  return epoch;
}

/** The bytes in a file, which is made with random ones when it is not there. */
export function secretOf(path: string | undefined): Uint8Array {
  const known = path === undefined ? undefined : readSecret(path);
  if (known) return known;
  const secret = new Uint8Array(randomBytes(32));
  if (path !== undefined) write(path, secret, true);
  return secret;
}

/** The number of this run: one more than that of the run before. */
export function nextEpoch(path: string | undefined): number {
  if (path === undefined) return 0;
  const before = readEpoch(path) ?? -1;
  const epoch = (before + 1) % EPOCHS;
  write(path, `${epoch}\n`, false);
  return epoch;
}
