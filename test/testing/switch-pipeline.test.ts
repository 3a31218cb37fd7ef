import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, neighbourFrame } from "../../src/tcp/index.ts";
import { concat, fromHex, toHex } from "../../src/wire/index.ts";
import { bench, CLIENT, CLIENT6, ports, SERVER, SERVER6, segment, withPayload } from "./switch-support.ts";

const frame = segment({ payload: Uint8Array.of(1, 2, 3) });
const frame6 = segment({ from: CLIENT6, to: SERVER6, payload: Uint8Array.of(1, 2, 3) });

/** Both checksums of every frame are right. */
function expectGood(out: readonly { frame: ReturnType<typeof decodeFrame> }[]): void {
  for (const { frame: sent } of out) {
    if (sent.ipv4) expect(sent.ipv4.checksumValid).toBe(true);
    if (sent.tcp) expect(sent.tcp.checksumValid).toBe(true);
  }
}

describe("outputs", () => {
  it("leave the frame as it is, byte for byte", () => {
    const { inject } = bench({}, "actions=output:2");
    expect(inject(frame)[0]?.bytes).toEqual(frame);
    const junk = concat([fromHex("000000000002000000000001888e"), new Uint8Array(50).fill(7)]);
    expect(inject(junk)[0]?.bytes).toEqual(junk);
  });

  it("do not go back where the frame came from but by IN_PORT", () => {
    expect(ports(bench({}, "actions=output:1,output:2").inject(frame))).toEqual([2]);
    expect(ports(bench({}, "actions=IN_PORT,output:2").inject(frame))).toEqual([1, 2]);
    expect(ports(bench({}, "actions=FLOOD").inject(frame, 3))).toEqual([1, 2, 4]);
    expect(ports(bench({}, "actions=ALL").inject(frame, 3))).toEqual([1, 2, 4]);
  });

  it("to a port that is not there go nowhere", () => {
    expect(ports(bench({}, "actions=output:77,output:2").inject(frame))).toEqual([2]);
  });

  it("see what the actions before them did, and not those behind", () => {
    const out = bench({}, "ip actions=output:2,set_field:10.0.0.9->ip_dst,output:3,dec_ttl,output:4").inject(frame);
    expect(out.map(({ frame: { ipv4 } }) => [ipv4?.dst, ipv4?.ttl])).toEqual([
      ["10.0.0.2", 64],
      ["10.0.0.9", 64],
      ["10.0.0.9", 63],
    ]);
    expectGood(out);
  });

  it("to the controller tell the flow, the table, the port and the whole frame", () => {
    const { inject, heard } = bench(
      {},
      "cookie=0x5,tcp actions=load:7->reg3,goto_table:1",
      "table=1,cookie=0x6,tcp actions=set_field:3->metadata,controller(max_len=20)",
      "table=0,cookie=0x7,priority=0 actions=controller",
    );
    inject(frame, 2);
    expect(heard()).toEqual([
      {
        type: "packetIn",
        xid: 0,
        bufferId: 0xffffffff,
        totalLen: frame.length,
        reason: 1,
        tableId: 1,
        cookie: 6n,
        match: { inPort: 2, reg3: 7, metadata: 3n },
        data: frame,
      },
    ]);
    inject(frame6.slice(), 3);
    expect(heard()).toMatchObject([{ reason: 0, tableId: 0, cookie: 7n, match: { inPort: 3 }, data: frame6 }]);
  });
});

