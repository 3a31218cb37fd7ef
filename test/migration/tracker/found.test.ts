/** What is known of connections that a switch alone remembers, or that are only relayed. */
import { describe, expect, it } from "vitest";
import { flowKeyText, segmentFrame, TcpFlags } from "../../../src/tcp/index.ts";
import { flowsOfMove, TableRun } from "./flow-table.ts";
import { ACK, plainConfig, ports, RST, SYN, service, TrackerRun, talk } from "./scene.ts";

describe("a connection that was found again", () => {
  const found = () => {
    const run = new TrackerRun({ ...plainConfig, cookie: { epoch: 1 } }).back();
    return run.flows(flowsOfMove());
  };

  it("has server 1 reset with the number that it tells, so that the client may use the port again", () => {
    const run = found();
    expect(run.codes).toEqual(["RECOVERED"]);
    run.client(talk(), { seq: 70_000, ack: 0, flags: SYN });
    expect(run.sent).toMatchObject([{ port: ports.origin, frame: { tcp: { seq: 70_000, flags: SYN } } }]);
    // The reset of server 1 was lost with the controller, and server 1 challenges the SYN: it waits for 1019.
    run.origin(talk(), { seq: 5001, ack: 1019 });
    expect(run.sent).toMatchObject([
      { port: ports.origin, frame: { tcp: { seq: 1019, ack: 5001, flags: RST | ACK } } },
    ]);
    run.client(talk(), { seq: 70_000, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 9000, ack: 70_001, flags: SYN | ACK });
    run.client(talk(), { seq: 70_001, ack: 9001 });
    expect(run.codes).toContain("PROMOTED");
    expect(run.phase(talk())).toBe("ready");
  });

  it("does not have server 1 reset where it has answered the client's next SYN", () => {
    const run = found();
    run.client(talk(), { seq: 70_000, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 9000, ack: 70_001, flags: SYN | ACK });
    run.origin(talk(), { seq: 9001, ack: 70_001 });
    expect(run.sent.filter(({ port }) => port === ports.origin)).toEqual([]);
  });

  it("has it reset three times and no more", () => {
    const run = found();
    const resets = Array.from({ length: 5 }, () => run.origin(talk(), { seq: 5001, ack: 1019 }).sent.length);
    expect(resets).toEqual([1, 1, 1, 0, 0]);
  });

  it("is named by what is said of it and sent for it", () => {
    const { effects } = found();
    const about = effects.map((effect) => [
      effect.type === "flowMod" ? effect.role : effect.type,
      effect.about && flowKeyText(effect.about.key),
    ]);
    const connection = "10.0.0.3:33333>10.0.0.1:80";
    expect(about.slice(0, -1)).toEqual([
      ["report", connection],
      // Its flows that last, with a cookie of this controller.
      ...["targetRstTrap", "guard", "clientSynTrap", "targetSynTrap", "reverse", "forward"].map((role) => [
        role,
        connection,
      ]),
    ]);
    // One barrier for all connections.
    expect(about.at(-1)).toEqual(["barrier", undefined]);
    expect(effects[0]?.about).toMatchObject({ service: "web", generation: 1 });
  });
});

describe("a connection that is only relayed", () => {
  it("stays so when its switch comes back, whatever flows are left of it", () => {
    const run = new TableRun({ ...plainConfig, budgets: { connections: 0 } });
    run.handshake(talk());
    expect(run.table.all).toHaveLength(2);
    run.lost().back();
    // The switch had no room for the flow to the client.
    run.flows(run.table.all.filter(({ match }) => match.inPort === ports.client));
    expect(run.codes).toEqual([]);
    run.origin(talk(), { payload: Uint8Array.of(1) });
    expect(run.sent).toMatchObject([{ port: ports.client, frame: { tcp: { seq: 5001, ack: 1001 } } }]);
  });

  it("gets nothing from a target", () => {
    const run = new TrackerRun({ ...plainConfig, budgets: { connections: 0 } }).handshake(talk());
    run.target(talk(), { seq: 3001, ack: 1001, payload: Uint8Array.of(1) });
    expect(run.sent.filter(({ port }) => port === ports.client)).toEqual([]);
  });
});

