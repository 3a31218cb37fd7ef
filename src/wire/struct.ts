/** Layouts: a table that reads like the struct in the specification, from which type, reader and writer follow. */
import { isObject } from "./bytes.ts";
import { WireError, within } from "./error.ts";
import { type Field, isPad, type Pad } from "./field.ts";

export type Fields = Readonly<Record<string, Field<unknown> | Pad>>;

/** The plain object that a layout stands for: its fields without the padding. */
export type ValueOf<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Pad ? never : K]: F[K] extends Field<infer T> ? T : never;
};

/** One line of a layout, with its place. */
export interface Member {
  readonly name: string;
  readonly offset: number;
  readonly field: Field<unknown> | Pad;
}

/** A fixed-size struct. It is a Field itself, so layouts nest. */
export interface Struct<T> extends Field<T> {
  readonly members: readonly Member[];
}

/**
 * Declares a fixed-size structure in wire order. Keys of padding are for the reader's eye only.
 *
 * `const port = struct({ portNo: u32, pad: pad(4), hwAddr: mac })` is 14 bytes long and reads to `{ portNo, hwAddr }`.
 */
export function struct<const F extends Fields>(fields: F): Struct<ValueOf<F>> {
  const members: Member[] = [];
  let size = 0;
  for (const [name, field] of Object.entries(fields)) {
    members.push({ name, offset: size, field });
    size += field.size;
  }
  return { size, members, read: (view, at) => readMembers(members, view, at) as ValueOf<F>, write };

  function write(view: DataView, at: number, value: ValueOf<F>): void {
    if (!isObject(value)) throw new WireError("badValue", `no object`, at);
    for (const { name, offset, field } of members) {
      if (isPad(field)) {
        for (let index = 0; index < field.size; index++) view.setUint8(at + offset + index, 0);
        continue;
      }
      try {
        field.write(view, at + offset, (value as Record<string, unknown>)[name]);
      } catch (error) {
        throw within(name, error);
      }
    }
  }
}

/** Where a line of a layout starts: for lengths that are only known when what they measure is written. */
export function offsetOf(layout: Struct<unknown>, name: string): number {
  const member = layout.members.find((candidate) => candidate.name === name);
  if (!member) throw new RangeError(`name: the layout has no "${name}"`);
  return member.offset;
}

/** The plain interpretation of a layout: works everywhere, also where `eval` is forbidden. */
export function readMembers(members: readonly Member[], view: DataView, at: number): unknown {
  const value: Record<string, unknown> = {};
  for (const { name, offset, field } of members) {
    if (!isPad(field)) value[name] = field.read(view, at + offset);
  }
  return value;
}
