import { describe, expect, it } from "vitest";
import { encode, formatMatch, fromHex, parseMatch, toHex, WireError } from "../../src/index.ts";
import { flowMod, type Match } from "../../src/ofp/index.ts";

interface Vector {
  readonly written: string;
  readonly match: Match;
  /** The OXM fields as ovs-ofctl sends them. */
  readonly hex: string;
  /** What formatMatch gives where it is not `written`. */
  readonly text?: string;
}

function oxm(match: Match): string {
  const bytes = encode(flowMod({ match }));
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(50);
  return toHex(bytes.subarray(52, 48 + length));
}

// ovs-ofctl 3.1.0 under OpenFlow 1.3, add-flow.
const families: Readonly<Record<string, readonly Vector[]>> = {
  "bits of a field": [
    {
      written: "reg0[0..3]=5,reg0[31]=1",
      match: { reg0: { value: 0x80000005, mask: 0x8000000f } },
      hex: "00010108 80000005 8000000f",
      text: "reg0=0x80000005/0x8000000f",
    },
    { written: "reg0=7,reg0[0]=0", match: { reg0: 6 }, hex: "00010004 00000006", text: "reg0=0x6" },
    {
      written: "xxreg1[32..95]=0x100000002",
      match: { reg5: 1, reg6: 2 },
      hex: "00010a04 00000001  00010c04 00000002",
      text: "reg5=0x1,reg6=0x2",
    },
    { written: "NXM_NX_REG3[]=6", match: { reg3: 6 }, hex: "00010604 00000006", text: "reg3=0x6" },
    { written: "in_port[]=7", match: { inPort: 7 }, hex: "80000004 00000007", text: "in_port=7" },
    {
      written: "ip,nw_tos=4,nw_tos[0..1]=0",
      match: { ethType: 0x0800, ipDscp: 1 },
      hex: "80000a02 0800  80001001 01",
      text: "ip,nw_tos=4",
    },
    {
      written: "vlan_tci[12]=1,vlan_tci[0..3]=5",
      match: { vlanVid: { value: 0x1005, mask: 0x100f } },
      hex: "80000d04 1005 100f",
      text: "vlan_tci=0x1005/0x100f",
    },
    {
      written: "tcp,tcp_src=0/3,tp_src[4..7]=5",
      match: { ethType: 0x0800, ipProto: 6, tcpSrc: { value: 0x50, mask: 0xf3 } },
      hex: "80000a02 0800  80001401 06  80001b04 0050 00f3",
      text: "tcp,tp_src=0x50/0xf3",
    },
  ],
  "words for one place, of which the last counts": [
    {
      written: "arp,nw_src=10.0.0.1,arp_spa=10.0.0.2",
      match: { ethType: 0x0806, arpSpa: "10.0.0.2" },
      hex: "80000a02 0806  80002c04 0a000002",
      text: "arp,arp_spa=10.0.0.2",
    },
    {
      written: "arp,nw_src=10.0.0.1,arp_spa=*",
      match: { ethType: 0x0806 },
      hex: "80000a02 0806",
      text: "arp",
    },
    {
      written: "icmp,tp_src=300,icmp_type=8",
      match: { ethType: 0x0800, ipProto: 1, icmpv4Type: 8 },
      hex: "80000a02 0800  80001401 01  80002601 08",
      text: "icmp,icmp_type=8",
    },
  ],
  tunnels: [
    {
      written: "tun_id=0x5,tun_src=10.0.0.1,tun_ipv6_dst=::1,tun_flags=+oam",
      match: {
        tunnelId: 5n,
        tunFlags: { value: 1, mask: 1 },
        tunIpv4Src: "10.0.0.1",
        tunIpv6Dst: "::1",
      },
      hex: `80004c08 0000000000000005  0001d104 0001 0001  00013e04 0a000001  0001dc10 ${"00".repeat(15)}01`,
    },
    {
      written: "tun_metadata0,tun_metadata1=0x1234/0xff00",
      match: {
        tunMetadata0: { value: fromHex(""), mask: fromHex("") },
        tunMetadata1: { value: fromHex("1200"), mask: fromHex("ff00") },
      },
      hex: "00015100  00015304 1200 ff00",
      text: "tun_metadata0,tun_metadata1=0x1200/0xff00",
    },
    {
      // ovs-ofctl takes the value for the mask; of all bits it makes none.
      written: "tun_gbp_id=5,tun_gbp_flags=0x8,tun_erspan_ver=2,tun_gtpu_msgtype=255",
      match: { tunGbpId: 5, tunGbpFlags: 8, erspanVer: { value: 2, mask: 2 }, gtpuMsgtype: 255 },
      hex: "00014c02 0005  00014e01 08  ffff1906 00002320 02 02  ffff2005 00002320 ff",
    },
  ],
  "connection tracking": [
    {
      written: "ct_state=-new+trk,ct_zone=5,ct_mark=0x3/0x7,ct_label=0x10000000000000001",
      match: {
        ctState: { value: 0x20, mask: 0x21 },
        ctZone: 5,
        ctMark: { value: 3, mask: 7 },
        ctLabel: 2n ** 64n + 1n,
      },
      hex: "0001d308 00000020 00000021  0001d402 0005  0001d708 00000003 00000007  0001d810 00000000000000010000000000000001",
    },
    {
      written: "ct_state=+est,ct_nw_src=10.0.0.1,ct_nw_proto=6,ct_tp_dst=80,ip",
      match: {
        ethType: 0x0800,
        ctState: { value: 2, mask: 2 },
        ctNwSrc: "10.0.0.1",
        ctNwProto: 6,
        ctTpDst: 80,
      },
      hex: "80000a02 0800  0001d308 00000002 00000002  0001f004 0a000001  0001ee01 06  0001fa02 0050",
    },
  ],
  headers: [
    {
      written: "icmp6,icmp_type=135,nd_target=::1,nd_sll=00:00:00:00:00:01,nd_reserved=7,nd_options_type=1",
      match: {
        ethType: 0x86dd,
        ipProto: 58,
        icmpv6Type: 135,
        icmpv6NdReserved: 7,
        ipv6NdTarget: "::1",
        icmpv6NdOptionsType: 1,
        ipv6NdSll: "00:00:00:00:00:01",
      },
      hex:
        "80000a02 86dd  80001401 3a  80003a01 87  10000204 00000007" +
        `80003e10 ${"00".repeat(15)}01  10000401 01  80004006 000000000001`,
    },
    {
      written: "dl_type=0x894f,nsh_flags=1,nsh_ttl=63,nsh_mdtype=1,nsh_np=3,nsh_spi=0x123456,nsh_si=255,nsh_c1=0x1",
      match: {
        ethType: 0x894f,
        nshFlags: 1,
        nshTtl: 63,
        nshMdtype: 1,
        nshNp: 3,
        nshSpi: 0x123456,
        nshSi: 255,
        nshC1: 1,
      },
      hex:
        "80000a02 894f  ffff0205 005ad650 01  ffff1405 005ad650 3f  ffff0405 005ad650 01  ffff0605 005ad650 03" +
        "ffff0808 005ad650 00123456  ffff0a05 005ad650 ff  ffff0c08 005ad650 00000001",
    },
    {
      written: "mpls,mpls_label=5,mpls_tc=3,mpls_ttl=64,mpls_bos=1",
      match: { ethType: 0x8847, mplsTc: 3, mplsBos: 1, mplsTtl: 64, mplsLabel: 5 },
      hex: "80000a02 8847  80004601 03  80004801 01  00013c01 40  80004404 00000005",
    },
    {
      written: "ip,ip_frag=not_later",
      match: { ethType: 0x0800, ipFrag: { value: 0, mask: 2 } },
      hex: "80000a02 0800  00013502 00 02",
      text: "ip,nw_frag=not_later",
    },
    {
      written: "packet_type=(1,0x800),nw_ttl=64",
      match: { packetType: 0x10800, ipTtl: 64 },
      hex: "80005804 00010800  00013a01 40",
    },
    { written: "packet_type=(0,0)", match: { packetType: 0 }, hex: "80005804 00000000", text: "eth" },
  ],
  "what a switch keeps of a packet": [
    {
      written: "pkt_mark=0x9,recirc_id=0x5,dp_hash=0x1/0x3,conj_id=2,actset_output=LOCAL",
      match: { dpHash: { value: 1, mask: 3 }, recircId: 5, conjId: 2, actsetOutput: 0xfffffffe, pktMark: 9 },
      hex:
        "00014708 00000001 00000003  00014804 00000005  00014a04 00000002  ffff5608 4f4e4600 fffffffe" +
        "00014204 00000009",
    },
  ],
};

