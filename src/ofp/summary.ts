/** One line about a message, for logs. */
import { isList, isObject, quote } from "../wire/index.ts";
import type { Tagged } from "./definition.ts";
import { errorName } from "./enums/error-name.ts";
import { FlowModCommand, FlowRemovedReason } from "./enums/flow.ts";
import { NO_BUFFER, PacketInReason } from "./enums/packet.ts";
import { Port, PortReason } from "./enums/port.ts";
import type { Message } from "./messages/index.ts";
import { isMasked } from "./oxm.ts";
import { typeOf } from "./tagged.ts";

// A line is cut here, a list after so many items, an object at this depth: logs are read by people.
const MAX_LENGTH = 500;
const MAX_ITEMS = 16;
const MAX_DEPTH = 8;

type Values = Readonly<Record<string, number>>;

/** Fields whose numbers have names. */
const NAMES: Readonly<Record<string, Values>> = { port: Port, inPort: Port, outPort: Port, portNo: Port };
const HEXADECIMAL: ReadonlySet<string> = new Set(["ethType", "ethertype", "vlanVid", "capabilities", "experimenter"]);
/** What a field says when it says nothing: left out of the line. */
const SILENT: Readonly<Record<string, unknown>> = {
  bufferId: NO_BUFFER,
  outPort: 0xffffffff,
  outGroup: 0xffffffff,
  cookieMask: 0n,
  idleTimeout: 0,
  hardTimeout: 0,
  flags: 0,
  reserved: 0,
};

/**
 * One line of at most 500 printable ASCII characters for every message: its type, its xid and what matters about it, as in
 * `flowMod xid=7 add cookie=0x0 tableId=0 priority=100 match={inPort=1} instructions=[gotoTable(tableId=3)]`.
 *
 * For people: the words may change from version to version. Throws WireError for what has no `type`, and for nothing else.
 */
export function summary<X extends Tagged, M extends Tagged>(message: Message<X, M>): string {
  const type = typeOf(message, "message", 0);
  const [words, fields] = headline(message as Message);
  const { xid = 0 } = message as { readonly xid?: number };
  const line = [word(type), `xid=${quote(xid)}`, ...words, fieldsOf(fields, 0, { left: MAX_LENGTH })]
    .filter((text) => text !== "")
    .join(" ");
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 3)}...` : line;
}

/** What is said in words, and the object whose fields follow. */
function headline(message: Message): [words: readonly string[], fields: object] {
  switch (message.type) {
    case "error":
      return [[errorName(message.errorType, message.code)], without(message, "errorType", "code", "version")];
    case "packetIn":
      return [[nameOf(PacketInReason, message.reason)], without(message, "reason")];
    case "flowRemoved":
      return [[nameOf(FlowRemovedReason, message.reason)], without(message, "reason")];
    case "portStatus":
      return [[nameOf(PortReason, message.reason)], without(message, "reason")];
    case "flowMod":
      return [[nameOf(FlowModCommand, message.command)], without(message, "command")];
    case "multipartRequest":
    case "multipartReply":
      return [
        [word(typeOf(message.body, "multipart body", 0)), message.flags === 0 ? "" : `flags=${quote(message.flags)}`],
        message.body,
      ];
    default:
      return [[], message];
  }
}

function without(fields: object, ...names: readonly string[]): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function nameOf(values: Values, wanted: number): string {
  return Object.entries(values).find(([, value]) => value === wanted)?.[0] ?? quote(wanted);
}

/** How many values may still be told: every one takes a character at least, and what comes behind is cut off anyway. */
interface Budget {
  left: number;
}

function fieldsOf(fields: object, depth: number, budget: Budget): string {
  const told = Object.entries(fields).filter(
    ([name, value]) => name !== "type" && name !== "xid" && value !== undefined && SILENT[name] !== value,
  );
  return some(told, " ", ([name, value]) => `${word(name)}=${wordsFor(name, value, depth, budget)}`);
}

function wordsFor(name: string, value: unknown, depth: number, budget: Budget): string {
  if (typeof value === "number") {
    const names = NAMES[name];
    return names ? nameOf(names, value) : HEXADECIMAL.has(name) ? `0x${value.toString(16)}` : String(value);
  }
  if (typeof value === "bigint") return name.endsWith("Count") ? String(value) : `0x${value.toString(16)}`;
  if (typeof value === "string") return word(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (!isObject(value)) return quote(value);
  if (depth >= MAX_DEPTH || --budget.left < 0) return "...";
  if (isList(value)) return `[${some(value, ", ", (item) => wordsFor("", item, depth + 1, budget))}]`;
  if (isMasked(value)) {
    return `${wordsFor(name, value.value, depth + 1, budget)}/${wordsFor("", value.mask, depth + 1, budget)}`;
  }
  const inner = fieldsOf(value, depth + 1, budget);
  if (!("type" in value) || typeof value.type !== "string") return `{${inner}}`;
  return inner === "" ? word(value.type) : `${word(value.type)}(${inner})`;
}

function some<T>(items: readonly T[], separator: string, write: (item: T) => string): string {
  const words = items.slice(0, MAX_ITEMS).map(write);
  if (items.length > MAX_ITEMS) words.push(`... ${items.length - MAX_ITEMS} more`);
  return words.join(separator);
}

/** Text as it is when it is one printable word, else quoted: a port's name may hold anything, and a log line must stay one. */
function word(text: string): string {
  const start = text.slice(0, MAX_LENGTH);
  if (/^[!#-~]+$/.test(start)) return start;
  return JSON.stringify(start).replace(/[^ -~]/g, (odd) => `\\u${odd.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
