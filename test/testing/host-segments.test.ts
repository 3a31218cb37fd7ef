import { describe, expect, it } from "vitest";
import { TcpFlags, type TcpOption } from "../../src/tcp/index.ts";
import { createModelHost, type ModelHost, type TcpSettings } from "../../src/testing/index.ts";
import { add, client, give, numbersOf, onlySegment, pattern, server, text } from "./wire-tap.ts";

const ACK = TcpFlags.ack;
const RST = TcpFlags.rst;
const DATA = TcpFlags.ack | TcpFlags.psh;

/** A server with one connection whose peer is the test: client ISN 1000, server ISN 5000. */
function accepted(settings: TcpSettings = {}, synOptions: readonly TcpOption[] = []) {
  const host = createModelHost({ mac: server.mac, ip: server.ip, isn: 5000 });
  const { connections } = host.listen(80, { closesWithPeer: false, ...settings });
  const isn = settings.isn ?? 5000;
  const options = synOptions.filter(({ type }) => type === "timestamps");
  give(host, { flags: TcpFlags.syn, seq: 1000, options: synOptions });
  give(host, { flags: ACK, seq: 1001, ack: add(isn, 1), options });
  host.take();
  const [connection] = connections;
  if (connection?.state !== "established") throw new Error("not established");
  return { host, connection };
}

function stamps(value: number, echo: number): TcpOption[] {
  return [{ type: "timestamps", value, echo }];
}

function giveData(host: ModelHost, seq: number, data: string, ack = 5001, window = 65_535): void {
  give(host, { flags: DATA, seq, ack, window, payload: text.encode(data) });
}

describe("a RST", () => {
  it.each([RST | ACK, RST])("with the exact number resets (flags %i)", (flags) => {
    const { host, connection } = accepted();
    give(host, { flags, seq: 1001, ack: 5001 });
    expect(connection).toMatchObject({ state: "closed", error: "reset" });
    expect(host.take()).toEqual([]);
    expect(host.connections()).toEqual([]);
  });

  it("5 beyond it gets a challenge ACK that carries the right number", () => {
    const { host, connection } = accepted();
    give(host, { flags: RST | ACK, seq: 1006, ack: 5001 });
    expect(numbersOf(host)).toEqual([[ACK, 5001, 1001, 0]]);
    expect(connection.state).toBe("established");
  });

  it.each([1000, 1001 + 65_000])("outside the window is ignored in silence (%i)", (seq) => {
    const { host, connection } = accepted();
    give(host, { flags: RST | ACK, seq, ack: 5001 });
    expect(host.take()).toEqual([]);
    expect(connection.state).toBe("established");
  });
});

it("answers a SYN in the window with a challenge ACK", () => {
  const { host, connection } = accepted();
  give(host, { flags: TcpFlags.syn, seq: 1010 });
  expect(numbersOf(host)).toEqual([[ACK, 5001, 1001, 0]]);
  expect(connection.state).toBe("established");
});

it.each([
  ["of what was never sent", 5002],
  ["older than anything sent on a fresh connection", 5000],
])("answers an acknowledgment %s and drops its data", (_, ack) => {
  const { host, connection } = accepted();
  giveData(host, 1001, "hello", ack);
  expect(numbersOf(host)).toEqual([[ACK, 5001, 1001, 0]]);
  expect(connection.received).toHaveLength(0);
});

it.each([new Uint8Array(0), Uint8Array.of(0)])("answers a keepalive", (payload) => {
  const { host } = accepted();
  give(host, { flags: ACK, seq: 1000, ack: 5001, payload });
  expect(numbersOf(host)).toEqual([[ACK, 5001, 1001, 0]]);
});

