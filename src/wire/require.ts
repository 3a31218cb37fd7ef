/** Checks of builder arguments: a wrong one is the caller's mistake, so RangeError and TypeError, not WireError. */
import { quote } from "./address.ts";
import { isList, isObject } from "./bytes.ts";
import { WireError } from "./error.ts";
import { type Field, ipv4, ipv6, mac, text } from "./field.ts";

/** The fallback in place of a value that is absent. Null is not absent: callers without types pass it by mistake. */
function present<T>(given: T, fallback: T): T {
  return given === undefined ? fallback : given;
}

/** The value itself when it is an integer from 0 to 2**bits - 1. */
export function requireUint(name: string, given: number | undefined, bits: number, fallback?: number): number {
  const value = present(given, fallback);
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, not ${quote(value)}`);
  if (!(Number.isInteger(value) && value >= 0 && value < 2 ** bits)) {
    throw new RangeError(`${name} must be an integer from 0 to ${2 ** bits - 1}, not ${value}`);
  }
  return value;
}

/** The value itself when it is a bigint from 0n to 2n**bits - 1n. */
export function requireBigUint(name: string, given: bigint | undefined, bits: number, fallback?: bigint): bigint {
  const value = present(given, fallback);
  if (typeof value !== "bigint") throw new TypeError(`${name} must be a bigint, not ${quote(value)}`);
  if (value < 0n || value >> BigInt(bits) !== 0n) {
    throw new RangeError(`${name} must be from 0n to 2n ** ${bits}n - 1n, not ${value}n`);
  }
  return value;
}

/** The value itself when it is a list. */
export function requireList<T>(name: string, given: readonly T[] | undefined, fallback?: readonly T[]): readonly T[] {
  const value = present(given, fallback);
  if (!isList(value)) throw new TypeError(`${name} must be a list, not ${quote(value)}`);
  return value;
}

/** The value itself when it is a plain object. */
export function requireObject<T extends object>(name: string, given: T | undefined, fallback?: T): T {
  const value = present(given, fallback);
  if (!isObject(value) || isList(value)) {
    throw new TypeError(`${name} must be an object, not ${quote(value)}`);
  }
  return value;
}

/** The value itself when it is a plain object without any other names than these: a misspelt one would change nothing, unnoticed. */
export function requireNames<T extends object>(name: string, given: T | undefined, names: readonly string[]): T {
  const value = requireObject(name, given);
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  if (unknown !== undefined) throw new TypeError(`${name}.${unknown} is none of ${names.join(", ")}`);
  return value;
}

/** The value itself when it is a Uint8Array. */
export function requireBytes(name: string, given: Uint8Array | undefined, fallback?: Uint8Array): Uint8Array {
  const value = present(given, fallback);
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array, not ${quote(value)}`);
  return value;
}

const CANONICAL_MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;

/** An Ethernet address in the spelling that decoding gives: `00:00:00:00:00:01`. */
export function requireMac(name: string, given: string | undefined, fallback?: string): string {
  const value = present(given, fallback);
  if (typeof value === "string" && CANONICAL_MAC.test(value)) return value;
  return respelled(name, value, mac, "an Ethernet address");
}

/** An IPv4 or IPv6 address in the spelling that decoding gives: `10.0.0.2`, `2001:db8::1`. */
export function requireIp(name: string, value: string): string {
  const isIpv6 = typeof value === "string" && value.includes(":");
  return respelled(name, value, isIpv6 ? ipv6 : ipv4, isIpv6 ? "an IPv6 address" : "an IPv4 or IPv6 address");
}

/** The value itself when it is a text of at most `size` Latin-1 characters, NUL not among them. */
export function requireLatin1(name: string, given: string | undefined, size: number, fallback?: string): string {
  return respelled(name, present(given, fallback), text(size), `a text of at most ${size} Latin-1 characters`);
}

/** Where addresses are written to find out whether they are some. */
const scratch = new DataView(new ArrayBuffer(16));

/** What comes back when the text is written into a field. */
function respelled(name: string, value: string | undefined, field: Field<string>, what: string): string {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string, not ${quote(value)}`);
  const view = field.size > scratch.byteLength ? new DataView(new ArrayBuffer(field.size)) : scratch;
  try {
    field.write(view, 0, value);
  } catch (error) {
    throw error instanceof WireError
      ? new RangeError(`${name} must be ${what}, not ${quote(value)}`, { cause: error })
      : error;
  }
  return field.read(view, 0);
}
