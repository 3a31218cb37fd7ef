/** Servers with addresses of their own: server 1, new ones, or both. x = 1000, y = 5000, z = 3000. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { type Endpoint, type FlowKey, flowKeyText, type VlanTag } from "../../../src/tcp/index.ts";
import { client, server } from "../scene.ts";
import { ACK, letters, PSH, RST, Run } from "./scene.ts";

const second: Endpoint = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 22222 };
const first: Endpoint = { mac: "00:00:00:00:00:0b", ip: "10.0.0.11", port: 8080 };
const gatewayMac = "00:00:00:00:00:aa";
const planes = ["actions", "software"] as const;
const six = {
  client: { ...client, ip: "2001:db8::3" },
  server: { ...server, ip: "2001:db8::1" },
  first: { ...first, ip: "2001:db8::11" },
  second: { ...second, ip: "2001:db8::2" },
};

function matchesOf(run: Run, role: string): object {
  const found = run.effects.find((effect) => effect.type === "flowMod" && effect.role === role);
  if (found?.type !== "flowMod") throw new Error(`no ${role} flow`);
  return found.message.match;
}

describe.each(planes)("a new server with an address of its own, with %s", (dataPlane) => {
  const config: ConnectionConfig = {
    dataPlane,
    service: { origin: { switchPort: 1 }, targets: { second: { switchPort: 2, ...second } } },
  };
  const start = () => new Run({}, config, second);

  it("is dialled there, and its segments look like server 1's to the client", () => {
    const run = start().toDial();
    expect(run.sent).toMatchObject([
      {
        port: 2,
        frame: { ethernet: { dst: second.mac }, ipv4: { dst: second.ip } },
        tcp: { dstPort: 22222, seq: 1000 },
      },
    ]);
    run.targetSynAck().barrier();
    expect(run.phase).toBe(dataPlane === "software" ? "migrated" : "arm");
    const [ack] = run.sent.filter(({ port }) => port === 2);
    expect(ack).toMatchObject({ frame: { ipv4: { dst: second.ip } }, tcp: { dstPort: 22222, ack: 3001 } });
  });

  it("is not reset for a connection that it may have with the client itself", () => {
    const run = start().toHold().targetSynAck();
    expect(run.story).toEqual([]);
    expect(run.reports).toEqual(["FOREIGN"]);
  });

  it("is not dialled when the client has a connection of these ports to it", () => {
    const asked: FlowKey[] = [];
    const isTaken = (key: FlowKey) => asked.push(key) > 0;
    const run = new Run({}, { ...config, isTaken }, second).toHold().verdict();
    expect(asked.map(flowKeyText)).toEqual(["10.0.0.3:33333>10.0.0.2:22222"]);
    expect(run).toMatchObject({ phase: "fwdArm", reports: ["TARGET_TAKEN", "FORWARDED"] });
    expect(run.sent).toEqual([]);
  });

  it("is reset where it is when the hand-over is taken back", () => {
    const run = start().toArm().wait(1000);
    const [reset] = run.sent;
    expect(reset).toMatchObject({
      port: 2,
      frame: { ethernet: { dst: second.mac }, ipv4: { dst: second.ip } },
      tcp: { dstPort: 22222, seq: 1001, flags: RST },
    });
    expect(run.phase).toBe("fwdArm");
  });
});

it("relays with software shifting what a new server with its own address says as if the service had said it", () => {
  const config: ConnectionConfig = {
    dataPlane: "software",
    service: { origin: { switchPort: 1 }, targets: { second: { switchPort: 2, ...second } } },
  };
  const run = new Run({}, config, second).toMigrated();
  run.target({ ack: 1019, flags: PSH | ACK, payload: letters(4) });
  expect(run.sent).toMatchObject([
    {
      port: 3,
      frame: { ethernet: { src: server.mac, dst: client.mac }, ipv4: { src: server.ip, checksumValid: true } },
      tcp: { srcPort: 11111, seq: 5001, checksumValid: true },
    },
  ]);
});

describe.each([
  { version: 4, ends: { client, server, origin: first }, target: second },
  { version: 6, ends: { client: six.client, server: six.server, origin: six.first }, target: six.second },
])("server 1 with an address of its own behind a router, IPv$version", ({ ends, target }) => {
  const { origin } = ends;
  describe.each(planes)("with %s", (dataPlane) => {
    const config: ConnectionConfig = {
      dataPlane,
      service: {
        origin: { switchPort: 1, ...origin, gatewayMac },
        targets: { second: { switchPort: 2, ...target } },
      },
    };
    const start = () => new Run({}, config, target, ends);
    const toOrigin = {
      port: 1,
      frame: { ethernet: { src: gatewayMac, dst: origin.mac } },
      tcp: { srcPort: 33333, dstPort: 8080, checksumValid: true },
    };

    it("gets the handshake, and answers as the service", () => {
      const run = start().syn();
      expect(run.sent).toMatchObject([toOrigin]);
      const { ipv4, ipv6 } = run.sent[0]?.frame ?? {};
      expect((ipv4 ?? ipv6)?.dst).toBe(origin.ip);
      run.synAck();
      expect(run.sent).toMatchObject([
        {
          port: 3,
          frame: { ethernet: { src: ends.server.mac, dst: ends.client.mac } },
          tcp: { srcPort: 11111, seq: 5000, ack: 1001, checksumValid: true },
        },
      ]);
      expect(run.client({}).sent).toMatchObject([toOrigin]);
    });

    it("gets the held data after a verdict to forward", () => {
      const run = start().toForwarded();
      expect(run.sent).toMatchObject([{ ...toOrigin, frame: { ...toOrigin.frame, payload: letters(18) } }]);
    });

    it("is stopped and reset at its own address, and again with the number of its challenge ACK", () => {
      const run = start().toArm();
      const { ipv6 } = run.state?.connection.ipVersion === 6 ? { ipv6: true } : { ipv6: false };
      expect(matchesOf(run, "guard")).toMatchObject({
        inPort: 1,
        [ipv6 ? "ipv6Src" : "ipv4Src"]: origin.ip,
        [ipv6 ? "ipv6Dst" : "ipv4Dst"]: ends.client.ip,
        tcpSrc: 8080,
        tcpDst: 33333,
      });
      run.barrier();
      if (dataPlane === "actions") run.barrier();
      const reset = run.sent.at(-1);
      expect(reset).toMatchObject({ ...toOrigin, tcp: { dstPort: 8080, seq: 1001, ack: 5001, flags: RST | ACK } });
      run.origin({ seq: 5001, ack: 1006 });
      expect(run.sent).toMatchObject([{ ...toOrigin, tcp: { dstPort: 8080, seq: 1006, ack: 5001, flags: RST | ACK } }]);
      expect(run.reports).toEqual(["ORIGIN_RESET_AGAIN"]);
    });

    it("gets an exact reset when the client gives up", () => {
      const run = start().toHold().client({ seq: 1019, ack: 0, flags: RST });
      expect(run.sent).toMatchObject([{ ...toOrigin, tcp: { dstPort: 8080, seq: 1001 } }]);
      expect(run.phase).toBe("dead");
    });
  });
});

describe("a VLAN", () => {
  const tag = (vid: number, pcp = 0): VlanTag => ({ tpid: 0x8100, pcp, dei: false, vid });
  const place = { switchPort: 2, vlan: 20 };

  it("of server 1's is matched as its answer shows it, also where that is only a priority", () => {
    const ends = { vlans: [], originVlans: [tag(0, 3)] };
    const run = new Run({}, undefined, undefined, ends).toArm();
    expect(matchesOf(run, "guard")).toMatchObject({ vlanVid: 0x1000 });
    expect(matchesOf(run, "reverse")).toMatchObject({ vlanVid: 0x1000 });
    const plain = new Run({}, undefined, undefined, ends).toFwdArm();
    expect(matchesOf(plain, "plainToServer")).toMatchObject({ vlanVid: 0 });
    expect(matchesOf(plain, "plainToClient")).toMatchObject({ vlanVid: 0x1000 });
  });

  it("is changed on the way, with the priority that is there", () => {
    const config: ConnectionConfig = {
      dataPlane: "software",
      service: { origin: { switchPort: 1, vlan: 20 }, targets: { second: place } },
    };
    const run = new Run({}, config, undefined, { vlans: [tag(7, 5)], originVlans: [tag(20, 2)] });
    run.syn();
    expect(run.sent[0]?.frame.ethernet.vlans).toEqual([tag(20, 5)]);
    run.synAck();
    expect(run.sent[0]?.frame.ethernet.vlans).toEqual([tag(7, 2)]);
    run.client({}).data().verdict();
    expect(run.sent[0]?.frame.ethernet.vlans).toEqual([tag(20, 5)]);
    run.targetSynAck().barrier();
    expect(run.phase).toBe("migrated");
    expect(run.sent.map(({ port, frame }) => [port, frame.ethernet.vlans])).toEqual([
      [2, [tag(20, 5)]],
      [2, [tag(20, 5)]],
      [1, [tag(20, 5)]],
    ]);
  });

  it("that a server is not configured for makes its segments somebody else's", () => {
    const run = new Run({}, undefined, undefined, { vlans: [tag(7)], originVlans: [tag(20)] }).syn().synAck();
    expect(run).toMatchObject({ phase: "syn", reports: ["FOREIGN"] });
  });

  it("inside another one is followed, and moves only by policy", () => {
    const vlans = [{ ...tag(100), tpid: 0x88a8 }, tag(7)];
    const run = new Run({}, undefined, undefined, { vlans }).toHold().verdict();
    expect(run.phase).toBe("fwdArm");
    expect(run.barrier().sent[0]?.frame.ethernet.vlans).toEqual(vlans);
    const service = { origin: { switchPort: 1 }, targets: { second: { switchPort: 2 } } };
    const config: ConnectionConfig = { service: { ...service, policy: { stackedVlans: "match" } } };
    const moved = new Run({}, config, undefined, { vlans }).toArm();
    expect(moved.phase).toBe("arm");
    expect(matchesOf(moved, "reverse")).toMatchObject({ ethType: 0x0800, vlanVid: 0x1000 | 100, tcpDst: 33333 });
  });
});
