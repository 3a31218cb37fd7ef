/** OpenFlow 1.3.5 §7.3.5.14, OFPMP_METER_FEATURES and struct ofp_meter_features: what meters a switch can have. */
import { pad, parsed, struct, u8, u32, type ValueOf } from "../../../wire/index.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { onlyKnown, requireUint } from "../../require.ts";
import { empty, fixed } from "../../tagged.ts";
import type { BodyDefinition } from "./body.ts";

const fields = {
  maxMeter: u32, // how many meters
  bandTypes: u32, // 1 << MeterBandType…
  capabilities: u32, // bits of MeterFlags
  maxBands: u8, // bands of one meter
  maxColor: u8, // highest colour
  pad: pad(2),
};
export const meterFeaturesLayout = parsed(struct(fields));

/** Asks what meters a switch can have. */
export interface MeterFeaturesRequest {
  readonly type: "meterFeatures";
}

/** What meters a switch can have. */
export interface MeterFeaturesReply extends ValueOf<typeof fields> {
  readonly type: "meterFeatures";
}

/** What `multipartReply` takes for the features of meters: zeros unless given. */
export type MeterFeaturesReplyInit = Pick<MeterFeaturesReply, "type"> & Partial<MeterFeaturesReply>;

export const meterFeaturesRequestBody: BodyDefinition<MeterFeaturesRequest> = {
  ...empty("meterFeatures", MultipartType.meterFeatures),
  complete: () => ({ type: "meterFeatures" }),
};

export const meterFeaturesReplyBody: BodyDefinition<MeterFeaturesReply, MeterFeaturesReplyInit> = {
  ...fixed<MeterFeaturesReply>("meterFeatures", MultipartType.meterFeatures, meterFeaturesLayout),
  complete: (init) =>
    onlyKnown(init, {
      type: "meterFeatures",
      maxMeter: requireUint("maxMeter", init.maxMeter, 32, 0),
      bandTypes: requireUint("bandTypes", init.bandTypes, 32, 0),
      capabilities: requireUint("capabilities", init.capabilities, 32, 0),
      maxBands: requireUint("maxBands", init.maxBands, 8, 0),
      maxColor: requireUint("maxColor", init.maxColor, 8, 0),
    }),
};
