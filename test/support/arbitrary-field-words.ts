/** Random matches as people write them for ovs-ofctl: all names of the fields, in any order, in any spelling of their values. */
import fc from "fast-check";
import { lowBits } from "../../src/ofp/field-bits.ts";
import type { OxmField } from "../../src/ofp/index.ts";
import { allFields } from "./arbitrary-all-fields.ts";

/** Fields by the words that ovs-ofctl has for them. */
const fieldOf: ReadonlyMap<string, OxmField> = new Map(
  allFields
    .filter(({ text }) => text && !text.alternate && !text.foreign)
    .flatMap((field) =>
      [field.text?.name ?? "", field.text?.matchName ?? "", ...(field.text?.aliases ?? [])].map(
        (name) => [name, field] as const,
      ),
    ),
);

const octet = fc.oneof(fc.nat(255), fc.constantFrom(0, 255));
const ip4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));
const hexOctet = octet.map((value) => value.toString(16).padStart(2, "0"));
const mac = fc.tuple(hexOctet, hexOctet, hexOctet, hexOctet, hexOctet, hexOctet).map((octets) => octets.join(":"));
const ALL = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
const ip6 = fc.oneof(fc.constantFrom("::", "::1", "2001:db8::1", "fe80::", ALL), fc.ipV6());
/** ovs-ofctl takes a mask that begins with a decimal digit for the length of a prefix. */
const mask6 = ip6.map((mask) => (/^\d/.test(mask) ? `f${mask.replace(/^[^:]*/, "")}` : mask));

function number(bits: number): fc.Arbitrary<bigint> {
  const all = lowBits(bits);
  return fc.oneof(fc.bigInt({ min: 0n, max: all }), fc.constantFrom(0n, 1n, all), fc.bigInt(0n, all & 0xfn));
}

function spelled(value: bigint): fc.Arbitrary<string> {
  const hex = value.toString(16);
  return fc.constantFrom(`0x${hex}`, `0x${hex.toUpperCase()}`, value < 1n << 63n ? String(value) : `0x${hex}`);
}

function masked(value: fc.Arbitrary<string>, mask = value): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: value },
    { weight: 1, arbitrary: fc.tuple(value, mask).map((both) => both.join("/")) },
  );
}

function address(value: fc.Arbitrary<string>, bits: number, mask = value): fc.Arbitrary<string> {
  return fc.oneof(
    masked(value, mask),
    fc.tuple(value, fc.nat(bits)).map((both) => both.join("/")),
  );
}

function flags(names: readonly string[]): fc.Arbitrary<string> {
  const some = fc.subarray([...names], { minLength: 1, maxLength: Math.min(4, names.length) });
  return fc.oneof(
    some.chain((chosen) => fc.tuple(...chosen.map((name) => fc.constantFrom(`+${name}`, `-${name}`)))).map(joined),
    some.map((chosen) => chosen.join("|")),
    masked(number(names.length).chain(spelled)),
  );
}

function joined(words: readonly string[]): string {
  return words.join("");
}

const port = fc.oneof(
  fc.nat(0xfeff).map(String),
  fc.constantFrom("LOCAL", "local", "in_port", "CONTROLLER", "65534", "NONE", "any"),
);
const packetTypes = ["(0,0)", "(1,0x800)", "(1,0x86dd)", "(1,0x894f)", "(1,0x806)", "(1,0x8847)", "(2,3)"];

