/** The words that stand for an Ethernet type and an IP protocol. */
import type { FieldValue, Masked, Registry } from "../definition.ts";
import type { OxmEntry } from "../oxm.ts";

export interface Protocol {
  readonly ethType: number;
  readonly ipProto?: number;
}

const IPV4 = 0x0800;
const IPV6 = 0x86dd;

export const EthType = { ipv4: IPV4, arp: 0x0806, rarp: 0x8035, vlan: 0x8100, ipv6: IPV6, mpls: 0x8847 } as const;
export const IpProto = { icmp: 1, igmp: 2, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;

const PACKET_TYPE = "oxm:0x8000:44";

/**
 * That packets are frames: OXM_OF_PACKET_TYPE of OpenFlow 1.5, which Open vSwitch takes under every version. A codec without its
 * extension does not know the field.
 */
export function ethernetEntry(registry: Registry): OxmEntry {
  return registry.fieldByName("packetType") ? ["packetType", 0] : [PACKET_TYPE, "00000000"];
}

/** Whether an entry says no more than that packets are frames. */
export function saysEthernet(name: string, entry: FieldValue | Masked): boolean {
  return (name === "packetType" && entry === 0) || (name === PACKET_TYPE && entry === "00000000");
}

/** Of several words for one meaning the first is printed. */
const protocols: readonly (readonly [word: string, protocol: Protocol])[] = [
  ["icmp", { ethType: IPV4, ipProto: IpProto.icmp }],
  ["tcp", { ethType: IPV4, ipProto: IpProto.tcp }],
  ["udp", { ethType: IPV4, ipProto: IpProto.udp }],
  ["sctp", { ethType: IPV4, ipProto: IpProto.sctp }],
  ["ip", { ethType: IPV4 }],
  ["ipv4", { ethType: IPV4 }],
  ["ip4", { ethType: IPV4 }],
  ["icmp6", { ethType: IPV6, ipProto: IpProto.icmpv6 }],
  ["tcp6", { ethType: IPV6, ipProto: IpProto.tcp }],
  ["udp6", { ethType: IPV6, ipProto: IpProto.udp }],
  ["sctp6", { ethType: IPV6, ipProto: IpProto.sctp }],
  ["ipv6", { ethType: IPV6 }],
  ["ip6", { ethType: IPV6 }],
  ["arp", { ethType: EthType.arp }],
  ["rarp", { ethType: EthType.rarp }],
  ["mpls", { ethType: EthType.mpls }],
  ["mplsm", { ethType: 0x8848 }],
];
const byWord: ReadonlyMap<string, Protocol> = new Map(protocols);

export function protocolOf(word: string): Protocol | undefined {
  return byWord.get(word);
}

/** The word for an Ethernet type with this IP protocol, or for the Ethernet type alone. */
export function protocolWord(ethType: number, ipProto?: number): string | undefined {
  return protocols.find(([, protocol]) => protocol.ethType === ethType && protocol.ipProto === ipProto)?.[0];
}

/** Which field a word means that several protocols share. */
export type SharedWord = (typeof sharedNames)[number];

const sharedNames = ["nw_src", "nw_dst", "nw_proto", "tp_src", "tp_dst", "icmp_type", "icmp_code"] as const;

export function isSharedWord(word: string): word is SharedWord {
  return sharedNames.some((name) => name === word);
}

/** What a match holds once, whatever the protocol: the last word that speaks of it counts. */
export type Slot = "nw_src" | "nw_dst" | "nw_proto" | "tp_src" | "tp_dst";

const slots: readonly (readonly [slot: Slot, fieldNames: readonly string[]])[] = [
  ["nw_src", ["ipv4Src", "arpSpa"]],
  ["nw_dst", ["ipv4Dst", "arpTpa"]],
  ["nw_proto", ["ipProto", "arpOp"]],
  ["tp_src", ["tcpSrc", "udpSrc", "sctpSrc", "icmpv4Type", "icmpv6Type"]],
  ["tp_dst", ["tcpDst", "udpDst", "sctpDst", "icmpv4Code", "icmpv6Code"]],
];

/** Where a match holds a field, together with those of other protocols. */
export function slotOf(fieldName: string): Slot | undefined {
  return slots.find(([, fieldNames]) => fieldNames.includes(fieldName))?.[0];
}

const ports: Readonly<Record<number, string>> = { [IpProto.tcp]: "tcp", [IpProto.udp]: "udp", [IpProto.sctp]: "sctp" };

/** The field's name in a match, or in words what the match must say first. */
export function sharedField(word: SharedWord, ethType?: number, ipProto?: number): string | { readonly needs: string } {
  const isArp = ethType === EthType.arp || ethType === EthType.rarp;
  const isIp = ethType === IPV4 || ethType === IPV6;
  const isIcmp = ethType === IPV4 && ipProto === IpProto.icmp;
  const isIcmp6 = ethType === IPV6 && ipProto === IpProto.icmpv6;
  switch (word) {
    case "nw_src":
      return ethType === IPV4 ? "ipv4Src" : isArp ? "arpSpa" : { needs: "ip or arp" };
    case "nw_dst":
      return ethType === IPV4 ? "ipv4Dst" : isArp ? "arpTpa" : { needs: "ip or arp" };
    case "nw_proto":
      return isIp ? "ipProto" : isArp ? "arpOp" : { needs: "ip, ipv6 or arp" };
    case "icmp_type":
      return isIcmp ? "icmpv4Type" : isIcmp6 ? "icmpv6Type" : { needs: "icmp or icmp6" };
    case "icmp_code":
      return isIcmp ? "icmpv4Code" : isIcmp6 ? "icmpv6Code" : { needs: "icmp or icmp6" };
    case "tp_src":
    case "tp_dst": {
      if (isIcmp || isIcmp6) return sharedField(word === "tp_src" ? "icmp_type" : "icmp_code", ethType, ipProto);
      const protocol = isIp ? ports[ipProto ?? 0] : undefined;
      if (protocol === undefined) return { needs: "tcp, udp or sctp (or tcp6, udp6, sctp6)" };
      return `${protocol}${word === "tp_src" ? "Src" : "Dst"}`;
    }
  }
}
