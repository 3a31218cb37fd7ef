import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, synFrame, type TcpOption } from "../../src/tcp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";

const syn = synFrame({
  from: { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 },
  to: { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 80 },
  seq: 1000,
  window: 64240,
});

/** Behind Ethernet, IPv4 and the fixed TCP header. */
const OPTIONS_AT = 14 + 20 + 20;

function encoded(options: readonly unknown[]): string {
  return toHex(encodeFrame({ ...syn, tcp: { ...syn.tcp, options } } as typeof syn).subarray(OPTIONS_AT));
}

function decoded(hex: string): readonly TcpOption[] | undefined {
  const frame = fromHex(`${toHex(encodeFrame(syn).subarray(0, OPTIONS_AT))}${hex}`);
  const view = new DataView(frame.buffer);
  view.setUint16(16, frame.length - 14);
  view.setUint8(46, (20 + frame.length - OPTIONS_AT) << 2);
  return decodeFrame(frame).tcp?.options;
}

const nop: TcpOption = { type: "nop" };

describe("a TCP option", () => {
  it.each<[string, TcpOption[], string]>([
    ["RFC 9293 §3.7.1: maximum segment size", [{ type: "mss", value: 1460 }], "02 04 05b4"],
    ["RFC 7323 §2.2: window scale", [nop, { type: "windowScale", shift: 7 }], "01 03 03 07"],
    ["RFC 2018 §2: SACK permitted", [nop, nop, { type: "sackPermitted" }], "01 01 04 02"],
    [
      "RFC 2018 §3: SACK",
      [
        nop,
        nop,
        {
          type: "sack",
          blocks: [
            { left: 5500, right: 6000 },
            { left: 0xfffffff0, right: 16 },
          ],
        },
      ],
      "01 01 05 12 0000157c 00001770 fffffff0 00000010",
    ],
    [
      "RFC 7323 §3.2: timestamps",
      [nop, nop, { type: "timestamps", value: 0xdeadbeef, echo: 1 }],
      "01 01 08 0a deadbeef 00000001",
    ],
    [
      "RFC 2385 §3.0: MD5 signature",
      [nop, nop, { type: "md5", digest: fromHex("000102030405060708090a0b0c0d0e0f") }],
      "01 01 13 12 000102030405060708090a0b0c0d0e0f",
    ],
    [
      "RFC 5482 §3: user timeout in minutes",
      [{ type: "userTimeout", granularity: "minutes", timeout: 2 }],
      "1c 04 8002",
    ],
    [
      "RFC 5482 §3: user timeout in seconds",
      [{ type: "userTimeout", granularity: "seconds", timeout: 32767 }],
      "1c 04 7fff",
    ],
    [
      "RFC 5925 §2.2: TCP-AO",
      [{ type: "authentication", keyId: 61, rNextKeyId: 84, mac: fromHex("2ee437c6f8ede6d7c4d602e7") }],
      "1d 10 3d 54 2ee437c6f8ede6d7c4d602e7",
    ],
    [
      "RFC 8684 §3.1: MP_CAPABLE, version 1",
      [{ type: "multipath", subtype: 0, bits: 1, data: fromHex("01 0102030405060708") }],
      "1e 0c 01 01 0102030405060708",
    ],
    [
      "RFC 7413 §4.1.1: Fast Open asks for a cookie",
      [nop, nop, { type: "fastOpen", cookie: fromHex("") }],
      "01 01 22 02",
    ],
    [
      "RFC 7413 §4.1.1: Fast Open with a cookie",
      [nop, nop, { type: "fastOpen", cookie: fromHex("0011223344556677") }],
      "01 01 22 0a 0011223344556677",
    ],
    [
      "RFC 6994 §3: Fast Open as an experiment",
      [{ type: "fastOpen", cookie: fromHex("00112233"), experimentalKind: 254 }],
      "fe 08 f989 00112233",
    ],
    ["RFC 8547 §4.1: ENO", [nop, { type: "tcpEno", suboptions: fromHex("21") }], "01 45 03 21"],
    [
      "RFC 9768 §3.2.3: AccECN, order 0",
      [nop, { type: "accEcn0", counters: [1, 0x010203, 0xffffff] }],
      "01 ac 0b 000001 010203 ffffff",
    ],
    ["RFC 9768 §3.2.3: AccECN, order 1", [nop, nop, nop, { type: "accEcn1", counters: [2] }], "01 01 01 ae 05 000002"],
    [
      "an experiment that is not ours",
      [{ type: "unknown", kind: 254, data: fromHex("e2d4c3d9 0000") }],
      "fe 08 e2d4c3d9 0000",
    ],
    ["an unassigned kind", [{ type: "unknown", kind: 99, data: fromHex("0102") }], "63 04 0102"],
    ["end of the list", [{ type: "windowScale", shift: 1 }, { type: "end" }], "03 03 01 00"],
    ["end of the list and its zeros", [{ type: "end" }], "00 000000"],
    ["something behind the end", [{ type: "end", padding: fromHex("02 04 05") }], "00 020405"],
    [
      "four zeros behind the end",
      [nop, nop, nop, { type: "end", padding: fromHex("00000000") }],
      "01 01 01 00 00000000",
    ],
    [
      "more zeros than needed behind the end",
      [{ type: "end", padding: fromHex("00000000000000") }],
      "00 00000000000000",
    ],
  ])("%s", (_, options, hex) => {
    expect(encoded(options)).toBe(toHex(fromHex(hex)));
    expect(decoded(toHex(fromHex(hex)))).toEqual(options);
  });

  it("fills the header up to a multiple of 4 with zeros, which read as the end of the list", () => {
    expect(encoded([{ type: "mss", value: 1460 }, { type: "sackPermitted" }])).toBe("020405b404020000");
    expect(decoded("020405b404020000")).toEqual([
      { type: "mss", value: 1460 },
      { type: "sackPermitted" },
      { type: "end" },
    ]);
  });

  it.each<[string, string, TcpOption[]]>([
    ["MSS of 3 bytes", "02 03 05 01", [{ type: "unknown", kind: 2, data: fromHex("05") }, nop]],
    ["window scale of 4 bytes", "03 04 0000", [{ type: "unknown", kind: 3, data: fromHex("0000") }]],
    ["SACK permitted of 4 bytes", "04 04 0000", [{ type: "unknown", kind: 4, data: fromHex("0000") }]],
    ["SACK without a block", "05 02 01 01", [{ type: "unknown", kind: 5, data: fromHex("") }, nop, nop]],
    [
      "SACK with half a block",
      "05 06 00000001 01 01",
      [{ type: "unknown", kind: 5, data: fromHex("00000001") }, nop, nop],
    ],
    [
      "timestamps of 6 bytes",
      "08 06 00000001 01 01",
      [{ type: "unknown", kind: 8, data: fromHex("00000001") }, nop, nop],
    ],
    ["MD5 of 4 bytes", "13 04 0001", [{ type: "unknown", kind: 19, data: fromHex("0001") }]],
    ["TCP-AO of 3 bytes", "1d 03 01 01", [{ type: "unknown", kind: 29, data: fromHex("01") }, nop]],
    ["Multipath of 2 bytes", "1e 02 01 01", [{ type: "unknown", kind: 30, data: fromHex("") }, nop, nop]],
    [
      "Fast Open with an odd cookie",
      "22 07 0102030405 01",
      [{ type: "unknown", kind: 34, data: fromHex("0102030405") }, nop],
    ],
    ["Fast Open with a short cookie", "22 04 0102", [{ type: "unknown", kind: 34, data: fromHex("0102") }]],
    [
      "Fast Open with a long cookie",
      "22 14 000102030405060708090a0b0c0d0e0f1011",
      [{ type: "unknown", kind: 34, data: fromHex("000102030405060708090a0b0c0d0e0f1011") }],
    ],
    [
      "AccECN of four counters",
      "ac 0e 000000000000000000000000 0101",
      [{ type: "unknown", kind: 172, data: new Uint8Array(12) }, nop, nop],
    ],
    ["AccECN of 4 bytes", "ac 04 0102", [{ type: "unknown", kind: 172, data: fromHex("0102") }]],
  ])("of a length that its kind does not have stays raw: %s", (_, hex, options) => {
    expect(decoded(toHex(fromHex(hex)))).toEqual(options);
    expect(encoded(options)).toBe(toHex(fromHex(hex)));
  });

  it.each<[string, string]>([
    ["a length of 0", "02 00 05b4"],
    ["a length of 1", "02 01 05b4"],
    ["a length beyond the header", "02 05 05b4"],
    ["no room for a length", "02"],
  ])("with %s leaves the rest raw", (_, hex) => {
    const whole = toHex(fromHex(hex)).padStart(8, "01");
    const options = decoded(whole);
    const nops = 4 - fromHex(hex).length;
    expect(options).toEqual([...Array.from({ length: nops }, () => nop), { type: "malformed", raw: fromHex(hex) }]);
    expect(encoded(options ?? [])).toBe(whole);
  });

  it.each<[string, unknown[], string, string]>([
    ["a value beyond 16 bits", [nop, { type: "mss", value: 65536 }], "outOfRange", "tcp.options[1].value"],
    ["a shift that is no number", [{ type: "windowScale", shift: "7" }], "badValue", "tcp.options[0].shift"],
    ["no block", [{ type: "sack", blocks: [] }], "badLength", "tcp.options[0].blocks"],
    [
      "a negative edge",
      [{ type: "sack", blocks: [{ left: -1, right: 0 }] }],
      "outOfRange",
      "tcp.options[0].blocks[0].left",
    ],
    [
      "five blocks",
      [{ type: "sack", blocks: Array.from({ length: 5 }, () => ({ left: 0, right: 0 })) }],
      "tooLong",
      "tcp.options",
    ],
    ["a digest of 15 bytes", [{ type: "md5", digest: new Uint8Array(15) }], "badLength", "tcp.options[0].digest"],
    ["a cookie of 3 bytes", [{ type: "fastOpen", cookie: new Uint8Array(3) }], "badLength", "tcp.options[0].cookie"],
    [
      "an experiment under another kind",
      [{ type: "fastOpen", cookie: new Uint8Array(0), experimentalKind: 34 }],
      "badValue",
      "tcp.options[0].experimentalKind",
    ],
    ["four counters", [{ type: "accEcn0", counters: [1, 2, 3, 4] }], "badLength", "tcp.options[0].counters"],
    [
      "an unknown unit",
      [{ type: "userTimeout", granularity: "hours", timeout: 1 }],
      "badValue",
      "tcp.options[0].granularity",
    ],
    [
      "a kind without length",
      [{ type: "unknown", kind: 1, data: new Uint8Array(0) }],
      "outOfRange",
      "tcp.options[0].kind",
    ],
    ["an unknown type", [{ type: "echo" }], "badType", "tcp.options[0].type"],
    ["no object", [null], "badValue", "tcp.options[0]"],
    ["no bytes", [{ type: "unknown", kind: 9, data: [1] }], "badValue", "tcp.options[0].data"],
    ["an option behind the end", [{ type: "end" }, nop], "badOrder", "tcp.options[0]"],
    ["41 bytes", Array.from({ length: 41 }, () => nop), "tooLong", "tcp.options"],
  ])("is refused with %s", (_, options, code, path) => {
    expect(() => encoded(options)).toThrow(expect.objectContaining({ name: "WireError", code, path }));
  });
});
