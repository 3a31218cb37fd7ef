/** What becomes of each option of a SYN on its way to server 1 and to the new server, byte by byte. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import { encodeFrame, type Frame, TcpFlags, type TcpOption, tcpChecksum } from "../../../src/tcp/index.ts";
import { fromHex, toHex } from "../../../src/wire/index.ts";
import { plainConfig, Run } from "../machine/scene.ts";

const lazy: ConnectionConfig = { ...plainConfig, regime: "lazy" };
const { ae, cwr, ece, syn: SYN, ack: ACK } = TcpFlags;
const mss: TcpOption = { type: "mss", value: 1460 };
const nop: TcpOption = { type: "nop" };
const end: TcpOption = { type: "end" };
const scale = (shift: number): TcpOption => ({ type: "windowScale", shift });
const sack: TcpOption = { type: "sackPermitted" };
const clock: TcpOption = { type: "timestamps", value: 0x01020304, echo: 0 };
const fastOpen: TcpOption = { type: "fastOpen", cookie: fromHex("c0c1c2c3c4c5") };
const unknown: TcpOption = { type: "unknown", kind: 99, data: fromHex("aabb") };
const timeout: TcpOption = { type: "userTimeout", granularity: "seconds", timeout: 30 };
const multipath: TcpOption = { type: "multipath", subtype: 0, bits: 1, data: fromHex("010203040506070809") };
const encryption: TcpOption = { type: "tcpEno", suboptions: fromHex("21") };

/** Options and padding of the only segment that was sent, in hex. An untagged IPv4 frame: they begin 54 bytes into it. */
function optionsSent(run: Run): string {
  expect(run.sent).toHaveLength(1);
  const [sent] = run.sent;
  return sent ? hexOf(sent.frame) : "";
}

function hexOf(frame: Frame): string {
  const bytes = encodeFrame(frame, { checksums: "keep" });
  return toHex(bytes.subarray(54, 34 + 4 * ((bytes[46] ?? 0) >>> 4)));
}

