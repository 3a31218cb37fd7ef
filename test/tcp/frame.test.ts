import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, type Frame, flowKey, shiftSegment } from "../../src/tcp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";

const none = new Uint8Array(0);
const untagged = { dst: "00:00:00:00:00:02", src: "00:00:00:00:00:01", vlans: [], trailer: none };
const plainIpv4 = {
  dscp: 0,
  ecn: 0,
  identification: 0,
  reservedFlag: false,
  dontFragment: false,
  moreFragments: false,
  fragmentOffset: 0,
  ttl: 64,
  protocol: 6,
  checksumValid: true,
  src: "10.0.0.3",
  dst: "10.0.0.1",
  options: none,
};
const plainTcp = { seq: 0, ack: 0, urgentPointer: 0, checksumValid: true, options: [] };

/** Built by scapy 2.5.0, but for the last two. */
const vectors: { name: string; hex: string; frame: Frame }[] = [
  {
    name: "a SYN of Linux",
    hex:
      "000000000002 000000000001 0800 45 00 003c 1234 4000 40 06 1485 0a000003 0a000001 " +
      "8235 0050 ffffffff 00000000 a002 faf0 18e9 0000 020405b4 0402 080a deadbeef 00000000 01 030307",
    frame: {
      ethernet: { ...untagged, ethType: 0x0800 },
      ipv4: { ...plainIpv4, totalLength: 60, identification: 0x1234, dontFragment: true, checksum: 0x1485 },
      tcp: {
        ...plainTcp,
        srcPort: 33333,
        dstPort: 80,
        seq: 4294967295,
        flags: 0x002,
        window: 64240,
        checksum: 0x18e9,
        options: [
          { type: "mss", value: 1460 },
          { type: "sackPermitted" },
          { type: "timestamps", value: 0xdeadbeef, echo: 0 },
          { type: "nop" },
          { type: "windowScale", shift: 7 },
        ],
      },
      payload: none,
    },
  },
  {
    name: "a tagged segment with IPv4 options and an odd payload",
    hex:
      "000000000002 000000000001 8100 b064 0800 46 b9 002f 0001 0000 03 06 0e08 0a000003 0a000001 94040000 " +
      "0001 0002 00000003 00000004 50d8 0005 c78c 0006 6f6464",
    frame: {
      ethernet: {
        ...untagged,
        vlans: [{ tpid: 0x8100, pcp: 5, dei: true, vid: 100 }],
        ethType: 0x0800,
      },
      ipv4: {
        ...plainIpv4,
        dscp: 46,
        ecn: 1,
        totalLength: 47,
        identification: 1,
        ttl: 3,
        checksum: 0x0e08,
        options: fromHex("94040000"),
      },
      tcp: {
        ...plainTcp,
        srcPort: 1,
        dstPort: 2,
        seq: 3,
        ack: 4,
        flags: 0x0d8,
        window: 5,
        checksum: 0xc78c,
        urgentPointer: 6,
      },
      payload: fromHex("6f6464"),
    },
  },
  {
    name: "IPv6 with extension headers behind two tags",
    hex:
      "000000000002 000000000001 88a8 2007 8100 0ffe 86dd 62eabcde 003d 00 09 " +
      "20010db8000000000000000000000003 20010db8000000000000000000000001 3c00050200000100 0600010400000000 " +
      "ffff 01bb 00000001 00000002 a011 0003 b83a 0000 01 01 0512 0000000a 00000014 0000001e 00000028 68656c6c6f",
    frame: {
      ethernet: {
        ...untagged,
        vlans: [
          { tpid: 0x88a8, pcp: 1, dei: false, vid: 7 },
          { tpid: 0x8100, pcp: 0, dei: false, vid: 4094 },
        ],
        ethType: 0x86dd,
      },
      ipv6: {
        dscp: 0x2e >> 2,
        ecn: 2,
        flowLabel: 0xabcde,
        payloadLength: 61,
        nextHeader: 0,
        hopLimit: 9,
        src: "2001:db8::3",
        dst: "2001:db8::1",
        extensions: [
          { type: 0, raw: fromHex("3c00050200000100") },
          { type: 60, raw: fromHex("0600010400000000") },
        ],
        protocol: 6,
      },
      tcp: {
        ...plainTcp,
        srcPort: 65535,
        dstPort: 443,
        seq: 1,
        ack: 2,
        flags: 0x011,
        window: 3,
        checksum: 0xb83a,
        options: [
          { type: "nop" },
          { type: "nop" },
          {
            type: "sack",
            blocks: [
              { left: 10, right: 20 },
              { left: 30, right: 40 },
            ],
          },
        ],
      },
      payload: fromHex("68656c6c6f"),
    },
  },
  {
    name: "an ARP reply padded to 60 bytes",
    hex:
      "000000000002 000000000001 0806 0001 0800 06 04 0002 000000000001 0a000003 000000000002 0a000001 " +
      "000000000000000000000000000000000000",
    frame: {
      ethernet: { ...untagged, ethType: 0x0806, trailer: new Uint8Array(18) },
      arp: {
        operation: 2,
        senderMac: "00:00:00:00:00:01",
        senderIp: "10.0.0.3",
        targetMac: "00:00:00:00:00:02",
        targetIp: "10.0.0.1",
      },
      payload: none,
    },
  },
  {
    name: "the first fragment of a segment, whose checksum cannot be told",
    hex:
      "000000000002 000000000001 0800 45 00 002c 0009 2000 40 06 46c0 0a000003 0a000001 " +
      "0001 0002 00000003 00000000 5002 2000 1111 0000 61626364",
    frame: {
      ethernet: { ...untagged, ethType: 0x0800 },
      ipv4: { ...plainIpv4, totalLength: 44, identification: 9, moreFragments: true, checksum: 0x46c0 },
      tcp: {
        ...plainTcp,
        srcPort: 1,
        dstPort: 2,
        seq: 3,
        flags: 2,
        window: 8192,
        checksum: 0x1111,
        checksumValid: undefined,
      },
      payload: fromHex("61626364"),
    },
  },
  {
    name: "a later fragment, which has no TCP header",
    hex: "000000000002 000000000001 0800 45 00 0018 0009 0003 40 06 66d1 0a000003 0a000001 65666768",
    frame: {
      ethernet: { ...untagged, ethType: 0x0800 },
      ipv4: { ...plainIpv4, totalLength: 24, identification: 9, fragmentOffset: 3, checksum: 0x66d1 },
      payload: fromHex("65666768"),
    },
  },
  {
    name: "UDP, which stays raw, with a trailer",
    hex: "000000000002 000000000001 0800 45 00 001d 0001 0000 40 11 66cc 0a000003 0a000001 0035 0036 0009 736d 78 eeff",
    frame: {
      ethernet: { ...untagged, ethType: 0x0800, trailer: fromHex("eeff") },
      ipv4: { ...plainIpv4, totalLength: 29, identification: 1, protocol: 17, checksum: 0x66cc },
      payload: fromHex("003500360009736d78"),
    },
  },
  {
    name: "an IEEE 802.3 frame (a spanning tree message), which stays raw",
    hex: "0180c2000000 000000000001 0007 42 42 03 00000000",
    frame: {
      ethernet: { ...untagged, dst: "01:80:c2:00:00:00", ethType: 7 },
      payload: fromHex("42420300000000"),
    },
  },
  {
    name: "nothing but an Ethernet header",
    hex: "000000000002 000000000001 0800",
    frame: { ethernet: { ...untagged, ethType: 0x0800 }, payload: none },
  },
];

