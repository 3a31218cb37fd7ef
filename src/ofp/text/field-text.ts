/** One field with its value, between text and the value in a match or a set-field. */
import { fromHex, quote, shifted, toHex, viewOf, WireError } from "../../wire/index.ts";
import type { FieldValue, Masked, OxmField, Registry } from "../definition.ts";
import { lowBits, octetsOf, octetsOfBits } from "../field-bits.ts";
import { checkRange, isMasked } from "../oxm.ts";
import { parseRawFieldName, rawFieldName } from "../oxm-header.ts";

const HEX = /^0x([0-9a-f]*)(?:\/0x([0-9a-f]*))?$/i;

/** What stands between `value` and `mask` when a caller has neither a mask nor none. */
function parts(entry: FieldValue | Masked): readonly [value: FieldValue, mask: FieldValue | undefined] {
  return isMasked(entry) ? [entry.value, entry.mask] : [entry, undefined];
}

/** The low `bits` bits of a field of that size, all ones. */
function allOnes(field: OxmField): Uint8Array {
  return octetsOfBits(lowBits(field.bits), field.value.size);
}

function within(octets: Uint8Array, limits: Uint8Array): boolean {
  return octets.every((octet, index) => (octet & ~(limits[index] ?? 0)) === 0);
}

/** Whether a mask hides nothing. */
function selectsAll(mask: Uint8Array, field: OxmField): boolean {
  if (mask.every((octet) => octet === 0xff)) return true;
  return field.text?.masks === "exact" && within(allOnes(field), mask);
}

function both(field: OxmField, octets: Uint8Array, mask: Uint8Array): Masked {
  const kept = octets.map((octet, index) => octet & (mask[index] ?? 0));
  return { value: field.value.read(viewOf(kept), 0), mask: field.value.read(viewOf(mask), 0) };
}

/**
 * The value without the bits that the mask hides, and without a mask that hides nothing; undefined for a mask that hides everything.
 * Throws WireError `outOfRange` or `badMask`.
 */
export function settle(field: OxmField, entry: FieldValue | Masked): FieldValue | Masked | undefined {
  const [value, mask] = parts(entry);
  if (field.variable) return settleVariable(field, value, mask);
  const octets = octetsOf(field, value);
  const ones = allOnes(field);
  if (!within(octets, ones)) {
    throw new WireError("outOfRange", `${quote(value)} does not fit the ${field.bits} bits of ${field.name}`, 0);
  }
  if (mask === undefined) {
    checkRange(field, value, 0);
    return value;
  }
  const written = octetsOf(field, mask);
  const selected = field.text?.masks === "kept" ? written.map((octet, index) => octet & (ones[index] ?? 0)) : written;
  if (selected.every((octet) => octet === 0)) return undefined;
  if (selectsAll(selected, field)) return value;
  if (!field.maskable) throw new WireError("badMask", `${field.name} takes no mask`, 0);
  return both(field, octets, selected);
}

/** Without the zeros in front, as Open vSwitch has it; a mask of nothing still wants the field to be there. */
function settleVariable(field: OxmField, value: FieldValue, mask: FieldValue | undefined): Uint8Array | Masked {
  const octets = octetsOf(field, value);
  const selected = mask === undefined ? undefined : octetsOf(field, mask);
  const all = selected?.length === field.value.size && selected.every((octet) => octet === 0xff);
  if (!selected || all) return octets.slice(zerosBefore(octets));
  const from = Math.min(zerosBefore(octets), zerosBefore(selected));
  return {
    value: octets.slice(from).map((octet, index) => octet & (selected[from + index] ?? 0)),
    mask: selected.slice(from),
  };
}

function zerosBefore(octets: Uint8Array): number {
  const first = octets.findIndex((octet) => octet !== 0);
  return first < 0 ? octets.length : first;
}

