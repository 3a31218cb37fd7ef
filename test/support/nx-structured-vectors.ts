/** Nicira's actions with structure inside. Bytes and words are those of Open vSwitch's tests/ofp-actions.at, unless a comment says otherwise. */
import {
  BundleAlgorithm,
  bundle,
  bundleLoad,
  CtAlg,
  CtFlags,
  clone,
  conjunction,
  ct,
  ctClear,
  HashFields,
  LearnFlags,
  type LearnInit,
  type LearnSpec,
  learn,
  MultipathAlgorithm,
  multipath,
  NatFlags,
  nat,
  regLoad,
} from "../../src/nx/index.ts";
import { output, pushVlan, setField } from "../../src/ofp/index.ts";
import type { ActionVector } from "../nx/vectors.ts";

const IP = { match: { ethType: 0x0800 }, matchText: "ip" };
const IP6 = { match: { ethType: 0x86dd }, matchText: "ipv6" };
const TCP = { match: { ethType: 0x0800, ipProto: 6 }, matchText: "tcp" };
const UDP = { match: { ethType: 0x0800, ipProto: 17 }, matchText: "udp" };

const register = { field: "reg0", offset: 0, bits: 32 };
const vlan = { field: "vlanTci", offset: 0, bits: 12 };
const macLearning: readonly LearnSpec[] = [
  { type: "match", dst: vlan, src: vlan },
  {
    type: "match",
    dst: { field: "ethDstNxm", offset: 0, bits: 48 },
    src: { field: "ethSrcNxm", offset: 0, bits: 48 },
  },
  { type: "output", src: { field: "inPortNxm", offset: 0, bits: 16 } },
];
const MAC_LEARNING_HEX = `
  000c 00000802 0000 00000802 0000
  0030 00000406 0000 00000206 0000
  1010 00000002 0000`;
const MAC_LEARNING_TEXT = "NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]";
const timed: LearnInit = {
  tableId: 2,
  idleTimeout: 10,
  hardTimeout: 20,
  finIdleTimeout: 2,
  finHardTimeout: 4,
  priority: 80,
  cookie: 0x123456789abcdef0n,
  specs: macLearning,
};
const TIMED_TEXT =
  "table=2,idle_timeout=10,hard_timeout=20,fin_idle_timeout=2,fin_hard_timeout=4,priority=80,cookie=0x123456789abcdef0";

const CT = "ffff 0018 00002320 0023";
const COMMIT = "0001 00000000 0000 ff 000000 0000";