describe("a frame", () => {
  it.each(vectors)("is decoded: $name", ({ hex, frame }) => {
    expect(decodeFrame(fromHex(hex))).toEqual(frame);
  });

  it.each(vectors)("is encoded, lengths and checksums kept: $name", ({ hex, frame }) => {
    expect(toHex(encodeFrame(frame, { checksums: "keep" }))).toBe(toHex(fromHex(hex)));
  });

  it.each(vectors)("is encoded, lengths and checksums computed: $name", ({ hex, frame }) => {
    const unknown = {
      ...frame,
      ...(frame.ipv4 && { ipv4: { ...frame.ipv4, totalLength: 0, checksum: 0 } }),
      ...(frame.ipv6 && { ipv6: { ...frame.ipv6, payloadLength: 0 } }),
      // Nobody can compute the checksum of a fragment.
      ...(frame.tcp && { tcp: { ...frame.tcp, checksum: frame.ipv4?.moreFragments ? frame.tcp.checksum : 0 } }),
    };
    expect(toHex(encodeFrame(unknown))).toBe(toHex(fromHex(hex)));
  });

  it("is encoded by default with computed checksums", () => {
    const frame = { ...vectors[0]?.frame } as Frame;
    const wrong = { ...frame, ...(frame.tcp && { tcp: { ...frame.tcp, checksum: 1 } }) };
    expect(encodeFrame(wrong)).toEqual(encodeFrame(wrong, { checksums: "compute" }));
    expect(encodeFrame(wrong)).not.toEqual(encodeFrame(wrong, { checksums: "keep" }));
  });

  it("may have the tag of old switches", () => {
    const bytes = fromHex("000000000002 000000000001 9100 0007 8100 0008 88b5 aa");
    const frame = decodeFrame(bytes);
    expect(frame).toMatchObject({
      ethernet: {
        vlans: [
          { tpid: 0x9100, vid: 7 },
          { tpid: 0x8100, vid: 8 },
        ],
        ethType: 0x88b5,
      },
    });
    expect(encodeFrame(frame)).toEqual(bytes);
  });

  it("tells a wrong checksum, of IPv4 and of TCP", () => {
    const bytes = fromHex(vectors[0]?.hex ?? "");
    bytes[22] = 63; // time to live
    bytes[41] = 7; // sequence number
    expect(decodeFrame(bytes)).toMatchObject({ ipv4: { checksumValid: false }, tcp: { checksumValid: false } });
  });
});

