import { describe, expect, it } from "vitest";
import { type Effect, encodeEffect, type MigrationInput, planMigration } from "../../src/migration/index.ts";
import type { Endpoint, VlanTag } from "../../src/tcp/index.ts";
import { client, dialInputOf, framesOf, inputOf, ports, type Scene, server } from "./scene.ts";

const own: Endpoint = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 22222 };

function actionsOf(input: MigrationInput): Record<string, unknown[]> {
  const plan = planMigration(input);
  expect(plan.status).toBe("ready");
  // Whatever the addresses, the messages can be written.
  for (const effect of plan.effects) expect(encodeEffect(effect).length).toBeGreaterThanOrEqual(8);
  return Object.fromEntries(
    plan.effects.flatMap((effect: Effect) => {
      if (effect.type !== "flowMod") return [];
      const [instruction] = effect.message.instructions;
      const actions = instruction?.type === "applyActions" ? [...instruction.actions] : [];
      return [[effect.role, actions.filter(({ type }) => type !== "finTimeout")]];
    }),
  );
}

function matchOf(input: MigrationInput, role: string): object {
  const found = planMigration(input).effects.find((effect) => effect.type === "flowMod" && effect.role === role);
  return found?.type === "flowMod" ? found.message.match : {};
}

const set = (field: object) => ({ type: "setField", field });
const output = (port: number) => ({ type: "output", port, maxLen: 0 });
const decAck = { type: "decTcpAck", delta: 2000 };
const incSeq = { type: "incTcpSeq", delta: 2000 };

describe("a server with the addresses of the service", () => {
  it("needs no rewriting", () => {
    expect(actionsOf(inputOf())).toMatchObject({ forward: [decAck, output(2)], reverse: [incSeq, output(3)] });
  });
});

describe("a server with addresses of its own", () => {
  const input: MigrationInput = { ...inputOf({ target: own }), target: own };

  it("is dialled there", () => {
    const dial = planMigration({ ...dialInputOf(), target: own });
    expect(dial.syn).toMatchObject({
      ethernet: { src: client.mac, dst: own.mac },
      ipv4: { src: client.ip, dst: own.ip },
      tcp: { srcPort: client.port, dstPort: own.port },
    });
    expect(dial.targetKey).toEqual({
      vlans: [],
      src: client.ip,
      srcPort: client.port,
      dst: own.ip,
      dstPort: own.port,
    });
    expect(dial.key).toMatchObject({ dst: server.ip, dstPort: server.port });
  });

  it("gets what the client sends, and answers as the service", () => {
    expect(actionsOf(input)).toMatchObject({
      forward: [set({ ethDst: own.mac }), set({ ipv4Dst: own.ip }), set({ tcpDst: own.port }), decAck, output(2)],
      reverse: [
        set({ ethSrc: server.mac }),
        set({ ethDst: client.mac }),
        set({ ipv4Src: server.ip }),
        set({ tcpSrc: server.port }),
        incSeq,
        output(3),
      ],
    });
    expect(matchOf(input, "forward")).toMatchObject({ ipv4Dst: server.ip, tcpDst: server.port });
    expect(matchOf(input, "reverse")).toMatchObject({ ipv4Src: own.ip, tcpSrc: own.port, ipv4Dst: client.ip });
    expect(matchOf(input, "targetSynTrap")).toMatchObject({ ipv4Src: own.ip, tcpSrc: own.port });
    expect(matchOf(input, "guard")).toMatchObject({ ipv4Src: server.ip, tcpSrc: server.port });
  });

  it("completes the handshake there, and resets the old one where that is", () => {
    const frames = planMigration(input).effects.flatMap((effect) => (effect.type === "packetOut" ? [effect] : []));
    expect(frames.find(({ carries }) => carries === "ack")?.frame).toMatchObject({
      ethernet: { dst: own.mac },
      ipv4: { dst: own.ip },
      tcp: { dstPort: own.port },
    });
    expect(frames.find(({ carries }) => carries === "rst")?.frame).toMatchObject({
      ethernet: { dst: server.mac },
      ipv4: { dst: server.ip },
      tcp: { dstPort: server.port },
    });
  });

  it("may have only an Ethernet address, only a TCP port, or a router before it", () => {
    const mac = { ...server, mac: own.mac };
    expect(actionsOf({ ...inputOf({ target: mac }), target: { mac: "0:0:0:0:0:2" } })).toMatchObject({
      forward: [set({ ethDst: own.mac }), decAck, output(2)],
      reverse: [set({ ethSrc: server.mac }), set({ ethDst: client.mac }), incSeq, output(3)],
    });
    const port = { ...server, port: 22222 };
    expect(actionsOf({ ...inputOf({ target: port }), target: { port: 22222 } })).toMatchObject({
      forward: [set({ tcpDst: 22222 }), decAck, output(2)],
      reverse: [set({ tcpSrc: 11111 }), incSeq, output(3)],
    });
    const gatewayMac = "00:00:00:00:00:aa";
    const routed = { ...inputOf({ target: own }), target: { ...own, gatewayMac } };
    expect(actionsOf(routed).forward?.slice(0, 2)).toEqual([set({ ethSrc: gatewayMac }), set({ ethDst: own.mac })]);
    expect(planMigration(routed).syn?.ethernet.src).toBe(gatewayMac);
  });

  it("may be behind the old server's port; one without cannot be told apart there", () => {
    const oneBehind = { ...ports, target: ports.origin };
    expect(planMigration({ ...input, ports: oneBehind }).status).toBe("ready");
    expect(planMigration({ ...inputOf(), ports: oneBehind })).toMatchObject({
      status: "refused",
      verdict: { reasons: [{ code: "SAME_SERVER" }] },
    });
    const sameAddress = { ip: server.ip, port: server.port };
    expect(planMigration({ ...inputOf(), ports: oneBehind, target: sameAddress }).status).toBe("refused");
  });

  it("may give the connection on: the reset and the guard follow it", () => {
    const third: Endpoint = { mac: "00:00:00:00:00:04", ip: "10.0.0.4", port: 4444 };
    const chained: MigrationInput = { ...inputOf({ target: third }), origin: own, target: third };
    expect(matchOf(chained, "guard")).toMatchObject({ inPort: 1, ipv4Src: own.ip, tcpSrc: own.port });
    const reset = planMigration(chained).effects.at(-1);
    expect(reset).toMatchObject({
      carries: "rst",
      frame: { ethernet: { dst: own.mac }, ipv4: { dst: own.ip }, tcp: { dstPort: own.port } },
    });
  });
});

