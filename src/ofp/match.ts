/** OpenFlow 1.3.5 §7.2.3: struct ofp_match, a list of OXM TLVs. */
import { isObject, quote, type Reader, WireError, type Writer, within } from "../wire/index.ts";
import type { FieldValue, Masked, OxmField, Registry } from "./definition.ts";
import { type OxmEntry, type OxmTarget, readOxm, writeOxm } from "./oxm.ts";
import { partsOf } from "./parts.ts";

export { exact } from "./oxm.ts";

type Numeric = number | Masked<number>;
type Address = string | Masked<string>;

/**
 * A match: field names to values, in the order they have on the wire. A field without a mask is its value; with one,
 * `{ value, mask }`. Names that are not listed here belong to an extension (or are raw, `oxm:<class>:<field>`); the codec checks
 * them when it encodes.
 */
export interface Match {
  readonly inPort?: number;
  readonly inPhyPort?: number;
  readonly metadata?: bigint | Masked<bigint>;
  readonly ethDst?: Address;
  readonly ethSrc?: Address;
  readonly ethType?: number;
  /** 13 bits: the VLAN id with 0x1000 for "a tag is present"; 0 for "no tag". */
  readonly vlanVid?: Numeric;
  readonly vlanPcp?: number;
  /** 6 bits. */
  readonly ipDscp?: number;
  readonly ipEcn?: number;
  readonly ipProto?: number;
  readonly ipv4Src?: Address;
  readonly ipv4Dst?: Address;
  readonly tcpSrc?: Numeric;
  readonly tcpDst?: Numeric;
  readonly udpSrc?: Numeric;
  readonly udpDst?: Numeric;
  readonly sctpSrc?: Numeric;
  readonly sctpDst?: Numeric;
  readonly icmpv4Type?: number;
  readonly icmpv4Code?: number;
  readonly arpOp?: number;
  readonly arpSpa?: Address;
  readonly arpTpa?: Address;
  readonly arpSha?: Address;
  readonly arpTha?: Address;
  readonly ipv6Src?: Address;
  readonly ipv6Dst?: Address;
  /** 20 bits. */
  readonly ipv6Flabel?: Numeric;
  readonly icmpv6Type?: number;
  readonly icmpv6Code?: number;
  readonly ipv6NdTarget?: Address;
  readonly ipv6NdSll?: Address;
  readonly ipv6NdTll?: Address;
  /** 20 bits. */
  readonly mplsLabel?: number;
  readonly mplsTc?: number;
  readonly mplsBos?: number;
  /** 24 bits. */
  readonly pbbIsid?: Numeric;
  readonly tunnelId?: bigint | Masked<bigint>;
  /** 9 bits. */
  readonly ipv6Exthdr?: Numeric;
  readonly [extensionField: string]: FieldValue | Masked | undefined;
}

/** OFPMT_OXM, the only match type of OpenFlow 1.3. */
const OXM_MATCH = 1;
const HEADER = 4;

/** What a match says so far, by first names. */
type Seen = Map<string, FieldValue | Masked>;

/** Whether fields without their prerequisites are errors. A switch may report fields that no match would be allowed. */
export type Strictness = "strict" | "lenient";

/** Reads a match and the padding to 8 bytes behind it. */
export function readMatch(reader: Reader, registry: Registry, strictness: Strictness = "strict"): Match {
  const start = reader.at;
  const type = reader.u16();
  const length = reader.u16();
  if (type !== OXM_MATCH) throw new WireError("badType", `match type ${type} instead of 1 (OXM)`, start);
  if (length < HEADER) throw new WireError("badLength", `match length ${length} is below ${HEADER}`, start + 2);
  const match = reader.element(length - HEADER, () => readFields(reader, registry, strictness));
  reader.skip(-length & 7);
  return match;
}

/** What may stand among the fields of a match without being one: a key of its own. */
export interface Aside {
  readonly name: string;
  /** Undefined, and nothing is read, when something else stands next. */
  read(reader: Reader): FieldValue | Masked | undefined;
  write(writer: Writer, value: FieldValue | Masked): void;
}