const LINUX_SYN = fromHex(vectors[0]?.hex ?? "");

/** The SYN of the first vector with some bytes changed. */
function changed(changes: Record<number, number>): Uint8Array {
  const bytes = LINUX_SYN.slice();
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
}

describe("what does not parse", () => {
  it.each<[string, Record<number, number>]>([
    ["an IPv4 header length of 4 words", { 14: 0x44 }],
    ["an IPv4 header longer than the frame", { 14: 0x4f, 16: 0xff }],
    ["IP version 5 behind the type of IPv4", { 14: 0x55 }],
    ["a total length below the header's", { 17: 19 }],
    ["a total length of 0", { 17: 0 }],
  ])("leaves IPv4 raw: %s", (_, changes) => {
    const bytes = changed(changes).subarray(0, 14 + 50);
    const frame = decodeFrame(bytes);
    expect(Object.keys(frame)).toEqual(["ethernet", "payload"]);
    expect(frame.payload).toEqual(bytes.subarray(14));
  });

  it.each<[string, Record<number, number>]>([
    ["a data offset of 4 words", { 46: 0x40 }],
    ["a data offset beyond the packet", { 46: 0xb0 }],
    ["a total length that cuts the header", { 17: 39 }],
  ])("leaves TCP raw: %s", (_, changes) => {
    const bytes = changed(changes);
    const frame = decodeFrame(bytes);
    expect(frame.ipv4).toBeDefined();
    expect(frame.tcp).toBeUndefined();
    expect(frame.payload).toEqual(bytes.subarray(34, 14 + (bytes[17] ?? 0)));
    expect(() => flowKey(frame)).toThrow(expect.objectContaining({ name: "WireError", code: "unsupported" }));
  });

  it("decodes a segment that the capture cut, but not its checksum", () => {
    const bytes = changed({ 17: 200 });
    const frame = decodeFrame(bytes);
    expect(frame).toMatchObject({ ipv4: { totalLength: 200 }, tcp: { seq: 4294967295, checksumValid: undefined } });
    expect(encodeFrame(frame, { checksums: "keep" })).toEqual(bytes);
    expect(decodeFrame(encodeFrame(frame))).toMatchObject({ ipv4: { totalLength: 60 }, tcp: { checksumValid: true } });
  });

  it("leaves a tag raw that is not all there", () => {
    const frame = decodeFrame(fromHex("000000000002 000000000001 8100 0064"));
    expect(frame).toMatchObject({ ethernet: { vlans: [], ethType: 0x8100 }, payload: fromHex("0064") });
  });

  it.each([15, 16, 18, 19])("leaves ARP raw that is about other networks: byte %i", (at) => {
    const bytes = fromHex(vectors[3]?.hex ?? "");
    bytes[at] = 9;
    expect(decodeFrame(bytes)).toMatchObject({ payload: bytes.subarray(14) });
    expect(decodeFrame(bytes).arp).toBeUndefined();
  });

  it("is an error below 14 bytes only", () => {
    for (let length = 0; length < 14; length++) {
      expect(() => decodeFrame(LINUX_SYN.subarray(0, length))).toThrow(
        expect.objectContaining({ name: "WireError", code: "truncated" }),
      );
    }
    for (const { hex } of vectors) {
      const bytes = fromHex(hex);
      for (let length = 14; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        expect(encodeFrame(decodeFrame(cut), { checksums: "keep" })).toEqual(cut);
      }
    }
  });
});