describe("data", () => {
  it("is taken in order, whatever order it comes in, and once", () => {
    const { host, connection } = accepted();
    giveData(host, 1007, "world");
    giveData(host, 1003, "llo wo");
    giveData(host, 1010, "ld");
    expect(numbersOf(host).map(([, , ack]) => ack)).toEqual([1001, 1001, 1001]);
    giveData(host, 1001, "hello");
    giveData(host, 1001, "hello");
    expect(numbersOf(host).map(([, , ack]) => ack)).toEqual([1012, 1012]);
    expect(new TextDecoder().decode(connection.received)).toBe("hello world");
  });

  it("beyond the window is not taken", () => {
    const { host, connection } = accepted({ receiveWindow: 8, windowScale: false });
    giveData(host, 1001, "0123456789");
    expect(numbersOf(host)).toEqual([[ACK, 5001, 1009, 0]]);
    expect(connection.received).toHaveLength(8);
  });

  it("is answered by the application behind its acknowledgment", () => {
    const host = createModelHost({ mac: server.mac, ip: server.ip, isn: 5000 });
    host.listen(80, { respond: (data) => Uint8Array.from(data).reverse() });
    give(host, { flags: TcpFlags.syn, seq: 1000 });
    give(host, { flags: ACK, seq: 1001, ack: 5001 });
    host.take();
    giveData(host, 1001, "abc");
    expect(numbersOf(host)).toEqual([
      [ACK, 5001, 1004, 0],
      [DATA, 5001, 1004, 3],
    ]);
  });

  it("goes out in segments as the peer's MSS and window allow", () => {
    const { host, connection } = accepted({}, [{ type: "mss", value: 100 }]);
    give(host, { flags: ACK, seq: 1001, ack: 5001, window: 250 });
    connection.send(pattern(400));
    expect(numbersOf(host).map(([, seq, , length]) => [seq, length])).toEqual([
      [5001, 100],
      [5101, 100],
    ]);
    give(host, { flags: ACK, seq: 1001, ack: 5201, window: 250 });
    expect(numbersOf(host).map(([, seq, , length]) => [seq, length])).toEqual([
      [5201, 100],
      [5301, 100],
    ]);
  });

  it("goes no further than was ever offered, whatever ACK has overtaken the peer's data", () => {
    const { host, connection } = accepted({}, [{ type: "mss", value: 100 }]);
    // Up to 5251, and the three bytes from 1001 on are missing.
    give(host, { flags: ACK, seq: 1004, ack: 5001, window: 250 });
    connection.send(pattern(400));
    expect(numbersOf(host).map(([, seq, , length]) => [seq, length])).toEqual([
      [5001, 100],
      [5101, 100],
    ]);
    // They come, with 5201 acknowledged and 50 left of the window: still up to 5251.
    giveData(host, 1001, "abc", 5201, 50);
    expect(numbersOf(host)).toEqual([
      [ACK, 5201, 1004, 0],
      [ACK, 5201, 1004, 50],
    ]);
  });

  it("is sent again after the RTO, and the connection given up at last", () => {
    const { host, connection } = accepted({ maxRetransmissions: 3 });
    connection.send(text.encode("hello"));
    const first = onlySegment(host);
    for (const at of [200, 400, 600]) {
      host.advance(at - 1);
      expect(host.take()).toEqual([]);
      host.advance(at);
      expect(onlySegment(host)).toEqual(first);
    }
    host.advance(800);
    expect(connection).toMatchObject({ state: "closed", error: "timeout", retransmissions: 3 });
  });

  it("is sent again after three duplicate acknowledgments, and each further hole at once", () => {
    const { host, connection } = accepted({}, [{ type: "mss", value: 100 }]);
    connection.send(pattern(500));
    host.take();
    for (let count = 0; count < 3; count++) give(host, { flags: ACK, seq: 1001, ack: 5001 });
    expect(numbersOf(host).map(([, seq]) => seq)).toEqual([5001]);
    give(host, { flags: ACK, seq: 1001, ack: 5301 });
    expect(numbersOf(host).map(([, seq]) => seq)).toEqual([5301]);
    give(host, { flags: ACK, seq: 1001, ack: 5501 });
    expect(host.take()).toEqual([]);
    expect(connection).toMatchObject({ unacknowledged: 0, retransmissions: 2 });
  });

  it("that came early is told of in SACK blocks, the latest first", () => {
    const { host } = accepted({ sackPermitted: true }, [{ type: "sackPermitted" }]);
    giveData(host, 1011, "abc");
    giveData(host, 1021, "abc");
    host.take();
    giveData(host, 1014, "d");
    const { tcp } = onlySegment(host);
    expect(tcp.options.at(-1)).toEqual({
      type: "sack",
      blocks: [
        { left: 1011, right: 1015 },
        { left: 1021, right: 1024 },
      ],
    });
  });
});

describe("a window of zero", () => {
  it("is told when the application does not read, and opened when it does", () => {
    const { host, connection } = accepted({ receiveWindow: 10, windowScale: false });
    connection.pause();
    giveData(host, 1001, "0123456789");
    expect(onlySegment(host).tcp).toMatchObject({ ack: 1011, window: 0 });
    giveData(host, 1011, "x");
    expect(onlySegment(host).tcp).toMatchObject({ ack: 1011, window: 0 });
    connection.resume();
    expect(onlySegment(host).tcp).toMatchObject({ ack: 1011, window: 10 });
    giveData(host, 1011, "x");
    expect(connection.received).toHaveLength(11);
  });

  it("stops the sender, which probes with an old number until it opens", () => {
    const { host, connection } = accepted();
    give(host, { flags: ACK, seq: 1001, ack: 5001, window: 0 });
    connection.send(text.encode("hello"));
    expect(host.take()).toEqual([]);
    host.advance(200);
    expect(numbersOf(host)).toEqual([[ACK, 5000, 1001, 0]]);
    host.advance(400);
    expect(numbersOf(host)).toEqual([[ACK, 5000, 1001, 0]]);
    give(host, { flags: ACK, seq: 1001, ack: 5001, window: 3 });
    expect(numbersOf(host)).toEqual([[ACK, 5001, 1001, 3]]);
    expect(connection.state).toBe("established");
  });

  it("is scaled by the peer's shift, but not in its SYN", () => {
    const { host, connection } = accepted({}, [{ type: "windowScale", shift: 4 }]);
    expect(connection.sndWnd).toBe(65_535 * 16);
    give(host, { flags: ACK, seq: 1001, ack: 5001, window: 10 });
    expect(connection.sndWnd).toBe(160);
  });
});

