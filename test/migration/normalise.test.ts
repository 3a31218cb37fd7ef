import { describe, expect, it } from "vitest";
import { normaliseSyn } from "../../src/migration/index.ts";
import {
  dataFrame,
  decodeFrame,
  encodeFrame,
  type Frame,
  synFrame,
  TcpFlags,
  type TcpOption,
  tcpChecksum,
} from "../../src/tcp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";
import { client, framesOf, server } from "./scene.ts";

const { ae, cwr, ece, syn: SYN } = TcpFlags;

function synWith(options: readonly TcpOption[], flags = 0): Frame {
  return synFrame({ from: client, to: server, seq: 1000, window: 64240, options, flags });
}

/** The options of a frame as they stand in its TCP header: IPv4 without options, so from byte 14 + 20 + 20 on. */
function optionBytes(frame: Frame): string {
  const bytes = encodeFrame(frame, { checksums: "keep" });
  return toHex(bytes.subarray(54, 34 + 4 * ((bytes[46] ?? 0) >>> 4)));
}

describe("normaliseSyn", () => {
  // The SYN of a Linux client: MSS 1460, SACK permitted, timestamps 77/0, NOP, window scale 7.
  const linux = fromHex(
    "000000000001000000000003080045000 03c00004000400626b90a0000030a000001 82352b67000003e800000000a002faf0" +
      "873a0000 020405b4 0402 080a0000004d00000000 01 030307",
  );

  it("replaces options by no-operations where they stand", () => {
    const frame = normaliseSyn(linux);
    expect(optionBytes(frame)).toBe("020405b401010101010101010101010101030307");
    expect(frame.tcp).toMatchObject({ seq: 1000, window: 64240, flags: SYN, checksumValid: true });
    expect(frame.ipv4).toMatchObject({ totalLength: 60, checksumValid: true });
  });

  it("computes the checksum anew", () => {
    const bytes = encodeFrame(normaliseSyn(linux), { checksums: "keep" });
    expect((bytes[50] ?? 0) * 256 + (bytes[51] ?? 0)).toBe(tcpChecksum("10.0.0.3", "10.0.0.1", bytes.subarray(34)));
  });

  it("gives the same for a retransmission and for its own result", () => {
    const once = encodeFrame(normaliseSyn(linux));
    expect(encodeFrame(normaliseSyn(Array.from(linux)))).toEqual(once);
    expect(encodeFrame(normaliseSyn(normaliseSyn(decodeFrame(linux))))).toEqual(once);
  });

  // Zeros fill the header up to a multiple of 4 bytes.
  it.each<[string, TcpOption, string]>([
    ["fast open", { type: "fastOpen", cookie: new Uint8Array(4) }, "0101010101010000"],
    [
      "an experimental fast open",
      { type: "fastOpen", cookie: new Uint8Array(4), experimentalKind: 254 },
      "0101010101010101",
    ],
    ["multipath", { type: "multipath", subtype: 0, bits: 1, data: new Uint8Array(1) }, "01010101"],
    ["a user timeout", { type: "userTimeout", granularity: "seconds", timeout: 9 }, "01010101"],
    ["encryption", { type: "tcpEno", suboptions: new Uint8Array(2) }, "01010101"],
    ["accurate ECN", { type: "accEcn0", counters: [1, 2] }, "0101010101010101"],
    ["what it does not know", { type: "unknown", kind: 77, data: new Uint8Array(2) }, "01010101"],
  ])("takes out %s", (_, option, expected) => {
    expect(optionBytes(normaliseSyn(synWith([option])))).toBe(expected);
  });

  it("keeps MSS, window scale and what ends the list", () => {
    const options: TcpOption[] = [{ type: "mss", value: 9 }, { type: "windowScale", shift: 3 }, { type: "end" }];
    expect(optionBytes(normaliseSyn(synWith(options)))).toBe("0204000903030300");
  });

  it("asks for classic ECN instead of accurate ECN", () => {
    expect(normaliseSyn(synWith([], ae | ece | cwr)).tcp?.flags).toBe(SYN | ece | cwr);
    expect(normaliseSyn(synWith([], ece | cwr)).tcp?.flags).toBe(SYN | ece | cwr);
  });

  it("takes the data out of a fast open", () => {
    const frame = dataFrame({
      from: client,
      to: server,
      seq: 1000,
      ack: 0,
      window: 1,
      flags: SYN,
      options: [{ type: "fastOpen", cookie: new Uint8Array(4) }],
      payload: new Uint8Array(50),
    });
    const { payload, ipv4, tcp } = normaliseSyn(frame);
    expect(payload).toHaveLength(0);
    expect(ipv4).toMatchObject({ totalLength: 20 + 20 + 8, checksumValid: true });
    expect(tcp?.checksumValid).toBe(true);
  });

  const sack: TcpOption = { type: "sackPermitted" };
  it.each<[string, Frame]>([
    ["signed with MD5", synWith([sack, { type: "md5", digest: new Uint8Array(16) }])],
    [
      "signed with TCP-AO",
      synWith([sack, { type: "authentication", keyId: 1, rNextKeyId: 1, mac: new Uint8Array(12) }]),
    ],
    [
      "joining a multipath connection",
      synWith([sack, { type: "multipath", subtype: 1, bits: 0, data: new Uint8Array(9) }]),
    ],
    ["whose options do not parse", synWith([sack, { type: "malformed", raw: Uint8Array.of(9, 0) }])],
    ["that is a SYN-ACK", framesOf({ synAckOptions: [sack] }).synAck],
  ])("leaves a segment alone %s", (_, frame) => {
    expect(encodeFrame(normaliseSyn(frame))).toEqual(encodeFrame(frame));
  });

  it("leaves a damaged segment alone, for a right checksum would hide the damage", () => {
    const bytes = encodeFrame(synWith([sack]));
    for (const at of [24, 50]) {
      const damaged = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(encodeFrame(normaliseSyn(damaged), { checksums: "keep" })).toEqual(damaged);
    }
  });

  it("leaves alone what is no TCP, and names bytes that are no frame", () => {
    const arp = fromHex(`ffffffffffff0000000000030806${"00".repeat(28)}`);
    expect(encodeFrame(normaliseSyn(arp), { checksums: "keep" })).toEqual(arp);
    expect(() => normaliseSyn(new Uint8Array(5))).toThrow(
      expect.objectContaining({ name: "WireError", path: "frame" }),
    );
    expect(() => normaliseSyn("no" as never)).toThrow(TypeError);
    expect(() => normaliseSyn([300] as never)).toThrow(TypeError);
  });
});