/** IPv6, a chain of headers, then a TCP header without options. */
function ipv6With(first: string, chain: string): Uint8Array {
  const tcp = "0001 0002 00000003 00000004 5010 0005 0000 0000";
  const body = fromHex(chain + tcp);
  const length = body.length.toString(16).padStart(4, "0");
  const addresses = "20010db8000000000000000000000003 20010db8000000000000000000000001";
  return fromHex(`000000000002 000000000001 86dd 60000000 ${length} ${first} 40 ${addresses} ${toHex(body)}`);
}

describe("an IPv4 source route", () => {
  const routed = (option: string) =>
    decodeFrame(
      fromHex(
        `000000000002 000000000001 0800 48 00 0034 0000 0000 40 06 0000 0a000003 0a000001 ${option} ` +
          "0001 0002 00000003 00000004 5010 0005 0000 0000",
      ),
    );

  it.each<[string, string, boolean | undefined]>([
    ["loose, to go", "01 83 07 04 0a000009 00000000", undefined],
    ["strict, to go", "89 07 04 0a000009 00 00000000", undefined],
    ["loose, to go by a pointer that leads nowhere", "01 83 07 07 0a000009 00000000", undefined],
    ["loose, at its end", "01 83 07 08 0a000009 00000000", false],
    ["none, but its number behind the end of the list", "00 83 07 04 0a000009 00000000", false],
    ["none, a recorded one", "07 07 04 0a000009 00 00000000", false],
    ["none, a broken option", "07 01 83 07 04 0a0000 09000000", false],
  ])("leaves the checksum alone while it is not at its end: %s", (_, option, valid) => {
    const frame = routed(option);
    expect(frame.tcp?.checksumValid).toBe(valid);
    expect(decodeFrame(encodeFrame(frame)).tcp?.checksumValid).toBe(valid === undefined ? undefined : true);
  });
});

describe("IPv6 extension headers", () => {
  it.each<[string, string, string, number[]]>([
    ["hop-by-hop and destination options", "00", "3c00010400000000 0600010400000000", [0, 60]],
    ["destination options of 16 bytes", "3c", "0601010c00000000 0000000000000000", [60]],
    ["a fragment header that fragments nothing", "2c", "06ff000000000007", [44]],
    ["an authentication header of 24 bytes", "33", "0604000000000001 0000000211223344 5566778899aabbcc", [51]],
    ["mobility, HIP and Shim6", "87", "8b00000000000000 8c00000000000000 0600000000000000", [135, 139, 140]],
  ])("are passed over: %s", (_, first, chain, types) => {
    const bytes = ipv6With(first, chain);
    const frame = decodeFrame(bytes);
    expect(frame.ipv6?.extensions.map(({ type }) => type)).toEqual(types);
    expect(frame).toMatchObject({ ipv6: { protocol: 6 }, tcp: { seq: 3, ack: 4, checksumValid: false } });
    expect(encodeFrame(frame, { checksums: "keep" })).toEqual(bytes);
    expect(decodeFrame(encodeFrame(frame)).tcp?.checksumValid).toBe(true);
  });

  it("tell of the first fragment, whose checksum cannot be told and is left alone", () => {
    const frame = decodeFrame(ipv6With("2c", "0600000100000007"));
    expect(frame.tcp).toMatchObject({ seq: 3, checksumValid: undefined });
    expect(decodeFrame(encodeFrame(frame)).tcp?.checksum).toBe(0);
  });

  it("go on behind a first fragment's header", () => {
    const bytes = ipv6With("2c", "3c00000100000007 0600010400000000");
    expect(decodeFrame(bytes)).toMatchObject({ tcp: { seq: 3 }, ipv6: { extensions: [{ type: 44 }, { type: 60 }] } });
    expect(decodeFrame(shiftSegment(bytes, { seq: 1 })).tcp?.seq).toBe(4);
  });

  it("tell of a later fragment, whose data is no header", () => {
    const bytes = ipv6With("2c", "3c00000900000007");
    const frame = decodeFrame(bytes);
    expect(frame.tcp).toBeUndefined();
    expect(frame.ipv6).toMatchObject({ nextHeader: 44, protocol: 60, extensions: [{ type: 44 }] });
    expect(encodeFrame(frame, { checksums: "keep" })).toEqual(bytes);
    for (const chain of ["3c00000900000007", "0600000900000007"]) {
      expect(decodeFrame(ipv6With("2c", chain)).tcp).toBeUndefined();
      expect(() => shiftSegment(ipv6With("2c", chain), { seq: 1 })).toThrow("no TCP header");
    }
  });

  it("leave the checksum alone while segments of a source route are left", () => {
    const route = (left: string) => ipv6With("2b", `060200${left}00000000 20010db8000000000000000000000009`);
    expect(decodeFrame(route("01")).tcp?.checksumValid).toBeUndefined();
    expect(decodeFrame(route("00")).tcp?.checksumValid).toBe(false);
    expect(decodeFrame(encodeFrame(decodeFrame(route("01")))).tcp?.checksum).toBe(0);
  });

  it("that do not end within the packet stay raw", () => {
    const bytes = ipv6With("00", "06ff010400000000");
    const frame = decodeFrame(bytes);
    expect(frame.ipv6).toMatchObject({ extensions: [], protocol: 0 });
    expect(frame.payload).toEqual(bytes.subarray(54));
  });

  it("are chained by encoding", () => {
    const frame = decodeFrame(ipv6With("00", "3c00010400000000 0600010400000000"));
    if (!frame.ipv6) throw new Error("no IPv6");
    const [hopByHop] = frame.ipv6.extensions;
    const shorter = { ...frame, ipv6: { ...frame.ipv6, extensions: hopByHop ? [hopByHop] : [] } };
    expect(decodeFrame(encodeFrame(shorter))).toMatchObject({
      ipv6: { nextHeader: 0, protocol: 6, payloadLength: 28, extensions: [{ type: 0 }] },
      tcp: { seq: 3, checksumValid: true },
    });
  });
});

