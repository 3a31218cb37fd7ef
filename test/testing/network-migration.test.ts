/** A whole hand-over between model hosts: the plan's bytes on the model switch, and every response byte checked. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEffect, planMigration } from "../../src/migration/index.ts";
import { nicira, onf } from "../../src/nx/index.ts";
import { applyActions, createCodec, flowMod, output, Port, packetOut } from "../../src/ofp/index.ts";
import { decodeFrame, type Endpoint, readCapture, TcpFlags, writeCapture } from "../../src/tcp/index.ts";
import { createModelHost, createModelSwitch, createNetwork, type LinkConditions } from "../../src/testing/index.ts";
import { pattern } from "./wire-tap.ts";

const codec = createCodec({ experimenters: [nicira, onf] });
const ports = { client: 3, origin: 1, target: 2 };
const REQUEST = new TextEncoder().encode("GET /report HTTP/1.1\r\n\r\n");

const v4 = { client: "10.0.0.3", server: "10.0.0.1", other: "10.0.0.2" };
const v6 = { client: "2001:db8::3", server: "2001:db8::1", other: "2001:db8::2" };

interface Case {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly size: number;
  readonly addresses?: typeof v4;
  readonly nat?: boolean;
  readonly link?: LinkConditions;
  readonly seed?: number;
}

/** The controller of the test: relays, holds the request, dials, hands over, and is silent from then on. */
function handOver({ x, y, z, size, addresses = v4, nat = false, link = {}, seed = 1 }: Case) {
  const settings = { windowScale: 7 };
  const service: Endpoint = { mac: "00:00:00:00:00:01", ip: addresses.server, port: 11111 };
  const own: Endpoint = nat ? { mac: "00:00:00:00:00:02", ip: addresses.other, port: 22222 } : service;
  const client = createModelHost({ mac: "00:00:00:00:00:03", ip: addresses.client, isn: x, ...settings });
  const origin = createModelHost({ mac: service.mac, ip: service.ip, isn: y, ...settings });
  const target = createModelHost({ mac: own.mac, ip: own.ip, isn: z, ...settings });
  const first = origin.listen(service.port);
  const second = target.listen(own.port, { respond: (data) => (data.length > 0 ? pattern(size) : undefined) });
  const model = createModelSwitch({ ports: [1, 2, 3] });
  const network = createNetwork({ seed });
  network.cable(client, { switch: model, port: ports.client }, link);
  network.cable(origin, { switch: model, port: ports.origin });
  network.cable(target, { switch: model, port: ports.target });
  const seen: { at: number; frame: Uint8Array }[] = [];
  network.tap(({ at, frame }) => seen.push({ at, frame }));

  const kept: { syn?: Uint8Array; synAck?: Uint8Array; request?: Uint8Array } = {};
  let moved = false;
  const queue: Uint8Array[][] = [];
  const errors: unknown[] = [];
  const relay = (port: number, data: Uint8Array) => {
    model.receive(codec.encode(packetOut({ data, actions: [output(port)] })));
  };
  const plan = (targetSynAck?: Uint8Array) => {
    const { syn, synAck, request } = kept;
    if (!syn || !synAck || !request) throw new Error("not all seen yet");
    return planMigration({ syn, synAck, request, ports, target: own, ...(targetSynAck && { targetSynAck }) });
  };
  const sendNext = () => {
    for (const bytes of queue.shift() ?? []) model.receive(bytes);
  };
  network.control(model, (bytes) => {
    const message = codec.decode(bytes);
    if (message.type === "error") errors.push(message);
    if (message.type === "barrierReply") sendNext();
    if (message.type !== "packetIn") return;
    const { data } = message;
    const { tcp, payload } = decodeFrame(data);
    const inPort = message.match.inPort;
    if (!tcp) return;
    if (inPort === ports.target) {
      if (kept.request && !moved && (tcp.flags & TcpFlags.syn) !== 0) {
        const ready = plan(data);
        expect(ready.status).toBe("ready");
        moved = true;
        // Up to a barrier, then wait for its reply.
        let batch: Uint8Array[] = [];
        for (const effect of ready.effects) {
          batch.push(encodeEffect(effect));
          if (effect.type === "barrier") {
            queue.push(batch);
            batch = [];
          }
        }
        queue.push(batch);
        sendNext();
      }
    } else if (inPort === ports.origin) {
      if ((tcp.flags & TcpFlags.syn) !== 0) kept.synAck ??= data;
      if (!kept.request) relay(ports.client, data);
    } else if (payload.length > 0) {
      if (kept.request) return;
      kept.request = data;
      const dial = plan();
      expect(dial.status).toBe("dial");
      for (const effect of dial.effects) model.receive(encodeEffect(effect));
    } else if (!kept.request) {
      if ((tcp.flags & TcpFlags.syn) !== 0) kept.syn ??= data;
      relay(ports.origin, data);
    }
  });
  model.receive(
    codec.encode(flowMod({ priority: 0, match: {}, instructions: [applyActions([output(Port.controller)])] })),
  );
  const connection = client.connect({ to: service, port: 33333 });
  connection.send(REQUEST);
  network.runUntil(() => connection.received.length >= size || connection.error !== undefined);
  connection.close();
  network.runUntilIdle();
  return { connection, first, second, errors, seen };
}

function expectMoved({ connection, first, second, errors }: ReturnType<typeof handOver>, size: number): void {
  expect(errors).toEqual([]);
  expect([...connection.received]).toEqual([...pattern(size)]);
  expect([connection.state, connection.error]).toEqual(["closed", undefined]);
  expect(second.connections).toHaveLength(1);
  expect(second.connections[0]).toMatchObject({ state: "closed", error: undefined });
  expect([...(second.connections[0]?.received ?? [])]).toEqual([...REQUEST]);
  expect(first.connections).toHaveLength(1);
  expect(first.connections[0]).toMatchObject({ state: "closed", error: "reset" });
  expect(first.connections[0]?.received).toHaveLength(0);
}

const edges = [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const isn = fc.oneof(
  fc.constantFrom(...edges),
  fc.integer({ min: 0xffffff00, max: 0xffffffff }),
  fc.integer({ min: 0, max: 0xffffffff }),
);

describe.each([
  ["IPv4", { addresses: v4 }],
  ["IPv6", { addresses: v6 }],
  ["IPv4 to another address and port", { addresses: v4, nat: true }],
  ["IPv6 to another address and port", { addresses: v6, nat: true }],
])("a connection over %s", (_, variant) => {
  it("moves to server 2, and the client gets every byte", () => {
    fc.assert(
      fc.property(isn, isn, isn, fc.integer({ min: 1, max: 6000 }), (x, y, z, size) => {
        expectMoved(handOver({ x, y, z, size, ...variant }), size);
      }),
      { numRuns: 40 },
    );
  });
});

it.each([1, 2, 3, 4, 5])("moves a connection whose client sits behind a bad link (seed %i)", (seed) => {
  const link = { delayMs: 4, loss: 0.08, duplication: 0.05, reordering: 0.1 };
  const moved = handOver({ x: 0xfffffff0, y: 0x7ffffff0, z: 0xffffff00, size: 60_000, link, seed });
  expectMoved(moved, 60_000);
});

it("can be looked at as a capture", () => {
  const { seen } = handOver({ x: 1, y: 2, z: 3, size: 100 });
  const frames = [...readCapture(writeCapture(seen))];
  expect(frames.length).toBe(seen.length);
  expect(frames.every(({ frame }) => decodeFrame(frame).tcp?.checksumValid)).toBe(true);
});
