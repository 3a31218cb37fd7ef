import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { decodeFrame, encodeFrame, type Frame, type TcpOption } from "../../src/tcp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";
import { segment } from "../tcp/arbitrary.ts";

/** scapy is a package of Debian's own Python. */
const PYTHON = "/usr/bin/python3";
const SCRIPT = fileURLToPath(new URL("tcp-scapy.py", import.meta.url));
const SEED = Number(process.env.SEED ?? 20_260_213);
const COUNT = 800;

interface Answer {
  readonly built: string;
  readonly dissected: unknown;
}

/** Values that scapy reads out of our bytes, in the form in which the script tells them. */
function asScapySees({ ethernet, ipv4, ipv6, tcp, payload }: Frame): unknown {
  if (!tcp) throw new Error("no TCP");
  const optionBytes = tcp.options.reduce((sum, option) => sum + scapyOption(option).size, 0);
  return {
    dst: ethernet.dst,
    src: ethernet.src,
    tags: ethernet.vlans.map(({ tpid, pcp, dei, vid }) => [tpid, pcp, Number(dei), vid]),
    ethType: ethernet.ethType,
    ...(ipv4 && {
      ip: [
        ...[ipv4.src, ipv4.dst, (ipv4.dscp << 2) | ipv4.ecn, ipv4.totalLength, ipv4.identification],
        (Number(ipv4.reservedFlag) << 2) | (Number(ipv4.dontFragment) << 1) | Number(ipv4.moreFragments),
        ...[ipv4.fragmentOffset, ipv4.ttl, ipv4.protocol, ipv4.checksum, 5 + ipv4.options.length / 4],
      ],
    }),
    ...(ipv6 && {
      ip: [
        ...[ipv6.src, ipv6.dst, (ipv6.dscp << 2) | ipv6.ecn, ipv6.payloadLength, ipv6.flowLabel],
        ...[ipv6.nextHeader, ipv6.hopLimit],
      ],
      extensions: ipv6.extensions.map(({ type, raw }) => [type, raw[0], raw[1]]),
    }),
    tcp: [
      ...[
        tcp.srcPort,
        tcp.dstPort,
        tcp.seq,
        tcp.ack,
        5 + Math.ceil(optionBytes / 4),
        tcp.flags >> 9,
        tcp.flags & 0x1ff,
      ],
      ...[tcp.window, tcp.checksum, tcp.urgentPointer],
    ],
    options: tcp.options.map((option) => scapyOption(option).told),
    payload: toHex(payload),
    trailer: toHex(ethernet.trailer),
  };
}

/** How scapy tells an option, and how many bytes it takes. */
function scapyOption(option: TcpOption): { told: unknown; size: number } {
  const raw = (kind: number | string, data: Uint8Array) => ({ told: [kind, toHex(data)], size: 2 + data.length });
  switch (option.type) {
    case "nop":
      return { told: ["NOP", null], size: 1 };
    case "end":
      return { told: ["EOL", null], size: 1 };
    case "mss":
      return { told: ["MSS", option.value], size: 4 };
    case "windowScale":
      return { told: ["WScale", option.shift], size: 3 };
    case "sackPermitted":
      return raw("SAckOK", new Uint8Array(0));
    case "sack":
      return {
        told: ["SAck", ...option.blocks.flatMap(({ left, right }) => [left, right])],
        size: 2 + 8 * option.blocks.length,
      };
    case "timestamps":
      return { told: ["Timestamp", option.value, option.echo], size: 10 };
    case "md5":
      return raw("MD5", option.digest);
    case "userTimeout":
      return { told: ["UTO", (option.granularity === "minutes" ? 0x8000 : 0) | option.timeout], size: 4 };
    case "authentication":
      return {
        told: ["AO", option.keyId, option.rNextKeyId, toHex(option.mac)],
        size: 4 + option.mac.length,
      };
    case "multipath":
      return raw(30, Uint8Array.of((option.subtype << 4) | option.bits, ...option.data));
    case "fastOpen": {
      if (option.experimentalKind !== undefined) {
        return raw(option.experimentalKind, Uint8Array.of(0xf9, 0x89, ...option.cookie));
      }
      const view = new DataView(option.cookie.buffer, option.cookie.byteOffset);
      // scapy reads a cookie of 8 bytes as two numbers.
      return option.cookie.length === 8
        ? { told: ["TFO", view.getUint32(0), view.getUint32(4)], size: 10 }
        : raw("TFO", option.cookie);
    }
    case "tcpEno":
      return raw(69, option.suboptions);
    case "accEcn0":
    case "accEcn1": {
      const bytes = option.counters.flatMap((count) => [count >> 16, (count >> 8) & 0xff, count & 0xff]);
      return raw(option.type === "accEcn0" ? 172 : 174, Uint8Array.from(bytes));
    }
    case "unknown":
      return raw(option.kind, option.data);
    case "malformed":
      throw new Error("not among the random frames");
  }
}

let frames: Frame[];
let answers: Answer[];

beforeAll(() => {
  console.log(`seed ${SEED} (set SEED to choose another)`);
  frames = fc.sample(segment, { numRuns: COUNT, seed: SEED });
  const cases = frames.map((frame) => ({ frame, bytes: toHex(encodeFrame(frame)) }));
  const input = JSON.stringify(cases, (_, value: unknown) => (value instanceof Uint8Array ? toHex(value) : value));
  answers = JSON.parse(execFileSync(PYTHON, [SCRIPT], { input, encoding: "utf8", maxBuffer: 2 ** 28 })) as Answer[];
});

it("has frames of every kind", () => {
  expect(answers).toHaveLength(COUNT);
  const count = (has: (frame: Frame) => boolean) => frames.filter(has).length;
  expect(count(({ ipv4 }) => ipv4 !== undefined)).toBeGreaterThan(200);
  expect(count(({ ipv6 }) => ipv6 !== undefined)).toBeGreaterThan(200);
  expect(count(({ ipv6 }) => (ipv6?.extensions.length ?? 0) > 0)).toBeGreaterThan(40);
  expect(count(({ ethernet }) => ethernet.vlans.length === 1)).toBeGreaterThan(100);
  expect(count(({ ethernet }) => ethernet.vlans.length >= 2)).toBeGreaterThan(100);
  expect(count(({ payload }) => payload.length % 2 === 1)).toBeGreaterThan(100);
  const types = new Set(frames.flatMap(({ tcp }) => tcp?.options.map(({ type }) => type) ?? []));
  // All but malformed ones.
  expect(types.size).toBe(16);
});

it("builds the bytes that scapy builds", () => {
  expect(frames.map((frame) => toHex(encodeFrame(frame)))).toEqual(answers.map(({ built }) => built));
});

it("is dissected by scapy to the same values", () => {
  expect(frames.map((frame) => asScapySees(decodeFrame(encodeFrame(frame))))).toEqual(
    answers.map(({ dissected }) => dissected),
  );
});

it("decodes what scapy built, and encodes it back", () => {
  for (const { built } of answers) {
    const frame = decodeFrame(fromHex(built));
    expect(frame.tcp?.checksumValid).toBe(true);
    expect(frame.ipv4?.checksumValid).not.toBe(false);
    expect(toHex(encodeFrame(frame))).toBe(built);
    expect(toHex(encodeFrame(frame, { checksums: "keep" }))).toBe(built);
  }
});
