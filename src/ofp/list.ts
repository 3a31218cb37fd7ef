/** Lists, and their elements that open with a 16-bit length of all that they are: flows, groups, buckets. */
import { offsetOf, type Reader, struct, u16, WireError, type Writer } from "../wire/index.ts";
import { part } from "./part.ts";

const header = struct({ length: u16 });

/** Reads elements up to the reader's end; `key` is where the list stands in its value, for errors. */
export function readList<T>(reader: Reader, key: string, read: (index: number) => T): T[] {
  return part(key, () => reader.list(read));
}

export function writeList<T>(writer: Writer, key: string, values: readonly T[], write: (value: T) => void): void {
  part(key, () => {
    writer.list(values, write);
  });
}

/** Reads one element; `read` sees what follows its length. `what` names it in errors. */
export function readSized<T>(reader: Reader, what: string, read: () => T): T {
  const start = reader.at;
  const { length } = reader.field(header);
  if (length < header.size) throw new WireError("badLength", `${what} length ${length} is below ${header.size}`, start);
  return reader.element(length - header.size, read);
}

/** Writes one element; its length is computed. */
export function writeSized(writer: Writer, write: () => void): void {
  const start = writer.offset;
  writer.field(header, { length: 0 });
  write();
  writer.patchU16(start + offsetOf(header, "length"), writer.offset - start);
}
