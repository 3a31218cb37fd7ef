import { describe, expect, it } from "vitest";
import { TcpFlags, type TcpOption } from "../../src/tcp/index.ts";
import { createModelHost, type ModelHostOptions, type TcpSettings } from "../../src/testing/index.ts";
import { client, give, numbersOf, onlySegment, SYN_ACK, server, settle, text } from "./wire-tap.ts";

const NOP = { type: "nop" };

function hosts(ofClient: TcpSettings = {}, ofServer: TcpSettings = {}) {
  const a = createModelHost({ mac: client.mac, ip: client.ip, isn: 1000, ...ofClient });
  const b = createModelHost({ mac: server.mac, ip: server.ip, isn: 5000, ...ofServer });
  return { a, b, listener: b.listen(80) };
}

function established(ofClient: TcpSettings, ofServer: TcpSettings) {
  const { a, b, listener } = hosts(ofClient, ofServer);
  const dialled = a.connect({ to: server });
  settle(a, b);
  const [accepted] = listener.connections;
  if (!accepted) throw new Error("nothing accepted");
  return { a, b, dialled, accepted };
}

describe("a handshake", () => {
  it("takes three segments with the numbers that were given", () => {
    const { a, b } = hosts();
    a.connect({ to: server, port: 33333 });
    const syn = a.take();
    b.receive(syn[0] ?? new Uint8Array());
    const synAck = onlySegment(b);
    expect(synAck.tcp).toMatchObject({ flags: SYN_ACK, seq: 5000, ack: 1001, srcPort: 80, dstPort: 33333 });
    give(a, { from: server, to: client, flags: SYN_ACK, seq: 5000, ack: 1001, window: 65160 });
    expect(numbersOf(a)).toEqual([[TcpFlags.ack, 1001, 5001, 0]]);
  });

  it("wraps around", () => {
    const { dialled, accepted } = established({ isn: 0xffffffff }, { isn: 0xffffffff });
    expect([dialled.sndNxt, dialled.rcvNxt, accepted.sndNxt, accepted.rcvNxt]).toEqual([0, 0, 0, 0]);
    expect([dialled.state, accepted.state]).toEqual(["established", "established"]);
  });

  it.each<[string, TcpSettings, unknown[]]>([
    ["by default", {}, [{ type: "mss", value: 1460 }, NOP, { type: "windowScale", shift: 7 }]],
    ["with nothing", { mss: false, windowScale: false }, []],
    [
      "with SACK",
      { sackPermitted: true },
      [{ type: "mss", value: 1460 }, NOP, NOP, { type: "sackPermitted" }, NOP, { type: "windowScale", shift: 7 }],
    ],
    [
      "with timestamps",
      { timestamps: true, timestampBase: 700, windowScale: false },
      [{ type: "mss", value: 1460 }, NOP, NOP, { type: "timestamps", value: 700, echo: 0 }],
    ],
    [
      "with everything",
      { mss: 1400, sackPermitted: true, timestamps: true, windowScale: 10 },
      [
        { type: "mss", value: 1400 },
        { type: "sackPermitted" },
        { type: "timestamps", value: 0, echo: 0 },
        NOP,
        { type: "windowScale", shift: 10 },
      ],
    ],
  ])("offers the options of its settings %s", (_, settings, options) => {
    const { a } = hosts(settings);
    a.connect({ to: server });
    expect(onlySegment(a).tcp.options).toEqual(options);
  });

  it.each<[string, TcpSettings, TcpSettings, object]>([
    ["window scale", { windowScale: 5 }, { windowScale: 9 }, { peerWindowScale: 9 }],
    ["no window scale on the one side", { windowScale: false }, {}, { peerWindowScale: undefined }],
    ["no window scale on the other", {}, { windowScale: false }, { peerWindowScale: undefined }],
    ["timestamps", { timestamps: true }, { timestamps: true }, { timestamps: true }],
    ["no timestamps", { timestamps: true }, {}, { timestamps: false }],
    ["no timestamps that were not offered", {}, { timestamps: true }, { timestamps: false }],
    ["SACK", { sackPermitted: true }, { sackPermitted: true }, { sackPermitted: true }],
    ["no SACK", {}, { sackPermitted: true }, { sackPermitted: false }],
    ["ECN", { ecn: true }, { ecn: true }, { ecn: true }],
    ["no ECN", { ecn: true }, {}, { ecn: false }],
    ["the MSS of the peer", {}, { mss: 900 }, { peerMss: 900 }],
    ["536 when the peer tells none", {}, { mss: false }, { peerMss: 536 }],
  ])("agrees on %s", (_, ofClient, ofServer, agreed) => {
    const { dialled, accepted } = established(ofClient, ofServer);
    expect(dialled).toMatchObject(agreed);
    for (const name of ["timestamps", "sackPermitted", "ecn"] as const) expect(accepted[name]).toBe(dialled[name]);
    expect(accepted.peerWindowScale === undefined).toBe(dialled.peerWindowScale === undefined);
  });

  it("asks for ECN with ECE and CWR, and is answered with ECE", () => {
    const { a, b } = hosts({ ecn: true }, { ecn: true });
    a.connect({ to: server });
    const [syn] = a.take();
    b.receive(syn ?? new Uint8Array());
    expect(onlySegment(b).tcp.flags).toBe(SYN_ACK | TcpFlags.ece);
  });

  it("does not answer with options that the SYN lacks", () => {
    const { b } = hosts({}, { timestamps: true, sackPermitted: true, ecn: true });
    give(b, { flags: TcpFlags.syn, seq: 1000 });
    expect(onlySegment(b).tcp).toMatchObject({ flags: SYN_ACK, options: [{ type: "mss", value: 1460 }] });
  });

  it("repeats the SYN and gives up", () => {
    const { a } = hosts({ maxRetransmissions: 2 });
    const connection = a.connect({ to: server });
    const first = onlySegment(a);
    a.advance(199);
    expect(a.take()).toEqual([]);
    a.advance(200);
    expect(onlySegment(a)).toEqual(first);
    a.advance(10_000);
    expect(a.take()).toHaveLength(1);
    expect(connection).toMatchObject({ state: "closed", error: "timeout" });
  });

  it("repeats the SYN-ACK by time and for each repeated SYN", () => {
    const { b, listener } = hosts();
    give(b, { flags: TcpFlags.syn, seq: 1000 });
    const first = onlySegment(b);
    give(b, { flags: TcpFlags.syn, seq: 1000 });
    expect(onlySegment(b)).toEqual(first);
    b.advance(200);
    expect(onlySegment(b)).toEqual(first);
    expect(listener.connections).toHaveLength(1);
  });

  it("is refused where nobody listens", () => {
    const { a, b } = hosts();
    const connection = a.connect({ to: { ...server, port: 81 } });
    settle(a, b);
    expect(connection).toMatchObject({ state: "closed", error: "refused" });
  });

  it("opens from both sides at once", () => {
    const a = createModelHost({ mac: client.mac, ip: client.ip, isn: 100 });
    const b = createModelHost({ mac: server.mac, ip: server.ip, isn: 300 });
    const one = a.connect({ to: server, port: client.port });
    const other = b.connect({ to: client, port: server.port });
    settle(a, b);
    one.send(text.encode("hello"));
    settle(a, b);
    expect([one.state, other.state]).toEqual(["established", "established"]);
    expect(other.received).toEqual(text.encode("hello"));
  });

  it("takes no data out of a SYN", () => {
    const { b } = hosts();
    give(b, { flags: TcpFlags.syn, seq: 1000, payload: text.encode("early") });
    expect(numbersOf(b)).toEqual([[SYN_ACK, 5000, 1001, 0]]);
  });

  it("is told from a wrong acknowledgment by a reset with its number", () => {
    const { a, b, listener } = hosts();
    give(b, { flags: TcpFlags.syn, seq: 1000 });
    b.take();
    give(b, { flags: TcpFlags.ack, seq: 1001, ack: 7777 });
    expect(numbersOf(b)).toEqual([[TcpFlags.rst, 7777, 0, 0]]);
    expect(listener.connections[0]?.state).toBe("synReceived");
    const dialled = a.connect({ to: server, port: client.port });
    a.take();
    give(a, { from: server, to: client, flags: SYN_ACK, seq: 5000, ack: 4242 });
    expect(numbersOf(a)).toEqual([[TcpFlags.rst, 4242, 0, 0]]);
    expect(dialled.state).toBe("synSent");
  });
});