describe("set_field", () => {
  it.each([
    ["set_field:00:00:00:00:00:09->eth_dst", { ethernet: { dst: "00:00:00:00:00:09" } }],
    ["set_field:00:00:00:00:00:09->eth_src", { ethernet: { src: "00:00:00:00:00:09" } }],
    ["set_field:10.9.8.7->ip_dst", { ipv4: { dst: "10.9.8.7" } }],
    ["set_field:10.9.8.7->ip_src", { ipv4: { src: "10.9.8.7" } }],
    ["set_field:8080->tcp_dst", { tcp: { dstPort: 8080 } }],
    ["set_field:8080->tcp_src", { tcp: { srcPort: 8080 } }],
    ["set_field:10->ip_dscp", { ipv4: { dscp: 10, ecn: 0 } }],
    ["set_field:3->ip_ecn", { ipv4: { dscp: 0, ecn: 3 } }],
    ["mod_nw_ttl:9", { ipv4: { ttl: 9 } }],
    ["load:9->NXM_OF_IP_DST[0..7]", { ipv4: { dst: "10.0.0.9" } }],
    ["load:0x1f->NXM_OF_TCP_DST[8..12]", { tcp: { dstPort: 0x1f50 } }],
  ])("%s changes that and the checksums", (action, expected) => {
    const out = bench({}, `tcp actions=${action},output:2`).inject(frame);
    expect(out).toMatchObject([{ frame: { ...expected, payload: Uint8Array.of(1, 2, 3) } }]);
    expectGood(out);
  });

  it.each([
    ["set_field:2001:db8::99->ipv6_dst", { ipv6: { dst: "2001:db8::99" } }],
    ["set_field:2001:db8::99->ipv6_src", { ipv6: { src: "2001:db8::99" } }],
    ["set_field:0xabcde->ipv6_label", { ipv6: { flowLabel: 0xabcde } }],
    ["set_field:63->ip_dscp", { ipv6: { dscp: 63, ecn: 0 } }],
    ["set_field:3->ip_ecn", { ipv6: { dscp: 0, ecn: 3 } }],
    ["set_field:8080->tcp_dst", { tcp: { dstPort: 8080 } }],
    ["dec_ttl", { ipv6: { hopLimit: 63 } }],
  ])("%s changes that under IPv6, and the checksum", (action, expected) => {
    const out = bench({}, `tcp6 actions=${action},output:2`).inject(frame6);
    expect(out).toMatchObject([{ frame: expected }]);
    expectGood(out);
  });

  it("leaves a wrong checksum wrong by as much as it was", () => {
    const wrong = frame.with(50, frame[50] === 0 ? 1 : (frame[50] ?? 0) ^ 0xff);
    const [sent] = bench({}, "tcp actions=set_field:10.9.8.7->ip_dst,output:2").inject(wrong);
    expect(sent?.frame.tcp?.checksumValid).toBe(false);
    const [back] = bench({}, "tcp actions=set_field:10.0.0.2->ip_dst,output:2").inject(sent?.bytes ?? wrong);
    expect(back?.bytes).toEqual(wrong);
  });

  it("does not touch the ports of a later fragment", () => {
    const later = withPayload(frame, new Uint8Array(30).fill(9), { fragmentOffset: 5 });
    const { inject } = bench({}, "tcp actions=set_field:8080->tcp_dst,output:2");
    expect(toHex(inject(later)[0]?.bytes ?? later)).toBe(toHex(later));
  });

  it("keeps a UDP checksum of zero, which says that there is none", () => {
    const udp = withPayload(frame, fromHex("1388005000080000"), { protocol: 17 });
    const [sent] = bench({}, "udp actions=set_field:53->udp_dst,set_field:10.0.0.9->ip_dst,output:2").inject(udp);
    expect(toHex(sent?.frame.payload ?? udp)).toBe("1388003500080000");
  });
});

describe("VLAN tags", () => {
  it("are pushed, set and popped, with the frame around them unchanged", () => {
    const actions = "push_vlan:0x8100,set_field:4101->vlan_vid,set_field:3->vlan_pcp,output:2,pop_vlan,output:3";
    const [tagged, bare] = bench({}, `tcp actions=${actions}`).inject(frame);
    expect(tagged?.frame.ethernet.vlans).toEqual([{ tpid: 0x8100, pcp: 3, dei: false, vid: 5 }]);
    expect(bare?.bytes).toEqual(frame);
  });

  it("are matched and popped one by one", () => {
    const vlans = [
      { tpid: 0x88a8, pcp: 1, dei: false, vid: 7 },
      { tpid: 0x8100, pcp: 0, dei: false, vid: 5 },
    ];
    const { inject } = bench(
      {},
      "table=0,dl_vlan=7,dl_vlan_pcp=1,tcp actions=pop_vlan,output:2,goto_table:1",
      "table=1,dl_vlan=5 actions=pop_vlan,output:3",
      "table=0,vlan_tci=0x0000/0x1fff actions=output:4",
    );
    const out = inject(segment({ vlans }));
    expect(out.map(({ port, frame: { ethernet } }) => [port, ethernet.vlans.map(({ vid }) => vid)])).toEqual([
      [2, [5]],
      [3, []],
    ]);
    expect(ports(inject(frame))).toEqual([4]);
  });
});

describe("TTL", () => {
  it("that runs out ends what the flow would do", () => {
    const { inject, heard } = bench({}, "ip actions=output:2,dec_ttl,output:3");
    expect(ports(inject(segment({ ttl: 1 })))).toEqual([2]);
    expect(ports(inject(segment({ ttl: 2 })))).toEqual([2, 3]);
    expect(heard()).toEqual([]);
  });
});

