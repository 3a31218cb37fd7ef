/** Messages as JSON and back, nothing lost: bigint and bytes become strings that begin with their kind. */
import { fromHex, isList, isObject, quote, toHex, WireError } from "../wire/index.ts";
import { part } from "./part.ts";

/** What JSON.stringify writes and JSON.parse reads. */
export type JsonValue = string | number | boolean | readonly JsonValue[] | { readonly [key: string]: JsonValue };

const BIGINT = "bigint:";
const BYTES = "bytes:";
/** Stands before a text that would otherwise be taken for one of the others, or for this. */
const TEXT = "text:";

/** No message comes near it, and recursion must have an end. */
const MAX_DEPTH = 64;
/** 1,023 bits, the widest integer of a message, a number in Nicira's learn, have 308 decimal digits. */
const DECIMAL = /^(?:0|[1-9][0-9]{0,307})$/;
const MAX_BIGINT = 10n ** 308n - 1n;

/**
 * A message, or any part of one, as JSON: plain objects, lists, numbers, booleans and strings. `5n` becomes `"bigint:5"`, bytes
 * become `"bytes:00ff"`, and a text that begins like one of these gets `"text:"` in front. Properties that are undefined are left out.
 *
 * Throws WireError `badValue` for what no message holds (null, NaN, functions, class instances) and `tooDeep` for a value that
 * contains itself.
 */
export function toJSON(value: unknown): JsonValue {
  return toJson(value, 0);
}

function toJson(value: unknown, depth: number): JsonValue {
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return value;
  if (typeof value === "string") return isTagged(value) ? TEXT + value : value;
  if (typeof value === "bigint" && value >= 0n && value <= MAX_BIGINT) return `${BIGINT}${value}`;
  if (value instanceof Uint8Array) return BYTES + toHex(value);
  if (depth >= MAX_DEPTH) throw new WireError("tooDeep", `nested more than ${MAX_DEPTH} levels`, 0);
  if (isList(value)) return Array.from(value, (item, index) => part(`[${index}]`, () => toJson(item, depth + 1)));
  if (isPlain(value)) return entries(value, (item) => toJson(item, depth + 1));
  throw new WireError("badValue", `${quote(value)} is nothing that a message holds`, 0);
}

/**
 * The inverse of {@link toJSON}, for a whole message or any part of one. It says nothing about whether the result is a message:
 * `codec.fromJSON` does.
 *
 * Throws WireError `syntax` for a malformed tagged string, `badValue` for null and whatever JSON does not know, `tooDeep` beyond 64
 * levels.
 */
export function valueFromJSON(json: unknown): unknown {
  return fromJson(json, 0);
}

function fromJson(json: unknown, depth: number): unknown {
  if (typeof json === "boolean" || (typeof json === "number" && Number.isFinite(json))) return json;
  if (typeof json === "string") return fromText(json);
  if (depth >= MAX_DEPTH) throw new WireError("tooDeep", `nested more than ${MAX_DEPTH} levels`, 0);
  if (isList(json)) return Array.from(json, (item, index) => part(`[${index}]`, () => fromJson(item, depth + 1)));
  if (isPlain(json)) return entries(json, (item) => fromJson(item, depth + 1));
  throw new WireError("badValue", `${quote(json)} is nothing that JSON of a message holds`, 0);
}

function fromText(text: string): unknown {
  if (text.startsWith(TEXT)) return text.slice(TEXT.length);
  if (text.startsWith(BYTES)) {
    const digits = text.slice(BYTES.length);
    if (!/^[0-9a-f]*$/i.test(digits)) throw new WireError("syntax", `${quote(text)} is no hex`, BYTES.length);
    return fromHex(digits);
  }
  if (!text.startsWith(BIGINT)) return text;
  const digits = text.slice(BIGINT.length);
  if (!DECIMAL.test(digits)) throw new WireError("syntax", `${quote(text)} is no decimal integer`, BIGINT.length);
  return BigInt(digits);
}

function isTagged(text: string): boolean {
  return text.startsWith(BIGINT) || text.startsWith(BYTES) || text.startsWith(TEXT);
}

/** Whether a value is an object of properties and nothing else; those of JSON.parse and of other realms are too. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** fromEntries, because assigning to a key "__proto__" would change what the object is. */
function entries<T>(value: Readonly<Record<string, unknown>>, convert: (item: unknown) => T): Record<string, T> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, part(key, () => convert(item))]),
  );
}
