import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ackFrame,
  dataFrame,
  decodeFrame,
  encodeFrame,
  type Frame,
  finFrame,
  rstFrame,
  segmentFrame,
  segmentLength,
  synAckFrame,
  synFrame,
  TcpFlags,
  type TcpOption,
} from "../../src/tcp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";
import { ipv4Address, ipv6Address, macAddress, u16, u32 } from "./arbitrary.ts";

const from = { mac: "00:00:00:00:00:03", ip: "10.0.0.3", port: 33333 };
const to = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 11111 };
const path = { from, to };
const options: TcpOption[] = [{ type: "mss", value: 1460 }];

describe("a synthetic segment", () => {
  it("is G03 of the hand-off scenarios: a RST|ACK", () => {
    const bytes = encodeFrame(rstFrame({ ...path, seq: 1001, ack: 5001 }));
    expect(toHex(bytes.subarray(34))).toBe("82352b67000003e90000138950140000d6be0000");
  });

  it("has time to live 64, don't fragment and identification 0", () => {
    // scapy 2.5.0: Ether(dst, src)/IP(src, dst, flags="DF", id=0)/TCP(sport, dport, seq=1001, ack=5001, flags="RA", window=0)
    expect(toHex(encodeFrame(rstFrame({ ...path, seq: 1001, ack: 5001 })))).toBe(
      toHex(
        fromHex(
          "000000000001 000000000003 0800 45 00 0028 0000 4000 40 06 26cd 0a000003 0a000001 " +
            "8235 2b67 000003e9 00001389 5014 0000 d6be 0000",
        ),
      ),
    );
  });

  it.each<[string, Frame, Partial<Frame["tcp"]>, number]>([
    ["SYN", synFrame({ ...path, seq: 1, window: 9, options }), { flags: 0x002, seq: 1, ack: 0, window: 9, options }, 1],
    [
      "SYN that offers ECN",
      synFrame({ ...path, seq: 1, window: 9, flags: TcpFlags.ece | TcpFlags.cwr }),
      { flags: 0x0c2, options: [] },
      1,
    ],
    ["SYN|ACK", synAckFrame({ ...path, seq: 1, ack: 2, window: 9, options }), { flags: 0x012, ack: 2, options }, 1],
    ["ACK", ackFrame({ ...path, seq: 1, ack: 2, window: 9 }), { flags: 0x010, seq: 1, ack: 2, window: 9 }, 0],
    ["FIN|ACK", finFrame({ ...path, seq: 1, ack: 2, window: 9 }), { flags: 0x011, seq: 1, ack: 2 }, 1],
    ["RST|ACK", rstFrame({ ...path, seq: 1, ack: 2 }), { flags: 0x014, seq: 1, ack: 2, window: 0 }, 0],
    ["RST", rstFrame({ ...path, seq: 1 }), { flags: 0x004, seq: 1, ack: 0, window: 0 }, 0],
    [
      "PSH|ACK with data",
      dataFrame({ ...path, seq: 1, ack: 2, window: 9, payload: new Uint8Array(7) }),
      { flags: 0x018 },
      7,
    ],
    [
      "ACK with data",
      dataFrame({ ...path, seq: 1, ack: 2, window: 9, payload: new Uint8Array(7), flags: TcpFlags.ack }),
      { flags: 0x010 },
      7,
    ],
    [
      "any flags",
      segmentFrame({ ...path, seq: 1, window: 9, flags: 0xfff, urgentPointer: 3, payload: Uint8Array.of(1) }),
      { flags: 0xfff, ack: 0, urgentPointer: 3 },
      3,
    ],
  ])("%s", (_, frame, tcp, length) => {
    const again = decodeFrame(encodeFrame(frame));
    expect(again).toMatchObject({ tcp: { srcPort: 33333, dstPort: 11111, checksumValid: true, ...tcp } });
    expect(segmentLength(again)).toBe(length);
  });

  it("travels over IPv6 and in VLANs, with what its headers may say", () => {
    const vlans = [
      { tpid: 0x88a8, pcp: 1, dei: true, vid: 7 },
      { tpid: 0x8100, pcp: 0, dei: false, vid: 100 },
    ];
    const six = {
      from: { ...from, ip: "2001:db8::3" },
      to: { ...to, ip: "2001:db8::1" },
      vlans,
      ttl: 3,
      dscp: 46,
      ecn: 2,
      flowLabel: 0xabcde,
    };
    expect(decodeFrame(encodeFrame(synFrame({ ...six, seq: 1, window: 2 })))).toMatchObject({
      ethernet: { vlans, ethType: 0x86dd },
      ipv6: { src: "2001:db8::3", hopLimit: 3, dscp: 46, ecn: 2, flowLabel: 0xabcde, payloadLength: 20 },
      tcp: { checksumValid: true },
    });
    const four = { ...path, vlans, ttl: 3, dscp: 46, ecn: 2, identification: 77 };
    expect(decodeFrame(encodeFrame(synFrame({ ...four, seq: 1, window: 2 })))).toMatchObject({
      ethernet: { vlans, ethType: 0x0800 },
      ipv4: { ttl: 3, dscp: 46, ecn: 2, identification: 77, totalLength: 40, checksumValid: true },
    });
  });

  it("has hop limit 64 and no flow label over IPv6", () => {
    const six = { from: { ...from, ip: "2001:db8::3" }, to: { ...to, ip: "2001:db8::1" } };
    expect(rstFrame({ ...six, seq: 1 })).toMatchObject({ ipv6: { hopLimit: 64, flowLabel: 0, dscp: 0, ecn: 0 } });
  });

  it("has its lengths before it is encoded", () => {
    expect(synFrame({ ...path, seq: 1, window: 2, options })).toMatchObject({
      ipv4: { totalLength: 44, checksumValid: undefined },
      tcp: { checksumValid: undefined },
    });
  });

  it("spells addresses as decoding does", () => {
    const frame = synFrame({
      from: { mac: "0:0:0:0:0:A", ip: "2001:DB8:0:0::1", port: 1 },
      to: { mac: "00:00:00:00:00:0b", ip: "::ffff:10.0.0.1", port: 2 },
      seq: 0,
      window: 0,
    });
    expect(frame).toMatchObject({ ethernet: { src: "00:00:00:00:00:0a" }, ipv6: { src: "2001:db8::1" } });
  });

  it("comes back from its bytes, but for the checksums", () => {
    const endpoint = (ip: fc.Arbitrary<string>) => fc.record({ mac: macAddress, ip, port: u16 });
    const ends = fc.oneof(
      fc.tuple(endpoint(ipv4Address), endpoint(ipv4Address)),
      fc.tuple(endpoint(ipv6Address), endpoint(ipv6Address)),
    );
    fc.assert(
      fc.property(ends, u32, u32, u16, fc.uint8Array({ maxLength: 40 }), ([from, to], seq, ack, window, payload) => {
        const frame = dataFrame({ from, to, seq, ack, window, payload });
        const { tcp, ipv4, ...rest } = decodeFrame(encodeFrame(frame));
        expect({
          ...rest,
          ...(ipv4 && { ipv4: { ...ipv4, checksum: 0, checksumValid: undefined } }),
          ...(tcp && { tcp: { ...tcp, checksum: 0, checksumValid: undefined } }),
        }).toEqual(frame);
        expect(tcp?.checksumValid).toBe(true);
      }),
    );
  });
});

