/** A program for a process with `--expose-gc`: what a tracker keeps of connections that are over. */
import { createTracker, type TrackerEffect, type TrackerEvent } from "../../src/migration/index.ts";
import {
  type Endpoint,
  encodeFrame,
  type Frame,
  rstFrame,
  type SegmentFields,
  segmentFrame,
  TcpFlags,
} from "../../src/tcp/index.ts";

const PER_ROUND = 1000;
/** Until then, compiled code and tables that have grown are more than what connections could leave. */
const WARM_UP = 15;
const ROUNDS = 20;

const dpid = 7n;
const server: Endpoint = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 80 };
const tracker = createTracker({
  secret: Uint8Array.from({ length: 16 }, (_, index) => index),
  services: { web: { vip: server, origin: { switchPort: 1 }, targets: { second: { switchPort: 2 } } } },
  dataPlane: "actions",
  bundles: false,
});

let at = 0;
let moved = 0;

function tell(event: TrackerEvent): void {
  answer(tracker.handle(event));
}

/** The switch has done everything at once. */
function answer(effects: readonly TrackerEffect[]): void {
  for (const { type, id, ...effect } of effects) {
    if (type === "barrier") tell({ type: "barrierReply", at, dpid, id });
    if (type === "flowStats") tell({ type: "flowStats", at, dpid, id, flows: [] });
    if ("code" in effect && effect.code === "MIGRATED") moved++;
  }
}

function frame(inPort: number, content: Frame): void {
  tell({ type: "packetIn", at, dpid, inPort, frame: encodeFrame(content) });
}

type Numbers = Pick<SegmentFields, "seq"> & Partial<SegmentFields>;

function clientOf(index: number): Endpoint {
  return { mac: "00:00:00:00:00:03", ip: `10.1.${index % 250}.3`, port: 1024 + (index % 60_000) };
}

function end(client: Endpoint): void {
  frame(3, rstFrame({ from: client, to: server, seq: 1101 }));
}

/** One connection, which ends in one of several ways. x = 1000, y = 5000, z = 3000. */
function live(index: number): void {
  const client = clientOf(index);
  const fromClient = (fields: Numbers): void => {
    frame(3, segmentFrame({ from: client, to: server, ack: 5001, flags: TcpFlags.ack, window: 500, ...fields }));
  };
  const fromServer = (port: number, seq: number): void => {
    const flags = TcpFlags.syn | TcpFlags.ack;
    frame(port, segmentFrame({ from: server, to: client, seq, ack: 1001, flags, window: 500 }));
  };
  const ending = index % 5;
  fromClient({ seq: 1000, ack: 0, flags: TcpFlags.syn });
  // Nobody answers.
  if (ending === 0) return;
  fromServer(1, 5000);
  fromClient({ seq: 1001 });
  // It is silent.
  if (ending === 1) return;
  fromClient({ seq: 1001, flags: TcpFlags.ack | TcpFlags.psh, payload: new Uint8Array(100) });
  // Nobody decides.
  if (ending === 2) return;
  const key = { vlans: [], src: client.ip, srcPort: client.port, dst: server.ip, dstPort: server.port };
  tell({ type: "verdict", at, verdict: { action: ending === 3 ? "forward" : "migrate", key } });
  if (ending === 4) fromServer(2, 3000);
  end(client);
}

function wait(until: number): void {
  for (let due = tracker.deadline(); due !== undefined && due <= until; due = tracker.deadline()) {
    at = Math.max(at, due);
    tell({ type: "timer", at });
  }
}

function round(number: number): void {
  const first = number * PER_ROUND;
  for (let index = first; index < first + PER_ROUND; index++) live(index);
  wait(at + 2000);
  // Those that nobody has decided about are with server 1 now.
  for (let index = first; index < first + PER_ROUND; index++) if (index % 5 === 2) end(clientOf(index));
  wait(Infinity);
}

function used(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

tell({ type: "switchBack", at, dpid });
for (let number = 0; number < WARM_UP; number++) round(number);
const before = used();
for (let number = WARM_UP; number < WARM_UP + ROUNDS; number++) round(number);
const after = used();
const { totals, ...gauges } = tracker.stats();
process.stdout.write(JSON.stringify({ before, after, moved, opened: totals.connections, gauges }));
