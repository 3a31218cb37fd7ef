/** OpenFlow 1.3.5 §7.3.4.4, struct ofp_meter_band_header and what follows it: what happens to packets beyond a rate. */
import { offsetOf, pad, type Reader, struct, u8, u16, u32, WireError, type Writer } from "../../wire/index.ts";
import { MeterBandType } from "../enums/meter.ts";
import { readList, writeList } from "../list.ts";
import { typeOf } from "../tagged.ts";

/** What every band has. */
interface Band {
  /** From which rate on: kilobits a second, or packets a second when the meter has the flag `pktps`. */
  readonly rate: number;
  /** Kilobits, or packets; means something when the meter has the flag `burst`. */
  readonly burstSize: number;
}

/** Drops the packet. */
export interface DropBand extends Band {
  readonly type: "drop";
}

/** Makes the packet's DSCP worse. */
export interface DscpRemarkBand extends Band {
  readonly type: "dscpRemark";
  /** How many drop precedences are added. */
  readonly precLevel: number;
}

/** A band that an experimenter defined. */
export interface ExperimenterBand extends Band {
  readonly type: "experimenter";
  readonly experimenter: number;
  readonly data: Uint8Array;
}

/** A band of a type that OpenFlow 1.3 does not define. */
export interface UnknownBand extends Band {
  readonly type: "unknown";
  readonly code: number;
  /** What follows the header of 12 bytes. */
  readonly data: Uint8Array;
}

/** A band of a meter: of those whose rate is exceeded, the one with the highest rate counts. */
export type MeterBand = DropBand | DscpRemarkBand | ExperimenterBand | UnknownBand;

const header = struct({ type: u16, len: u16 });
const layout = struct({ rate: u32, burstSize: u32 });
const dropLayout = struct({ pad: pad(4) });
const remarkLayout = struct({ precLevel: u8, pad: pad(3) });

/** Reads bands up to the reader's end. */
export function readBands(reader: Reader): MeterBand[] {
  return readList(reader, "bands", () => readBand(reader));
}

function readBand(reader: Reader): MeterBand {
  const start = reader.at;
  const { type: code, len } = reader.field(header);
  if (len < header.size) throw new WireError("badLength", `band length ${len} is below ${header.size}`, start);
  return reader.element(len - header.size, () => {
    const rates = reader.field(layout);
    switch (code) {
      case MeterBandType.drop:
        reader.skip(dropLayout.size);
        return { type: "drop", ...rates };
      case MeterBandType.dscpRemark:
        return { type: "dscpRemark", ...rates, ...reader.field(remarkLayout) };
      case MeterBandType.experimenter:
        return { type: "experimenter", ...rates, experimenter: reader.u32(), data: reader.take() };
      default:
        return { type: "unknown", code, ...rates, data: reader.take() };
    }
  });
}

export function writeBands(writer: Writer, bands: readonly MeterBand[]): void {
  writeList(writer, "bands", bands, (band) => {
    writeBand(writer, band);
  });
}

function writeBand(writer: Writer, band: MeterBand): void {
  const start = writer.offset;
  const type = typeOf(band, "meter band", start);
  const open = (code: number): void => {
    writer.field(header, { type: code, len: 0 });
    writer.field(layout, band);
  };
  switch (band.type) {
    case "drop":
      open(MeterBandType.drop);
      writer.field(dropLayout, {});
      break;
    case "dscpRemark":
      open(MeterBandType.dscpRemark);
      writer.field(remarkLayout, band);
      break;
    case "experimenter":
      open(MeterBandType.experimenter);
      writer.u32(band.experimenter);
      writer.raw(band.data);
      break;
    case "unknown":
      open(band.code);
      writer.raw(band.data);
      break;
    default:
      throw new WireError("badType", `"${type}" is no meter band`, start);
  }
  writer.patchU16(start + offsetOf(header, "len"), writer.offset - start);
}