/** Kinds of values, by the names of fields. */
const kinds: readonly (readonly [names: RegExp, value: fc.Arbitrary<string>])[] = [
  [/^(?:inPort|actsetOutput)/, port],
  [/^(?:arpOp|ipProto|ctNwProto)$/, number(8).chain(spelled)],
  [/^packetType$/, fc.constantFrom(...packetTypes)],
  [/^ipFrag$/, fc.constantFrom("no", "yes", "first", "later", "not_later", "YES")],
  [/^tcpFlags$/, flags(["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"])],
  [/^ctState$/, flags(["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"])],
  [/^tunFlags$/, flags(["oam"])],
  [/^(?:tunI|i)pv4(?:Src|Dst)|^arp[ST]pa|^ctNw(?:Src|Dst)/, address(ip4, 32)],
  [/ipv6(?:Src|Dst|NdTarget)$/i, address(ip6, 128, mask6)],
  [/^eth(?:Src|Dst)$|^arp[ST]ha$|Nd[ST]ll$/, masked(mac)],
  [/^nshMdtype$/, fc.constantFrom("1", "2")],
  [/^nshTtl$/, number(6).chain(spelled)],
  [/^ipTos$/, number(6).chain((dscp) => spelled(dscp << 2n))],
  // OpenFlow 1.3 matches all bits of a priority, and only that of a tag.
  [
    /^vlanTci$/,
    fc.constantFrom("0", "0x1005", "0xb005/0xffff", "0x1000/0x1000", "0x1007/0x1fff", "3/3", "0x3000/0xf000"),
  ],
];

/** The value of a field, as text. */
export function valueText(field: OxmField): fc.Arbitrary<string> {
  const kind = kinds.find(([names]) => names.test(field.name));
  if (kind) return kind[1];
  const one = number(field.variable ? 64 : field.bits).chain(spelled);
  return field.maskable ? masked(one) : one;
}

/** `reg0[0..3]=5` */
function bitsWord(word: string, { bits, variable }: OxmField): fc.Arbitrary<string> {
  const count = variable ? 64 : word === "vlan_vid" ? 12 : bits;
  return fc.tuple(fc.nat(count - 1), fc.nat(count - 1)).chain((ends) => {
    const [first, last] = [Math.min(...ends), Math.max(...ends)];
    const ranges = [
      `[${first}..${last}]`,
      ...(first === last ? [`[${first}]`] : []),
      ...(last - first + 1 === bits ? ["[]"] : []),
    ];
    return fc
      .tuple(fc.constantFrom(...ranges), number(last - first + 1).chain(spelled))
      .map(([range, text]) => `${word}${range}=${text}`);
  });
}

/** Bits of these, behind a value of the same field, are beyond ovs-ofctl, which forgets the value or its mask. */
const NO_BITS = /^(?:arp_op|nd_options_type|nsh_spi|vlan_tci)$/;

