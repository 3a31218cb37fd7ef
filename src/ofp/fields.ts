/** The 40 fields of class OFPXMC_OPENFLOW_BASIC: OpenFlow 1.3.5 §7.2.3.7, table 11, in its order. */
import { type Field, ipv4, ipv6, mac, u8, u16, u24, u32, u64 } from "../wire/index.ts";
import type { OxmField } from "./definition.ts";
import { OxmClass } from "./enums/match.ts";
import {
  advertisement,
  anyIp,
  arp,
  ethernet,
  icmp,
  icmp6,
  inPort,
  ip,
  ip6,
  mpls,
  neighbour,
  type Prerequisite,
  pbb,
  sctp,
  solicitation,
  tagged,
  tcp,
  udp,
} from "./prerequisites.ts";
import { basicFieldTexts } from "./text/basic-fields.ts";

const MASKABLE = true;

function row(
  field: number,
  name: string,
  oxmName: string,
  value: Field<number> | Field<bigint> | Field<string>,
  options: { readonly bits?: number; readonly maskable?: boolean; readonly missing?: Prerequisite } = {},
): OxmField {
  const { bits = 8 * value.size, maskable = false, missing } = options;
  const text = basicFieldTexts[name];
  return {
    name,
    oxmName,
    oxmClass: OxmClass.openflowBasic,
    field,
    value: value,
    bits,
    maskable,
    ...(missing && { missing }),
    ...(text && { text }),
  };
}

export const basicFields: readonly OxmField[] = [
  row(0, "inPort", "OXM_OF_IN_PORT", u32),
  row(1, "inPhyPort", "OXM_OF_IN_PHY_PORT", u32, { missing: inPort }),
  row(2, "metadata", "OXM_OF_METADATA", u64, { maskable: MASKABLE }),
  row(3, "ethDst", "OXM_OF_ETH_DST", mac, { maskable: MASKABLE, missing: ethernet }),
  row(4, "ethSrc", "OXM_OF_ETH_SRC", mac, { maskable: MASKABLE, missing: ethernet }),
  row(5, "ethType", "OXM_OF_ETH_TYPE", u16, { missing: ethernet }),
  row(6, "vlanVid", "OXM_OF_VLAN_VID", u16, { bits: 13, maskable: MASKABLE, missing: ethernet }),
  row(7, "vlanPcp", "OXM_OF_VLAN_PCP", u8, { bits: 3, missing: tagged }),
  row(8, "ipDscp", "OXM_OF_IP_DSCP", u8, { bits: 6, missing: anyIp }),
  row(9, "ipEcn", "OXM_OF_IP_ECN", u8, { bits: 2, missing: anyIp }),
  row(10, "ipProto", "OXM_OF_IP_PROTO", u8, { missing: anyIp }),
  row(11, "ipv4Src", "OXM_OF_IPV4_SRC", ipv4, { maskable: MASKABLE, missing: ip }),
  row(12, "ipv4Dst", "OXM_OF_IPV4_DST", ipv4, { maskable: MASKABLE, missing: ip }),
  // The specification gives ports no mask; Open vSwitch takes one, and its ofctl prints it.
  row(13, "tcpSrc", "OXM_OF_TCP_SRC", u16, { maskable: MASKABLE, missing: tcp }),
  row(14, "tcpDst", "OXM_OF_TCP_DST", u16, { maskable: MASKABLE, missing: tcp }),
  row(15, "udpSrc", "OXM_OF_UDP_SRC", u16, { maskable: MASKABLE, missing: udp }),
  row(16, "udpDst", "OXM_OF_UDP_DST", u16, { maskable: MASKABLE, missing: udp }),
  row(17, "sctpSrc", "OXM_OF_SCTP_SRC", u16, { maskable: MASKABLE, missing: sctp }),
  row(18, "sctpDst", "OXM_OF_SCTP_DST", u16, { maskable: MASKABLE, missing: sctp }),
  row(19, "icmpv4Type", "OXM_OF_ICMPV4_TYPE", u8, { missing: icmp }),
  row(20, "icmpv4Code", "OXM_OF_ICMPV4_CODE", u8, { missing: icmp }),
  row(21, "arpOp", "OXM_OF_ARP_OP", u16, { missing: arp }),
  row(22, "arpSpa", "OXM_OF_ARP_SPA", ipv4, { maskable: MASKABLE, missing: arp }),
  row(23, "arpTpa", "OXM_OF_ARP_TPA", ipv4, { maskable: MASKABLE, missing: arp }),
  row(24, "arpSha", "OXM_OF_ARP_SHA", mac, { maskable: MASKABLE, missing: arp }),
  row(25, "arpTha", "OXM_OF_ARP_THA", mac, { maskable: MASKABLE, missing: arp }),
  row(26, "ipv6Src", "OXM_OF_IPV6_SRC", ipv6, { maskable: MASKABLE, missing: ip6 }),
  row(27, "ipv6Dst", "OXM_OF_IPV6_DST", ipv6, { maskable: MASKABLE, missing: ip6 }),
  row(28, "ipv6Flabel", "OXM_OF_IPV6_FLABEL", u32, { bits: 20, maskable: MASKABLE, missing: ip6 }),
  row(29, "icmpv6Type", "OXM_OF_ICMPV6_TYPE", u8, { missing: icmp6 }),
  row(30, "icmpv6Code", "OXM_OF_ICMPV6_CODE", u8, { missing: icmp6 }),
  row(31, "ipv6NdTarget", "OXM_OF_IPV6_ND_TARGET", ipv6, { maskable: MASKABLE, missing: neighbour }),
  row(32, "ipv6NdSll", "OXM_OF_IPV6_ND_SLL", mac, { maskable: MASKABLE, missing: solicitation }),
  row(33, "ipv6NdTll", "OXM_OF_IPV6_ND_TLL", mac, { maskable: MASKABLE, missing: advertisement }),
  row(34, "mplsLabel", "OXM_OF_MPLS_LABEL", u32, { bits: 20, missing: mpls }),
  row(35, "mplsTc", "OXM_OF_MPLS_TC", u8, { bits: 3, missing: mpls }),
  row(36, "mplsBos", "OXM_OF_MPLS_BOS", u8, { bits: 1, missing: mpls }),
  row(37, "pbbIsid", "OXM_OF_PBB_ISID", u24, { maskable: MASKABLE, missing: pbb }),
  row(38, "tunnelId", "OXM_OF_TUNNEL_ID", u64, { maskable: MASKABLE }),
  row(39, "ipv6Exthdr", "OXM_OF_IPV6_EXTHDR", u16, { bits: 9, maskable: MASKABLE, missing: ip6 }),
];
