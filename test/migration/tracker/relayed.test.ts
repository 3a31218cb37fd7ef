/** Connections beside those that are tracked: who gets whose segments. */
import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../../src/tcp/index.ts";
import { ACK, clientAt, DPID, FIN, plainConfig, ports, RST, SYN, TrackerRun, talk } from "./scene.ts";

describe("the number of a relayed connection", () => {
  it("is not given to a tracked connection", () => {
    const run = new TrackerRun({ ...plainConfig, budgets: { connections: 1 } });
    const a = talk({ from: clientAt("10.1.0.1", 1001) });
    const b = talk({ from: clientAt("10.2.0.2", 1002) });
    const c = talk({ from: clientAt("10.3.0.3", 1003) });
    run.handshake(a); // fills the table
    run.handshake(b); // relayed, gets plain flows
    const cookie = run.effects.flatMap((e) => (e.type === "flowMod" ? [e.message.cookie & 0xffff_ffffn] : []))[0];
    run.client(a, { flags: RST | ACK }); // room again
    run.migrate(c);
    const serial = [...run.tracker.connections()][0]?.serial;
    expect(BigInt(serial ?? 0)).not.toBe(cookie);
  });

  it("the end of a relayed connection does not end a moved one", () => {
    const run = new TrackerRun({ ...plainConfig, budgets: { connections: 1 } });
    const a = talk({ from: clientAt("10.1.0.1", 1001) });
    const b = talk({ from: clientAt("10.2.0.2", 1002) });
    const c = talk({ from: clientAt("10.3.0.3", 1003) });
    run.handshake(a);
    run.handshake(b);
    const cookies = run.effects.flatMap((e) => (e.type === "flowMod" ? [e.message.cookie] : []));
    run.client(a, { flags: RST | ACK });
    run.migrate(c);
    expect(run.phase(c)).toBe("migrated");
    // b closes: fin_timeout removes its two plain flows, reason idle
    for (const cookie of cookies) run.event({ type: "flowRemoved", at: run.at, dpid: DPID, cookie, reason: 0 });
    expect(run.phase(c)).toBe("migrated");
  });
});

describe("the same addresses and ports by another port of the switch", () => {
  it("held data does not reach server 1 by another port", () => {
    const run = new TrackerRun();
    run.handshake(talk()).request(talk());
    expect(run.phase(talk())).toBe("hold");
    // The client roams: its retransmission comes in by port 9.
    run.request(talk({ inPort: 9 }));
    const toOrigin = run.sent.filter(({ port }) => port === ports.origin);
    run.verdict(talk()).target(talk(), { seq: 3000, flags: SYN | ACK });
    run.barrier().barrier();
    expect(run.phase(talk())).toBe("migrated");
    expect(toOrigin).toEqual([]); // otherwise the request has run on both
  });

  it("a moved connection's data does not reach server 1 by another port", () => {
    const run = new TrackerRun().migrate(talk());
    run.client(talk({ inPort: 9 }), { seq: 1019, payload: Uint8Array.of(1) });
    expect(run.sent.filter(({ port }) => port === ports.origin)).toEqual([]);
  });

  it("a forged SYN from another port does not take server 1's answer from the client", () => {
    const run = new TrackerRun();
    run.client(talk({ inPort: 9, x: 77 }), { seq: 77, ack: 0, flags: SYN });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 5000, flags: SYN | ACK });
    expect(run.sent.map(({ port }) => port)).toEqual([ports.client]);
    expect(run.roles).toEqual([]);
  });
});

describe("a connection that was there before the tracker", () => {
  it("is not taken over by a forged ACK from another port", () => {
    const run = new TrackerRun();
    run.client(talk(), { seq: 1019, ack: 5001, payload: Uint8Array.of(1) });
    run.client(talk({ inPort: 9 }), { seq: 3, ack: 4 });
    run.origin(talk(), { ack: 1020, payload: Uint8Array.of(1) });
    expect(run.sent.map(({ port }) => port)).toEqual([ports.client]);
  });
});

