/** The match fields that the model knows, as numbers: how each is read from a packet and written into it. */
import { IpProtocol } from "../../tcp/frame-types.ts";
import type { Packet } from "./packet.ts";

/** One field. Without `write` a flow cannot set it. */
export interface PacketField {
  /** 0 when the header is not there. */
  read(packet: Packet): bigint;
  /** Does nothing when the header is not there. */
  write?(packet: Packet, value: bigint): void;
}

const SCTP = 132;

function bigAt(packet: Packet, at: number, size: number): bigint {
  let value = 0n;
  for (let index = 0; index < size; index++) value = (value << 8n) | BigInt(packet.view.getUint8(at + index));
  return value;
}

/** Some whole bytes that no checksum covers. `at` finds them, or -1. */
function plain(size: number, at: (packet: Packet) => number): PacketField {
  return {
    read: (packet) => (at(packet) < 0 ? 0n : bigAt(packet, at(packet), size)),
    write: (packet, value) => {
      const start = at(packet);
      if (start < 0) return;
      for (let index = 0; index < size; index++) {
        packet.view.setUint8(start + index, Number((value >> BigInt(8 * (size - 1 - index))) & 0xffn));
      }
    },
  };
}

function fromArp(size: number, offset: number): PacketField {
  return plain(size, ({ layers }) => (layers.arpAt < 0 ? -1 : layers.arpAt + offset));
}

/** `count` bits, the lowest of them `shift` bits up in the 16 bits at an offset; `checksums` are those that cover them. */
function bits(
  count: number,
  shift: number,
  at: (packet: Packet) => number,
  checksums: (packet: Packet) => readonly number[],
): Required<PacketField> {
  const mask = ((1 << count) - 1) << shift;
  return {
    read: (packet) => {
      const start = at(packet);
      return start < 0 ? 0n : BigInt((packet.view.getUint16(start) & mask) >> shift);
    },
    write: (packet, value) => {
      const start = at(packet);
      if (start < 0) return;
      const kept = packet.view.getUint16(start) & ~mask;
      packet.setU16(start, kept | ((Number(value) << shift) & mask), checksums(packet));
    },
  };
}

const none = (): readonly number[] => [];

/** The traffic class or type of service: the second byte of IPv4, four bits further up in IPv6. */
function trafficClass(count: number, shift: number): PacketField {
  const ipv4 = bits(
    count,
    shift,
    ({ layers }) => layers.ipv4At,
    ({ layers }) => [layers.ipv4At + 10],
  );
  const ipv6 = bits(count, shift + 4, ({ layers }) => layers.ipv6At, none);
  return {
    read: (packet) => (packet.layers.ipv4At >= 0 ? ipv4 : ipv6).read(packet),
    write: (packet, value) => {
      (packet.layers.ipv4At >= 0 ? ipv4 : ipv6).write(packet, value);
    },
  };
}

function ipv4Address(offset: number): PacketField {
  return {
    read: (packet) => (packet.layers.ipv4At < 0 ? 0n : bigAt(packet, packet.layers.ipv4At + offset, 4)),
    write: (packet, value) => {
      const { ipv4At, protocol } = packet.layers;
      if (ipv4At < 0) return;
      // The checksum of ICMP under IPv4 covers no addresses.
      const transport = protocol === IpProtocol.icmp ? [] : packet.transportChecksum();
      packet.setU32(ipv4At + offset, Number(value), [ipv4At + 10, ...transport]);
    },
  };
}

function ipv6Address(offset: number, isDestination: boolean): PacketField {
  return {
    read: (packet) => (packet.layers.ipv6At < 0 ? 0n : bigAt(packet, packet.layers.ipv6At + offset, 16)),
    write: (packet, value) => {
      const { ipv6At, routed } = packet.layers;
      if (ipv6At < 0) return;
      // RFC 8200 §8.1: with a routing header the checksum is over the final destination, not over this one.
      const checksums = isDestination && routed ? [] : packet.transportChecksum();
      for (let word = 0; word < 4; word++) {
        const part = Number((value >> BigInt(32 * (3 - word))) & 0xffffffffn);
        packet.setU32(ipv6At + offset + 4 * word, part, checksums);
      }
    },
  };
}

const flowLabel: PacketField = {
  read: ({ layers, view }) => (layers.ipv6At < 0 ? 0n : BigInt(view.getUint32(layers.ipv6At) & 0xfffff)),
  write: (packet, value) => {
    const { ipv6At } = packet.layers;
    if (ipv6At < 0) return;
    packet.view.setUint32(ipv6At, ((packet.view.getUint32(ipv6At) & 0xfff00000) | Number(value)) >>> 0);
  },
};

/** 16 bits of the transport header of one protocol. */
function port(protocol: number, offset: number): PacketField {
  const at = ({ layers }: Packet) =>
    layers.protocol === protocol && layers.transportAt >= 0 ? layers.transportAt + offset : -1;
  const whole = bits(16, 0, at, (packet) => packet.transportChecksum());
  // SCTP has a CRC-32C, which the model does not compute.
  return protocol === SCTP ? { read: whole.read } : whole;
}

