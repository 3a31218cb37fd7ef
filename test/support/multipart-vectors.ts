/** Multipart messages in the three forms of message-vectors.ts. */
import {
  applyActions,
  clearActions,
  FlowModFlags,
  flowStats,
  multipartReply,
  multipartRequest,
  output,
} from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { annotated, ETH0, ETH0_BYTES, type MessageVector } from "./vector.ts";

function textOf(text: string, size: number): string {
  return Array.from({ length: size }, (_, index) => (text.charCodeAt(index) || 0).toString(16).padStart(2, "0")).join(
    "",
  );
}

export const multipartVectors: readonly MessageVector[] = [
  {
    name: "multipart request for the description",
    value: multipartRequest({ xid: 0x90, body: { type: "desc" } }),
    bytes: annotated("04 12 0010 00000090  0000 0000 00000000"),
    ovs: "OFPST_DESC request (OF1.3) (xid=0x90):",
  },
  {
    name: "multipart reply with the description",
    value: multipartReply({
      xid: 0x90,
      body: {
        type: "desc",
        mfrDesc: "Nicira, Inc.",
        hwDesc: "Open vSwitch",
        swDesc: "3.1.0",
        serialNum: "None",
        dpDesc: "br0",
      },
    }),
    bytes: annotated(`
      04 13 0430 00000090   # OFPT_MULTIPART_REPLY, length 8 + 8 + 1056 = 1072
      0000 0000 00000000    # OFPMP_DESC, no flags, pad
      ${textOf("Nicira, Inc.", 256)}
      ${textOf("Open vSwitch", 256)}
      ${textOf("3.1.0", 256)}
      ${textOf("None", 32)}
      ${textOf("br0", 256)}
    `),
    ovs: "OFPST_DESC reply (OF1.3) (xid=0x90):\nManufacturer: Nicira, Inc.\nHardware: Open vSwitch\nSoftware: 3.1.0\nSerial Num: None\nDP Description: br0",
  },
  {
    name: "multipart request for flows",
    value: multipartRequest({
      xid: 0x91,
      body: { type: "flow", tableId: 2, cookie: 1n, cookieMask: 1n, match: { inPort: 1 } },
    }),
    bytes: annotated(`
      04 12 0040 00000091   # OFPT_MULTIPART_REQUEST, length 64
      0001 0000 00000000    # OFPMP_FLOW, no flags, pad
      02 000000 ffffffff ffffffff 00000000  # table 2, any port, any group, pad
      0000000000000001 0000000000000001  # cookie, cookie_mask
      0001 000c 80000004 00000001 00000000  # in_port 1, pad
    `),
    ovs: "OFPST_FLOW request (OF1.3) (xid=0x91): table=2 in_port=1",
  },
  {
    name: "multipart reply with flows, more to come",
    value: multipartReply({
      xid: 0x91,
      flags: 1,
      body: {
        type: "flow",
        flows: [
          flowStats({
            durationSec: 3,
            durationNsec: 100_000_000,
            priority: 100,
            idleTimeout: 10,
            flags: FlowModFlags.sendFlowRem,
            cookie: 1n,
            packetCount: 2n,
            byteCount: 120n,
            match: { inPort: 1 },
            instructions: [applyActions([output(2)])],
          }),
          flowStats({ tableId: 1, priority: 0, instructions: [clearActions()] }),
        ],
      },
    }),
    bytes: annotated(`
      04 13 00a8 00000091   # OFPT_MULTIPART_REPLY, length 16 + 88 + 64 = 168
      0001 0001 00000000    # OFPMP_FLOW, OFPMPF_REPLY_MORE, pad
      0058 00 00            # length 48 + 16 + 24 = 88, table 0, pad
      00000003 05f5e100     # 3 s, 100,000,000 ns
      0064 000a 0000 0001   # priority 100, idle timeout 10 s, no hard timeout, OFPFF_SEND_FLOW_REM
      00000000 0000000000000001  # pad, cookie
      0000000000000002 0000000000000078  # packets, bytes
      0001 000c 80000004 00000001 00000000  # in_port 1, pad
      0004 0018 00000000    # apply-actions
      0000 0010 00000002 0000 000000000000  # output
      0040 01 00            # length 48 + 8 + 8 = 64, table 1, pad
      00000000 00000000     # no time
      0000 0000 0000 0000   # priority 0, no timeouts, no flags
      00000000 0000000000000000  # pad, cookie
      0000000000000000 0000000000000000  # packets, bytes
      0001 0004 00000000    # an empty match
      0005 0008 00000000    # clear-actions
    `),
    ovs: "OFPST_FLOW reply (OF1.3) (xid=0x91): flags=[more]\n cookie=0x1, duration=3.100s, table=0, n_packets=2, n_bytes=120, idle_timeout=10, send_flow_rem priority=100,in_port=1 actions=output:2\n cookie=0x0, duration=0s, table=1, n_packets=0, n_bytes=0, priority=0 actions=clear_actions",
  },
  {
    name: "multipart request for the ports",
    value: multipartRequest({ xid: 0x92, body: { type: "portDesc" } }),
    bytes: annotated("04 12 0010 00000092  000d 0000 00000000"),
    ovs: "OFPST_PORT_DESC request (OF1.3) (xid=0x92): port=ANY",
  },
  {
    name: "multipart reply with a port",
    value: multipartReply({ xid: 0x92, body: { type: "portDesc", ports: [ETH0] } }),
    bytes: annotated(`
      04 13 0050 00000092   # OFPT_MULTIPART_REPLY, length 16 + 64 = 80
      000d 0000 00000000    # OFPMP_PORT_DESC, no flags, pad
      ${ETH0_BYTES}
    `),
    ovs: "OFPST_PORT_DESC reply (OF1.3) (xid=0x92):\n 1(eth0): addr:aa:55:aa:55:00:01\n     config:     PORT_DOWN\n     state:      LIVE\n     current:    10GB-FD COPPER AUTO_NEG\n     advertised: 1GB-FD\n     supported:  1GB-FD COPPER AUTO_NEG\n     peer:       10GB-FD\n     speed: 10000 Mbps now, 1000 Mbps max",
  },
  {
    name: "multipart request of an experimenter",
    value: multipartRequest({
      xid: 0x93,
      body: { type: "experimenter", experimenter: 0xabcdef, expType: 1, data: fromHex("ff") },
    }),
    bytes: annotated("04 12 0019 00000093  ffff 0000 00000000  00abcdef 00000001  ff"),
  },
];
