/** ONF EXT-230 §"Bundle properties", struct ofp_bundle_prop_header: what may follow in both messages of a bundle. */
import { align8, type Reader, WireError, type Writer } from "../../wire/index.ts";

/** A property that an experimenter defined. */
export interface ExperimenterBundleProperty {
  readonly type: "experimenter";
  readonly experimenter: number;
  readonly expType: number;
  readonly data: Uint8Array;
}

/** A property of another type; none is defined. */
export interface UnknownBundleProperty {
  readonly type: "unknown";
  /** OFPBPT number. */
  readonly code: number;
  readonly data: Uint8Array;
}

/** What may follow the fixed part of a bundle's message. */
export type BundleProperty = ExperimenterBundleProperty | UnknownBundleProperty;

const HEADER = 4;
const EXPERIMENTER = 0xffff;

export function readProperties(reader: Reader): readonly BundleProperty[] {
  return reader.list(() => {
    reader.need(HEADER);
    const code = reader.view.getUint16(reader.at);
    const length = reader.view.getUint16(reader.at + 2);
    if (length < HEADER) throw new WireError("badLength", `length ${length} is below ${HEADER}`, reader.at + 2);
    // The length does not count the zeros behind it.
    return reader.element(align8(length), () => {
      reader.skip(HEADER);
      const property = readBody(reader, code, length - HEADER);
      reader.skip(align8(length) - length);
      return property;
    });
  });
}

function readBody(reader: Reader, code: number, size: number): BundleProperty {
  if (code !== EXPERIMENTER) return { type: "unknown", code, data: reader.take(size) };
  return reader.element(size, () => ({
    type: "experimenter",
    experimenter: reader.u32(),
    expType: reader.u32(),
    data: reader.take(),
  }));
}

export function writeProperties(writer: Writer, properties: readonly BundleProperty[]): void {
  for (const property of properties) {
    const start = writer.offset;
    writer.u16(property.type === "experimenter" ? EXPERIMENTER : property.code);
    writer.u16(0);
    if (property.type === "experimenter") {
      writer.u32(property.experimenter);
      writer.u32(property.expType);
    }
    writer.raw(property.data);
    writer.patchU16(start + 2, writer.offset - start);
    writer.align8(start);
  }
}