describe("timestamps", () => {
  const agreed = () => accepted({ timestamps: true, timestampBase: 7000 }, stamps(100, 0));

  it("come with every segment and echo the latest in order", () => {
    const { host } = agreed();
    host.advance(50);
    give(host, { flags: DATA, seq: 1001, ack: 5001, payload: text.encode("a"), options: stamps(120, 7000) });
    expect(onlySegment(host).tcp.options.at(-1)).toEqual({ type: "timestamps", value: 7050, echo: 120 });
  });

  it("that are older than the last drop the segment, and it is answered", () => {
    const { host, connection } = agreed();
    give(host, { flags: DATA, seq: 1001, ack: 5001, payload: text.encode("a"), options: stamps(99, 7000) });
    expect(numbersOf(host)).toEqual([[ACK, 5001, 1001, 0]]);
    expect(connection.received).toHaveLength(0);
  });

  it("compare modulo 2³²", () => {
    const { host, connection } = accepted({ timestamps: true }, stamps(0xfffffff0, 0));
    give(host, { flags: DATA, seq: 1001, ack: 5001, payload: text.encode("a"), options: stamps(3, 0) });
    expect(connection.received).toHaveLength(1);
  });

  it("that are missing are tolerated unless the host is strict", () => {
    for (const toleratesMissingTimestamps of [true, false]) {
      const { host, connection } = accepted({ timestamps: true, toleratesMissingTimestamps }, stamps(100, 0));
      giveData(host, 1001, "a");
      expect(connection.received).toHaveLength(toleratesMissingTimestamps ? 1 : 0);
      expect(host.take()).toHaveLength(toleratesMissingTimestamps ? 1 : 0);
      give(host, { flags: RST, seq: connection.rcvNxt });
      expect(connection.error).toBe("reset");
    }
  });
});

it("echoes congestion until the peer has reduced its window", () => {
  const { host } = accepted({ ecn: true });
  giveData(host, 1001, "a");
  expect(onlySegment(host).tcp.flags & TcpFlags.ece).toBe(0);
  const syn = { flags: TcpFlags.syn | TcpFlags.ece | TcpFlags.cwr, seq: 1000 };
  const other = createModelHost({ mac: server.mac, ip: server.ip, isn: 5000, ecn: true });
  other.listen(80);
  give(other, syn);
  give(other, { flags: ACK, seq: 1001, ack: 5001 });
  other.take();
  give(other, { flags: DATA, seq: 1001, ack: 5001, payload: text.encode("a"), ecn: 3 });
  expect(onlySegment(other).tcp.flags & TcpFlags.ece).toBe(TcpFlags.ece);
  giveData(other, 1002, "b");
  expect(onlySegment(other).tcp.flags & TcpFlags.ece).toBe(TcpFlags.ece);
  give(other, { flags: DATA | TcpFlags.cwr, seq: 1003, ack: 5001, payload: text.encode("c") });
  expect(onlySegment(other).tcp.flags & TcpFlags.ece).toBe(0);
});

it("passes over what is damaged, in pieces, for others or on another VLAN", () => {
  const tag = { tpid: 0x8100, pcp: 0, dei: false, vid: 5 };
  const host = createModelHost({ mac: server.mac, ip: server.ip, vlans: [tag] });
  host.listen(80);
  give(host, { flags: TcpFlags.syn });
  give(host, { flags: TcpFlags.syn, vlans: [{ ...tag, vid: 6 }] });
  give(host, { flags: TcpFlags.syn, vlans: [tag], to: { ...server, mac: client.mac } });
  give(host, { flags: TcpFlags.syn, vlans: [tag], to: { ...server, ip: "10.0.0.9" } });
  expect(host.take()).toEqual([]);
  give(host, { flags: TcpFlags.syn, vlans: [tag] });
  expect(onlySegment(host).ethernet.vlans).toEqual([tag]);
});
