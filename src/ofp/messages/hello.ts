/** OpenFlow 1.3.5 §7.5.1, struct ofp_hello: the versions a side speaks. */
import { align8, type Reader, WireError, type Writer } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { type Body, type MessageHeader, OFP_VERSION } from "../message.ts";
import { requireList, requireUint } from "../require.ts";

/** OFPHET_VERSIONBITMAP: every version that the sender speaks. */
export interface VersionBitmapElement {
  readonly type: "versionBitmap";
  /** Wire versions in ascending order; 4 is OpenFlow 1.3. */
  readonly versions: readonly number[];
}

/** An element of a type that OpenFlow 1.3 does not define; receivers ignore it. */
export interface UnknownHelloElement {
  readonly type: "unknown";
  readonly code: number;
  readonly data: Uint8Array;
}

export type HelloElement = VersionBitmapElement | UnknownHelloElement;

/** The first message of both sides. */
export interface Hello extends MessageHeader {
  readonly type: "hello";
  /** The highest version that the sender speaks, from the header. */
  readonly version: number;
  readonly elements: readonly HelloElement[];
}

const VERSION_BITMAP = 1;
const HEADER = 4;

export const helloDefinition: Definition<Body<Hello>> = {
  type: "hello",
  code: 0,
  decode: (reader) => ({
    type: "hello",
    version: reader.view.getUint8(0),
    elements: reader.list(() => readElement(reader)),
  }),
  encode: (writer, { elements }) => {
    writer.list(elements, (element) => {
      writeElement(writer, element);
    });
  },
};

/** The length of an element leaves out the padding to 8 bytes behind it. */
function readElement(reader: Reader): HelloElement {
  const start = reader.at;
  const code = reader.u16();
  const length = reader.u16();
  if (length < HEADER) throw new WireError("badLength", `element length ${length} is below ${HEADER}`, start + 2);
  const element = reader.element(length - HEADER, (): HelloElement => {
    if (code !== VERSION_BITMAP) return { type: "unknown", code, data: reader.take() };
    if (reader.remaining % 4 !== 0) throw new WireError("badLength", "bitmaps are 32 bits each", start + 2);
    return { type: "versionBitmap", versions: reader.list(() => reader.u32()).flatMap(versionsOf) };
  });
  // Some senders leave out the padding of the last element.
  reader.skip(Math.min(align8(length) - length, reader.remaining));
  return element;
}

function versionsOf(bitmap: number, index: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit)
    .filter((bit) => (bitmap >>> bit) & 1)
    .map((bit) => 32 * index + bit);
}

function writeElement(writer: Writer, element: HelloElement): void {
  const start = writer.offset;
  writer.u16(element.type === "versionBitmap" ? VERSION_BITMAP : element.code);
  writer.u16(0);
  if (element.type === "unknown") writer.raw(element.data);
  else for (const bitmap of bitmapsOf(element.versions, writer.offset)) writer.u32(bitmap);
  writer.patchU16(start + 2, writer.offset - start);
  writer.align8(start);
}

function bitmapsOf(versions: readonly number[], offset: number): number[] {
  const bitmaps: number[] = [0];
  for (const version of versions) {
    if (!Number.isInteger(version) || version < 0 || version > 0xff) {
      throw new WireError("outOfRange", `version ${version} is not from 0 to 255`, offset);
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
