/** One OXM TLV with its value and mask: the element of matches and the argument of set-field. */
import { fromHex, quote, type Reader, toHexRange, u32, viewOf, WireError, type Writer } from "../wire/index.ts";
import type { FieldValue, Masked, OxmField, Registry } from "./definition.ts";
import { OxmClass } from "./enums/match.ts";
import { headerOf, parseRawFieldName, rawFieldName, writeOxmHeader } from "./oxm-header.ts";

/** What stands between the header of an experimenter's field and its value, and counts in its length. */
const EXPERIMENTER_ID = u32.size;
const MAX_LENGTH = 0xff;

/** A field's name with its value, plain or masked. */
export type OxmEntry = readonly [name: string, value: FieldValue | Masked];

export function isMasked(value: unknown): value is Masked {
  return typeof value === "object" && value !== null && "value" in value && "mask" in value;
}

/** The value of a field that is matched exactly. */
export function exact(value: FieldValue | Masked | undefined): FieldValue | undefined {
  return isMasked(value) ? undefined : value;
}

/** Where read fields are put. */
export type OxmTarget = Record<string, FieldValue | Masked>;

/**
 * Reads one TLV into `target`, which must not have the field yet. Returns the field's row, or undefined for a header that the
 * registry does not know: its bytes become hex under its raw name.
 */
export function readOxm(reader: Reader, registry: Registry, target: OxmTarget): OxmField | undefined {
  const start = reader.at;
  const oxmClass = reader.u16();
  const fieldAndMask = reader.u8();
  const total = reader.u8();
  const extra = oxmClass === OxmClass.experimenter ? EXPERIMENTER_ID : 0;
  if (total < extra) throw new WireError("badLength", `length ${total} has no room for the experimenter id`, start + 3);
  const experimenter = extra === 0 ? 0 : reader.u32();
  const length = total - extra;
  reader.need(length);
  const field = registry.fieldByHeader(oxmClass, fieldAndMask >> 1, experimenter);
  const name = field?.name ?? rawFieldName(oxmClass, fieldAndMask >> 1, experimenter);
  if (Object.hasOwn(target, name)) throw new WireError("duplicate", "given twice", start, name);
  const hasMask = (fieldAndMask & 1) === 1;
  target[name] = field
    ? readKnown(reader, field, hasMask, length, start)
    : readRaw(reader, name, hasMask, length, start);
  return field;
}

function readKnown(
  reader: Reader,
  field: OxmField,
  hasMask: boolean,
  length: number,
  start: number,
): FieldValue | Masked {
  if (field.variable) return readVariable(reader, field, hasMask, length, start);
  const size = field.value.size;
  if (length !== (hasMask ? 2 * size : size)) {
    throw new WireError("badLength", `${field.name} with ${length} bytes of payload`, start + 3, field.name);
  }
  if (hasMask && !field.maskable) throw new WireError("badMask", "takes no mask", start, field.name);
  checkBits(field, reader.view, reader.at, start);
  if (!hasMask) return reader.field(field.value);
  checkMask(field, reader.view, reader.at, field.value.size, start);
  return { value: reader.field(field.value), mask: reader.field(field.value) };
}

function readVariable(
  reader: Reader,
  field: OxmField,
  hasMask: boolean,
  length: number,
  start: number,
): Uint8Array | Masked<Uint8Array> {
  const size = hasMask ? length / 2 : length;
  if (!Number.isInteger(size) || size > field.value.size) {
    throw new WireError("badLength", `${field.name} with ${length} bytes of payload`, start + 3, field.name);
  }
  if (!hasMask) return reader.take(size);
  checkMask(field, reader.view, reader.at, size, start);
  return { value: reader.take(size), mask: reader.take(size) };
}

function readRaw(
  reader: Reader,
  name: string,
  hasMask: boolean,
  length: number,
  start: number,
): string | Masked<string> {
  if (!hasMask) return takeHex(reader, length);
  if (length % 2 !== 0) throw new WireError("badLength", `${name} has a mask and an odd length`, start + 3);
  return { value: takeHex(reader, length / 2), mask: takeHex(reader, length / 2) };
}

function takeHex(reader: Reader, length: number): string {
  const start = reader.at;
  reader.skip(length);
  return toHexRange(reader.bytes, start, reader.at);
}

/**
 * Writes one TLV and returns the entry that it decodes to, which differs from the given one when that has a raw name and not as this
 * library writes it. Throws WireError `unknownField`, `badMask`, `badValue` or `outOfRange`.
 */
