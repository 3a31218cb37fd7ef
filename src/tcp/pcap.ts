/** The classic capture file: draft-ietf-opsawg-pcap. */
import { type Bytes, isObject, quote, Reader, viewOf, WireError, within } from "../wire/index.ts";
import { bigEndian, type CaptureLayouts, littleEndian } from "./capture-layout.ts";
import { toMilliseconds, toNanoseconds } from "./capture-time.ts";
import type { CapturedFrame, FrameToCapture } from "./capture-types.ts";
import { byteArray, uint } from "./check.ts";
import { LINK_TYPE_ETHERNET, requireEthernet } from "./link-type.ts";

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const VERSION_MAJOR = 2;
const VERSION_MINOR = 4;

/** What the file header says about the records. */
export interface PcapHeader {
  readonly layouts: CaptureLayouts;
  /** How many nanoseconds one unit of a record's fraction is. */
  readonly fractionNs: number;
}

/** Reads the file header, or undefined when this is no pcap file. */
export function readPcapHeader(bytes: Uint8Array): PcapHeader | undefined {
  if (bytes.length < 4) return undefined;
  const view = viewOf(bytes);
  for (const layouts of [littleEndian, bigEndian]) {
    const magic = view.getUint32(0, layouts.littleEndian);
    if (magic !== MAGIC_MICROSECONDS && magic !== MAGIC_NANOSECONDS) continue;
    const header = new Reader(bytes).field(layouts.pcapHeader);
    if (header.versionMajor !== VERSION_MAJOR || header.versionMinor !== VERSION_MINOR) {
      const version = `${header.versionMajor}.${header.versionMinor}`;
      throw new WireError("badVersion", `pcap version ${version}, not ${VERSION_MAJOR}.${VERSION_MINOR}`, 4);
    }
    requireEthernet(header.linkType & 0xffff, 20);
    return { layouts, fractionNs: magic === MAGIC_NANOSECONDS ? 1 : 1000 };
  }
  return undefined;
}

/** Reads the records one by one. */
export function* readPcap(bytes: Uint8Array, { layouts, fractionNs }: PcapHeader): Generator<CapturedFrame, void> {
  const reader = new Reader(bytes, layouts.pcapHeader.size);
  for (let index = 0; reader.remaining > 0; index++) {
    yield readRecord(reader, layouts, fractionNs, index);
  }
}

function readRecord(reader: Reader, layouts: CaptureLayouts, fractionNs: number, index: number): CapturedFrame {
  try {
    const { seconds, fraction, capturedLength, originalLength } = reader.field(layouts.pcapRecord);
    const atNs = BigInt(seconds) * 1_000_000_000n + BigInt(fraction * fractionNs);
    return { at: toMilliseconds(atNs), atNs, frame: reader.take(capturedLength), originalLength };
  } catch (error) {
    throw within(`packets[${index}]`, error);
  }
}

/**
 * Writes a pcap file: little-endian, nanoseconds (magic 0xa1b23c4d), link type Ethernet. Wireshark, tcpdump ≥ 1.5's libpcap and
 * {@link readCapture} read it, and no time is lost.
 *
 * Throws WireError with the path `packets[i]…`: `outOfRange` for a moment before 1970 or after 2106, or an `originalLength`
 * that is less than the frame's; `badValue` for anything of the wrong kind, and without a path for packets that are no list.
 */
export function writeCapture(packets: Iterable<FrameToCapture>): Bytes {
  if (!isObject(packets) || !(Symbol.iterator in packets)) {
    throw new WireError("badValue", `${quote(packets)} is no list of packets`, 0);
  }
  const records = [...packets].map(checkedRecord);
  const { pcapHeader, pcapRecord } = littleEndian;
  let size = pcapHeader.size;
  let longest = USUAL_SNAP_LENGTH;
  for (const { frame } of records) {
    size += pcapRecord.size + frame.length;
    longest = Math.max(longest, frame.length);
  }
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  pcapHeader.write(view, 0, {
    magic: MAGIC_NANOSECONDS,
    versionMajor: VERSION_MAJOR,
    versionMinor: VERSION_MINOR,
    snapLength: longest,
    linkType: LINK_TYPE_ETHERNET,
  });
  let at = pcapHeader.size;
  for (const { header, frame } of records) {
    pcapRecord.write(view, at, header);
    bytes.set(frame, at + pcapRecord.size);
    at += pcapRecord.size + frame.length;
  }
  return bytes;
}

/** What tcpdump and Wireshark write. */
const USUAL_SNAP_LENGTH = 262_144;

const NS_PER_SECOND = 1_000_000_000n;

function checkedRecord(packet: FrameToCapture, index: number) {
  try {
    if (!isObject(packet)) throw new WireError("badValue", `${quote(packet)} is no object`, 0);
    const frame = byteArray(packet.frame, 0, "frame");
    const atNs = toNanoseconds(packet.atNs, packet.at);
    if (atNs < 0n || atNs / NS_PER_SECOND > 0xffffffffn) {
      throw new WireError("outOfRange", `${atNs} ns since 1970 do not fit 32 bits of seconds`, 0, "atNs");
    }
    const originalLength = uint(packet.originalLength ?? frame.length, 0xffffffff, 0, "originalLength");
    if (originalLength < frame.length) {
      throw new WireError(
        "outOfRange",
        `${originalLength} is less than the ${frame.length} bytes given`,
        0,
        "originalLength",
      );
    }
    const seconds = Number(atNs / NS_PER_SECOND);
    const fraction = Number(atNs % NS_PER_SECOND);
    return { header: { seconds, fraction, capturedLength: frame.length, originalLength }, frame };
  } catch (error) {
    throw within(`packets[${index}]`, error);
  }
}
