/** Fields of packet headers that OpenFlow 1.3 lacks: OVS meta-flow.h, "Ethernet" to "Neighbor discovery". */
import type { FieldPart, FieldText, OxmField } from "../../ofp/definition.ts";
import { OxmClass } from "../../ofp/enums/match.ts";
import { anyIp, ethernet, mpls, neighbour, tcp } from "../../ofp/prerequisites.ts";
import { decimal, hexadecimal } from "../../ofp/text/values.ts";
import { u8, u16, u32 } from "../../wire/index.ts";
import { ONF } from "../experimenter.ts";
import { tcpFlagsText } from "./flags.ts";
import { READ_ONLY, row, UNMASKABLE } from "./row.ts";
import { fragment } from "./values.ts";

/** ERICOXM_OF, a class of Ericsson's. */
const ERICSSON = 0x1000;

/** The 12 bits behind the data offset of the TCP header, as ovs-ofctl sends them under OpenFlow 1.3. ONF EXT-109. */
export const tcpFlags: OxmField = row(
  42,
  "tcpFlags",
  "ONFOXM_ET_TCP_FLAGS",
  u16,
  { name: "tcp_flags", value: tcpFlagsText, ...READ_ONLY, printed: 815, sent: 345 },
  { oxmClass: OxmClass.experimenter, experimenter: ONF, bits: 12, missing: tcp },
);

const vlan: readonly FieldPart[] = [
  { name: "vlanVid", low: 0, bits: 13 },
  { name: "vlanPcp", low: 13, bits: 3 },
];

function text(name: string, printed: number, sent: number): FieldText {
  return { name, value: decimal, printed, sent };
}

export const headerFields: readonly OxmField[] = [
  // The 16 bits of a VLAN tag, with 0x1000 for "a tag is present".
  row(
    4,
    "vlanTci",
    "NXM_OF_VLAN_TCI",
    u16,
    { name: "vlan_tci", value: hexadecimal, printed: 620, sent: 190 },
    { oxmClass: OxmClass.nxm0, parts: vlan, missing: ethernet },
  ),
  row(30, "mplsTtl", "NXM_NX_MPLS_TTL", u8, text("mpls_ttl", 770, 230), { ...UNMASKABLE, missing: mpls }),
  // DSCP in the place that it has in the header.
  row(5, "ipTos", "NXM_OF_IP_TOS", u8, text("nw_tos", 720, 280), {
    oxmClass: OxmClass.nxm0,
    ...UNMASKABLE,
    parts: [{ name: "ipDscp", low: 2, bits: 6 }],
    missing: anyIp,
  }),
  row(29, "ipTtl", "NXM_NX_IP_TTL", u8, text("nw_ttl", 740, 300), { ...UNMASKABLE, missing: anyIp }),
  // 1: a fragment; 2: a later one.
  row(
    26,
    "ipFrag",
    "NXM_NX_IP_FRAG",
    u8,
    {
      name: "ip_frag",
      aliases: ["nw_frag"],
      matchName: "nw_frag",
      value: fragment,
      masks: "exact",
      limited: true,
      ...READ_ONLY,
      printed: 790,
      sent: 270,
    },
    { bits: 2, missing: anyIp },
  ),
  row(1, "icmpv6NdReserved", "ERICOXM_OF_ICMPV6_ND_RESERVED", u32, text("nd_reserved", 850, 365), {
    oxmClass: ERICSSON,
    ...UNMASKABLE,
    missing: neighbour,
  }),
  row(2, "icmpv6NdOptionsType", "ERICOXM_OF_ICMPV6_ND_OPTIONS_TYPE", u8, text("nd_options_type", 860, 380), {
    oxmClass: ERICSSON,
    ...UNMASKABLE,
    missing: neighbour,
  }),
];
