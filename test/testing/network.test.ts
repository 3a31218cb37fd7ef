import { describe, expect, it } from "vitest";
import { createModelHost, createModelSwitch, createNetwork, type Fate } from "../../src/testing/index.ts";
import { client, server } from "./wire-tap.ts";

function pair(fate: Fate = () => [1]) {
  const network = createNetwork();
  const a = createModelHost({ mac: client.mac, ip: client.ip });
  const b = createModelHost({ mac: server.mac, ip: server.ip });
  network.cable(a, b, fate);
  const listener = b.listen(80);
  return { network, a, b, listener };
}

it("carries frames after their delay, on one clock for all", () => {
  const { network, a, listener } = pair(() => [5]);
  const connection = a.connect({ to: server });
  network.run({ untilMs: 4 });
  expect(listener.connections).toHaveLength(0);
  network.run({ untilMs: 5 });
  expect(listener.connections).toHaveLength(1);
  network.runUntil(() => connection.state === "established");
  expect(network.now()).toBe(10);
});

it("lets a function lose and repeat frames", () => {
  let count = 0;
  const { network, a, listener } = pair(() => (count++ === 0 ? [] : [1, 2]));
  const arrivals: number[] = [];
  network.tap((frame) => arrivals.push(frame.arrivals.length));
  const connection = a.connect({ to: server });
  network.runUntil(() => listener.connections[0]?.state === "established");
  expect(arrivals.slice(0, 3)).toEqual([0, 2, 2]);
  expect(connection.retransmissions).toBe(1);
});

it("takes conditions for each direction", () => {
  const network = createNetwork();
  const a = createModelHost({ mac: client.mac, ip: client.ip, maxRetransmissions: 2 });
  const b = createModelHost({ mac: server.mac, ip: server.ip, maxRetransmissions: 2 });
  network.cable(a, b, { there: { delayMs: 2 }, back: { loss: 1 } });
  const { connections } = b.listen(80);
  const connection = a.connect({ to: server });
  network.runUntilIdle();
  expect([connection.error, connections[0]?.error]).toEqual(["timeout", "timeout"]);
});

it("calls a test's own timers in order", () => {
  const { network } = pair();
  const called: number[] = [];
  for (const at of [30, 10, 20, 10]) network.schedule(at, () => called.push(network.now()));
  network.runUntilIdle();
  expect(called).toEqual([10, 10, 20, 30]);
});

it("lets the time of a switch pass with its own", () => {
  const network = createNetwork();
  const model = createModelSwitch({ ports: [1] });
  const passed: number[] = [];
  const watched = { ...model, advance: (ms: number) => passed.push(ms) };
  network.cable(createModelHost({ mac: client.mac, ip: client.ip }), { switch: watched, port: 1 });
  network.run({ untilMs: 250 });
  network.run({ untilMs: 1000 });
  expect(passed).toEqual([250, 750]);
});

describe("what goes wrong", () => {
  it("is told when nothing more can happen", () => {
    const { network } = pair();
    expect(() => {
      network.runUntil(() => false);
    }).toThrow("idle at 0 ms");
  });

  it("is told when it never ends", () => {
    const { network, a } = pair(() => []);
    a.connect({ to: server });
    expect(() => {
      network.runUntilIdle({ maxEvents: 3 });
    }).toThrow("still busy after 3 events");
  });

  it("is told of arguments", () => {
    const { network, a } = pair();
    const another = createModelHost({ mac: server.mac, ip: server.ip });
    expect(() => {
      network.cable(a, another);
    }).toThrow("has a cable already");
    expect(() => {
      network.cable(another, createModelHost({ mac: server.mac, ip: server.ip }), { loss: 2 });
    }).toThrow(/^loss must be from 0 to 1/);
    expect(() => {
      network.run({ untilMs: -1 });
    }).toThrow(/^untilMs /);
    expect(() => {
      network.schedule(Number.NaN, () => undefined);
    }).toThrow(/^atMs /);
  });
});