describe("a connection of which only the flow to server 1 is left", () => {
  const origin = { switchPort: ports.origin, mac: "00:00:00:00:00:11", ip: "10.0.0.11", port: 8080 };
  const vip = { ip: "10.0.0.1", port: 80, mac: "00:00:00:00:00:01" };
  const services = { web: { vip, origin, targets: {} } };

  it("is answered by the Ethernet address of the service, and the client's as server 1 uses it", () => {
    const before = new TableRun({ ...plainConfig, services, budgets: { connections: 0 } });
    before.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    before.origin({ ...talk(), to: origin }, { seq: 5000, flags: SYN | ACK });
    before.client(talk());
    const [toServer] = before.table.all.filter(({ match }) => match.inPort === ports.client);
    const run = new TrackerRun({ ...plainConfig, services, cookie: { epoch: 1 } }).back();
    run.flows(toServer ? [toServer] : []);
    expect(run.codes).toContain("RECOVERED");
    run.origin({ ...talk(), to: origin }, { payload: Uint8Array.of(1) });
    const ethernet = { src: vip.mac, dst: talk().from.mac };
    expect(run.sent).toMatchObject([{ port: ports.client, frame: { ethernet, ipv4: { src: vip.ip } } }]);
  });
});

describe("a connection inside two VLAN tags", () => {
  const tag = (tpid: number, vid: number) => ({ tpid, pcp: 0, dei: false, vid });
  const vlans = [tag(0x88a8, 100), tag(0x8100, 7)];
  const config = {
    ...plainConfig,
    dataPlane: "software",
    services: {
      web: { ...service, policy: { stackedVlans: "match" } },
    },
  } as const;

  it("is known again by its outer tag, and by both once a segment has shown them", () => {
    const before = new TableRun(config);
    before.client(talk(), { seq: 1000, ack: 0, flags: SYN, vlans });
    before.origin(talk(), { seq: 5000, flags: SYN | ACK, vlans });
    before.client(talk(), { vlans }).client(talk(), { vlans, payload: Uint8Array.of(1, 2, 3) });
    const key = { vlans: [100, 7], src: "10.0.0.3", dst: "10.0.0.1", srcPort: 33_333, dstPort: 80 };
    before.event({ type: "verdict", at: 0, verdict: { action: "migrate", key } });
    before.target(talk(), { seq: 3000, flags: SYN | ACK, vlans }).barrier();
    expect(before.phase(talk())).toBe("migrated");
    const run = new TrackerRun({ ...config, cookie: { epoch: 1 } }).back().flows(before.table.all);
    expect(run.codes).toContain("RECOVERED");
    // Somebody else with another inner tag, at another port.
    run.client(talk({ inPort: 9 }), { vlans: [tag(0x88a8, 100), tag(0x8100, 666)], seq: 3, ack: 4 });
    // D = 5001 - 3001
    run.client(talk(), { vlans, seq: 1004, ack: 5001 });
    expect(run.sent).toMatchObject([
      { port: ports.target, frame: { ethernet: { vlans }, tcp: { seq: 1004, ack: 3001 } } },
    ]);
    run.target(talk(), { vlans, ack: 1004, payload: Uint8Array.of(9) });
    expect(run.sent).toMatchObject([
      { port: ports.client, frame: { ethernet: { vlans }, tcp: { seq: 5001, ack: 1004 } } },
    ]);
  });
});

describe.each(["actions", "software"] as const)("a new server that does without ECN, shifted by %s", (dataPlane) => {
  const services = { web: { ...service, policy: { ecnMismatch: "clear" } } } as const;
  const config = { ...plainConfig, dataPlane, services };
  const ecn = TcpFlags.ece | TcpFlags.cwr;

  it("gets no marks after a restart either", () => {
    const before = new TableRun(config);
    before.client(talk(), { seq: 1000, ack: 0, flags: SYN | ecn });
    before.origin(talk(), { seq: 5000, flags: SYN | ACK | TcpFlags.ece });
    before.client(talk()).request(talk()).verdict(talk());
    before.target(talk(), { seq: 3000, flags: SYN | ACK }).barrier();
    expect(before.codes).not.toContain("FORWARDED");
    const run = new TrackerRun({ ...config, cookie: { epoch: 1 } }).back().flows(before.table.all);
    expect(run.codes).toContain("RECOVERED");
    const frame = segmentFrame({ from: talk().from, to: talk().to, seq: 1019, ack: 5001, flags: ACK, window: 502 });
    const marked = frame.ipv4 && { ...frame, ipv4: { ...frame.ipv4, ecn: 3 } };
    run.packet(ports.client, marked ?? frame);
    expect(run.sent).toMatchObject([{ port: ports.target, frame: { ipv4: { ecn: 0 }, tcp: { ack: 3001 } } }]);
  });
});
