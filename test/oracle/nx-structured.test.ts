/** Nicira's actions with structure inside: random ones against ovs-ofctl, both ways. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decode,
  encode,
  type FlowMod,
  formatFlow,
  formatMessage,
  parseFlow,
  toHex,
  WireError,
} from "../../src/index.ts";
import { structuredFlows } from "../support/arbitrary-nx-actions.ts";
import { flowModsOf, ovsOfctl, printed } from "./ovs-ofctl.ts";

const flows: FlowMod[] = fc.sample(structuredFlows, { numRuns: 1500, seed: 7 });

/** One pair is enough to see what is wrong. */
function firstDifference(theirs: readonly string[], ours: readonly string[]) {
  if (theirs.length !== ours.length) return { theirs: theirs.length, ours: ours.length };
  const index = theirs.findIndex((text, at) => text !== ours[at]);
  return index < 0 ? undefined : { index, theirs: theirs[index], ours: ours[index] };
}

describe("1500 random flows with actions that have structure inside", () => {
  it("are printed by ovs-ofctl as by us", async () => {
    const texts = await printed(flows.map((flow) => encode(flow)));
    const ours = flows.map((flow) => `OFPT_FLOW_MOD (OF1.3) (xid=0x0): ADD ${formatFlow(flow)}`);
    expect(firstDifference(texts, ours)).toBeUndefined();
  });

  it("are sent by ovs-ofctl, for our text of them, as by us", async () => {
    // What learn prints of these two is not read.
    const texts = flows.map((flow) => formatFlow(flow)).filter((text) => !/ct_state=[+-]|packet_type=/.test(text));
    expect(texts.length).toBeGreaterThan(1400);
    const theirs = await flowModsOf(texts);
    const ours = texts.map((text) => toHex(encode(parseFlow(text))));
    expect(firstDifference(theirs.map(toHex), ours)).toBeUndefined();
  });
});

describe("texts that ovs-ofctl reads in several ways, or writes otherwise than it reads them", () => {
  it.each([
    "actions=conjunction( 0x10 , 1 / 2 ),conjunction(010,02/2),note:01",
    "actions=multipath(ETH_SRC 50 hrw 012 0 reg0[0..3]),multipath(symmetric_l3l4+udp,0,iter_hash,65536,9,reg0,more)",
    "actions=bundle(eth_src,0,active_backup,OFPORT,slaves:[4,8]),bundle(nw_src,0,hrw,ofport,members)",
    "actions=bundle(nw_src 7 hrw ofport members:LOCAL,in_port,flood,all,normal,table,none,any,65534)",
    "actions=bundle_load(nw_dst,0,hrw,ofport,reg0,members:4,8)",
    "actions=learn(),learn(output=reg0),learn(load(5->reg0),output:reg0[3])",
    "actions=learn(reg0,reg0[]=reg1,NXM_NX_REG0[0..15]=OXM_OF_IN_PORT[16..31],reg2=0x10,reg2[3]=1)",
    "actions=learn(priority=010,cookie=-1,limit=7,table=9,send_flow_rem,delete_learned,result_dst=reg0[31])",
    "actions=learn(in_port=LOCAL,in_port_oxm=LOCAL,vlan_vid=5,vlan_tci=5,vlan_tci[0..11],OXM_OF_VLAN_VID[]=reg0[0..11])",
    "actions=learn(metadata=5,xreg0=6,xxreg0=7,ct_label=8,ct_zone=9,recirc_id=3,ct_state=5,tun_metadata0=0x123456789abcdef012)",
    "actions=learn(packet_type=(1,0x800)),learn(packet_type=(0,0)),learn(eth_type=0x800,ip_frag=later)",
    "actions=learn(eth_type=0x800,nw_proto=6,tcp_flags=syn|ack,ip_src=1.2.3.4,nw_tos=4,tcp_dst=80,load:7->tcp_src)",
    "actions=learn(load:0xffffffffffffffffffffffffffffffff->xxreg0,load:reg0[0..7]->reg1[8..15])",
    "actions=learn(result_dst=nsh_si[0])",
    "ip actions=ct,ct(),ct(zone=0x10),ct(zone=5,zone=reg0[0..15],zone=6,table=010),ct_clear,ct_clear(what)",
    "tcp actions=ct(alg=ftp,commit,force,zone=65535,nat=src,exec(nat(dst),set_field:1->ct_mark,set_field:1/3->ct_label))",
    "ip actions=ct(commit,exec(load:0xff->NXM_NX_CT_MARK[0..7]),nat),ct(nat),ct(commit,nat(src),nat(dst))",
    "ip actions=ct(commit,nat(src=0.0.0.0)),ct(commit,nat(src=10.0.0.1:0)),ct(commit,nat(random,dst=10.0.0.1-10.0.0.1:7-7))",
    "ipv6 actions=ct(commit,nat(src=fe80::1:80)),ct(commit,nat(src=[fe80::1]-fe80::2)),ct(commit,nat(dst=[::1]:5,hash,persistent))",
    "actions=clone,clone(),clone(drop),clone(clone(output:1),push_vlan:0x8100,set_field:4097->vlan_vid),2",
    "ip actions=write_actions(ct(commit,nat(src)),ct_clear)",
  ])("%s", async (text) => {
    const [theirs] = await flowModsOf([text]);
    const bytes = encode(parseFlow(text));
    expect(toHex(bytes)).toBe(theirs && toHex(theirs));
    const [theirText] = await printed([bytes]);
    expect(formatMessage(decode(bytes))).toBe(theirText);
  });
});