describe("a left-over trap of software shifting", () => {
  it("do not keep a client from beginning a connection", () => {
    const run = new TrackerRun().back();
    run.flows([]);
    // A left-over trap of software shifting (role forward) shows the SYN.
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN }, 0x544d_0001_0000_0009n);
    expect(run.sent.map(({ port }) => port)).toEqual([ports.origin]);
  });
});

describe("a connection that server 1 answers", () => {
  it("is not interrupted by a forged SYN, though it is not tracked", () => {
    const run = new TrackerRun();
    run.client(talk(), { seq: 1019, ack: 5001, payload: Uint8Array.of(1) });
    run.origin(talk(), { ack: 1020 });
    expect(run.sent.map(({ port }) => port)).toEqual([ports.client]);
    run.client(talk(), { seq: 77, ack: 0, flags: SYN });
    expect(run.tracker.stats().connections).toBe(0);
    run.client(talk(), { seq: 1020, ack: 5001, payload: Uint8Array.of(2) });
    expect(run.sent.map(({ port }) => port)).toEqual([ports.origin]);
  });
});

describe("a connection that begins before the switch has told its flows", () => {
  it("is relayed to a server 1 of addresses of its own, too, handshake and request", () => {
    const origin = { switchPort: ports.origin, mac: "00:00:00:00:00:11", ip: "10.0.0.11", port: 8080 };
    const services = { web: { vip: { ip: "10.0.0.1", port: 80, mac: "00:00:00:00:00:01" }, origin, targets: {} } };
    const run = new TrackerRun({ ...plainConfig, services }).back();
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    expect(run.sent.map(({ port }) => port)).toEqual([ports.origin]);
    run.origin({ ...talk(), to: origin }, { seq: 5000, flags: SYN | ACK });
    expect(run.sent.map(({ port }) => port)).toEqual([ports.client]);
    run.client(talk());
    expect(run.sent).toMatchObject([
      { port: ports.origin, frame: { ipv4: { dst: origin.ip }, tcp: { dstPort: 8080 } } },
    ]);
    run.request(talk());
    expect(run.sent.map(({ port }) => port)).toEqual([ports.origin]);
  });
});

