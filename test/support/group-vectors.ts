/** Groups and meters in the three forms of message-vectors.ts. */
import {
  decNwTtl,
  Group,
  GroupModCommand,
  GroupType,
  groupMod,
  Meter,
  MeterFlags,
  MeterModCommand,
  meterMod,
  multipartReply,
  multipartRequest,
  output,
} from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { annotated, type MessageVector } from "./vector.ts";

const NO_COUNTER = 2n ** 64n - 1n;

export const groupVectors: readonly MessageVector[] = [
  {
    name: "group-mod that adds a select group",
    value: groupMod({
      xid: 0xb0,
      groupId: 7,
      groupType: GroupType.select,
      buckets: [{ actions: [output(1)] }, { weight: 3, watchPort: 2, actions: [decNwTtl(), output(2)] }],
    }),
    bytes: annotated(`
      04 0f 0058 000000b0   # OFPT_GROUP_MOD, length 16 + 32 + 40 = 88
      0000 01 00 00000007   # add, select, pad, group 7
      0020 0001 ffffffff ffffffff 00000000  # bucket of 32 bytes, weight 1, watches nothing, pad
      0000 0010 00000001 0000 000000000000  # output to port 1
      0028 0003 00000002 ffffffff 00000000  # bucket of 40 bytes, weight 3, watches port 2, pad
      0018 0008 00000000                    # decrement the TTL
      0000 0010 00000002 0000 000000000000  # output to port 2
    `),
    ovs: "OFPT_GROUP_MOD (OF1.3) (xid=0xb0):\n ADD group_id=7,type=select,bucket=actions=output:1,bucket=weight:3,watch_port:2,actions=dec_ttl,output:2",
  },
  {
    name: "group-mod that modifies a fast failover group",
    value: groupMod({
      xid: 0xb1,
      command: GroupModCommand.modify,
      groupId: 8,
      groupType: GroupType.ff,
      buckets: [{ watchGroup: 9 }],
    }),
    bytes: annotated(`
      04 0f 0020 000000b1   # OFPT_GROUP_MOD, length 32
      0001 03 00 00000008   # modify, fast failover, pad, group 8
      0010 0000 ffffffff 00000009 00000000  # bucket of 16 bytes, no weight, watches group 9, pad
    `),
    ovs: "OFPT_GROUP_MOD (OF1.3) (xid=0xb1):\n MOD group_id=8,type=ff,bucket=watch_group:9,actions=drop",
  },
  {
    name: "group-mod that deletes every group",
    value: groupMod({ xid: 0xb2, command: GroupModCommand.delete, groupId: Group.all }),
    bytes: annotated("04 0f 0010 000000b2  0002 00 00 fffffffc"),
    ovs: "OFPT_GROUP_MOD (OF1.3) (xid=0xb2):\n DEL group_id=4294967292,type=all",
  },
  {
    name: "meter-mod that adds a meter",
    value: meterMod({
      xid: 0xb3,
      flags: MeterFlags.pktps | MeterFlags.burst | MeterFlags.stats,
      meterId: 5,
      bands: [
        { type: "drop", rate: 1000, burstSize: 50 },
        { type: "dscpRemark", rate: 500, burstSize: 20, precLevel: 1 },
      ],
    }),
    bytes: annotated(`
      04 1d 0030 000000b3   # OFPT_METER_MOD, length 48
      0000 000e 00000005    # add; pktps, burst and stats; meter 5
      0001 0010 000003e8 00000032 00000000   # drop, 16 bytes, rate 1000, burst 50, pad
      0002 0010 000001f4 00000014 01 000000  # DSCP remark, 16 bytes, rate 500, burst 20, one precedence, pad
    `),
    ovs: "OFPT_METER_MOD (OF1.3) (xid=0xb3): ADD meter=5 pktps burst stats bands=\ntype=drop rate=1000 burst_size=50\ntype=dscp_remark rate=500 burst_size=20 prec_level=1",
  },
  {
    name: "meter-mod that deletes the meter of the controller",
    value: meterMod({ xid: 0xb4, command: MeterModCommand.delete, meterId: Meter.controller }),
    bytes: annotated("04 1d 0010 000000b4  0002 0000 fffffffe"),
    ovs: "OFPT_METER_MOD (OF1.3) (xid=0xb4): DEL meter=controller bands=",
  },
  {
    name: "meter-mod with bands that OpenFlow 1.3 does not have",
    value: meterMod({
      xid: 0xb5,
      meterId: 6,
      bands: [
        { type: "experimenter", rate: 1, burstSize: 2, experimenter: 0xabcdef, data: fromHex("0102030405060708") },
        { type: "unknown", code: 9, rate: 3, burstSize: 4, data: fromHex("0a0b0c0d") },
      ],
    }),
    bytes: annotated(`
      04 1d 0038 000000b5   # OFPT_METER_MOD, length 16 + 24 + 16 = 56
      0000 0001 00000006    # add, kbps, meter 6
      ffff 0018 00000001 00000002 00abcdef 0102030405060708  # experimenter, 24 bytes, rate, burst, whose, data
      0009 0010 00000003 00000004 0a0b0c0d  # type 9, 16 bytes, rate, burst, data
    `),
    ovs: "OFPT_METER_MOD (OF1.3) (xid=0xb5): ***decode error: OFPBRC_BAD_LEN***",
  },
  {
    name: "multipart request for the counters of a group",
    value: multipartRequest({ xid: 0xb6, body: { type: "group", groupId: 7 } }),
    bytes: annotated("04 12 0018 000000b6  0006 0000 00000000  00000007 00000000"),
    ovs: "OFPST_GROUP request (OF1.3) (xid=0xb6): group_id=7",
  },
  {
    name: "multipart reply with the counters of groups",
    value: multipartReply({
      xid: 0xb6,
      body: {
        type: "group",
        groups: [
          {
            groupId: 7,
            refCount: 2,
            packetCount: 10n,
            byteCount: 640n,
            durationSec: 3,
            durationNsec: 500_000_000,
            bucketStats: [
              { packetCount: 4n, byteCount: 256n },
              { packetCount: NO_COUNTER, byteCount: NO_COUNTER },
            ],
          },
          { groupId: 8, durationSec: 0xffffffff },
        ],
      },
    }),
    bytes: annotated(`
      04 13 0080 000000b6   # OFPT_MULTIPART_REPLY, length 16 + 72 + 40 = 128
      0006 0000 00000000    # OFPMP_GROUP, no flags, pad
      0048 0000 00000007 00000002 00000000  # 72 bytes, pad, group 7, two lead to it, pad
      000000000000000a 0000000000000280     # 10 packets, 640 bytes
      00000003 1dcd6500                     # 3.5 s
      0000000000000004 0000000000000100     # first bucket: 4 packets, 256 bytes
      ffffffffffffffff ffffffffffffffff     # second bucket: not counted
      0028 0000 00000008 00000000 00000000  # 40 bytes, pad, group 8, nothing leads to it, pad
      0000000000000000 0000000000000000     # no packets, no bytes
      ffffffff 00000000                     # no duration
    `),
    ovs: "OFPST_GROUP reply (OF1.3) (xid=0xb6):\n group_id=7,duration=3.500s,ref_count=2,packet_count=10,byte_count=640,bucket0:packet_count=4,byte_count=256\n group_id=8,ref_count=0,packet_count=0,byte_count=0",
  },
  {
    name: "multipart request for groups",
    value: multipartRequest({ xid: 0xb7, body: { type: "groupDesc" } }),
    bytes: annotated("04 12 0010 000000b7  0007 0000 00000000"),
    ovs: "OFPST_GROUP_DESC request (OF1.3) (xid=0xb7): group_id=ALL",
  },
  {
    name: "multipart reply with groups",
    value: multipartReply({
      xid: 0xb7,
      flags: 1,
      body: {
        type: "groupDesc",
        groups: [
          { groupId: 1, groupType: GroupType.indirect, buckets: [{ actions: [output(3)] }] },
          { groupId: 2, groupType: 9 },
        ],
      },
    }),
    bytes: annotated(`
      04 13 0040 000000b7   # OFPT_MULTIPART_REPLY, length 16 + 40 + 8 = 64
      0007 0001 00000000    # OFPMP_GROUP_DESC, more follow, pad
      0028 02 00 00000001   # 40 bytes, indirect, pad, group 1
      0020 0000 ffffffff ffffffff 00000000  # bucket of 32 bytes, no weight, watches nothing, pad
      0000 0010 00000003 0000 000000000000  # output to port 3
      0008 09 00 00000002   # 8 bytes, type 9, pad, group 2
    `),
    ovs: "OFPST_GROUP_DESC reply (OF1.3) (xid=0xb7): flags=[more]\n group_id=1,type=indirect,bucket=actions=output:3\n group_id=2,type=unknown",
  },
  {
    name: "multipart request for the features of groups",
    value: multipartRequest({ xid: 0xb8, body: { type: "groupFeatures" } }),
    bytes: annotated("04 12 0010 000000b8  0008 0000 00000000"),
    ovs: "OFPST_GROUP_FEATURES request (OF1.3) (xid=0xb8):",
  },
  {
    name: "multipart reply with the features of groups",
    value: multipartReply({
      xid: 0xb8,
      body: {
        type: "groupFeatures",
        types: 0x3,
        capabilities: 0x7,
        maxGroups: [0xffffff00, 0, 5, 6],
        actions: [0x07fd8001, 0, 1, 2],
      },
    }),
    bytes: annotated(`
      04 13 0038 000000b8   # OFPT_MULTIPART_REPLY, length 56
      0008 0000 00000000    # OFPMP_GROUP_FEATURES, no flags, pad
      00000003 00000007     # all and select; weights, liveness and chaining
      ffffff00 00000000 00000005 00000006  # how many groups of each type
      07fd8001 00000000 00000001 00000002  # actions of each type
    `),
    ovs: "OFPST_GROUP_FEATURES reply (OF1.3) (xid=0xb8):\n Group table:\n    Types:  0x3\n    Capabilities:  0x7\n    all group:\n       max_groups=0xffffff00\n       actions: output group set_field strip_vlan mod_nw_ttl dec_ttl set_mpls_ttl dec_mpls_ttl push_mpls pop_mpls set_queue\n    select group:\n       max_groups=0\n       actions: <none>",
  },
  {
    name: "multipart request for the counters of every meter",
    value: multipartRequest({ xid: 0xb9, body: { type: "meter" } }),
    bytes: annotated("04 12 0018 000000b9  0009 0000 00000000  ffffffff 00000000"),
    ovs: "OFPST_METER request (OF1.3) (xid=0xb9): meter=all",
  },
  {
    name: "multipart reply with the counters of meters",
    value: multipartReply({
      xid: 0xb9,
      body: {
        type: "meter",
        meters: [
          {
            meterId: 5,
            flowCount: 2,
            packetInCount: 100n,
            byteInCount: 6400n,
            durationSec: 60,
            bandStats: [{ packetBandCount: 7n, byteBandCount: 448n }],
          },
          { meterId: 0xffff0001 },
        ],
      },
    }),
    bytes: annotated(`
      04 13 0070 000000b9   # OFPT_MULTIPART_REPLY, length 16 + 56 + 40 = 112
      0009 0000 00000000    # OFPMP_METER, no flags, pad
      00000005 0038 000000000000 00000002   # meter 5, 56 bytes, pad, two flows
      0000000000000064 0000000000001900     # 100 packets, 6400 bytes
      0000003c 00000000                     # 60 s
      0000000000000007 00000000000001c0     # the band met 7 packets, 448 bytes
      ffff0001 0028 000000000000 00000000   # a meter that cannot be, 40 bytes, pad, no flows
      0000000000000000 0000000000000000     # no packets, no bytes
      00000000 00000000                     # 0 s
    `),
    ovs: "OFPST_METER reply (OF1.3) (xid=0xb9):\nmeter:5 flow_count:2 packet_in_count:100 byte_in_count:6400 duration:60s bands:\n0: packet_count:7 byte_count:448\n\nmeter:unknown flow_count:0 packet_in_count:0 byte_in_count:0 duration:0s bands:",
  },
  {
    name: "multipart request for a meter",
    value: multipartRequest({ xid: 0xba, body: { type: "meterConfig", meterId: Meter.slowpath } }),
    bytes: annotated("04 12 0018 000000ba  000a 0000 00000000  fffffffd 00000000"),
    ovs: "OFPST_METER_CONFIG request (OF1.3) (xid=0xba): meter=slowpath",
  },
  {
    name: "multipart reply with meters",
    value: multipartReply({
      xid: 0xba,
      body: {
        type: "meterConfig",
        meters: [
          { meterId: 1, bands: [{ type: "drop", rate: 8, burstSize: 9 }] },
          { meterId: Meter.slowpath, flags: 0x8004, bands: [] },
        ],
      },
    }),
    bytes: annotated(`
      04 13 0030 000000ba   # OFPT_MULTIPART_REPLY, length 16 + 24 + 8 = 48
      000a 0000 00000000    # OFPMP_METER_CONFIG, no flags, pad
      0018 0001 00000001    # 24 bytes, kbps, meter 1
      0001 0010 00000008 00000009 00000000  # drop, 16 bytes, rate 8, burst 9, pad
      0008 8004 fffffffd    # 8 bytes, burst and an unknown flag, the slow path
    `),
    ovs: "OFPST_METER_CONFIG reply (OF1.3) (xid=0xba):\nmeter=1 kbps bands=\ntype=drop rate=8\n\nmeter=slowpath burst flags:0x8000 bands=",
  },
  {
    name: "multipart request for the features of meters",
    value: multipartRequest({ xid: 0xbb, body: { type: "meterFeatures" } }),
    bytes: annotated("04 12 0010 000000bb  000b 0000 00000000"),
    ovs: "OFPST_METER_FEATURES request (OF1.3) (xid=0xbb):",
  },
  {
    name: "multipart reply with the features of meters",
    value: multipartReply({
      xid: 0xbb,
      body: { type: "meterFeatures", maxMeter: 200_000, bandTypes: 2, capabilities: 0x1f, maxBands: 8, maxColor: 1 },
    }),
    bytes: annotated(`
      04 13 0020 000000bb   # OFPT_MULTIPART_REPLY, length 32
      000b 0000 00000000    # OFPMP_METER_FEATURES, no flags, pad
      00030d40 00000002 0000001f  # 200,000 meters; drop; kbps, pktps, burst, stats and a bit that nobody knows
      08 01 0000            # 8 bands, 1 colour, pad
    `),
    ovs: "OFPST_METER_FEATURES reply (OF1.3) (xid=0xbb):\nmax_meter:200000 max_bands:8 max_color:1\nband_types: drop\ncapabilities: kbps pktps burst stats 0x10",
  },
];
