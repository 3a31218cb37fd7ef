/** Fields that have a second header, besides the one that ovs-ofctl sends under OpenFlow 1.3; Open vSwitch takes either everywhere. */
import type { OxmField, SeenFields } from "../../ofp/definition.ts";
import { OxmClass } from "../../ofp/enums/match.ts";
import { NICIRA } from "../experimenter.ts";

const { nxm0, nxm1, openflowBasic, experimenter } = OxmClass;

type Twin = readonly [first: string, name: string, oxmName: string, oxmClass: number, field: number];

/** The NXM headers, which `load` and its kin carry, and those that OpenFlow 1.5 made standard. */
const twins: readonly Twin[] = [
  ["ethDst", "ethDstNxm", "NXM_OF_ETH_DST", nxm0, 1],
  ["ethSrc", "ethSrcNxm", "NXM_OF_ETH_SRC", nxm0, 2],
  ["ethType", "ethTypeNxm", "NXM_OF_ETH_TYPE", nxm0, 3],
  ["ipProto", "ipProtoNxm", "NXM_OF_IP_PROTO", nxm0, 6],
  ["ipv4Src", "ipv4SrcNxm", "NXM_OF_IP_SRC", nxm0, 7],
  ["ipv4Dst", "ipv4DstNxm", "NXM_OF_IP_DST", nxm0, 8],
  ["tcpSrc", "tcpSrcNxm", "NXM_OF_TCP_SRC", nxm0, 9],
  ["tcpDst", "tcpDstNxm", "NXM_OF_TCP_DST", nxm0, 10],
  ["udpSrc", "udpSrcNxm", "NXM_OF_UDP_SRC", nxm0, 11],
  ["udpDst", "udpDstNxm", "NXM_OF_UDP_DST", nxm0, 12],
  ["icmpv4Type", "icmpv4TypeNxm", "NXM_OF_ICMP_TYPE", nxm0, 13],
  ["icmpv4Code", "icmpv4CodeNxm", "NXM_OF_ICMP_CODE", nxm0, 14],
  ["arpOp", "arpOpNxm", "NXM_OF_ARP_OP", nxm0, 15],
  ["arpSpa", "arpSpaNxm", "NXM_OF_ARP_SPA", nxm0, 16],
  ["arpTpa", "arpTpaNxm", "NXM_OF_ARP_TPA", nxm0, 17],
  ["tunnelId", "tunnelIdNxm", "NXM_NX_TUN_ID", nxm1, 16],
  ["arpSha", "arpShaNxm", "NXM_NX_ARP_SHA", nxm1, 17],
  ["arpTha", "arpThaNxm", "NXM_NX_ARP_THA", nxm1, 18],
  ["ipv6Src", "ipv6SrcNxm", "NXM_NX_IPV6_SRC", nxm1, 19],
  ["ipv6Dst", "ipv6DstNxm", "NXM_NX_IPV6_DST", nxm1, 20],
  ["icmpv6Type", "icmpv6TypeNxm", "NXM_NX_ICMPV6_TYPE", nxm1, 21],
  ["icmpv6Code", "icmpv6CodeNxm", "NXM_NX_ICMPV6_CODE", nxm1, 22],
  ["ipv6NdTarget", "ipv6NdTargetNxm", "NXM_NX_ND_TARGET", nxm1, 23],
  ["ipv6NdSll", "ipv6NdSllNxm", "NXM_NX_ND_SLL", nxm1, 24],
  ["ipv6NdTll", "ipv6NdTllNxm", "NXM_NX_ND_TLL", nxm1, 25],
  ["ipv6Flabel", "ipv6FlabelNxm", "NXM_NX_IPV6_LABEL", nxm1, 27],
  ["ipEcn", "ipEcnNxm", "NXM_NX_IP_ECN", nxm1, 28],
  ["tcpFlags", "tcpFlagsNxm", "NXM_NX_TCP_FLAGS", nxm1, 34],
  ["tcpFlags", "tcpFlagsOxm", "OXM_OF_TCP_FLAGS", openflowBasic, 42],
  ["actsetOutput", "actsetOutputOxm", "OXM_OF_ACTSET_OUTPUT", openflowBasic, 43],
  ["dpHash", "dpHashNxoxm", "NXOXM_ET_DP_HASH", experimenter, 0],
];

/** The second headers of these fields, printed like the first. */
export function twinFields(firsts: readonly OxmField[]): OxmField[] {
  const byName = new Map(firsts.map((field) => [field.name, field]));
  return twins.flatMap(([firstName, name, oxmName, oxmClass, field]) => {
    const first = byName.get(firstName);
    if (!first) return [];
    const { value, bits, maskable, text } = first;
    return {
      name,
      oxmName,
      oxmClass,
      field,
      ...(oxmClass === experimenter && { experimenter: NICIRA }),
      value,
      bits,
      maskable,
      parts: [{ name: firstName, low: 0, bits: 8 * value.size }],
      ...(first.missing && { missing: (seen: SeenFields) => first.missing?.(seen) }),
      ...(text && { text: { ...text, alternate: true } }),
    };
  });
}
