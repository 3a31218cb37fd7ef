/** RFC 8200 §3 and §4: the fixed header and the chain of extension headers. */
import { ipv6 as address, WireError } from "../wire/index.ts";
import { byteArray, list, object, uint, under } from "./check.ts";
import { IpProtocol, type Ipv6, type Ipv6Extension } from "./frame-types.ts";

export const IPV6_SIZE = 40;

/** Whether a whole fixed header stands at `at`. */
export function isIpv6Header(view: DataView, at: number): boolean {
  return at + IPV6_SIZE <= view.byteLength && view.getUint8(at) >>> 4 === 6;
}

/** Where the packet whose header is at `at` ends: by its length field, but within the frame. */
export function ipv6End(view: DataView, at: number): number {
  return Math.min(view.byteLength, at + IPV6_SIZE + view.getUint16(at + 4));
}

/**
 * Length of the extension header of `type` at `at`, or 0 when there is none: another protocol, or a header that does not end
 * before `end`.
 */
export function extensionLength(view: DataView, type: number, at: number, end: number): number {
  if (at + 8 > end) return 0;
  let length: number;
  switch (type) {
    case IpProtocol.hopByHop:
    case IpProtocol.routing:
    case IpProtocol.destinationOptions:
    case IpProtocol.mobility:
    case IpProtocol.hip:
    case IpProtocol.shim6:
      length = 8 * view.getUint8(at + 1) + 8;
      break;
    case IpProtocol.fragment:
      length = 8;
      break;
    case IpProtocol.authentication:
      // RFC 4302 §2.2 counts in units of 4, not of 8, and leaves out two of them, not one.
      length = 4 * view.getUint8(at + 1) + 8;
      break;
    default:
      return 0;
  }
  return at + length <= end ? length : 0;
}

/** Whether the extension header at `at` says that what follows is not the beginning of a datagram. */
export function isLaterFragment(view: DataView, type: number, at: number): boolean {
  return type === IpProtocol.fragment && view.getUint16(at + 2) >= 8;
}

/**
 * What follows the extension headers of the packet at `at`, which is read up to `end`: its protocol, and where it begins. Undefined
 * in a later fragment, whose beginning went before it.
 */
export function ipv6Payload(
  view: DataView,
  at: number,
  end: number,
): { readonly protocol: number; readonly at: number } | undefined {
  let protocol = view.getUint8(at + 6);
  let next = at + IPV6_SIZE;
  for (;;) {
    const length = extensionLength(view, protocol, next, end);
    if (length === 0) return { protocol, at: next };
    if (isLaterFragment(view, protocol, next)) return undefined;
    protocol = view.getUint8(next);
    next += length;
  }
}

/** Reads the header at `at` and its extensions, up to the first that cannot be followed. */
export function decodeIpv6(bytes: Uint8Array, view: DataView, at: number): Ipv6 {
  const first = view.getUint32(at);
  const nextHeader = view.getUint8(at + 6);
  const end = ipv6End(view, at);
  const extensions: Ipv6Extension[] = [];
  let protocol = nextHeader;
  let next = at + IPV6_SIZE;
  for (let more = true; more; ) {
    const length = extensionLength(view, protocol, next, end);
    if (length === 0) break;
    extensions.push({ type: protocol, raw: bytes.subarray(next, next + length) });
    more = !isLaterFragment(view, protocol, next);
    protocol = view.getUint8(next);
    next += length;
  }
  return {
    dscp: (first >>> 22) & 0x3f,
    ecn: (first >>> 20) & 3,
    flowLabel: first & 0xfffff,
    payloadLength: view.getUint16(at + 4),
    nextHeader,
    hopLimit: view.getUint8(at + 7),
    src: address.read(view, at + 8),
    dst: address.read(view, at + 24),
    extensions,
    protocol,
  };
}

/** Bytes of the fixed header and all extensions. */
export function ipv6Size(ip: Ipv6): number {
  let size = IPV6_SIZE;
  for (const [index, extension] of list(ip.extensions, 0, "extensions").entries()) {
    const { raw } = object(extension, 0, `extensions[${index}]`);
    const { length } = byteArray(raw, 0, `extensions[${index}].raw`);
    if (length === 0)
      throw new WireError("badLength", "an extension header of length 0", 0, `extensions[${index}].raw`);
    size += length;
  }
  return size;
}

/** Whether the payload is a fragment of a datagram, and whether it is one that lacks the beginning. */
export function ipv6Fragment(ip: Ipv6): "whole" | "first" | "later" {
  for (const { type, raw } of ip.extensions) {
    if (type !== IpProtocol.fragment) continue;
    const word = ((raw[2] ?? 0) << 8) | (raw[3] ?? 0);
    if (word >= 8) return "later";
    if ((word & 1) !== 0) return "first";
  }
  return "whole";
}

/** RFC 8200 §8.1: the checksum is over the final destination, which the header does not hold while segments are left. */
export function isSourceRoutedIpv6(ip: Ipv6): boolean {
  return ip.extensions.some(({ type, raw }) => type === IpProtocol.routing && raw[3] !== 0);
}

/** Writes the header and its extensions; `length` is what follows the fixed header, absent to write it as it is given. */
export function encodeIpv6(bytes: Uint8Array, view: DataView, at: number, ip: Ipv6, length: number | undefined): void {
  const dscp = uint(ip.dscp, 0x3f, at, "dscp");
  const ecn = uint(ip.ecn, 3, at, "ecn");
  const flowLabel = uint(ip.flowLabel, 0xfffff, at, "flowLabel");
  view.setUint32(at, 0x60000000 | (dscp << 22) | (ecn << 20) | flowLabel);
  if (length !== undefined && length > 0xffff) {
    throw new WireError("tooLong", `${length} bytes do not fit a 16-bit length`, at + 4, "payloadLength");
  }
  view.setUint16(at + 4, length ?? uint(ip.payloadLength, 0xffff, at + 4, "payloadLength"));
  view.setUint8(at + 7, uint(ip.hopLimit, 0xff, at + 7, "hopLimit"));
  under("src", () => {
    address.write(view, at + 8, ip.src);
  });
  under("dst", () => {
    address.write(view, at + 24, ip.dst);
  });
  // Each header announces the next one: the place for that is in the header before.
  let announce = at + 6;
  let next = at + IPV6_SIZE;
  for (const [index, { type, raw }] of ip.extensions.entries()) {
    bytes.set(raw, next);
    view.setUint8(announce, uint(type, 0xff, announce, `extensions[${index}].type`));
    announce = next;
    next += raw.length;
  }
  view.setUint8(announce, uint(ip.protocol, 0xff, announce, "protocol"));
}
