/** What must hold for whatever bytes come in. */
import { isDeepStrictEqual } from "node:util";
import { type Bytes, decode, encode, formatMessage, fromJSON, type Message, summary, toJSON } from "../../src/index.ts";
import { WireError } from "../../src/wire/index.ts";

/** What a message has in common with others of its shape, or what an error has with others of its kind. */
export interface Verdict {
  readonly accepted: boolean;
  readonly signature: string;
}

/** Throws an Error that says what is broken; gives the verdict otherwise. */
export function verdictOn(bytes: Uint8Array): Verdict {
  let message: Message;
  try {
    message = decode(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw broken("decode threw", error);
    if (!(Number.isInteger(error.offset) && error.offset >= 0 && error.offset <= bytes.length)) {
      throw broken(`the offset ${error.offset} is outside`, error);
    }
    return { accepted: false, signature: `${error.code} ${error.path.replace(/\d+/g, "#")}` };
  }
  const shape = new Set<string>();
  const parts = collect(message, "", shape);
  if (parts > 4 * bytes.length + 64) throw broken(`${bytes.length} bytes became ${parts} values`);
  const again = attempt("encode", () => encode(message));
  if (
    !isDeepStrictEqual(
      attempt("decode again", () => decode(again)),
      message,
    )
  )
    throw broken("it reads differently again");
  const json = attempt("toJSON", () => JSON.stringify(toJSON(message)));
  if (
    !isDeepStrictEqual(
      attempt("fromJSON", () => fromJSON(JSON.parse(json))),
      message,
    )
  )
    throw broken("JSON lost something");
  if (!/^[ -~]{1,500}$/.test(attempt("summary", () => summary(message)))) throw broken("the summary is no line");
  attempt("formatMessage", () => formatMessage(message));
  return { accepted: true, signature: [...shape].sort().join(" ") };
}

function broken(what: string, cause?: unknown): Error {
  return new Error(cause instanceof Error ? `${what}: ${cause.message}` : what, { cause });
}

function attempt<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw broken(what, error);
  }
}

/** How many values there are in one, and which keys and types. */
function collect(value: unknown, path: string, shape: Set<string>): number {
  if (typeof value === "string" && path.endsWith("type")) shape.add(`${path}=${value}`);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) {
    shape.add(path);
    return 1;
  }
  let count = 1;
  for (const [key, item] of Object.entries(value)) {
    count += collect(item, Array.isArray(value) ? path : `${path.split(".").at(-1) ?? ""}.${key}`, shape);
  }
  return count;
}

/** For reports: bytes that a test can be made of. */
export function hexOf(bytes: Uint8Array | Bytes): string {
  return Buffer.from(bytes).toString("hex");
}
