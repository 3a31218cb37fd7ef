/** Random frames for property tests: every layer, every kind of option, all values in range and in canonical spelling. */
import fc from "fast-check";
import type { Ethernet, Frame, Ipv4, Ipv6, Ipv6Extension, Tcp, TcpOption } from "../../src/tcp/index.ts";
import { ipv4, ipv6, mac } from "../../src/wire/index.ts";

export const u8 = fc.integer({ min: 0, max: 0xff });
export const u16 = fc.integer({ min: 0, max: 0xffff });
/** Close to the ends as often as in between. */
export const u32 = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff),
);

function address(field: typeof mac) {
  const random = fc.uint8Array({ minLength: field.size, maxLength: field.size });
  return random.map((bytes) => field.read(new DataView(bytes.buffer, bytes.byteOffset), 0));
}

export const macAddress = address(mac);
export const ipv4Address = address(ipv4);
export const ipv6Address = address(ipv6);

const vlanTag = fc.record({
  tpid: fc.constantFrom(0x8100, 0x88a8),
  pcp: fc.integer({ min: 0, max: 7 }),
  dei: fc.boolean(),
  vid: fc.integer({ min: 0, max: 0xfff }),
});

function bytes(minLength: number, maxLength: number) {
  return fc.uint8Array({ minLength, maxLength });
}

const cookie = fc.constantFrom(0, 4, 6, 8, 16).chain((length) => bytes(length, length));

/** An option of any kind that stands for itself, with the bytes that it takes. */
const option: fc.Arbitrary<TcpOption> = fc.oneof(
  fc.constant<TcpOption>({ type: "nop" }),
  fc.constant<TcpOption>({ type: "sackPermitted" }),
  u16.map((value): TcpOption => ({ type: "mss", value })),
  u8.map((shift): TcpOption => ({ type: "windowScale", shift })),
  fc
    .array(fc.record({ left: u32, right: u32 }), { minLength: 1, maxLength: 4 })
    .map((blocks): TcpOption => ({ type: "sack", blocks })),
  fc.record({ value: u32, echo: u32 }).map((stamps): TcpOption => ({ type: "timestamps", ...stamps })),
  bytes(16, 16).map((digest): TcpOption => ({ type: "md5", digest })),
  fc
    .record({
      granularity: fc.constantFrom("seconds" as const, "minutes" as const),
      timeout: fc.integer({ min: 0, max: 0x7fff }),
    })
    .map((fields): TcpOption => ({ type: "userTimeout", ...fields })),
  fc
    .record({ keyId: u8, rNextKeyId: u8, mac: bytes(0, 16) })
    .map((fields): TcpOption => ({ type: "authentication", ...fields })),
  fc
    .record({ subtype: fc.integer({ min: 0, max: 15 }), bits: fc.integer({ min: 0, max: 15 }), data: bytes(0, 20) })
    .map((fields): TcpOption => ({ type: "multipath", ...fields })),
  cookie.map((cookie): TcpOption => ({ type: "fastOpen", cookie })),
  fc
    .tuple(cookie, fc.constantFrom(253, 254, 255))
    .map(([cookie, experimentalKind]): TcpOption => ({ type: "fastOpen", cookie, experimentalKind })),
  bytes(0, 20).map((suboptions): TcpOption => ({ type: "tcpEno", suboptions })),
  fc
    .tuple(
      fc.constantFrom("accEcn0" as const, "accEcn1" as const),
      fc.array(fc.integer({ min: 0, max: 0xffffff }), { maxLength: 3 }),
    )
    .map(([type, counters]): TcpOption => ({ type, counters })),
  fc.tuple(fc.constantFrom(6, 7, 26, 27, 70, 173, 200, 252), bytes(0, 12)).map(
    ([kind, data]): TcpOption => ({
      type: "unknown",
      kind,
      data,
    }),
  ),
);

function sizeOf(option: TcpOption): number {
  switch (option.type) {
    case "nop":
      return 1;
    case "end":
      return 1 + (option.padding?.length ?? 0);
    case "malformed":
      return option.raw.length;
    case "sackPermitted":
      return 2;
    case "windowScale":
      return 3;
    case "mss":
    case "userTimeout":
      return 4;
    case "timestamps":
      return 10;
    case "md5":
      return 18;
    case "sack":
      return 2 + 8 * option.blocks.length;
    case "authentication":
      return 4 + option.mac.length;
    case "multipath":
      return 3 + option.data.length;
    case "fastOpen":
      return (option.experimentalKind === undefined ? 2 : 4) + option.cookie.length;
    case "tcpEno":
      return 2 + option.suboptions.length;
    case "accEcn0":
    case "accEcn1":
      return 2 + 3 * option.counters.length;
    case "unknown":
      return 2 + option.data.length;
  }
}

