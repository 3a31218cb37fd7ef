/** Messages with their bytes and what ovs-ofctl 3.1.0 prints of these (`ovs-ofctl ofp-print HEX`). */
import {
  applyActions,
  barrierRequest,
  echoRequest,
  errorMessage,
  featuresReply,
  flowMod,
  flowRemoved,
  getConfigReply,
  hello,
  type Message,
  multipartReply,
  multipartRequest,
  output,
  packetIn,
  packetOut,
  portStatus,
  roleReply,
  roleRequest,
  setConfig,
  setField,
} from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";

export interface PrintedMessage {
  readonly name: string;
  readonly value: Message;
  readonly hex: string;
  /** The lines. */
  readonly text: readonly string[];
}

export const printedMessages: readonly PrintedMessage[] = [
  {
    name: "hello",
    value: hello([1, 4]),
    hex: "04000010 00000000 00010008 00000012",
    text: ["OFPT_HELLO (OF1.3) (xid=0x0):", " version bitmap: 0x01, 0x04"],
  },
  {
    name: "hello without a bitmap",
    value: { type: "hello", xid: 1, version: 4, elements: [] },
    hex: "04000008 00000001",
    text: ["OFPT_HELLO (OF1.3) (xid=0x1):", " version bitmap: 0x01, 0x02, 0x03, 0x04"],
  },
  {
    name: "hello with an unknown element",
    value: { type: "hello", xid: 1, version: 4, elements: [{ type: "unknown", code: 7, data: fromHex("01020304") }] },
    hex: "04000010 00000001 00070008 01020304",
    text: [
      "OFPT_HELLO (OF1.3) (xid=0x1):",
      " version bitmap: 0x01, 0x02, 0x03, 0x04",
      " unknown data in hello:",
      "00000000  04 00 00 10 00 00 00 01-00 07 00 08 01 02 03 04 |................|",
    ],
  },
  {
    name: "error about an action",
    value: errorMessage({ xid: 9, errorType: 2, code: 3, data: fromHex("040e0048 00000009 0000000000000000") }),
    hex: "0401001c 00000009 00020003 040e0048 00000009 00000000 00000000",
    text: [
      "OFPT_ERROR (OF1.3) (xid=0x9): OFPBAC_BAD_VENDOR_TYPE",
      "OFPT_FLOW_MOD (OF1.3) (xid=0x9):",
      "(***truncated to 16 bytes from 72***)",
      "00000000  04 0e 00 48 00 00 00 09-00 00 00 00 00 00 00 00 |...H............|",
    ],
  },
  {
    name: "error of a hello",
    value: errorMessage({ errorType: 0, code: 0, version: 1, data: fromHex("6e6f20220a") }),
    hex: "01010011 00000000 00000000 6e6f2022 0a",
    text: ["OFPT_ERROR (xid=0x0): OFPHFC_INCOMPATIBLE", "no \\042\\012"],
  },
  {
    name: "error without a name",
    value: errorMessage({ errorType: 77, code: 1 }),
    hex: "0401000c 00000000 004d0001",
    text: [
      "OFPT_ERROR (OF1.3) (xid=0x0): ***decode error: OFPBRC_BAD_LEN***",
      "00000000  04 01 00 0c 00 00 00 00-00 4d 00 01             |.........M..    |",
    ],
  },
  {
    name: "echo request",
    value: echoRequest({ xid: 2, data: fromHex("30313233343536373839616263646566ff") }),
    hex: "04020019 00000002 30313233 34353637 38396162 63646566 ff",
    text: [
      "OFPT_ECHO_REQUEST (OF1.3) (xid=0x2): 17 bytes of payload",
      "00000000  30 31 32 33 34 35 36 37-38 39 61 62 63 64 65 66 |0123456789abcdef|",
      "00000010  ff                                              |.               |",
    ],
  },
  {
    name: "features reply",
    value: featuresReply({ datapathId: 0xabcn, nBuffers: 256, auxiliaryId: 1, capabilities: 0x4f }),
    hex: "04060020 00000000 00000000 00000abc 00000100 fe010000 0000004f 00000000",
    text: [
      "OFPT_FEATURES_REPLY (OF1.3) (xid=0x0): dpid:0000000000000abc",
      "n_tables:254, n_buffers:256, auxiliary_id:1",
      "capabilities: FLOW_STATS TABLE_STATS PORT_STATS GROUP_STATS QUEUE_STATS",
    ],
  },
  {
    name: "get-config reply",
    value: getConfigReply({ flags: 2 }),
    hex: "0408000c 00000000 00020080",
    text: ["OFPT_GET_CONFIG_REPLY (OF1.3) (xid=0x0): frags=reassemble miss_send_len=128"],
  },
  {
    name: "set-config with flags that are none",
    value: setConfig({ flags: 4 }),
    hex: "0409000c 00000000 00040080",
    text: [
      "OFPT_SET_CONFIG (OF1.3) (xid=0x0): ***decode error: OFPSCFC_BAD_FLAGS***",
      "00000000  04 09 00 0c 00 00 00 00-00 04 00 80             |............    |",
    ],
  },
  {
    name: "role request that changes nothing, whose generation does not count",
    value: roleRequest({ xid: 3, role: 0, generationId: 7n }),
    hex: "04180018 00000003 00000000 00000000 00000000 00000007",
    text: ["OFPT_ROLE_REQUEST (OF1.3) (xid=0x3): role=nochange"],
  },
  {
    name: "role reply of a switch that has seen no generation",
    value: roleReply({ xid: 3, role: 1, generationId: 2n ** 64n - 1n }),
    hex: "04190018 00000003 00000001 00000000 ffffffff ffffffff",
    text: ["OFPT_ROLE_REPLY (OF1.3) (xid=0x3): role=equal"],
  },
  {
    name: "role that is none",
    value: roleRequest({ xid: 3, role: 9, generationId: 2n }),
    hex: "04180018 00000003 00000009 00000000 00000000 00000002",
    text: [
      "OFPT_ROLE_REQUEST (OF1.3) (xid=0x3): ***decode error: OFPRRFC_BAD_ROLE***",
      "00000000  04 18 00 18 00 00 00 03-00 00 00 09 00 00 00 00 |................|",
      "00000010  00 00 00 00 00 00 00 02-                        |........        |",
    ],
  },
  {
    name: "barrier request",
    value: barrierRequest({ xid: 3 }),
    hex: "04140008 00000003",
    text: ["OFPT_BARRIER_REQUEST (OF1.3) (xid=0x3):"],
  },
  {
    name: "flow-mod",
    value: flowMod({
      xid: 9,
      tableId: 3,
      priority: 5,
      cookie: 0xabn,
      idleTimeout: 3,
      hardTimeout: 4,
      flags: 3,
      match: { ethType: 0x0800, ipProto: 6 },
      instructions: [applyActions([setField({ ipv4Dst: "10.0.0.2" }), output(2)])],
    }),
    hex: "040e0068 00000009 00000000 000000ab 00000000 00000000 03000003 00040005 ffffffff ffffffff ffffffff 00030000 0001000f 80000a02 08008000 14010600 00040028 00000000 00190010 80001804 0a000002 00000000 00000010 00000002 00000000 00000000",
    text: [
      "OFPT_FLOW_MOD (OF1.3) (xid=0x9): ADD table:3 priority=5,tcp cookie:0xab idle:3 hard:4 send_flow_rem check_overlap actions=set_field:10.0.0.2->ip_dst,output:2",
    ],
  },
  {
    name: "flow-mod that deletes",
    value: flowMod({ command: 4, tableId: 255, cookie: 5n, cookieMask: 0xffn, outPort: 3, outGroup: 4, bufferId: 7 }),
    hex: "040e0038 00000000 00000000 00000005 00000000 000000ff ff040000 00008000 00000007 00000003 00000004 00000000 00010004 00000000",
    text: ["OFPT_FLOW_MOD (OF1.3) (xid=0x0): DEL_STRICT table:255 cookie:0x5/0xff buf:0x7 out_port:3 actions=drop"],
  },
  {
    name: "flow removed",
    value: flowRemoved({
      priority: 7,
      reason: 2,
      tableId: 3,
      cookie: 5n,
      durationSec: 4,
      durationNsec: 500000000,
      idleTimeout: 6,
      hardTimeout: 8,
      packetCount: 9n,
      byteCount: 10n,
      match: { inPort: 1 },
    }),
    hex: "040b0040 00000000 00000000 00000005 00070203 00000004 1dcd6500 00060008 00000000 00000009 00000000 0000000a 0001000c 80000004 00000001 00000000",
    text: [
      "OFPT_FLOW_REMOVED (OF1.3) (xid=0x0): priority=7,in_port=1 reason=delete table_id=3 cookie:0x5 duration4.500s idle6 hard8 pkts9 bytes10",
    ],
  },
  {
    name: "port status",
    value: portStatus({
      reason: 0,
      desc: {
        portNo: 0xfffffffe,
        hwAddr: "aa:55:aa:55:00:01",
        name: "s1",
        config: 1,
        state: 1,
        curr: 0x2840,
        currSpeed: 1e7,
      },
    }),
    hex: "040c0050 00000000 00000000 00000000 fffffffe 00000000 aa55aa55 00010000 73310000 00000000 00000000 00000000 00000001 00000001 00002840 00000000 00000000 00000000 00989680 00000000",
    text: [
      "OFPT_PORT_STATUS (OF1.3) (xid=0x0): ADD: LOCAL(s1): addr:aa:55:aa:55:00:01",
      "     config:     PORT_DOWN",
      "     state:      LINK_DOWN",
      "     current:    10GB-FD COPPER AUTO_NEG",
      "     speed: 10000 Mbps now, 0 Mbps max",
    ],
  },
  {
    name: "description",
    value: multipartReply({
      flags: 1,
      body: { type: "desc", mfrDesc: "Nicira", hwDesc: "h", swDesc: "3.1", serialNum: "None", dpDesc: "s1" },
    }),
    hex: "04130430 00000000 00000001 00000000 4e696369 72610000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 68000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 332e3100 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 4e6f6e65 00000000 00000000 00000000 00000000 00000000 00000000 00000000 73310000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000",
    text: [
      "OFPST_DESC reply (OF1.3) (xid=0x0): flags=[more]",
      "Manufacturer: Nicira",
      "Hardware: h",
      "Software: 3.1",
      "Serial Num: None",
      "DP Description: s1",
    ],
  },
  {
    name: "flow statistics",
    value: multipartReply({
      body: {
        type: "flow",
        flows: [
          {
            cookie: 0xabcn,
            durationSec: 0,
            durationNsec: 139000000,
            priority: 100,
            idleTimeout: 60,
            flags: 1,
            match: { inPort: 1 },
          },
          { durationNsec: 1, packetCount: 0xffffffffffffffffn },
        ],
      },
    }),
    hex: "04130088 00000000 00010000 00000000 00400000 00000000 0848f8c0 0064003c 00000001 00000000 00000000 00000abc 00000000 00000000 00000000 00000000 0001000c 80000004 00000001 00000000 00380000 00000000 00000001 80000000 00000000 00000000 00000000 00000000 ffffffff ffffffff 00000000 00000000 00010004 00000000",
    text: [
      "OFPST_FLOW reply (OF1.3) (xid=0x0):",
      " cookie=0xabc, duration=0.139s, table=0, n_packets=0, n_bytes=0, idle_timeout=60, send_flow_rem priority=100,in_port=1 actions=drop",
      " cookie=0x0, duration=0.000000001s, table=0, n_packets=?, n_bytes=0, actions=drop",
    ],
  },
  {
    name: "request for flows",
    value: multipartRequest({ body: { type: "flow", tableId: 3, outPort: 4, match: { ethType: 0x0806 } } }),
    hex: "04120040 00000000 00010000 00000000 03000000 00000004 ffffffff 00000000 00000000 00000000 00000000 00000000 0001000a 80000a02 08060000 00000000",
    text: ["OFPST_FLOW request (OF1.3) (xid=0x0): table=3 out_port=4 arp"],
  },
  {
    name: "port descriptions",
    value: multipartReply({
      body: {
        type: "portDesc",
        ports: [
          { portNo: 2, name: "b" },
          { portNo: 1, name: "a" },
        ],
      },
    }),
    hex: "04130090 00000000 000d0000 00000000 00000002 00000000 00000000 00000000 62000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 00000000 00000000 00000000 61000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000",
    text: [
      "OFPST_PORT_DESC reply (OF1.3) (xid=0x0):",
      " 1(a): addr:00:00:00:00:00:00",
      "     config:     0",
      "     state:      0",
      "     speed: 0 Mbps now, 0 Mbps max",
      " 2(b): addr:00:00:00:00:00:00",
      "     config:     0",
      "     state:      0",
      "     speed: 0 Mbps now, 0 Mbps max",
    ],
  },
  {
    name: "experimenter message",
    value: { type: "experimenter", xid: 1, experimenter: 0x1234, expType: 5, data: fromHex("01020304") },
    hex: "04040014 00000001 00001234 00000005 01020304",
    text: [
      "***decode error: OFPBRC_BAD_VENDOR***",
      "00000000  04 04 00 14 00 00 00 01-00 00 12 34 00 00 00 05 |...........4....|",
      "00000010  01 02 03 04                                     |....            |",
    ],
  },
  {
    name: "packet-in",
    value: packetIn({
      xid: 4,
      tableId: 2,
      cookie: 7n,
      reason: 1,
      totalLen: 99,
      match: { inPort: 3, inPhyPort: 4, metadata: 5n },
      data: fromHex("ffffffffffff 00000000000a 0806 0001 0800 06 04 0001 00000000000a 0a000001 000000000000 0a000003"),
    }),
    hex: "040a0064 00000004 ffffffff 00630102 00000000 00000007 00010020 80000004 00000003 80000204 00000004 80000408 00000000 00000005 0000ffff ffffffff 00000000 000a0806 00010800 06040001 00000000 000a0a00 00010000 00000000 0a000003",
    text: [
      "OFPT_PACKET_IN (OF1.3) (xid=0x4): table_id=2 cookie=0x7 total_len=99 metadata=0x5,in_port=3 (via action) data_len=42 (unbuffered) (***total_len != data_len***)",
      "arp,vlan_tci=0x0000,dl_src=00:00:00:00:00:0a,dl_dst=ff:ff:ff:ff:ff:ff,arp_spa=10.0.0.1,arp_tpa=10.0.0.3,arp_op=1,arp_sha=00:00:00:00:00:0a,arp_tha=00:00:00:00:00:00",
    ],
  },
  {
    name: "packet-out of a buffer",
    value: packetOut({ bufferId: 0x12, inPort: 0xfffffffe, actions: [output(0xfffffffb)] }),
    hex: "040d0028 00000000 00000012 fffffffe 00100000 00000000 00000010 fffffffb 00000000 00000000",
    text: ["OFPT_PACKET_OUT (OF1.3) (xid=0x0): in_port=LOCAL actions=FLOOD buffer=0x00000012"],
  },
];
