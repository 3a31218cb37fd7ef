/** OpenFlow 1.3.5 §7.3.5.12, OFPMP_METER: struct ofp_meter_multipart_request, ofp_meter_stats and ofp_meter_band_stats. */
import {
  offsetOf,
  pad,
  parsed,
  type Reader,
  struct,
  u16,
  u32,
  u64,
  type ValueOf,
  WireError,
  type Writer,
} from "../../../wire/index.ts";
import { Meter } from "../../enums/meter.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { readList, writeList } from "../../list.ts";
import { onlyKnown, requireBigUint, requireList, requireObject, requireUint } from "../../require.ts";
import type { BodyDefinition } from "./body.ts";
import { readStructs, writeStructs } from "./list.ts";

const requestFields = {
  meterId: u32, // Meter.all for every meter
  pad: pad(4),
};
export const meterRequestLayout = parsed(struct(requestFields));

/** Which meters are meant. */
interface MeterSelection<N extends string> extends ValueOf<typeof requestFields> {
  readonly type: N;
}

/** A request that selects meters: the struct is the same whether their counters or their bands are asked for. */
export function meterSelectionBody<const N extends string>(
  type: N,
  code: number,
): BodyDefinition<MeterSelection<N>, Partial<MeterSelection<N>> & { readonly type: N }> {
  return {
    type,
    code,
    decode: (reader) => ({ type, ...reader.field(meterRequestLayout) }),
    encode: (writer, body) => {
      writer.field(meterRequestLayout, body);
    },
    complete: (init) => ({ type, meterId: requireUint("meterId", init.meterId, 32, Meter.all) }),
  };
}

/** Asks for the counters of meters. */
export interface MeterStatsRequest extends ValueOf<typeof requestFields> {
  readonly type: "meter";
}

/** What `multipartRequest` takes for meters: every meter unless told otherwise. */
export type MeterStatsRequestInit = Pick<MeterStatsRequest, "type"> & Partial<MeterStatsRequest>;

export const meterStatsRequestBody: BodyDefinition<MeterStatsRequest, MeterStatsRequestInit> = meterSelectionBody(
  "meter",
  MultipartType.meter,
);

const fields = {
  meterId: u32,
  len: u16, // of all of it
  pad: pad(6),
  flowCount: u32, // flows that lead to it
  packetInCount: u64,
  byteInCount: u64,
  durationSec: u32, // seconds
  durationNsec: u32, // nanoseconds beyond durationSec
};
export const meterStatsLayout = parsed(struct(fields));

const bandFields = { packetBandCount: u64, byteBandCount: u64 };
const bandLayout = struct(bandFields);

/**
 * What a band has met.
 *
 * @interface
 */
export type MeterBandStats = ValueOf<typeof bandFields>;

/** A meter with its counters. */
export interface MeterStats extends Omit<ValueOf<typeof fields>, "len"> {
  /** In the order of the bands. */
  readonly bandStats: readonly MeterBandStats[];
}

/** The counters of meters. */
export interface MeterStatsReply {
  readonly type: "meter";
  readonly meters: readonly MeterStats[];
}

/** What {@link meterStats} takes: counters are zero, and there are no bands, unless given. */
export type MeterStatsInit = Partial<MeterStats> & Pick<MeterStats, "meterId">;

/** What `multipartReply` takes for meters: no meters unless given. */
export interface MeterStatsReplyInit {
  readonly type: "meter";
  readonly meters?: readonly MeterStatsInit[];
}

export const meterStatsReplyBody: BodyDefinition<MeterStatsReply, MeterStatsReplyInit> = {
  type: "meter",
  code: MultipartType.meter,
  decode: (reader) => ({ type: "meter", meters: readList(reader, "meters", () => readMeter(reader)) }),
  encode: (writer, { meters }) => {
    writeList(writer, "meters", meters, (meter) => {
      writeMeter(writer, meter);
    });
  },
  complete: (init) => ({
    type: "meter",
    meters: requireList("meters", init.meters, []).map((item) => meterStats(item)),
  }),
};

function readMeter(reader: Reader): MeterStats {
  const start = reader.at;
  const { len, ...counters } = reader.field(meterStatsLayout);
  const { size } = meterStatsLayout;
  if (len < size) {
    const offset = start + offsetOf(meterStatsLayout, "len");
    throw new WireError("badLength", `meter length ${len} is below ${size}`, offset);
  }
  return reader.element(len - size, () => ({
    ...counters,
    bandStats: readStructs(reader, "bandStats", bandLayout),
  }));
}

function writeMeter(writer: Writer, meter: MeterStats): void {
  const start = writer.offset;
  writer.field(meterStatsLayout, { ...meter, len: 0 });
  writeStructs(writer, "bandStats", bandLayout, meter.bandStats);
  writer.patchU16(start + offsetOf(meterStatsLayout, "len"), writer.offset - start);
}

/** A meter's counters as a switch reports them. Throws RangeError or TypeError naming the argument that is wrong. */
export function meterStats(init: MeterStatsInit): MeterStats {
  requireObject("init", init);
  return onlyKnown(init, {
    meterId: requireUint("meterId", init.meterId, 32),
    flowCount: requireUint("flowCount", init.flowCount, 32, 0),
    packetInCount: requireBigUint("packetInCount", init.packetInCount, 64, 0n),
    byteInCount: requireBigUint("byteInCount", init.byteInCount, 64, 0n),
    durationSec: requireUint("durationSec", init.durationSec, 32, 0),
    durationNsec: requireUint("durationNsec", init.durationNsec, 32, 0),
    bandStats: requireList("bandStats", init.bandStats, []).map((band, index) => {
      const name = `bandStats[${index}]`;
      const { packetBandCount, byteBandCount } = requireObject(name, band);
      return onlyKnown(band, {
        packetBandCount: requireBigUint(`${name}.packetBandCount`, packetBandCount, 64),
        byteBandCount: requireBigUint(`${name}.byteBandCount`, byteBandCount, 64),
      });
    }),
  });
}
