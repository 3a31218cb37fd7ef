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

/** Where addresses are written to find out whether they are some. */
const scratch = new DataView(new ArrayBuffer(16));

/** The address in the spelling of a decoded frame. */
export function requireMac(value: string, name: string): string {
  if (typeof value === "string" && CANONICAL_MAC.test(value)) return value;
  tryToWrite(mac, value, name, "an Ethernet address");
  return mac.read(scratch, 0);
}

/** The IPv4 or IPv6 address in the spelling of a decoded frame. */
export function requireIp(value: string, name: string): string {
  if (typeof value === "string" && value.includes(":")) {
    tryToWrite(ipv6, value, name, "an IPv6 address");
    return ipv6.read(scratch, 0);
  }
  tryToWrite(ipv4, value, name, "an IPv4 or IPv6 address");
  // Only one spelling of an IPv4 address is accepted.
  return value;
}

function tryToWrite(field: Field<string>, value: string, name: string, kind: string): void {
  try {
    field.write(scratch, 0, value);
  } catch (cause) {
    if (typeof value !== "string") throw new TypeError(`${name}: ${quote(value)} is no string`, { cause });
    throw new RangeError(`${name}: ${quote(value)} is not ${kind}`, { cause });
  }
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