describe("a wrong argument is named", () => {
  const good = { ...path, seq: 1, ack: 2, window: 3, payload: new Uint8Array(1) };
  it.each<[string, object, typeof RangeError | typeof TypeError]>([
    ["seq", { seq: -1 }, RangeError],
    ["seq", { seq: 2 ** 32 }, RangeError],
    ["seq", { seq: 1.5 }, RangeError],
    ["seq", { seq: Number.NaN }, RangeError],
    ["seq", { seq: "1" }, TypeError],
    ["seq", { seq: undefined }, TypeError],
    ["ack", { ack: 2 ** 32 }, RangeError],
    ["window", { window: 65536 }, RangeError],
    ["flags", { flags: 0x1000 }, RangeError],
    ["ttl", { ttl: 256 }, RangeError],
    ["dscp", { dscp: 64 }, RangeError],
    ["ecn", { ecn: 4 }, RangeError],
    ["identification", { identification: -1 }, RangeError],
    ["from", { from: undefined }, TypeError],
    ["from.mac", { from: { ...from, mac: "00:00:00:00:00" } }, RangeError],
    ["from.mac", { from: { ...from, mac: 3 } }, TypeError],
    ["from.ip", { from: { ...from, ip: "10.0.0.256" } }, RangeError],
    ["from.ip", { from: { ...from, ip: ":::" } }, RangeError],
    ["from.ip", { from: { ...from, ip: 10 } }, TypeError],
    ["from.port", { from: { ...from, port: 65536 } }, RangeError],
    ["to.ip", { to: { ...to, ip: "::1" } }, RangeError],
    ["to.port", { to: { ...to, port: "80" } }, TypeError],
    ["payload", { payload: "GET" }, TypeError],
    ["payload", { payload: new Uint8Array(65496) }, RangeError],
    ["vlans", { vlans: 7 }, TypeError],
    ["vlans[0]", { vlans: [7] }, TypeError],
    ["vlans[0].vid", { vlans: [{ tpid: 0x8100, pcp: 0, dei: false, vid: 4096 }] }, RangeError],
    ["vlans[0].dei", { vlans: [{ tpid: 0x8100, pcp: 0, dei: 0, vid: 1 }] }, TypeError],
    ["vlans[0].tpid", { vlans: [{ tpid: 0x0800, pcp: 0, dei: false, vid: 1 }] }, RangeError],
    ["options", { options: {} }, TypeError],
    ["options[0].value", { options: [{ type: "mss", value: 65536 }] }, RangeError],
    ["options[0].type", { options: [{ type: "mood" }] }, RangeError],
  ])("%s in %o", (name, wrong, kind) => {
    const build = () => dataFrame({ ...good, ...wrong });
    expect(build).toThrow(kind);
    expect(build).toThrow(name);
  });

  it.each([synFrame, synAckFrame, ackFrame, dataFrame, finFrame, rstFrame, segmentFrame])(
    "no fields at all",
    (build) => {
      expect(() => build(undefined as never)).toThrow(TypeError);
    },
  );
});