/** Options that fill whole words and at most 40 bytes, so that decoding gives exactly these. */
export const tcpOptions: fc.Arbitrary<TcpOption[]> = fc
  .tuple(fc.array(option, { maxLength: 6 }), fc.constantFrom<"nop" | "end">("nop", "end"))
  .map(([options, filler]) => {
    const fitting: TcpOption[] = [];
    let size = 0;
    for (const candidate of options) {
      if (size + sizeOf(candidate) > 40) continue;
      fitting.push(candidate);
      size += sizeOf(candidate);
    }
    if (size % 4 === 0) return fitting;
    if (filler === "end") return [...fitting, { type: "end" }];
    return [...fitting, ...Array.from({ length: 4 - (size % 4) }, (): TcpOption => ({ type: "nop" }))];
  });

export const tcpHeader: fc.Arbitrary<Tcp> = fc.record({
  srcPort: u16,
  dstPort: u16,
  seq: u32,
  ack: u32,
  flags: fc.integer({ min: 0, max: 0xfff }),
  window: u16,
  checksum: fc.constant(0),
  checksumValid: fc.constant(undefined),
  urgentPointer: u16,
  options: tcpOptions,
});

const ipv4Header: fc.Arbitrary<Ipv4> = fc.record({
  dscp: fc.integer({ min: 0, max: 63 }),
  ecn: fc.integer({ min: 0, max: 3 }),
  totalLength: fc.constant(0),
  identification: u16,
  reservedFlag: fc.boolean(),
  dontFragment: fc.boolean(),
  moreFragments: fc.constant(false),
  fragmentOffset: fc.constant(0),
  ttl: u8,
  protocol: fc.constant(6),
  checksum: fc.constant(0),
  checksumValid: fc.constant(undefined),
  src: ipv4Address,
  dst: ipv4Address,
  options: fc
    .array(fc.constantFrom([0x94, 4, 0, 0], [0x88, 4, 0x12, 0x34], [1, 1, 1, 1], [7, 7, 4, 10, 0, 0, 1, 0]), {
      maxLength: 5,
    })
    .map((options) => Uint8Array.from(options.flat())),
});

/** Hop-by-hop or destination options (0 and 60) of 8 or 16 bytes, filled with one PadN. The chain is made later. */
const extension: fc.Arbitrary<Ipv6Extension> = fc
  .tuple(fc.constantFrom(0, 60), fc.constantFrom(0, 1), fc.uint8Array({ minLength: 12, maxLength: 12 }))
  .map(([type, length, padding]) => {
    const size = 4 + 8 * length;
    return { type, raw: Uint8Array.of(0, length, 1, size, ...padding.subarray(0, size)) };
  });

const ipv6Header: fc.Arbitrary<Ipv6> = fc
  .record({
    dscp: fc.integer({ min: 0, max: 63 }),
    ecn: fc.integer({ min: 0, max: 3 }),
    flowLabel: fc.integer({ min: 0, max: 0xfffff }),
    payloadLength: fc.constant(0),
    nextHeader: fc.constant(0),
    hopLimit: u8,
    src: ipv6Address,
    dst: ipv6Address,
    extensions: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(extension, { maxLength: 3 })),
    protocol: fc.constant(6),
  })
  .map((header) => chained(header));

function chained(header: Ipv6): Ipv6 {
  const types = [...header.extensions.map(({ type }) => type), header.protocol];
  const extensions = header.extensions.map(({ type, raw }, index) => {
    const bytes = raw.slice();
    bytes[0] = types[index + 1] ?? 0;
    return { type, raw: bytes };
  });
  return { ...header, extensions, nextHeader: types[0] ?? 0 };
}

function ethernet(ethType: number): fc.Arbitrary<Ethernet> {
  return fc.record({
    dst: macAddress,
    src: macAddress,
    vlans: fc.array(vlanTag, { maxLength: 3 }),
    ethType: fc.constant(ethType),
    trailer: fc.uint8Array({ maxLength: 12 }),
  });
}

const payload = fc.uint8Array({ maxLength: 80 });

export const ipv4Segment: fc.Arbitrary<Frame> = fc.record({
  ethernet: ethernet(0x0800),
  ipv4: ipv4Header,
  tcp: tcpHeader,
  payload,
});

export const ipv6Segment: fc.Arbitrary<Frame> = fc.record({
  ethernet: ethernet(0x86dd),
  ipv6: ipv6Header,
  tcp: tcpHeader,
  payload,
});

/** A whole TCP segment over IPv4 or IPv6, with lengths and checksums 0. */
export const segment: fc.Arbitrary<Frame> = fc.oneof(ipv4Segment, ipv6Segment);

/** The frame without what encoding with computed checksums ignores. */
export function withoutComputed({ ipv4, ipv6, tcp, ...rest }: Frame): Frame {
  return {
    ...rest,
    ...(ipv4 && { ipv4: { ...ipv4, totalLength: 0, checksum: 0, checksumValid: undefined } }),
    ...(ipv6 && { ipv6: { ...ipv6, payloadLength: 0 } }),
    ...(tcp && { tcp: { ...tcp, checksum: 0, checksumValid: undefined } }),
  };
}
