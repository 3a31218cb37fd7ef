/** OVS ofp-actions.c, "flow_mod_spec": what a learned flow matches and does, each from the packet or from the action. */
import type { Registry } from "../../ofp/definition.ts";
import { part } from "../../ofp/part.ts";
import { isList, quote, type Reader, struct, u16, u32, u64, WireError, type Writer } from "../../wire/index.ts";
import { headerOf, subfieldAt } from "../destination.ts";
import type { Subfield } from "../subfield.ts";

/** The new flow matches `dst`, with the value that `src` has in the packet or with a number. */
export interface LearnMatch {
  readonly type: "match";
  readonly dst: Subfield;
  /** A field of as many bits, or a number that fits them. */
  readonly src: Subfield | bigint;
}

/** The new flow writes the value into `dst`. */
export interface LearnLoad {
  readonly type: "load";
  readonly dst: Subfield;
  /** A field of as many bits, or a number that fits them. */
  readonly src: Subfield | bigint;
}

/** The new flow sends to the port whose number `src` has in the packet. */
export interface LearnOutput {
  readonly type: "output";
  readonly src: Subfield;
}

/** One part of a flow that is learned. */
export type LearnSpec = LearnMatch | LearnLoad | LearnOutput;

// OVS ofp-actions.h, NX_LEARN_*: a bit for the source, two for the destination, ten for the number of bits.
const IMMEDIATE = 1 << 13;
const TYPES = ["match", "load", "output"] as const;
const TYPE_SHIFT = 11;
const KNOWN = 0x3fff;
const MAX_BITS = 0x3ff;

const place = struct({ header: u32, offset: u16 });

/** Reads up to the reader's end; undefined when a field stands there that no table has. */
export function readSpecs(reader: Reader, registry: Registry): LearnSpec[] | undefined {
  const specs: LearnSpec[] = [];
  while (reader.remaining >= u16.size) {
    const start = reader.at;
    const head = reader.u16();
    if (head === 0) break;
    const spec = part(`[${specs.length}]`, () => readSpec(reader, head, registry, start));
    if (!spec) return undefined;
    specs.push(spec);
  }
  // What ends the list fills up to 8 bytes, or is wider and still nothing.
  while (reader.remaining > 0) {
    if (reader.u8() !== 0) throw new WireError("badValue", "bytes behind the end of the list", reader.at - 1);
  }
  return specs;
}

function readSpec(reader: Reader, head: number, registry: Registry, start: number): LearnSpec | undefined {
  const type = TYPES[(head >> TYPE_SHIFT) & 3];
  const bits = head & MAX_BITS;
  const immediate = (head & IMMEDIATE) !== 0;
  if (type === undefined || head > KNOWN || (head & 0x400) !== 0 || (type === "output" && immediate)) {
    throw new WireError("badType", `0x${head.toString(16)} is no part of a flow`, start);
  }
  const src = immediate ? readNumber(reader, bits) : part("src", () => readPlace(reader, bits, registry));
  if (src === undefined) return undefined;
  if (type === "output") return typeof src === "bigint" ? undefined : { type, src };
  const dst = part("dst", () => readPlace(reader, bits, registry));
  if (!dst) return undefined;
  if (typeof src === "bigint") checkFit(src, bits, start);
  return { type, dst, src };
}

function readPlace(reader: Reader, bits: number, registry: Registry): Subfield | undefined {
  const start = reader.at;
  const { header, offset } = reader.field(place);
  return subfieldAt(header, offset, bits, registry, start);
}

/** Two bytes for every 16 bits begun. */
function sizeOf(bits: number): number {
  return 2 * Math.ceil(bits / 16);
}

function readNumber(reader: Reader, bits: number): bigint {
  const size = sizeOf(bits);
  let first = 0;
  for (let at = 0; at < size % u64.size; at += u16.size) first = first * 0x10000 + reader.u16();
  let value = BigInt(first);
  for (let at = size % u64.size; at < size; at += u64.size) value = (value << 64n) | reader.field(u64);
  return value;
}

export function writeSpecs(writer: Writer, specs: readonly LearnSpec[], registry: Registry): void {
  if (!isList(specs)) throw new WireError("badValue", `${quote(specs)} is no list`, writer.offset);
  writer.list(specs, (spec) => {
    writeSpec(writer, spec, registry);
  });
}

function writeSpec(writer: Writer, spec: LearnSpec, registry: Registry): void {
  const start = writer.offset;
  const type = TYPES.indexOf(requireType(spec, start));
  const dst = spec.type === "output" ? undefined : part("dst", () => placeOf(spec.dst, registry, start));
  if (typeof spec.src === "bigint") {
    if (!dst) throw new WireError("badValue", "an output has a field", start, "src");
    const { bits } = dst;
    checkFit(spec.src, bits, start);
    writer.u16(bits | (type << TYPE_SHIFT) | IMMEDIATE);
    for (let low = 8 * (sizeOf(bits) - u16.size); low >= 0; low -= 16) {
      writer.u16(Number((spec.src >> BigInt(low)) & 0xffffn));
    }
  } else {
    const { src } = spec;
    const from = part("src", () => placeOf(src, registry, start));
    if (dst && dst.bits !== from.bits) {
      throw new WireError("badValue", `${from.bits} bits for the ${dst.bits} bits of dst`, start, "src");
    }
    writer.u16(from.bits | (type << TYPE_SHIFT));
    writer.field(place, from);
  }
  if (dst) writer.field(place, dst);
}

function requireType(spec: LearnSpec, at: number): LearnSpec["type"] {
  const type = TYPES.find((name) => (spec as LearnSpec | null | undefined)?.type === name);
  if (type === undefined) throw new WireError("badType", `${quote(spec)} is no part of a flow`, at);
  return type;
}

function placeOf(
  subfield: Subfield,
  registry: Registry,
  at: number,
): { readonly header: number; readonly offset: number; readonly bits: number } {
  const header = headerOf(subfield, registry, at);
  const { offset, bits } = subfield;
  if (bits > MAX_BITS) throw new WireError("outOfRange", `${bits} bits, at most ${MAX_BITS}`, at);
  return { header, offset, bits };
}

function checkFit(value: bigint, bits: number, at: number): void {
  if (value < 0n || value >> BigInt(bits) !== 0n) {
    throw new WireError("outOfRange", `${value} does not fit ${bits} bits`, at, "src");
  }
}
