/** The 40 basic fields in ovs-ofctl's words; three of them it does not know, their words are ours. */
import type { FieldText, ValueText } from "../definition.ts";
import { decimal, ethernet, hexadecimal, hexOfWidth, ip, port } from "./values.ts";

/**
 * `printed` follows ovs-ofctl's match_format, `sent` its nx_put_raw, both with room between for the fields of extensions. Where
 * several fields have one place no match can hold two of them.
 */
function row(
  name: string,
  value: ValueText,
  printed: number,
  sent: number,
  more: Pick<FieldText, "aliases" | "matchName" | "readOnly" | "foreign" | "masks"> = {},
): FieldText {
  return { name, value, printed, sent, ...more };
}

const READ_ONLY = { readOnly: true };
const FOREIGN = { foreign: true };
/** A mask of the own bits, of all that may be set, is none. */
const WHOLE = { masks: "exact" } as const;

/** Also read as, and printed in a match as. */
function legacy(matchName: string, more: Pick<FieldText, "readOnly"> = {}): Partial<FieldText> {
  return { aliases: [matchName], matchName, ...more };
}

/** By the name of the field in a match. */
export const basicFieldTexts: Readonly<Record<string, FieldText>> = {
  // As an action's field, in_port is the 16-bit field of NXM.
  inPort: row("in_port_oxm", port, 610, 140, { matchName: "in_port" }),
  inPhyPort: row("in_phy_port", port, 615, 145, { ...FOREIGN, ...READ_ONLY }),
  metadata: row("metadata", hexadecimal, 600, 900),
  ethDst: row("eth_dst", ethernet, 640, 170, legacy("dl_dst")),
  ethSrc: row("eth_src", ethernet, 630, 160, legacy("dl_src")),
  ethType: row("eth_type", hexOfWidth(4), 650, 180, legacy("dl_type", READ_ONLY)),
  vlanVid: row("vlan_vid", decimal, 620, 190, WHOLE),
  vlanPcp: row("vlan_pcp", decimal, 621, 200),
  ipDscp: row("ip_dscp", decimal, 720, 280),
  ipEcn: row("nw_ecn", decimal, 730, 290, { aliases: ["ip_ecn"] }),
  ipProto: row("nw_proto", decimal, 690, 320, { aliases: ["ip_proto"], ...READ_ONLY }),
  ipv4Src: row("ip_src", ip, 660, 250, legacy("nw_src")),
  ipv4Dst: row("ip_dst", ip, 670, 260, legacy("nw_dst")),
  tcpSrc: row("tcp_src", decimal, 800, 330, legacy("tp_src")),
  tcpDst: row("tcp_dst", decimal, 810, 340, legacy("tp_dst")),
  udpSrc: row("udp_src", decimal, 800, 330, { matchName: "tp_src" }),
  udpDst: row("udp_dst", decimal, 810, 340, { matchName: "tp_dst" }),
  sctpSrc: row("sctp_src", decimal, 800, 330, { matchName: "tp_src" }),
  sctpDst: row("sctp_dst", decimal, 810, 340, { matchName: "tp_dst" }),
  icmpv4Type: row("icmp_type", decimal, 800, 330),
  icmpv4Code: row("icmp_code", decimal, 810, 340),
  arpOp: row("arp_op", decimal, 690, 320),
  arpSpa: row("arp_spa", ip, 660, 330),
  arpTpa: row("arp_tpa", ip, 670, 340),
  arpSha: row("arp_sha", ethernet, 700, 350),
  arpTha: row("arp_tha", ethernet, 710, 360),
  ipv6Src: row("ipv6_src", ip, 660, 250),
  ipv6Dst: row("ipv6_dst", ip, 670, 260),
  ipv6Flabel: row("ipv6_label", hexOfWidth(5), 680, 310, WHOLE),
  icmpv6Type: row("icmpv6_type", decimal, 800, 330, { matchName: "icmp_type" }),
  icmpv6Code: row("icmpv6_code", decimal, 810, 340, { matchName: "icmp_code" }),
  ipv6NdTarget: row("nd_target", ip, 820, 370),
  ipv6NdSll: row("nd_sll", ethernet, 830, 390),
  ipv6NdTll: row("nd_tll", ethernet, 840, 400),
  mplsLabel: row("mpls_label", decimal, 750, 240),
  mplsTc: row("mpls_tc", decimal, 760, 210),
  mplsBos: row("mpls_bos", decimal, 780, 220, READ_ONLY),
  pbbIsid: row("pbb_isid", hexadecimal, 785, 245, FOREIGN),
  tunnelId: row("tun_id", hexadecimal, 500, 500, { aliases: ["tunnel_id"] }),
  ipv6Exthdr: row("ipv6_exthdr", hexadecimal, 682, 315, { ...FOREIGN, ...READ_ONLY }),
};
