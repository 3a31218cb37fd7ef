/** A match field without a value: the OXM header alone, as the features of a table list them (OpenFlow 1.3.5 §7.3.5.5.2). */
import { isObject, quote, type Reader, WireError, type Writer } from "../wire/index.ts";
import type { Registry } from "./definition.ts";
import { OxmClass } from "./enums/match.ts";
import { headerOf, type OxmHeader, parseRawFieldName, rawFieldName, writeOxmHeader } from "./oxm-header.ts";

/** A match field without a value. */
export interface OxmId {
  /** Its key in a match; `oxm:<class>:<field>[:<experimenter>]` for a field that this codec does not know. */
  readonly field: string;
  /** Whether the switch takes masks of it. */
  readonly hasMask: boolean;
  /**
   * The length in the header, that of an experimenter id not counted. Absent when it is that of the field's value, and its mask where
   * `hasMask`; some switches say 0.
   */
  readonly length?: number;
}

const EXPERIMENTER_ID = 4;
const MAX_LENGTH = 0xff;

export function readOxmId(reader: Reader, registry: Registry): OxmId {
  const start = reader.at;
  const oxmClass = reader.u16();
  const fieldAndMask = reader.u8();
  const total = reader.u8();
  const extra = oxmClass === OxmClass.experimenter ? EXPERIMENTER_ID : 0;
  if (total < extra) throw new WireError("badLength", `length ${total} does not count the experimenter id`, start + 3);
  const experimenter = extra === 0 ? 0 : reader.u32();
  const number = fieldAndMask >> 1;
  const hasMask = (fieldAndMask & 1) === 1;
  const length = total - extra;
  const known = registry.fieldByHeader(oxmClass, number, experimenter);
  if (!known) return { field: rawFieldName(oxmClass, number, experimenter), hasMask, length };
  return headerOf(known, hasMask).length === length
    ? { field: known.name, hasMask }
    : { field: known.name, hasMask, length };
}

export function writeOxmId(writer: Writer, id: OxmId, registry: Registry): void {
  const header = headerFor(id, registry, writer.offset);
  const max = header.oxmClass === OxmClass.experimenter ? MAX_LENGTH - EXPERIMENTER_ID : MAX_LENGTH;
  if (!(Number.isInteger(header.length) && header.length >= 0 && header.length <= max)) {
    throw new WireError(
      "outOfRange",
      `${quote(header.length)} is not an integer from 0 to ${max}`,
      writer.offset,
      "length",
    );
  }
  writeOxmHeader(writer, header);
}

function headerFor(id: OxmId, registry: Registry, offset: number): OxmHeader {
  if (!isObject(id)) throw new WireError("badValue", `${quote(id)} is no field with a mask or without`, offset);
  const { field, hasMask, length } = id;
  if (typeof hasMask !== "boolean")
    throw new WireError("badValue", `${quote(hasMask)} is no boolean`, offset, "hasMask");
  const known = registry.fieldByName(field);
  if (known) {
    const header = headerOf(known, hasMask);
    return length === undefined ? header : { ...header, length };
  }
  const raw = typeof field === "string" ? parseRawFieldName(field) : undefined;
  if (!raw) throw new WireError("unknownField", `${quote(field)} is no field that this codec knows`, offset, "field");
  if (length === undefined) {
    throw new WireError("badValue", "a field that this codec does not know needs one", offset, "length");
  }
  return { ...raw, hasMask, length };
}
