/** Open vSwitch, nicira-ext.h, "nx_match": the fields of a match whose length stands before it in the message, and zeros behind. */
import type { FieldValue, Registry } from "../../ofp/definition.ts";
import { type Aside, type Match, readFields, type Strictness, writeFields } from "../../ofp/match.ts";
import { isMasked } from "../../ofp/oxm.ts";
import { part } from "../../ofp/part.ts";
import { quote, type Reader, u32, u64, WireError, type Writer } from "../../wire/index.ts";

/** Reads a match of `length` bytes, and the zeros up to a multiple of 8. */
export function readNxMatch(
  reader: Reader,
  length: number,
  registry: Registry,
  strictness?: Strictness,
  aside?: Aside,
): Match {
  return part("match", () => {
    const match = reader.element(length, () => readFields(reader, registry, strictness, aside));
    reader.skip(-length & 7);
    return match;
  });
}

/** Writes a match and its padding; its length goes to `lengthAt`, an earlier offset. */
export function writeNxMatch(
  writer: Writer,
  match: Match,
  lengthAt: number,
  registry: Registry,
  strictness?: Strictness,
  aside?: Aside,
): void {
  part("match", () => {
    const start = writer.offset;
    writeFields(writer, match, registry, strictness, aside);
    writer.patchU16(lengthAt, writer.offset - start);
    writer.align8(start);
  });
}

/** NXM_NX_COOKIE: 64 bits under the class and number that mpls_ttl has, too, with 8. */
const COOKIE = 0x00013c08;
const COOKIE_MASKED = 0x00013d10;
const ALL = 0xffff_ffff_ffff_ffffn;

function bits(value: FieldValue, offset: number): bigint {
  if (typeof value !== "bigint") throw new WireError("badValue", `${quote(value)} is no bigint`, offset);
  return value;
}

function checkMask(value: bigint, mask: bigint, offset: number): void {
  if (value & ~mask) throw new WireError("badMask", "the value has bits that the mask has not", offset);
}

/** The cookie by which a flow-mod selects flows, in its match. */
export const cookieAside: Aside = {
  name: "cookie",
  read(reader) {
    if (reader.remaining < u32.size) return undefined;
    const header = reader.view.getUint32(reader.at);
    if (header !== COOKIE && header !== COOKIE_MASKED) return undefined;
    reader.skip(u32.size);
    const start = reader.at;
    const value = reader.field(u64);
    if (header === COOKIE) return value;
    const mask = reader.field(u64);
    checkMask(value, mask, start);
    return { value, mask };
  },
  write(writer, given) {
    writer.u32(isMasked(given) ? COOKIE_MASKED : COOKIE);
    const value = bits(isMasked(given) ? given.value : given, writer.offset);
    const mask = bits(isMasked(given) ? given.mask : ALL, writer.offset);
    checkMask(value, mask, writer.offset);
    writer.field(u64, value);
    if (isMasked(given)) writer.field(u64, mask);
  },
};
