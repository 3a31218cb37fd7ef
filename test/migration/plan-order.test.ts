import { describe, expect, it } from "vitest";
import {
  cookieParts,
  type Effect,
  FlowRole,
  type HandoverFlow,
  type MigrationInput,
  type PacketOutEffect,
  planMigration,
} from "../../src/migration/index.ts";
import { FlowModFlags, NO_BUFFER, Port } from "../../src/ofp/index.ts";
import { encodeFrame, TcpFlags } from "../../src/tcp/index.ts";
import { client, dialInputOf, framesOf, inputOf, server, withTcp } from "./scene.ts";

const name = (effect: Effect): string =>
  `${effect.phase} ${effect.type === "flowMod" ? effect.role : effect.type === "packetOut" ? effect.carries : "barrier"}`;

function effectsOf(change: Partial<MigrationInput> = {}): readonly Effect[] {
  return planMigration({ ...inputOf(), ...change }).effects;
}

function flows(change: Partial<MigrationInput> = {}): Partial<Record<string, HandoverFlow>> {
  return Object.fromEntries(
    effectsOf(change).flatMap((effect) => (effect.type === "flowMod" ? [[effect.role, effect.message]] : [])),
  );
}

function packet(carries: PacketOutEffect["carries"], change: Partial<MigrationInput> = {}): PacketOutEffect {
  const found = effectsOf(change).find((effect) => effect.type === "packetOut" && effect.carries === carries);
  if (found?.type !== "packetOut") throw new Error(`no ${carries}`);
  return found;
}

describe("the order of a ready plan", () => {
  it("arms, completes the handshake, commits, releases and resets", () => {
    const { syn, synAck, request, targetSynAck } = framesOf({ lengths: [10, 20] });
    expect(effectsOf({ syn, synAck, request, targetSynAck }).map(name)).toEqual([
      "arm guardWatch",
      "arm guard",
      "arm clientSynTrap",
      "arm targetSynTrap",
      "arm reverse",
      "arm barrier",
      "handshake ack",
      "commit forward",
      "commit barrier",
      "release data",
      "release data",
      "reset rst",
    ]);
  });

  it("leaves out what the policy does without", () => {
    const policy = { guardWatchSeconds: 0, synTrap: false };
    expect(effectsOf({ policy }).map(name)).toEqual([
      "arm guard",
      "arm reverse",
      "arm barrier",
      "handshake ack",
      "commit forward",
      "commit barrier",
      "release data",
      "reset rst",
    ]);
  });

  it("dials with one packet and nothing else", () => {
    expect(planMigration(dialInputOf()).effects.map(name)).toEqual(["dial syn"]);
  });

  it("says why, for which switch, and numbers its effects", () => {
    const effects = effectsOf({ dpid: 0xabcn, firstId: 0xfffffffe });
    expect(effects.every(({ why, dpid }) => why.length > 20 && dpid === 0xabcn)).toBe(true);
    // The dial's own id comes first.
    expect(effects.slice(0, 3).map(({ id }) => id)).toEqual([0xffffffff, 0, 1]);
  });
});

