/** Packet-outs and flow-mods in the three forms of message-vectors.ts. */
import {
  applyActions,
  copyTtlIn,
  copyTtlOut,
  decMplsTtl,
  decNwTtl,
  FlowModCommand,
  FlowModFlags,
  flowMod,
  gotoTable,
  group,
  meter,
  output,
  Port,
  packetOut,
  popMpls,
  popPbb,
  popVlan,
  pushMpls,
  pushPbb,
  pushVlan,
  setField,
  setMplsTtl,
  setNwTtl,
  setQueue,
  writeActions,
  writeMetadata,
} from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { annotated, FRAME, type MessageVector } from "./vector.ts";

export const commandVectors: readonly MessageVector[] = [
  {
    name: "packet-out",
    value: packetOut({
      xid: 0x77,
      actions: [setField({ ipv4Dst: "10.0.0.2" }), output(2)],
      data: fromHex(FRAME),
    }),
    bytes: annotated(`
      04 0d 0046 00000077   # OFPT_PACKET_OUT, length 70
      ffffffff fffffffd     # no buffer, OFPP_CONTROLLER
      0020 000000000000     # 32 bytes of actions, pad
      0019 0010 80001804 0a000002 00000000  # set-field, an OXM of 8 bytes, pad
      0000 0010 00000002 0000 000000000000  # output, port 2, max_len 0, pad
      ${FRAME}
    `),
    ovs: "OFPT_PACKET_OUT (OF1.3) (xid=0x77): in_port=CONTROLLER actions=set_field:10.0.0.2->ip_dst,output:2 data_len=14",
  },
  {
    name: "flow-mod",
    value: flowMod({
      xid: 0x88,
      cookie: 0xabn,
      tableId: 3,
      command: FlowModCommand.add,
      idleTimeout: 3,
      hardTimeout: 4,
      priority: 5,
      flags: FlowModFlags.sendFlowRem | FlowModFlags.checkOverlap,
      match: { inPort: 1, vlanVid: 0x1064, ethType: 0x0800, ipProto: 6, tcpDst: 80 },
      instructions: [
        applyActions([decNwTtl(), pushVlan(), output(Port.controller)]),
        writeMetadata(5n, 0xffn),
        gotoTable(4),
      ],
    }),
    bytes: annotated(`
      04 0e 00a0 00000088   # OFPT_FLOW_MOD, length 160
      00000000000000ab 0000000000000000  # cookie, cookie_mask
      03 00 0003 0004 0005  # table 3, OFPFC_ADD, idle 3 s, hard 4 s, priority 5
      ffffffff ffffffff ffffffff  # no buffer, any port, any group
      0003 0000             # OFPFF_SEND_FLOW_REM | OFPFF_CHECK_OVERLAP, pad
      0001 0023             # OFPMT_OXM, length 4 + 8 + 6 + 6 + 5 + 6 = 35
      80000004 00000001     # in_port
      80000c02 1064         # vlan_vid 100, present
      80000a02 0800         # eth_type
      80001401 06           # ip_proto
      80001c02 0050         # tcp_dst
      0000000000            # up to a multiple of 8
      0004 0028 00000000    # apply-actions, length 8 + 8 + 8 + 16 = 40
      0018 0008 00000000    # dec-nw-ttl
      0011 0008 8100 0000   # push-vlan 802.1Q
      0000 0010 fffffffd ffff 000000000000  # output to the controller, whole packet
      0002 0018 00000000    # write-metadata
      0000000000000005 00000000000000ff  # value, mask
      0001 0008 04 000000   # goto-table 4
    `),
    ovs: "OFPT_FLOW_MOD (OF1.3) (xid=0x88): ADD table:3 priority=5,tcp,in_port=1,dl_vlan=100,tp_dst=80 cookie:0xab idle:3 hard:4 send_flow_rem check_overlap actions=dec_ttl,push_vlan:0x8100,CONTROLLER:65535,write_metadata:0x5/0xff,goto_table:4",
  },
  {
    name: "flow-mod that deletes",
    value: flowMod({
      xid: 0x89,
      command: FlowModCommand.deleteStrict,
      tableId: 0xff,
      outPort: 7,
      match: { inPort: 3 },
    }),
    bytes: annotated(`
      04 0e 0040 00000089   # OFPT_FLOW_MOD, length 64
      0000000000000000 0000000000000000  # cookie, cookie_mask
      ff 04 0000 0000 8000  # every table, OFPFC_DELETE_STRICT, no timeouts, priority 32768
      ffffffff 00000007 ffffffff  # no buffer, port 7, any group
      0000 0000             # flags, pad
      0001 000c 80000004 00000003 00000000  # in_port 3, pad
    `),
    ovs: "OFPT_FLOW_MOD (OF1.3) (xid=0x89): DEL_STRICT table:255 in_port=3 out_port:7 actions=drop",
  },
  {
    name: "packet-out with every action of the specification",
    value: packetOut({
      xid: 0x78,
      bufferId: 5,
      inPort: 1,
      actions: [
        copyTtlOut(),
        copyTtlIn(),
        setMplsTtl(64),
        decMplsTtl(),
        pushVlan(0x88a8),
        popVlan(),
        pushMpls(),
        popMpls(0x0800),
        setQueue(9),
        group(10),
        setNwTtl(63),
        decNwTtl(),
        setField({ ethDst: "00:00:00:00:00:02" }),
        pushPbb(),
        popPbb(),
        { type: "experimenter", experimenter: 0x00abcdef, data: fromHex("0102030405060708") },
        { type: "unknown", code: 500, data: fromHex("01020304") },
        output(Port.controller, 128),
      ],
    }),
    bytes: annotated(`
      04 0d 00c0 00000078   # OFPT_PACKET_OUT, length 24 + 168 = 192
      00000005 00000001     # buffer 5, port 1
      00a8 000000000000     # 168 bytes of actions, pad
      000b 0008 00000000    # copy-ttl-out
      000c 0008 00000000    # copy-ttl-in
      000f 0008 40 000000   # set-mpls-ttl 64
      0010 0008 00000000    # dec-mpls-ttl
      0011 0008 88a8 0000   # push-vlan 802.1ad
      0012 0008 00000000    # pop-vlan
      0013 0008 8847 0000   # push-mpls unicast
      0014 0008 0800 0000   # pop-mpls, IPv4 follows
      0015 0008 00000009    # set-queue 9
      0016 0008 0000000a    # group 10
      0017 0008 3f 000000   # set-nw-ttl 63
      0018 0008 00000000    # dec-nw-ttl
      0019 0010 80000606 000000000002 0000  # set-field eth_dst, pad
      001a 0008 88e7 0000   # push-pbb
      001b 0008 00000000    # pop-pbb
      ffff 0010 00abcdef 0102030405060708  # experimenter
      01f4 0008 01020304    # type 500, not defined
      0000 0010 fffffffd 0080 000000000000  # output to the controller, 128 bytes
    `),
  },
  {
    name: "flow-mod with the other instructions",
    value: flowMod({
      xid: 0x8a,
      match: { inPort: 1, "oxm:0x7abc:5": "0102", "oxm:0xffff:6:0x00abcdef": { value: "10", mask: "f0" } },
      instructions: [
        meter(3),
        writeActions([group(1)]),
        { type: "clearActions" },
        { type: "experimenter", experimenter: 0x00abcdef, data: fromHex("") },
        { type: "unknown", code: 99, data: fromHex("0a0b0c0d") },
      ],
    }),
    bytes: annotated(`
      04 0e 0080 0000008a   # OFPT_FLOW_MOD, length 128
      0000000000000000 0000000000000000  # cookie, cookie_mask
      00 00 0000 0000 8000  # table 0, OFPFC_ADD, no timeouts, priority 32768
      ffffffff ffffffff ffffffff  # no buffer, any port, any group
      0000 0000             # flags, pad
      0001 001c             # OFPMT_OXM, length 4 + 8 + 6 + 10 = 28
      80000004 00000001     # in_port
      7abc0a02 0102         # class 0x7abc, field 5
      ffff0d06 00abcdef 10f0  # an experimenter's field 6 with a mask; its id counts in the length
      00000000              # up to a multiple of 8
      0006 0008 00000003    # meter 3
      0003 0010 00000000    # write-actions
      0016 0008 00000001    # group 1
      0005 0008 00000000    # clear-actions
      ffff 0008 00abcdef    # experimenter
      0063 0008 0a0b0c0d    # type 99, not defined
    `),
  },
];
