/** Checks of the arguments of builders: RangeError or TypeError that names the argument. */
import { type Field, ipv4, ipv6, isList, isObject, mac, quote } from "../wire/index.ts";

/** `value` itself unless it is no integer from 0 to `max`. */
export function requireUint(value: number, max: number, name: string): number {
  if (typeof value !== "number") throw new TypeError(`${name}: ${quote(value)} is no number`);
  if (!(value >= 0 && value <= max && Number.isInteger(value))) {
    throw new RangeError(`${name}: ${value} is not an integer from 0 to ${max}`);
  }
  return value;
}

const CANONICAL_MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;

/** The address in the spelling of a decoded frame. */
export function requireMac(value: string, name: string): string {
  return typeof value === "string" && CANONICAL_MAC.test(value)
    ? value
    : respelled(mac, value, name, "an Ethernet address");
}

/** The IPv4 or IPv6 address in the spelling of a decoded frame. */
export function requireIp(value: string, name: string): string {
  const field = typeof value === "string" && value.includes(":") ? ipv6 : ipv4;
  return respelled(field, value, name, "an IPv4 or IPv6 address");
}

function respelled(field: Field<string>, value: string, name: string, kind: string): string {
  const view = new DataView(new ArrayBuffer(field.size));
  try {
    field.write(view, 0, value);
  } catch {
    if (typeof value !== "string") throw new TypeError(`${name}: ${quote(value)} is no string`);
    throw new RangeError(`${name}: ${quote(value)} is not ${kind}`);
  }
  return field.read(view, 0);
}

/** `value` itself unless it is no Uint8Array. */
export function requireBytes(value: Uint8Array, name: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name}: ${quote(value)} is no Uint8Array`);
  return value;
}

/** `value` itself unless it is no object. */
export function requireObject<T extends object>(value: T, name: string): T {
  if (!isObject(value)) throw new TypeError(`${name}: ${quote(value)} is no object`);
  return value;
}

/** `value` itself unless it is no list. */
export function requireList<T>(value: readonly T[], name: string): readonly T[] {
  if (!isList(value)) throw new TypeError(`${name}: ${quote(value)} is no list`);
  return value;
}
