/** The headers of a packet as far as a flow can match them; what is not there, or makes no sense, is zero. */
import { ipv4, ipv6, mac, Reader } from "../../wire/index.ts";
import { EthType, IpProto } from "./protocols.ts";

export interface PacketHeaders {
  ethDst: string;
  ethSrc: string;
  /** 0x05ff for a frame with a length instead of a type. */
  ethType: number;
  /** 16 bits each, with 0x1000 for "there is one". */
  tags: number[];
  /** 32 bits each, at most three. */
  labels: number[];
  /** IPv4, IPv6 or ARP. */
  source: string;
  target: string;
  flowLabel: number;
  /** Of ARP the operation. */
  proto: number;
  tos: number;
  ttl: number;
  fragment: "no" | "first" | "later";
  arpSha: string;
  arpTha: string;
  /** Of ICMP type and code. */
  tpSrc: number;
  tpDst: number;
  tcpFlags: number;
  ndTarget: string;
  /** What follows the IP header, without the padding of the frame; undefined when there is no such thing. */
  transport: Uint8Array | undefined;
}

const NO_TYPE = 0x05ff;
const MIN_TYPE = 0x0600;
const PRESENT = 0x1000;
const SERVICE_TAG = 0x88a8;
const MAX_TAGS = 2;
const MAX_LABELS = 3;
const BOTTOM_OF_STACK = 0x100;
const ZERO_MAC = "00:00:00:00:00:00";

function nothing(): PacketHeaders {
  return {
    ethDst: ZERO_MAC,
    ethSrc: ZERO_MAC,
    ethType: 0,
    tags: [],
    labels: [],
    source: "0.0.0.0",
    target: "0.0.0.0",
    flowLabel: 0,
    proto: 0,
    tos: 0,
    ttl: 0,
    fragment: "no",
    arpSha: ZERO_MAC,
    arpTha: ZERO_MAC,
    tpSrc: 0,
    tpDst: 0,
    tcpFlags: 0,
    ndTarget: "::",
    transport: undefined,
  };
}

/** Never throws. */
export function packetHeaders(frame: Uint8Array): PacketHeaders {
  const headers = nothing();
  const reader = new Reader(frame);
  if (reader.remaining < 14) return headers;
  headers.ethDst = reader.field(mac);
  headers.ethSrc = reader.field(mac);
  while (headers.tags.length < MAX_TAGS && isTag(peekU16(reader)) && reader.remaining >= 6) {
    reader.skip(2);
    headers.tags.push(reader.u16() | PRESENT);
  }
  headers.ethType = readType(reader);
  switch (headers.ethType) {
    case EthType.ipv4:
      readIpv4Header(headers, reader);
      break;
    case EthType.ipv6:
      headers.source = headers.target = "::";
      readIpv6Header(headers, reader);
      break;
    case EthType.arp:
    case EthType.rarp:
      readArp(headers, reader);
      break;
    case EthType.mpls:
    case 0x8848:
      readLabels(headers, reader);
      break;
    default:
  }
  return headers;
}

function peekU16(reader: Reader): number {
  return reader.remaining < 2 ? 0 : reader.view.getUint16(reader.at);
}

function isTag(type: number): boolean {
  return type === EthType.vlan || type === SERVICE_TAG;
}

/** A length is followed by LLC, which may carry a type in SNAP. */
function readType(reader: Reader): number {
  const type = reader.u16();
  if (type >= MIN_TYPE) return type;
  if (reader.remaining < 8) return NO_TYPE;
  const { view, at } = reader;
  const isSnap = view.getUint32(at) === 0xaaaa0300 && view.getUint16(at + 4) === 0;
  if (!isSnap) return NO_TYPE;
  reader.skip(6);
  const inner = reader.u16();
  return inner >= MIN_TYPE ? inner : NO_TYPE;
}

function readLabels(headers: PacketHeaders, reader: Reader): void {
  while (reader.remaining >= 4) {
    const label = reader.u32();
    if (headers.labels.length < MAX_LABELS) headers.labels.push(label);
    if (label & BOTTOM_OF_STACK) return;
  }
}

/** Only Ethernet and IPv4 addresses; only operations that fit a byte. */
function readArp(headers: PacketHeaders, reader: Reader): void {
  if (reader.remaining < 28) return;
  const isEthernetIpv4 = reader.u32() === 0x00010800 && reader.u16() === 0x0604;
  if (!isEthernetIpv4) return;
  const operation = reader.u16();
  headers.proto = operation <= 0xff ? operation : 0;
  headers.arpSha = reader.field(mac);
  headers.source = reader.field(ipv4);
  headers.arpTha = reader.field(mac);
  headers.target = reader.field(ipv4);
}