/** Reads the fields of a match up to the reader's end: what Nicira calls an nx_match, without header and padding. */
export function readFields(
  reader: Reader,
  registry: Registry,
  strictness: Strictness = "strict",
  aside?: Aside,
): Match {
  const seen: Seen = new Map();
  const match: OxmTarget = {};
  while (reader.at < reader.end) {
    const at = reader.at;
    const other = aside?.read(reader);
    if (aside && other !== undefined) {
      note(seen, aside.name, other, undefined, registry, at, aside.name);
      match[aside.name] = other;
      continue;
    }
    const field = readOxm(reader, registry, match);
    if (!field) continue;
    if (strictness === "strict") checkPrerequisite(field, seen, at, field.name);
    const value = match[field.name];
    if (value !== undefined) note(seen, field.name, value, field, registry, at, field.name);
  }
  return match;
}

/** Writes a match and the padding to 8 bytes behind it, fields in the order of the object's keys. */
export function writeMatch(writer: Writer, match: Match, registry: Registry, strictness: Strictness = "strict"): void {
  const start = writer.offset;
  writer.u16(OXM_MATCH);
  writer.u16(0);
  writeFields(writer, match, registry, strictness);
  writer.patchU16(start + 2, writer.offset - start);
  writer.align8(start);
}

/** Writes the fields of a match without header and padding, in the order of the object's keys. */
export function writeFields(
  writer: Writer,
  match: Match,
  registry: Registry,
  strictness: Strictness = "strict",
  aside?: Aside,
): void {
  if (!isObject(match)) throw new WireError("badValue", `${quote(match)} is no match`, writer.offset);
  const seen: Seen = new Map();
  for (const name of Object.keys(match)) {
    const value = match[name];
    if (value === undefined) continue;
    try {
      const offset = writer.offset;
      if (name === aside?.name) {
        aside.write(writer, value);
        continue;
      }
      const [written, entry] = writeOxm(writer, [name, value], registry);
      const field = registry.fieldByName(written);
      if (strictness === "strict") checkPrerequisite(field, seen, offset, "");
      note(seen, written, entry, field, registry, offset, "");
    } catch (error) {
      throw within(name, error);
    }
  }
}

/** The fields of a match that are set, in order. */
export function matchEntries(match: Match): OxmEntry[] {
  const entries: OxmEntry[] = [];
  for (const name of Object.keys(match)) {
    const value = match[name];
    if (value !== undefined) entries.push([name, value]);
  }
  return entries;
}

/** What a match says, by the first names of fields: a header that stands for others counts as those. */
export function seenFields(match: Match, registry: Registry): Seen {
  const seen: Seen = new Map();
  for (const [name, value] of matchEntries(match)) {
    const field = registry.fieldByName(name);
    if (!field?.parts) seen.set(name, value);
    else for (const [part, entry] of partsOf(field, value, registry)) if (entry !== undefined) seen.set(part, entry);
  }
  return seen;
}

/** Throws WireError `duplicate` for what an earlier header has said. */
function note(
  seen: Seen,
  name: string,
  value: FieldValue | Masked,
  field: OxmField | undefined,
  registry: Registry,
  offset: number,
  path: string,
): void {
  const entries = field?.parts ? partsOf(field, value, registry) : undefined;
  const twice = entries ? entries.find(([part]) => seen.has(part))?.[0] : seen.has(name) ? name : undefined;
  if (twice !== undefined) {
    throw new WireError("duplicate", twice === name ? "given twice" : `${twice} is given twice`, offset, path);
  }
  if (!entries) seen.set(name, value);
  else for (const [part, entry] of entries) if (entry !== undefined) seen.set(part, entry);
}

function checkPrerequisite(field: OxmField | undefined, seen: Seen, offset: number, path: string): void {
  const missing = field?.missing?.(seen);
  if (missing !== undefined) throw new WireError("badPrerequisite", `needs ${missing} before it`, offset, path);
}
