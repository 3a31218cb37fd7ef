/** Messages of the Nicira extension in three forms; bytes from the structs of nicira-ext.h, texts of ovs-ofctl 3.1.0. */
import { fromHex, type Message } from "../../src/index.ts";
import {
  ctFlush,
  ctFlushZone,
  flowAge,
  flowModTableId,
  NxRole,
  nxFlowMod,
  nxFlowRemoved,
  nxPacketIn,
  nxRoleReply,
  nxRoleRequest,
  PacketInFormat,
  packetIn2,
  resubmitTable,
  resume,
  setAsyncConfig,
  setAsyncConfig2,
  setControllerId,
  setPacketInFormat,
  TlvTableModCommand,
  tlvTableMod,
  tlvTableReply,
  tlvTableRequest,
} from "../../src/nx/index.ts";
import { applyActions, FlowModCommand, output, PacketInReason } from "../../src/ofp/index.ts";
import { annotated, FRAME } from "./vector.ts";

export interface ExtensionVector {
  readonly name: string;
  readonly value: Message;
  readonly bytes: Uint8Array;
  /** What ovs-ofctl prints. */
  readonly ovs: string;
}

/** A runt of a frame, an ARP without content. */
const frame = fromHex(FRAME);
const PACKET_LINE =
  "arp,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=0.0.0.0,arp_tpa=0.0.0.0,arp_op=0,arp_sha=00:00:00:00:00:00,arp_tha=00:00:00:00:00:00";

const paused = packetIn2<ReturnType<typeof resubmitTable>>({
  data: frame,
  totalLen: 60,
  tableId: 3,
  cookie: 5n,
  reason: PacketInReason.action,
  match: { inPort: 1, metadata: 7n },
  userdata: fromHex("0102ff"),
  continuation: [
    { type: "bridge", uuid: fromHex("00112233 44556677 8899aabb ccddeeff") },
    { type: "stack", value: fromHex("0000 0012") },
    { type: "stack", value: fromHex("00") },
    { type: "mirrors", mirrors: 2 },
    { type: "conntracked" },
    { type: "tableId", tableId: 3 },
    { type: "cookie", cookie: 5n },
    { type: "actions", actions: [resubmitTable(4), output(2)] },
    { type: "actionSet", actions: [output(3)] },
    { type: "odpPort", odpPort: 1 },
  ],
});

const pausedHex = `
  0000 0012 ${FRAME} 000000000000    # NXPINT_PACKET, 4 + 14, padded to 24
  0001 0008 0000003c                 # NXPINT_FULL_LEN 60
  0003 0005 03 000000                # NXPINT_TABLE_ID 3
  0004 0010 00000000 0000000000000005  # NXPINT_COOKIE 5
  0005 0005 01 000000                # NXPINT_REASON action
  0006 0018                          # NXPINT_METADATA, 4 + 8 + 12
  80000004 00000001                  #   in_port 1
  80000408 0000000000000007          #   metadata 7
  0008 00a0 00000000                 # NXPINT_CONTINUATION, 8 + 152
  8000 0014 00112233445566778899aabbccddeeff 00000000  #   bridge
  8001 0008 00000012                 #   stack
  8001 0005 00 000000                #   stack
  8002 0008 00000002                 #   mirrors
  8003 0004 00000000                 #   conntracked
  8004 0005 03 000000                #   table 3
  8005 0010 00000000 0000000000000005  #   cookie 5
  8006 0028 00000000                 #   actions, 8 + 16 + 16
  ffff 0010 00002320 000e fff8 04 000000  #     resubmit(,4)
  0000 0010 00000002 0000 000000000000  #     output:2
  8007 0018 00000000                 #   action set, 8 + 16
  0000 0010 00000003 0000 000000000000  #     output:3
  8008 0008 00000001                 #   odp_port 1
`;

const PAUSED_TEXT = ` table_id=3 cookie=0x5 total_len=60 metadata=0x7,in_port=1 (via action) data_len=14 (unbuffered) (***total_len != data_len***)
USERDATA continuation.bridge=33221100-7766-5544-bbaa-9988ffeeddcc
 continuation.stack=(top) 0x12 0 (bottom)
 continuation.mirrors=0x2
 continuation.conntracked=true
 continuation.actions=unroll_xlate(table=3, cookie=5),resubmit(,4),output:2
 continuation.action_set=output:3
 continuation.odp_port=1
${PACKET_LINE}`;

