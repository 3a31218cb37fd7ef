/** What must stand before a field in a match: OpenFlow 1.3.5 §7.2.3.6, and OVS meta-flow.h, "Prerequisites". */
import type { SeenFields } from "./definition.ts";
import { exact, isMasked } from "./oxm.ts";

/** Says in words what is missing, or undefined. */
export type Prerequisite = (seen: SeenFields) => string | undefined;

/** The namespace of a packet type that holds Ethernet types: OFPHTN_ETHERTYPE of OpenFlow 1.5. */
const ETHERTYPES = 1;
/** FLOW_NW_FRAG_LATER of OVS: no transport header is there. */
const LATER_FRAGMENT = 2;

/** The number that a field is matched with exactly. */
export function numberIn(seen: SeenFields, name: string): number | undefined {
  const value = exact(seen.get(name));
  return typeof value === "number" ? value : undefined;
}

/** The Ethernet type that says which header follows; a packet without an Ethernet header has it in its packet type. */
export function ethTypeIn(seen: SeenFields): number | undefined {
  const packetType = numberIn(seen, "packetType") ?? 0;
  if (packetType === 0) return numberIn(seen, "ethType");
  return packetType >>> 16 === ETHERTYPES ? packetType & 0xffff : undefined;
}

function words(name: string, values: readonly (number | string)[]): string {
  return `${name} ${values.join(" or ")}`;
}

function ethTypes(...values: readonly number[]): Prerequisite {
  const needed = words(
    "ethType",
    values.map((value) => `0x${value.toString(16).padStart(4, "0")}`),
  );
  return (seen) => (values.includes(ethTypeIn(seen) ?? -1) ? undefined : needed);
}

function numbers(name: string, ...values: readonly number[]): Prerequisite {
  const needed = words(name, values);
  return (seen) => (values.includes(numberIn(seen, name) ?? -1) ? undefined : needed);
}

/** Each in turn. */
export function all(...prerequisites: readonly Prerequisite[]): Prerequisite {
  return (seen) => {
    for (const prerequisite of prerequisites) {
      const missing = prerequisite(seen);
      if (missing !== undefined) return missing;
    }
    return undefined;
  };
}

export const inPort: Prerequisite = (seen) => (seen.has("inPort") ? undefined : "inPort");
/** Packets are frames unless the match says otherwise. */
export const ethernet: Prerequisite = (seen) =>
  (numberIn(seen, "packetType") ?? 0) === 0 ? undefined : "packetType 0 (Ethernet)";

/** OFPVID_PRESENT must be known to be set. */
export const tagged: Prerequisite = all(ethernet, (seen) => {
  const vid = seen.get("vlanVid");
  const [value, mask] = isMasked(vid) ? [vid.value, vid.mask] : [vid, 0x1fff];
  const present = typeof value === "number" && typeof mask === "number" && (value & mask & 0x1000) !== 0;
  return present ? undefined : "vlanVid with 0x1000 (a tag is present)";
});

export const anyIp = ethTypes(0x0800, 0x86dd);
export const ip = ethTypes(0x0800);
export const ip6 = ethTypes(0x86dd);
// The specification says ARP; Open vSwitch takes reverse ARP as well.
export const arp = ethTypes(0x0806, 0x8035);
export const mpls = ethTypes(0x8847, 0x8848);
export const pbb = ethTypes(0x88e7);
/** RFC 8300. */
export const nsh = ethTypes(0x894f);

/** Later fragments have no transport header. */
const ports: Prerequisite = (seen) => {
  const fragment = seen.get("ipFrag");
  const value = isMasked(fragment) ? fragment.value : fragment;
  return typeof value === "number" && (value & LATER_FRAGMENT) !== 0 ? "ipFrag of no later fragment" : undefined;
};
export const tcp = all(numbers("ipProto", 6), ports);
export const udp = all(numbers("ipProto", 17), ports);
export const sctp = all(numbers("ipProto", 132), ports);
// ICMP of one IP version under the other is nothing: ipProto alone does not tell.
export const icmp = all(ip, numbers("ipProto", 1));
export const icmp6 = all(ip6, numbers("ipProto", 58));

/** Neighbour discovery has the code 0. */
const noCode: Prerequisite = (seen) => ((numberIn(seen, "icmpv6Code") ?? 0) === 0 ? undefined : "icmpv6Code 0");
export const neighbour = all(icmp6, numbers("icmpv6Type", 135, 136), noCode);
export const solicitation = all(icmp6, numbers("icmpv6Type", 135), noCode);
export const advertisement = all(icmp6, numbers("icmpv6Type", 136), noCode);
