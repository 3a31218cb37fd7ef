import { describe, expect, it } from "vitest";
import { createCodec, flowMod, WireError } from "../../src/ofp/index.ts";

const codec = createCodec();

function failure(run: () => unknown): WireError {
  try {
    run();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("what parseFlow refuses", () => {
  it.each([
    // What ovs-ofctl 3.1.0 refuses as well.
    ["tcp", "syntax", 3, "actions=… is missing"],
    ["", "syntax", 0, "actions=… is missing"],
    ["tcp actions", "syntax", 4, "followed by ="],
    ["actions=drop,1", "syntax", 8, "drop stands alone"],
    ["actions=clear_actions,drop", "syntax", 22, "drop stands alone"],
    ["actions=1,meter:3", "badOrder", 10, "meter must stand before 1"],
    ["actions=goto_table:3,output:1", "badOrder", 21, "output must stand before goto_table"],
    ["actions=output:1,clear_actions,2", "badOrder", 31, "2 must stand before clear_actions"],
    ["actions=clear_actions,clear_actions", "duplicate", 22, "a second clear_actions"],
    ["actions=write_actions(1,goto_table:3)", "badOrder", 24, "goto_table is no action"],
    ["actions=apply_actions(1)", "syntax", 8, "leave it out"],
    ["table=3 actions=goto_table:3", "badValue", 27, "later table"],
    ["actions=meter:0", "outOfRange", 14, "meter 0"],
    ["actions=foo", "syntax", 8, '"foo" is no action'],
    ["actions=output:1;2", "syntax", 15, '"1;2" is no port'],
    ["actions=any", "badValue", 8, "no port"],
    ["actions=set_field:5", "syntax", 18, "value->field"],
    ["actions=set_field:5->", "syntax", 21, "value->field"],
    ["actions=set_field:5->Metadata", "unknownField", 21, "Metadata"],
    ["actions=set_field:0x800->eth_type", "badValue", 25, "read-only"],
    ["tcp actions=set_field:1.2.3->ip_dst", "syntax", 22, "no IPv4 address"],
    ["ip actions=set_field:64->ip_dscp", "outOfRange", 21, "6 bits"],
    ["actions=set_field:10.0.0.2->ip_dst", "badPrerequisite", 8, "set_field needs ethType 0x0800"],
    ["actions=set_field:4101->vlan_vid", "badPrerequisite", 8, "VLAN tag"],
    ["actions=write_actions(set_field:80->tcp_dst)", "badPrerequisite", 22, "set_field needs ipProto 6"],
    ["actions=mod_nw_dst:10.0.0.2", "badPrerequisite", 8, "mod_nw_dst needs"],
    ["ip actions=mod_tp_dst:5", "badPrerequisite", 22, "tcp, udp or sctp"],
    ["actions=pop_vlan", "badPrerequisite", 8, "pop_vlan needs a VLAN tag"],
    ["actions=push_vlan:0x8100,pop_vlan,pop_vlan", "badPrerequisite", 34, "pop_vlan needs a VLAN tag"],
    ["actions=dec_ttl", "badPrerequisite", 8, "dec_ttl needs ip or ipv6"],
    ["ip actions=push_mpls:0x8847,dec_ttl", "badPrerequisite", 28, "dec_ttl needs ip or ipv6"],
    ["actions=pop_mpls:0x800", "badPrerequisite", 8, "pop_mpls needs mpls"],
    ["actions=push_vlan:0x1234", "badValue", 18, "no VLAN tag"],
    ["actions=controller(max_len=65536)", "outOfRange", 27, "16 bits"],
    ["actions=CONTROLLER:0x10", "syntax", 19, "0x10"],
    ["TCP actions=1", "unknownField", 0, '"TCP"'],
    ["tcp,foo=1 actions=1", "unknownField", 4, '"foo"'],
    ["priority actions=1", "syntax", 0, "priority needs a value"],
    ["priority=65536 actions=1", "outOfRange", 9, "16 bits"],
    ["priority=-1 actions=1", "outOfRange", 9, "unsigned"],
    ["priority=1x actions=1", "syntax", 9, "no number"],
    ["priority=08 actions=1", "syntax", 9, "no number"],
    ["table=256 actions=1", "outOfRange", 6, "8 bits"],
    ["cookie=0x10000000000000000 actions=1", "outOfRange", 7, "64 bits"],
    ["delete cookie=5", "badMask", 14, 'cookie="5"/-1'],
    ["in_port=foo actions=1", "syntax", 8, '"foo" is no port'],
    ["in_port=-1 actions=1", "syntax", 8, "no port"],
    ["ip,nw_src=1.2.3 actions=1", "syntax", 10, "no IPv4 address"],
    ["ip,nw_src=1.2.3.4/33 actions=1", "outOfRange", 18, "0 to 32"],
    ["ipv6,ipv6_src=fe80::/129 actions=1", "outOfRange", 21, "0 to 128"],
    ["ipv6,ipv6_src=fe80::1::2 actions=1", "syntax", 14, "no IPv6 address"],
    ["dl_src=1:2:3:4:5 actions=1", "syntax", 7, "no Ethernet address"],
    ["mpls,mpls_label=5/3 actions=1", "badMask", 16, "takes no mask"],
    ["icmp,icmp_type=300 actions=1", "outOfRange", 15, "8 bits"],
    // What ovs-ofctl takes and sends as something else: a wildcard, or a smaller number.
    ["tp_dst=80 actions=1", "badPrerequisite", 0, "tp_dst has no meaning without tcp"],
    ["ip,tp_dst=80 actions=1", "badPrerequisite", 3, "tp_dst has no meaning"],
    ["nw_src=10.0.0.1 actions=1", "badPrerequisite", 0, "without ip or arp"],
    ["nw_proto=6 actions=1", "badPrerequisite", 0, "without ip, ipv6 or arp"],
    ["tcp,udp_src=3 actions=1", "badPrerequisite", 4, "without ipProto 17"],
    ["ip,arp_spa=1.2.3.4 actions=1", "badPrerequisite", 3, "without ethType 0x0806"],
    ["ip,icmp_type=3 actions=1", "badPrerequisite", 3, "without icmp"],
    ["icmp6,nd_target=fe80::1 actions=1", "badPrerequisite", 6, "without icmpv6Type"],
    ["vlan_tci=0x2000/0xe000 actions=1", "badPrerequisite", 0, "without a tag"],
    ["vlan_tci=0x3000/0x3000 actions=1", "badMask", 0, "all bits of a VLAN priority or none"],
    ["dl_vlan=4096 actions=1", "outOfRange", 8, "0 to 4095"],
    ["dl_vlan_pcp=8 actions=1", "outOfRange", 12, "0 to 7"],
    ["ip,nw_tos=33 actions=1", "outOfRange", 10, "nw_ecn"],
    ["ip,nw_ecn=4 actions=1", "outOfRange", 10, "2 bits"],
    ["ip,ip_dscp=64 actions=1", "outOfRange", 11, "6 bits"],
    ["mpls,mpls_tc=9 actions=1", "outOfRange", 13, "3 bits"],
    ["ipv6,ipv6_label=0x100000 actions=1", "outOfRange", 16, "20 bits"],
    ["icmp,tp_src=300 actions=1", "outOfRange", 5, "tp_src does not fit icmpv4Type"],
    ["actions=group:4294967296", "outOfRange", 14, "32 bits"],
    ["tcp,tcp_dst actions=1", "syntax", 11, "tcp_dst needs a value"],
    ["actions=write_actions(1", "syntax", 21, "not closed"],
    // What needs the Nicira extension.
    ["actions=controller(reason=no_match)", "unsupported", 19, "reason"],
    ["actions=set_field:5/0xff->metadata", "unsupported", 26, "Nicira"],
  ])("%s", (text, code, offset, sentence) => {
    const error = failure(() => codec.parseFlow(text));
    expect({ code: error.code, offset: error.offset }).toEqual({ code, offset });
    expect(error.detail).toContain(sentence);
  });
});

describe("what the other readers refuse", () => {
  it("reads no actions in a match, and no match in actions", () => {
    expect(failure(() => codec.parseMatch("tcp,actions=1"))).toMatchObject({ code: "unknownField", offset: 4 });
    expect(failure(() => codec.parseActions("tcp"))).toMatchObject({ code: "syntax", offset: 0 });
    expect(failure(() => codec.parseActions("output:1,goto_table:3"))).toMatchObject({ code: "badOrder", offset: 9 });
  });

  it("does not check actions against a match that is not there", () => {
    expect(codec.parseActions("set_field:10.0.0.2->ip_dst,dec_ttl")).toHaveLength(2);
    expect(failure(() => codec.parseActions("mod_tp_dst:80"))).toMatchObject({ code: "badPrerequisite" });
  });

  it("throws a WireError for what is no text", () => {
    for (const value of [undefined, null, 5, {}, []]) {
      expect(failure(() => codec.parseFlow(value as string)).code).toBe("badValue");
      expect(failure(() => codec.parseMatch(value as string)).code).toBe("badValue");
      expect(failure(() => codec.parseActions(value as string)).code).toBe("badValue");
    }
  });
});

describe("what the writers refuse", () => {
  it.each([
    [{ ipv4Src: "1.2.3" }, "badValue"],
    [{ ethType: 0x10000 }, "outOfRange"],
    [{ ipDscp: 64 }, "outOfRange"],
  ])("the match %o", (match, code) => {
    expect(failure(() => codec.formatMatch(match)).code).toBe(code);
    expect(failure(() => codec.formatFlow(flowMod({ match }))).code).toBe(code);
  });

  it("what is no flow, no match and no list of actions", () => {
    for (const value of [undefined, null, 5, "tcp", {}, { type: "hello" }]) {
      expect(() => codec.formatFlow(value as never)).toThrow(WireError);
      expect(() => codec.formatActions(value as never)).toThrow(WireError);
    }
    for (const value of [undefined, null, 5, "tcp"]) expect(() => codec.formatMatch(value as never)).toThrow(WireError);
    expect(() => codec.formatFlow({ ...flowMod(), tableId: "x" } as never)).toThrow(WireError);
  });

  it("an action of a type that nobody knows", () => {
    const actions = [{ type: "teleport" }] as unknown as [];
    expect(failure(() => codec.formatActions(actions)).code).toBe("badType");
  });

  it("a message of a type that nobody knows", () => {
    expect(failure(() => codec.formatMessage({ type: "greeting" } as never)).code).toBe("badType");
    expect(failure(() => codec.formatMessage(undefined as never)).code).toBe("badValue");
  });
});
