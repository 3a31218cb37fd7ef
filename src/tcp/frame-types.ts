/** What an Ethernet frame is, as plain data. Nothing here does anything. */
import type { TcpOption } from "./option-types.ts";

/**
 * One Ethernet frame, decoded as far as this library understands it: Ethernet, VLAN tags, ARP, IPv4, IPv6, TCP.
 *
 * A layer that is absent or does not parse is not there, and its bytes stand in `payload`. Byte arrays of a decoded frame
 * are views of the input, not copies. A decoded frame holds everything needed to encode it back byte for byte.
 */
export interface Frame {
  readonly ethernet: Ethernet;
  /** Present for an Ethernet/IPv4 ARP packet. */
  readonly arp?: Arp;
  readonly ipv4?: Ipv4;
  readonly ipv6?: Ipv6;
  /** Present when the whole TCP header is there, so also in the first fragment of a datagram, never in a later one. */
  readonly tcp?: Tcp;
  /** The TCP payload, or else everything behind the last decoded header (less the Ethernet trailer). */
  readonly payload: Uint8Array;
}

/** IEEE 802.3 §3.2 header with its IEEE 802.1Q tags. */
export interface Ethernet {
  /** `00:00:00:00:00:01` */
  readonly dst: string;
  readonly src: string;
  /** Outermost first; empty for an untagged frame. */
  readonly vlans: readonly VlanTag[];
  /** Type of what follows the tags, see {@link EtherType}. Below 0x0600 it is an IEEE 802.3 length: the frame stays raw. */
  readonly ethType: number;
  /** What stands behind the end that the IP length field (or ARP) tells: padding to 60 bytes mostly. Empty otherwise. */
  readonly trailer: Uint8Array;
}

/** IEEE 802.1Q §9.6 tag. */
export interface VlanTag {
  /** Tag protocol identifier: 0x8100 (customer), 0x88a8 (service) or 0x9100 (an old habit). */
  readonly tpid: number;
  /** Priority code point, 0 to 7. */
  readonly pcp: number;
  /** Drop eligible indicator. */
  readonly dei: boolean;
  /** VLAN identifier, 0 to 4095; 0 only gives a priority. */
  readonly vid: number;
}

/** RFC 826 for Ethernet and IPv4; ARP for other networks stays raw. */
export interface Arp {
  /** 1 request, 2 reply. */
  readonly operation: number;
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetMac: string;
  readonly targetIp: string;
}

/** RFC 791 §3.1, with the type of service of RFC 2474 and RFC 3168. IHL follows from `options`. */
export interface Ipv4 {
  /** Differentiated services code point, 0 to 63. */
  readonly dscp: number;
  /** Explicit congestion notification, 0 to 3. */
  readonly ecn: number;
  /** Length of header and data in bytes, as the header tells it: more than is there when the capture cut the frame. */
  readonly totalLength: number;
  readonly identification: number;
  /** The bit before DF, zero in honest packets. */
  readonly reservedFlag: boolean;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In units of 8 bytes, 0 to 8191. */
  readonly fragmentOffset: number;
  readonly ttl: number;
  /** See {@link IpProtocol}. */
  readonly protocol: number;
  readonly checksum: number;
  /** Whether `checksum` was right when decoded; undefined in a frame that was never bytes. Not used by encoding. */
  readonly checksumValid: boolean | undefined;
  /** `10.0.0.2` */
  readonly src: string;
  readonly dst: string;
  /** Raw, a multiple of 4 up to 40 bytes. */
  readonly options: Uint8Array;
}

/** RFC 8200 §3. */
export interface Ipv6 {
  /** Differentiated services code point, the upper 6 bits of the traffic class. */
  readonly dscp: number;
  /** Explicit congestion notification, the lower 2 bits of the traffic class. */
  readonly ecn: number;
  /** 20 bits. */
  readonly flowLabel: number;
  /** Length in bytes of what follows the 40-byte header, as the header tells it. */
  readonly payloadLength: number;
  /** As it stood in the header. Encoding writes the type of the first extension, or `protocol` when there is none. */
  readonly nextHeader: number;
  readonly hopLimit: number;
  /** RFC 5952 text: `2001:db8::1` */
  readonly src: string;
  readonly dst: string;
  /** Extension headers in order. */
  readonly extensions: readonly Ipv6Extension[];
  /** What follows the last extension header, see {@link IpProtocol}. */
  readonly protocol: number;
}

/** RFC 8200 §4: hop-by-hop 0, routing 43, fragment 44, authentication 51, destination 60, mobility 135, HIP 139, Shim6 140. */
export interface Ipv6Extension {
  /** The protocol number that announces this header. */
  readonly type: number;
  /** The whole header. Its first byte, the next header, is computed when encoding. */
  readonly raw: Uint8Array;
}

/** RFC 9293 §3.1. The data offset follows from `options`. */
export interface Tcp {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  /** Acknowledgment number; stands there whether the ACK flag is set or not. */
  readonly ack: number;
  /** The 12 bits behind the data offset, as OpenFlow's `tcp_flags` numbers them: see {@link TcpFlags}; 0xe00 is reserved. */
  readonly flags: number;
  /** The field as it stands, not scaled. */
  readonly window: number;
  readonly checksum: number;
  /**
   * Whether `checksum` was right when decoded. Undefined when that cannot be told: a fragment, a frame that the capture
   * cut, a packet still being source-routed, or a frame that was never bytes. Not used by encoding.
   */
  readonly checksumValid: boolean | undefined;
  readonly urgentPointer: number;
  /** In order, with no-operations and the end of the list; see {@link TcpOption}. */
  readonly options: readonly TcpOption[];
}

/** RFC 9293 §3.1 control bits, RFC 3168 §6.1 (ECE, CWR) and RFC 9768 §3.1 (AE, formerly the NS of RFC 3540). */
export const TcpFlags = {
  fin: 0x001,
  syn: 0x002,
  rst: 0x004,
  psh: 0x008,
  ack: 0x010,
  urg: 0x020,
  ece: 0x040,
  cwr: 0x080,
  ae: 0x100,
} as const;
export type TcpFlags = (typeof TcpFlags)[keyof typeof TcpFlags];

/** The IEEE 802 numbers that this library knows. */
export const EtherType = {
  ipv4: 0x0800,
  arp: 0x0806,
  vlan: 0x8100,
  ipv6: 0x86dd,
  serviceVlan: 0x88a8,
  oldServiceVlan: 0x9100,
} as const;
export type EtherType = (typeof EtherType)[keyof typeof EtherType];

/** The IANA protocol numbers that this library knows. */
export const IpProtocol = {
  hopByHop: 0,
  icmp: 1,
  tcp: 6,
  udp: 17,
  routing: 43,
  fragment: 44,
  authentication: 51,
  icmpv6: 58,
  noNextHeader: 59,
  destinationOptions: 60,
  mobility: 135,
  hip: 139,
  shim6: 140,
} as const;
export type IpProtocol = (typeof IpProtocol)[keyof typeof IpProtocol];
