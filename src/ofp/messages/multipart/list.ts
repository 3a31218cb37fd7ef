/** Bodies that are a list of structs of one fixed size. */
import type { Reader, Struct, Writer } from "../../../wire/index.ts";
import { readList, writeList } from "../../list.ts";

/** `key` is where the list stands in the body, for errors. */
export function readStructs<T>(reader: Reader, key: string, layout: Struct<T>): T[] {
  return readList(reader, key, () => reader.field(layout));
}

export function writeStructs<T>(writer: Writer, key: string, layout: Struct<T>, values: readonly T[]): void {
  writeList(writer, key, values, (value) => {
    writer.field(layout, value);
  });
}
