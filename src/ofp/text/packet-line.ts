/** The line that ofp-print prints for the packet in a packet-in or packet-out. */
import { viewOf } from "../../wire/index.ts";
import { hex, paddedHex } from "./number.ts";
import { isNeighbour, type PacketHeaders, packetHeaders } from "./packet-headers.ts";
import { EthType, IpProto, protocolWord } from "./protocols.ts";

const MPLS_MULTICAST = 0x8848;

const tcpFlags = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"];

/** What is read of the transport header: its name in print, the least length, where the checksum is and how long. */
const checksums: Readonly<Record<number, readonly [name: string, size: number, offset: number, octets: 2 | 4]>> = {
  [IpProto.tcp]: ["tcp_csum", 20, 16, 2],
  [IpProto.udp]: ["udp_csum", 8, 6, 2],
  [IpProto.sctp]: ["sctp_csum", 12, 8, 4],
  [IpProto.icmp]: ["icmp_csum", 8, 2, 2],
  [IpProto.icmpv6]: ["icmp6_csum", 4, 2, 2],
};

/** One line without its end. Never throws. */
export function packetLine(frame: Uint8Array): string {
  const headers = packetHeaders(frame);
  const words = [
    ...protocolWords(headers),
    ...linkWords(headers),
    ...networkWords(headers),
    ...transportWords(headers),
  ];
  return words.join(",") + checksum(headers);
}

function isIp({ ethType }: PacketHeaders): boolean {
  return ethType === EthType.ipv4 || ethType === EthType.ipv6;
}

function isArp({ ethType }: PacketHeaders): boolean {
  return ethType === EthType.arp || ethType === EthType.rarp;
}

function protocolWords(headers: PacketHeaders): string[] {
  const both = isIp(headers) ? protocolWord(headers.ethType, headers.proto) : undefined;
  const word = both ?? protocolWord(headers.ethType);
  return word === undefined ? [] : [word];
}

/** The tags that are there, and that there is no further one. */
function linkWords({ tags, ethSrc, ethDst, ethType }: PacketHeaders): string[] {
  const numbered = (index: number) => (index === 0 ? "" : String(index));
  const words = tags.flatMap((tag, index) => [
    `dl_vlan${numbered(index)}=${tag & 0xfff}`,
    `dl_vlan_pcp${numbered(index)}=${tag >> 13}`,
  ]);
  if (tags.length < 2) words.push(`vlan_tci${numbered(tags.length)}=0x0000`);
  words.push(`dl_src=${ethSrc}`, `dl_dst=${ethDst}`);
  if (protocolWord(ethType) === undefined) words.push(`dl_type=${paddedHex(ethType, 4)}`);
  return words;
}

function networkWords(headers: PacketHeaders): string[] {
  const { source, target, proto, tos, ttl } = headers;
  if (isArp(headers)) {
    return [
      `arp_spa=${source}`,
      `arp_tpa=${target}`,
      `arp_op=${proto}`,
      `arp_sha=${headers.arpSha}`,
      `arp_tha=${headers.arpTha}`,
    ];
  }
  if (headers.ethType === EthType.mpls || headers.ethType === MPLS_MULTICAST) return labelWords(headers);
  if (!isIp(headers)) return [];
  const addresses =
    headers.ethType === EthType.ipv4
      ? [`nw_src=${source}`, `nw_dst=${target}`]
      : [`ipv6_src=${source}`, `ipv6_dst=${target}`, `ipv6_label=${paddedHex(headers.flowLabel, 5)}`];
  return [
    ...addresses,
    ...(protocolWord(headers.ethType, proto) === undefined ? [`nw_proto=${proto}`] : []),
    `nw_tos=${tos & 0xfc}`,
    `nw_ecn=${tos & 3}`,
    `nw_ttl=${ttl}`,
    `nw_frag=${headers.fragment}`,
  ];
}

/** Labels up to the bottom of the stack, three at most; where the packet ends before it, zeros. */
function labelWords({ labels }: PacketHeaders): string[] {
  const [first = 0, second = 0, third = 0] = labels;
  const isBottom = (label: number) => ((label >> 8) & 1) === 1;
  const words = [
    `mpls_label=${first >>> 12}`,
    `mpls_tc=${(first >> 9) & 7}`,
    `mpls_ttl=${first & 0xff}`,
    `mpls_bos=${(first >> 8) & 1}`,
  ];
  if (isBottom(first)) return words;
  words.push(`mpls_lse1=${second}`);
  return isBottom(second) ? words : [...words, `mpls_lse2=${third}`];
}

function transportWords(headers: PacketHeaders): string[] {
  const { proto, tpSrc, tpDst } = headers;
  const known = [IpProto.icmp, IpProto.icmpv6, IpProto.tcp, IpProto.udp, IpProto.sctp, IpProto.igmp] as number[];
  if (!isIp(headers) || headers.fragment === "later" || !known.includes(proto)) return [];
  const isIcmp6 = headers.ethType === EthType.ipv6 && proto === IpProto.icmpv6;
  if (isIcmp6 || (headers.ethType === EthType.ipv4 && proto === IpProto.icmp)) {
    const words = [`icmp_type=${tpSrc}`, `icmp_code=${tpDst}`];
    if (!isIcmp6 || !isNeighbour(headers)) return words;
    return [...words, `nd_target=${headers.ndTarget}`, `nd_sll=${headers.arpSha}`, `nd_tll=${headers.arpTha}`];
  }
  const ports = [`tp_src=${tpSrc}`, `tp_dst=${tpDst}`];
  return proto === IpProto.tcp ? [...ports, `tcp_flags=${flagNames(headers.tcpFlags)}`] : ports;
}

function flagNames(flags: number): string {
  const names = tcpFlags.filter((_, index) => (flags >> index) & 1);
  return names.length === 0 ? "0" : names.join("|");
}

function checksum({ proto, transport }: PacketHeaders): string {
  const [name, size, offset, octets] = checksums[proto] ?? [];
  if (!transport || size === undefined || offset === undefined || transport.length < size) return "";
  const view = viewOf(transport);
  const value = octets === 4 ? view.getUint32(offset) : view.getUint16(offset);
  return ` ${name}:${value === 0 ? "0" : hex(value).slice(2)}`;
}
