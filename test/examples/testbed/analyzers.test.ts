/** What the testbed's own analyzers find, and what the library reads of their alerts. */
import { describe, expect, it } from "vitest";
import { readOptions } from "../../../examples/testbed/args.ts";
import { eveLine, snortRecord } from "../../../examples/testbed/host/alarms.ts";
import { type Found, judged, Streams } from "../../../examples/testbed/host/findings.ts";
import { decodeSnortAlert, parseEveLine, toVerdict } from "../../../src/analyzer/index.ts";
import {
  decodeFrame,
  type Endpoint,
  encodeFrame,
  type SegmentFields,
  segmentFrame,
  TcpFlags,
} from "../../../src/tcp/index.ts";

const client = { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 40_000 };
const service = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 80 };

interface Ends {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

const asking: Ends = { from: client, to: service };
const answering: Ends = { from: service, to: client };

function bytesOf(fields: Partial<SegmentFields>, ends = asking): Uint8Array {
  return encodeFrame(segmentFrame({ ...ends, seq: 101, ack: 501, flags: TcpFlags.ack, window: 1_000, ...fields }));
}

function text(seq: number, words: string, ends = asking): Uint8Array {
  return bytesOf({ seq, payload: new TextEncoder().encode(words) }, ends);
}

const syn = bytesOf({ seq: 100, ack: 0, flags: TcpFlags.syn });
const synAck = bytesOf({ seq: 500, ack: 101, flags: TcpFlags.syn | TcpFlags.ack }, answering);

/** What each frame makes clear. */
function follow(...frames: readonly Uint8Array[]): readonly (string | undefined)[] {
  const streams = new Streams(80);
  return frames.map((bytes) => streams.push(decodeFrame(bytes), bytes)?.action);
}

describe("a detector", () => {
  it.each([
    ["", undefined],
    ["GET /rep", undefined],
    ["GET /report/", "migrate"],
    ["GET /rest", "forward"],
    ["get /report/", "forward"],
  ] as const)("judges %j as %s", (begin, action) => {
    expect(judged(begin)).toBe(action);
  });

  it("finds words that come in three segments, with the last of them", () => {
    expect(follow(syn, synAck, text(101, "GET"), text(104, " /re"), text(108, "port/1"))).toEqual([
      ...[undefined, undefined, undefined, undefined],
      "migrate",
    ]);
  });

  it("says once what it has found", () => {
    expect(follow(syn, text(101, "GET /report/1"), text(114, "GET /report/2"))).toEqual([
      undefined,
      "migrate",
      undefined,
    ]);
  });

  it("needs no handshake", () => {
    expect(follow(text(101, "GET /report/1"))).toEqual(["migrate"]);
  });

  it("begins anew where another connection of the same ports does", () => {
    const anew = text(9_001, "GET /report/2");
    expect(follow(syn, text(101, "GET /re"), anew)).toEqual([undefined, undefined, "migrate"]);
    expect(follow(syn, text(101, "GET /report/1"), anew)).toEqual([undefined, "migrate", "migrate"]);
  });

  it("does not take for a request what the server says", () => {
    expect(follow(syn, synAck, text(501, "GET /report/1", answering))).toEqual([undefined, undefined, undefined]);
  });
});

describe("an alert of the testbed's", () => {
  const key = { vlans: [], src: "10.0.0.3", srcPort: 40_000, dst: "10.0.0.1", dstPort: 80 };
  const moves: Found = { key, action: "migrate", frame: text(101, "GET /report/1") };
  const stays: Found = { key, action: "forward", frame: text(101, "GET /index") };

  it("is a record of Snort's, with the packet and where its parts begin", () => {
    const alert = decodeSnortAlert(snortRecord(moves, 1_500.25));
    // Ethernet has 14 bytes, IPv4 20, TCP 20.
    expect(alert).toMatchObject({
      networkHeader: 14,
      transportHeader: 34,
      data: 54,
      seconds: 1,
      microseconds: 500_250,
    });
    expect(toVerdict(alert)).toMatchObject({ key, action: "migrate", seq: 101, rule: "1:1000001:0", reason: "report" });
    expect(toVerdict(decodeSnortAlert(snortRecord(stays, 0)))).toMatchObject({ key, action: "forward" });
  });

  it("is a record of Snort's for IPv6, too", () => {
    const ends = { from: { ...client, ip: "fd00::3" }, to: { ...service, ip: "fd00::1" } };
    const frame = text(101, "GET /report/1", ends);
    const alert = decodeSnortAlert(snortRecord({ ...moves, frame }, 0));
    // IPv6 has 40 bytes.
    expect(alert).toMatchObject({ networkHeader: 14, transportHeader: 54, data: 74 });
    expect(toVerdict(alert)).toMatchObject({ key: { src: "fd00::3", dst: "fd00::1" }, seq: 101 });
  });

  it("is a line of Suricata's", () => {
    const verdictOf = (found: Found) => {
      const record = parseEveLine(eveLine(found, 0).trimEnd());
      return record.type === "eveAlert" ? toVerdict(record) : undefined;
    };
    expect(verdictOf(moves)).toMatchObject({ key, action: "migrate", rule: "1:1000001:1", reason: "report" });
    expect(verdictOf(stays)).toMatchObject({ key, action: "forward" });
  });
});

describe("--analyzer", () => {
  it("is rules unless told otherwise", () => {
    expect(readOptions([])).toMatchObject({ analyzer: "rules" });
    expect(readOptions(["--analyzer", "eve"])).toMatchObject({ analyzer: "eve" });
  });

  it("names what it may be", () => {
    expect(() => readOptions(["--analyzer", "zeek"])).toThrow(
      "--analyzer must be one of rules, northbound, snort, eve, not zeek",
    );
  });
});
