import { type Bytes, isList, viewOf } from "./bytes.ts";
import { WireError, within } from "./error.ts";
import { checkUint, type Field } from "./field.ts";
import { MAX_NESTING } from "./reader.ts";

const SLAB_SIZE = 32_768;
/** What a 16-bit length can say. */
const MAX_LENGTH = 0xffff;

/** Writes into a buffer of the caller's, or into one of its own that grows. */
export class Writer {
  bytes: Uint8Array;
  view: DataView;
  /** Offset of the next byte to write. */
  at: number;
  private start: number;
  private readonly grows: boolean;
  private nesting = 0;

  /** With a target: throws WireError `noSpace` at its end. Without: grows. */
  constructor(target?: Uint8Array, at = 0) {
    this.bytes = target ?? new Uint8Array(SLAB_SIZE);
    this.view = viewOf(this.bytes);
    this.at = at;
    this.start = at;
    this.grows = target === undefined;
  }

  /** Offset of what is written next, counted from where this writing began: what error messages tell. */
  get offset(): number {
    return this.at - this.start;
  }

  /** Makes room for `size` more bytes. */
  need(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    if (!this.grows) {
      throw new WireError(
        "noSpace",
        `${size} bytes do not fit: ${this.bytes.length - this.at} left`,
        this.at - this.start,
      );
    }
    const written = this.bytes.subarray(this.start, this.at);
    const grown = new Uint8Array(Math.max(SLAB_SIZE, 2 * (written.length + size)));
    grown.set(written);
    this.bytes = grown;
    this.view = viewOf(grown);
    this.at = written.length;
    this.start = 0;
  }

  /** Begins a new result behind the last one, in the same slab. */
  begin(): void {
    this.start = this.at;
  }

  /** What was written since `begin`; later writing does not touch it. */
  finish(): Bytes {
    return new Uint8Array(this.bytes.buffer as ArrayBuffer, this.bytes.byteOffset + this.start, this.at - this.start);
  }

  field<T>(field: Field<T>, value: T): void {
    this.need(field.size);
    try {
      field.write(this.view, this.at, value);
    } catch (error) {
      throw error instanceof WireError
        ? new WireError(error.code, error.detail, error.offset - this.start, error.path)
        : error;
    }
    this.at += field.size;
  }

  u8(value: number): void {
    this.need(1);
    checkUint(value, 0xff, this.offset);
    this.view.setUint8(this.at++, value);
  }

  u16(value: number): void {
    this.need(2);
    checkUint(value, 0xffff, this.offset);
    this.view.setUint16(this.at, value);
    this.at += 2;
  }

  u32(value: number): void {
    this.need(4);
    checkUint(value, 0xffffffff, this.offset);
    this.view.setUint32(this.at, value);
    this.at += 4;
  }

  raw(data: Uint8Array): void {
    if (!(data instanceof Uint8Array)) throw new WireError("badValue", "no Uint8Array", this.offset);
    this.need(data.length);
    this.bytes.set(data, this.at);
    this.at += data.length;
  }

  zeros(size: number): void {
    this.need(size);
    this.bytes.fill(0, this.at, this.at + size);
    this.at += size;
  }

  /** Zeros up to the next multiple of 8 counted from `from`, an earlier `offset`. */
  align8(from: number): void {
    this.zeros(-(this.offset - from) & 7);
  }

  /** Writes what was only known later, a length mostly, at an earlier `offset`. */
  patchU16(offset: number, value: number): void {
    if (value > MAX_LENGTH) throw new WireError("tooLong", `${value} bytes do not fit a 16-bit length`, offset);
    this.view.setUint16(this.start + offset, value);
  }

  /** Writes what may hold another of its kind, or itself: that must have an end. Throws WireError `tooDeep`. */
  nested(write: () => void): void {
    if (++this.nesting > MAX_NESTING) {
      throw new WireError("tooDeep", `nested more than ${MAX_NESTING} levels`, this.offset);
    }
    try {
      write();
    } finally {
      this.nesting--;
    }
  }

  /** Writes element after element, and stops where no 16-bit length can say what was written. */
  list<T>(values: readonly T[], write: (value: T, index: number) => void): void {
    if (!isList(values)) throw new WireError("badValue", "no list", this.offset);
    // By index, because forEach leaves out the holes of a list that has some.
    for (let index = 0; index < values.length; index++) {
      try {
        if (this.offset > MAX_LENGTH) throw new WireError("tooLong", `more than ${MAX_LENGTH} bytes`, this.offset);
        write(values[index] as T, index);
      } catch (error) {
        throw within(`[${index}]`, error);
      }
    }
  }
}
