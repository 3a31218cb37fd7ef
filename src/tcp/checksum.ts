/** RFC 1071: the Internet checksum, over plain bytes and under the pseudo headers of TCP; RFC 1624: its update. */
import { ipv4, ipv6, viewOf } from "../wire/index.ts";

const PROTOCOL_TCP = 6;
const PROTOCOL_ICMPV6 = 58;

/**
 * The plain sum of the 16-bit words from `from` to `to`, an odd last byte counting as the upper half of a word. Not folded:
 * 2³⁷ words fit a number exactly.
 */
export function sumWords(view: DataView, from: number, to: number): number {
  let sum = 0;
  let at = from;
  for (const unrolled = to - 7; at < unrolled; at += 8) {
    sum += view.getUint16(at) + view.getUint16(at + 2) + view.getUint16(at + 4) + view.getUint16(at + 6);
  }
  for (const last = to - 1; at < last; at += 2) sum += view.getUint16(at);
  if (at < to) sum += view.getUint8(at) << 8;
  return sum;
}

/** Adds the carries back in, until 16 bits are left. Zero stays zero; any other sum is from 1 to 0xffff. */
export function foldSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffffffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  folded = (folded & 0xffff) + (folded >>> 16);
  return (folded & 0xffff) + (folded >>> 16);
}

/** RFC 9293 §3.1, IPv4: addresses, protocol and TCP length. `at` is the start of the IPv4 header. */
export function pseudoSumIpv4(view: DataView, at: number, length: number): number {
  return sumWords(view, at + 12, at + 20) + PROTOCOL_TCP + length;
}

/** RFC 8200 §8.1: addresses, 32-bit length, protocol. `at` is the start of the IPv6 header. */
export function pseudoSumIpv6(view: DataView, at: number, length: number): number {
  return sumWords(view, at + 8, at + 40) + PROTOCOL_TCP + length;
}

/**
 * RFC 1071: the checksum of `bytes`, from 0 to 0xffff, to be written into a field that was zero. Over bytes that already hold
 * a right checksum the result is 0.
 */
export function internetChecksum(bytes: Uint8Array): number {
  return 0xffff - foldSum(sumWords(viewOf(bytes), 0, bytes.length));
}

/**
 * RFC 9293 §3.1 and RFC 8200 §8.1: the checksum that belongs into a TCP segment (header and payload) between two addresses,
 * both IPv4 or both IPv6. What stands in the checksum field does not matter.
 *
 * Throws WireError `badValue` for an address that is none.
 */
export function tcpChecksum(src: string, dst: string, segment: Uint8Array): number {
  return checksumBetween(src, dst, PROTOCOL_TCP, segment, 16);
}

/**
 * RFC 4443 §2.3: the checksum that belongs into an ICMPv6 message between two IPv6 addresses. What stands in the checksum field
 * does not matter.
 *
 * Throws WireError `badValue` for an address that is none.
 */
export function icmpv6Checksum(src: string, dst: string, message: Uint8Array): number {
  return checksumBetween(src, dst, PROTOCOL_ICMPV6, message, 2);
}

function checksumBetween(src: string, dst: string, protocol: number, bytes: Uint8Array, fieldAt: number): number {
  const field = src.includes(":") ? ipv6 : ipv4;
  const addresses = new DataView(new ArrayBuffer(2 * field.size));
  field.write(addresses, 0, src);
  field.write(addresses, field.size, dst);
  const view = viewOf(bytes);
  const there = bytes.length >= fieldAt + 2 ? view.getUint16(fieldAt) : 0;
  const sum = sumWords(addresses, 0, addresses.byteLength) + protocol + bytes.length;
  return 0xffff - foldSum(sum + sumWords(view, 0, bytes.length) - there);
}

/**
 * RFC 1624 eq. 3: the checksum after a field under it changed from `before` to `after`, each a 16- or 32-bit number that
 * starts at an even offset. A checksum that was wrong stays wrong by the same amount.
 */
export function updateChecksum(checksum: number, before: number, after: number): number {
  if (before === after) return checksum;
  const sum =
    0xffff - checksum + (0xffff - (before >>> 16)) + (0xffff - (before & 0xffff)) + (after >>> 16) + (after & 0xffff);
  return 0xffff - foldSum(sum);
}
