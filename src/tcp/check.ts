/** Checks of values on their way into bytes. */
import { checkUint, isList, isObject, quote, WireError, within } from "../wire/index.ts";

/** `value` itself, or a WireError with `name` as its path unless it is an integer from 0 to `max`. */
export function uint(value: number, max: number, at: number, name: string): number {
  try {
    checkUint(value, max, at);
  } catch (error) {
    throw within(name, error);
  }
  return value;
}

/** 1 or 0, or a WireError with `name` as its path. */
export function bit(value: boolean, at: number, name: string): 0 | 1 {
  if (typeof value !== "boolean") throw new WireError("badValue", `${quote(value)} is no boolean`, at, name);
  return value ? 1 : 0;
}

/** `value` itself, or a WireError with `name` as its path. */
export function byteArray(value: Uint8Array, at: number, name: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new WireError("badValue", `${quote(value)} is no Uint8Array`, at, name);
  return value;
}

/** `value` itself, or a WireError with `name` as its path. */
export function list<T>(value: readonly T[], at: number, name: string): readonly T[] {
  if (!isList(value)) throw new WireError("badValue", `${quote(value)} is no list`, at, name);
  return value;
}

/** `value` itself, or a WireError with `name` as its path. */
export function object<T extends object>(value: T, at: number, name: string): T {
  if (!isObject(value)) throw new WireError("badValue", `${quote(value)} is no object`, at, name);
  return value;
}

/** `write()`, with `name` before the path of a WireError that comes out of it. */
export function under<T>(name: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw within(name, error);
  }
}
