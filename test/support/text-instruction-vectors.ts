/** Words of tags, labels and instructions, taken from ovs-ofctl 3.1.0 like those of text-action-vectors.ts. */
import type { ActionTextVector } from "./text-action-vectors.ts";

export const instructionVectors: readonly ActionTextVector[] = [
  {
    match: "dl_vlan=3",
    written: "set_field:4101->vlan_vid,set_field:3->vlan_pcp,strip_vlan",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { vlanVid: 0x1005 } },
          { type: "setField", field: { vlanPcp: 3 } },
          { type: "popVlan" },
        ],
      },
    ],
    hex: "0004 0030 00000000  0019 0010 80000c021005000000000000  0019 0010 80000e010300000000000000  0012 0008 00000000",
    text: "set_field:4101->vlan_vid,set_field:3->vlan_pcp,pop_vlan",
  },
  {
    written: "push_vlan:0x8100,set_field:4101->vlan_vid,set_vlan_vid:4,set_vlan_pcp:2,pop_vlan",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "pushVlan", ethertype: 0x8100 },
          { type: "setField", field: { vlanVid: 0x1005 } },
          { type: "setField", field: { vlanVid: 0x1004 } },
          { type: "setField", field: { vlanPcp: 2 } },
          { type: "popVlan" },
        ],
      },
    ],
    hex: "0004 0048 00000000  0011 0008 81000000  0019 0010 80000c021005000000000000  0019 0010 80000c021004000000000000  0019 0010 80000e010200000000000000  0012 0008 00000000",
    text: "push_vlan:0x8100,set_field:4101->vlan_vid,set_field:4100->vlan_vid,set_field:2->vlan_pcp,pop_vlan",
  },
  {
    written: "mod_vlan_vid:7",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "pushVlan", ethertype: 0x8100 },
          { type: "setField", field: { vlanVid: 0x1007 } },
        ],
      },
    ],
    hex: "0004 0020 00000000  0011 0008 81000000  0019 0010 80000c021007000000000000",
    text: "push_vlan:0x8100,set_field:4103->vlan_vid",
  },
  {
    match: "dl_vlan=5",
    written: "mod_vlan_vid:7",
    value: [{ type: "applyActions", actions: [{ type: "setField", field: { vlanVid: 0x1007 } }] }],
    hex: "0004 0018 00000000  0019 0010 80000c021007000000000000",
    text: "set_field:4103->vlan_vid",
  },
  {
    written: "mod_vlan_pcp:7",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "pushVlan", ethertype: 0x8100 },
          { type: "setField", field: { vlanPcp: 7 } },
        ],
      },
    ],
    hex: "0004 0020 00000000  0011 0008 81000000  0019 0010 80000e010700000000000000",
    text: "push_vlan:0x8100,set_field:7->vlan_pcp",
  },
  {
    written: "push_vlan:0x88a8",
    value: [{ type: "applyActions", actions: [{ type: "pushVlan", ethertype: 0x88a8 }] }],
    hex: "0004 0010 00000000  0011 0008 88a80000",
    text: "push_vlan:0x88a8",
  },
  {
    written: "push_mpls:0x8847,set_field:7->mpls_label,set_mpls_tc:2,set_mpls_label:6,set_mpls_ttl(9),dec_mpls_ttl",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "pushMpls", ethertype: 0x8847 },
          { type: "setField", field: { mplsLabel: 7 } },
          { type: "setField", field: { mplsTc: 2 } },
          { type: "setField", field: { mplsLabel: 6 } },
          { type: "setMplsTtl", ttl: 9 },
          { type: "decMplsTtl" },
        ],
      },
    ],
    hex: "0004 0050 00000000  0013 0008 88470000  0019 0010 800044040000000700000000  0019 0010 800046010200000000000000  0019 0010 800044040000000600000000  000f 0008 09000000  0010 0008 00000000",
    text: "push_mpls:0x8847,set_field:7->mpls_label,set_field:2->mpls_tc,set_field:6->mpls_label,set_mpls_ttl(9),dec_mpls_ttl",
  },
  {
    match: "mpls",
    written: "pop_mpls:0x0800,dec_ttl,set_field:1.2.3.4->ip_src",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "popMpls", ethertype: 0x0800 },
          { type: "decNwTtl" },
          { type: "setField", field: { ipv4Src: "1.2.3.4" } },
        ],
      },
    ],
    hex: "0004 0028 00000000  0014 0008 08000000  0018 0008 00000000  0019 0010 800016040102030400000000",
    text: "pop_mpls:0x0800,dec_ttl,set_field:1.2.3.4->ip_src",
  },
  {
    match: "arp",
    written: "set_field:1.2.3.4->arp_spa,set_field:00:00:00:00:00:01->arp_sha,set_field:2->arp_op",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { arpSpa: "1.2.3.4" } },
          { type: "setField", field: { arpSha: "00:00:00:00:00:01" } },
          { type: "setField", field: { arpOp: 2 } },
        ],
      },
    ],
    hex: "0004 0038 00000000  0019 0010 80002c040102030400000000  0019 0010 800030060000000000010000  0019 0010 80002a020002000000000000",
    text: "set_field:1.2.3.4->arp_spa,set_field:00:00:00:00:00:01->arp_sha,set_field:2->arp_op",
  },
  {
    match: "icmp6,icmp_type=135",
    written: "set_field:fe80::1->nd_target,set_field:00:00:00:00:00:01->nd_sll,set_field:0->icmpv6_code",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { ipv6NdTarget: "fe80::1" } },
          { type: "setField", field: { ipv6NdSll: "00:00:00:00:00:01" } },
          { type: "setField", field: { icmpv6Code: 0 } },
        ],
      },
    ],
    hex: "0004 0040 00000000  0019 0018 80003e10fe800000000000000000000000000001  0019 0010 800040060000000000010000  0019 0010 80003c010000000000000000",
    text: "set_field:fe80::1->nd_target,set_field:00:00:00:00:00:01->nd_sll,set_field:0->icmpv6_code",
  },
  {
    match: "icmp",
    written: "set_field:8->icmp_type,set_field:0->icmp_code",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { icmpv4Type: 8 } },
          { type: "setField", field: { icmpv4Code: 0 } },
        ],
      },
    ],
    hex: "0004 0028 00000000  0019 0010 800026010800000000000000  0019 0010 800028010000000000000000",
    text: "set_field:8->icmp_type,set_field:0->icmp_code",
  },
  {
    match: "ipv6",
    written: "set_field:5->ipv6_label,set_field:2001:db8::1->ipv6_src",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { ipv6Flabel: 5 } },
          { type: "setField", field: { ipv6Src: "2001:db8::1" } },
        ],
      },
    ],
    hex: "0004 0030 00000000  0019 0010 800038040000000500000000  0019 0018 8000341020010db8000000000000000000000001",
    text: "set_field:0x5->ipv6_label,set_field:2001:db8::1->ipv6_src",
  },
  {
    written: "meter:3,output:1,clear_actions,write_actions(output:2,group:3),write_metadata:0x5/0xff,goto_table:3",
    value: [
      { type: "meter", meterId: 3 },
      { type: "applyActions", actions: [{ type: "output", port: 1, maxLen: 0 }] },
      { type: "clearActions" },
      {
        type: "writeActions",
        actions: [
          { type: "output", port: 2, maxLen: 0 },
          { type: "group", groupId: 3 },
        ],
      },
      { type: "writeMetadata", metadata: 5n, metadataMask: 255n },
      { type: "gotoTable", tableId: 3 },
    ],
    hex: "0006 0008 00000003  0004 0018 00000000  0000 0010 000000010000000000000000  0005 0008 00000000  0003 0020 00000000  0000 0010 000000020000000000000000  0016 0008 00000003  0002 0018 00000000000000000000000500000000000000ff  0001 0008 03000000",
    text: "meter:3,output:1,clear_actions,write_actions(output:2,group:3),write_metadata:0x5/0xff,goto_table:3",
  },
  {
    written: "write_metadata:5,goto_table:254",
    value: [
      { type: "writeMetadata", metadata: 5n, metadataMask: 0xffffffffffffffffn },
      { type: "gotoTable", tableId: 254 },
    ],
    hex: "0002 0018 000000000000000000000005ffffffffffffffff  0001 0008 fe000000",
    text: "write_metadata:0x5,goto_table:254",
  },
  {
    written: "write_metadata:0x10/-1",
    value: [{ type: "writeMetadata", metadata: 16n, metadataMask: 0xffffffffffffffffn }],
    hex: "0002 0018 000000000000000000000010ffffffffffffffff",
    text: "write_metadata:0x10",
  },
  {
    written: "clear_actions",
    value: [{ type: "clearActions" }],
    hex: "0005 0008 00000000",
    text: "clear_actions",
  },
  {
    written: "write_actions(group:7)",
    value: [{ type: "writeActions", actions: [{ type: "group", groupId: 7 }] }],
    hex: "0003 0010 00000000  0016 0008 00000007",
    text: "write_actions(group:7)",
  },
  {
    written: "goto_table:010",
    value: [{ type: "gotoTable", tableId: 10 }],
    hex: "0001 0008 0a000000",
    text: "goto_table:10",
  },
];
