/** Whole lines of flow files and of dump-flows, taken from ovs-ofctl 3.1.0 under OpenFlow 1.3: what it sends for them. */
import type { FlowModInit } from "../../src/ofp/index.ts";

export interface FlowTextVector {
  readonly written: string;
  /** What is not at its default. */
  readonly value: FlowModInit;
  /** The message behind its header: struct ofp_flow_mod, the match, the instructions. */
  readonly hex: string;
  /** What formatFlow gives. */
  readonly text: string;
}

export const flowVectors: readonly FlowTextVector[] = [
  {
    written: "actions=",
    value: {},
    hex: "0000000000000000 0000000000000000 0000 000000008000 ffffffff ffffffff ffffffff 00000000  0001000400000000",
    text: "actions=drop",
  },
  {
    written: " priority=5,tcp,in_port=1 action=output:2",
    value: {
      priority: 5,
      match: { inPort: 1, ethType: 0x0800, ipProto: 6 },
      instructions: [{ type: "applyActions", actions: [{ type: "output", port: 2, maxLen: 0 }] }],
    },
    hex: "0000000000000000 0000000000000000 0000 000000000005 ffffffff ffffffff ffffffff 00000000  00010017800000040000000180000a020800800014010600000400180000000000000010000000020000000000000000",
    text: "priority=5,tcp,in_port=1 actions=output:2",
  },
  {
    written: "actions = drop",
    value: {},
    hex: "0000000000000000 0000000000000000 0000 000000008000 ffffffff ffffffff ffffffff 00000000  0001000400000000",
    text: "actions=drop",
  },
  {
    written:
      "table=3,priority=5,tcp,cookie=0xab,idle_timeout=3,hard_timeout=4,send_flow_rem,check_overlap,actions=output:1",
    value: {
      cookie: 171n,
      tableId: 3,
      idleTimeout: 3,
      hardTimeout: 4,
      priority: 5,
      flags: 3,
      match: { ethType: 0x0800, ipProto: 6 },
      instructions: [{ type: "applyActions", actions: [{ type: "output", port: 1, maxLen: 0 }] }],
    },
    hex: "00000000000000ab 0000000000000000 0300 000300040005 ffffffff ffffffff ffffffff 00030000  0001000f80000a020800800014010600000400180000000000000010000000010000000000000000",
    text: "table=3,cookie=0xab,idle_timeout=3,hard_timeout=4,send_flow_rem,check_overlap,priority=5,tcp actions=output:1",
  },
  {
    written: "reset_counts,no_packet_counts,no_byte_counts actions=drop",
    value: { flags: 28 },
    hex: "0000000000000000 0000000000000000 0000 000000008000 ffffffff ffffffff ffffffff 001c0000  0001000400000000",
    text: "reset_counts,no_packet_counts,no_byte_counts actions=drop",
  },
  {
    written:
      " cookie=0xabc, duration=0.139s, table=0, n_packets=0, n_bytes=0, idle_timeout=60, send_flow_rem priority=100,tcp,in_port=1,nw_src=10.0.0.3,tp_dst=80 actions=set_field:10.0.0.2->ip_dst,output:2",
    value: {
      cookie: 0xabcn,
      idleTimeout: 60,
      priority: 100,
      flags: 1,
      match: { inPort: 1, ethType: 0x0800, ipv4Src: "10.0.0.3", ipProto: 6, tcpDst: 80 },
      instructions: [
        {
          type: "applyActions",
          actions: [
            { type: "setField", field: { ipv4Dst: "10.0.0.2" } },
            { type: "output", port: 2, maxLen: 0 },
          ],
        },
      ],
    },
    hex: "0000000000000abc 0000000000000000 0000 003c00000064 ffffffff ffffffff ffffffff 00010000  00010025800000040000000180000a020800800016040a000003800014010680001c020050000000000400280000000000190010800018040a0000020000000000000010000000020000000000000000",
    text: "cookie=0xabc,idle_timeout=60,send_flow_rem,priority=100,tcp,in_port=1,nw_src=10.0.0.3,tp_dst=80 actions=set_field:10.0.0.2->ip_dst,output:2",
  },
  {
    written: " cookie=0x0, duration=1s, table=5, n_packets=3, n_bytes=4, idle_age=7, hard_age=9, actions=NORMAL",
    value: {
      tableId: 5,
      instructions: [{ type: "applyActions", actions: [{ type: "output", port: 0xfffffffa, maxLen: 0 }] }],
    },
    hex: "0000000000000000 0000000000000000 0500 000000008000 ffffffff ffffffff ffffffff 00000000  0001000400000000000400180000000000000010fffffffa0000000000000000",
    text: "table=5 actions=NORMAL",
  },
  {
    written: "priority=0x10,idle_timeout=010 actions=drop",
    value: { idleTimeout: 8, priority: 16 },
    hex: "0000000000000000 0000000000000000 0000 000800000010 ffffffff ffffffff ffffffff 00000000  0001000400000000",
    text: "idle_timeout=8,priority=16 actions=drop",
  },
  {
    written: "cookie=-1 actions=drop",
    value: { cookie: 0xffffffffffffffffn },
    hex: "ffffffffffffffff 0000000000000000 0000 000000008000 ffffffff ffffffff ffffffff 00000000  0001000400000000",
    text: "cookie=0xffffffffffffffff actions=drop",
  },
  {
    written: "add table=7 actions=drop",
    value: { tableId: 7 },
    hex: "0000000000000000 0000000000000000 0700 000000008000 ffffffff ffffffff ffffffff 00000000  0001000400000000",
    text: "table=7 actions=drop",
  },
  {
    written: "add,actions=1",
    value: { instructions: [{ type: "applyActions", actions: [{ type: "output", port: 1, maxLen: 0 }] }] },
    hex: "0000000000000000 0000000000000000 0000 000000008000 ffffffff ffffffff ffffffff 00000000  0001000400000000000400180000000000000010000000010000000000000000",
    text: "actions=output:1",
  },
  {
    written: "modify tcp actions=drop",
    value: { command: 1, match: { ethType: 0x0800, ipProto: 6 } },
    hex: "0000000000000000 0000000000000000 0001 000000008000 ffffffff ffffffff ffffffff 00000000  0001000f80000a020800800014010600",
    text: "modify tcp actions=drop",
  },
  {
    written: "modify cookie=0x5,ip actions=drop",
    value: { command: 1, match: { ethType: 0x0800 } },
    hex: "0000000000000000 0000000000000000 0001 000000008000 ffffffff ffffffff ffffffff 00000000  0001000a80000a020800000000000000",
    text: "modify ip actions=drop",
  },
  {
    written: "modify_strict priority=9,cookie=0x12/0xff actions=1",
    value: {
      cookie: 18n,
      cookieMask: 255n,
      command: 2,
      priority: 9,
      instructions: [{ type: "applyActions", actions: [{ type: "output", port: 1, maxLen: 0 }] }],
    },
    hex: "0000000000000012 00000000000000ff 0002 000000000009 ffffffff ffffffff ffffffff 00000000  0001000400000000000400180000000000000010000000010000000000000000",
    text: "modify_strict cookie=0x12/0xff,priority=9 actions=output:1",
  },
  {
    written: "delete",
    value: { tableId: 255, command: 3 },
    hex: "0000000000000000 0000000000000000 ff03 000000008000 ffffffff ffffffff ffffffff 00000000  0001000400000000",
    text: "delete",
  },
  {
    written: "delete tcp",
    value: { tableId: 255, command: 3, match: { ethType: 0x0800, ipProto: 6 } },
    hex: "0000000000000000 0000000000000000 ff03 000000008000 ffffffff ffffffff ffffffff 00000000  0001000f80000a020800800014010600",
    text: "delete tcp",
  },
  {
    written: "delete table=0,cookie=0x5/-1",
    value: { cookie: 5n, cookieMask: 0xffffffffffffffffn, command: 3 },
    hex: "0000000000000005 ffffffffffffffff 0003 000000008000 ffffffff ffffffff ffffffff 00000000  0001000400000000",
    text: "delete table=0,cookie=0x5/0xffffffffffffffff",
  },
  {
    written: "delete out_port=3,out_group=7",
    value: { tableId: 255, command: 3, outPort: 3, outGroup: 7 },
    hex: "0000000000000000 0000000000000000 ff03 000000008000 ffffffff 00000003 00000007 00000000  0001000400000000",
    text: "delete out_port=3,out_group=7",
  },
  {
    written: "delete out_port=LOCAL,out_group=any",
    value: { tableId: 255, command: 3, outPort: 4294967294 },
    hex: "0000000000000000 0000000000000000 ff03 000000008000 ffffffff fffffffe ffffffff 00000000  0001000400000000",
    text: "delete out_port=LOCAL",
  },
  {
    written: "delete_strict table=1,priority=9,tcp",
    value: { tableId: 1, command: 4, priority: 9, match: { ethType: 0x0800, ipProto: 6 } },
    hex: "0000000000000000 0000000000000000 0104 000000000009 ffffffff ffffffff ffffffff 00000000  0001000f80000a020800800014010600",
    text: "delete_strict table=1,priority=9,tcp",
  },
  {
    written: "delete_strict,ip,out_group=all",
    value: { tableId: 255, command: 4, outGroup: 4294967292, match: { ethType: 0x0800 } },
    hex: "0000000000000000 0000000000000000 ff04 000000008000 ffffffff ffffffff fffffffc 00000000  0001000a80000a020800000000000000",
    text: "delete_strict out_group=all,ip",
  },
  {
    written: "importance=5 actions=drop # a comment",
    value: {},
    hex: "0000000000000000 0000000000000000 0000 000000008000 ffffffff ffffffff ffffffff 00000000  0001000400000000",
    text: "actions=drop",
  },
];