function wordOf(word: string): fc.Arbitrary<string> {
  if (word === "dl_vlan") return fc.oneof(fc.nat(0xfff), fc.constant(0xffff)).map((vid) => `${word}=${vid}`);
  if (word === "dl_vlan_pcp") return fc.nat(7).map((pcp) => `${word}=${pcp}`);
  const field = fieldOf.get(word);
  if (!field) return fc.constant(word);
  return fc.oneof(
    { weight: 12, arbitrary: valueText(field).map((text) => `${word}=${text}`) },
    { weight: NO_BITS.test(word) ? 0 : 3, arbitrary: bitsWord(word, field) },
    { weight: 1, arbitrary: fc.constant(`${word}=*`) },
  );
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const everywhere = words(`
  in_port in_port_oxm metadata pkt_mark actset_output conj_id dp_hash recirc_id tun_id tunnel_id tun_src tun_dst tun_ipv6_src
  tun_ipv6_dst tun_flags tun_gbp_id tun_gbp_flags tun_erspan_ver tun_erspan_idx tun_erspan_dir tun_erspan_hwid tun_gtpu_flags
  tun_gtpu_msgtype tun_metadata0 tun_metadata5 tun_metadata63 ct_state ct_zone ct_mark ct_label reg0 reg1 reg15 xreg0 xreg1 xreg7
  xxreg0 xxreg3 NXM_NX_REG0[]=1 NXM_OF_IN_PORT[]=1 OXM_OF_PKT_REG0[0..31]=1 NXM_NX_XXREG1[0..63]=1 OXM_OF_METADATA[3]=1
  NXM_NX_TUN_ID[0..15]=1 eth dl_src dl_dst eth_src eth_dst dl_vlan dl_vlan_pcp vlan_tci vlan_vid vlan_pcp vlan_tci[12]=1
  vlan_tci[0..11]=7 NXM_OF_VLAN_TCI[]=0x9002`);
const ip = words("nw_tos ip_dscp nw_ecn ip_ecn nw_ttl ip_frag nw_frag");
const ipv4 = [...ip, ...words("nw_src nw_dst ip_src ip_dst")];
const ipv6 = [...ip, ...words("ipv6_src ipv6_dst ipv6_label")];
const arp = words("arp_op arp_spa arp_tpa arp_sha arp_tha nw_src nw_dst nw_proto");
const mpls = words("mpls_label mpls_tc mpls_bos mpls_ttl");
const nd = words("nd_target nd_reserved nd_options_type");
const nsh = words("nsh_flags nsh_mdtype nsh_np nsh_spi nsh_si nsh_c1 nsh_c2 nsh_c3 nsh_c4 nsh_ttl");

/** Words that must be there, and what they allow. */
const scenes: readonly (readonly [needed: string, allowed: readonly string[]])[] = [
  ["", everywhere],
  ["ip", ipv4],
  ["dl_type=0x800", [...ipv4, "nw_proto"]],
  ["eth_type=0x86dd", [...ipv6, "ip_proto"]],
  ["tcp", [...ipv4, ...words("tp_src tp_dst tcp_src tcp_dst tcp_flags")]],
  ["ipv4 nw_proto=17", [...ipv4, ...words("tp_src tp_dst udp_src udp_dst")]],
  ["udp", [...ipv4, ...words("tp_src udp_dst")]],
  ["sctp", [...ipv4, ...words("tp_src tp_dst sctp_src sctp_dst")]],
  ["icmp", [...ipv4, ...words("icmp_type icmp_code tp_src=5 tp_dst=3")]],
  ["tcp6", [...ipv6, ...words("tp_src tp_dst tcp_src tcp_dst tcp_flags")]],
  ["udp6", [...ipv6, ...words("udp_src udp_dst")]],
  ["sctp6", [...ipv6, ...words("sctp_src sctp_dst")]],
  ["icmp6", [...ipv6, ...words("icmp_type icmp_code icmpv6_type icmpv6_code")]],
  ["icmp6 icmp_type=135 icmp_code=0", [...nd, "nd_sll"]],
  ["icmp6 icmpv6_type=136", [...nd, "nd_tll"]],
  ["ip ct_state=+trk-inv ct_nw_proto=6", words("ct_nw_src ct_nw_dst ct_tp_src ct_tp_dst")],
  ["ipv6 ct_state=+est+trk ct_nw_proto=17", words("ct_ipv6_src ct_ipv6_dst ct_tp_src ct_tp_dst")],
  ["arp", arp],
  ["rarp", arp],
  ["mpls", mpls],
  ["mplsm", mpls],
  ["eth_type=0x894f", nsh],
  ["packet_type=(1,0x800)", ipv4],
  ["packet_type=(1,0x894f)", nsh],
];

/** Words with commas between. */
export const matchTexts: fc.Arbitrary<string> = fc.constantFrom(...scenes).chain(([needed, allowed]) =>
  fc
    .tuple(
      fc
        .array(
          fc.oneof(
            { weight: 3, arbitrary: fc.constantFrom(...allowed) },
            { weight: 1, arbitrary: fc.constantFrom(...everywhere) },
          ),
          { maxLength: 6 },
        )
        .chain((chosen) => fc.tuple(...chosen.map(wordOf))),
      fc.boolean(),
    )
    .map(([chosen, behind]) => (behind ? [...chosen, ...words(needed)] : [...words(needed), ...chosen]))
    .map((chosen) => chosen.filter((word) => word !== "").join(",")),
);
