/** Values of match fields as whole numbers, so that masks, ranges and comparisons are the same for all of them. */

import { niciraFields, onfFields } from "../../nx/fields/index.ts";
import type { FieldValue, Masked, OxmField } from "../../ofp/definition.ts";
import { lowBits, toBits } from "../../ofp/field-bits.ts";
import { basicFields } from "../../ofp/fields.ts";
import { isMasked } from "../../ofp/oxm.ts";
import { type PartEntry, partsOf } from "../../ofp/parts.ts";

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

const table = { fieldByName: fieldNamed };

/** What an entry says, by the names under which packets keep fields; undefined where a mask hides all of it. */
export function packetEntries(field: OxmField, entry: FieldValue | Masked): readonly PartEntry[] {
  return partsOf(field, entry, table);
}

/** Bits of a field, in the fields that packets keep. */
export interface PlacedBits extends FieldBits {
  readonly name: string;
}

/** Where some bits of a field are in a packet. */
export function placesOf(field: OxmField, { value, mask }: FieldBits): readonly PlacedBits[] {
  if (!field.parts) return [{ name: field.name, value, mask }];
  return field.parts.map(({ name, low, bits, from }) => {
    const cut = (whole: bigint) => (whole >> BigInt(low)) & lowBits(bits);
    return { name, value: from?.(cut(value)) ?? cut(value), mask: cut(mask) };
  });
}

/** A value, plain or masked. */
export function bitsOf(field: OxmField, entry: FieldValue | Masked): FieldBits {
  if (!isMasked(entry)) return { value: toBits(field, entry), mask: lowBits(field.bits) };
  const mask = toBits(field, entry.mask);
  return { value: toBits(field, entry.value) & mask, mask };
}