export const structuredVectors: readonly ActionVector[] = [
  {
    value: multipath({
      fields: HashFields.ethSrc,
      basis: 50,
      algorithm: MultipathAlgorithm.moduloN,
      maxLink: 0,
      dst: register,
    }),
    text: "multipath(eth_src,50,modulo_n,1,0,NXM_NX_REG0[])",
    hex: "ffff 0020 00002320 000a 0000 0032 0000 0000 0000 00000000 0000 001f 00010004",
    alsoRead: ["multipath(ETH_SRC 50 modulo_n 01 0 reg0)"],
  },
  {
    // Not of Open vSwitch's tests: 12 links less one are 0xb, four bits from bit 8 on are 8 << 6 | 3.
    value: multipath({
      fields: HashFields.symmetricL3l4Udp,
      algorithm: MultipathAlgorithm.iterHash,
      maxLink: 11,
      arg: 0xffffffff,
      dst: { field: "reg0", offset: 8, bits: 4 },
    }),
    text: "multipath(symmetric_l3l4+udp,0,iter_hash,12,4294967295,NXM_NX_REG0[8..11])",
    hex: "ffff 0020 00002320 000a 0003 0000 0000 0003 000b ffffffff 0000 0203 00010004",
  },
  {
    value: bundle({ algorithm: BundleAlgorithm.hrw, members: [4, 8] }),
    text: "bundle(eth_src,0,hrw,ofport,members:4,8)",
    hex: "ffff 0028 00002320 000c 0001 0000 0000 00000002 0002 0000 00000000 00000000 0004 0008 00000000",
    alsoRead: ["bundle(eth_src,0,hrw,ofport,slaves:[4,8])", "bundle(eth_src 0 HRW ofport members:4 8)"],
  },
  {
    // Not of Open vSwitch's tests: LOCAL is 0xfffe of 16 bits, ANY 0xffff.
    value: bundle({
      algorithm: BundleAlgorithm.activeBackup,
      fields: HashFields.nwDst,
      basis: 7,
      members: [0xfffffffe, 0xffffffff],
    }),
    text: "bundle(nw_dst,7,active_backup,ofport,members:LOCAL,ANY)",
    hex: "ffff 0028 00002320 000c 0000 0005 0007 00000002 0002 0000 00000000 00000000 fffe ffff 00000000",
    alsoRead: ["bundle(nw_dst,7,active_backup,ofport,members:65534,none)"],
  },
  {
    value: bundleLoad({ algorithm: BundleAlgorithm.hrw, members: [4, 8], dst: register }),
    text: "bundle_load(eth_src,0,hrw,ofport,NXM_NX_REG0[],members:4,8)",
    hex: "ffff 0028 00002320 000d 0001 0000 0000 00000002 0002 001f 00010004 00000000 0004 0008 00000000",
    alsoRead: ["bundle_load(eth_src,0,hrw,ofport,reg0,members:4,8)"],
  },
  {
    value: learn(timed),
    text: `learn(${TIMED_TEXT},${MAC_LEARNING_TEXT})`,
    hex: `ffff 0048 00002320 0010 000a 0014 0050 123456789abcdef0 0000 02 00 0002 0004 ${MAC_LEARNING_HEX} 00000000`,
    alsoRead: [`learn(${MAC_LEARNING_TEXT},${TIMED_TEXT})`],
  },
  {
    value: learn({ ...timed, limit: 1 }),
    text: `learn(${TIMED_TEXT},limit=1,${MAC_LEARNING_TEXT})`,
    hex: `ffff 0050 00002320 002d 000a 0014 0050 123456789abcdef0 0000 02 00 0002 0004 00000001 0000 0000 ${MAC_LEARNING_HEX} 00000000`,
  },
  {
    value: learn({ ...timed, limit: 1, resultDst: { field: "reg0", offset: 8, bits: 1 } }),
    text: `learn(${TIMED_TEXT},limit=1,result_dst=NXM_NX_REG0[8],${MAC_LEARNING_TEXT})`,
    hex: `ffff 0050 00002320 002d 000a 0014 0050 123456789abcdef0 0004 02 00 0002 0004 00000001 0008 0000 00010004 ${MAC_LEARNING_HEX}`,
  },
  {
    // From the comment on struct nx_action_learn in ofp-actions.c, example 1: numbers of the action in a match, and a load.
    value: learn({
      tableId: 10,
      hardTimeout: 60,
      specs: [
        { type: "match", dst: { field: "inPortNxm", offset: 0, bits: 16 }, src: 99n },
        {
          type: "match",
          dst: { field: "ethDstNxm", offset: 0, bits: 48 },
          src: { field: "ethSrcNxm", offset: 0, bits: 48 },
        },
        {
          type: "load",
          dst: { field: "reg1", offset: 16, bits: 16 },
          src: { field: "inPortNxm", offset: 0, bits: 16 },
        },
      ],
    }),
    text: "learn(table=10,hard_timeout=60,in_port=99,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:NXM_OF_IN_PORT[]->NXM_NX_REG1[16..31])",
    hex: `ffff 0048 00002320 0010 0000 003c 8000 0000000000000000 0000 0a 00 0000 0000
      2010 0063 00000002 0000
      0030 00000406 0000 00000206 0000
      0810 00000002 0000 00010204 0010
      0000`,
    alsoRead: ["learn(table=10,hard_timeout=60,in_port=99,eth_dst=eth_src,load:in_port->reg1[16..31])"],
  },
  {
    // Not of Open vSwitch's tests: three bits fill two bytes, 17 fill four; 2800 is a number that is loaded.
    ...TCP,
    value: learn({
      tableId: 1,
      flags: LearnFlags.sendFlowRem | LearnFlags.deleteLearned,
      specs: [
        { type: "match", dst: { field: "ethTypeNxm", offset: 0, bits: 16 }, src: 0x0800n },
        { type: "match", dst: { field: "reg2", offset: 4, bits: 3 }, src: 5n },
        { type: "load", dst: { field: "reg3", offset: 0, bits: 17 }, src: 0x1abcdn },
        { type: "output", src: { field: "tcpDstNxm", offset: 0, bits: 16 } },
      ],
    }),
    text: "learn(table=1,send_flow_rem,delete_learned,eth_type=0x800,NXM_NX_REG2[4..6]=0x5,load:0x1abcd->NXM_NX_REG3[0..16],output:NXM_OF_TCP_DST[])",
    hex: `ffff 0048 00002320 0010 0000 0000 8000 0000000000000000 0003 01 00 0000 0000
      2010 0800 00000602 0000
      2003 0005 00010404 0004
      2811 0001abcd 00010604 0000
      1010 00001402 0000`,
    alsoRead: [
      "learn(delete_learned,send_flow_rem,eth_type=0x800,reg2[4..6]=5,load:109517->reg3[0..16],output:tp_dst)",
    ],
  },
  {
    // Not of Open vSwitch's tests: the second of three clauses is 1 from 0.
    value: conjunction({ id: 0x12345678, clause: 1, nClauses: 3 }),
    text: "conjunction(305419896,2/3)",
    hex: "ffff 0010 00002320 0022 01 03 12345678",
    alsoRead: ["conjunction( 0x12345678 , 2 / 3 )"],
  },
  { ...IP, value: ct(), text: "ct()", hex: `${CT} 0000 00000000 0000 ff 000000 0000`, alsoRead: ["ct", "ct(zone=0)"] },
  {
    ...IP,
    value: ct({ flags: CtFlags.commit | CtFlags.force }),
    text: "ct(commit,force)",
    hex: `${CT} 0003 00000000 0000 ff 000000 0000`,
    alsoRead: ["ct(force commit)"],
  },
  { ...IP, value: ct({ recircTable: 10 }), text: "ct(table=10)", hex: `${CT} 0000 00000000 0000 0a 000000 0000` },
  {
    ...IP,
    value: ct({ zone: 10 }),
    text: "ct(zone=10)",
    hex: `${CT} 0000 00000000 000a ff 000000 0000`,
    alsoRead: ["ct(zone=0xa)", "ct(zone=012)"],
  },
  {
    ...IP,
    value: ct({ zone: { field: "reg0", offset: 0, bits: 16 } }),
    text: "ct(zone=NXM_NX_REG0[0..15])",
    hex: `${CT} 0000 00010004 000f ff 000000 0000`,
    alsoRead: ["ct(zone=5,zone=reg0[0..15],zone=6)"],
  },
  {
    ...IP,
    value: ct({ flags: CtFlags.commit, actions: [regLoad({ field: "ctMark", offset: 0, bits: 32 }, 0xf009)] }),
    text: "ct(commit,exec(load:0xf009->NXM_NX_CT_MARK[]))",
    hex: `ffff 0030 00002320 0023 ${COMMIT} ffff 0018 00002320 0007 001f 0001d604 000000000000f009`,
  },
  {
    ...IP,
    value: ct({
      flags: CtFlags.commit,
      actions: [
        regLoad({ field: "ctLabel", offset: 64, bits: 64 }, 0),
        regLoad({ field: "ctLabel", offset: 0, bits: 64 }, 0x1d),
      ],
    }),
    text: "ct(commit,exec(load:0->NXM_NX_CT_LABEL[64..127],load:0x1d->NXM_NX_CT_LABEL[0..63]))",
    hex: `ffff 0048 00002320 0023 ${COMMIT}
      ffff 0018 00002320 0007 103f 0001d810 0000000000000000
      ffff 0018 00002320 0007 003f 0001d810 000000000000001d`,
  },
  { ...TCP, value: ct({ alg: CtAlg.ftp }), text: "ct(alg=ftp)", hex: `${CT} 0000 00000000 0000 ff 000000 0015` },
  { ...UDP, value: ct({ alg: CtAlg.tftp }), text: "ct(alg=tftp)", hex: `${CT} 0000 00000000 0000 ff 000000 0045` },
  {
    ...IP,
    value: ct({ actions: [nat()] }),
    text: "ct(nat)",
    hex: "ffff 0028 00002320 0023 0000 00000000 0000 ff 000000 0000 ffff 0010 00002320 0024 0000 0000 0000",
    alsoRead: ["ct(nat())", "ct(exec(nat))"],
  },
  {
    ...IP,
    value: ct({ flags: CtFlags.commit, actions: [nat({ flags: NatFlags.src })] }),
    text: "ct(commit,nat(src))",
    hex: `ffff 0028 00002320 0023 ${COMMIT} ffff 0010 00002320 0024 0000 0001 0000`,
    alsoRead: ["ct(nat=src,commit)", "ct(commit,nat(src=0.0.0.0))"],
  },
  {
    ...IP,
    value: ct({
      flags: CtFlags.commit,
      actions: [
        nat({ flags: NatFlags.src | NatFlags.protoRandom, ipv4Min: "10.0.0.240", protoMin: 32768, protoMax: 65535 }),
      ],
    }),
    text: "ct(commit,nat(src=10.0.0.240:32768-65535,random))",
    hex: `ffff 0030 00002320 0023 ${COMMIT} ffff 0018 00002320 0024 0000 0011 0031 0a0000f0 8000ffff`,
  },
  {
    ...IP,
    value: ct({
      flags: CtFlags.commit,
      actions: [nat({ flags: NatFlags.dst | NatFlags.protoHash, ipv4Min: "10.0.0.128", ipv4Max: "10.0.0.254" })],
    }),
    text: "ct(commit,nat(dst=10.0.0.128-10.0.0.254,hash))",
    hex: `ffff 0030 00002320 0023 ${COMMIT} ffff 0018 00002320 0024 0000 000a 0003 0a000080 0a0000fe`,
  },
  {
    ...IP,
    value: ct({
      flags: CtFlags.commit,
      actions: [
        nat({
          flags: NatFlags.src | NatFlags.persistent,
          ipv4Min: "10.0.0.240",
          ipv4Max: "10.0.0.254",
          protoMin: 32768,
          protoMax: 65535,
        }),
      ],
    }),
    text: "ct(commit,nat(src=10.0.0.240-10.0.0.254:32768-65535,persistent))",
    hex: `ffff 0038 00002320 0023 ${COMMIT}
      ffff 0020 00002320 0024 0000 0005 0033 0a0000f0 0a0000fe 8000ffff 00000000`,
  },
  {
    ...IP6,
    value: ct({
      flags: CtFlags.commit,
      actions: [nat({ flags: NatFlags.src | NatFlags.protoRandom, ipv6Min: "fe80::20c:29ff:fe88:a18b" })],
    }),
    text: "ct(commit,nat(src=fe80::20c:29ff:fe88:a18b,random))",
    hex: `ffff 0038 00002320 0023 ${COMMIT}
      ffff 0020 00002320 0024 0000 0011 0004 fe80000000000000020c29fffe88a18b`,
    alsoRead: ["ct(commit,nat(random,src=[fe80::20c:29ff:fe88:a18b]))"],
  },
  {
    ...IP6,
    value: ct({
      flags: CtFlags.commit,
      actions: [
        nat({
          flags: NatFlags.src | NatFlags.protoRandom,
          ipv6Min: "fe80::20c:29ff:fe88:1",
          ipv6Max: "fe80::20c:29ff:fe88:a18b",
          protoMin: 255,
          protoMax: 4096,
        }),
      ],
    }),
    text: "ct(commit,nat(src=[fe80::20c:29ff:fe88:1]-[fe80::20c:29ff:fe88:a18b]:255-4096,random))",
    hex: `ffff 0050 00002320 0023 ${COMMIT}
      ffff 0038 00002320 0024 0000 0011 003c
      fe80000000000000020c29fffe880001 fe80000000000000020c29fffe88a18b 00ff1000 00000000`,
  },
  {
    // Not of Open vSwitch's tests: a nat that comes first stands outside of exec, whichever way it was written.
    ...IP,
    value: ct({
      flags: CtFlags.commit,
      actions: [nat({ flags: NatFlags.src }), setField({ ctMark: 5 }), nat({ flags: NatFlags.dst })],
    }),
    text: "ct(commit,nat(src),exec(set_field:0x5->ct_mark,nat(dst)))",
    hex: `ffff 0048 00002320 0023 ${COMMIT}
      ffff 0010 00002320 0024 0000 0001 0000
      0019 0010 0001d604 00000005 00000000
      ffff 0010 00002320 0024 0000 0002 0000`,
    alsoRead: ["ct(commit,exec(nat(src),set_field:5->ct_mark),nat(dst))"],
  },
  { value: ctClear(), text: "ct_clear", hex: "ffff 0010 00002320 002b 000000000000", alsoRead: ["ct_clear(what)"] },
  {
    // Open vSwitch's test has actions of OpenFlow 1.0 inside; these are 1.3's.
    value: clone([pushVlan(), output(10)]),
    text: "clone(push_vlan:0x8100,output:10)",
    hex: "ffff 0028 00002320 002a 000000000000 0011 0008 8100 0000 0000 0010 0000000a 0000 000000000000",
  },
  {
    value: clone([]),
    text: "clone(drop)",
    hex: "ffff 0010 00002320 002a 000000000000",
    alsoRead: ["clone", "clone()", "clone(drop,drop)"],
  },
];
