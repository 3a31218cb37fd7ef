/** Multipart bodies that stay bytes: experimenters' (OpenFlow 1.3.5 §7.3.5.15) and those of unknown types. */
import { MultipartType } from "../../enums/multipart.ts";
import { requireBytes, requireUint } from "../../require.ts";
import type { BodyDefinition } from "./body.ts";

/** OFPMP_EXPERIMENTER, struct ofp_experimenter_multipart_header and what follows it. */
export interface ExperimenterMultipart {
  readonly type: "experimenter";
  readonly experimenter: number;
  readonly expType: number;
  readonly data: Uint8Array;
}

/** A body of a type that this codec does not know. */
export interface UnknownMultipart {
  readonly type: "unknown";
  readonly multipartType: number;
  readonly data: Uint8Array;
}

export const experimenterBody: BodyDefinition<ExperimenterMultipart> = {
  type: "experimenter",
  code: MultipartType.experimenter,
  decode: (reader) => ({
    type: "experimenter",
    experimenter: reader.u32(),
    expType: reader.u32(),
    data: reader.take(),
  }),
  encode: (writer, { experimenter, expType, data }) => {
    writer.u32(experimenter);
    writer.u32(expType);
    writer.raw(data);
  },
  complete: (init) => ({
    type: "experimenter",
    experimenter: requireUint("experimenter", init.experimenter, 32),
    expType: requireUint("expType", init.expType, 32),
    data: requireBytes("data", init.data),
  }),
};

/** The definition of a body of an unknown type: nothing but bytes. */
export function unknownBody(multipartType: number): BodyDefinition<UnknownMultipart> {
  return {
    type: "unknown",
    code: multipartType,
    decode: (reader) => ({ type: "unknown", multipartType, data: reader.take() }),
    encode: (writer, { data }) => {
      writer.raw(data);
    },
    complete: (init) => ({
      type: "unknown",
      multipartType: requireUint("multipartType", init.multipartType, 16),
      data: requireBytes("data", init.data),
    }),
  };
}
