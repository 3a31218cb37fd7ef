/** Frames and the line that ovs-ofctl 3.1.0 prints about each in a packet-out. */

export interface PrintedPacket {
  readonly name: string;
  /** Addresses, tags, type and what follows them, in hex. */
  readonly frame: string;
  readonly line: string;
}

export const printedPackets: readonly PrintedPacket[] = [
  {
    name: "a SYN",
    frame:
      "00000000000b 00000000000a 0800 4500002800014000400626c70a0000010a000003 04d20050 00001000 00000000 5002ffff a5a30000",
    line: "tcp,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.3,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=1234,tp_dst=80,tcp_flags=syn tcp_csum:a5a3",
  },
  {
    name: "an ACK in a VLAN",
    frame:
      "00000000000b 00000000000a 8100 6005 0800 45b800280001400040060000 0a0000010a000003 04d20050 00001000 00000000 5010ffff a5a30000",
    line: "tcp,dl_vlan=5,dl_vlan_pcp=3,vlan_tci1=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.3,nw_tos=184,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=1234,tp_dst=80,tcp_flags=ack tcp_csum:a5a3",
  },
  {
    name: "a datagram in two VLANs",
    frame:
      "00000000000b 00000000000a 88a8 0007 8100 0005 0800 4500001d00014000401126c70a0000010a000003 0035 0400 0009 beef 00",
    line: "udp,dl_vlan=7,dl_vlan_pcp=0,dl_vlan1=5,dl_vlan_pcp1=0,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.3,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=53,tp_dst=1024 udp_csum:beef",
  },
  {
    name: "a later fragment",
    frame: "00000000000b 00000000000a 0800 4500001c00010010401126c70a0000010a000003 0011223344556677",
    line: "udp,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.3,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=later udp_csum:6677",
  },
  {
    name: "an echo request",
    frame: "00000000000b 00000000000a 0800 4500001c000140004001 26c7 0a0000010a000003 0800 f7ff 00000000",
    line: "icmp,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.3,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,icmp_type=8,icmp_code=0 icmp_csum:f7ff",
  },
  {
    name: "an ARP request",
    frame: "ffffffffffff 00000000000a 0806 0001 0800 06 04 0001 00000000000a 0a000001 000000000000 0a000003",
    line: "arp,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.3,arp_op=1,arp_sha=00:00:00:00:00:0a,arp_tha=00:00:00:00:00:00",
  },
  {
    name: "TCP over IPv6",
    frame:
      "00000000000b 00000000000a 86dd 60000abc 0014 06 40 20010db8000000000000000000000001 20010db8000000000000000000000002 04d20050 00001000 00000000 5012ffff a5a30000",
    line: "tcp6,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,ipv6_src=2001:db8::1,ipv6_dst=2001:db8::2,ipv6_label=0x00abc,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,tp_src=1234,tp_dst=80,tcp_flags=syn|ack tcp_csum:a5a3",
  },
  {
    name: "a neighbor solicitation",
    frame:
      "00000000000b 00000000000a 86dd 60000000 0020 3a ff fe800000000000000000000000000001 ff0200000000000000000001ff000002 8700 1234 00000000 fe800000000000000000000000000002 0101 00000000000a",
    line: "icmp6,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,ipv6_src=fe80::1,ipv6_dst=ff02::1:ff00:2,ipv6_label=0x00000,nw_tos=0,nw_ecn=0,nw_ttl=255,nw_frag=no,icmp_type=135,icmp_code=0,nd_target=fe80::2,nd_sll=00:00:00:00:00:0a,nd_tll=00:00:00:00:00:00 icmp6_csum:1234",
  },
  {
    name: "two MPLS labels",
    frame: "00000000000b 00000000000a 8847 00012040 00013140 4500",
    line: "mpls,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,mpls_label=18,mpls_tc=0,mpls_ttl=64,mpls_bos=0,mpls_lse1=78144",
  },
  {
    name: "a frame with a length",
    frame: "00000000000b 00000000000a 0026 424203",
    line: "vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,dl_type=0x05ff",
  },
  {
    name: "a frame cut in its header",
    frame: "00000000000b 00000000000a",
    line: "vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00,dl_type=0x0000",
  },
];
