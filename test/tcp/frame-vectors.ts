/** Frames with their bytes and what they say. */
import type { Frame } from "../../src/tcp/index.ts";
import { fromHex } from "../../src/wire/index.ts";

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
export const vectors: { name: string; hex: string; frame: Frame }[] = [
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
