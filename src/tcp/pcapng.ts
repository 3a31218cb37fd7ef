/** The capture file of Wireshark: draft-ietf-opsawg-pcapng. */
import { Reader, viewOf, WireError, within } from "../wire/index.ts";
import { bigEndian, type CaptureLayouts, littleEndian } from "./capture-layout.ts";
import { toMilliseconds } from "./capture-time.ts";
import type { CapturedFrame } from "./capture-types.ts";
import { requireEthernet } from "./link-type.ts";

const BlockType = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  packet: 2,
  simplePacket: 3,
  enhancedPacket: 6,
} as const;

const InterfaceOption = { end: 0, timeResolution: 9, timeOffset: 14 } as const;

/** What if_tsresol says when it is absent: a negative power of ten. */
const MICROSECONDS = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const NS_PER_SECOND = 1_000_000_000n;

interface Interface {
  readonly linkType: number;
  /** Where the file says so. */
  readonly declaredAt: number;
  /** 0 is no limit. */
  readonly snapLength: number;
  /** A time stamp is in units of one second divided by this. */
  readonly unitsPerSecond: bigint;
  readonly offsetSeconds: bigint;
}

interface Section {
  readonly layouts: CaptureLayouts;
  readonly interfaces: Interface[];
}

/** Whether the file begins as a pcapng file does. The number reads the same in either byte order. */
export function isPcapng(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0) === BlockType.sectionHeader;
}

/** Reads the packets one by one and passes over blocks of other types. */
export function* readPcapng(bytes: Uint8Array): Generator<CapturedFrame, void> {
  const reader = new Reader(bytes);
  let section: Section = { layouts: littleEndian, interfaces: [] };
  for (let index = 0; reader.remaining > 0; index++) {
    let packet: CapturedFrame | undefined;
    try {
      section = sectionAt(reader) ?? section;
      packet = readBlock(reader, section);
    } catch (error) {
      throw within(`blocks[${index}]`, error);
    }
    if (packet) yield packet;
  }
}

/** A new section when one begins here: its byte order must be known before the block's length can be read. */
function sectionAt(reader: Reader): Section | undefined {
  reader.need(4);
  if (reader.view.getUint32(reader.at) !== BlockType.sectionHeader) return undefined;
  reader.need(12);
  for (const layouts of [littleEndian, bigEndian]) {
    if (reader.view.getUint32(reader.at + 8, layouts.littleEndian) === BYTE_ORDER_MAGIC)
      return { layouts, interfaces: [] };
  }
  throw new WireError("badValue", "a section header without the byte-order magic", reader.at + 8);
}

function readBlock(reader: Reader, section: Section): CapturedFrame | undefined {
  const { layouts } = section;
  const start = reader.at;
  const { type, totalLength } = reader.field(layouts.blockHeader);
  const bodyLength = totalLength - layouts.blockHeader.size - layouts.blockTrailer.size;
  if (bodyLength < 0 || totalLength % 4 !== 0) {
    throw new WireError("badLength", `a block of length ${totalLength}`, start + 4);
  }
  const packet = reader.element(bodyLength, () => {
    const read = readBody(reader, section, type);
    reader.skip(reader.remaining);
    return read;
  });
  const trailerAt = reader.at;
  const again = reader.field(layouts.blockTrailer);
  if (again !== totalLength) {
    throw new WireError("badLength", `a block of length ${totalLength} ends with the length ${again}`, trailerAt);
  }
  return packet;
}

function readBody(reader: Reader, section: Section, type: number): CapturedFrame | undefined {
  switch (type) {
    case BlockType.sectionHeader:
      checkSectionHeader(reader, section);
      return undefined;
    case BlockType.interfaceDescription:
      section.interfaces.push(readInterface(reader, section.layouts));
      return undefined;
    case BlockType.enhancedPacket:
      return readTimedPacket(reader, section, section.layouts.enhancedPacket);
    case BlockType.packet:
      return readTimedPacket(reader, section, section.layouts.packet);
    case BlockType.simplePacket:
      return readSimplePacket(reader, section);
    default:
      return undefined;
  }
}

function checkSectionHeader(reader: Reader, { layouts }: Section): void {
  const at = reader.at;
  const { versionMajor, versionMinor } = reader.field(layouts.sectionHeader);
  // Some writers said 1.2 for the same format.
  if (versionMajor !== 1 || (versionMinor !== 0 && versionMinor !== 2)) {
    throw new WireError("badVersion", `pcapng version ${versionMajor}.${versionMinor}, not 1.0`, at + 4);
  }
}

function readInterface(reader: Reader, layouts: CaptureLayouts): Interface {
  const declaredAt = reader.at;
  const { linkType, snapLength } = reader.field(layouts.interfaceDescription);
  let resolution = MICROSECONDS;
  let offsetAt: number | undefined;
  while (reader.remaining > 0) {
    const { code, length } = reader.field(layouts.optionHeader);
    if (code === InterfaceOption.end) break;
    const at = reader.at;
    reader.skip((length + 3) & ~3);
    if (code === InterfaceOption.timeResolution) {
      requireLength(length, 1, "if_tsresol", at);
      resolution = reader.view.getUint8(at);
    } else if (code === InterfaceOption.timeOffset) {
      requireLength(length, 8, "if_tsoffset", at);
      offsetAt = at;
    }
  }
  // Only now: a block full of repeated options must not cost a large power each.
  return {
    linkType,
    declaredAt,
    snapLength,
    unitsPerSecond: (resolution & 0x80) === 0 ? 10n ** BigInt(resolution) : 2n ** BigInt(resolution & 0x7f),
    offsetSeconds: offsetAt === undefined ? 0n : reader.view.getBigInt64(offsetAt, layouts.littleEndian),
  };
}

function requireLength(length: number, right: number, name: string, at: number): void {
  if (length !== right) throw new WireError("badLength", `${name} has ${length} bytes, not ${right}`, at);
}

/** The interface of a packet, when it captured Ethernet frames. */
function interfaceOf({ interfaces }: Section, number: number, at: number): Interface {
  const found = interfaces[number];
  if (!found) throw new WireError("badValue", `interface ${number} was not described`, at);
  requireEthernet(found.linkType, found.declaredAt);
  return found;
}

function readTimedPacket(
  reader: Reader,
  section: Section,
  layout: CaptureLayouts["enhancedPacket"] | CaptureLayouts["packet"],
): CapturedFrame {
  const at = reader.at;
  const header = reader.field(layout);
  const { unitsPerSecond, offsetSeconds } = interfaceOf(section, header.interface, at);
  const units = (BigInt(header.timeHigh) << 32n) | BigInt(header.timeLow);
  const atNs = (units * NS_PER_SECOND) / unitsPerSecond + offsetSeconds * NS_PER_SECOND;
  return {
    at: toMilliseconds(atNs),
    atNs,
    frame: reader.take(header.capturedLength),
    originalLength: header.originalLength,
    interface: header.interface,
  };
}

/** The block has no captured length of its own: it follows from the limit of interface 0. */
function readSimplePacket(reader: Reader, section: Section): CapturedFrame {
  const at = reader.at;
  const { originalLength } = reader.field(section.layouts.simplePacket);
  const { snapLength } = interfaceOf(section, 0, at);
  const captured = snapLength === 0 ? originalLength : Math.min(originalLength, snapLength);
  return { at: 0, atNs: 0n, frame: reader.take(captured), originalLength, interface: 0 };
}
