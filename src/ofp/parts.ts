/** Headers that stand for other fields: `NXM_OF_IP_DST` says what `OXM_OF_IPV4_DST` says, `OXM_OF_PKT_REG0` two registers. */
import type { FieldPart, FieldValue, Masked, OxmField, Registry } from "./definition.ts";
import { fromBits, lowBits, toBits } from "./field-bits.ts";
import { isMasked } from "./oxm.ts";

/** Part of an entry under the name of another field; undefined where a mask hides all of it. */
export type PartEntry = readonly [name: string, entry: FieldValue | Masked | undefined];

/** What an entry says in fields that have no parts; the entry itself when its field has none, or when no table has these. */
export function partsOf(
  field: OxmField,
  entry: FieldValue | Masked,
  registry: Pick<Registry, "fieldByName">,
): readonly PartEntry[] {
  const known = field.parts?.map((part) => [part, registry.fieldByName(part.name)] as const);
  if (!known) return [[field.name, entry]];
  const value = toBits(field, isMasked(entry) ? entry.value : entry);
  const mask = isMasked(entry) ? toBits(field, entry.mask) : undefined;
  const entries: PartEntry[] = [];
  for (const [part, target] of known) {
    if (!target) return [[field.name, entry]];
    entries.push([part.name, slice(part, target, value, mask)]);
  }
  return entries;
}

function slice(
  { low, bits, from }: FieldPart,
  target: OxmField,
  value: bigint,
  mask: bigint | undefined,
): FieldValue | Masked | undefined {
  const ones = lowBits(bits);
  const cut = (whole: bigint) => (whole >> BigInt(low)) & ones;
  const selected = mask === undefined ? ones : cut(mask);
  if (selected === 0n) return undefined;
  const number = from?.(cut(value)) ?? cut(value);
  if (selected === ones) return fromBits(target, number);
  return { value: fromBits(target, number), mask: fromBits(target, selected) };
}