describe("somebody else who speaks as the client of a connection that is relayed", () => {
  const forger = talk({ inPort: 9, x: 77 });
  const sentTo = (run: TrackerRun) => run.sent.map(({ port }) => port);
  const relaying = () => new TrackerRun({ ...plainConfig, budgets: { connections: 0 } });

  const left = (run: TrackerRun) => run.types.filter((type) => type === "unclaimed").length;

  it("keeps neither server 1's challenge nor its SYN-ACK from the client, and gets nothing more once the client answers", () => {
    const run = relaying();
    run.client(forger, { seq: 77, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 4000, ack: 78, flags: SYN | ACK });
    expect(sentTo(run)).toEqual([9]);
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    // RFC 5961 §4.2: server 1 waits for 78. The rest of the network knows where the client is, who resets that.
    run.origin(talk(), { seq: 4001, ack: 78 });
    expect([sentTo(run), left(run)]).toEqual([[], 1]);
    run.client(talk(), { seq: 78, ack: 0, flags: RST });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 5000, ack: 1001, flags: SYN | ACK });
    expect(sentTo(run)).toEqual([ports.client]);
    run.client(talk());
    run.origin(talk(), { payload: Uint8Array.of(1) });
    expect(sentTo(run)).toEqual([ports.client]);
  });

  it("does not learn the numbers of a connection from the challenge to its SYN", () => {
    // Relayed, then tracked.
    for (const run of [relaying(), new TrackerRun()]) {
      run.client(forger, { seq: 77, ack: 0, flags: SYN });
      // Server 1 has sent up to 5018 and waits for 1019: with 1019 the forger could end the connection (RFC 5961 §3.2).
      run.origin(talk(), { seq: 5019, ack: 1019 });
      expect([sentTo(run), left(run)]).toEqual([[], 1]);
      run.origin(talk(), { seq: 5019, ack: 1019, payload: Uint8Array.of(1) });
      expect([sentTo(run), left(run)]).toEqual([[], 1]);
      run.origin(talk(), { seq: 5020, ack: 1019, flags: FIN | ACK });
      expect([sentTo(run), left(run)]).toEqual([[], 1]);
      // This one is about its own SYN.
      run.origin(talk(), { seq: 0, ack: 78, flags: RST | ACK });
      expect([sentTo(run), left(run)]).toEqual([[9], 0]);
    }
  });

  it("gets nothing of a connection that was there before the tracker", () => {
    const run = relaying();
    run.client(forger, { seq: 77, ack: 0, flags: SYN });
    // Its client only listens: the rest of the network knows where it is.
    run.origin(talk(), { seq: 5001, ack: 1019, flags: FIN | ACK });
    expect([run.types, run.sent]).toEqual([["unclaimed"], []]);
    run.client(talk(), { seq: 1019, ack: 5001, payload: Uint8Array.of(1) });
    // About something that the client has sent before: nobody has shown yet that it is meant.
    run.origin(talk(), { seq: 5001, ack: 1019, payload: Uint8Array.of(1) });
    expect([run.types, run.sent]).toEqual([["unclaimed"], []]);
    run.origin(talk(), { seq: 5002, ack: 1020 });
    expect(sentTo(run)).toEqual([ports.client]);
    run.client(forger, { seq: 77, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 5002, ack: 1020 });
    expect(sentTo(run)).toEqual([ports.client]);
  });

  it("gets nothing of a silent client's", () => {
    const run = relaying();
    run.client(forger, { seq: 77, ack: 5001 });
    run.origin(talk(), { seq: 5001, ack: 1019, payload: Uint8Array.of(1) });
    // The rest of the network knows where the client is, who acknowledges it.
    expect([sentTo(run), run.types]).toEqual([[], ["unclaimed"]]);
    run.client(talk(), { seq: 1019, ack: 5002 });
    run.origin(talk(), { seq: 5002, ack: 1019, payload: Uint8Array.of(2) });
    expect([sentTo(run), run.types]).toEqual([[ports.client], ["packetOut"]]);
  });

  it("gets nothing of a client that has several segments under way", () => {
    const run = relaying();
    run.client(talk(), { seq: 1019, ack: 5001, payload: Uint8Array.of(1) });
    run.client(talk(), { seq: 1020, ack: 5001, payload: Uint8Array.of(2) });
    run.client(forger, { seq: 3, ack: 4 });
    // The first of the two is acknowledged: that is the client's.
    run.origin(talk(), { seq: 5001, ack: 1020, payload: new Uint8Array(5) });
    expect(sentTo(run)).toEqual([ports.client]);
    // Even with the right numbers, which it cannot know.
    run.client(forger, { seq: 1021, ack: 5006, payload: Uint8Array.of(3) });
    run.origin(talk(), { seq: 5006, ack: 1022, payload: new Uint8Array(5) });
    expect(sentTo(run)).toEqual([ports.client]);
  });

  it("does not push the client out with many Ethernet addresses, nor get the answer to its SYN", () => {
    const run = relaying();
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    for (const last of [1, 2, 3, 4, 5]) {
      const from = { ...talk().from, mac: `00:00:00:00:09:0${last}` };
      run.client(talk({ inPort: 9, from }), { seq: 3, ack: 4 });
    }
    run.origin(talk(), { seq: 5000, ack: 1001, flags: SYN | ACK });
    expect(sentTo(run)).toEqual([ports.client]);
    run.origin(talk(), { seq: 7000, ack: 9001, flags: SYN | ACK });
    expect([sentTo(run), run.types]).toEqual([[], ["unclaimed"]]);
  });

  it("is not tracked instead of it: the rest of the network brings the client the challenge to its own SYN", () => {
    const run = new TrackerRun();
    run.client(forger, { seq: 77, ack: 0, flags: SYN });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 4000, ack: 78, flags: SYN | ACK });
    expect(sentTo(run)).toEqual([9]);
    run.origin(talk(), { seq: 4001, ack: 78 });
    expect([sentTo(run), left(run)]).toEqual([[9], 1]);
    run.client(talk(), { seq: 78, ack: 0, flags: RST });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 5000, ack: 1001, flags: SYN | ACK });
    expect(sentTo(run)).toEqual([ports.client]);
  });

  it("is not carried by the switch instead of the client when server 1 answers an older connection's SYN", () => {
    const run = new TrackerRun();
    run.client(forger, { seq: 77, ack: 0, flags: SYN });
    // 78 would be its own.
    run.origin(talk(), { seq: 4000, ack: 901, flags: SYN | ACK });
    expect([run.roles, sentTo(run), left(run)]).toEqual([[], [], 1]);
  });

  it("has to be one of four: the last ones that spoke", () => {
    const run = relaying();
    for (const inPort of [11, 12, 13, 14, 15])
      run.client(talk({ inPort, x: inPort }), { seq: inPort, ack: 0, flags: SYN });
    run.origin(talk(), { seq: 4001, ack: 12, flags: RST | ACK });
    expect([sentTo(run), left(run)]).toEqual([[], 1]);
    run.origin(talk(), { seq: 4001, ack: 14, flags: RST | ACK });
    expect(sentTo(run)).toEqual([13]);
  });
});

