/** Checks of builder arguments: a wrong one is the caller's mistake, so RangeError and TypeError, not WireError. */
import { isList, isObject, quote } from "../wire/index.ts";

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
