import { viewOf } from "./bytes.ts";
import { WireError, within } from "./error.ts";
import type { Field } from "./field.ts";

/** Nesting beyond this is refused: no real message comes near it, and recursion must have an end. */
const MAX_DEPTH = 32;

/** How often what holds others of its kind may stand in one of them, in bytes and in text: no real flow comes near it. */
export const MAX_NESTING = 16;

/** A position in some bytes and an end that nothing may cross. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Offset of the next byte to read. */
  at: number;
  /** Offset that reading must not pass; narrowed while an element with a length of its own is read. */
  end: number;
  private depth = 0;
  private nesting = 0;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.at = at;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  /** Throws WireError `truncated` unless `size` bytes are left. */
  need(size: number): void {
    if (size > this.end - this.at) {
      throw new WireError("truncated", `${size} bytes needed, ${this.end - this.at} left`, this.at);
    }
  }

  field<T>(field: Field<T>): T {
    this.need(field.size);
    const value = field.read(this.view, this.at);
    this.at += field.size;
    return value;
  }

  u8(): number {
    this.need(1);
    return this.view.getUint8(this.at++);
  }

  u16(): number {
    this.need(2);
    this.at += 2;
    return this.view.getUint16(this.at - 2);
  }

  u32(): number {
    this.need(4);
    this.at += 4;
    return this.view.getUint32(this.at - 4);
  }

  skip(size: number): void {
    this.need(size);
    this.at += size;
  }

  /** The next `size` bytes (all that are left when absent) as a view of the input, which is a plain Uint8Array of a Buffer too. */
  take(size = this.end - this.at): Uint8Array {
    this.need(size);
    this.at += size;
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + this.at - size, size);
  }

  /**
   * Reads an element of exactly `size` bytes: `read` sees no further than its end, and what it leaves unread is an error.
   * Nothing stays narrowed when it throws, but the position is then undefined.
   */
  element<T>(size: number, read: () => T): T {
    this.need(size);
    if (++this.depth > MAX_DEPTH) throw new WireError("tooDeep", `nested more than ${MAX_DEPTH} levels`, this.at);
    const outer = this.end;
    const end = this.at + size;
    this.end = end;
    try {
      const value = read();
      if (this.at !== end) throw new WireError("badLength", `${end - this.at} bytes left over`, this.at);
      return value;
    } finally {
      this.end = outer;
      this.depth--;
    }
  }

  /**
   * Reads what may hold another of its kind, actions inside an action: no deeper than a {@link Writer} writes it. Throws WireError
   * `tooDeep`.
   */
  nested<T>(read: () => T): T {
    if (++this.nesting > MAX_NESTING) throw new WireError("tooDeep", `nested more than ${MAX_NESTING} levels`, this.at);
    try {
      return read();
    } finally {
      this.nesting--;
    }
  }

  /** Reads until the end, element after element; an element that takes no byte is an error, so this always ends. */
  list<T>(read: (index: number) => T): T[] {
    const values: T[] = [];
    while (this.at < this.end) {
      const start = this.at;
      const index = values.length;
      try {
        values.push(read(index));
        if (this.at <= start) throw new WireError("badLength", "an element of length 0", start);
      } catch (error) {
        throw within(`[${index}]`, error);
      }
    }
    return values;
  }
}