describe("a client that is relayed and goes to another port of the switch", () => {
  const sentTo = (run: TrackerRun) => run.sent.map(({ port }) => port);
  const relaying = () => new TrackerRun({ ...plainConfig, budgets: { connections: 0 } });
  const there = talk({ inPort: 9 });

  it("gets flows of its own when it completes its handshake there", () => {
    const run = relaying().handshake(talk());
    const before = run.effects.flatMap((e) => (e.type === "flowMod" ? [e.message.cookie] : []));
    run.client(there);
    const flows = run.effects.flatMap((e) => (e.type === "flowMod" ? [e.message] : []));
    expect(flows.map(({ match }) => match.inPort)).toEqual([9, ports.origin]);
    expect(flows.filter(({ cookie }) => before.includes(cookie))).toEqual([]);
    // Not again for what was under way.
    run.client(there);
    expect(run.types).toEqual(["packetOut"]);
  });

  it("is found there when nothing was heard of the old place for a minute", () => {
    const run = relaying();
    run.client(talk(), { seq: 1019, ack: 5001, payload: Uint8Array.of(1) });
    run.origin(talk(), { seq: 5001, ack: 1020 });
    expect(sentTo(run)).toEqual([ports.client]);
    for (const seconds of [20, 40, 61]) {
      run.settle(seconds * 1000 - run.at);
      run.client(there, { seq: 1020, ack: 5001, payload: Uint8Array.of(2) });
      run.origin(talk(), { seq: 5001, ack: 1021 });
      expect(sentTo(run)).toEqual([seconds < 60 ? ports.client : 9]);
    }
  });
});

