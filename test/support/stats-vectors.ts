/** Ports, tables, queues and asynchronous messages in the three forms of message-vectors.ts. */
import {
  getAsyncReply,
  getAsyncRequest,
  multipartReply,
  multipartRequest,
  PortConfig,
  portMod,
  queueGetConfigReply,
  queueGetConfigRequest,
  setAsync,
  Table,
  tableMod,
} from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { annotated, type MessageVector } from "./vector.ts";

const NO_COUNTER = 2n ** 64n - 1n;

export const statsVectors: readonly MessageVector[] = [
  {
    name: "port-mod",
    value: portMod({
      xid: 0xa0,
      portNo: 3,
      hwAddr: "aa:55:aa:55:00:03",
      config: PortConfig.portDown | PortConfig.noFwd,
      mask: PortConfig.portDown | PortConfig.noPacketIn,
      advertise: 0x2020,
    }),
    bytes: annotated(`
      04 10 0028 000000a0   # OFPT_PORT_MOD, length 40
      00000003 00000000     # port 3, pad
      aa55aa550003 0000     # its address, pad
      00000021 00000041     # config: port down, no forwarding; mask: port down, no packet-in
      00002020 00000000     # advertise 1 Gb/s and autonegotiation, pad
    `),
    ovs: "OFPT_PORT_MOD (OF1.3) (xid=0xa0): port: 3: addr:aa:55:aa:55:00:03\n     config: PORT_DOWN\n     mask:   PORT_DOWN NO_PACKET_IN\n     advertise: 1GB-FD AUTO_NEG",
  },
  {
    name: "table-mod of every table",
    value: tableMod({ xid: 0xa1, tableId: Table.all, config: 3 }),
    bytes: annotated("04 11 0010 000000a1  ff 000000 00000003"),
    ovs: "OFPT_TABLE_MOD (OF1.3) (xid=0xa1): table_id: ALL_TABLES",
  },
  {
    name: "request for the queues of a port",
    value: queueGetConfigRequest({ xid: 0xa2, port: 2 }),
    bytes: annotated("04 16 0010 000000a2  00000002 00000000"),
    ovs: "OFPT_QUEUE_GET_CONFIG_REQUEST (OF1.3) (xid=0xa2): port=2",
  },
  {
    name: "queues of a port",
    value: queueGetConfigReply({
      xid: 0xa2,
      port: 2,
      queues: [
        {
          queueId: 5,
          port: 2,
          properties: [
            { type: "minRate", rate: 125 },
            { type: "maxRate", rate: 1001 },
          ],
        },
        {
          queueId: 4,
          port: 2,
          properties: [
            { type: "experimenter", experimenter: 0xabcdef, data: fromHex("0102030405060708") },
            { type: "unknown", code: 9, data: fromHex("") },
          ],
        },
      ],
    }),
    bytes: annotated(`
      04 17 0070 000000a2   # OFPT_QUEUE_GET_CONFIG_REPLY, length 16 + 48 + 48 = 112
      00000002 00000000     # port 2, pad
      00000005 00000002 0030 000000000000  # queue 5, port 2, length 16 + 16 + 16 = 48, pad
      0001 0010 00000000    # OFPQT_MIN_RATE, length 16, pad
      007d 000000000000     # 12.5 %, pad
      0002 0010 00000000    # OFPQT_MAX_RATE, length 16, pad
      03e9 000000000000     # above 1000: disabled; pad
      00000004 00000002 0030 000000000000  # queue 4, port 2, length 16 + 24 + 8 = 48, pad
      ffff 0018 00000000    # OFPQT_EXPERIMENTER, length 24, pad
      00abcdef 00000000 0102030405060708  # experimenter, pad, data
      0009 0008 00000000    # type 9, not defined
    `),
    ovs: "OFPT_QUEUE_GET_CONFIG_REPLY (OF1.3) (xid=0xa2): port=2\nqueue 4:\nqueue 5: min_rate:12.5% max_rate:(disabled)",
  },
  {
    name: "get-async request",
    value: getAsyncRequest({ xid: 0xa3 }),
    bytes: annotated("04 1a 0008 000000a3"),
    ovs: "OFPT_GET_ASYNC_REQUEST (OF1.3) (xid=0xa3):",
  },
  {
    name: "get-async reply with what a connection begins with",
    value: getAsyncReply({ xid: 0xa3 }),
    bytes: annotated(`
      04 1b 0020 000000a3   # OFPT_GET_ASYNC_REPLY, length 32
      00000003 00000000     # packet-in: no match, action; nothing for a slave
      00000007 00000007     # port status: add, delete, modify for both
      0000000f 00000000     # flow removed: idle, hard, delete, group delete; nothing for a slave
    `),
    ovs: "OFPT_GET_ASYNC_REPLY (OF1.3) (xid=0xa3):\n primary:\n       PACKET_IN: no_match action\n     PORT_STATUS: add delete modify\n    FLOW_REMOVED: idle hard delete group_delete\n     ROLE_STATUS: (off)\n    TABLE_STATUS: (off)\n  REQUESTFORWARD: (off)\n\n secondary:\n       PACKET_IN: (off)\n     PORT_STATUS: add delete modify\n    FLOW_REMOVED: (off)\n     ROLE_STATUS: (off)\n    TABLE_STATUS: (off)\n  REQUESTFORWARD: (off)",
  },
  {
    name: "set-async",
    value: setAsync({ xid: 0xa4, packetInMask: [4, 0x80000002], portStatusMask: [0, 2], flowRemovedMask: [0x30, 1] }),
    bytes: annotated(`
      04 1c 0020 000000a4   # OFPT_SET_ASYNC, length 32
      00000004 80000002     # packet-in
      00000000 00000002     # port status
      00000030 00000001     # flow removed
    `),
    ovs: "OFPT_SET_ASYNC (OF1.3) (xid=0xa4):\n primary:\n       PACKET_IN: invalid_ttl\n     PORT_STATUS: (off)\n    FLOW_REMOVED: meter_delete eviction\n     ROLE_STATUS: (off)\n    TABLE_STATUS: (off)\n  REQUESTFORWARD: (off)\n\n secondary:\n       PACKET_IN: action\n     PORT_STATUS: delete\n    FLOW_REMOVED: idle",
  },
  {
    name: "multipart request for flows counted together",
    value: multipartRequest({ xid: 0xa5, body: { type: "aggregate", tableId: 3, outPort: 2, match: { inPort: 1 } } }),
    bytes: annotated(`
      04 12 0040 000000a5   # OFPT_MULTIPART_REQUEST, length 64
      0002 0000 00000000    # OFPMP_AGGREGATE, no flags, pad
      03 000000 00000002 ffffffff 00000000  # table 3, port 2, any group, pad
      0000000000000000 0000000000000000  # cookie, cookie_mask
      0001 000c 80000004 00000001 00000000  # in_port 1, pad
    `),
    ovs: "OFPST_AGGREGATE request (OF1.3) (xid=0xa5): table=3 out_port=2 in_port=1",
  },
  {
    name: "multipart reply with flows counted together",
    value: multipartReply({
      xid: 0xa5,
      body: { type: "aggregate", packetCount: 7n, byteCount: 420n, flowCount: 2 },
    }),
    bytes: annotated(`
      04 13 0028 000000a5   # OFPT_MULTIPART_REPLY, length 40
      0002 0000 00000000    # OFPMP_AGGREGATE, no flags, pad
      0000000000000007 00000000000001a4  # packets, bytes
      00000002 00000000     # flows, pad
    `),
    ovs: "OFPST_AGGREGATE reply (OF1.3) (xid=0xa5): packet_count=7 byte_count=420 flow_count=2",
  },
  {
    name: "multipart request for the counters of tables",
    value: multipartRequest({ xid: 0xa6, body: { type: "table" } }),
    bytes: annotated("04 12 0010 000000a6  0003 0000 00000000"),
    ovs: "OFPST_TABLE request (OF1.3) (xid=0xa6):",
  },
  {
    name: "multipart reply with the counters of tables",
    value: multipartReply({
      xid: 0xa6,
      body: {
        type: "table",
        tables: [{ tableId: 0, activeCount: 2, lookupCount: 9n, matchedCount: 8n }, { tableId: 1 }, { tableId: 2 }],
      },
    }),
    bytes: annotated(`
      04 13 0058 000000a6   # OFPT_MULTIPART_REPLY, length 16 + 3 * 24 = 88
      0003 0000 00000000    # OFPMP_TABLE, no flags, pad
      00 000000 00000002 0000000000000009 0000000000000008  # table 0: 2 flows, 9 look-ups, 8 hits
      01 000000 00000000 0000000000000000 0000000000000000  # table 1
      02 000000 00000000 0000000000000000 0000000000000000  # table 2
    `),
    ovs: "OFPST_TABLE reply (OF1.3) (xid=0xa6):\n  table 0:\n    active=2, lookup=9, matched=8\n\n  table 1:\n    active=0, lookup=0, matched=0\n\n  table 2: ditto",
  },
  {
    name: "multipart request for the counters of ports",
    value: multipartRequest({ xid: 0xa7, body: { type: "portStats" } }),
    bytes: annotated("04 12 0018 000000a7  0004 0000 00000000  ffffffff 00000000"),
    ovs: "OFPST_PORT request (OF1.3) (xid=0xa7): port_no=ANY",
  },
  {
    name: "multipart reply with the counters of a port",
    value: multipartReply({
      xid: 0xa7,
      body: {
        type: "portStats",
        ports: [
          {
            ...{ portNo: 2, rxPackets: 1n, txPackets: 2n, rxBytes: 3n, txBytes: 4n, rxDropped: 5n, txDropped: 6n },
            ...{ rxErrors: 7n, txErrors: 8n, rxFrameErr: 9n, rxOverErr: 10n, rxCrcErr: 11n, collisions: NO_COUNTER },
            ...{ durationSec: 12, durationNsec: 500_000_000 },
          },
        ],
      },
    }),
    bytes: annotated(`
      04 13 0080 000000a7   # OFPT_MULTIPART_REPLY, length 16 + 112 = 128
      0004 0000 00000000    # OFPMP_PORT_STATS, no flags, pad
      00000002 00000000     # port 2, pad
      0000000000000001 0000000000000002  # packets received and sent
      0000000000000003 0000000000000004  # bytes
      0000000000000005 0000000000000006  # dropped
      0000000000000007 0000000000000008  # errors
      0000000000000009 000000000000000a 000000000000000b  # frame, overrun, CRC
      ffffffffffffffff      # collisions: not counted
      0000000c 1dcd6500     # 12.5 s
    `),
    ovs: "OFPST_PORT reply (OF1.3) (xid=0xa7): 1 ports\n  port  2: rx pkts=1, bytes=3, drop=5, errs=7, frame=9, over=10, crc=11\n           tx pkts=2, bytes=4, drop=6, errs=8, coll=?\n           duration=12.500s",
  },
  {
    name: "multipart request for the counters of queues",
    value: multipartRequest({ xid: 0xa8, body: { type: "queue", portNo: 2 } }),
    bytes: annotated("04 12 0018 000000a8  0005 0000 00000000  00000002 ffffffff"),
    ovs: "OFPST_QUEUE request (OF1.3) (xid=0xa8): port=2 queue=ALL",
  },
  {
    name: "multipart reply with the counters of a queue",
    value: multipartReply({
      xid: 0xa8,
      body: {
        type: "queue",
        queues: [
          { portNo: 2, queueId: 5, txBytes: 300n, txPackets: 4n, durationSec: 0xffffffff, durationNsec: 0xffffffff },
        ],
      },
    }),
    bytes: annotated(`
      04 13 0038 000000a8   # OFPT_MULTIPART_REPLY, length 16 + 40 = 56
      0005 0000 00000000    # OFPMP_QUEUE, no flags, pad
      00000002 00000005     # port 2, queue 5
      000000000000012c 0000000000000004 0000000000000000  # bytes, packets, errors
      ffffffff ffffffff     # no time known
    `),
    ovs: "OFPST_QUEUE reply (OF1.3) (xid=0xa8): 1 queues\n  port 2 queue 5: bytes=300, pkts=4, errors=0, duration=?",
  },
  {
    name: "multipart request for the features of tables",
    value: multipartRequest({ xid: 0xa9, body: { type: "tableFeatures" } }),
    bytes: annotated("04 12 0010 000000a9  000c 0000 00000000"),
    ovs: "OFPST_TABLE_FEATURES request (OF1.3) (xid=0xa9):",
  },
  {
    name: "multipart reply with the features of a table",
    value: multipartReply({
      xid: 0xa9,
      body: {
        type: "tableFeatures",
        tables: [
          {
            ...{ tableId: 1, name: "acl", metadataMatch: 0xffn, metadataWrite: 0xfn, config: 3, maxEntries: 1000 },
            properties: [
              { type: "instructions", instructionIds: [{ type: "gotoTable" }, { type: "applyActions" }] },
              { type: "instructionsMiss", instructionIds: [{ type: "applyActions" }] },
              { type: "nextTables", nextTableIds: [2, 3, 5] },
              { type: "writeActions", actionIds: [{ type: "output" }, { type: "group" }] },
              {
                type: "applyActions",
                actionIds: [
                  { type: "output" },
                  { type: "setField" },
                  { type: "experimenter", experimenter: 0xabcdef, data: fromHex("0001") },
                  { type: "unknown", code: 99, data: fromHex("07") },
                ],
              },
              {
                type: "match",
                oxmIds: [
                  { field: "inPort", hasMask: false },
                  { field: "ethDst", hasMask: true },
                  { field: "ethType", hasMask: false, length: 0 },
                  { field: "oxm:0x7abc:5", hasMask: true, length: 4 },
                  { field: "oxm:0xffff:6:0x00abcdef", hasMask: false, length: 2 },
                ],
              },
              { type: "wildcards", oxmIds: [{ field: "inPort", hasMask: false }] },
              { type: "writeSetfield", oxmIds: [] },
              { type: "applySetfield", oxmIds: [{ field: "ipv4Dst", hasMask: false }] },
              { type: "experimenter", experimenter: 0xabcdef, expType: 7, data: fromHex("01020304") },
              { type: "unknown", code: 40, data: fromHex("0a0b0c") },
            ],
          },
        ],
      },
    }),
    bytes: annotated(`
      04 13 00f0 000000a9   # OFPT_MULTIPART_REPLY, length 16 + 224 = 240
      000c 0000 00000000    # OFPMP_TABLE_FEATURES, no flags, pad
      00e0 01 0000000000    # length 64 + 160 = 224, table 1, pad
      61636c00 00000000 00000000 00000000 00000000 00000000 00000000 00000000  # name "acl"
      00000000000000ff 000000000000000f  # metadata that can be matched and written
      00000003 000003e8     # config, 1000 flows at most
      0000 000c 0001 0004 0004 0004 00000000  # instructions: length 12, goto-table, apply-actions, pad
      0001 0008 0004 0004   # instructions of the table-miss flow: apply-actions
      0002 0007 02 03 05 00 # next tables: length 7, 2, 3, 5, pad
      0004 000c 0000 0004 0016 0004 00000000  # write-actions: length 12, output, group, pad
      0006 001b             # apply-actions: length 4 + 4 + 4 + 10 + 5 = 27
      0000 0004 0019 0004   # output, set-field
      ffff 000a 00abcdef 0001  # an experimenter's
      0063 0005 07          # type 99 with a byte
      0000000000            # up to a multiple of 8
      0008 001c             # match: length 4 + 4 + 4 + 4 + 4 + 8 = 28
      80000004 8000070c 80000a00  # in_port; eth_dst with a mask, 12 bytes; eth_type without its length
      7abc0b04 ffff0c06 00abcdef  # class 0x7abc, field 5, a mask; an experimenter's field 6
      00000000              # up to a multiple of 8
      000a 0008 80000004    # wildcards: in_port
      000c 0004 00000000    # fields of set-field in write-actions: none; pad
      000e 0008 80001804    # fields of set-field in apply-actions: ipv4_dst
      fffe 0010 00abcdef 00000007 01020304  # an experimenter's property
      0028 0007 0a0b0c 00   # type 40, length 7, pad
    `),
    ovs: 'OFPST_TABLE_FEATURES reply (OF1.3) (xid=0xa9):\n  table 1 ("acl"):\n    metadata: match=0xff write=0xf\n    max_entries=1000\n    instructions (other than table miss):\n      next tables: 2-3,5\n      instructions: apply_actions goto_table\n      Write-Actions features:\n        actions: output group\n      Apply-Actions features:\n        actions: output set_field\n        supported on Set-Field: ip_dst\n    instructions (table miss):\n      next tables: 2-3,5\n      instructions: apply_actions\n      Write-Actions features:\n        actions: output group\n      Apply-Actions features:\n        actions: output set_field\n        supported on Set-Field: ip_dst\n    matching:\n      arbitrary mask: eth_dst\n      exact match or wildcard: in_port_oxm',
  },
  {
    name: "multipart request for the features of tables, which changes them",
    value: multipartRequest({
      xid: 0xaa,
      flags: 1,
      body: { type: "tableFeatures", tables: [{ tableId: 0 }] },
    }),
    bytes: annotated(`
      04 12 0050 000000aa   # OFPT_MULTIPART_REQUEST, length 16 + 64 = 80
      000c 0001 00000000    # OFPMP_TABLE_FEATURES, OFPMPF_REQ_MORE, pad
      0040 00 0000000000    # length 64, table 0, pad
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000  # no name
      0000000000000000 0000000000000000 00000000 00000000  # metadata, config, flows
    `),
    ovs: "OFPST_TABLE_FEATURES request (OF1.3) (xid=0xaa): flags=[more]\n***decode error: OFPTFFC_BAD_FEATURES***",
  },
];