describe("texts that ovs-ofctl refuses", () => {
  it.each([
    ...["conjunction(1,0/2)", "conjunction(1,3/2)", "conjunction(1,1/65)", "conjunction(1,1/1)", "conjunction(1,2)"],
    ...["conjunction(1,1/2),output:1", "clone(conjunction(1,1/2),output:1)", "conjunction(1,1/2),goto_table:3"],
    ...["multipath(eth_src,50,modulo_n,0,0,reg0)", "multipath(eth_src,50,modulo_n,65537,0,reg0)"],
    ...[
      "multipath(eth_src,50,hrw,12,0,reg0[0..2])",
      "multipath(eth_src,50,best,1,0,reg0)",
      "multipath(all,50,hrw,1,0,reg0)",
    ],
    ...[
      "multipath(eth_src,50,hrw,1,0)",
      "multipath(eth_src,50,hrw,1,0,eth_type)",
      "multipath(eth_src,50,hrw,1,0,tcp_dst)",
    ],
    ...["multipath(eth_src,50,hrw,1,0,nsh_si)", "bundle(eth_src,0,hrw,ofport)", "bundle(eth_src,0,hrw,port,members:1)"],
    ...["bundle(eth_src,0,hrw,ofport,members:controller)", "bundle(eth_src,0,hrw,ofport,members:unset)"],
    ...["bundle(eth_src,0,hrw,ofport,members:65280)", "bundle(eth_src,0,hrw,ofport,members:1,x)"],
    ...["bundle_load(eth_src,0,hrw,ofport,reg0,1)", "bundle_load(eth_src,0,hrw,ofport,eth_type,members:1)"],
    ...["learn(table=255)", "learn(foo=5)", "learn(foo)", "learn(tcp_dst=80)", "learn(nsh_si=5)", "learn(dl_vlan=5)"],
    ...[
      "learn(result_dst=reg0)",
      "learn(result_dst=eth_type[0])",
      "learn(reg0=reg1[0..3])",
      "learn(reg0[0..15]=0x1ffff)",
    ],
    ...["learn(reg0=5/3)", "learn(reg0=*)", "learn(load:5->eth_type)", "learn(load:5)", "learn(load:->reg0)"],
    ...["learn(load:0x1ff->reg0[0..7])", "learn(load:reg0[0..3]->reg1)", "learn(output:5)", "learn(output)"],
    ...["learn(eth_type=0x800,NXM_OF_IP_SRC[]=NXM_OF_IP_DST[])", "learn(ct_state=+trk)", "learn(load:7->tcp_src)"],
    ...["ct", "ct(commit)", "nat", "clone(nat)", "set_field:1->ct_mark", "load:1->NXM_NX_CT_LABEL[0..7]"],
    ...["clone(drop,output:1)", "clone(meter:1)", "clone(goto_table:1)", "clone(what)", "clone(dec_ttl)"],
  ])("%s", async (action) => {
    const { status } = await ovsOfctl(["parse-flow", `actions=${action}`]);
    expect(status).toBe(1);
    expect(() => parseFlow(`actions=${action}`)).toThrow(WireError);
  });

  it.each([
    ...["ct(force)", "ct(table=255)", "ct(zone=65536)", "ct(what)", "ct(alg=http)", "ct(alg=ftp)", "ct(alg=tftp)"],
    ...["ct(commit,nat(hash))", "ct(commit,nat(src,dst))", "ct(commit,nat(src,hash,random))", "ct(commit,nat(what))"],
    ...["ct(commit,nat(src=10.0.0.5-10.0.0.1))", "ct(commit,nat(src=10.0.0.5:9-3))", "ct(commit,nat(src=10.0.0.5:))"],
    ...["ct(commit,nat(src=fe80::1))", "ct(commit,exec(set_field:1->reg0))", "ct(commit,exec(output:1))"],
    ...["ct(commit,exec(ct(commit)))", "ct(commit,exec(clone(nat)))", "ct(exec(output:1))", "ct(zone=tcp_src)"],
  ])("ip, %s", async (action) => {
    const { status } = await ovsOfctl(["parse-flow", `ip,actions=${action}`]);
    expect(status).toBe(1);
    expect(() => parseFlow(`ip,actions=${action}`)).toThrow(WireError);
  });
});

