/** One field with its value, between text and the value in a match or a set-field. */
import { fromHex, quote, shifted, toHex, viewOf, WireError } from "../../wire/index.ts";
import type { FieldValue, Masked, OxmField, Registry } from "../definition.ts";
import { isMasked } from "../oxm.ts";
import { parseRawFieldName, rawFieldName } from "../oxm-header.ts";

/** What stands between `value` and `mask` when a caller has neither a mask nor none. */
function parts(entry: FieldValue | Masked): readonly [value: FieldValue, mask: FieldValue | undefined] {
  return isMasked(entry) ? [entry.value, entry.mask] : [entry, undefined];
}

function bytesOf(value: FieldValue, field: OxmField): Uint8Array {
  const octets = new Uint8Array(field.value.size);
  field.value.write(viewOf(octets), 0, value);
  return octets;
}

/** The low `bits` bits of a field of that size, all ones. */
function allOnes(field: OxmField): Uint8Array {
  const octets = new Uint8Array(field.value.size);
  for (let bit = 8 * octets.length - field.bits; bit < 8 * octets.length; bit++) {
    octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return octets;
}

/**
 * The value as ovs-ofctl sends it: without the bits that the mask hides, without a mask that hides nothing; undefined for a mask
 * that hides everything. Throws WireError `outOfRange` or `badMask`.
 */
export function settle(field: OxmField, entry: FieldValue | Masked): FieldValue | Masked | undefined {
  const [value, mask] = parts(entry);
  const ones = allOnes(field);
  const octets = bytesOf(value, field);
  if (octets.some((octet, index) => (octet & ~(ones[index] ?? 0)) !== 0)) {
    throw new WireError("outOfRange", `${quote(value)} does not fit the ${field.bits} bits of ${field.name}`, 0);
  }
  if (mask === undefined) return value;
  const selected = bytesOf(mask, field);
  if (selected.every((octet) => octet === 0)) return undefined;
  if (ones.every((octet, index) => (octet & ~(selected[index] ?? 0)) === 0)) return value;
  if (!field.maskable) throw new WireError("badMask", `${field.name} takes no mask`, 0);
  const kept = octets.map((octet, index) => octet & (selected[index] ?? 0));
  return { value: field.value.read(viewOf(kept), 0), mask: field.value.read(viewOf(selected), 0) };
}

/** Reads `value` or `value/mask`, `*` for any. Throws WireError with offsets counted from the first character. */
export function parseFieldValue(text: string, field: OxmField): FieldValue | Masked | undefined {
  if (text === "*") return undefined;
  if (text === "") throw new WireError("syntax", `${field.text?.name ?? field.name} needs a value`, 0);
  return settle(field, field.text ? field.text.value.parse(text, field) : parseHex(text, field));
}

/** A field without words of its own: the number in hex. */
function parseHex(text: string, field: OxmField): FieldValue | Masked {
  const [value, mask] = rawParts(text);
  const read = (digits: string) => field.value.read(viewOf(widened(digits, field.value.size)), 0);
  return mask === undefined ? read(value) : { value: read(value), mask: read(mask) };
}

function widened(digits: string, size: number): Uint8Array {
  const octets = fromHex(digits.padStart(2 * size, "0"));
  if (octets.length !== size) throw new WireError("outOfRange", `${quote(digits)} does not fit ${size} bytes`, 0);
  return octets;
}

function rawParts(text: string): readonly [string, string?] {
  const hex = /^0x([0-9a-f]*)(?:\/0x([0-9a-f]*))?$/i.exec(text);
  if (!hex) throw new WireError("syntax", `${quote(text)} is no hex number: 0x01ff or 0x01ff/0xffff is needed`, 0);
  return hex[2] === undefined ? [hex[1] ?? ""] : [hex[1] ?? "", hex[2]];
}

/** The value and the mask as they are printed behind the field's name. */
export function formatFieldValue(entry: FieldValue | Masked, field: OxmField, inMatch: boolean): string {
  const settled = settle(field, entry);
  const [value, mask] = settled === undefined ? parts(entry) : parts(settled);
  if (!field.text) {
    const hex = (part: FieldValue) => `0x${toHex(bytesOf(part, field))}`;
    return mask === undefined ? hex(value) : `${hex(value)}/${hex(mask)}`;
  }
  const words = field.text.value;
  return (inMatch ? words.formatMatch?.(value, mask, field) : undefined) ?? words.format(value, mask, field);
}

/** The value of a field that no table knows, which is hex already. */
export function formatRaw(entry: FieldValue | Masked): string {
  const [value, mask] = parts(entry);
  const hex = (part: FieldValue) => `0x${toHex(fromHex(String(part)))}`;
  return mask === undefined ? hex(value) : `${hex(value)}/${hex(mask)}`;
}

/** Reads `0x01ff` or `0x01ff/0xffff` for a field that no table knows: its value is the digits. */
export function parseRawValue(text: string): FieldValue | Masked {
  const [value, mask] = rawParts(text);
  const octets = (digits: string) => toHex(fromHex(digits));
  return mask === undefined ? octets(value) : { value: octets(value), mask: octets(mask) };
}

/** The key in a match of a field that text names `oxm:<class>:<field>`; undefined for any other name. */
export function rawKey(name: string): string | undefined {
  const id = parseRawFieldName(name);
  return id && rawFieldName(id.oxmClass, id.field, id.experimenter);
}

/** The target of a `set_field`, by any name. */
export function targetField(name: string, registry: Registry): OxmField | undefined {
  const id = parseRawFieldName(name);
  return id ? registry.fieldByHeader(id.oxmClass, id.field, id.experimenter) : registry.fieldByText(name);
}

/** Runs the reading of a part of a text, so that an error in it tells where. */
export function at<T>(offset: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw shifted(offset, error);
  }
}
