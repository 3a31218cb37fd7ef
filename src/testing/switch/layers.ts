/** Where the headers of a frame begin, as Open vSwitch finds them: what does not parse is not there. */
import { findEthType } from "../../tcp/ethernet.ts";
import { EtherType, IpProtocol } from "../../tcp/frame-types.ts";
import { extensionLength, IPV6_SIZE } from "../../tcp/ipv6.ts";

/** Offsets are -1 for a header that is not there. */
export interface Layers {
  /** Of the outermost VLAN tag. */
  readonly vlanAt: number;
  /** Of the type behind all tags. */
  readonly typeAt: number;
  readonly ethType: number;
  readonly ipv4At: number;
  readonly ipv6At: number;
  readonly arpAt: number;
  /** The protocol behind IP and its extension headers; 0 without IP. */
  readonly protocol: number;
  /** Of a complete TCP, UDP, SCTP or ICMP header; -1 in a later fragment. */
  readonly transportAt: number;
  /** Whether it is the beginning of a fragmented datagram. */
  readonly firstFragment: boolean;
  /** Whether an IPv6 routing header says that the destination address is not the last one. */
  readonly routed: boolean;
}

const ETHERNET_HEADER = 14;
const ARP_PACKET = 28;
/** What Open vSwitch matches for an IEEE 802.3 frame, whose type is a length: OFP_DL_TYPE_NOT_ETH_TYPE. */
const NO_ETHER_TYPE = 0x05ff;
const FIRST_ETHER_TYPE = 0x0600;
const MIN_IPV4_HEADER = 20;
const SCTP = 132;

/** How long the header of a transport protocol must be for its ports to be believed. */
const TRANSPORT_HEADERS: Readonly<Record<number, number>> = {
  [IpProtocol.tcp]: 20,
  [IpProtocol.udp]: 8,
  [SCTP]: 12,
  [IpProtocol.icmp]: 8,
  [IpProtocol.icmpv6]: 8,
};

const opaque: readonly number[] = [IpProtocol.mobility, IpProtocol.hip, IpProtocol.shim6];

const NOTHING = {
  ipv4At: -1,
  ipv6At: -1,
  arpAt: -1,
  protocol: 0,
  transportAt: -1,
  firstFragment: false,
  routed: false,
};

/** `view` is at least an Ethernet header long. */
export function findLayers(view: DataView): Layers {
  const typeAt = findEthType(view);
  const type = view.getUint16(typeAt);
  const ethType = type < FIRST_ETHER_TYPE ? NO_ETHER_TYPE : type;
  const link = { ...NOTHING, vlanAt: typeAt > ETHERNET_HEADER - 2 ? ETHERNET_HEADER - 2 : -1, typeAt, ethType };
  const at = typeAt + 2;
  if (ethType === EtherType.ipv4) return { ...link, ...ipv4Layers(view, at) };
  if (ethType === EtherType.ipv6) return { ...link, ...ipv6Layers(view, at) };
  if (ethType === EtherType.arp && isArp(view, at)) return { ...link, arpAt: at };
  return link;
}

/** RFC 826 for Ethernet and IPv4. */
function isArp(view: DataView, at: number): boolean {
  if (at + ARP_PACKET > view.byteLength) return false;
  return view.getUint32(at) === 0x0001_0800 && view.getUint16(at + 4) === 0x0604;
}

function ipv4Layers(view: DataView, at: number): Partial<Layers> {
  if (at + MIN_IPV4_HEADER > view.byteLength) return {};
  const length = 4 * (view.getUint8(at) & 0xf);
  const total = view.getUint16(at + 2);
  if (length < MIN_IPV4_HEADER || total < length || at + total > view.byteLength) return {};
  const protocol = view.getUint8(at + 9);
  const fragment = view.getUint16(at + 6) & 0x3fff;
  if ((fragment & 0x1fff) !== 0) return { ipv4At: at, protocol };
  const transportAt = transport(protocol, at + length, at + total);
  return { ipv4At: at, protocol, transportAt, firstFragment: fragment !== 0 };
}

function ipv6Layers(view: DataView, at: number): Partial<Layers> {
  if (at + IPV6_SIZE > view.byteLength) return {};
  const end = at + IPV6_SIZE + view.getUint16(at + 4);
  if (end > view.byteLength) return {};
  let protocol = view.getUint8(at + 6);
  let next = at + IPV6_SIZE;
  let routed = false;
  let firstFragment = false;
  for (;;) {
    // Open vSwitch does not look behind these.
    if (opaque.includes(protocol)) return { ipv6At: at, protocol, routed };
    const length = extensionLength(view, protocol, next, end);
    if (length === 0) break;
    if (protocol === IpProtocol.routing && view.getUint8(next + 3) > 0) routed = true;
    const fragment = protocol === IpProtocol.fragment ? view.getUint16(next + 2) : 0;
    if (fragment !== 0) firstFragment = true;
    protocol = view.getUint8(next);
    next += length;
    if ((fragment & 0xfff8) !== 0) return { ipv6At: at, protocol, routed };
  }
  return { ipv6At: at, protocol, transportAt: transport(protocol, next, end), firstFragment, routed };
}

function transport(protocol: number, at: number, end: number): number {
  const size = TRANSPORT_HEADERS[protocol];
  return size !== undefined && at + size <= end ? at : -1;
}
