/** A packet on its way through the tables: its bytes, and what the switch remembers besides. */

import { updateChecksum } from "../../tcp/checksum.ts";
import { IpProtocol } from "../../tcp/frame-types.ts";
import { type Bytes, viewOf } from "../../wire/index.ts";
import { findLayers, type Layers } from "./layers.ts";

/** Changes happen in place; `copy` gives bytes that nothing changes any more. */
export class Packet {
  bytes: Uint8Array;
  view: DataView;
  layers: Layers;
  /** Fields of the switch's own by their name in a match: inPort, metadata, registers. Absent is 0. */
  readonly state = new Map<string, bigint>();

  /** Copies `frame`, which is at least an Ethernet header long. */
  constructor(frame: Uint8Array, inPort: number) {
    this.bytes = Uint8Array.from(frame);
    this.view = viewOf(this.bytes);
    this.layers = findLayers(this.view);
    this.state.set("inPort", BigInt(inPort));
  }

  get inPort(): number {
    return Number(this.state.get("inPort") ?? 0n);
  }

  copy(): Bytes {
    return Uint8Array.from(this.bytes);
  }

  /** Another packet with the same bytes and state. */
  duplicate(): Packet {
    const other = new Packet(this.bytes, this.inPort);
    for (const [field, value] of this.state) other.state.set(field, value);
    return other;
  }

  /** Puts `inserted` where `removed` bytes were, and looks for the headers again. */
  splice(at: number, removed: number, inserted: Uint8Array): void {
    const changed = new Uint8Array(this.bytes.length - removed + inserted.length);
    changed.set(this.bytes.subarray(0, at));
    changed.set(inserted, at);
    changed.set(this.bytes.subarray(at + removed), at + inserted.length);
    this.bytes = changed;
    this.view = viewOf(changed);
    this.layers = findLayers(this.view);
  }

  /** Writes 16 bits, and updates the checksums at these offsets. */
  setU16(at: number, value: number, checksums: readonly number[]): void {
    this.updateChecksums(checksums, this.view.getUint16(at), value);
    this.view.setUint16(at, value);
  }

  /** Writes 32 bits, and updates the checksums at these offsets. */
  setU32(at: number, value: number, checksums: readonly number[]): void {
    this.updateChecksums(checksums, this.view.getUint32(at), value);
    this.view.setUint32(at, value);
  }

  /** Offset of the checksum that covers the transport header and, but for ICMP, the IP addresses; none when there is none. */
  transportChecksum(): readonly number[] {
    const { protocol, transportAt } = this.layers;
    if (transportAt < 0) return [];
    switch (protocol) {
      case IpProtocol.tcp:
        return [transportAt + 16];
      case IpProtocol.udp:
        // RFC 768: zero says that there is no checksum.
        return this.view.getUint16(transportAt + 6) === 0 ? [] : [transportAt + 6];
      case IpProtocol.icmp:
      case IpProtocol.icmpv6:
        return [transportAt + 2];
      default:
        return [];
    }
  }

  private updateChecksums(offsets: readonly number[], before: number, after: number): void {
    for (const at of offsets) {
      const updated = updateChecksum(this.view.getUint16(at), before, after);
      const isUdp = this.layers.protocol === IpProtocol.udp && at === this.layers.transportAt + 6;
      this.view.setUint16(at, isUdp && updated === 0 ? 0xffff : updated);
    }
  }
}