describe("the SYN that server 1 gets", () => {
  it.each<[string, TcpOption[], string]>([
    // kind 2, length 4, 0x05b4 = 1460; kind 3, length 3, shift 7
    ["MSS and window scale as they were", [mss, nop, scale(7)], "020405b4 01 030307"],
    // 4, 2 → two NOPs, and their padding
    ["no selective acknowledgments", [mss, sack, nop, nop], "020405b4 0101 01 01"],
    // 8, 10 and 8 bytes of clocks → ten NOPs
    ["no timestamps", [mss, nop, nop, clock], `020405b4 01 01 ${"01".repeat(10)}`],
    // 34, 2 + 6
    ["no fast open", [mss, fastOpen], `020405b4 ${"01".repeat(8)}`],
    // 30, 12
    ["no multipath", [mss, multipath], `020405b4 ${"01".repeat(12)}`],
    // 28, 4
    ["no user timeout", [mss, timeout], "020405b4 01010101"],
    // 69, 3; padded to four
    ["no encryption", [mss, encryption, nop], "020405b4 010101 01"],
    // 99, 4
    ["nothing unknown", [mss, unknown], "020405b4 01010101"],
    ["the end where it was", [mss, scale(7), end], "020405b4 030307 00"],
  ])("has %s", (_, options, expected) => {
    const run = new Run().syn({ options });
    expect(optionsSent(run)).toBe(expected.replaceAll(" ", ""));
  });

  it("keeps its length, its numbers and its window; the checksum is right again", () => {
    const options = [mss, sack, clock, nop, scale(7)];
    const run = new Run().syn({ options });
    const [sent] = run.sent;
    // 4 + 2 + 10 + 1 + 3 = 20 bytes of options: 20 + 20 + 20 = 60 bytes of IPv4.
    expect(sent?.frame.ipv4?.totalLength).toBe(60);
    expect(sent?.tcp).toMatchObject({ seq: 1000, ack: 0, flags: SYN, window: 64240, checksumValid: true });
    const bytes = encodeFrame(sent?.frame ?? run.clientFrame({}), { checksums: "keep" });
    // The sum over a segment that holds its own right checksum is 0.
    expect(tcpChecksum("10.0.0.3", "10.0.0.1", bytes.subarray(34))).toBe((bytes[50] ?? 0) * 256 + (bytes[51] ?? 0));
  });

  it("is the same each time that the client repeats it", () => {
    const run = new Run().syn({ options: [mss, sack, clock, nop, scale(7)] });
    const first = run.sent.map(({ frame }) => toHex(encodeFrame(frame, { checksums: "keep" })));
    run.at = 1000;
    run.syn({ options: [mss, sack, clock, nop, scale(7)] });
    expect(run.sent.map(({ frame }) => toHex(encodeFrame(frame, { checksums: "keep" })))).toEqual(first);
  });

  it("asks for ECN, never for accurate ECN", () => {
    // AE = 0x100, CWR = 0x80, ECE = 0x40, SYN = 0x02
    expect(new Run().syn({ flags: 0x1c2 }).sent).toMatchObject([{ tcp: { flags: 0x0c2 } }]);
    expect(new Run().syn({ flags: 0x0c2 }).sent).toMatchObject([{ tcp: { flags: 0x0c2 } }]);
  });

  it("has no data: who wanted to send it early sends it again", () => {
    const run = new Run().syn({ options: [mss, fastOpen], payload: new Uint8Array(300) });
    expect(run.story).toEqual(["s1:S 1000,0+0"]);
    // Server 1 acknowledges the SYN alone, and the request is held from 1001 on.
    run
      .synAck({ options: [mss] })
      .client({})
      .data(300);
    expect(run.effects).toMatchObject([{ type: "inspect", seq: 1001 }]);
  });

  it.each<[string, TcpOption]>([
    ["TCP-AO", { type: "authentication", keyId: 1, rNextKeyId: 1, mac: new Uint8Array(12) }],
    ["MD5", { type: "md5", digest: new Uint8Array(16) }],
    ["a path that joins", { type: "multipath", subtype: 1, bits: 0, data: new Uint8Array(9) }],
  ])("is untouched with %s, and the connection is nobody's to move", (_, option) => {
    const options = [mss, sack, option];
    const run = new Run().syn({ options });
    expect(optionsSent(run)).toBe(hexOf(run.clientFrame({ flags: SYN, options })));
    expect(run.reports).toEqual(["UNTRACKED"]);
    expect(run.phase).toBe("nonMig");
  });

  it("is untouched in the lazy regime", () => {
    const options = [mss, sack, clock, nop, scale(7)];
    expect(optionsSent(new Run({}, lazy).syn({ options }))).toBe(
      "020405b404020 80a0102030400000000 01030307".replaceAll(" ", ""),
    );
  });
});

describe("the SYN-ACK that the client gets", () => {
  it("is server 1's, unchanged: what the SYN did not offer it does not answer", () => {
    const run = new Run().syn({ options: [mss, sack, clock, nop, scale(7)] }).synAck({ options: [mss, nop, scale(9)] });
    expect(optionsSent(run)).toBe("020405b401030309");
  });

  it("with more than the SYN offered ends every hope to move", () => {
    const run = new Run().syn({ options: [mss, nop, scale(7)] }).synAck({ options: [mss, sack, nop, scale(7)] });
    run.client({}).data().verdict();
    expect(run.effects).toMatchObject([
      { code: "FORWARDED", reasons: [{ code: "SYN_ACK_NOT_SUBSET" }] },
      { role: "clientSynTrap" },
      { role: "plainToServer" },
      { role: "plainToClient" },
      { type: "barrier" },
    ]);
  });
});

/** The SYN to the new server, given the client's SYN and server 1's answer. */
function offered(
  client: TcpOption[],
  server: TcpOption[],
  flags: [number, number] = [0, 0],
  config = plainConfig,
): Run {
  const run = new Run({}, config).syn({ options: client, flags: SYN | flags[0] });
  run.synAck({ options: server, flags: SYN | ACK | flags[1] });
  return run.client({}).data().verdict();
}

