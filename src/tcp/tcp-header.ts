/** RFC 9293 §3.1: the TCP header. */
import { uint } from "./check.ts";
import { foldSum, sumWords } from "./checksum.ts";
import type { Tcp } from "./frame-types.ts";
import { decodeOptions } from "./option-decode.ts";
import { encodeOptions, optionsSize } from "./option-encode.ts";

const FIXED_SIZE = 20;
const CHECKSUM_AT = 16;

/** Length of the header at `at`, or 0 when none stands there that can be believed and ends before `end`. */
export function tcpHeaderLength(view: DataView, at: number, end: number): number {
  if (at + FIXED_SIZE > end) return 0;
  const length = 4 * (view.getUint8(at + 12) >>> 4);
  return length >= FIXED_SIZE && at + length <= end ? length : 0;
}

/**
 * Reads the header at `at`, whose length `tcpHeaderLength` told. `pseudoSum` is the sum of the pseudo header of the segment
 * that ends at `end`, absent when the checksum cannot be told.
 */
export function decodeTcp(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  length: number,
  end: number,
  pseudoSum: number | undefined,
): Tcp {
  return {
    srcPort: view.getUint16(at),
    dstPort: view.getUint16(at + 2),
    seq: view.getUint32(at + 4),
    ack: view.getUint32(at + 8),
    flags: view.getUint16(at + 12) & 0xfff,
    window: view.getUint16(at + 14),
    checksum: view.getUint16(at + CHECKSUM_AT),
    checksumValid: pseudoSum === undefined ? undefined : foldSum(pseudoSum + sumWords(view, at, end)) === 0xffff,
    urgentPointer: view.getUint16(at + 18),
    options: decodeOptions(bytes, view, at + FIXED_SIZE, at + length),
  };
}

export function tcpSize(tcp: Tcp): number {
  return FIXED_SIZE + optionsSize(tcp.options);
}

/** Writes the header of `length` bytes (what `tcpSize` told) with its checksum as given. */
export function encodeTcp(bytes: Uint8Array, view: DataView, at: number, tcp: Tcp, length: number): void {
  view.setUint16(at, uint(tcp.srcPort, 0xffff, at, "srcPort"));
  view.setUint16(at + 2, uint(tcp.dstPort, 0xffff, at + 2, "dstPort"));
  view.setUint32(at + 4, uint(tcp.seq, 0xffffffff, at + 4, "seq"));
  view.setUint32(at + 8, uint(tcp.ack, 0xffffffff, at + 8, "ack"));
  view.setUint16(at + 12, (length << 10) | uint(tcp.flags, 0xfff, at + 12, "flags"));
  view.setUint16(at + 14, uint(tcp.window, 0xffff, at + 14, "window"));
  view.setUint16(at + CHECKSUM_AT, uint(tcp.checksum, 0xffff, at + CHECKSUM_AT, "checksum"));
  view.setUint16(at + 18, uint(tcp.urgentPointer, 0xffff, at + 18, "urgentPointer"));
  encodeOptions(bytes, view, at + FIXED_SIZE, tcp.options);
}

/** Computes the checksum of the segment from `at` to `end` in place, whatever stood there. */
export function writeTcpChecksum(view: DataView, at: number, end: number, pseudoSum: number): void {
  view.setUint16(at + CHECKSUM_AT, 0);
  view.setUint16(at + CHECKSUM_AT, 0xffff - foldSum(pseudoSum + sumWords(view, at, end)));
}