function readIpv4Header(headers: PacketHeaders, reader: Reader): void {
  if (reader.remaining < 20) return;
  const { view, at } = reader;
  const headerLength = 4 * (view.getUint8(at) & 0x0f);
  const totalLength = view.getUint16(at + 2);
  if (headerLength < 20 || totalLength < headerLength || totalLength > reader.remaining) return;
  const fragment = view.getUint16(at + 6);
  headers.tos = view.getUint8(at + 1);
  headers.fragment = (fragment & 0x1fff) !== 0 ? "later" : (fragment & 0x2000) !== 0 ? "first" : "no";
  headers.ttl = view.getUint8(at + 8);
  headers.proto = view.getUint8(at + 9);
  headers.source = ipv4.read(view, at + 12);
  headers.target = ipv4.read(view, at + 16);
  reader.skip(headerLength);
  readTransport(headers, reader.take(totalLength - headerLength));
}

function readIpv6Header(headers: PacketHeaders, reader: Reader): void {
  if (reader.remaining < 40) return;
  const { view, at } = reader;
  const length = view.getUint16(at + 4);
  if (length > reader.remaining - 40) return;
  headers.source = ipv6.read(view, at + 8);
  headers.target = ipv6.read(view, at + 24);
  reader.skip(40);
  const payload = new Reader(reader.take(length));
  const fragment = skipExtensions(payload, view.getUint8(at + 6));
  if (!fragment) return;
  headers.flowLabel = view.getUint32(at) & 0xfffff;
  headers.tos = (view.getUint16(at) >> 4) & 0xff;
  headers.ttl = view.getUint8(at + 7);
  headers.proto = fragment.next;
  headers.fragment = fragment.fragment;
  readTransport(headers, payload.take());
}

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION = 60;

/** Undefined when an extension header is cut off. */
function skipExtensions(
  reader: Reader,
  first: number,
): { readonly next: number; readonly fragment: PacketHeaders["fragment"] } | undefined {
  let next = first;
  let fragment: PacketHeaders["fragment"] = "no";
  while ([HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION].includes(next)) {
    if (reader.remaining < 8) return undefined;
    const { view, at } = reader;
    const type = next;
    next = view.getUint8(at);
    if (type === FRAGMENT) {
      const offset = view.getUint16(at + 2);
      reader.skip(8);
      if (offset !== 0) fragment = "first";
      if ((offset & 0xfff8) !== 0) return { next: FRAGMENT, fragment: "later" };
      continue;
    }
    const words = view.getUint8(at + 1);
    const size = type === AUTHENTICATION ? 4 * (words + 2) : 8 * (words + 1);
    if (size > reader.remaining) return undefined;
    reader.skip(size);
  }
  return { next, fragment };
}

function readTransport(headers: PacketHeaders, bytes: Uint8Array): void {
  headers.transport = bytes;
  if (headers.fragment === "later") return;
  const { view } = new Reader(bytes);
  switch (headers.proto) {
    case IpProto.tcp: {
      const headerLength = bytes.length < 20 ? 0 : 4 * (view.getUint8(12) >> 4);
      if (headerLength < 20 || headerLength > bytes.length) return;
      headers.tcpFlags = view.getUint16(12) & 0x0fff;
      readPorts(headers, view);
      return;
    }
    case IpProto.udp:
      if (bytes.length >= 8) readPorts(headers, view);
      return;
    case IpProto.sctp:
      if (bytes.length >= 12) readPorts(headers, view);
      return;
    case IpProto.icmp:
    case IpProto.igmp:
      if (bytes.length >= 8) readTypeAndCode(headers, view);
      return;
    case IpProto.icmpv6:
      if (bytes.length >= 8) readTypeAndCode(headers, view);
      if (bytes.length >= 24 && isNeighbour(headers)) readNeighbour(headers, new Reader(bytes, 8));
  }
}

function readPorts(headers: PacketHeaders, view: DataView): void {
  headers.tpSrc = view.getUint16(0);
  headers.tpDst = view.getUint16(2);
}

function readTypeAndCode(headers: PacketHeaders, view: DataView): void {
  headers.tpSrc = view.getUint8(0);
  headers.tpDst = view.getUint8(1);
}

/** Neighbor solicitation or advertisement (RFC 4861 §4.3, §4.4). */
export function isNeighbour({ tpSrc, tpDst }: PacketHeaders): boolean {
  return (tpSrc === 135 || tpSrc === 136) && tpDst === 0;
}

function readNeighbour(headers: PacketHeaders, reader: Reader): void {
  headers.ndTarget = reader.field(ipv6);
  while (reader.remaining >= 8) {
    const { view, at } = reader;
    const type = view.getUint8(at);
    const size = 8 * view.getUint8(at + 1);
    if (size === 0 || size > reader.remaining) return;
    if ((type === 1 || type === 2) && size === 8) {
      const name = type === 1 ? "arpSha" : "arpTha";
      // An option that comes twice makes all of it invalid.
      if (headers[name] !== ZERO_MAC) {
        Object.assign(headers, { ndTarget: "::", arpSha: ZERO_MAC, arpTha: ZERO_MAC });
        return;
      }
      headers[name] = mac.read(view, at + 2);
    }
    reader.skip(size);
  }
}