describe.each(Object.entries(families))("%s", (_, vectors) => {
  it.each(vectors)("$written", ({ written, match, hex, text = written }) => {
    const read = parseMatch(written);
    expect(Object.entries(read)).toEqual(Object.entries(match));
    expect(oxm(match)).toBe(hex.replaceAll(" ", ""));
    expect(formatMatch(match)).toBe(text);
  });
});

// The errors that ovs-ofctl 3.1.0 gives, or its switch.
it.each([
  ["reg0[3]=2", "outOfRange"],
  ["reg0[5..3]=2", "outOfRange"],
  ["reg0[40]=2", "outOfRange"],
  ["reg0[ 1..3]=2", "syntax"],
  ["reg0[1..3]=1/1", "syntax"],
  ["reg0[1..3]", "syntax"],
  ["in_port[0..3]=3", "badMask"],
  ["mpls,mpls_label[]=3", "badMask"],
  ["ip,nw_ecn=1,nw_ecn[0]=0", "badMask"],
  ["ip,nw_tos[2..7]=1", "badMask"],
  ["tun_metadata5=3,tun_metadata5=4", "duplicate"],
  ["tun_metadata5[0..3]=1,tun_metadata5[4]=1", "duplicate"],
  ["tp_src=5", "badPrerequisite"],
  ["tcp,udp_src=5", "badPrerequisite"],
  ["ip,ct_nw_src=10.0.0.1", "badPrerequisite"],
  ["tcp,ip_frag=later,tp_src=5", "badPrerequisite"],
  ["packet_type=(1,0x800),dl_src=00:00:00:00:00:01", "badPrerequisite"],
  ["eth_type=0x894f,nsh_mdtype=3", "outOfRange"],
  ["eth_type=0x894f,nsh_ttl=64", "outOfRange"],
  ["ip,ip_frag=maybe", "syntax"],
  ["packet_type=5", "syntax"],
])("refuses %s", (text, code) => {
  let error: unknown;
  try {
    parseMatch(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(WireError);
  expect(error).toMatchObject({ code });
});
