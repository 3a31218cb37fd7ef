/** How the kinds of field values are written: what extensions put into the `text` column of their fields, too. */
import { quote, viewOf, WireError } from "../../wire/index.ts";
import type { FieldValue, Masked, OxmField, ValueText } from "../definition.ts";
import { formatPort, parsePort } from "./names.ts";
import { hex, paddedHex, parseBigUint } from "./number.ts";

/** Exact values of a kind that text can also mask: `value/mask`. */
function parseMasked(text: string, one: (text: string) => FieldValue, mask = one): FieldValue | Masked {
  const slash = text.indexOf("/");
  if (slash < 0) return one(text);
  const value = one(text.slice(0, slash));
  try {
    return { value, mask: mask(text.slice(slash + 1)) };
  } catch (error) {
    throw error instanceof WireError ? new WireError(error.code, error.detail, slash + 1) : error;
  }
}

function integer(value: FieldValue): bigint {
  return typeof value === "bigint" || typeof value === "number" ? BigInt(value) : 0n;
}

/** Numbers of at most four bytes are `number`, wider ones `bigint`, as fields of that size read. */
function parseInteger(text: string, { value: { size } }: OxmField): FieldValue {
  const value = parseBigUint(text, 8 * size);
  return size <= 4 ? Number(value) : value;
}

function integers(format: Omit<ValueText, "parse">): ValueText {
  return { ...format, parse: (text, field) => parseMasked(text, (part) => parseInteger(part, field)) };
}

function bothHex(value: FieldValue, mask: FieldValue | undefined): string {
  return mask === undefined ? hex(integer(value)) : `${hex(integer(value))}/${hex(integer(mask))}`;
}

/** `80`; masked `80/0xff` in an action and `0x50/0xff` in a match. */
export const decimal: ValueText = integers({
  format: (value, mask) => `${integer(value)}${mask === undefined ? "" : `/${hex(integer(mask))}`}`,
  formatMatch: (value, mask) =>
    mask === undefined ? String(integer(value)) : `${paddedHex(integer(value), 1)}/${paddedHex(integer(mask), 1)}`,
});

/** `0x50`, `0x50/0xff`. */
export const hexadecimal: ValueText = integers({ format: bothHex });

/** Hexadecimal; in a match with at least `width` digits. */
export function hexOfWidth(width: number): ValueText {
  return integers({
    format: bothHex,
    formatMatch: (value, mask) =>
      [value, ...(mask === undefined ? [] : [mask])].map((part) => paddedHex(integer(part), width)).join("/"),
  });
}

/** `3`, `LOCAL`. */
export const port: ValueText = {
  format: (value) => formatPort(Number(value)),
  parse: parsePort,
};

/** Writes and reads back, so that an address has one spelling whatever the caller's. */
function canonical(value: FieldValue, field: OxmField): FieldValue {
  const view = new DataView(new ArrayBuffer(field.value.size));
  field.value.write(view, 0, value);
  return field.value.read(view, 0);
}

function parseAddress(text: string, field: OxmField): FieldValue {
  try {
    return canonical(text, field);
  } catch (error) {
    throw error instanceof WireError ? new WireError("syntax", error.detail, 0) : error;
  }
}

/** `00:00:00:00:00:01`, masked with a mask of the same form. */
export const ethernet: ValueText = {
  format: (value, mask, field) =>
    [value, ...(mask === undefined ? [] : [mask])].map((part) => String(canonical(part, field))).join("/"),
  parse: (text, field) => parseMasked(text, (part) => parseAddress(part, field)),
};

/** The number of leading ones when nothing but zeros follows them. */
function prefixLength(mask: Uint8Array): number | undefined {
  const bits = Array.from(mask, (octet) => octet.toString(2).padStart(8, "0")).join("");
  const length = bits.includes("0") ? bits.indexOf("0") : bits.length;
  return bits.includes("1", length) ? undefined : length;
}

function prefixMask(length: number, field: OxmField): FieldValue {
  const mask = new Uint8Array(field.value.size);
  for (let bit = 0; bit < length; bit++) mask[bit >> 3] = (mask[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return field.value.read(viewOf(mask), 0);
}

function parsePrefixOrMask(text: string, field: OxmField): FieldValue {
  if (!/^\d+$/.test(text)) return parseAddress(text, field);
  const bits = 8 * field.value.size;
  const length = text.length > 4 ? Infinity : Number(text);
  if (length > bits) throw new WireError("outOfRange", `prefix length ${quote(text)} is not from 0 to ${bits}`, 0);
  return prefixMask(length, field);
}

/** IPv4 and IPv6: `10.0.0.0/24`, or the whole mask where it is no prefix. */
export const ip: ValueText = {
  format(value, mask, field) {
    const address = String(canonical(value, field));
    if (mask === undefined) return address;
    const octets = new Uint8Array(field.value.size);
    field.value.write(viewOf(octets), 0, mask);
    return `${address}/${prefixLength(octets) ?? String(canonical(mask, field))}`;
  },
  parse: (text, field) =>
    parseMasked(
      text,
      (part) => parseAddress(part, field),
      (part) => parsePrefixOrMask(part, field),
    ),
};
