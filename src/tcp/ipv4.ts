/** RFC 791 §3.1. */
import { ipv4 as address, WireError } from "../wire/index.ts";
import { bit, byteArray, uint, under } from "./check.ts";
import { foldSum, sumWords } from "./checksum.ts";
import type { Ipv4 } from "./frame-types.ts";

const FIXED_SIZE = 20;
const MAX_OPTIONS = 40;

/** Length of the header at `at`, or 0 when none stands there that can be believed. */
export function ipv4HeaderLength(view: DataView, at: number): number {
  if (at + FIXED_SIZE > view.byteLength) return 0;
  const first = view.getUint8(at);
  const length = 4 * (first & 0xf);
  const believable =
    first >>> 4 === 4 && length >= FIXED_SIZE && at + length <= view.byteLength && view.getUint16(at + 2) >= length;
  return believable ? length : 0;
}

/** Reads the header at `at`, whose length `ipv4HeaderLength` told. */
export function decodeIpv4(bytes: Uint8Array, view: DataView, at: number, length: number): Ipv4 {
  const service = view.getUint8(at + 1);
  const fragment = view.getUint16(at + 6);
  return {
    dscp: service >>> 2,
    ecn: service & 3,
    totalLength: view.getUint16(at + 2),
    identification: view.getUint16(at + 4),
    reservedFlag: (fragment & 0x8000) !== 0,
    dontFragment: (fragment & 0x4000) !== 0,
    moreFragments: (fragment & 0x2000) !== 0,
    fragmentOffset: fragment & 0x1fff,
    ttl: view.getUint8(at + 8),
    protocol: view.getUint8(at + 9),
    checksum: view.getUint16(at + 10),
    checksumValid: foldSum(sumWords(view, at, at + length)) === 0xffff,
    src: address.read(view, at + 12),
    dst: address.read(view, at + 16),
    options: bytes.subarray(at + FIXED_SIZE, at + length),
  };
}

const IpOption = { end: 0, nop: 1, looseSourceRoute: 131, strictSourceRoute: 137 } as const;

/** RFC 791 §3.1: the TCP checksum is over the last address of a source route, which the header holds only at its end. */
export function isSourceRoutedIpv4({ options }: Ipv4): boolean {
  for (let at = 0; at < options.length; ) {
    const type = options[at];
    if (type === IpOption.end) return false;
    if (type === IpOption.nop) {
      at++;
      continue;
    }
    const length = options[at + 1] ?? 0;
    if (length < 2) return false;
    const pointer = options[at + 2] ?? 0;
    const isRoute = type === IpOption.looseSourceRoute || type === IpOption.strictSourceRoute;
    if (isRoute && pointer <= length) return true;
    at += length;
  }
  return false;
}

export function ipv4Size(ip: Ipv4): number {
  const { length } = byteArray(ip.options, 0, "options");
  if (length % 4 !== 0) throw new WireError("badLength", `${length} is not a multiple of 4`, 0, "options");
  if (length > MAX_OPTIONS) throw new WireError("tooLong", `${length} bytes, at most ${MAX_OPTIONS}`, 0, "options");
  return FIXED_SIZE + length;
}

/** Writes the header; `length` is header and data together, absent to write length and checksum as they are given. */
export function encodeIpv4(bytes: Uint8Array, view: DataView, at: number, ip: Ipv4, length: number | undefined): void {
  const header = FIXED_SIZE + ip.options.length;
  view.setUint8(at, 0x40 | (header / 4));
  view.setUint8(at + 1, (uint(ip.dscp, 0x3f, at + 1, "dscp") << 2) | uint(ip.ecn, 3, at + 1, "ecn"));
  if (length !== undefined && length > 0xffff) {
    throw new WireError("tooLong", `${length} bytes do not fit a 16-bit length`, at + 2, "totalLength");
  }
  view.setUint16(at + 2, length ?? uint(ip.totalLength, 0xffff, at + 2, "totalLength"));
  view.setUint16(at + 4, uint(ip.identification, 0xffff, at + 4, "identification"));
  const flags =
    (bit(ip.reservedFlag, at + 6, "reservedFlag") << 15) |
    (bit(ip.dontFragment, at + 6, "dontFragment") << 14) |
    (bit(ip.moreFragments, at + 6, "moreFragments") << 13);
  view.setUint16(at + 6, flags | uint(ip.fragmentOffset, 0x1fff, at + 6, "fragmentOffset"));
  view.setUint8(at + 8, uint(ip.ttl, 0xff, at + 8, "ttl"));
  view.setUint8(at + 9, uint(ip.protocol, 0xff, at + 9, "protocol"));
  under("src", () => {
    address.write(view, at + 12, ip.src);
  });
  under("dst", () => {
    address.write(view, at + 16, ip.dst);
  });
  bytes.set(ip.options, at + FIXED_SIZE);
  const checksum =
    length === undefined
      ? uint(ip.checksum, 0xffff, at + 10, "checksum")
      : 0xffff - foldSum(sumWords(view, at, at + header));
  view.setUint16(at + 10, checksum);
}