export const niciraVectors: readonly ExtensionVector[] = [
  {
    name: "NXT_ROLE_REQUEST",
    value: nxRoleRequest({ xid: 1, role: NxRole.master }),
    bytes: annotated("04 04 0014 00000001 00002320 0000000a 00000001"),
    ovs: "NXT_ROLE_REQUEST (OF1.3) (xid=0x1): role=primary",
  },
  {
    name: "NXT_ROLE_REPLY",
    value: nxRoleReply({ xid: 1, role: NxRole.slave }),
    bytes: annotated("04 04 0014 00000001 00002320 0000000b 00000002"),
    ovs: "NXT_ROLE_REPLY (OF1.3) (xid=0x1): role=secondary",
  },
  {
    name: "NXT_FLOW_MOD that deletes by a cookie",
    value: nxFlowMod({
      xid: 2,
      command: FlowModCommand.delete,
      tableId: 3,
      outPort: 0xfffffffe,
      match: { cookie: { value: 5n, mask: 0xffn }, ethTypeNxm: 0x0800 },
    }),
    bytes: annotated(`
      04 04 0050 00000002 00002320 0000000d
      0000000000000000        # cookie
      0303 0000 0000 8000     # table 3, delete; timeouts, priority
      ffffffff fffe 0000      # buffer, port LOCAL of 16 bits, flags
      001a 000000000000       # match_len 20 + 6, pad
      00013d10 0000000000000005 00000000000000ff  # NXM_NX_COOKIE 5/0xff
      00000602 0800           # NXM_OF_ETH_TYPE
      000000000000            # up to 32
    `),
    ovs: "NXT_FLOW_MOD (OF1.3) (xid=0x2): DEL table:3 ip cookie:0x5/0xff out_port:LOCAL actions=drop",
  },
  {
    name: "NXT_FLOW_MOD that adds",
    value: nxFlowMod({ xid: 2, cookie: 9n, priority: 5, instructions: [applyActions([output(2)])] }),
    bytes: annotated(`
      04 04 0048 00000002 00002320 0000000d
      0000000000000009 0000 0000 0000 0005 ffffffff ffff 0000 0000 000000000000
      0004 0018 00000000 0000 0010 00000002 0000 000000000000
    `),
    ovs: "NXT_FLOW_MOD (OF1.3) (xid=0x2): ADD priority=5 cookie:0x9 actions=output:2",
  },
  {
    name: "NXT_FLOW_REMOVED",
    value: nxFlowRemoved({
      xid: 0,
      ...{ cookie: 1n, priority: 6, reason: 1, tableId: 4, durationSec: 3, durationNsec: 500_000_000 },
      ...{ idleTimeout: 7, packetCount: 8n, byteCount: 9n, match: { inPortNxm: 1 } },
    }),
    bytes: annotated(`
      04 04 0040 00000000 00002320 0000000e
      0000000000000001 0006 01 05   # cookie, priority, hard timeout, table 4 plus one
      00000003 1dcd6500 0007 0006   # 3.5 s, idle timeout, match_len
      0000000000000008 0000000000000009
      00000002 0001 0000            # NXM_OF_IN_PORT 1, up to 8
    `),
    ovs: "NXT_FLOW_REMOVED (OF1.3) (xid=0x0): priority=6,in_port=1 reason=hard table_id=4 cookie:0x1 duration3.500s idle7 pkts8 bytes9",
  },
  {
    name: "NXT_FLOW_MOD_TABLE_ID",
    value: flowModTableId({ xid: 3, set: 1 }),
    bytes: annotated("04 04 0018 00000003 00002320 0000000f 01 00000000000000"),
    ovs: "NXT_FLOW_MOD_TABLE_ID (OF1.3) (xid=0x3): enable",
  },
  {
    name: "NXT_SET_PACKET_IN_FORMAT",
    value: setPacketInFormat({ xid: 4, format: PacketInFormat.nxt2 }),
    bytes: annotated("04 04 0014 00000004 00002320 00000010 00000002"),
    ovs: "NXT_SET_PACKET_IN_FORMAT (OF1.3) (xid=0x4): format=nxt_packet_in2",
  },
  {
    name: "NXT_PACKET_IN",
    value: nxPacketIn({
      ...{ xid: 0, totalLen: 60, reason: PacketInReason.action, tableId: 2, cookie: 5n },
      ...{ match: { inPortNxm: 1, reg0: 7 }, data: frame },
    }),
    bytes: annotated(`
      04 04 0048 00000000 00002320 00000011
      ffffffff 003c 01 02           # no buffer, 60 bytes, action, table 2
      0000000000000005 000e 000000000000  # cookie, match_len 6 + 8, pad
      00000002 0001                 # NXM_OF_IN_PORT 1
      00010004 00000007 0000        # NXM_NX_REG0 7, up to 16
      0000 ${FRAME}                 # pad, the frame
    `),
    ovs: `NXT_PACKET_IN (OF1.3) (xid=0x0): table_id=2 cookie=0x5 total_len=60 reg0=0x7,in_port=1 (via action) data_len=14 (unbuffered) (***total_len != data_len***)\n${PACKET_LINE}`,
  },
  {
    name: "NXT_FLOW_AGE",
    value: flowAge({ xid: 5 }),
    bytes: annotated("04 04 0010 00000005 00002320 00000012"),
    ovs: "NXT_FLOW_AGE (OF1.3) (xid=0x5):",
  },
  {
    name: "NXT_SET_ASYNC_CONFIG",
    value: setAsyncConfig({ xid: 6, packetInMask: [7, 0], portStatusMask: [0, 1], flowRemovedMask: [2, 0] }),
    bytes: annotated(`
      04 04 0028 00000006 00002320 00000013
      00000007 00000000 00000000 00000001 00000002 00000000
    `),
    ovs: "NXT_SET_ASYNC_CONFIG (OF1.3) (xid=0x6):\n primary:\n       PACKET_IN: no_match action invalid_ttl\n     PORT_STATUS: (off)\n    FLOW_REMOVED: hard\n     ROLE_STATUS: (off)\n    TABLE_STATUS: (off)\n  REQUESTFORWARD: (off)\n\n secondary:\n       PACKET_IN: (off)\n     PORT_STATUS: add\n    FLOW_REMOVED: (off)\n     ROLE_STATUS: (off)\n    TABLE_STATUS: (off)\n  REQUESTFORWARD: (off)",
  },
  {
    name: "NXT_SET_CONTROLLER_ID",
    value: setControllerId({ xid: 7, controllerId: 0x1234 }),
    bytes: annotated("04 04 0018 00000007 00002320 00000014 000000000000 1234"),
    ovs: "NXT_SET_CONTROLLER_ID (OF1.3) (xid=0x7): id=4660",
  },
  {
    name: "NXT_TLV_TABLE_MOD",
    value: tlvTableMod({
      xid: 8,
      command: TlvTableModCommand.add,
      mappings: [
        { optionClass: 0xffff, optionType: 0, optionLen: 4, index: 0 },
        { optionClass: 0, optionType: 0x80, optionLen: 124, index: 63 },
      ],
    }),
    bytes: annotated(`
      04 04 0028 00000008 00002320 00000018 0000 000000000000
      ffff 00 04 0000 0000
      0000 80 7c 003f 0000
    `),
    ovs: "NXT_TLV_TABLE_MOD (OF1.3) (xid=0x8):\n ADD mapping table:\n  class  type  length  match field\n ------  ----  ------  --------------\n 0xffff     0       4  tun_metadata0\n      0  0x80     124  tun_metadata63",
  },
  {
    name: "NXT_TLV_TABLE_REQUEST",
    value: tlvTableRequest({ xid: 9 }),
    bytes: annotated("04 04 0010 00000009 00002320 00000019"),
    ovs: "NXT_TLV_TABLE_REQUEST (OF1.3) (xid=0x9):",
  },
  {
    name: "NXT_TLV_TABLE_REPLY",
    value: tlvTableReply({ xid: 9, mappings: [{ optionClass: 0xffff, optionType: 1, optionLen: 8, index: 2 }] }),
    bytes: annotated(`
      04 04 0028 00000009 00002320 0000001a
      00000100 0040 00000000000000000000  # 256 bytes, 64 fields, reserved
      ffff 01 08 0002 0000
    `),
    ovs: "NXT_TLV_TABLE_REPLY (OF1.3) (xid=0x9):\n max option space=256 max fields=64\n allocated option space=8\n\n mapping table:\n  class  type  length  match field\n ------  ----  ------  --------------\n 0xffff   0x1       8  tun_metadata2",
  },
  {
    name: "NXT_SET_ASYNC_CONFIG2",
    value: setAsyncConfig2({
      xid: 10,
      properties: [
        { type: "packetInSlave", mask: 2 },
        { type: "roleStatusMaster", mask: 5 },
        { type: "tableStatusMaster", mask: 0x18 },
        { type: "requestForwardMaster", mask: 3 },
      ],
    }),
    bytes: annotated(`
      04 04 0030 0000000a 00002320 0000001b
      0000 0008 00000002
      0007 0008 00000005
      0009 0008 00000018
      000b 0008 00000003
    `),
    ovs: "NXT_SET_ASYNC_CONFIG2 (OF1.3) (xid=0xa):\n primary:\n       PACKET_IN: (off)\n     PORT_STATUS: (off)\n    FLOW_REMOVED: (off)\n     ROLE_STATUS: primary_request experimenter_data_changed\n    TABLE_STATUS: vacancy_down vacancy_up\n  REQUESTFORWARD: group_mod_request meter_mod_request\n\n secondary:\n       PACKET_IN: action\n     PORT_STATUS: (off)\n    FLOW_REMOVED: (off)\n     ROLE_STATUS: (off)\n    TABLE_STATUS: (off)\n  REQUESTFORWARD: (off)",
  },
  {
    name: "NXT_RESUME",
    value: resume(paused),
    bytes: annotated(`04 04 0108 00000000 00002320 0000001c ${pausedHex}`),
    ovs: `NXT_RESUME (OF1.3) (xid=0x0):${PAUSED_TEXT.replace("USERDATA", "")}`,
  },
  {
    name: "NXT_CT_FLUSH_ZONE",
    value: ctFlushZone({ xid: 11, zoneId: 9 }),
    bytes: annotated("04 04 0018 0000000b 00002320 0000001d 000000000000 0009"),
    ovs: "NXT_CT_FLUSH_ZONE (OF1.3) (xid=0xb): zone_id=9",
  },
  {
    name: "NXT_PACKET_IN2",
    value: paused,
    bytes: annotated(`04 04 0110 00000000 00002320 0000001e ${pausedHex} 0007 0007 0102ff 00  # userdata`),
    ovs: `NXT_PACKET_IN2 (OF1.3) (xid=0x0):${PAUSED_TEXT.replace("USERDATA", " userdata=01.02.ff\n")}`,
  },
  {
    name: "NXT_CT_FLUSH",
    value: ctFlush({
      xid: 12,
      ipProto: 6,
      origTuple: { src: "10.0.0.1", dst: "10.0.0.2", srcPort: 1, dstPort: 80 },
      replyTuple: { dst: "10.0.0.1" },
      zoneId: 5,
    }),
    bytes: annotated(`
      04 04 0088 0000000c 00002320 00000020
      06 00000000000000             # TCP, pad
      0000 0048 00000000            # NXT_CT_ORIG_TUPLE, 8 + 64
      0000 0014 00000000000000000000ffff0a000001 00000000  # src
      0001 0014 00000000000000000000ffff0a000002 00000000  # dst
      0002 0008 0001 0000           # source port
      0003 0008 0050 0000           # destination port
      0001 0020 00000000            # NXT_CT_REPLY_TUPLE, 8 + 24
      0001 0014 00000000000000000000ffff0a000001 00000000
      0002 0008 0005 0000           # NXT_CT_ZONE_ID
    `),
    ovs: "NXT_CT_FLUSH (OF1.3) (xid=0xc): zone=5 'ct_nw_src=10.0.0.1,ct_nw_dst=10.0.0.2,ct_tp_src=1,ct_tp_dst=80,ct_nw_proto=6' 'ct_nw_src=::,ct_nw_dst=10.0.0.1,ct_tp_src=0,ct_tp_dst=0'",
  },
  {
    name: "NXT_CT_FLUSH of ICMP",
    value: ctFlush({
      xid: 12,
      ipProto: 58,
      origTuple: { src: "2001:db8::1", icmpId: 0x102, icmpType: 128, icmpCode: 3 },
    }),
    bytes: annotated(`
      04 04 0050 0000000c 00002320 00000020
      3a 00000000000000
      0000 0038 00000000            # 8 + 48
      0000 0014 20010db8000000000000000000000001 00000000
      0004 0008 0102 0000
      0005 0005 80 000000
      0006 0005 03 000000
    `),
    ovs: "NXT_CT_FLUSH (OF1.3) (xid=0xc): zone=0 'ct_ipv6_src=2001:db8::1,ct_ipv6_dst=::,icmp_id=258,icmp_type=128,icmp_code=3,ct_nw_proto=58' 'ct_ipv6_src=::,ct_ipv6_dst=::,icmp_id=0,icmp_type=0,icmp_code=0'",
  },
];
