/** Checks of builder arguments: a wrong one is the caller's mistake, so RangeError and TypeError, not WireError. */
import { type Field, isList, isObject, quote, text, WireError, mac as wireMac } from "../wire/index.ts";
import type { Tagged } from "./definition.ts";

/** The value itself when it is an integer from 0 to 2**bits - 1. */
export function requireUint(name: string, value: number, bits: number): number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, not ${quote(value)}`);
  if (!(Number.isInteger(value) && value >= 0 && value < 2 ** bits)) {
    throw new RangeError(`${name} must be an integer from 0 to ${2 ** bits - 1}, not ${value}`);
  }
  return value;
}

/** The value itself when it is a bigint from 0n to 2n**bits - 1n. */
export function requireBigUint(name: string, value: bigint, bits: number): bigint {
  if (typeof value !== "bigint") throw new TypeError(`${name} must be a bigint, not ${quote(value)}`);
  if (value < 0n || value >> BigInt(bits) !== 0n) {
    throw new RangeError(`${name} must be from 0n to 2n ** ${bits}n - 1n, not ${value}n`);
  }
  return value;
}

/** The value itself when it is a list. */
export function requireList<T>(name: string, value: readonly T[]): readonly T[] {
  if (!isList(value)) throw new TypeError(`${name} must be a list, not ${quote(value)}`);
  return value;
}

/** The value itself when it is a list of objects with a `type`: actions, instructions. */
export function requireTaggedList<T extends Tagged>(name: string, value: readonly T[]): readonly T[] {
  requireList(name, value).forEach((item, index) => {
    if (!isObject(item) || typeof item.type !== "string") {
      throw new TypeError(`${name}[${index}] must be an object with a type, not ${quote(item)}`);
    }
  });
  return value;
}

/** The value itself when it is a plain object. */
export function requireObject<T extends object>(name: string, value: T): T {
  if (!isObject(value) || isList(value)) {
    throw new TypeError(`${name} must be an object, not ${quote(value)}`);
  }
  return value;
}

/** The value itself when it is a Uint8Array. */
export function requireBytes(name: string, value: Uint8Array): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array, not ${quote(value)}`);
  return value;
}

/** The value itself when it is an Ethernet address like `00:00:00:00:00:01`. */
export function requireMac(name: string, value: string): string {
  return requireText(name, value, wireMac, "an Ethernet address");
}

/** The value itself when it is a text of at most `size` Latin-1 characters, NUL not among them. */
export function requireLatin1(name: string, value: string, size: number): string {
  return requireText(name, value, text(size), `a text of at most ${size} Latin-1 characters`);
}

function requireText(name: string, value: string, field: Field<string>, what: string): string {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string, not ${quote(value)}`);
  try {
    field.write(new DataView(new ArrayBuffer(field.size)), 0, value);
  } catch (error) {
    throw error instanceof WireError
      ? new RangeError(`${name} must be ${what}, not ${quote(value)}`, { cause: error })
      : error;
  }
  return value;
}
