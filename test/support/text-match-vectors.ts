/** Words of protocols and addresses, taken from ovs-ofctl 3.1.0 under OpenFlow 1.3: what it sends for the words, and what it prints of what it sent. */
import type { Match } from "../../src/ofp/index.ts";

export interface MatchTextVector {
  readonly written: string;
  readonly value: Match;
  /** The OXM fields in the order in which ovs-ofctl sends them. */
  readonly hex: string;
  /** What formatMatch gives: as ovs-ofctl prints it, but for "eth", which it does not print. */
  readonly text: string;
}

export const protocolVectors: readonly MatchTextVector[] = [
  {
    written: "ip,nw_proto=6,tp_dst=80",
    value: { ethType: 0x0800, ipProto: 6, tcpDst: 80 },
    hex: "80000a02 0800  80001401 06  80001c02 0050",
    text: "tcp,tp_dst=80",
  },
  {
    written: "tcp,ip",
    value: { ethType: 0x0800, ipProto: 6 },
    hex: "80000a02 0800  80001401 06",
    text: "tcp",
  },
  {
    written: "udp,tp_src=0x50/0xf0",
    value: { ethType: 0x0800, ipProto: 17, udpSrc: { value: 80, mask: 240 } },
    hex: "80000a02 0800  80001401 11  80001f04 005000f0",
    text: "udp,tp_src=0x50/0xf0",
  },
  {
    written: "icmp,tp_src=3",
    value: { ethType: 0x0800, ipProto: 1, icmpv4Type: 3 },
    hex: "80000a02 0800  80001401 01  80002601 03",
    text: "icmp,icmp_type=3",
  },
  {
    written: "icmp,icmp_type=3,icmp_code=1",
    value: { ethType: 0x0800, ipProto: 1, icmpv4Type: 3, icmpv4Code: 1 },
    hex: "80000a02 0800  80001401 01  80002601 03  80002801 01",
    text: "icmp,icmp_type=3,icmp_code=1",
  },
  {
    written: "sctp,sctp_dst=0xffff",
    value: { ethType: 0x0800, ipProto: 132, sctpDst: 65535 },
    hex: "80000a02 0800  80001401 84  80002402 ffff",
    text: "sctp,tp_dst=65535",
  },
  {
    written: "tcp6,ipv6_src=2001:DB8:0:0::1/64,tcp_dst=80",
    value: { ethType: 0x86dd, ipv6Src: { value: "2001:db8::", mask: "ffff:ffff:ffff:ffff::" }, ipProto: 6, tcpDst: 80 },
    hex: "80000a02 86dd  80003520 20010db8000000000000000000000000ffffffffffffffff0000000000000000  80001401 06  80001c02 0050",
    text: "tcp6,ipv6_src=2001:db8::/64,tp_dst=80",
  },
  {
    written: "udp6,ipv6_dst=2001:db8::1/ffff:0:ffff::",
    value: { ethType: 0x86dd, ipv6Dst: { value: "2001::", mask: "ffff:0:ffff::" }, ipProto: 17 },
    hex: "80000a02 86dd  80003720 20010000000000000000000000000000ffff0000ffff00000000000000000000  80001401 11",
    text: "udp6,ipv6_dst=2001::/ffff:0:ffff::",
  },
  {
    written: "ipv6,ipv6_label=5/0xfffff",
    value: { ethType: 0x86dd, ipv6Flabel: 5 },
    hex: "80000a02 86dd  80003804 00000005",
    text: "ipv6,ipv6_label=0x00005",
  },
  {
    written: "ipv6,ipv6_label=0x8af70/0xfff0f",
    value: { ethType: 0x86dd, ipv6Flabel: { value: 569088, mask: 1048335 } },
    hex: "80000a02 86dd  80003908 0008af00000fff0f",
    text: "ipv6,ipv6_label=0x8af00/0xfff0f",
  },
  {
    written: "icmp6,icmp_type=135,icmp_code=0,nd_target=fe80::1/64,nd_sll=0:0:0:0:0:1",
    value: {
      ethType: 0x86dd,
      ipProto: 58,
      icmpv6Type: 135,
      icmpv6Code: 0,
      ipv6NdTarget: { value: "fe80::", mask: "ffff:ffff:ffff:ffff::" },
      ipv6NdSll: "00:00:00:00:00:01",
    },
    hex: "80000a02 86dd  80001401 3a  80003a01 87  80003c01 00  80003f20 fe800000000000000000000000000000ffffffffffffffff0000000000000000  80004006 000000000001",
    text: "icmp6,icmp_type=135,icmp_code=0,nd_target=fe80::/64,nd_sll=00:00:00:00:00:01",
  },
  {
    written: "icmp6,icmpv6_type=136,nd_tll=00:00:00:00:00:01/ff:ff:ff:ff:ff:00",
    value: {
      ethType: 0x86dd,
      ipProto: 58,
      icmpv6Type: 136,
      ipv6NdTll: { value: "00:00:00:00:00:00", mask: "ff:ff:ff:ff:ff:00" },
    },
    hex: "80000a02 86dd  80001401 3a  80003a01 88  8000430c 000000000000ffffffffff00",
    text: "icmp6,icmp_type=136,nd_tll=00:00:00:00:00:00/ff:ff:ff:ff:ff:00",
  },
  {
    written: "arp,nw_src=10.0.0.1,nw_proto=1",
    value: { ethType: 0x0806, arpOp: 1, arpSpa: "10.0.0.1" },
    hex: "80000a02 0806  80002a02 0001  80002c04 0a000001",
    text: "arp,arp_spa=10.0.0.1,arp_op=1",
  },
  {
    written: "arp,arp_op=2,arp_spa=10.0.0.0/8,arp_tpa=10.0.0.2,arp_sha=00:00:00:00:00:0a,arp_tha=00:00:00:00:00:0b",
    value: {
      ethType: 0x0806,
      arpOp: 2,
      arpSpa: { value: "10.0.0.0", mask: "255.0.0.0" },
      arpTpa: "10.0.0.2",
      arpSha: "00:00:00:00:00:0a",
      arpTha: "00:00:00:00:00:0b",
    },
    hex: "80000a02 0806  80002a02 0002  80002d08 0a000000ff000000  80002e04 0a000002  80003006 00000000000a  80003206 00000000000b",
    text: "arp,arp_spa=10.0.0.0/8,arp_tpa=10.0.0.2,arp_op=2,arp_sha=00:00:00:00:00:0a,arp_tha=00:00:00:00:00:0b",
  },
  {
    written: "rarp,arp_spa=1.2.3.4,nw_proto=3",
    value: { ethType: 0x8035, arpOp: 3, arpSpa: "1.2.3.4" },
    hex: "80000a02 8035  80002a02 0003  80002c04 01020304",
    text: "rarp,arp_spa=1.2.3.4,arp_op=3",
  },
  {
    written: "mpls,mpls_label=5,mpls_tc=3,mpls_bos=1",
    value: { ethType: 0x8847, mplsTc: 3, mplsBos: 1, mplsLabel: 5 },
    hex: "80000a02 8847  80004601 03  80004801 01  80004404 00000005",
    text: "mpls,mpls_label=5,mpls_tc=3,mpls_bos=1",
  },
  {
    written: "mplsm",
    value: { ethType: 0x8848 },
    hex: "80000a02 8848",
    text: "mplsm",
  },
  {
    written: "ip nw_src=10.0.0.1/24 nw_dst=10.0.0.1/255.0.255.0",
    value: {
      ethType: 0x0800,
      ipv4Src: { value: "10.0.0.0", mask: "255.255.255.0" },
      ipv4Dst: { value: "10.0.0.0", mask: "255.0.255.0" },
    },
    hex: "80000a02 0800  80001708 0a000000ffffff00  80001908 0a000000ff00ff00",
    text: "ip,nw_src=10.0.0.0/24,nw_dst=10.0.0.0/255.0.255.0",
  },
  {
    written: "ip , nw_src=10.0.0.1/32 , nw_dst=*",
    value: { ethType: 0x0800, ipv4Src: "10.0.0.1" },
    hex: "80000a02 0800  80001604 0a000001",
    text: "ip,nw_src=10.0.0.1",
  },
  {
    written: "ip,nw_src=10.0.0.1/0",
    value: { ethType: 0x0800 },
    hex: "80000a02 0800",
    text: "ip",
  },
  {
    written: "ip,nw_tos=32",
    value: { ethType: 0x0800, ipDscp: 8 },
    hex: "80000a02 0800  80001001 08",
    text: "ip,nw_tos=32",
  },
  {
    written: "ip,ip_dscp=8,ip_ecn=3",
    value: { ethType: 0x0800, ipDscp: 8, ipEcn: 3 },
    hex: "80000a02 0800  80001001 08  80001201 03",
    text: "ip,nw_tos=32,nw_ecn=3",
  },
  {
    written: "ip,nw_tos=0",
    value: { ethType: 0x0800, ipDscp: 0 },
    hex: "80000a02 0800  80001001 00",
    text: "ip,nw_tos=0",
  },
  {
    written: "dl_type=0x1234",
    value: { ethType: 0x1234 },
    hex: "80000a02 1234",
    text: "dl_type=0x1234",
  },
  {
    written: "dl_type=0x800",
    value: { ethType: 0x0800 },
    hex: "80000a02 0800",
    text: "ip",
  },
  {
    written: "nw_src=10.0.0.1,ip",
    value: { ethType: 0x0800, ipv4Src: "10.0.0.1" },
    hex: "80000a02 0800  80001604 0a000001",
    text: "ip,nw_src=10.0.0.1",
  },
];
