/** OpenFlow 1.3.5 §7.5.1, struct ofp_hello: the versions a side speaks. */
import { align8, isList, quote, type Reader, WireError, type Writer } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { HelloElemType, MessageType } from "../enums/message.ts";
import { readList, writeList } from "../list.ts";
import { type Body, type MessageHeader, OFP_VERSION } from "../message.ts";
import { requireList, requireUint } from "../require.ts";
import { typeOf } from "../tagged.ts";

/** OFPHET_VERSIONBITMAP: every version that the sender speaks. */
export interface VersionBitmapElement {
  readonly type: "versionBitmap";
  /** Wire versions in ascending order; 4 is OpenFlow 1.3. */
  readonly versions: readonly number[];
  /** How many bitmaps of 32 versions travel, 0 to 8; there only when they are more than the versions need. */
  readonly bitmaps?: number;
}

/** An element of a type that OpenFlow 1.3 does not define, or the ninth or a later one; receivers ignore it. */
export interface UnknownHelloElement {
  readonly type: "unknown";
  readonly code: number;
  readonly data: Uint8Array;
}

/** One element of a HELLO. */
export type HelloElement = VersionBitmapElement | UnknownHelloElement;

/** The first message of both sides. */
export interface Hello extends MessageHeader {
  readonly type: "hello";
  /** The highest version that the sender speaks, from the header. */
  readonly version: number;
  readonly elements: readonly HelloElement[];
}

const HEADER = 4;
/** A version is one byte: 256 of them in bitmaps of 32. */
const MAX_BITMAPS = 8;
/** A bitmap takes 8 bytes and lists 32 versions: so that a hello full of them stays small, those behind these stay bytes. */
const MAX_LISTED = 8;

export const helloDefinition: Definition<Body<Hello>> = {
  type: "hello",
  code: MessageType.hello,
  decode: (reader) => ({
    type: "hello",
    version: reader.view.getUint8(0),
    elements: readList(reader, "elements", (index) => readElement(reader, index)),
  }),
  encode: (writer, { elements }) => {
    writeList(writer, "elements", elements, (element) => {
      writeElement(writer, element);
    });
  },
};

/** The length of an element leaves out the padding to 8 bytes behind it. */
function readElement(reader: Reader, index: number): HelloElement {
  const start = reader.at;
  const code = reader.u16();
  const length = reader.u16();
  if (length < HEADER) throw new WireError("badLength", `element length ${length} is below ${HEADER}`, start + 2);
  const element = reader.element(length - HEADER, (): HelloElement => {
    if (code !== HelloElemType.versionbitmap || index >= MAX_LISTED)
      return { type: "unknown", code, data: reader.take() };
    const bitmaps = reader.remaining / 4;
    if (!Number.isInteger(bitmaps) || bitmaps > MAX_BITMAPS) {
      throw new WireError("badLength", `bitmaps are 32 bits each and at most ${MAX_BITMAPS}`, start + 2);
    }
    const versions = versionsOf(reader.take());
    const needed = ((versions.at(-1) ?? -1) >> 5) + 1;
    return { type: "versionBitmap", versions, ...(bitmaps > needed && { bitmaps }) };
  });
  // Some senders leave out the padding of the last element.
  reader.skip(Math.min(align8(length) - length, reader.remaining));
  return element;
}

/** Bit b of the n-th word stands for version 32 n + b; the lowest bits of a word are in its last byte. */
function versionsOf(bitmaps: Uint8Array): number[] {
  const versions: number[] = [];
  for (let version = 0; version < 8 * bitmaps.length; version++) {
    if (((bitmaps[(version >> 3) ^ 3] ?? 0) >> (version & 7)) & 1) versions.push(version);
  }
  return versions;
}

function writeElement(writer: Writer, element: HelloElement): void {
  const start = writer.offset;
  const type = typeOf(element, "hello element", start);
  if (element.type === "versionBitmap") {
    const bitmaps = bitmapsOf(element, start);
    writer.u16(HelloElemType.versionbitmap);
    writer.u16(HEADER + 4 * bitmaps.length);
    for (const bitmap of bitmaps) writer.u32(bitmap);
  } else {
    if (type !== "unknown") throw new WireError("badType", `${quote(type)} is no hello element`, start);
    writer.u16(element.code);
    writer.u16(0);
    writer.raw(element.data);
    writer.patchU16(start + 2, writer.offset - start);
  }
  writer.align8(start);
}

function bitmapsOf({ versions, bitmaps: least = 0 }: VersionBitmapElement, offset: number): number[] {
  if (!isList(versions)) throw new WireError("badValue", `${quote(versions)} is no list`, offset, "versions");
  if (!Number.isInteger(least) || least < 0 || least > MAX_BITMAPS) {
    throw new WireError("outOfRange", `${quote(least)} is not from 0 to ${MAX_BITMAPS}`, offset, "bitmaps");
  }
  const bitmaps = Array.from({ length: least }, () => 0);
  for (const version of versions) {
    if (!Number.isInteger(version) || version < 0 || version >= 32 * MAX_BITMAPS) {
      throw new WireError("outOfRange", `version ${quote(version)} is not from 0 to 255`, offset, "versions");
    }
    while (bitmaps.length <= version >> 5) bitmaps.push(0);
    bitmaps[version >> 5] = ((bitmaps[version >> 5] ?? 0) | (1 << (version & 31))) >>> 0;
  }
  return bitmaps;
}

/**
 * A hello that offers these wire versions, OpenFlow 1.3 alone unless told otherwise. Throws RangeError for a version that is
 * no u8, TypeError for an empty list.
 */
export function hello(versions: readonly number[] = [OFP_VERSION]): Hello {
  requireList("versions", versions);
  if (versions.length === 0) throw new TypeError("versions must not be empty");
  const sorted = [...new Set(versions)].map((version) => requireUint("versions", version, 8)).sort((a, b) => a - b);
  return {
    type: "hello",
    xid: 0,
    version: Math.max(...sorted),
    elements: [{ type: "versionBitmap", versions: sorted }],
  };
}