describe("the flows", () => {
  it("match one direction of one TCP connection each", () => {
    const toServer = {
      inPort: 3,
      ethType: 0x0800,
      vlanVid: 0,
      ipProto: 6,
      ipv4Src: client.ip,
      ipv4Dst: server.ip,
      tcpSrc: 33333,
      tcpDst: 11111,
    };
    const fromServer = {
      ...toServer,
      ipv4Src: server.ip,
      ipv4Dst: client.ip,
      tcpSrc: 11111,
      tcpDst: 33333,
    };
    const syn = { tcpFlags: { value: TcpFlags.syn, mask: TcpFlags.syn } };
    expect(flows()).toMatchObject({
      guardWatch: { priority: 410, match: { ...fromServer, inPort: 1 } },
      guard: { priority: 400, match: { ...fromServer, inPort: 1 } },
      clientSynTrap: { priority: 300, match: { ...toServer, ...syn } },
      targetSynTrap: { priority: 300, match: { ...fromServer, inPort: 2, ...syn } },
      reverse: { priority: 200, match: { ...fromServer, inPort: 2 } },
      forward: { priority: 200, match: toServer },
    });
    expect(Object.values(flows()).every((flow) => flow?.tableId === 0 && flow.bufferId === NO_BUFFER)).toBe(true);
  });

  it("shift, then shorten their life at the end of the connection, then output once", () => {
    expect(flows().forward?.instructions).toEqual([
      {
        type: "applyActions",
        actions: [
          { type: "decTcpAck", delta: 2000 },
          { type: "finTimeout", idleTimeout: 60, hardTimeout: 0 },
          { type: "output", port: 2, maxLen: 0 },
        ],
      },
    ]);
    expect(flows().reverse?.instructions).toEqual([
      {
        type: "applyActions",
        actions: [
          { type: "incTcpSeq", delta: 2000 },
          { type: "finTimeout", idleTimeout: 60, hardTimeout: 0 },
          { type: "output", port: 3, maxLen: 0 },
        ],
      },
    ]);
    expect(flows({ policy: { finIdleSeconds: 0 } }).forward?.instructions).toEqual([
      {
        type: "applyActions",
        actions: [
          { type: "decTcpAck", delta: 2000 },
          { type: "output", port: 2, maxLen: 0 },
        ],
      },
    ]);
  });

  it("drop what the old server says, after showing it to the controller for a while", () => {
    const { guard, guardWatch } = flows();
    expect(guard).toMatchObject({ instructions: [], idleTimeout: 60, hardTimeout: 0 });
    expect(guardWatch).toMatchObject({ idleTimeout: 0, hardTimeout: 5 });
    const toController = { type: "applyActions", actions: [{ type: "output", port: Port.controller, maxLen: 0xffff }] };
    expect(guardWatch?.instructions).toEqual([toController]);
    expect(flows({ policy: { guardMeter: 9 } }).guardWatch?.instructions).toEqual([
      { type: "meter", meterId: 9 },
      toController,
    ]);
  });

  it("tell when they end, if they carry the connection", () => {
    const all = flows();
    const notifying = Object.entries(all).filter(([, flow]) => flow?.flags === FlowModFlags.sendFlowRem);
    expect(notifying.map(([role]) => role)).toEqual(["reverse", "forward"]);
    expect(all.forward?.idleTimeout).toBe(7440);
    expect(flows({ policy: { idleSeconds: 0 } }).forward?.idleTimeout).toBe(0);
  });

  it("say in their cookie whose they are", () => {
    const cookie = { tag: 0x1234, epoch: 7, connection: 99 };
    const parts = Object.fromEntries(
      Object.entries(flows({ cookie })).map(([role, flow]) => [role, cookieParts(flow?.cookie ?? 0n)]),
    );
    expect(parts).toEqual(
      Object.fromEntries(Object.entries(FlowRole).map(([role, number]) => [role, { ...cookie, role: number }])),
    );
    // 0x1234 tag, 7 epoch, 1 role, 99 connection
    expect(flows({ cookie }).forward?.cookie).toBe(0x1234_07_01_00000063n);
  });

  it("have one connection number per connection", () => {
    const number = (port: number) =>
      cookieParts(flows(inputOf({ client: { ...client, port } })).forward?.cookie ?? 0n).connection;
    expect(number(33333)).toBe(number(33333));
    expect(number(33333)).not.toBe(number(33334));
  });

  it("send a packet back out of its own port only by name", () => {
    // Client and new server behind one port.
    const ports = { client: 3, origin: 1, target: 3 };
    const outputs = (role: string) => {
      const [instruction] = flows({ ports })[role]?.instructions ?? [];
      const actions = instruction?.type === "applyActions" ? instruction.actions : [];
      return actions.filter(({ type }) => type === "output");
    };
    const output = { type: "output", port: Port.inPort, maxLen: 0 };
    expect(outputs("forward")).toEqual([output]);
    expect(outputs("reverse")).toEqual([output]);
  });
});

describe("the packets", () => {
  it("of the planner's own go straight out of a port", () => {
    for (const [carries, port] of [
      ["ack", 2],
      ["rst", 1],
    ] as const) {
      expect(packet(carries).message).toMatchObject({
        bufferId: NO_BUFFER,
        inPort: Port.controller,
        actions: [{ type: "output", port }],
      });
    }
  });

  it("look like the client's", () => {
    for (const carries of ["ack", "rst"] as const) {
      expect(packet(carries).frame).toMatchObject({
        ethernet: { src: client.mac, dst: server.mac, vlans: [] },
        ipv4: { src: client.ip, dst: server.ip, dontFragment: true },
        tcp: { srcPort: client.port, dstPort: server.port, options: [] },
      });
    }
  });

  it("that were held go through the flow table, byte for byte as they came", () => {
    const [held] = framesOf().request;
    if (!held) throw new Error("one segment");
    expect(packet("data").message).toMatchObject({
      inPort: 3,
      actions: [{ type: "output", port: Port.table }],
      data: encodeFrame(held),
    });
  });

  it("carry the window that the client advertised last", () => {
    const { request } = framesOf({ lengths: [10, 10] });
    const [first, second] = request;
    if (!first || !second) throw new Error("two segments");
    const late = withTcp(second, { window: 777 });
    expect(packet("ack", { request: [late, first] }).frame.tcp?.window).toBe(777);
    // A pure acknowledgment counts, too.
    const update = { ...withTcp(late, { flags: TcpFlags.ack, window: 888, seq: 1021 }), payload: new Uint8Array(0) };
    expect(packet("ack", { request: [first, late, update] }).frame.tcp?.window).toBe(888);
  });
});