export function writeOxm(writer: Writer, given: OxmEntry, registry: Registry): OxmEntry {
  const [name, entry] = given;
  const field = registry.fieldByName(name);
  if (!field) return writeRaw(writer, name, entry, registry);
  const start = writer.offset;
  const masked = isMasked(entry);
  if (field.variable) {
    writeVariable(writer, field, entry);
    return given;
  }
  if (masked && !field.maskable) throw new WireError("badMask", "takes no mask", start);
  writeOxmHeader(writer, headerOf(field, masked));
  writer.field(field.value, masked ? entry.value : entry);
  // Counted from the end: a writer that grows moves what it has.
  checkBits(field, writer.view, writer.at - field.value.size, start);
  if (!masked) return given;
  writer.field(field.value, entry.mask);
  checkMask(field, writer.view, writer.at - 2 * field.value.size, field.value.size, start);
  return given;
}

function writeVariable(writer: Writer, field: OxmField, entry: FieldValue | Masked): void {
  const start = writer.offset;
  const [value, mask] = isMasked(entry) ? [entry.value, entry.mask] : [entry, undefined];
  if (!(value instanceof Uint8Array) || value.length > field.value.size) {
    throw new WireError("badValue", `${quote(value)} is not at most ${field.value.size} bytes`, start);
  }
  writeOxmHeader(writer, {
    ...headerOf(field, mask !== undefined),
    length: value.length * (mask === undefined ? 1 : 2),
  });
  writer.raw(value);
  if (mask === undefined) return;
  if (!(mask instanceof Uint8Array) || mask.length !== value.length) {
    throw new WireError("badMask", "value and mask differ in length", start);
  }
  writer.raw(mask);
  checkMask(field, writer.view, writer.at - 2 * value.length, value.length, start);
}

function writeRaw(writer: Writer, name: string, entry: FieldValue | Masked, registry: Registry): OxmEntry {
  const id = parseRawFieldName(name);
  if (!id) throw new WireError("unknownField", `${quote(name)} is no field that this codec knows`, writer.offset);
  const known = registry.fieldByHeader(id.oxmClass, id.field, id.experimenter);
  if (known) return writeOxm(writer, [known.name, knownEntry(known, entry, writer.offset)], registry);
  const masked = isMasked(entry);
  const value = rawBytes(masked ? entry.value : entry, writer.offset);
  const mask = masked ? rawBytes(entry.mask, writer.offset) : new Uint8Array();
  if (masked && mask.length !== value.length)
    throw new WireError("badMask", "value and mask differ in length", writer.offset);
  const length = value.length + mask.length;
  if (length > MAX_LENGTH - (id.oxmClass === OxmClass.experimenter ? EXPERIMENTER_ID : 0)) {
    throw new WireError("tooLong", `${length} bytes do not fit an OXM field`, writer.offset);
  }
  writeOxmHeader(writer, { ...id, hasMask: masked, length });
  writer.raw(value);
  writer.raw(mask);
  return [rawFieldName(id.oxmClass, id.field, id.experimenter), entry];
}

/** The value that hex stands for in a field that a table has. */
function knownEntry(field: OxmField, entry: FieldValue | Masked, offset: number): FieldValue | Masked {
  const one = (hex: FieldValue): FieldValue => {
    const octets = rawBytes(hex, offset);
    if (field.variable) return octets;
    if (octets.length === field.value.size) return field.value.read(viewOf(octets), 0);
    throw new WireError("badLength", `${field.name} with ${octets.length} bytes of payload`, offset);
  };
  return isMasked(entry) ? { value: one(entry.value), mask: one(entry.mask) } : one(entry);
}

function rawBytes(value: FieldValue, offset: number): Uint8Array {
  if (typeof value !== "string") throw new WireError("badValue", `${quote(value)} is no hex text`, offset);
  return fromHex(value);
}

/** A 13-bit value in 16 bits leaves three bits that must be zero. */
function checkBits(field: OxmField, view: DataView, at: number, start: number): void {
  const spare = 8 * field.value.size - field.bits;
  for (let bit = 0; bit < spare; bit++) {
    if (view.getUint8(at + (bit >> 3)) & (0x80 >> (bit & 7))) {
      throw new WireError("outOfRange", `more than ${field.bits} bits`, start);
    }
  }
  if (field.range) checkRange(field, field.value.read(view, at), start);
}

/** Throws WireError `outOfRange` for a number that means nothing in the field. */
export function checkRange({ range }: OxmField, value: FieldValue, offset: number): void {
  if (!range || typeof value !== "number" || (value >= range[0] && value <= range[1])) return;
  throw new WireError("outOfRange", `${value} is not from ${range[0]} to ${range[1]}`, offset);
}

function checkMask(field: OxmField, view: DataView, at: number, size: number, start: number): void {
  for (let index = 0; index < size; index++) {
    if (view.getUint8(at + index) & ~view.getUint8(at + size + index)) {
      throw new WireError("badMask", "the value has bits that the mask has not", start, field.name);
    }
  }
}
