/**
 * One message of every kind in three forms: the value, its bytes, and what `ovs-ofctl -O OpenFlow13 ofp-print` of Open vSwitch
 * 3.1.0 says about the bytes. The bytes were written by hand from the structs of OpenFlow 1.3.5.
 */
import {
  barrierReply,
  barrierRequest,
  ControllerRole,
  echoReply,
  echoRequest,
  errorMessage,
  experimenterMessage,
  featuresReply,
  featuresRequest,
  flowRemoved,
  getConfigReply,
  getConfigRequest,
  PortReason,
  packetIn,
  portStatus,
  roleReply,
  roleRequest,
  setConfig,
} from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { commandVectors } from "./command-vectors.ts";
import { groupVectors } from "./group-vectors.ts";
import { multipartVectors } from "./multipart-vectors.ts";
import { statsVectors } from "./stats-vectors.ts";
import { annotated, ETH0, ETH0_BYTES, FRAME, type MessageVector } from "./vector.ts";

export const messageVectors: readonly MessageVector[] = [
  {
    name: "hello with a version bitmap",
    value: {
      type: "hello",
      xid: 0x11,
      version: 4,
      elements: [{ type: "versionBitmap", versions: [1, 4] }],
    },
    bytes: annotated(`
      04 00 0010 00000011   # version 4, OFPT_HELLO, length 16, xid
      0001 0008             # OFPHET_VERSIONBITMAP, length 8
      00000012              # bits 1 (OpenFlow 1.0) and 4 (1.3)
    `),
    ovs: "OFPT_HELLO (OF1.3) (xid=0x11):\n version bitmap: 0x01, 0x04",
  },
  {
    name: "hello of OpenFlow 1.0, without elements",
    value: { type: "hello", xid: 1, version: 1, elements: [] },
    bytes: annotated("01 00 0008 00000001"),
    ovs: "OFPT_HELLO (xid=0x1):\n version bitmap: 0x01",
  },
  {
    name: "error about an action that the switch does not know",
    value: errorMessage({ xid: 0x22, errorType: 2, code: 3, data: fromHex("04 0e 0010 00000022") }),
    bytes: annotated(`
      04 01 0014 00000022   # OFPT_ERROR
      0002 0003             # OFPET_BAD_ACTION, OFPBAC_BAD_EXP_TYPE
      040e001000000022      # the refused message's beginning
    `),
    ovs: "OFPT_ERROR (OF1.3) (xid=0x22): OFPBAC_BAD_VENDOR_TYPE\nOFPT_FLOW_MOD (OF1.3) (xid=0x22):",
  },
  {
    name: "error of an experimenter",
    value: errorMessage({ xid: 0x23, errorType: 0xffff, code: 2300, experimenter: 0x4f4e4600, data: fromHex("01") }),
    bytes: annotated(`
      04 01 0011 00000023   # OFPT_ERROR, length 17
      ffff 08fc 4f4e4600    # OFPET_EXPERIMENTER, exp_type 2300, the ONF
      01                    # data
    `),
    ovs: "OFPT_ERROR (OF1.3) (xid=0x23): OFPBFC_UNKNOWN",
  },
  {
    name: "echo request",
    value: echoRequest({ xid: 0x33, data: fromHex("dead") }),
    bytes: annotated("04 02 000a 00000033  dead"),
    ovs: "OFPT_ECHO_REQUEST (OF1.3) (xid=0x33): 2 bytes of payload\n00000000  de ad                                           |..              |",
  },
  {
    name: "echo reply",
    value: echoReply({ xid: 0x33 }),
    bytes: annotated("04 03 0008 00000033"),
    ovs: "OFPT_ECHO_REPLY (OF1.3) (xid=0x33): 0 bytes of payload",
  },
  {
    name: "experimenter message",
    value: experimenterMessage({ xid: 0x44, experimenter: 0x00abcdef, expType: 7, data: fromHex("0102") }),
    bytes: annotated(`
      04 04 0012 00000044   # OFPT_EXPERIMENTER, length 18
      00abcdef 00000007     # experimenter, exp_type
      0102                  # data
    `),
  },
  {
    name: "features request",
    value: featuresRequest({ xid: 0x55 }),
    bytes: annotated("04 05 0008 00000055"),
    ovs: "OFPT_FEATURES_REQUEST (OF1.3) (xid=0x55):",
  },
  {
    name: "features reply",
    value: featuresReply({
      xid: 0x55,
      datapathId: 0x0000_5054_0000_0001n,
      nBuffers: 256,
      nTables: 254,
      auxiliaryId: 1,
      capabilities: 0x4f,
    }),
    bytes: annotated(`
      04 06 0020 00000055   # OFPT_FEATURES_REPLY
      0000505400000001      # datapathId
      00000100 fe 01 0000   # nBuffers 256, nTables 254, auxiliaryId 1, pad
      0000004f 00000000     # flow, table, port, group and queue statistics; reserved
    `),
    ovs: "OFPT_FEATURES_REPLY (OF1.3) (xid=0x55): dpid:0000505400000001\nn_tables:254, n_buffers:256, auxiliary_id:1\ncapabilities: FLOW_STATS TABLE_STATS PORT_STATS GROUP_STATS QUEUE_STATS",
  },
  {
    name: "get-config request",
    value: getConfigRequest({ xid: 0x66 }),
    bytes: annotated("04 07 0008 00000066"),
    ovs: "OFPT_GET_CONFIG_REQUEST (OF1.3) (xid=0x66):",
  },
  {
    name: "get-config reply",
    value: getConfigReply({ xid: 0x66, flags: 1, missSendLen: 0xffff }),
    bytes: annotated("04 08 000c 00000066  0001 ffff"),
    ovs: "OFPT_GET_CONFIG_REPLY (OF1.3) (xid=0x66): frags=drop miss_send_len=65535",
  },
  {
    name: "set-config",
    value: setConfig({ xid: 0x67 }),
    bytes: annotated("04 09 000c 00000067  0000 0080"),
    ovs: "OFPT_SET_CONFIG (OF1.3) (xid=0x67): frags=normal miss_send_len=128",
  },
  {
    name: "packet-in",
    value: packetIn({
      xid: 0,
      totalLen: 60,
      reason: 1,
      tableId: 3,
      cookie: 0xabcn,
      match: { inPort: 2, metadata: 0x1234n },
      data: fromHex(FRAME),
    }),
    bytes: annotated(`
      04 0a 0040 00000000   # OFPT_PACKET_IN, length 24 + 24 + 2 + 14 = 64
      ffffffff 003c 01 03   # no buffer, total_len 60, OFPR_ACTION, table 3
      0000000000000abc      # cookie
      0001 0018             # OFPMT_OXM, length 4 + 8 + 12 = 24
      80000004 00000002     # in_port
      80000408 0000000000001234  # metadata
      0000                  # pad in front of the packet
      ${FRAME}              # the packet
    `),
    ovs: "OFPT_PACKET_IN (OF1.3) (xid=0x0): table_id=3 cookie=0xabc total_len=60 metadata=0x1234,in_port=2 (via action) data_len=14 (unbuffered)",
  },
  {
    name: "flow-removed",
    value: flowRemoved({
      xid: 0,
      cookie: 0xabcn,
      priority: 10,
      reason: 0,
      tableId: 2,
      durationSec: 5,
      durationNsec: 250_000_000,
      idleTimeout: 5,
      hardTimeout: 60,
      packetCount: 7n,
      byteCount: 420n,
      match: { ethType: 0x0800, ipv4Dst: { value: "10.0.0.0", mask: "255.255.255.0" } },
    }),
    bytes: annotated(`
      04 0b 0048 00000000   # OFPT_FLOW_REMOVED, length 72
      0000000000000abc      # cookie
      000a 00 02            # priority 10, OFPRR_IDLE_TIMEOUT, table 2
      00000005 0ee6b280     # 5 s, 250,000,000 ns
      0005 003c             # idle timeout 5 s, hard timeout 60 s
      0000000000000007      # packets
      00000000000001a4      # bytes
      0001 0016             # OFPMT_OXM, length 4 + 6 + 12 = 22
      80000a02 0800         # eth_type
      80001908 0a000000 ffffff00  # ipv4_dst with a mask
      0000                  # up to a multiple of 8
    `),
    ovs: "OFPT_FLOW_REMOVED (OF1.3) (xid=0x0): priority=10,ip,nw_dst=10.0.0.0/24 reason=idle table_id=2 cookie:0xabc duration5.250s idle5 hard60 pkts7 bytes420",
  },
  {
    name: "port-status",
    value: portStatus({ xid: 0, reason: PortReason.modify, desc: ETH0 }),
    bytes: annotated(`
      04 0c 0050 00000000   # OFPT_PORT_STATUS, length 80
      02 00000000000000     # OFPPR_MODIFY, pad
      ${ETH0_BYTES}
    `),
    ovs: "OFPT_PORT_STATUS (OF1.3) (xid=0x0): MOD: 1(eth0): addr:aa:55:aa:55:00:01\n     config:     PORT_DOWN\n     state:      LIVE\n     current:    10GB-FD COPPER AUTO_NEG\n     advertised: 1GB-FD\n     supported:  1GB-FD COPPER AUTO_NEG\n     peer:       10GB-FD\n     speed: 10000 Mbps now, 1000 Mbps max",
  },
  ...commandVectors,
  ...multipartVectors,
  ...statsVectors,
  ...groupVectors,
  {
    name: "barrier request",
    value: barrierRequest({ xid: 0x99 }),
    bytes: annotated("04 14 0008 00000099"),
    ovs: "OFPT_BARRIER_REQUEST (OF1.3) (xid=0x99):",
  },
  {
    name: "barrier reply",
    value: barrierReply({ xid: 0x99 }),
    bytes: annotated("04 15 0008 00000099"),
    ovs: "OFPT_BARRIER_REPLY (OF1.3) (xid=0x99):",
  },
  {
    name: "role request",
    value: roleRequest({ xid: 3, role: ControllerRole.master, generationId: 7n }),
    bytes: annotated("04 18 0018 00000003  00000002 00000000 0000000000000007"),
    ovs: "OFPT_ROLE_REQUEST (OF1.3) (xid=0x3): role=primary generation_id=7",
  },
  {
    name: "role reply",
    value: roleReply({ xid: 3, role: ControllerRole.slave, generationId: 2n ** 64n - 2n }),
    bytes: annotated("04 19 0018 00000003  00000003 00000000 fffffffffffffffe"),
    ovs: "OFPT_ROLE_REPLY (OF1.3) (xid=0x3): role=secondary generation_id=18446744073709551614",
  },
  {
    name: "a message of a type that OpenFlow 1.3 does not have",
    value: { type: "unknown", xid: 1, code: 35, body: fromHex("0102") },
    bytes: annotated("04 23 000a 00000001  0102"),
  },
];
