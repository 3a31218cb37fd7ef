/** Messages that the ONF numbered for OpenFlow 1.3, and the multipart messages of both extensions, in three forms. */
import {
  FlowMonitorFlags,
  flowMonitorCancel,
  flowMonitorPaused,
  flowMonitorReply,
  flowMonitorRequest,
  flowMonitorResumed,
  ipfixBridgeReply,
  ipfixBridgeRequest,
  ipfixFlowReply,
  ipfixFlowRequest,
  RoleStatusReason,
  requestForward,
  roleStatus,
} from "../../src/nx/index.ts";
import { applyActions, ControllerRole, output } from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import type { ExtensionVector } from "./extension-vectors.ts";
import { annotated } from "./vector.ts";

const NO_COUNTER = 2n ** 64n - 1n;

export const onfVectors: readonly ExtensionVector[] = [
  {
    name: "ONFT_FLOW_MONITOR_CANCEL",
    value: flowMonitorCancel({ xid: 1, id: 7 }),
    bytes: annotated("04 04 0014 00000001 4f4e4600 0000074e 00000007"),
    ovs: "ONFT_FLOW_MONITOR_CANCEL (OF1.3) (xid=0x1): id=7",
  },
  {
    name: "ONFT_FLOW_MONITOR_PAUSED",
    value: flowMonitorPaused(),
    bytes: annotated("04 04 0010 00000000 4f4e4600 0000074f"),
    ovs: "ONFT_FLOW_MONITOR_PAUSED (OF1.3) (xid=0x0):",
  },
  {
    name: "ONFT_FLOW_MONITOR_RESUMED",
    value: flowMonitorResumed(),
    bytes: annotated("04 04 0010 00000000 4f4e4600 00000750"),
    ovs: "ONFT_FLOW_MONITOR_RESUMED (OF1.3) (xid=0x0):",
  },
  {
    name: "ONFT_ROLE_STATUS",
    value: roleStatus({
      role: ControllerRole.slave,
      reason: RoleStatusReason.masterRequest,
      generationId: 5n,
      properties: [{ type: "experimenter", experimenter: 1, expType: 2, data: fromHex("03") }],
    }),
    bytes: annotated(`
      04 04 0030 00000000 4f4e4600 00000777
      00000003 00 000000 0000000000000005
      ffff 000d 00000001 00000002 03 000000
    `),
    ovs: "ONFT_ROLE_STATUS (OF1.3) (xid=0x0): role=secondary generation_id=5 reason=primary_request",
  },
  {
    name: "ONFST_FLOW_MONITOR request",
    value: flowMonitorRequest({
      xid: 2,
      monitors: [
        { id: 1, match: { inPort: 1 } },
        { id: 2, flags: FlowMonitorFlags.add | FlowMonitorFlags.own, outPort: 3, tableId: 4 },
      ],
    }),
    bytes: annotated(`
      04 12 0050 00000002 ffff 0000 00000000 4f4e4600 0000074e
      00000001 003f 000c ffffffff ff 000000   # id 1, all flags, match_len 12, every port and table
      0001 000c 80000004 00000001 00000000    # in_port 1
      00000002 0022 0004 00000003 04 000000   # id 2, add and own, match_len 4, port 3, table 4
      0001 0004 00000000
    `),
    ovs: "ONFST_FLOW_MONITOR request (OF1.3) (xid=0x2):\n id=1 flags=initial,add,delete,modify,actions,own in_port=1\n id=2 flags=add,own out_port=3 table=4",
  },
  {
    name: "ONFST_FLOW_MONITOR reply",
    value: flowMonitorReply({
      xid: 2,
      updates: [
        {
          ...{ type: "added", reason: 0, priority: 5, idleTimeout: 6, hardTimeout: 0, tableId: 1, cookie: 0n },
          ...{ match: { inPort: 1 }, instructions: [applyActions([output(2)])] },
        },
        {
          ...{ type: "deleted", reason: 2, priority: 5, idleTimeout: 0, hardTimeout: 7, tableId: 1, cookie: 8n },
          ...{ match: {}, instructions: [] },
        },
        { type: "abbrev", xid: 0x1234 },
      ],
    }),
    bytes: annotated(`
      04 13 0080 00000002 ffff 0000 00000000 4f4e4600 0000074e
      0040 0000 0000 0005 0006 0000 000c 01 00 0000000000000000  # 24 + 16 + 24, added, reason, priority, timeouts, match_len
      0001 000c 80000004 00000001 00000000
      0004 0018 00000000 0000 0010 00000002 0000 000000000000
      0020 0001 0002 0005 0000 0007 0004 01 00 0000000000000008  # 24 + 8, deleted by a flow-mod
      0001 0004 00000000
      0008 0003 00001234                                         # by this controller's message
    `),
    ovs: "ONFST_FLOW_MONITOR reply (OF1.3) (xid=0x2):\n event=ADDED table=1 idle_timeout=6 cookie=0 in_port=1 actions=output:2\n event=DELETED reason=delete table=1 hard_timeout=7 cookie=0x8 \n event=ABBREV xid=0x1234",
  },
  {
    name: "NXST_IPFIX_BRIDGE request",
    value: ipfixBridgeRequest({ xid: 3 }),
    bytes: annotated("04 12 0018 00000003 ffff 0000 00000000 00002320 00000003"),
    ovs: "NXST_IPFIX_BRIDGE request (OF1.3) (xid=0x3):",
  },
  {
    name: "NXST_IPFIX_BRIDGE reply",
    value: ipfixBridgeReply({ xid: 3, stats: { totalFlows: 1n, pkts: 2n, txErrors: NO_COUNTER, collectorSetId: 9 } }),
    bytes: annotated(`
      04 13 0070 00000003 ffff 0000 00000000 00002320 00000003
      0000000000000001 0000000000000000 0000000000000002 0000000000000000 0000000000000000
      0000000000000000 0000000000000000 0000000000000000 0000000000000000 ffffffffffffffff
      00000009 00000000
    `),
    ovs: "NXST_IPFIX_BRIDGE reply (OF1.3) (xid=0x3):\n  bridge ipfix: flows=1, current flows=0, sampled pkts=2, ipv4 ok=0, ipv6 ok=0, tx pkts=0\n                pkts errs=0, ipv4 errs=0, ipv6 errs=0, tx errs=?",
  },
  {
    name: "NXST_IPFIX_FLOW request",
    value: ipfixFlowRequest({ xid: 4 }),
    bytes: annotated("04 12 0018 00000004 ffff 0000 00000000 00002320 00000004"),
    ovs: "NXST_IPFIX_FLOW request (OF1.3) (xid=0x4):",
  },
  {
    name: "NXST_IPFIX_FLOW reply",
    value: ipfixFlowReply({ xid: 4, flags: 1, collectorSets: [{ ipv4Pkts: 3n, collectorSetId: 1 }] }),
    bytes: annotated(`
      04 13 0070 00000004 ffff 0001 00000000 00002320 00000004
      0000000000000000 0000000000000000 0000000000000000 0000000000000003 0000000000000000
      0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000
      00000001 00000000
    `),
    ovs: "NXST_IPFIX_FLOW reply (OF1.3) (xid=0x4): flags=[more] 1 ids\n  id   1: flows=0, current flows=0, sampled pkts=0, ipv4 ok=3, ipv6 ok=0, tx pkts=0\n          pkts errs=0, ipv4 errs=0, ipv6 errs=0, tx errs=0",
  },
  {
    name: "ONFT_REQUESTFORWARD of what is no group-mod and no meter-mod",
    value: requestForward({ message: { type: "barrierRequest", xid: 5 } }),
    bytes: annotated("04 04 0018 00000000 4f4e4600 0000092e 04 14 0008 00000005"),
    ovs: "ONFT_REQUESTFORWARD (OF1.3) (xid=0x0): ***decode error: OFPBFC_MSG_UNSUP***\n00000000  04 04 00 18 00 00 00 00-4f 4e 46 00 00 00 09 2e |........ONF.....|\n00000010  04 14 00 08 00 00 00 05-                        |........        |",
  },
];
