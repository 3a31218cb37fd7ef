/** Capture files of either kind. */
import { quote, WireError } from "../wire/index.ts";
import type { CapturedFrame } from "./capture-types.ts";
import { readPcap, readPcapHeader } from "./pcap.ts";
import { isPcapng, readPcapng } from "./pcapng.ts";

const GZIP_MAGIC = 0x1f8b;

/**
 * The frames of a capture file, in the order of the file: pcap in either byte order with micro- or nanoseconds, and pcapng with
 * any number of sections and interfaces. Frames are read while you iterate, and each iteration starts anew.
 *
 * Throws WireError: `badType` at once when the file is no capture, `unsupported` when packets are not Ethernet frames (a
 * capture of the interface "any" is one such; pcapng tells it only when the first such packet is met), `truncated` when the
 * file ends within a packet, `badLength` or `badValue` where it contradicts itself, `badVersion` for a version of the format
 * that nobody knows.
 *
 * ```ts
 * for (const { at, frame } of readCapture(bytes)) console.log(at, decodeFrame(frame).tcp?.seq);
 * ```
 */
export function readCapture(bytes: Uint8Array): Iterable<CapturedFrame> {
  if (!(bytes instanceof Uint8Array)) throw new WireError("badValue", `${quote(bytes)} is no Uint8Array`, 0);
  if (isPcapng(bytes)) return { [Symbol.iterator]: () => readPcapng(bytes) };
  const header = readPcapHeader(bytes);
  if (header) return { [Symbol.iterator]: () => readPcap(bytes, header) };
  throw new WireError("badType", `this is no capture file, neither pcap nor pcapng: ${whatElse(bytes)}`, 0);
}

function whatElse(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return `it has ${bytes.length} bytes`;
  if (first * 256 + second === GZIP_MAGIC) return "it is compressed with gzip, unpack it first";
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0"));
  return `it begins with ${start.join(" ")}`;
}
