/** The header of one OXM TLV (OpenFlow 1.3.5 §7.2.3.2): class 16, field 7, has-mask 1, length 8; class 0xffff adds 32 bits. */
import type { Writer } from "../wire/index.ts";
import type { OxmField } from "./definition.ts";
import { OxmClass } from "./enums/match.ts";

export interface OxmHeader {
  readonly oxmClass: number;
  readonly field: number;
  readonly hasMask: boolean;
  /** Length of value and mask together, without the experimenter id. */
  readonly length: number;
  /** 0 unless the class is 0xffff. */
  readonly experimenter: number;
}

export function writeOxmHeader(writer: Writer, header: OxmHeader): void {
  const extra = header.oxmClass === OxmClass.experimenter ? 4 : 0;
  writer.u16(header.oxmClass);
  writer.u8((header.field << 1) | (header.hasMask ? 1 : 0));
  writer.u8(header.length + extra);
  if (extra !== 0) writer.u32(header.experimenter);
}

/** The header that a table row stands for. */
export function headerOf(field: OxmField, hasMask: boolean): OxmHeader {
  return {
    oxmClass: field.oxmClass,
    field: field.field,
    hasMask,
    length: hasMask ? 2 * field.value.size : field.value.size,
    experimenter: field.experimenter ?? 0,
  };
}

const RAW_NAME = /^oxm:(0x[0-9a-f]{1,4}|\d{1,5}):(\d{1,3})(?::(0x[0-9a-f]{1,8}|\d{1,10}))?$/i;

/** The key of a field that no table knows: `oxm:0x8000:45`, with the experimenter when there is one. */
export function rawFieldName(oxmClass: number, field: number, experimenter: number): string {
  const name = rawClassName(oxmClass) + String(field);
  return oxmClass === OxmClass.experimenter ? `${name}:0x${hexDigits(experimenter, 8)}` : name;
}

/** The raw name of a field that a table knows. */
export function rawNameOf(field: OxmField): string {
  return rawFieldName(field.oxmClass, field.field, field.experimenter ?? 0);
}

/** The last name made: fields of one class follow each other, and a match of nothing else must not cost much memory. */
let lastClass: { readonly oxmClass: number; readonly name: string } | undefined;

function rawClassName(oxmClass: number): string {
  if (lastClass?.oxmClass !== oxmClass) lastClass = { oxmClass, name: `oxm:0x${hexDigits(oxmClass, 4)}:` };
  return lastClass.name;
}

function hexDigits(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** The inverse of {@link rawFieldName}; undefined for any other text. */
export function parseRawFieldName(name: string): { oxmClass: number; field: number; experimenter: number } | undefined {
  const parts = RAW_NAME.exec(name);
  if (!parts) return undefined;
  const [oxmClass, field, experimenter] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
  const isExperimenter = oxmClass === OxmClass.experimenter;
  if (oxmClass > 0xffff || field > 0x7f || experimenter > 0xffffffff) return undefined;
  return isExperimenter === (parts[3] !== undefined) ? { oxmClass, field, experimenter } : undefined;
}
