/** One OXM TLV with its value and mask: the element of matches and the argument of set-field. */
import { fromHex, quote, type Reader, toHex, WireError, type Writer } from "../wire/index.ts";
import type { FieldValue, Masked, OxmField, Registry } from "./definition.ts";
import {
  headerOf,
  type OxmHeader,
  parseRawFieldName,
  rawFieldName,
  readOxmHeader,
  writeOxmHeader,
} from "./oxm-header.ts";

/** A field's name with its value, plain or masked. */
export type OxmEntry = readonly [name: string, value: FieldValue | Masked];

export function isMasked(value: unknown): value is Masked {
  return typeof value === "object" && value !== null && "value" in value && "mask" in value;
}

/** Reads one TLV. A header that the registry does not know gives a raw entry with its bytes as hex. */
export function readOxm(reader: Reader, registry: Registry): OxmEntry {
  const start = reader.at;
  const header = readOxmHeader(reader);
  reader.need(header.length);
  const field = registry.fieldByHeader(header.oxmClass, header.field, header.experimenter);
  return field ? readKnown(reader, field, header, start) : readRaw(reader, header, start);
}

function readKnown(reader: Reader, field: OxmField, header: OxmHeader, start: number): OxmEntry {
  const size = field.value.size;
  if (header.length !== (header.hasMask ? 2 * size : size)) {
    throw new WireError("badLength", `${field.name} with ${header.length} bytes of payload`, start + 3, field.name);
  }
  if (header.hasMask && !field.maskable) throw new WireError("badMask", "takes no mask", start, field.name);
  checkBits(field, reader.view, reader.at, start);
  if (!header.hasMask) return [field.name, reader.field(field.value)];
  checkMask(field, reader.view, reader.at, start);
  return [field.name, { value: reader.field(field.value), mask: reader.field(field.value) }];
}

function readRaw(reader: Reader, header: OxmHeader, start: number): OxmEntry {
  const name = rawFieldName(header);
  if (!header.hasMask) return [name, toHex(reader.take(header.length))];
  if (header.length % 2 !== 0) throw new WireError("badLength", `${name} has a mask and an odd length`, start + 3);
  const half = header.length / 2;
  return [name, { value: toHex(reader.take(half)), mask: toHex(reader.take(half)) }];
}

/** Writes one TLV; throws WireError `unknownField`, `badMask`, `badValue` or `outOfRange`. */
export function writeOxm(writer: Writer, [name, entry]: OxmEntry, registry: Registry): void {
  const field = registry.fieldByName(name);
  if (!field) {
    writeRaw(writer, name, entry);
    return;
  }
  const start = writer.offset;
  const masked = isMasked(entry);
  if (masked && !field.maskable) throw new WireError("badMask", "takes no mask", start);
  writeOxmHeader(writer, headerOf(field, masked));
  const at = writer.at;
  writer.field(field.value, masked ? entry.value : entry);
  checkBits(field, writer.view, at, start);
  if (!masked) return;
  writer.field(field.value, entry.mask);
  checkMask(field, writer.view, writer.at - 2 * field.value.size, start);
}

function writeRaw(writer: Writer, name: string, entry: FieldValue | Masked): void {
  const id = parseRawFieldName(name);
  if (!id) throw new WireError("unknownField", `${quote(name)} is no field that this codec knows`, writer.offset);
  const masked = isMasked(entry);
  const value = rawBytes(masked ? entry.value : entry, writer.offset);
  const mask = masked ? rawBytes(entry.mask, writer.offset) : new Uint8Array();
  if (masked && mask.length !== value.length)
    throw new WireError("badMask", "value and mask differ in length", writer.offset);
  const length = value.length + mask.length;
  if (length > 0xff - 4) throw new WireError("tooLong", `${length} bytes do not fit an OXM field`, writer.offset);
  writeOxmHeader(writer, { ...id, hasMask: masked, length });
  writer.raw(value);
  writer.raw(mask);
}

function rawBytes(value: FieldValue, offset: number): Uint8Array {
  if (typeof value !== "string") throw new WireError("badValue", `${quote(value)} is no hex text`, offset);
  return fromHex(value);
}

/** A 13-bit value in 16 bits leaves three bits that must be zero. */
function checkBits(field: OxmField, view: DataView, at: number, start: number): void {
  const spare = 8 * field.value.size - field.bits;
  if (spare <= 0) return;
  for (let bit = 0; bit < spare; bit++) {
    if (view.getUint8(at + (bit >> 3)) & (0x80 >> (bit & 7))) {
      throw new WireError("outOfRange", `more than ${field.bits} bits`, start);
    }
  }
}

function checkMask(field: OxmField, view: DataView, at: number, start: number): void {
  const size = field.value.size;
  for (let index = 0; index < size; index++) {
    if (view.getUint8(at + index) & ~view.getUint8(at + size + index)) {
      throw new WireError("badMask", "the value has bits that the mask has not", start, field.name);
    }
  }
}
