/** What actions do to packets. */
import type { RegLoadAction } from "../../nx/actions/reg-load.ts";
import type { TcpShiftAction } from "../../nx/actions/tcp-shift.ts";
import { type Match, matchEntries } from "../../ofp/match.ts";
import { EtherType, IpProtocol } from "../../tcp/frame-types.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { shiftSegment } from "../../tcp/shift.ts";
import { type Bytes, WireError } from "../../wire/index.ts";
import { bitsOf, fieldNamed, placesOf } from "./field-bits.ts";
import { packetFields } from "./header-fields.ts";
import type { Packet } from "./packet.ts";

/** Replaces some bits of a field, none when the packet has no such header. */
function writeBits(packet: Packet, name: string, value: bigint, mask: bigint): void {
  const field = fieldNamed(name);
  for (const place of field ? placesOf(field, { value, mask }) : []) {
    const target = packetFields.get(place.name);
    target?.write?.(packet, (target.read(packet) & ~place.mask) | (place.value & place.mask));
  }
}

export function applySetField(packet: Packet, target: Match): void {
  for (const [name, entry] of matchEntries(target)) {
    const field = fieldNamed(name);
    if (!field) continue;
    const { value, mask } = bitsOf(field, entry);
    writeBits(packet, name, value, mask);
  }
}

export function applyLoad(packet: Packet, { dst, value }: RegLoadAction): void {
  const shift = BigInt(dst.offset);
  writeBits(packet, dst.field, value << shift, ((1n << BigInt(dst.bits)) - 1n) << shift);
}

/** An empty tag in front of all others. */
export function applyPushVlan(packet: Packet, ethertype: number): void {
  packet.splice(12, 0, Uint8Array.of(ethertype >> 8, ethertype & 0xff, 0, 0));
}

export function applyPopVlan(packet: Packet): void {
  if (packet.layers.vlanAt >= 0) packet.splice(packet.layers.vlanAt, 4, new Uint8Array());
}

/** The TTL or hop limit, 0 for an IP header that does not parse; undefined without IP. */
export function timeToLive({ layers, view }: Packet): number | undefined {
  if (layers.ipv4At >= 0) return view.getUint8(layers.ipv4At + 8);
  if (layers.ipv6At >= 0) return view.getUint8(layers.ipv6At + 7);
  return layers.ethType === EtherType.ipv4 || layers.ethType === EtherType.ipv6 ? 0 : undefined;
}

export function setTimeToLive(packet: Packet, ttl: number): void {
  const { ipv4At, ipv6At } = packet.layers;
  if (ipv4At >= 0) {
    const protocol = packet.view.getUint8(ipv4At + 9);
    packet.setU16(ipv4At + 8, (ttl << 8) | protocol, [ipv4At + 10]);
  } else if (ipv6At >= 0) {
    packet.view.setUint8(ipv6At + 7, ttl);
  }
}

/** Which number one of the four TCP actions changes, and what it adds to it modulo 2³². */
export function shiftOf({ type, delta }: TcpShiftAction): { readonly seq: number; readonly ack: number } {
  switch (type) {
    case "incTcpSeq":
      return { seq: delta, ack: 0 };
    case "decTcpSeq":
      return { seq: seqAdd(0, -delta), ack: 0 };
    case "incTcpAck":
      return { seq: 0, ack: delta };
    case "decTcpAck":
      return { seq: 0, ack: seqAdd(0, -delta) };
  }
}

/** Changes nothing but TCP segments. */
export function applyShift(packet: Packet, shift: { readonly seq: number; readonly ack: number }): void {
  const { protocol, transportAt } = packet.layers;
  if (protocol !== IpProtocol.tcp || transportAt < 0) return;
  const checksums = packet.transportChecksum();
  const { view } = packet;
  packet.setU32(transportAt + 4, seqAdd(view.getUint32(transportAt + 4), shift.seq), checksums);
  packet.setU32(transportAt + 8, seqAdd(view.getUint32(transportAt + 8), shift.ack), checksums);
}

/** The same for a frame that is already on its way out. */
export function shiftFrame(frame: Bytes, shift: { readonly seq: number; readonly ack: number }): Bytes {
  try {
    return shiftSegment(frame, shift);
  } catch (error) {
    if (error instanceof WireError) return frame;
    throw error;
  }
}

const FIN_OR_RST = 0x005n;

/** Whether the packet is one after which fin_timeout shortens the timeouts of its flow. */
export function endsConnection(packet: Packet): boolean {
  return ((packetFields.get("tcpFlags")?.read(packet) ?? 0n) & FIN_OR_RST) !== 0n;
}
