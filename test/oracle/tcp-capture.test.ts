import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CapturedFrame,
  decodeFrame,
  encodeFrame,
  readCapture,
  shiftSegment,
  writeCapture,
} from "../../src/tcp/index.ts";
import { segment } from "../tcp/arbitrary.ts";
import { everything, FRAME, pcapFile } from "../tcp/capture-files.ts";

const SEED = Number(process.env.SEED ?? 20_260_213);
const COUNT = 600;
const START = 1_700_000_000_000_000_000n;

let folder: string;
let packets: { atNs: bigint; frame: Uint8Array; originalLength: number }[];

beforeAll(() => {
  console.log(`seed ${SEED} (set SEED to choose another)`);
  folder = mkdtempSync(join(tmpdir(), "tcp-capture-"));
  const shifts = fc.sample(fc.record({ seq: fc.nat(), ack: fc.nat() }), { numRuns: COUNT, seed: SEED });
  packets = fc.sample(segment, { numRuns: COUNT, seed: SEED }).map((made, index) => {
    const bytes = encodeFrame(made);
    // Every other one went through the incremental update.
    const frame = index % 2 === 0 ? bytes : shiftSegment(bytes, shifts[index] ?? {});
    return { atNs: START + BigInt(index) * 1_000_001n, frame, originalLength: frame.length };
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function run(tool: string, args: readonly string[]): string {
  return execFileSync(tool, args, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] });
}

/** One row a packet, one text a field. */
function tshark(path: string, fields: readonly string[]): string[][] {
  const checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "ip.defragment:FALSE"];
  const columns = fields.flatMap((field) => ["-e", field]);
  const output = run("tshark", ["-n", "-r", path, ...checks, "-T", "fields", "-E", "occurrence=f", ...columns]);
  return output
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.split("\t"));
}

/** The moments that tshark prints, as nanoseconds. */
function nanoseconds(epoch: string | undefined): bigint {
  const [seconds = "", fraction = ""] = (epoch ?? "").split(".");
  return BigInt(seconds + fraction.padEnd(9, "0"));
}

const GOOD = "1";
const BAD = "0";

describe("tshark", () => {
  it("judges every checksum good and sees the numbers that we see", () => {
    const path = fileOf("good.pcap", writeCapture(packets));
    const rows = tshark(path, [
      "frame.time_epoch",
      "tcp.checksum.status",
      "ip.checksum.status",
      "tcp.seq_raw",
      "tcp.ack_raw",
    ]);
    const expected = packets.map(({ atNs, frame }) => {
      const { tcp, ipv4 } = decodeFrame(frame);
      return [String(atNs), GOOD, ipv4 ? GOOD : "", String(tcp?.seq), String(tcp?.ack)];
    });
    expect(rows.map(([epoch, ...rest]) => [String(nanoseconds(epoch)), ...rest])).toEqual(expected);
  });

  it("judges every wrong TCP checksum bad, and so do we", () => {
    const wrong = packets.map(({ frame, ...rest }) => {
      const decoded = decodeFrame(frame);
      const tcp = decoded.tcp && { ...decoded.tcp, checksum: decoded.tcp.checksum ^ 0x0101 };
      return { ...rest, frame: encodeFrame({ ...decoded, ...(tcp && { tcp }) }, { checksums: "keep" }) };
    });
    expect(wrong.map(({ frame }) => decodeFrame(frame).tcp?.checksumValid)).not.toContain(true);
    const rows = tshark(fileOf("bad-tcp.pcap", writeCapture(wrong)), ["tcp.checksum.status", "ip.checksum.status"]);
    expect(rows).toEqual(wrong.map(({ frame }) => [BAD, decodeFrame(frame).ipv4 ? GOOD : ""]));
  });

  it("judges every wrong IPv4 checksum bad, and so do we", () => {
    const wrong = packets.flatMap(({ frame, ...rest }) => {
      const decoded = decodeFrame(frame);
      if (!decoded.ipv4) return [];
      const ipv4 = { ...decoded.ipv4, checksum: decoded.ipv4.checksum ^ 0x8000 };
      return [{ ...rest, frame: encodeFrame({ ...decoded, ipv4 }, { checksums: "keep" }) }];
    });
    expect(wrong.length).toBeGreaterThan(100);
    expect(wrong.map(({ frame }) => decodeFrame(frame).ipv4?.checksumValid)).not.toContain(true);
    const rows = tshark(fileOf("bad-ip.pcap", writeCapture(wrong)), ["ip.checksum.status"]);
    expect(rows).toEqual(wrong.map(() => [BAD]));
  });

  it.each(["d4c3b2a1", "4d3cb2a1", "a1b2c3d4", "a1b23c4d"])("reads our hand-made pcap file as we do: %s", (magic) => {
    const record = { seconds: 1_700_000_000, fraction: 123_456, frame: FRAME, originalLength: 1500 };
    const file = pcapFile(magic, [record, { ...record, seconds: 0xffffffff }]);
    const rows = tshark(fileOf("by-hand.pcap", file), ["frame.time_epoch", "frame.cap_len", "frame.len"]);
    expect(rows.map(([epoch, ...lengths]) => [String(nanoseconds(epoch)), ...lengths])).toEqual(
      [...readCapture(file)].map(({ atNs }) => [String(atNs), "17", "1500"]),
    );
  });

  it.each([true, false])("reads our hand-made pcapng blocks as we do, little-endian: %s", (littleEndian) => {
    const file = everything(littleEndian);
    const rows = tshark(fileOf("everything.pcapng", file), ["frame.time_epoch", "frame.cap_len", "frame.len"]);
    // tshark leaves the time of a simple packet empty.
    const seen = rows.map(([epoch, ...lengths]) => [epoch ? String(nanoseconds(epoch)) : "0", ...lengths]);
    expect(seen).toEqual(
      [...readCapture(file)].map(({ atNs, frame, originalLength }) => [
        String(atNs),
        String(frame.length),
        String(originalLength),
      ]),
    );
  });
});

