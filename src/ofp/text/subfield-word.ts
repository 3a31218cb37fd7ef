/** Some bits of a field in a match: `reg0[0..5]=3`. */
import { quote, WireError } from "../../wire/index.ts";
import type { FieldValue, Masked, OxmField } from "../definition.ts";
import { fromBits, lowBits, toBits } from "../field-bits.ts";
import { isMasked } from "../oxm.ts";
import { at } from "./field-text.ts";
import { parseBigUint } from "./number.ts";
import type { Word } from "./scan.ts";

/** Bits `low` to `low + bits - 1` of the field that text calls `name`. */
export interface BitRange {
  readonly name: string;
  /** What stands between the brackets, absent for all bits. */
  readonly first?: number;
  readonly last?: number;
}

const RANGE = /^([A-Za-z_][A-Za-z_0-9]*)\[(?:(\d{1,4})(?:\.\.(\d{1,4}))?)?\]$/;

/** The bits that a key names; undefined for a key without brackets. Throws WireError `syntax`. */
export function bitRange({ key, at: offset }: Word): BitRange | undefined {
  if (!key.includes("[")) return undefined;
  const parts = RANGE.exec(key);
  if (!parts) throw new WireError("syntax", `${quote(key)} is not of the form field[first..last]`, offset);
  const [, name = "", first, last] = parts;
  return first === undefined ? { name } : { name, first: Number(first), last: Number(last ?? first) };
}

/** Value and mask of the bits that a word is about, in their place in a field of so many bits. */
export interface PlacedBits {
  readonly value: bigint;
  readonly mask: bigint;
}

/** Throws WireError `outOfRange` for bits that the field has not, and for a number that they do not hold. */
export function placedBits(word: Word, range: BitRange, bits: number): PlacedBits {
  const { first = 0, last = bits - 1 } = range;
  if (last < first || last >= bits) {
    throw new WireError("outOfRange", `${range.name} has bits 0 to ${bits - 1}, not ${first} to ${last}`, word.at);
  }
  const count = last - first + 1;
  const value = at(word.valueAt, () => parseBigUint(word.value, count));
  return { value: value << BigInt(first), mask: lowBits(count) << BigInt(first) };
}

/** An entry together with some bits, which win. */
export function withBits(
  field: OxmField,
  entry: FieldValue | Masked | undefined,
  { value, mask }: PlacedBits,
): FieldValue | Masked {
  const before = entry === undefined ? 0n : toBits(field, isMasked(entry) ? entry.value : entry);
  const all = lowBits(field.maskable ? 8 * field.value.size : field.bits);
  const selected = entry === undefined ? 0n : isMasked(entry) ? toBits(field, entry.mask) : all;
  const changed = fromBits(field, (before & ~mask & all) | value);
  const bits = selected | mask;
  return { value: changed, mask: fromBits(field, bits) };
}