describe("server 1 with addresses of its own", () => {
  const first: Endpoint = { mac: "00:00:00:00:00:0b", ip: "10.0.0.11", port: 8080 };

  it("may have its part of the handshake captured on either side", () => {
    const vlans: VlanTag[] = [{ tpid: 0x8100, pcp: 0, dei: false, vid: 20 }];
    const there = framesOf({ server: first, vlans });
    const input: MigrationInput = { ...inputOf(), origin: { ...first, vlan: 20 } };
    const guard = { inPort: 1, vlanVid: 0x1000 | 20, ipv4Src: first.ip, tcpSrc: 8080, ipv4Dst: client.ip };
    expect(matchOf(input, "guard")).toMatchObject(guard);
    expect(matchOf({ ...input, syn: there.syn, synAck: there.synAck }, "guard")).toMatchObject(guard);
    const reset = planMigration(input).effects.at(-1);
    expect(reset).toMatchObject({ frame: { ethernet: { vlans: [{ vid: 20 }] }, ipv4: { dst: first.ip } } });
  });
});

describe("IPv6", () => {
  const six: Scene = { client: { ...client, ip: "2001:db8::3" }, server: { ...server, ip: "2001:db8::1" } };

  it("is matched, shifted and written like IPv4", () => {
    expect(actionsOf(inputOf(six))).toMatchObject({ forward: [decAck, output(2)], reverse: [incSeq, output(3)] });
    expect(matchOf(inputOf(six), "forward")).toEqual({
      inPort: 3,
      ethType: 0x86dd,
      vlanVid: 0,
      ipProto: 6,
      ipv6Src: "2001:db8::3",
      ipv6Dst: "2001:db8::1",
      tcpSrc: 33333,
      tcpDst: 11111,
    });
    const plan = planMigration(inputOf(six));
    const packets = plan.effects.flatMap((effect) => (effect.type === "packetOut" ? [effect.frame] : []));
    expect(packets.map((frame) => [frame.ipv6?.src, frame.tcp?.checksumValid])).toEqual(
      packets.map(() => ["2001:db8::3", true]),
    );
  });

  it("rewrites to an IPv6 address, in any spelling", () => {
    const target: Endpoint = { ...own, ip: "2001:db8::2" };
    const actions = actionsOf({ ...inputOf({ ...six, target }), target: { ...target, ip: "2001:DB8:0::2" } });
    expect(actions.forward).toContainEqual(set({ ipv6Dst: "2001:db8::2" }));
    expect(actions.reverse).toContainEqual(set({ ipv6Src: "2001:db8::1" }));
  });

  it("does not move to an IPv4 address, nor the other way round", () => {
    const reasons = [{ code: "TARGET_IP_VERSION" }];
    expect(planMigration({ ...dialInputOf(six), target: own })).toMatchObject({
      status: "refused",
      verdict: { reasons },
    });
    expect(planMigration({ ...dialInputOf(), target: { ip: "2001:db8::2" } })).toMatchObject({
      status: "refused",
      verdict: { reasons },
    });
  });
});

