import { isObject, type Reader, type Struct, struct, WireError, type Writer } from "../wire/index.ts";
import type { Definition, Tagged } from "./definition.ts";

/** Length of the header that opens actions, instructions and properties: type and length, 16 bits each. */
const HEADER = 4;

/**
 * Reads one element with a type/length header, bounded by its own length. OpenFlow wants actions and instructions in multiples
 * of 8 bytes (§7.2.4, §7.2.5).
 */
export function readTagged<T>(reader: Reader, decode: (code: number) => T): T {
  reader.need(HEADER);
  const code = reader.view.getUint16(reader.at);
  const length = reader.view.getUint16(reader.at + 2);
  if (length < 8 || length % 8 !== 0) {
    throw new WireError("badLength", `length ${length} is not a multiple of 8 of at least 8`, reader.at + 2);
  }
  return reader.element(length, () => {
    reader.at += HEADER;
    return decode(code);
  });
}

/** Writes an element with a type/length header; the length is computed, the end padded to 8 bytes. */
export function writeTagged(writer: Writer, code: number, encode: () => void): void {
  const start = writer.offset;
  writer.u16(code);
  writer.u16(0);
  encode();
  writer.align8(start);
  writer.patchU16(start + 2, writer.offset - start);
}

/** A definition whose body is one fixed layout: the layout's value with a `type` is the variant. An action has its words. */
export function fixed<T extends Tagged>(
  type: T["type"],
  code: number,
  body: Struct<Omit<T, "type">>,
  format?: (value: T) => string,
): Definition<T> {
  return {
    type,
    code,
    decode: (reader) => ({ type, ...reader.field(body) }) as unknown as T,
    encode: (writer, value) => {
      writer.field(body, value);
    },
    ...(format && { format }),
  };
}

const nothing = struct({});

/** A definition of what has no body: its type says everything. */
export function empty<const N extends string>(type: N, code: number): Definition<{ readonly type: N }> {
  return fixed<{ readonly type: N }>(type, code, nothing);
}

/** The discriminator of any value, or a WireError that says what was there instead. */
export function typeOf(value: Tagged, what: string, offset: number): string {
  if (!isObject(value) || typeof value.type !== "string") {
    throw new WireError("badValue", `no ${what}: an object with a "type" is needed`, offset);
  }
  return value.type;
}
