/** Some bits of a match field, as Nicira actions name them: `NXM_NX_REG0[0..15]`. */
import type { OxmField, Registry } from "../ofp/definition.ts";
import { OxmClass } from "../ofp/enums/match.ts";
import { isObject, quote, WireError } from "../wire/index.ts";
import { requireUint } from "../wire/require.ts";

/** Bits `offset` to `offset + bits - 1` of a field, bit 0 being the lowest: `{ field: "reg0", offset: 0, bits: 32 }`. */
export interface Subfield {
  /**
   * A name as in a match. ovs-ofctl writes the NXM header of a field that has one: `ipv4DstNxm` is what it sends for `ip_dst`;
   * a switch takes either.
   */
  readonly field: string;
  readonly offset: number;
  /** How many, at least 1. */
  readonly bits: number;
}

/** The highest offset that the formats of Nicira's actions can express. */
const MAX_OFFSET = 0x3ff;
/** OVS meta-flow.h: fields that actions see wider or narrower than matches do. */
const OTHER_WIDTHS: Readonly<Record<string, number>> = { vlanVid: 12, ctState: 32 };

/** The subfield with its numbers checked; throws RangeError or TypeError naming the argument. */
export function requireSubfield(name: string, { field, offset, bits }: Subfield, maxBits: number): Subfield {
  if (typeof field !== "string") throw new TypeError(`${name}.field must be a string, not ${quote(field)}`);
  requireUint(`${name}.offset`, offset, 10);
  if (requireUint(`${name}.bits`, bits, 11) < 1 || bits > maxBits) {
    throw new RangeError(`${name}.bits must be from 1 to ${maxBits}, not ${bits}`);
  }
  return { field, offset, bits };
}

/** How many bits an action reads and writes: of a VLAN id not the one that says that there is a tag. */
export function widthOf({ name, bits }: OxmField): number {
  return OTHER_WIDTHS[name] ?? bits;
}

/** The field of a subfield. Throws WireError when there is none, or when it has not these bits. */
export function fieldOf(subfield: Subfield, registry: Registry, at: number): OxmField {
  if (!isObject(subfield)) throw new WireError("badValue", `${quote(subfield)} is no subfield`, at);
  const { field: name, offset, bits } = subfield;
  const field = registry.fieldByName(name);
  if (!field) throw new WireError("unknownField", `${quote(name)} is no field that this codec knows`, at);
  if (!Number.isInteger(offset) || !Number.isInteger(bits) || offset < 0 || bits < 1 || offset > MAX_OFFSET) {
    throw new WireError("outOfRange", `${name} has no ${quote(bits)} bits from bit ${quote(offset)} on`, at);
  }
  if (offset + bits > widthOf(field)) {
    throw new WireError("outOfRange", `${name} has ${widthOf(field)} bits, not ${offset + bits}`, at);
  }
  return field;
}

/** The 32-bit header of a field without mask; undefined for an experimenter's field, whose header has 64 bits. */
export function shortHeader(field: OxmField): number | undefined {
  if (field.oxmClass === OxmClass.experimenter) return undefined;
  return ((field.oxmClass << 16) | (field.field << 9) | field.value.size) >>> 0;
}

/** The field of a 32-bit header; undefined when no table has exactly this header without mask. */
export function fieldByShortHeader(header: number, registry: Registry): OxmField | undefined {
  const field = registry.fieldByHeader(header >>> 16, (header >>> 9) & 0x7f, 0);
  return field && shortHeader(field) === header ? field : undefined;
}

/** `NXM_NX_REG0[]`, `NXM_NX_REG0[3]`, `NXM_NX_REG0[0..15]`: the NXM name where the field has one, as ovs-ofctl prints it. */
export function formatSubfield({ field: name, offset, bits }: Subfield, registry: Registry): string {
  const field = registry.fieldByName(name);
  if (!field) return `${name}[${offset}..${offset + bits - 1}]`;
  const range = bits === 1 ? `${offset}` : `${offset}..${offset + bits - 1}`;
  return `${nxmOf(field, registry).oxmName}[${offset === 0 && bits === widthOf(field) ? "" : range}]`;
}

// No two runs of blanks touch: a long one would be divided between them in every way.
const SUBFIELD = /^\s*([A-Za-z_][A-Za-z_0-9]*)\s*(?:\[\s*(?:(\d{1,4})\s*(?:\.\.\s*(\d{1,4})\s*)?)?\]\s*)?$/;

/** Reads what {@link formatSubfield} writes, and ovs-ofctl's own names (`ip_dst`), which mean the NXM header. */
export function parseSubfield(text: string, registry: Registry): Subfield {
  const parts = SUBFIELD.exec(text);
  if (!parts) throw new WireError("syntax", `${quote(text)} is no subfield like NXM_NX_REG0[0..15]`, 0);
  const [, word = "", first, last] = parts;
  const known = registry.fieldByText(word);
  if (!known) throw new WireError("unknownField", `${quote(word)} is no field that this codec knows`, 0);
  const field = nxmOf(known, registry);
  const offset = Number(first ?? 0);
  const bits = widthOf(field);
  const end = first === undefined ? bits - 1 : Number(last ?? first);
  if (end < offset || end >= bits) {
    throw new WireError("outOfRange", `${word} has bits 0 to ${bits - 1}, not ${offset} to ${end}`, 0);
  }
  return { field: field.name, offset, bits: end - offset + 1 };
}

/** The same field with its NXM header, or the field itself when it has none. */
function nxmOf(field: OxmField, registry: Registry): OxmField {
  const candidate = registry.fieldByName(`${field.name}Nxm`);
  return candidate?.text?.alternate ? candidate : field;
}