describe("server 1 behind a router and in a VLAN of its own", () => {
  const origin = {
    ...{ switchPort: ports.origin, mac: "00:00:00:00:00:11", ip: "10.0.0.11", port: 8080 },
    ...{ gatewayMac: "00:00:00:00:00:fe", vlan: 20 },
  };
  const services = { web: { vip: { ip: "10.0.0.1", port: 80, mac: "00:00:00:00:00:01" }, origin, targets: {} } };
  const router = { ...talk().from, mac: "00:00:00:00:00:fe" };
  const challenge = (run: TrackerRun) => {
    const tags = (vid: number) => ({ vlans: [{ tpid: 0x8100, pcp: 0, dei: false, vid }] });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN, ...tags(10) });
    run.origin({ ...talk(), from: router, to: origin }, { seq: 9000, ack: 301, ...tags(20) });
    return run.effects.flatMap((effect) => (effect.type === "unclaimed" ? [decodeFrame(effect.frame)] : []));
  };
  const from = { ipv4: { src: "10.0.0.1" }, tcp: { srcPort: 80, seq: 9000, ack: 301 } };

  it("does not know where the client is: its challenge goes to where one has spoken", () => {
    const ethernet = { src: "00:00:00:00:00:01", dst: talk().from.mac, vlans: [{ vid: 10 }] };
    expect(challenge(new TrackerRun({ ...plainConfig, services }))).toMatchObject([{ ethernet, ...from }]);
    const relaying = new TrackerRun({ ...plainConfig, services, budgets: { connections: 0 } });
    expect(challenge(relaying)).toMatchObject([{ ethernet, ...from }]);
  });

  it("but to the Ethernet address that the client is known to have", () => {
    const macOf = (ip: string, vlans: readonly number[]) =>
      ip === talk().from.ip && vlans[0] === 10 ? "00:00:00:00:00:77" : undefined;
    const ethernet = { src: "00:00:00:00:00:01", dst: "00:00:00:00:00:77", vlans: [{ vid: 10 }] };
    expect(challenge(new TrackerRun({ ...plainConfig, services, macOf }))).toMatchObject([{ ethernet, ...from }]);
  });
});

