/** What connection tracking knows of a packet: OVS meta-flow.h, "Connection tracking". */
import type { OxmField } from "../../ofp/definition.ts";
import { isMasked } from "../../ofp/oxm.ts";
import { all, ethernet, ip as ip4, ip6, numberIn, type Prerequisite } from "../../ofp/prerequisites.ts";
import { decimal, hexadecimal, ip } from "../../ofp/text/values.ts";
import { ipv4, ipv6, u8, u16, u32, u128 } from "../../wire/index.ts";
import { ctStateText } from "./flags.ts";
import { READ_ONLY, row, UNMASKABLE } from "./row.ts";

const NEW = 0x01;
const ESTABLISHED = 0x02;
const RELATED = 0x04;
const REPLY = 0x08;
const INVALID = 0x10;
const TRACKED = 0x20;
const SOURCE_NAT = 0x40;
const DESTINATION_NAT = 0x80;
const TELLING = NEW | ESTABLISHED | RELATED | REPLY | SOURCE_NAT | DESTINATION_NAT;

/** OVS flow.h, is_ct_valid: the match must want a connection that is known, or a tracked packet that is not invalid. */
const valid: Prerequisite = (seen) => {
  const state = seen.get("ctState") ?? 0;
  const [value, mask] = isMasked(state) ? [Number(state.value), Number(state.mask)] : [Number(state), 0xff];
  const tracked = (value & TRACKED) !== 0 && (mask & INVALID) !== 0 && (value & INVALID) === 0;
  return (value & TELLING) !== 0 || (tracked && seen.has("ctState"))
    ? undefined
    : "ctState of a connection (new, est, rel, rpl, snat or dnat, or trk and not inv)";
};
// Without the protocol ovs-ofctl leaves ports out, and so does a switch that is asked for its flows.
const ports = all(valid, (seen) => ((numberIn(seen, "ctNwProto") ?? 0) === 0 ? "ctNwProto" : undefined));
// Open vSwitch has them of Ethernet frames only: a packet type does not do for the Ethernet type.
const address4 = all(valid, ethernet, ip4);
const address6 = all(valid, ethernet, ip6);

/** What belongs to the connection is written while it is committed. */
const OF_CT = { within: "ct" };

export const conntrackFields: readonly OxmField[] = [
  row(
    105,
    "ctState",
    "NXM_NX_CT_STATE",
    u32,
    { name: "ct_state", value: ctStateText, masks: "kept", ...READ_ONLY, printed: 150, sent: 710 },
    { bits: 8 },
  ),
  row(
    106,
    "ctZone",
    "NXM_NX_CT_ZONE",
    u16,
    { name: "ct_zone", value: decimal, ...READ_ONLY, printed: 151, sent: 711 },
    UNMASKABLE,
  ),
  row(107, "ctMark", "NXM_NX_CT_MARK", u32, { name: "ct_mark", value: hexadecimal, printed: 152, sent: 712 }, OF_CT),
  row(
    108,
    "ctLabel",
    "NXM_NX_CT_LABEL",
    u128,
    { name: "ct_label", value: hexadecimal, printed: 153, sent: 713 },
    OF_CT,
  ),
  row(
    119,
    "ctNwProto",
    "NXM_NX_CT_NW_PROTO",
    u8,
    { name: "ct_nw_proto", value: decimal, ...READ_ONLY, printed: 158, sent: 718 },
    { ...UNMASKABLE, missing: valid },
  ),
  row(
    120,
    "ctNwSrc",
    "NXM_NX_CT_NW_SRC",
    ipv4,
    { name: "ct_nw_src", value: ip, ...READ_ONLY, printed: 154, sent: 714 },
    { missing: address4 },
  ),
  row(
    121,
    "ctNwDst",
    "NXM_NX_CT_NW_DST",
    ipv4,
    { name: "ct_nw_dst", value: ip, ...READ_ONLY, printed: 156, sent: 716 },
    { missing: address4 },
  ),
  row(
    122,
    "ctIpv6Src",
    "NXM_NX_CT_IPV6_SRC",
    ipv6,
    { name: "ct_ipv6_src", value: ip, ...READ_ONLY, printed: 155, sent: 715 },
    { missing: address6 },
  ),
  row(
    123,
    "ctIpv6Dst",
    "NXM_NX_CT_IPV6_DST",
    ipv6,
    { name: "ct_ipv6_dst", value: ip, ...READ_ONLY, printed: 157, sent: 717 },
    { missing: address6 },
  ),
  row(
    124,
    "ctTpSrc",
    "NXM_NX_CT_TP_SRC",
    u16,
    { name: "ct_tp_src", value: decimal, ...READ_ONLY, printed: 159, sent: 719 },
    { missing: ports },
  ),
  row(
    125,
    "ctTpDst",
    "NXM_NX_CT_TP_DST",
    u16,
    { name: "ct_tp_dst", value: decimal, ...READ_ONLY, printed: 160, sent: 720 },
    { missing: ports },
  ),
];
