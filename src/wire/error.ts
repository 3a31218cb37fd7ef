/** What was wrong, for programs. The message says it for people. */
export type WireErrorCode =
  | "truncated" // fewer bytes than the structure needs
  | "badLength" // a length field that contradicts the structure or its surroundings
  | "badVersion" // a protocol version that this codec does not speak
  | "badType" // a type where only certain types may stand
  | "badValue" // a value of the wrong kind, or one that the field cannot express
  | "outOfRange" // a number that does not fit the field
  | "noSpace" // the caller's buffer is too small
  | "tooLong" // a structure longer than its 16-bit length can say
  | "tooDeep" // nested beyond reason
  | "trailing" // bytes after the end
  | "unknownField" // a match field that neither OpenFlow nor a loaded extension defines
  | "duplicate" // something given twice that may stand once
  | "badPrerequisite" // a match field without the field that gives it meaning
  | "badMask" // a mask on a field that takes none, or value bits outside the mask
  | "badOrder" // parts in an order that the protocol forbids
  | "syntax" // text that does not parse
  | "unsupported"; // understood, but not what this function can do

/**
 * What bytes, text or JSON can cause. Every encode, decode, parse and read function throws this and nothing else.
 *
 * The package exists once as ESM and once as CommonJS: test `error.name === "WireError"` or `error.code` rather than
 * `instanceof` when both may be loaded.
 */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: WireErrorCode;
  /** Where in the value: `flowMod.instructions[0].actions[1]`; empty when the whole is meant. */
  readonly path: string;
  /** Byte offset in the input or output; for text, the offset in characters. */
  readonly offset: number;
  /** The sentence without path and offset. */
  readonly detail: string;

  constructor(code: WireErrorCode, detail: string, offset: number, path = "") {
    super(`${path === "" ? "" : `${path}: `}offset ${offset}: ${detail}`);
    this.code = code;
    this.detail = detail;
    this.offset = offset;
    this.path = path;
  }
}

function joinPath(outer: string, inner: string): string {
  return inner === "" || inner.startsWith("[") ? outer + inner : `${outer}.${inner}`;
}

/**
 * The same error seen from one level further out; anything but a WireError passes unchanged.
 * `catch (error) { throw within("actions[1]", error); }`
 */
export function within(segment: string, error: unknown): unknown {
  return error instanceof WireError
    ? new WireError(error.code, error.detail, error.offset, joinPath(segment, error.path))
    : error;
}

/** Like {@link within}, for an inner parser that started counting at zero: adds where it started. */
export function shifted(by: number, error: unknown): unknown {
  return error instanceof WireError ? new WireError(error.code, error.detail, error.offset + by, error.path) : error;
}

/** For the `default` of a switch over a closed union. */
export function exhaustive(value: never): never {
  throw new TypeError(`unexpected value ${String(value)}`);
}
