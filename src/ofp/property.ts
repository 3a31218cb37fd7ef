/** Properties: a type, a length that does not count the padding, and zeros up to a multiple of 8 (OpenFlow 1.3.5 §7.3.5.5.2). */
import { align8, type Reader, WireError, type Writer } from "../wire/index.ts";

const HEADER = 4;

/** Reads one property; `decode` sees what its length counts, without the header. */
export function readProperty<T>(reader: Reader, decode: (code: number) => T): T {
  reader.need(HEADER);
  const code = reader.view.getUint16(reader.at);
  const length = reader.view.getUint16(reader.at + 2);
  if (length < HEADER) throw new WireError("badLength", `length ${length} is below ${HEADER}`, reader.at + 2);
  return reader.element(align8(length), () => {
    reader.skip(HEADER);
    const value = reader.element(length - HEADER, () => decode(code));
    reader.skip(align8(length) - length);
    return value;
  });
}

/** Writes one property; its length is computed, the padding added. */
export function writeProperty(writer: Writer, code: number, encode: () => void): void {
  const start = writer.offset;
  writer.u16(code);
  writer.u16(0);
  encode();
  writer.patchU16(start + 2, writer.offset - start);
  writer.align8(start);
}