describe("a frame that cannot be", () => {
  const [syn, , six, arp] = vectors.map(({ frame }) => frame);
  if (!syn?.ipv4 || !syn.tcp || !six?.ipv6 || !arp?.arp) throw new Error("the vectors have changed");
  const { ipv4, tcp, ...rest } = syn;
  const ethernet = (ethType: number) => ({ ...rest.ethernet, ethType });

  it.each<[string, Frame, string, string]>([
    ["TCP without IP", { ...rest, tcp }, "badValue", "tcp"],
    ["TCP in a packet of UDP", { ...syn, ipv4: { ...ipv4, protocol: 17 } }, "badValue", "ipv4.protocol"],
    ["TCP in an IPv6 packet of UDP", { ...six, ipv6: { ...six.ipv6, protocol: 17 } }, "badValue", "ipv6.protocol"],
    ["IPv4 and IPv6", { ...syn, ipv6: six.ipv6 }, "badValue", "ipv6"],
    ["IPv4 of the type of IPv6", { ...syn, ethernet: ethernet(0x86dd) }, "badValue", "ethernet.ethType"],
    ["ARP of the type of IPv4", { ...arp, ethernet: ethernet(0x0800) }, "badValue", "ethernet.ethType"],
    ["IPv4 options of 3 bytes", { ...syn, ipv4: { ...ipv4, options: new Uint8Array(3) } }, "badLength", "ipv4.options"],
    ["IPv4 options of 44 bytes", { ...syn, ipv4: { ...ipv4, options: new Uint8Array(44) } }, "tooLong", "ipv4.options"],
    ["an IPv4 packet of 65536 bytes", { ...syn, payload: new Uint8Array(65536 - 60) }, "tooLong", "ipv4.totalLength"],
    [
      "an IPv6 payload of 65536 bytes",
      { ...six, payload: new Uint8Array(65536 - 56) },
      "tooLong",
      "ipv6.payloadLength",
    ],
    ["no address", { ...syn, ipv4: { ...ipv4, src: "10.0.0" } }, "badValue", "ipv4.src"],
    [
      "a tag of another type",
      { ...syn, ethernet: { ...rest.ethernet, vlans: [{ tpid: 0x0800, pcp: 0, dei: false, vid: 1 }] } },
      "badValue",
      "ethernet.vlans[0].tpid",
    ],
    [
      "a priority of 8",
      { ...syn, ethernet: { ...rest.ethernet, vlans: [{ tpid: 0x8100, pcp: 8, dei: false, vid: 1 }] } },
      "outOfRange",
      "ethernet.vlans[0].pcp",
    ],
    ["an address in ARP that is none", { ...arp, arp: { ...arp.arp, senderIp: "x" } }, "badValue", "arp.senderIp"],
  ])("is refused: %s", (_, frame, code, path) => {
    expect(() => encodeFrame(frame)).toThrow(expect.objectContaining({ name: "WireError", code, path }));
  });

  it("has packets of up to 65535 bytes", () => {
    const longest = decodeFrame(encodeFrame({ ...syn, payload: new Uint8Array(65535 - 60) }));
    expect(longest).toMatchObject({ ipv4: { totalLength: 65535 }, tcp: { checksumValid: true } });
  });
});
