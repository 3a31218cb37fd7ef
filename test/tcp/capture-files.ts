/** Capture files made by hand, so that reading is not only tested on what our own writing makes. */
import { concat, fromHex } from "../../src/wire/index.ts";

/** Of a local experimental type, so that no tool makes anything of it. */
export const FRAME = fromHex("000000000002 000000000001 88b5 010203");

interface Record {
  readonly frame: Uint8Array;
  readonly seconds?: number;
  readonly fraction?: number;
  readonly originalLength?: number;
}

/** A pcap file; its magic says its byte order. */
export function pcapFile(magic: string, records: readonly Record[], linkType = 1): Uint8Array {
  const little = magic.endsWith("a1");
  const parts: Uint8Array[] = [fromHex(magic), u16(2, little), u16(4, little), new Uint8Array(8)];
  parts.push(u32(262_144, little), u32(linkType, little));
  for (const { frame, seconds = 0, fraction = 0, originalLength = frame.length } of records) {
    parts.push(
      u32(seconds, little),
      u32(fraction, little),
      u32(frame.length, little),
      u32(originalLength, little),
      frame,
    );
  }
  return concat(parts);
}

interface InterfaceFields {
  readonly linkType?: number;
  readonly snapLength?: number;
  readonly resolution?: number;
  readonly offset?: bigint;
  /** Raw options instead. */
  readonly options?: string;
}

/** Blocks of a pcapng file in one byte order. */
export class Blocks {
  readonly little: boolean;

  constructor(little: boolean) {
    this.little = little;
  }

  block(type: number, body: Uint8Array): Uint8Array {
    const padding = new Uint8Array(-body.length & 3);
    const length = u32(12 + body.length + padding.length, this.little);
    return concat([u32(type, this.little), length, body, padding, length]);
  }

  section(versionMajor = 1): Uint8Array {
    const body = [u32(0x1a2b3c4d, this.little), u16(versionMajor, this.little), u16(0, this.little)];
    return this.block(0x0a0d0d0a, concat([...body, fromHex("ffffffffffffffff")]));
  }

  interface({ linkType = 1, snapLength = 0, resolution, offset, options }: InterfaceFields): Uint8Array {
    const parts: Uint8Array[] = [u16(linkType, this.little), u16(0, this.little), u32(snapLength, this.little)];
    if (options !== undefined) parts.push(fromHex(options));
    if (resolution !== undefined) parts.push(this.option(9, Uint8Array.of(resolution, 0, 0, 0), 1));
    if (offset !== undefined) parts.push(this.option(14, i64(offset, this.little), 8));
    if (resolution !== undefined || offset !== undefined) parts.push(this.option(0, new Uint8Array(0), 0));
    return this.block(1, concat(parts));
  }

  enhanced(
    interfaceId: number,
    units: bigint,
    frame: Uint8Array,
    { originalLength = frame.length, capturedLength = frame.length, comment = new Uint8Array(0) } = {},
  ): Uint8Array {
    const header = [u32(interfaceId, this.little), ...this.time(units)];
    const lengths = [u32(capturedLength, this.little), u32(originalLength, this.little)];
    const padding = new Uint8Array(-frame.length & 3);
    const options =
      comment.length > 0 ? [this.option(1, comment, comment.length), this.option(0, new Uint8Array(0), 0)] : [];
    return this.block(6, concat([...header, ...lengths, frame, padding, ...options]));
  }

  old(interfaceId: number, units: bigint, frame: Uint8Array): Uint8Array {
    const header = [u16(interfaceId, this.little), u16(0xffff, this.little), ...this.time(units)];
    return this.block(2, concat([...header, u32(frame.length, this.little), u32(frame.length, this.little), frame]));
  }

  simple(frame: Uint8Array, originalLength: number): Uint8Array {
    return this.block(3, concat([u32(originalLength, this.little), frame]));
  }

  private time(units: bigint): Uint8Array[] {
    return [u32(Number(units >> 32n), this.little), u32(Number(units & 0xffff_ffffn), this.little)];
  }

  private option(code: number, padded: Uint8Array, length: number): Uint8Array {
    return concat([u16(code, this.little), u16(length, this.little), padded]);
  }
}

/** Everything that pcapng has, in one byte order. */
export function everything(littleEndian: boolean): Uint8Array {
  const blocks = new Blocks(littleEndian);
  return concat([
    blocks.section(),
    blocks.interface({ snapLength: 15 }),
    blocks.interface({ resolution: 9, offset: -10n }),
    blocks.interface({ resolution: 0x80 | 10 }),
    blocks.block(5, new Uint8Array(12)), // interface statistics
    blocks.block(4, new Uint8Array(4)), // name resolution
    blocks.enhanced(0, 1_000_001n, FRAME, { originalLength: 900 }),
    blocks.enhanced(1, 20_000_000_000n, FRAME, { comment: fromHex("61626364") }),
    blocks.enhanced(2, 1536n, FRAME),
    blocks.old(0, 3_000_000n, FRAME),
    blocks.simple(FRAME.subarray(0, 15), 1500),
    blocks.block(0x4242, fromHex("00001234")), // unassigned
  ]);
}

function u16(value: number, little: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2));
  view.setUint16(0, value, little);
  return new Uint8Array(view.buffer);
}

function u32(value: number, little: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, little);
  return new Uint8Array(view.buffer);
}

function i64(value: bigint, little: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, value, little);
  return new Uint8Array(view.buffer);
}