describe("a VLAN", () => {
  const tag = (vid: number): VlanTag => ({ tpid: 0x8100, pcp: 5, dei: false, vid });

  it("is part of every match, and untagged is not the same as any", () => {
    const input = inputOf({ vlans: [tag(42)] });
    for (const role of ["forward", "reverse", "guard", "clientSynTrap", "targetSynTrap"]) {
      expect(matchOf(input, role)).toMatchObject({ vlanVid: 0x1000 | 42 });
      expect(matchOf(inputOf(), role)).toMatchObject({ vlanVid: 0 });
    }
  });

  it("is on what the planner sends", () => {
    const plan = planMigration(inputOf({ vlans: [tag(42)] }));
    const packets = plan.effects.flatMap((effect) => (effect.type === "packetOut" ? [effect.frame] : []));
    expect(packets.length).toBe(3);
    for (const frame of packets) expect(frame.ethernet.vlans).toEqual([tag(42)]);
    expect(plan.syn?.ethernet.vlans).toEqual([tag(42)]);
  });

  it("0 is a priority, not another network; each direction is matched as it comes", () => {
    const { syn, synAck, request } = framesOf({ vlans: [tag(0)] });
    const { targetSynAck } = framesOf();
    const input = { syn, synAck, request, targetSynAck, ports };
    expect(matchOf(input, "forward")).toMatchObject({ vlanVid: 0x1000 });
    expect(matchOf(input, "reverse")).toMatchObject({ vlanVid: 0 });
    expect(matchOf(input, "guard")).toMatchObject({ vlanVid: 0x1000 });
    expect(matchOf({ ...input, synAck: framesOf().synAck }, "guard")).toMatchObject({ vlanVid: 0 });
  });

  it("of the new server's is entered on the way there and left on the way back", () => {
    const answer = (vlans: readonly VlanTag[]) => framesOf({ vlans }).targetSynAck;
    const forth = (input: MigrationInput) => actionsOf(input).forward?.slice(0, -2);
    const back = (input: MigrationInput) => actionsOf(input).reverse?.slice(0, -2);
    const other = { ...inputOf({ vlans: [tag(42)] }), targetSynAck: answer([tag(7)]), target: { vlan: 7 } };
    expect(forth(other)).toEqual([set({ vlanVid: 0x1000 | 7 })]);
    expect(back(other)).toEqual([set({ vlanVid: 0x1000 | 42 })]);
    expect(matchOf(other, "forward")).toMatchObject({ vlanVid: 0x1000 | 42 });
    expect(matchOf(other, "reverse")).toMatchObject({ vlanVid: 0x1000 | 7 });
    const into = { ...inputOf(), targetSynAck: answer([tag(7)]), target: { vlan: 7 } };
    expect(forth(into)).toEqual([{ type: "pushVlan", ethertype: 0x8100 }, set({ vlanVid: 0x1000 | 7 })]);
    expect(back(into)).toEqual([{ type: "popVlan" }]);
    const out = { ...inputOf({ vlans: [tag(42)] }), targetSynAck: answer([]), target: { vlan: 0 } };
    expect(forth(out)).toEqual([{ type: "popVlan" }]);
    const again = [{ type: "pushVlan", ethertype: 0x8100 }, set({ vlanVid: 0x1000 | 42 }), set({ vlanPcp: 5 })];
    expect(back(out)).toEqual(again);
    const same = { ...inputOf({ vlans: [tag(42)] }), target: { vlan: 42 } };
    expect([forth(same), back(same)]).toEqual([[], []]);
  });

  it("of the new server's is on what the planner sends there, with the client's priority", () => {
    const dialled = planMigration({ ...dialInputOf({ vlans: [tag(42)] }), target: { vlan: 7 } });
    expect(dialled.syn?.ethernet.vlans).toEqual([tag(7)]);
    expect(dialled.targetKey?.vlans).toEqual([7]);
    const untagged = planMigration({ ...dialInputOf(), target: { vlan: 7 } });
    expect(untagged.syn?.ethernet.vlans).toEqual([{ tpid: 0x8100, pcp: 0, dei: false, vid: 7 }]);
  });

  it("inside another one: flows match the outer tag, frames keep both", () => {
    const vlans: VlanTag[] = [{ ...tag(100), tpid: 0x88a8 }, tag(42)];
    const input: MigrationInput = { ...inputOf({ vlans }), policy: { stackedVlans: "match" } };
    for (const role of ["forward", "reverse", "guard"]) {
      expect(matchOf(input, role)).toMatchObject({ ethType: 0x0800, vlanVid: 0x1000 | 100, ipProto: 6 });
    }
    const plan = planMigration(input);
    for (const effect of plan.effects) {
      if (effect.type === "packetOut") expect(effect.frame.ethernet.vlans).toEqual(vlans);
    }
  });

  it("must be one", () => {
    for (const vlan of [4095, 4096, -1, 1.5]) {
      expect(() => planMigration({ ...dialInputOf(), target: { vlan } })).toThrow(/target\.vlan/);
    }
    expect(() => planMigration({ ...dialInputOf(), policy: { stackedVlans: "maybe" as "match" } })).toThrow(
      /stackedVlans/,
    );
  });
});
