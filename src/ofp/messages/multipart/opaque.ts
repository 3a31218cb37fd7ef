/** Multipart bodies of experimenters (OpenFlow 1.3.5 §7.3.5.15), and those that stay bytes. */
import type { Definition, Entry, MultipartDirection, Tagged } from "../../definition.ts";
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

/** A body that no extension knows keeps its bytes. */
export function experimenterBody(direction: MultipartDirection): BodyDefinition<Tagged, ExperimenterMultipart> {
  return {
    ...opaqueBody,
    decode(reader, registry) {
      const experimenter = reader.u32();
      const expType = reader.u32();
      const definition = registry.experimenterMultipart(direction, experimenter, expType);
      if (definition) return definition.decode(reader, registry);
      const body: ExperimenterMultipart = { type: "experimenter", experimenter, expType, data: reader.take() };
      return body;
    },
  };
}

/** The definition of a body that an extension knows, with the numbers in front of it. */
export function extensionBody({ definition, experimenter = 0 }: Entry): Definition {
  return {
    ...definition,
    code: MultipartType.experimenter,
    encode: (writer, body, registry) => {
      writer.u32(experimenter);
      writer.u32(definition.code);
      definition.encode(writer, body, registry);
    },
  };
}

const opaqueBody: Omit<BodyDefinition<ExperimenterMultipart>, "decode"> = {
  type: "experimenter",
  code: MultipartType.experimenter,
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
