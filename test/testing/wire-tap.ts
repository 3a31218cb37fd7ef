/** Two ends of a wire, held by hand: what tests of one host need. */
import {
  decodeFrame,
  type Endpoint,
  encodeFrame,
  type Frame,
  type SegmentFields,
  segmentFrame,
  type Tcp,
  TcpFlags,
} from "../../src/tcp/index.ts";
import type { ModelHost } from "../../src/testing/index.ts";

export const client: Endpoint = { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 };
export const server: Endpoint = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 80 };
export const text = new TextEncoder();
export const SYN_ACK = TcpFlags.syn | TcpFlags.ack;

/** The same bytes for the same length: no two runs of 251 alike side by side. */
export function pattern(length: number, salt = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index + salt + (index >>> 8) * 7) % 251);
}

/** a + n modulo 2³², of the tests' own. */
export function add(a: number, n: number): number {
  return Number((((BigInt(a) + BigInt(n)) % 2n ** 32n) + 2n ** 32n) % 2n ** 32n);
}

export function segmentsOf(frames: readonly Uint8Array[]): (Frame & { readonly tcp: Tcp })[] {
  return frames.map((bytes) => {
    const { tcp, ...rest } = decodeFrame(bytes);
    if (!tcp) throw new Error("no TCP");
    return { ...rest, tcp };
  });
}

/** What a host has sent, each segment as `[flags, seq, ack, length]`. */
export function numbersOf(host: ModelHost): [flags: number, seq: number, ack: number, length: number][] {
  return segmentsOf(host.take()).map(({ tcp, payload }) => [tcp.flags, tcp.seq, tcp.ack, payload.length]);
}

/** The only segment that a host has sent. */
export function onlySegment(host: ModelHost): Frame & { readonly tcp: Tcp } {
  const [first, ...more] = segmentsOf(host.take());
  if (!first || more.length > 0) throw new Error(`${first ? more.length + 1 : 0} segments where one was expected`);
  return first;
}

/** Gives a host a segment that a peer of the test's own made. */
export function give(host: ModelHost, fields: Partial<SegmentFields> & { readonly flags: number }): void {
  host.receive(encodeFrame(segmentFrame({ from: client, to: server, seq: 0, window: 65_535, ...fields })));
}

/** Carries frames between two hosts, at once and without loss, until both are silent. */
export function settle(a: ModelHost, b: ModelHost): void {
  for (let round = 0; round < 100_000; round++) {
    const fromA = a.take();
    const fromB = b.take();
    if (fromA.length + fromB.length === 0) return;
    for (const frame of fromA) b.receive(frame);
    for (const frame of fromB) a.receive(frame);
  }
  throw new Error("the hosts do not fall silent");
}
