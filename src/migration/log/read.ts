/** A log from text. */
import { type JsonValue, toJSON, valueFromJSON } from "../../ofp/json.ts";
import { part } from "../../ofp/part.ts";
import { isList, isObject, quote, shifted, WireError } from "../../wire/index.ts";
import { requireObject } from "../../wire/require.ts";
import { list, object, oneOf, optional, type Shape, text } from "../recovery/shape.ts";
import { eventFromJSON } from "./event-json.ts";
import { machineFor, type ReplayOptions } from "./replay-machine.ts";
import type { EventLog, LoggedAnswer, LogRecord } from "./types.ts";

/** Options of {@link readEventLog}. */
export interface ReadLogOptions extends ReplayOptions {
  /**
   * What a last line means that ends in the middle, as that of a controller that was killed while it wrote: `refuse`, the default,
   * throws; `drop` leaves it out, and the log's `complete` says so.
   */
  readonly cutEnd?: "refuse" | "drop";
}

type Properties = ReadonlyMap<string, unknown>;

/** A JSON text somewhere in the whole, or what it holds. */
interface Piece {
  readonly value: unknown;
  /** In characters. */
  readonly offset: number;
}

interface Pieces {
  readonly header: Properties;
  readonly records: readonly Piece[];
  readonly complete: boolean;
}

/**
 * Reads a log: JSON Lines as a recorder writes them, or one JSON document with the same records in a list `records`.
 *
 * Throws WireError for anything else, with the path of what is wrong (`records[3].event.at`) and where its line begins.
 */
export function readEventLog(input: string, options: ReadLogOptions = {}): EventLog {
  if (typeof input !== "string") throw new WireError("badValue", `${quote(input)} is no text`, 0);
  const { cutEnd = "refuse" } = requireObject("options", options);
  const { header, records, complete } = piecesOf(input.replace(/^\uFEFF/, " "), cutEnd === "drop");
  const { of, name, hooks } = headerShape.read(
    valueFromJSON(toPlain(header, ["log", "version", "of", "name", "hooks"])),
  );
  const config = part("config", () => valueFromJSON(header.get("config") ?? {}));
  const hasSecret = isObject(config) && "secret" in config;
  const log = {
    version: 1 as const,
    of,
    name,
    hooks,
    hasSecret,
    config,
    complete,
    records: records.map(({ value, offset }, index) =>
      at(offset, () => part(`records[${index}]`, () => recordOf(value, of))),
    ),
  } as EventLog;
  // A configuration that no machine takes is refused here and not halfway through a replay.
  machineFor(log, options, () => undefined);
  return log;
}

function at<T>(offset: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw shifted(offset, error);
  }
}

const headerShape = object<Pick<EventLog, "of" | "name" | "hooks"> & { log: string; version: number }>({
  log: oneOf(["tcp-migration"]),
  version: oneOf([1]),
  of: oneOf(["connection", "tracker"]),
  name: text,
  hooks: list(list(text)),
});

const KNOWN = ["log", "version", "of", "name", "hooks", "config", "records"];

function toPlain(header: Properties, names: readonly string[]): Record<string, unknown> {
  for (const key of header.keys()) {
    if (!KNOWN.includes(key)) throw new WireError("badValue", `there is no property ${quote(key)}`, 0);
  }
  return Object.fromEntries([...header].filter(([key]) => names.includes(key)));
}

function parse(textOf: string, offset: number): unknown {
  try {
    return JSON.parse(textOf);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new WireError("syntax", `this is no JSON: ${error.message}`, offset);
  }
}

function properties(value: unknown, what: string): Properties {
  if (!isObject(value) || isList(value)) throw new WireError("badValue", `${quote(value)} is not ${what}`, 0);
  return new Map<string, unknown>(Object.entries(value));
}

function piecesOf(input: string, dropCut: boolean): Pieces {
  const lines = linesOf(input);
  const [first, ...rest] = lines;
  if (!first) throw new WireError("truncated", "the log is empty", 0);
  const header = headerLine(first.text);
  if (!header || rest.length === 0) return documentOf(input, lines.length > 1);
  const records: Piece[] = [];
  for (const [index, { text: one, offset, ended }] of rest.entries()) {
    try {
      records.push({ value: part(`records[${index}]`, () => parse(one, offset)), offset });
    } catch (error) {
      if (!dropCut || ended || index < rest.length - 1) throw error;
      return { header, records, complete: false };
    }
  }
  if (header.has("records"))
    throw new WireError("trailing", "more lines follow a whole document", rest[0]?.offset ?? 0);
  return { header, records, complete: true };
}

/** Undefined when this line alone is no JSON object. */
function headerLine(line: string): Properties | undefined {
  try {
    return properties(JSON.parse(line), "an object");
  } catch {
    return undefined;
  }
}

function documentOf(input: string, several: boolean): Pieces {
  const header = part("log", () => properties(parse(input, 0), "an event log"));
  const records = header.get("records");
  if (records === undefined && !several) return { header, records: [], complete: true };
  if (!isList(records)) throw new WireError("badValue", `${quote(records)} is not a list`, 0, "records");
  return { header, records: records.map((value) => ({ value, offset: 0 })), complete: true };
}

/** Lines that are not blank, and whether each has its line feed. */
function linesOf(input: string): { readonly text: string; readonly offset: number; readonly ended: boolean }[] {
  const lines: { text: string; offset: number; ended: boolean }[] = [];
  let offset = 0;
  while (offset < input.length) {
    const end = input.indexOf("\n", offset);
    const line = input.slice(offset, end === -1 ? input.length : end);
    if (line.trim() !== "") lines.push({ text: line, offset, ended: end !== -1 });
    offset = end === -1 ? input.length : end + 1;
  }
  return lines;
}

/** JSON as it stands: that it can be read back as values is checked, the values are not wanted. */
const json: Shape<JsonValue> = {
  read: (value) => {
    toJSON(valueFromJSON(value));
    return value as JsonValue;
  },
};

const answerShape = object<LoggedAnswer>({ hook: list(text), asked: json, answer: optional(json) });

function recordOf(value: unknown, of: EventLog["of"]): LogRecord {
  const all = properties(value, "an object");
  const names = [...all.keys()];
  if (all.has("restore")) {
    only(names, ["restore"]);
    return { type: "restore", snapshot: part("restore", () => json.read(all.get("restore"))) };
  }
  only(names, ["event", "answers", "effects"]);
  const effects = all.get("effects");
  return {
    type: "event",
    event: part("event", () => eventFromJSON(all.get("event"), of)),
    answers: part("answers", () => list(answerShape).read(all.get("answers") ?? [])),
    effects: effects === undefined ? undefined : part("effects", () => list(json).read(effects)),
  };
}

function only(names: readonly string[], allowed: readonly string[]): void {
  const other = names.find((name) => !allowed.includes(name));
  if (other !== undefined) throw new WireError("badValue", `there is no property ${quote(other)}`, 0);
}