describe("files of other tools are read to the same packets", () => {
  function read(path: string) {
    return [...readCapture(readFileSync(path))].map(({ atNs, frame, originalLength }) => ({
      atNs,
      frame: Uint8Array.from(frame),
      originalLength,
    }));
  }

  it.each([
    ["pcapng", 1n],
    ["nsecpcap", 1n],
    ["pcap", 1000n],
  ])("editcap -F %s", (format, unit) => {
    const from = fileOf("from.pcap", writeCapture(packets));
    const to = join(folder, `editcap.${format}`);
    run("editcap", ["-F", format, from, to]);
    expect(read(to)).toEqual(packets.map((packet) => ({ ...packet, atNs: (packet.atNs / unit) * unit })));
  });

  it("tshark -w, with comments", () => {
    const from = fileOf("from.pcap", writeCapture(packets));
    const plain = join(folder, "tshark.pcapng");
    run("tshark", ["-r", from, "-w", plain]);
    const commented = join(folder, "commented.pcapng");
    run("editcap", ["-a", "1:a comment", "-a", "7:another", plain, commented]);
    expect(read(plain)).toEqual(packets);
    expect(read(commented)).toEqual(packets);
  });

  it("editcap -s, which cuts", () => {
    const from = fileOf("from.pcap", writeCapture(packets));
    const to = join(folder, "cut.pcapng");
    run("editcap", ["-s", "60", from, to]);
    expect(read(to)).toEqual(packets.map((packet) => ({ ...packet, frame: packet.frame.subarray(0, 60) })));
    for (const { frame } of read(to)) expect(encodeFrame(decodeFrame(frame), { checksums: "keep" })).toEqual(frame);
  });

  it("mergecap, with an interface for each file", () => {
    const odd = fileOf("odd.pcap", writeCapture(packets.filter((_, index) => index % 2 === 1)));
    const even = fileOf("even.pcap", writeCapture(packets.filter((_, index) => index % 2 === 0)));
    const to = join(folder, "merged.pcapng");
    run("mergecap", ["-F", "pcapng", "-I", "none", "-w", to, odd, even]);
    expect(read(to)).toEqual(packets);
    const interfaces = [...readCapture(readFileSync(to))].map((packet: CapturedFrame) => packet.interface);
    expect(new Set(interfaces).size).toBe(2);
  });

  it("two files one behind the other: two sections", () => {
    const from = fileOf("from.pcap", writeCapture(packets));
    const one = join(folder, "section.pcapng");
    run("editcap", ["-F", "pcapng", from, one]);
    const both = fileOf("sections.pcapng", Buffer.concat([readFileSync(one), readFileSync(one)]));
    expect(read(both)).toEqual([...packets, ...packets]);
  });
});
