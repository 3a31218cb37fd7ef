/** The committed recordings, whose segments come from Linux and whose translations from scapy. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { normaliseSyn, planMigration } from "../../src/migration/index.ts";
import {
  type CapturedFrame,
  decodeFrame,
  encodeFrame,
  readCapture,
  seqDiff,
  shiftSegment,
  TcpFlags,
  writeCapture,
} from "../../src/tcp/index.ts";
import { toHex } from "../../src/wire/index.ts";

const FOLDER = new URL("../../examples/captures/", import.meta.url);
const ports = { client: 3, origin: 1, target: 2 };

const scenarios = ["normalised", "normalised-ipv6", "nat", "timestamps"] as const;
type Scenario = (typeof scenarios)[number];
const links = ["client", "origin", "target"] as const;
type Link = (typeof links)[number];

function file(scenario: Scenario, name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${scenario}/${name}`, FOLDER)));
}

function captured(scenario: Scenario, link: Link): CapturedFrame[] {
  return [...readCapture(file(scenario, `${link}.pcap`))];
}

/** The TCP segments of a link. */
function segments(scenario: Scenario, link: Link) {
  return captured(scenario, link).flatMap(({ frame: bytes }) => {
    const frame = decodeFrame(bytes);
    return frame.tcp ? [{ bytes, frame, tcp: frame.tcp }] : [];
  });
}

type Captured = ReturnType<typeof segments>[number];

function find(list: readonly Captured[], what: string, test: (segment: Captured) => boolean): Captured {
  const found = list.find(test);
  if (!found) throw new Error(`no ${what} in the capture`);
  return found;
}

const isSyn = ({ tcp }: Captured) => tcp.flags === TcpFlags.syn;
const isSynAck = ({ tcp }: Captured) => tcp.flags === (TcpFlags.syn | TcpFlags.ack);

function handshake(scenario: Scenario) {
  const client = segments(scenario, "client");
  const origin = segments(scenario, "origin");
  const target = segments(scenario, "target");
  return {
    clientSyn: find(client, "SYN", isSyn),
    syn: find(origin, "SYN", isSyn),
    synAck: find(origin, "SYN-ACK", isSynAck),
    request: find(client, "request", ({ frame }) => frame.payload.length > 0),
    syntheticSyn: find(target, "SYN", isSyn),
    targetSynAck: find(target, "SYN-ACK", isSynAck),
  };
}

describe.each(scenarios)("the recording %s", (scenario) => {
  it.each(links)("holds frames on the link to the %s that decode and encode back byte for byte", (link) => {
    const frames = captured(scenario, link);
    expect(frames.length).toBeGreaterThan(3);
    for (const { frame, originalLength } of frames) {
      expect(originalLength).toBe(frame.length);
      expect(toHex(encodeFrame(decodeFrame(frame), { checksums: "keep" }))).toBe(toHex(frame));
      expect(toHex(encodeFrame(decodeFrame(frame), { checksums: "compute" }))).toBe(toHex(frame));
    }
  });

  it.each(links)("has only right checksums on the link to the %s", (link) => {
    for (const { tcp } of segments(scenario, link)) expect(tcp.checksumValid).toBe(true);
  });

  it.each(links)("is read and written back with every moment on the link to the %s", (link) => {
    const frames = captured(scenario, link);
    expect([...readCapture(writeCapture(frames))]).toEqual(frames);
  });

  it("was dialled with the SYN that the planner makes of it", () => {
    const { syn, synAck, request, syntheticSyn, targetSynAck } = handshake(scenario);
    const { ethernet, ipv4, ipv6, tcp } = targetSynAck.frame;
    const plan = planMigration({
      syn: syn.bytes,
      synAck: synAck.bytes,
      request: request.bytes,
      ports,
      target: { mac: ethernet.src, ip: (ipv4 ?? ipv6)?.src ?? "", port: tcp?.srcPort ?? 0 },
      policy: { clientToleratesMissingTimestamps: true },
    });
    expect(plan.status).toBe("dial");
    expect(plan.syn && toHex(encodeFrame(plan.syn))).toBe(toHex(syntheticSyn.bytes));
  });

  it("shows server 1 reset and the client served", () => {
    const log = new TextDecoder().decode(file(scenario, "hosts.log"));
    expect(log).toContain("origin: ECONNRESET on recv");
    expect(log).toContain("client: complete, closed by the server");
  });
});

it.each(["normalised", "normalised-ipv6", "nat"] as const)("edits the SYN of %s as scapy did", (scenario) => {
  const { clientSyn, syn } = handshake(scenario);
  expect(toHex(syn.bytes)).not.toBe(toHex(clientSyn.bytes));
  expect(toHex(encodeFrame(normaliseSyn(clientSyn.bytes)))).toBe(toHex(syn.bytes));
});

it.each(["normalised", "normalised-ipv6", "timestamps"] as const)(
  "shifts the segments of %s as scapy did",
  (scenario) => {
    const { request, targetSynAck } = handshake(scenario);
    const d = seqDiff(request.tcp.ack, targetSynAck.tcp.seq) - 1;
    const onTarget = segments(scenario, "target");
    const onClient = segments(scenario, "client");
    const seen = new Set([...onTarget, ...onClient].map(({ bytes }) => toHex(bytes)));
    const after = (list: Captured[], from: Captured) =>
      list.slice(list.findIndex(({ bytes }) => toHex(bytes) === toHex(from.bytes)));
    const fromClient = after(onClient, request).filter(({ tcp }) => tcp.srcPort === request.tcp.srcPort);
    const fromTarget = onTarget.filter((segment) => segment.tcp.srcPort === request.tcp.dstPort && !isSynAck(segment));
    expect(fromClient.length).toBeGreaterThan(5);
    expect(fromTarget.length).toBeGreaterThan(5);
    for (const { bytes } of fromClient) expect(seen).toContain(toHex(shiftSegment(bytes, { ack: -d })));
    for (const { bytes } of fromTarget) expect(seen).toContain(toHex(shiftSegment(bytes, { seq: d })));
  },
);