/** The first (8) or second (0) byte of an ICMP header. */
function icmp(protocol: number, shift: number): PacketField {
  return bits(
    8,
    shift,
    ({ layers }) => (layers.protocol === protocol ? layers.transportAt : -1),
    (packet) => packet.transportChecksum(),
  );
}

/** RFC 4861 §4.3 and §4.4: solicitations and advertisements alone say whom they are about. */
const ND_TYPES: readonly number[] = [135, 136];
const ND_TARGET = 8;

const neighbourTarget: PacketField = {
  read: (packet) => {
    const { layers, view } = packet;
    const { protocol, transportAt: start } = layers;
    if (protocol !== IpProtocol.icmpv6 || start < 0 || view.byteLength < start + ND_TARGET + 16) return 0n;
    const isOne = ND_TYPES.includes(view.getUint8(start)) && view.getUint8(start + 1) === 0;
    return isOne ? bigAt(packet, start + ND_TARGET, 16) : 0n;
  },
};

function inTag(count: number, shift: number): Required<PacketField> {
  return bits(count, shift, ({ layers }) => (layers.vlanAt < 0 ? -1 : layers.vlanAt + 2), none);
}

const vid = inTag(12, 0);
const PRESENT = 0x1000n;

const vlanVid: PacketField = {
  read: (packet) => (packet.layers.vlanAt < 0 ? 0n : vid.read(packet) | PRESENT),
  write: (packet, value) => {
    vid.write(packet, value & ~PRESENT);
  },
};

const tcpFlags: PacketField = {
  read: ({ layers, view }) =>
    layers.protocol === IpProtocol.tcp && layers.transportAt >= 0
      ? BigInt(view.getUint16(layers.transportAt + 12) & 0xfff)
      : 0n,
};

/** Kept by the switch, not in the frame. */
function kept(name: string): PacketField {
  return {
    read: ({ state }) => state.get(name) ?? 0n,
    write: ({ state }, value) => {
      state.set(name, value);
    },
  };
}

/** What no packet of this switch has: it comes through no tunnel, and connections are not tracked. */
const NOTHING: PacketField = { read: () => 0n };
const EMPTY = [
  ...[
    "packetType",
    "conjId",
    "tunIpv4Src",
    "tunIpv4Dst",
    "tunIpv6Src",
    "tunIpv6Dst",
    "tunFlags",
    "tunGbpId",
    "tunGbpFlags",
  ],
  ...["erspanIdx", "erspanVer", "erspanDir", "erspanHwid", "gtpuFlags", "gtpuMsgtype"],
  ...["ctState", "ctZone", "ctMark", "ctLabel", "ctNwProto", "ctNwSrc", "ctNwDst", "ctIpv6Src", "ctIpv6Dst"],
  ...["ctTpSrc", "ctTpDst"],
];
const KEPT = ["metadata", "tunnelId", "pktMark", ...Array.from({ length: 16 }, (_, index) => `reg${index}`)];

/** By their name in a match; a second header of a field has the name of the first. */
export const packetFields: ReadonlyMap<string, PacketField> = new Map(
  Object.entries<PacketField>({
    inPort: kept("inPort"),
    ethDst: plain(6, () => 0),
    ethSrc: plain(6, () => 6),
    ethType: { read: ({ layers }) => BigInt(layers.ethType) },
    vlanVid,
    vlanPcp: inTag(3, 13),
    ipDscp: trafficClass(6, 2),
    ipEcn: trafficClass(2, 0),
    ipProto: { read: ({ layers }) => BigInt(layers.protocol) },
    ipv4Src: ipv4Address(12),
    ipv4Dst: ipv4Address(16),
    ipv6Src: ipv6Address(8, false),
    ipv6Dst: ipv6Address(24, true),
    ipv6Flabel: flowLabel,
    tcpSrc: port(IpProtocol.tcp, 0),
    tcpDst: port(IpProtocol.tcp, 2),
    tcpFlags,
    udpSrc: port(IpProtocol.udp, 0),
    udpDst: port(IpProtocol.udp, 2),
    sctpSrc: port(SCTP, 0),
    sctpDst: port(SCTP, 2),
    icmpv4Type: icmp(IpProtocol.icmp, 8),
    icmpv4Code: icmp(IpProtocol.icmp, 0),
    icmpv6Type: icmp(IpProtocol.icmpv6, 8),
    icmpv6Code: icmp(IpProtocol.icmpv6, 0),
    ipv6NdTarget: neighbourTarget,
    arpOp: fromArp(2, 6),
    arpSha: fromArp(6, 8),
    arpSpa: fromArp(4, 14),
    arpTha: fromArp(6, 18),
    arpTpa: fromArp(4, 24),
    ...Object.fromEntries(EMPTY.map((name) => [name, NOTHING])),
    ...Object.fromEntries(KEPT.map((name) => [name, kept(name)])),
  }),
);
