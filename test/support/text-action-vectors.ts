/** Words of actions and instructions, taken from ovs-ofctl 3.1.0 under OpenFlow 1.3: what it sends for the words, and what it prints of what it sent. */
import type { Instruction } from "../../src/ofp/index.ts";

export interface ActionTextVector {
  /** The match in front of them, which some need. */
  readonly match?: string;
  readonly written: string;
  readonly value: readonly Instruction[];
  /** The instructions, each with its actions. */
  readonly hex: string;
  readonly text: string;
}

export const actionVectors: readonly ActionTextVector[] = [
  {
    written: "",
    value: [],
    hex: "",
    text: "drop",
  },
  {
    written: "drop",
    value: [],
    hex: "",
    text: "drop",
  },
  {
    written: "output:1,2,in_port,normal,flood,all,local,table",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "output", port: 1, maxLen: 0 },
          { type: "output", port: 2, maxLen: 0 },
          { type: "output", port: 0xfffffff8, maxLen: 0 },
          { type: "output", port: 0xfffffffa, maxLen: 0 },
          { type: "output", port: 0xfffffffb, maxLen: 0 },
          { type: "output", port: 0xfffffffc, maxLen: 0 },
          { type: "output", port: 0xfffffffe, maxLen: 0 },
          { type: "output", port: 0xfffffff9, maxLen: 0 },
        ],
      },
    ],
    hex: "0004 0088 00000000  0000 0010 000000010000000000000000  0000 0010 000000020000000000000000  0000 0010 fffffff80000000000000000  0000 0010 fffffffa0000000000000000  0000 0010 fffffffb0000000000000000  0000 0010 fffffffc0000000000000000  0000 0010 fffffffe0000000000000000  0000 0010 fffffff90000000000000000",
    text: "output:1,output:2,IN_PORT,NORMAL,FLOOD,ALL,LOCAL,TABLE",
  },
  {
    written: "controller,CONTROLLER:128,controller(max_len=200),controller:0,output:controller",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "output", port: 0xfffffffd, maxLen: 65535 },
          { type: "output", port: 0xfffffffd, maxLen: 128 },
          { type: "output", port: 0xfffffffd, maxLen: 200 },
          { type: "output", port: 0xfffffffd, maxLen: 0 },
          { type: "output", port: 0xfffffffd, maxLen: 65535 },
        ],
      },
    ],
    hex: "0004 0058 00000000  0000 0010 fffffffdffff000000000000  0000 0010 fffffffd0080000000000000  0000 0010 fffffffd00c8000000000000  0000 0010 fffffffd0000000000000000  0000 0010 fffffffdffff000000000000",
    text: "CONTROLLER:65535,CONTROLLER:128,CONTROLLER:200,CONTROLLER:0,CONTROLLER:65535",
  },
  {
    written: "output(3),output=4 output:LOCAL",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "output", port: 3, maxLen: 0 },
          { type: "output", port: 4, maxLen: 0 },
          { type: "output", port: 0xfffffffe, maxLen: 0 },
        ],
      },
    ],
    hex: "0004 0038 00000000  0000 0010 000000030000000000000000  0000 0010 000000040000000000000000  0000 0010 fffffffe0000000000000000",
    text: "output:3,output:4,LOCAL",
  },
  {
    written: "output:65533",
    value: [{ type: "applyActions", actions: [{ type: "output", port: 0xfffffffd, maxLen: 65535 }] }],
    hex: "0004 0018 00000000  0000 0010 fffffffdffff000000000000",
    text: "CONTROLLER:65535",
  },
  {
    written: "group:5,group(6),set_queue:7",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "group", groupId: 5 },
          { type: "group", groupId: 6 },
          { type: "setQueue", queueId: 7 },
        ],
      },
    ],
    hex: "0004 0020 00000000  0016 0008 00000005  0016 0008 00000006  0015 0008 00000007",
    text: "group:5,group:6,set_queue:7",
  },
  {
    written: "group:0xffffffff",
    value: [{ type: "applyActions", actions: [{ type: "group", groupId: 4294967295 }] }],
    hex: "0004 0010 00000000  0016 0008 ffffffff",
    text: "group:4294967295",
  },
  {
    match: "tcp",
    written: "set_field:80->tcp_dst,set_field:10.0.0.2->ip_dst",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { tcpDst: 80 } },
          { type: "setField", field: { ipv4Dst: "10.0.0.2" } },
        ],
      },
    ],
    hex: "0004 0028 00000000  0019 0010 80001c020050000000000000  0019 0010 800018040a00000200000000",
    text: "set_field:80->tcp_dst,set_field:10.0.0.2->ip_dst",
  },
  {
    match: "tcp",
    written: "mod_nw_src:1.2.3.4,mod_nw_dst:5.6.7.8,mod_tp_src:5,mod_tp_dst:6",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { ipv4Src: "1.2.3.4" } },
          { type: "setField", field: { ipv4Dst: "5.6.7.8" } },
          { type: "setField", field: { tcpSrc: 5 } },
          { type: "setField", field: { tcpDst: 6 } },
        ],
      },
    ],
    hex: "0004 0048 00000000  0019 0010 800016040102030400000000  0019 0010 800018040506070800000000  0019 0010 80001a020005000000000000  0019 0010 80001c020006000000000000",
    text: "set_field:1.2.3.4->ip_src,set_field:5.6.7.8->ip_dst,set_field:5->tcp_src,set_field:6->tcp_dst",
  },
  {
    match: "udp",
    written: "mod_tp_dst:53",
    value: [{ type: "applyActions", actions: [{ type: "setField", field: { udpDst: 53 } }] }],
    hex: "0004 0018 00000000  0019 0010 800020020035000000000000",
    text: "set_field:53->udp_dst",
  },
  {
    match: "sctp6",
    written: "mod_tp_dst:53,mod_nw_tos:4",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { sctpDst: 53 } },
          { type: "setField", field: { ipDscp: 1 } },
        ],
      },
    ],
    hex: "0004 0028 00000000  0019 0010 800024020035000000000000  0019 0010 800010010100000000000000",
    text: "set_field:53->sctp_dst,set_field:1->ip_dscp",
  },
  {
    match: "ip",
    written: "mod_nw_tos:32,mod_nw_ecn:2,mod_nw_ttl:5,set_nw_ttl:6,dec_ttl,dec_ttl()",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { ipDscp: 8 } },
          { type: "setField", field: { ipEcn: 2 } },
          { type: "setNwTtl", ttl: 5 },
          { type: "setNwTtl", ttl: 6 },
          { type: "decNwTtl" },
          { type: "decNwTtl" },
        ],
      },
    ],
    hex: "0004 0048 00000000  0019 0010 800010010800000000000000  0019 0010 800012010200000000000000  0017 0008 05000000  0017 0008 06000000  0018 0008 00000000  0018 0008 00000000",
    text: "set_field:8->ip_dscp,set_field:2->nw_ecn,mod_nw_ttl:5,mod_nw_ttl:6,dec_ttl,dec_ttl",
  },
  {
    written: "mod_dl_src:1:2:3:4:5:6,mod_dl_dst:01:00:5e:00:00:01",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { ethSrc: "01:02:03:04:05:06" } },
          { type: "setField", field: { ethDst: "01:00:5e:00:00:01" } },
        ],
      },
    ],
    hex: "0004 0028 00000000  0019 0010 800008060102030405060000  0019 0010 8000060601005e0000010000",
    text: "set_field:01:02:03:04:05:06->eth_src,set_field:01:00:5e:00:00:01->eth_dst",
  },
  {
    match: "tcp",
    written: "set_field:80->tp_dst,set_field:10.0.0.2->nw_dst,set_field:8->ip_dscp,set_field:1->ip_ecn",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { tcpDst: 80 } },
          { type: "setField", field: { ipv4Dst: "10.0.0.2" } },
          { type: "setField", field: { ipDscp: 8 } },
          { type: "setField", field: { ipEcn: 1 } },
        ],
      },
    ],
    hex: "0004 0048 00000000  0019 0010 80001c020050000000000000  0019 0010 800018040a00000200000000  0019 0010 800010010800000000000000  0019 0010 800012010100000000000000",
    text: "set_field:80->tcp_dst,set_field:10.0.0.2->ip_dst,set_field:8->ip_dscp,set_field:1->nw_ecn",
  },
  {
    written: "set_field:0x5->metadata,set_field:7->tun_id,set_field:0->tun_id",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { metadata: 5n } },
          { type: "setField", field: { tunnelId: 7n } },
          { type: "setField", field: { tunnelId: 0n } },
        ],
      },
    ],
    hex: "0004 0038 00000000  0019 0010 800004080000000000000005  0019 0010 80004c080000000000000007  0019 0010 80004c080000000000000000",
    text: "set_field:0x5->metadata,set_field:0x7->tun_id,set_field:0->tun_id",
  },
  {
    written: "Set_Field:5->metadata,OUTPUT:1,Normal",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { metadata: 5n } },
          { type: "output", port: 1, maxLen: 0 },
          { type: "output", port: 0xfffffffa, maxLen: 0 },
        ],
      },
    ],
    hex: "0004 0038 00000000  0019 0010 800004080000000000000005  0000 0010 000000010000000000000000  0000 0010 fffffffa0000000000000000",
    text: "set_field:0x5->metadata,output:1,NORMAL",
  },
  {
    written: "set_tunnel:5,set_tunnel64:0x100000000",
    value: [
      {
        type: "applyActions",
        actions: [
          { type: "setField", field: { tunnelId: 5n } },
          { type: "setField", field: { tunnelId: 0x100000000n } },
        ],
      },
    ],
    hex: "0004 0028 00000000  0019 0010 80004c080000000000000005  0019 0010 80004c080000000100000000",
    text: "set_field:0x5->tun_id,set_field:0x100000000->tun_id",
  },
];
