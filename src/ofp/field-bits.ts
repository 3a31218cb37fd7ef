/** Values of match fields as whole numbers, so that parts, ranges and masks are the same for all of them. */
import { viewOf } from "../wire/index.ts";
import type { FieldValue, OxmField } from "./definition.ts";

/** The bytes of a value on the wire. Throws WireError for a value of the wrong kind. */
export function octetsOf(field: OxmField, value: FieldValue): Uint8Array {
  if (field.variable && value instanceof Uint8Array) return value;
  const octets = new Uint8Array(field.value.size);
  field.value.write(viewOf(octets), 0, value);
  return octets;
}

/** The value as one number. Throws WireError for a value of the wrong kind. */
export function toBits(field: OxmField, value: FieldValue): bigint {
  let bits = 0n;
  for (const octet of octetsOf(field, value)) bits = (bits << 8n) | BigInt(octet);
  return bits;
}

/** The bytes of a number, the highest first. */
export function octetsOfBits(bits: bigint, size: number): Uint8Array {
  const octets = new Uint8Array(size);
  let rest = bits;
  for (let index = size - 1; index >= 0; index--) {
    octets[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return octets;
}

/** The inverse of {@link toBits}; a field of variable length gets all the bytes that it may have. */
export function fromBits(field: OxmField, bits: bigint): FieldValue {
  return field.value.read(viewOf(octetsOfBits(bits, field.value.size)), 0);
}

/** The lowest `count` bits. */
export function lowBits(count: number): bigint {
  return (1n << BigInt(count)) - 1n;
}
