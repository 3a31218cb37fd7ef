/** Fixed-size fields: the words in which layouts are written. Network byte order where a name does not say otherwise. */
import { quote, readIpv4, readIpv6, readMac, writeIpv4, writeIpv6, writeMac } from "./address.ts";
import { WireError } from "./error.ts";

/** The unsigned integers that any parser knows how to read. */
export type Primitive = "u8" | "u16" | "u16le" | "u32" | "u32le" | "u64";

/** A value of fixed size on the wire. `at` is an offset into `view`; the caller has checked that `size` bytes are there. */
export interface Field<T> {
  readonly size: number;
  read(view: DataView, at: number): T;
  /** Throws WireError `outOfRange` or `badValue`. */
  write(view: DataView, at: number, value: T): void;
  /** Set when the value is the plain integer itself: readers generated from a layout need not call `read` then. */
  readonly primitive?: Primitive;
}

/** A run of bytes that means nothing: skipped by readers, zero from writers. */
export interface Pad {
  readonly size: number;
  readonly pad: true;
}

export function pad(size: number): Pad {
  return { size, pad: true };
}

export function isPad(field: Field<unknown> | Pad): field is Pad {
  return "pad" in field;
}

/** Throws unless `value` is an integer from 0 to `max`. */
export function checkUint(value: unknown, max: number, at: number): void {
  if (typeof value !== "number") throw new WireError("badValue", `${quote(value)} is no number`, at);
  if (!(value >= 0 && value <= max && Number.isInteger(value))) {
    throw new WireError("outOfRange", `${value} is not an integer from 0 to ${max}`, at);
  }
}

function checkBigUint(value: unknown, bits: number, at: number): void {
  if (typeof value !== "bigint") throw new WireError("badValue", `${quote(value)} is no bigint`, at);
  if (value < 0n || value >> BigInt(bits) !== 0n) {
    throw new WireError("outOfRange", `${value}n is not from 0n to 2n ** ${bits}n - 1n`, at);
  }
}

export const u8: Field<number> = {
  size: 1,
  primitive: "u8",
  read: (view, at) => view.getUint8(at),
  write(view, at, value) {
    checkUint(value, 0xff, at);
    view.setUint8(at, value);
  },
};

export const u16: Field<number> = {
  size: 2,
  primitive: "u16",
  read: (view, at) => view.getUint16(at),
  write(view, at, value) {
    checkUint(value, 0xffff, at);
    view.setUint16(at, value);
  },
};

export const u24: Field<number> = {
  size: 3,
  read: (view, at) => (view.getUint16(at) << 8) | view.getUint8(at + 2),
  write(view, at, value) {
    checkUint(value, 0xffffff, at);
    view.setUint16(at, value >>> 8);
    view.setUint8(at + 2, value & 0xff);
  },
};

export const u32: Field<number> = {
  size: 4,
  primitive: "u32",
  read: (view, at) => view.getUint32(at),
  write(view, at, value) {
    checkUint(value, 0xffffffff, at);
    view.setUint32(at, value);
  },
};

/** Little-endian, as files of a host's own byte order may be. */
export const u16le: Field<number> = {
  size: 2,
  primitive: "u16le",
  read: (view, at) => view.getUint16(at, true),
  write(view, at, value) {
    checkUint(value, 0xffff, at);
    view.setUint16(at, value, true);
  },
};

/** Little-endian, as files of a host's own byte order may be. */
export const u32le: Field<number> = {
  size: 4,
  primitive: "u32le",
  read: (view, at) => view.getUint32(at, true),
  write(view, at, value) {
    checkUint(value, 0xffffffff, at);
    view.setUint32(at, value, true);
  },
};

export const u64: Field<bigint> = {
  size: 8,
  primitive: "u64",
  read: (view, at) => view.getBigUint64(at),
  write(view, at, value) {
    checkBigUint(value, 64, at);
    view.setBigUint64(at, value);
  },
};

export const u128: Field<bigint> = {
  size: 16,
  read: (view, at) => (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8),
  write(view, at, value) {
    checkBigUint(value, 128, at);
    view.setBigUint64(at, value >> 64n);
    view.setBigUint64(at + 8, value & 0xffff_ffff_ffff_ffffn);
  },
};

export const mac: Field<string> = { size: 6, read: readMac, write: writeMac };
export const ipv4: Field<string> = { size: 4, read: readIpv4, write: writeIpv4 };
export const ipv6: Field<string> = { size: 16, read: readIpv6, write: writeIpv6 };

/** Exactly `size` bytes, as a view of the input when read. */
export function bytes(size: number): Field<Uint8Array> {
  return {
    size,
    read: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, size),
    write(view, at, value) {
      if (!(value instanceof Uint8Array) || value.length !== size) {
        throw new WireError("badValue", `${quote(value)} where ${size} bytes are needed`, at);
      }
      new Uint8Array(view.buffer, view.byteOffset + at, size).set(value);
    },
  };
}

/**
 * NUL-padded text of `size` bytes, one character a byte (Latin-1, so that every byte survives). Reading stops at the first
 * NUL; a text that fills the field has none.
 */
export function text(size: number): Field<string> {
  return {
    size,
    read(view, at) {
      let value = "";
      for (let index = 0; index < size; index++) {
        const code = view.getUint8(at + index);
        if (code === 0) break;
        value += String.fromCharCode(code);
      }
      return value;
    },
    write(view, at, value) {
      if (typeof value !== "string" || value.length > size || /[\0\u0100-\uffff]/.test(value)) {
        throw new WireError("badValue", `${quote(value)} is no text of at most ${size} Latin-1 characters`, at);
      }
      for (let index = 0; index < size; index++) {
        view.setUint8(at + index, index < value.length ? value.charCodeAt(index) : 0);
      }
    },
  };
}
