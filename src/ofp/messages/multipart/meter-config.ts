/** OpenFlow 1.3.5 §7.3.5.13, OFPMP_METER_CONFIG and struct ofp_meter_config. */
import { parsed, type Reader, struct, u16, u32, type ValueOf, type Writer } from "../../../wire/index.ts";
import { MeterFlags } from "../../enums/meter.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { readList, readSized, writeList, writeSized } from "../../list.ts";
import { onlyKnown, requireList, requireObject, requireTaggedList, requireUint } from "../../require.ts";
import { type MeterBand, readBands, writeBands } from "../meter-band.ts";
import type { BodyDefinition } from "./body.ts";
import { meterSelectionBody } from "./meter.ts";

/** Asks how meters were set. */
export interface MeterConfigRequest {
  readonly type: "meterConfig";
  /** Meter.all for every meter. */
  readonly meterId: number;
}

/** What `multipartRequest` takes for the settings of meters: every meter unless told otherwise. */
export type MeterConfigRequestInit = Pick<MeterConfigRequest, "type"> & Partial<MeterConfigRequest>;

export const meterConfigRequestBody: BodyDefinition<MeterConfigRequest, MeterConfigRequestInit> = meterSelectionBody(
  "meterConfig",
  MultipartType.meterConfig,
);

const fields = {
  flags: u16, // bits of MeterFlags
  meterId: u32,
};
export const meterConfigLayout = parsed(struct(fields));

/** A meter as it was set. */
export interface MeterConfig extends ValueOf<typeof fields> {
  readonly bands: readonly MeterBand[];
}

/** The meters of a switch. */
export interface MeterConfigReply {
  readonly type: "meterConfig";
  readonly meters: readonly MeterConfig[];
}

/** What {@link meterConfig} takes: rates in kilobits a second, and no bands, unless given. */
export type MeterConfigInit = Partial<MeterConfig> & Pick<MeterConfig, "meterId">;

/** What `multipartReply` takes for the settings of meters: no meters unless given. */
export interface MeterConfigReplyInit {
  readonly type: "meterConfig";
  readonly meters?: readonly MeterConfigInit[];
}

export const meterConfigReplyBody: BodyDefinition<MeterConfigReply, MeterConfigReplyInit> = {
  type: "meterConfig",
  code: MultipartType.meterConfig,
  decode: (reader) => ({ type: "meterConfig", meters: readList(reader, "meters", () => readMeter(reader)) }),
  encode: (writer, { meters }) => {
    writeList(writer, "meters", meters, (meter) => {
      writeMeter(writer, meter);
    });
  },
  complete: (init) => ({
    type: "meterConfig",
    meters: requireList("meters", init.meters, []).map((item) => meterConfig(item)),
  }),
};

function readMeter(reader: Reader): MeterConfig {
  return readSized(reader, "meter", () => ({
    ...reader.field(meterConfigLayout),
    bands: readBands(reader),
  }));
}

function writeMeter(writer: Writer, meter: MeterConfig): void {
  writeSized(writer, () => {
    writer.field(meterConfigLayout, meter);
    writeBands(writer, meter.bands);
  });
}

/** A meter as a switch describes it. Throws RangeError or TypeError naming the argument that is wrong. */
export function meterConfig(init: MeterConfigInit): MeterConfig {
  requireObject("init", init);
  return onlyKnown(init, {
    flags: requireUint("flags", init.flags, 16, MeterFlags.kbps),
    meterId: requireUint("meterId", init.meterId, 32),
    bands: requireTaggedList("bands", init.bands, []),
  });
}