describe("the SYN that the new server gets", () => {
  it.each<[string, TcpOption[], TcpOption[], string]>([
    // The client's own 1400 = 0x0578 and shift 9: neither server 1's 1460 nor its 7.
    [
      "the client's MSS and shift",
      [{ type: "mss", value: 1400 }, nop, scale(9)],
      [mss, nop, scale(7)],
      "02040578 01 030309",
    ],
    // Server 1 refused to scale: the client does not scale either, whatever it offered.
    ["no shift when server 1 has none", [mss, nop, scale(9)], [mss], "020405b4"],
    // 0 is a shift.
    ["a shift of 0", [mss, nop, scale(0)], [mss, nop, scale(7)], "020405b4 01 030300"],
    ["nothing when the client said nothing", [], [mss], ""],
  ])("has %s", (_, client, server, expected) => {
    expect(optionsSent(offered(client, server))).toBe(expected.replaceAll(" ", ""));
  });

  it("offers neither SACK nor timestamps, also where both are in use", () => {
    // The policy knows a client that goes on without timestamps.
    const policy = { clientToleratesMissingTimestamps: true };
    const config: ConnectionConfig = { ...lazy, service: { ...plainConfig.service, policy } };
    const all = [mss, sack, clock, nop, scale(7)];
    const run = offered(all, all, [0, 0], config);
    expect(optionsSent(run)).toBe("020405b401030307");
    expect(run.effects).toMatchObject([
      { code: "HELD", reasons: [{ code: "SACK_NEGOTIATED" }, { code: "TS_NEGOTIATED" }] },
      { type: "packetOut" },
    ]);
  });

  it.each([
    // ECE + CWR = 0xc0 on top of SYN; an answer of ECE alone agrees.
    ["when server 1 agreed", [ece | cwr, ece], 0x0c2],
    ["not when server 1 did not", [ece | cwr, 0], 0x002],
    // A server that echoes both is broken: RFC 3168 §6.1.1.
    ["not when server 1 only reflects", [ece | cwr, ece | cwr], 0x002],
    ["not when the client did not", [0, 0], 0x002],
    // Accurate ECN was taken out of the SYN, so the answer is a classic one.
    ["when accurate ECN fell back", [ae | ece | cwr, ece], 0x0c2],
  ] as const)("asks for ECN %s", (_, [client, server], flags) => {
    expect(offered([mss], [mss], [client, server]).sent).toMatchObject([{ port: 2, tcp: { flags } }]);
  });

  it("has the window of the client's SYN, which is never scaled", () => {
    expect(offered([mss, nop, scale(7)], [mss, nop, scale(7)]).sent).toMatchObject([{ tcp: { window: 64240 } }]);
  });
});

describe("what the two servers say about windows", () => {
  const answers = (w1: number, w2: number | undefined): Run =>
    offered([mss, nop, scale(7)], [mss, nop, scale(w1)]).targetSynAck({
      options: w2 === undefined ? [mss] : [mss, nop, scale(w2)],
    });

  it.each([
    ["the same", 7, 7, "arm"],
    // The client reads 2⁷ where 2⁸, 2⁹, 2¹⁰ are meant: a half, a quarter, an eighth of the window.
    ["1 more", 7, 8, "arm"],
    ["3 more", 7, 10, "arm"],
    // A sixteenth.
    ["4 more", 7, 11, "fwdArm"],
    // Twice the window that there is.
    ["1 less", 7, 6, "fwdArm"],
    ["none, as a server with SYN cookies", 7, undefined, "fwdArm"],
    // 14 is the most: RFC 7323 §2.3.
    ["15 for 14", 14, 15, "arm"],
  ])("%s: %s", (_, w1, w2, phase) => {
    expect(answers(w1, w2).phase).toBe(phase);
  });

  it("is refused with a number: 2¹⁰ ÷ 2⁷ = 8", () => {
    expect(answers(10, 7).effects[0]).toMatchObject({
      code: "TARGET_UNFIT",
      reasons: [{ code: "WINDOW_SCALE_SMALLER", numbers: { origin: 10, target: 7, factor: 8 } }],
    });
  });
});
