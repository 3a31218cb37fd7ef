/** Values of match fields as whole numbers, so that masks, ranges and comparisons are the same for all of them. */

import { niciraFields, onfFields } from "../../nx/fields/index.ts";
import type { FieldValue, Masked, OxmField } from "../../ofp/definition.ts";
import { basicFields } from "../../ofp/fields.ts";
import { isMasked } from "../../ofp/oxm.ts";
import { viewOf } from "../../wire/index.ts";

/** Which bits of a field are matched or written, and with what; value bits outside the mask are zero. */
export interface FieldBits {
  readonly value: bigint;
  readonly mask: bigint;
}

const fields: ReadonlyMap<string, OxmField> = new Map(
  [...basicFields, ...niciraFields, ...onfFields].map((field) => [field.name, field]),
);

/** The field of that name; undefined for one that no table has. */
export function fieldNamed(name: string): OxmField | undefined {
  return fields.get(name);
}

/** The name under which a packet keeps the field: that of its first header. */
export function packetName(field: OxmField): string {
  return field.text?.alternate === true || field.name === "inPortNxm" ? field.name.replace(/Nxm$/, "") : field.name;
}

function toBits(field: OxmField, value: FieldValue): bigint {
  const octets = new Uint8Array(field.value.size);
  field.value.write(viewOf(octets), 0, value);
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

/** A value, plain or masked. */
export function bitsOf(field: OxmField, entry: FieldValue | Masked): FieldBits {
  if (!isMasked(entry)) return { value: toBits(field, entry), mask: (1n << BigInt(field.bits)) - 1n };
  const mask = toBits(field, entry.mask);
  return { value: toBits(field, entry.value) & mask, mask };
}

/** The value of a field from its number. */
export function fieldValue(field: OxmField, value: bigint): FieldValue {
  const octets = new Uint8Array(field.value.size);
  let rest = value;
  for (let index = octets.length - 1; index >= 0; index--) {
    octets[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return field.value.read(viewOf(octets), 0);
}
