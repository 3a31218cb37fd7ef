import { quote } from "./address.ts";
import { WireError } from "./error.ts";

/** What the library returns for bytes: a Uint8Array on a plain ArrayBuffer, in every TypeScript version. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hex without separators. Throws WireError `badValue` for what is no Uint8Array. */
export function toHex(bytes: Uint8Array): string {
  if (!(bytes instanceof Uint8Array)) throw new WireError("badValue", `${quote(bytes)} is no Uint8Array`, 0);
  return toHexRange(bytes, 0, bytes.length);
}

/** {@link toHex} of the bytes from `start` up to `end`. */
export function toHexRange(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let index = start; index < end; index++) text += HEX[bytes[index] ?? 0] ?? "";
  return text;
}

/**
 * Reads hex digits; white space, `:`, `.` and `-` between them are ignored, and so is a leading `0x`. Throws WireError `syntax` for
 * anything else, `badValue` for what is no string.
 */
export function fromHex(text: string): Bytes {
  if (typeof text !== "string") throw new WireError("badValue", `${quote(text)} is no text`, 0);
  // A blank takes the place of the prefix, so that offsets stay.
  const plain = text.replace(/^\s*0x/i, (prefix) => " ".repeat(prefix.length));
  const wrong = /[^0-9a-f\s:.-]/i.exec(plain);
  if (wrong) throw new WireError("syntax", `${quote(wrong[0])} is no hex digit`, wrong.index);
  const digits = plain.replace(/[\s:.-]/g, "");
  if (digits.length % 2 !== 0) throw new WireError("syntax", "an odd number of hex digits", text.length);
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

/** One new array that holds all of them in order. */
export function concat(parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Whether a value that a caller without types may have passed is an object. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Whether a value that a caller without types may have passed is a list. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A DataView of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `length` rounded up to a multiple of 8, as OpenFlow pads its lists. */
export function align8(length: number): number {
  return (length + 7) & ~7;
}
