import { describe, expect, it } from "vitest";
import { TcpFlags } from "../../src/tcp/index.ts";
import { createModelHost } from "../../src/testing/index.ts";
import { client, give, numbersOf, SYN_ACK, server, settle, text } from "./wire-tap.ts";

const ACK = TcpFlags.ack;
const FIN = TcpFlags.fin | TcpFlags.ack;

function pair(closesWithPeer = false) {
  const a = createModelHost({ mac: client.mac, ip: client.ip, isn: 1000, closesWithPeer, timeWaitMs: 1000 });
  const b = createModelHost({ mac: server.mac, ip: server.ip, isn: 0xffffffff, closesWithPeer, timeWaitMs: 1000 });
  const { connections } = b.listen(80);
  const one = a.connect({ to: server, port: client.port });
  settle(a, b);
  const [other] = connections;
  if (!other) throw new Error("nothing accepted");
  const states = () => [one.state, other.state];
  return { a, b, one, other, states, connections };
}

describe("closing", () => {
  it("one side first, data still flowing back", () => {
    const { a, b, one, other, states } = pair();
    one.close();
    settle(a, b);
    expect(states()).toEqual(["finWait2", "closeWait"]);
    other.send(text.encode("late"));
    settle(a, b);
    expect(one.received).toHaveLength(4);
    other.close();
    settle(a, b);
    expect(states()).toEqual(["timeWait", "closed"]);
    a.advance(999);
    expect(a.connections()).toHaveLength(1);
    a.advance(1000);
    expect(states()).toEqual(["closed", "closed"]);
    expect([one.error, other.error]).toEqual([undefined, undefined]);
  });

  it("the other side first", () => {
    const { a, b, one, other, states } = pair();
    other.close();
    settle(a, b);
    expect(states()).toEqual(["closeWait", "finWait2"]);
    one.close();
    settle(a, b);
    expect(states()).toEqual(["closed", "timeWait"]);
  });

  it("both at once", () => {
    const { a, b, one, other, states } = pair();
    one.close();
    other.close();
    const [finOfA] = a.take();
    const [finOfB] = b.take();
    a.receive(finOfB ?? new Uint8Array());
    expect(one.state).toBe("closing");
    b.receive(finOfA ?? new Uint8Array());
    settle(a, b);
    expect(states()).toEqual(["timeWait", "timeWait"]);
  });

  it("goes with the peer by default, behind all data", () => {
    const { a, b, one, other, states } = pair(true);
    other.send(text.encode("answer"));
    one.close();
    settle(a, b);
    expect(states()).toEqual(["timeWait", "closed"]);
    expect(one.received).toHaveLength(6);
  });

  it("before the connection is open waits for it", () => {
    const a = createModelHost({ mac: client.mac, ip: client.ip });
    const b = createModelHost({ mac: server.mac, ip: server.ip });
    const { connections } = b.listen(80);
    const one = a.connect({ to: server });
    one.send(text.encode("hello"));
    one.close();
    settle(a, b);
    expect(connections[0]?.received).toHaveLength(5);
    expect(one.state).toBe("timeWait");
  });

  it("repeats a FIN that is lost, and the last ACK", () => {
    const { a, b, one, other, states } = pair(true);
    one.close();
    a.take();
    a.advance(200);
    expect(numbersOf(a)).toEqual([[FIN, 1001, 0, 0]]);
    a.advance(400);
    const [fin] = a.take();
    b.receive(fin ?? new Uint8Array());
    expect(other.state).toBe("lastAck");
    b.take();
    b.advance(200);
    settle(a, b);
    expect(states()).toEqual(["timeWait", "closed"]);
    give(a, { from: server, to: client, flags: FIN, seq: 0, ack: 1002 });
    expect(numbersOf(a)).toEqual([[ACK, 1002, 1, 0]]);
  });

  it("ends what is in a FIN that came before its data", () => {
    const { b, other } = pair();
    give(b, { flags: FIN, seq: 1003, ack: 0, payload: text.encode("cd") });
    expect(other.peerClosed).toBe(false);
    give(b, { flags: ACK, seq: 1001, ack: 0, payload: text.encode("ab") });
    expect(other.peerClosed).toBe(true);
    expect([other.rcvNxt, other.received.length, other.state]).toEqual([1006, 4, "closeWait"]);
  });

  it("does not let data follow", () => {
    const { one } = pair();
    one.close();
    expect(() => {
      one.send(text.encode("x"));
    }).toThrow(RangeError);
  });
});

describe("TIME-WAIT", () => {
  function waiting() {
    const set = pair();
    set.other.close();
    settle(set.a, set.b);
    set.one.close();
    settle(set.a, set.b);
    expect(set.other.state).toBe("timeWait");
    return set;
  }

  it("answers a SYN with an old number by a bare ACK; a reset clears it", () => {
    const { b, other, connections } = waiting();
    give(b, { flags: TcpFlags.syn, seq: 900 });
    expect(numbersOf(b)).toEqual([[ACK, 1, 1002, 0]]);
    give(b, { flags: TcpFlags.rst, seq: 1002 });
    expect([other.state, other.error]).toEqual(["closed", undefined]);
    give(b, { flags: TcpFlags.syn, seq: 900 });
    expect(numbersOf(b)).toEqual([[SYN_ACK, 0xffffffff, 901, 0]]);
    expect(connections).toHaveLength(2);
  });

  it("ends with a SYN behind all old numbers", () => {
    const { b, other, connections } = waiting();
    give(b, { flags: TcpFlags.syn, seq: 1002 });
    expect(numbersOf(b)).toEqual([[SYN_ACK, 0xffffffff, 1003, 0]]);
    expect([other.state, connections[1]?.state]).toEqual(["closed", "synReceived"]);
  });
});

it("aborts with a reset that the peer believes", () => {
  const { a, b, one, other } = pair();
  one.abort();
  settle(a, b);
  expect(other).toMatchObject({ state: "closed", error: "reset" });
  expect(one).toMatchObject({ state: "closed", error: undefined });
  expect(a.connections()).toEqual([]);
});