describe("a segment of no connection", () => {
  it.each<[string, number, number, number, [number, number, number, number][]]>([
    ["an ACK", TcpFlags.ack, 9, 70, [[TcpFlags.rst, 70, 0, 0]]],
    ["a SYN to a closed port", TcpFlags.syn, 9, 0, [[TcpFlags.rst | TcpFlags.ack, 0, 10, 0]]],
    ["a RST", TcpFlags.rst, 9, 0, []],
  ])("is answered as RFC 9293 §3.10.7.1 says: %s", (_, flags, seq, ack, answer) => {
    const host = createModelHost({ mac: server.mac, ip: server.ip });
    give(host, { flags, seq, ack });
    expect(numbersOf(host)).toEqual(answer);
  });

  it("is answered by a listener, too, unless it is a SYN", () => {
    const { b, listener } = hosts();
    give(b, { flags: TcpFlags.ack, seq: 9, ack: 70 });
    expect(numbersOf(b)).toEqual([[TcpFlags.rst, 70, 0, 0]]);
    expect(listener.connections).toEqual([]);
  });
});

it("accepts the TCP options of an unknown kind without ado", () => {
  const { b, listener } = hosts();
  const options: TcpOption[] = [{ type: "unknown", kind: 200, data: new Uint8Array(2) }];
  give(b, { flags: TcpFlags.syn, seq: 1000, options });
  expect(listener.connections).toHaveLength(1);
});

it.each<[string, Partial<ModelHostOptions>, RegExp]>([
  ["mac", { mac: "nonsense" }, /^mac /],
  ["ip", { ip: [] }, /^ip /],
  ["ip of no kind", { ip: "10.0.0" }, /^ip /],
  ["isn", { isn: -1 }, /^isn /],
  ["windowScale", { windowScale: 15 }, /^windowScale /],
  ["receiveWindow", { receiveWindow: 0 }, /^receiveWindow /],
  ["rtoMs", { rtoMs: 0 }, /^rtoMs /],
  ["mss", { mss: 0 }, /^mss /],
])("names a wrong option: %s", (_, wrong, message) => {
  expect(() => createModelHost({ mac: server.mac, ip: server.ip, ...wrong })).toThrow(message);
});