describe("tables", () => {
  it("are gone through by goto_table with metadata and registers", () => {
    const { inject } = bench(
      {},
      "table=0,in_port=1 actions=load:0x1->NXM_NX_REG0[4..7],write_metadata:0x5/0xf,goto_table:2",
      "table=2,reg0=0x10,metadata=0x5 actions=output:2",
      "table=2,priority=1 actions=output:3",
    );
    expect(ports(inject(frame))).toEqual([2]);
    expect(inject(frame, 2)).toEqual([]);
  });

  it("are visited by resubmit, which comes back with what was changed", () => {
    const { inject } = bench(
      {},
      "table=0,tcp actions=resubmit(,4),output:2,resubmit:3,output:4",
      "table=4,ip actions=set_field:10.0.0.9->ip_dst,output:3",
      "table=0,priority=40000,in_port=3 actions=set_field:00:00:00:00:00:09->eth_dst,output:3",
    );
    const out = inject(frame);
    // Only the look-up takes the packet for one from port 3: output:3 is no way back.
    expect(out.map(({ port, frame: { ethernet, ipv4 } }) => [port, ethernet.dst, ipv4?.dst])).toEqual([
      [3, "00:00:00:00:00:02", "10.0.0.9"],
      [2, "00:00:00:00:00:02", "10.0.0.9"],
      [3, "00:00:00:00:00:09", "10.0.0.9"],
      [4, "00:00:00:00:00:09", "10.0.0.9"],
    ]);
    expectGood(out);
  });

  it("with a resubmit to themselves are left after a while, with nothing sent", () => {
    const { inject } = bench({}, "actions=output:2,resubmit(,0)");
    expect(inject(frame)).toEqual([]);
  });

  it("run the action set at the end, in its own order, once for each kind", () => {
    const { inject } = bench(
      {},
      "table=0,ip actions=write_actions(output:2,set_field:10.0.0.8->ip_dst),goto_table:1",
      "table=1,ip actions=write_actions(output:3,set_field:10.0.0.9->ip_dst,push_vlan:0x8100)",
    );
    const out = inject(frame);
    expect(ports(out)).toEqual([3]);
    expect(out[0]?.frame).toMatchObject({ ipv4: { dst: "10.0.0.9" }, ethernet: { vlans: [{ vid: 0 }] } });
  });

  it("forget the action set by clear_actions", () => {
    const { inject } = bench(
      {},
      "table=0 actions=write_actions(output:2),goto_table:1",
      "table=1,in_port=1 actions=clear_actions",
    );
    expect(inject(frame)).toEqual([]);
  });

  it("send nothing for an action set without an output", () => {
    expect(bench({}, "actions=write_actions(push_vlan:0x8100)").inject(frame)).toEqual([]);
  });
});

describe("fragments and damage", () => {
  it("count the ports of a first fragment as 0, as those of the later ones", () => {
    const whole = decodeFrame(frame);
    const ipv4 = whole.ipv4 && { ...whole.ipv4, moreFragments: true };
    const first = encodeFrame({ ...whole, ...(ipv4 && { ipv4 }) });
    const { inject } = bench({}, "priority=2,tcp,tp_dst=80 actions=output:2", "priority=1,tcp actions=output:3");
    expect(ports(inject(first))).toEqual([3]);
  });

  it("see no IP in a packet that is shorter than it says", () => {
    const { inject } = bench({}, "priority=2,tcp actions=output:2", "priority=1,ip actions=output:3");
    expect(ports(inject(frame.subarray(0, frame.length - 1)))).toEqual([3]);
  });

  it("take every frame, however cut, without a word", () => {
    const { inject } = bench(
      {},
      "priority=3,tcp actions=inc_tcp_seq:5,set_field:1->tcp_dst,dec_ttl,output:2",
      "priority=3,tcp6 actions=inc_tcp_ack:5,set_field:1->tcp_dst,dec_ttl,output:2",
      "priority=2,ip actions=set_field:10.0.0.9->ip_src,output:2",
      "priority=2,arp actions=set_field:10.0.0.9->arp_spa,output:2",
      "priority=1 actions=output:2",
    );
    for (const whole of [frame, frame6, segment({ vlans: [{ tpid: 0x8100, pcp: 0, dei: false, vid: 1 }] })]) {
      for (let length = 14; length <= whole.length; length++) {
        const out = inject(whole.subarray(0, length));
        expect(out).toHaveLength(1);
        expect(out[0]?.bytes).toHaveLength(length);
      }
    }
  });
});

it("keeps what it was given, and gives what it does not change again", () => {
  const { model } = bench({}, "ip actions=set_field:10.0.0.9->ip_dst,output:2,output:3");
  const given = Uint8Array.from(frame);
  model.inject(1, given);
  expect(given).toEqual(frame);
  const [first, second] = model.take().out;
  first?.frame.fill(0);
  expect(second?.frame).not.toEqual(first?.frame);
  expect(CLIENT.ip).not.toBe(SERVER.ip);
});

describe("a match on the address that a neighbour solicitation asks for", () => {
  it("sees it in solicitations and advertisements, and nowhere else", () => {
    const solicitation = (targetIp: string) =>
      encodeFrame(
        neighbourFrame(
          {
            from: { mac: "00:00:00:00:00:03", ip: "2001:db8::3" },
            to: { mac: "33:33:ff:00:00:01", ip: "ff02::1:ff00:1" },
          },
          { type: "neighbourSolicitation", target: targetIp, mac: "00:00:00:00:00:03" },
        ),
      );
    const { inject } = bench({}, "icmp6,icmp_type=135,icmp_code=0,nd_target=2001:db8::1 actions=output:2");
    expect(ports(inject(solicitation("2001:db8::1")))).toEqual([2]);
    expect(ports(inject(solicitation("2001:db8::9")))).toEqual([]);
    expect(ports(inject(frame6))).toEqual([]);
  });
});
