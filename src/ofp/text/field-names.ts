/** Sets of match fields by ovs-ofctl's names and in its order (Open vSwitch, meta-flow.h), short where names are alike. */
import type { OxmField } from "../definition.ts";

function numbered(name: string, count: number, first = 0): readonly string[] {
  return Array.from({ length: count }, (_, index) => name + String(index + first));
}

const names: readonly string[] = [
  ...["dp_hash", "recirc_id", "packet_type", "conj_id"],
  ...["tun_id", "tun_src", "tun_dst", "tun_ipv6_src", "tun_ipv6_dst", "tun_flags", "tun_ttl", "tun_tos"],
  ...["tun_gbp_id", "tun_gbp_flags", "tun_erspan_idx", "tun_erspan_ver", "tun_erspan_dir", "tun_erspan_hwid"],
  ...["tun_gtpu_flags", "tun_gtpu_msgtype", ...numbered("tun_metadata", 64)],
  ...["metadata", "in_port", "in_port_oxm", "actset_output", "skb_priority", "pkt_mark"],
  ...["ct_state", "ct_zone", "ct_mark", "ct_label"],
  ...["ct_nw_proto", "ct_nw_src", "ct_nw_dst", "ct_ipv6_src", "ct_ipv6_dst", "ct_tp_src", "ct_tp_dst"],
  ...[...numbered("reg", 16), ...numbered("xreg", 8), ...numbered("xxreg", 4)],
  ...["eth_src", "eth_dst", "eth_type", "vlan_tci", "dl_vlan", "vlan_vid", "dl_vlan_pcp", "vlan_pcp"],
  ...["mpls_label", "mpls_tc", "mpls_bos", "mpls_ttl"],
  ...["ip_src", "ip_dst", "ipv6_src", "ipv6_dst", "ipv6_label"],
  ...["nw_proto", "nw_tos", "ip_dscp", "nw_ecn", "nw_ttl", "ip_frag"],
  ...["arp_op", "arp_spa", "arp_tpa", "arp_sha", "arp_tha"],
  ...["tcp_src", "tcp_dst", "tcp_flags", "udp_src", "udp_dst", "sctp_src", "sctp_dst"],
  ...["icmp_type", "icmp_code", "icmpv6_type", "icmpv6_code"],
  ...["nd_target", "nd_sll", "nd_tll", "nd_reserved", "nd_options_type"],
  ...["nsh_flags", "nsh_mdtype", "nsh_np", "nsh_spi", "nsh_si", ...numbered("nsh_c", 4, 1), "nsh_ttl"],
];

const places: ReadonlyMap<string, number> = new Map(names.map((name, index) => [name, index]));

/** All fields, a bit each. */
export const ALL_FIELDS: bigint = (1n << BigInt(names.length)) - 1n;

/** The bit of a field in a set; 0n for a field that ovs-ofctl does not know. */
export function fieldBit({ text }: OxmField): bigint {
  const place = text && !text.foreign ? places.get(text.name) : undefined;
  return place === undefined ? 0n : 1n << BigInt(place);
}

/** `eth_{src,dst,type} reg0...reg15`: fields that follow each other share the beginnings of their names. */
export function fieldNames(set: bigint): string {
  return joined(
    names.filter((_, index) => ((set >> BigInt(index)) & 1n) === 1n),
    0,
  );
}

/** `skipped` characters of each name have been written already. */
function joined(ids: readonly string[], skipped: number): string {
  const groups: string[] = [];
  for (let at = 0; at < ids.length; ) {
    const rest = ids.slice(at);
    const [first = ""] = rest;
    const prefix = sharedPrefix(first.slice(skipped), (rest[1] ?? "").slice(skipped));
    const alike = prefix === 0 ? 1 : countAlike(rest, skipped);
    const sequence = countSequence(rest);
    const run = Math.max(alike, sequence);
    const last = rest[run - 1] ?? "";
    groups.push(
      sequence >= alike
        ? first.slice(skipped) + (run > 1 ? `...${last.slice(skipped)}` : "")
        : `${first.slice(skipped, skipped + prefix)}{${joined(rest.slice(0, run), skipped + prefix)}}`,
    );
    at += run;
  }
  return groups.join(skipped === 0 ? " " : ",");
}

/** Length of what two names have in common, up to an underscore. */
function sharedPrefix(a: string, b: string): number {
  let length = 0;
  for (let index = 0; index < a.length && a[index] === b[index]; index++) if (a[index] === "_") length = index + 1;
  return length;
}

/** How many names have something in common with the first. */
function countAlike(ids: readonly string[], skipped: number): number {
  const first = (ids[0] ?? "").slice(skipped);
  const end = ids.findIndex((id, index) => index > 0 && sharedPrefix(first, id.slice(skipped)) === 0);
  return end < 0 ? ids.length : end;
}

/** How many names end in numbers that count up; two are no sequence worth a word. */
function countSequence(ids: readonly string[]): number {
  let count = 1;
  while (count < ids.length && areSequential(ids[count - 1] ?? "", ids[count] ?? "")) count++;
  return count === 2 ? 1 : count;
}

function areSequential(a: string, b: string): boolean {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  const [one, other] = [a.slice(index), b.slice(index)];
  return /^\d{1,9}$/.test(one) && /^\d{1,9}$/.test(other) && Number(one) + 1 === Number(other);
}