describe("server 1 of two services, which has an address of its own", () => {
  const origin = { switchPort: ports.origin, mac: "00:00:00:00:00:11", ip: "10.0.0.11", port: 8080 };
  const mac = "00:00:00:00:00:01";
  const services = {
    web: { vip: { ip: "10.0.0.1", port: 80, mac }, origin, targets: {} },
    mail: { vip: { ip: "10.0.0.1", port: 25, mac }, origin, targets: {} },
  };

  const mail = talk({ to: { mac, ip: "10.0.0.1", port: 25 } });
  const answer = { ...mail, to: origin };
  const unclaimed = (run: TrackerRun) =>
    run.effects.flatMap((effect) => (effect.type === "unclaimed" ? [decodeFrame(effect.frame).tcp?.srcPort] : []));

  it("speaks in the name of both while nothing is known, and a client's reset in the wrong one does not reach it", () => {
    const run = new TrackerRun({ ...plainConfig, services });
    run.origin(answer, { seq: 5100, ack: 1019, flags: FIN | ACK });
    expect(unclaimed(run)).toEqual([80, 25]);
    run.client(talk(), { seq: 1019, ack: 0, flags: RST });
    expect([run.codes, run.types]).toEqual([["FOREIGN"], ["report"]]);
    run.client(mail, { seq: 1019, ack: 5101 });
    expect(run.sent).toMatchObject([{ port: ports.origin, frame: { ipv4: { dst: origin.ip }, tcp: { ack: 5101 } } }]);
    // From now on it is known which one it is.
    run.origin(answer, { seq: 5100, ack: 1019, flags: FIN | ACK });
    expect(run.sent).toMatchObject([{ port: ports.client, frame: { tcp: { srcPort: 25 } } }]);
    expect(unclaimed(run)).toEqual([]);
    run.client(talk(), { seq: 1019, ack: 0, flags: RST });
    expect(run.types).toEqual(["report"]);
    run.client(mail, { seq: 1019, ack: 0, flags: RST });
    expect(run.sent).toMatchObject([{ port: ports.origin, frame: { tcp: { flags: RST } } }]);
  });

  it("may have the reset of a client that takes its SYN back, and no other of one that has spoken to both", () => {
    const run = new TrackerRun({ ...plainConfig, services, budgets: { connections: 0 } });
    // The connection is with mail. A forger behind the client's own port says that it is with web, and the client says something, too.
    run.client(talk(), { seq: 77, ack: 0, flags: SYN });
    run.client(mail, { seq: 2000, ack: 0, flags: SYN });
    run.client(talk(), { seq: 1019, ack: 0, flags: RST });
    expect([run.codes, run.types]).toEqual([["FOREIGN"], ["report"]]);
    run.client(talk(), { seq: 78, ack: 0, flags: RST });
    expect(run.sent).toMatchObject([{ port: ports.origin }]);
    // What mail's client says is answered to it, whoever spoke first.
    run.client(mail, { seq: 1019, ack: 5101, payload: Uint8Array.of(1) });
    run.origin(answer, { seq: 5101, ack: 1020 });
    expect(run.sent).toMatchObject([{ port: ports.client, frame: { tcp: { srcPort: 25 } } }]);
    run.client(mail, { seq: 1020, ack: 0, flags: RST });
    expect(run.sent).toMatchObject([{ port: ports.origin }]);
  });

  it("may have the reset of a client that uses its port again, whoever else has sent SYNs", () => {
    const run = new TrackerRun({ ...plainConfig, services, budgets: { connections: 0 } });
    run.client(talk({ inPort: 9 }), { seq: 3, ack: 0, flags: SYN });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    // RFC 5961 §4.2: server 1 has an old connection, and waits for 301.
    run.origin(answer, { seq: 9000, ack: 301 });
    expect(unclaimed(run)).toEqual([80, 25]);
    run.client(talk(), { seq: 301, ack: 0, flags: RST });
    expect(run.sent).toMatchObject([{ port: ports.origin, frame: { tcp: { seq: 301 } } }]);
  });

  it("speaks in the name of the service whose SYN it has answered", () => {
    const run = new TrackerRun({ ...plainConfig, services, budgets: { connections: 0 } });
    // Two SYNs from the same place, one of them forged: server 1 agrees to the first one, and challenges the other one.
    run.client(talk(), { seq: 77, ack: 0, flags: SYN });
    run.client(talk(), { seq: 1000, ack: 0, flags: SYN });
    run.origin(answer, { seq: 5000, ack: 78, flags: SYN | ACK });
    expect(run.sent).toMatchObject([{ port: ports.client, frame: { tcp: { srcPort: 80 } } }]);
    run.origin(answer, { seq: 5001, ack: 78 });
    expect(unclaimed(run)).toEqual([80]);
    run.client(mail, { seq: 78, ack: 0, flags: RST });
    expect([run.codes, run.types]).toEqual([["FOREIGN"], ["report"]]);
    run.client(talk(), { seq: 78, ack: 0, flags: RST });
    expect(run.sent).toMatchObject([{ port: ports.origin }]);
  });

  it("cannot tell two connections of the same client's address and port apart: the second one is relayed", () => {
    const run = new TrackerRun({ ...plainConfig, services });
    run.client(talk(), { seq: 77, ack: 0, flags: SYN });
    run.client(mail, { seq: 1000, ack: 0, flags: SYN });
    expect([run.codes, run.tracker.stats().connections]).toEqual([["NOT_TRACKED"], 1]);
    run.origin(answer, { seq: 5000, ack: 1001, flags: SYN | ACK });
    expect(run.sent).toMatchObject([{ port: ports.client, frame: { tcp: { srcPort: 25, ack: 1001 } } }]);
    run.client(mail);
    expect(run.roles).toEqual(["plainToServer", "plainToClient"]);
  });

  it("is left to the rest of the network where only one service has it", () => {
    const run = new TrackerRun({ ...plainConfig, services: { web: services.web } });
    run.origin({ ...talk(), to: origin }, { seq: 5000, flags: SYN | ACK });
    expect(unclaimed(run)).toEqual([80]);
    run.client(talk(), { seq: 1019, ack: 0, flags: RST });
    expect(run.sent).toMatchObject([{ port: ports.origin, frame: { tcp: { flags: RST } } }]);
  });
});