/** An entry as ovs-ofctl sends it when it has read it. */
export function sent(field: OxmField, entry: FieldValue | Masked): FieldValue | Masked | undefined {
  const settled = settle(field, entry);
  if (settled === undefined) return undefined;
  const [value, mask] = parts(settled);
  switch (field.text?.masks) {
    case "kept":
      return mask === undefined ? both(field, octetsOf(field, value), allOnes(field)) : settled;
    case "value": {
      const [written] = parts(entry);
      const octets = octetsOf(field, value);
      const selected = octetsOf(field, written);
      if (selected.every((octet) => octet === 0)) return undefined;
      return selectsAll(selected, field) ? value : both(field, octets, selected);
    }
    default:
      return settled;
  }
}

/** Reads `value` or `value/mask`, `*` for any, as ovs-ofctl sends it. Throws WireError with offsets counted from the first character. */
export function parseFieldValue(text: string, field: OxmField): FieldValue | Masked | undefined {
  const read = readFieldValue(text, field);
  return read === undefined ? undefined : sent(field, read);
}

/** The same for a header that ovs-ofctl would not send, and so does nothing to. */
export function parseHeaderValue(text: string, field: OxmField): FieldValue | Masked | undefined {
  const read = readFieldValue(text, field);
  return read === undefined ? undefined : settle(field, read);
}

/** Behind `oxm:<class>:<field>`: the bytes in hex, as {@link formatOctets} writes them, or the field's own words. */
export function parseRawHeaderValue(text: string, field: OxmField): FieldValue | Masked | undefined {
  return HEX.test(text) ? settle(field, parseHex(text, field)) : parseHeaderValue(text, field);
}

function readFieldValue(text: string, field: OxmField): FieldValue | Masked | undefined {
  if (field.text?.presence && (text === "" || text === "*")) return { value: new Uint8Array(), mask: new Uint8Array() };
  if (text === "*") return undefined;
  if (text === "") throw new WireError("syntax", `${field.text?.name ?? field.name} needs a value`, 0);
  return field.text ? field.text.value.parse(text, field) : parseHex(text, field);
}

/** A field without words of its own: the number in hex. */
function parseHex(text: string, field: OxmField): FieldValue | Masked {
  const [value, mask] = rawParts(text);
  const read = (digits: string) =>
    field.variable ? fromHex(digits) : field.value.read(viewOf(widened(digits, field.value.size)), 0);
  return mask === undefined ? read(value) : { value: read(value), mask: read(mask) };
}

function widened(digits: string, size: number): Uint8Array {
  const octets = fromHex(digits.padStart(2 * size, "0"));
  if (octets.length !== size) throw new WireError("outOfRange", `${quote(digits)} does not fit ${size} bytes`, 0);
  return octets;
}

function rawParts(text: string): readonly [string, string?] {
  const hex = HEX.exec(text);
  if (!hex) throw new WireError("syntax", `${quote(text)} is no hex number: 0x01ff or 0x01ff/0xffff is needed`, 0);
  return hex[2] === undefined ? [hex[1] ?? ""] : [hex[1] ?? "", hex[2]];
}

/** The value and the mask as they are printed behind the field's name. */
export function formatFieldValue(entry: FieldValue | Masked, field: OxmField, inMatch: boolean): string {
  const settled = settle(field, entry);
  const [value, mask] = settled === undefined ? parts(entry) : parts(settled);
  if (!field.text) return formatOctets(entry, field);
  const words = field.text.value;
  return (inMatch ? words.formatMatch?.(value, mask, field) : undefined) ?? words.format(value, mask, field);
}

/** `0x01ff/0xffff`: every byte of the field. */
export function formatOctets(entry: FieldValue | Masked, field: OxmField): string {
  const [value, mask] = parts(entry);
  const hex = (part: FieldValue) => `0x${toHex(octetsOf(field, part))}`;
  return mask === undefined ? hex(value) : `${hex(value)}/${hex(mask)}`;
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
