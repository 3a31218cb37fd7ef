/** Subfields on the wire, as most of Nicira's actions carry them: a 32-bit header, and offset and width in 16 bits. */
import type { ExperimenterAction } from "../ofp/action.ts";
import type { OxmField, Registry, SeenFields, Tagged } from "../ofp/definition.ts";
import { type Reader, shifted, WireError } from "../wire/index.ts";
import { NICIRA } from "./experimenter.ts";
import { fieldByShortHeader, fieldOf, parseSubfield, type Subfield, shortHeader } from "./subfield.ts";

/** What the 6 bits of a width can say. */
export const MAX_WIDTH = 64;
/** Of the subtype, which stands before what a definition reads. */
const SUBTYPE_SIZE = 2;

/** OVS nx-match.h, nxm_encode_ofs_nbits: the offset stands above 6 bits of the number of bits less one. */
export function packRange({ offset, bits }: Subfield, at: number): number {
  if (bits > MAX_WIDTH) throw new WireError("outOfRange", `${bits} bits, at most ${MAX_WIDTH}`, at);
  return (offset << 6) | (bits - 1);
}

/** The subfield of a header and a range; undefined for a field that no table has. Throws WireError for bits that it has not. */
export function readSubfield(header: number, ofsNbits: number, registry: Registry, at: number): Subfield | undefined {
  return subfieldAt(header, ofsNbits >> 6, (ofsNbits & 0x3f) + 1, registry, at);
}

/** The same with offset and number of bits apart. */
export function subfieldAt(
  header: number,
  offset: number,
  bits: number,
  registry: Registry,
  at: number,
): Subfield | undefined {
  const field = fieldByShortHeader(header, registry);
  if (!field) return undefined;
  const subfield = { field: field.name, offset, bits };
  fieldOf(subfield, registry, at);
  return subfield;
}

/** The 32-bit header of a subfield that exists. Throws WireError when it does not, or has a 64-bit header only. */
export function headerOf(subfield: Subfield, registry: Registry, at: number): number {
  return requireShort(fieldOf(subfield, registry, at), at);
}

function requireShort(field: OxmField, at: number): number {
  const header = shortHeader(field);
  if (header === undefined) throw new WireError("unsupported", `${field.name} has no 32-bit header`, at);
  return header;
}

/** Reads a subfield that stands `offset` characters into a text and has a 32-bit header. */
export function parseShortSubfield(text: string, offset: number, registry: Registry): Subfield {
  try {
    const subfield = parseSubfield(text, registry);
    headerOf(subfield, registry, 0);
    return subfield;
  } catch (error) {
    throw shifted(offset, error);
  }
}

/** The same, and something may be written there. */
export function parseDestination(text: string, offset: number, registry: Registry): Subfield {
  const subfield = parseShortSubfield(text, offset, registry);
  requireWritable(subfield, offset, registry);
  return subfield;
}

/** Throws WireError `badValue` for a field that actions may not write. */
export function requireWritable({ field }: Subfield, at: number, registry: Registry): void {
  if (registry.fieldByName(field)?.text?.readOnly) throw new WireError("badValue", `${field} is read-only`, at);
}

/** What a subfield needs that is not among the fields `seen`. */
export function lacking({ field }: Subfield, seen: SeenFields, registry: Registry): string | undefined {
  return registry.fieldByName(field)?.missing?.(seen);
}

/**
 * An action that cannot be understood, for a field that no table has, as an action of its experimenter with its bytes: from `start`,
 * where the reader was behind the subtype, to `end`, beyond which an action of one size has nothing.
 */
export function opaque(reader: Reader, start: number, end = reader.end): Tagged {
  reader.at = start - SUBTYPE_SIZE;
  const data = reader.take(end - reader.at);
  const action: ExperimenterAction = { type: "experimenter", experimenter: NICIRA, data };
  return action;
}
