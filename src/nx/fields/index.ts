/** Match fields of the classes NXM_OF (0) and NXM_NX (1), and of the ONF: OVS meta-flow.h. A new field is a row here. */
import type { FieldText, FieldValue, OxmField } from "../../ofp/definition.ts";
import { OxmClass } from "../../ofp/enums/match.ts";
import { basicFields } from "../../ofp/fields.ts";
import { exact } from "../../ofp/match.ts";
import { decimal, hexadecimal } from "../../ofp/text/values.ts";
import { type Field, u16, u32 } from "../../wire/index.ts";
import { ONF } from "../experimenter.ts";
import { tcpFlagsText } from "./tcp-flags.ts";

const MASKABLE = true;
const { nxm0, nxm1 } = OxmClass;

function row(
  oxmClass: number,
  field: number,
  name: string,
  oxmName: string,
  value: Field<FieldValue>,
  maskable: boolean,
  text: FieldText,
): OxmField {
  return { name, oxmName, oxmClass, field, value, bits: 8 * value.size, maskable, text };
}

/** Registers are empty when a packet comes in. */
const registers = Array.from({ length: 16 }, (_, index) => {
  const text = { name: `reg${index}`, value: hexadecimal, printed: 400 + index, sent: 600 + index };
  return row(nxm1, index, `reg${index}`, `NXM_NX_REG${index}`, u32, MASKABLE, text);
});

/** The 12 bits behind the data offset of the TCP header. */
const tcpFlags: OxmField = {
  ...row(nxm1, 34, "tcpFlagsNxm", "NXM_NX_TCP_FLAGS", u16, MASKABLE, {
    name: "tcp_flags",
    value: tcpFlagsText,
    readOnly: true,
    printed: 815,
    sent: 345,
  }),
  bits: 12,
  missing: (seen) => (exact(seen.get("ipProto")) === 6 ? undefined : "ipProto 6"),
};

export const onfFields: readonly OxmField[] = [
  // What ovs-ofctl sends for tcp_flags under OpenFlow 1.3.
  {
    ...tcpFlags,
    name: "tcpFlags",
    oxmName: "ONFOXM_ET_TCP_FLAGS",
    oxmClass: OxmClass.experimenter,
    field: 42,
    experimenter: ONF,
  },
];

/**
 * Fields that have an NXM header besides that of OpenFlow 1.3: what `load` and its kin carry. Open vSwitch takes either header
 * everywhere.
 */
const twins: readonly (readonly [name: string, oxmName: string, oxmClass: number, field: number])[] = [
  ["ethDst", "NXM_OF_ETH_DST", nxm0, 1],
  ["ethSrc", "NXM_OF_ETH_SRC", nxm0, 2],
  ["ethType", "NXM_OF_ETH_TYPE", nxm0, 3],
  ["ipProto", "NXM_OF_IP_PROTO", nxm0, 6],
  ["ipv4Src", "NXM_OF_IP_SRC", nxm0, 7],
  ["ipv4Dst", "NXM_OF_IP_DST", nxm0, 8],
  ["tcpSrc", "NXM_OF_TCP_SRC", nxm0, 9],
  ["tcpDst", "NXM_OF_TCP_DST", nxm0, 10],
  ["udpSrc", "NXM_OF_UDP_SRC", nxm0, 11],
  ["udpDst", "NXM_OF_UDP_DST", nxm0, 12],
  ["icmpv4Type", "NXM_OF_ICMP_TYPE", nxm0, 13],
  ["icmpv4Code", "NXM_OF_ICMP_CODE", nxm0, 14],
  ["arpOp", "NXM_OF_ARP_OP", nxm0, 15],
  ["arpSpa", "NXM_OF_ARP_SPA", nxm0, 16],
  ["arpTpa", "NXM_OF_ARP_TPA", nxm0, 17],
  ["tunnelId", "NXM_NX_TUN_ID", nxm1, 16],
  ["arpSha", "NXM_NX_ARP_SHA", nxm1, 17],
  ["arpTha", "NXM_NX_ARP_THA", nxm1, 18],
  ["ipv6Src", "NXM_NX_IPV6_SRC", nxm1, 19],
  ["ipv6Dst", "NXM_NX_IPV6_DST", nxm1, 20],
  ["icmpv6Type", "NXM_NX_ICMPV6_TYPE", nxm1, 21],
  ["icmpv6Code", "NXM_NX_ICMPV6_CODE", nxm1, 22],
  ["ipv6NdTarget", "NXM_NX_ND_TARGET", nxm1, 23],
  ["ipv6NdSll", "NXM_NX_ND_SLL", nxm1, 24],
  ["ipv6NdTll", "NXM_NX_ND_TLL", nxm1, 25],
  ["ipv6Flabel", "NXM_NX_IPV6_LABEL", nxm1, 27],
  ["ipEcn", "NXM_NX_IP_ECN", nxm1, 28],
];

/** A field under another header, printed like the first. */
function alternate(field: OxmField): OxmField {
  return field.text ? { ...field, text: { ...field.text, alternate: true } } : field;
}

function twinOf(name: string, oxmName: string, oxmClass: number, field: number): OxmField[] {
  const first = basicFields.find((candidate) => candidate.name === name);
  return first ? [alternate({ ...first, name: `${name}Nxm`, oxmName, oxmClass, field })] : [];
}

export const niciraFields: readonly OxmField[] = [
  // The port of OpenFlow 1.0; Open vSwitch never has one that does not fit.
  row(nxm0, 0, "inPortNxm", "NXM_OF_IN_PORT", u16, !MASKABLE, {
    name: "in_port",
    value: decimal,
    printed: 610,
    sent: 140,
  }),
  ...registers,
  row(nxm1, 33, "pktMark", "NXM_NX_PKT_MARK", u32, MASKABLE, {
    name: "pkt_mark",
    value: hexadecimal,
    printed: 100,
    sent: 700,
  }),
  row(nxm1, 37, "conjId", "NXM_NX_CONJ_ID", u32, !MASKABLE, {
    name: "conj_id",
    value: decimal,
    readOnly: true,
    printed: 130,
    sent: 130,
  }),
  alternate(tcpFlags),
  ...twins.flatMap((twin) => twinOf(...twin)),
];