describe("what ovs-ofctl sends and no Open vSwitch takes, or sends otherwise than it is written", () => {
  it.each([
    ...[
      "ct(zone=reg0[0..14])",
      "ct(exec(set_field:1->ct_mark))",
      "ct(nat(src))",
      "bundle_load(eth_src,0,hrw,ofport,reg0[0..7],members:1)",
    ],
    ...["ct(commit,nat(src=0.0.0.0-1.1.1.1))", "ct(commit,nat(src=10.0.0.1:0-5))", "ct(nat(src=1.2.3))"],
  ])("%s is refused by both, by ovs-ofctl when it prints it", async (action) => {
    const [sent] = await flowModsOf([`ip,actions=${action}`]);
    const [text] = await printed(sent ? [sent] : []);
    expect(text).toContain("decode error");
    expect(() => parseFlow(`ip,actions=${action}`)).toThrow(WireError);
  });

  it.each([
    ["conjunction(-1,1/2)", "conjunction(4294967295,1/2)"],
    ["multipath(eth_src,70000,hrw,1,0,reg0)", "multipath(eth_src,4464,hrw,1,0,NXM_NX_REG0[])"],
    ["multipath(eth_src,0,hrw,1,0,xxreg0)", "multipath(eth_src,0,hrw,1,0,NXM_NX_XXREG0[1..64])"],
    ["learn(priority=0x10)", "learn(table=1,priority=0)"],
    ["learn(vlan_vid=0x1005)", "learn(table=1,vlan_vid=4101)"],
    ["ct(commit,nat(src=10.0.0.256))", "ct(commit,nat(src=10.0.0.0))"],
    ["ct(commit,nat(src=10.0.0.1:70000))", "ct(commit,nat(src=10.0.0.1:4464))"],
    ["ct(commit,nat(src=10.0.0.9-10.0.0.99,src=10.0.0.1))", "ct(commit,nat(src=10.0.0.1-10.0.0.99))"],
    ["ct(commit,nat(src=1.2.3))", "ct(commit,nat(src))"],
  ])("%s", async (action, theirs) => {
    const [sent] = await flowModsOf([`ip,actions=${action}`]);
    const [text] = await printed(sent ? [sent] : []);
    expect(text).toBe(`OFPT_FLOW_MOD (OF1.3) (xid=0x0): ADD ip actions=${theirs}`);
    expect(() => parseFlow(`ip,actions=${action}`)).toThrow(WireError);
  });
});
