/** What a value read from JSON must look like: each shape reads one kind of value or throws a WireError that says where. */
import { part } from "../../ofp/part.ts";
import { isList, isObject, quote, WireError } from "../../wire/index.ts";
import { requireIp, requireMac } from "../../wire/require.ts";

/** Reads a value of one kind. */
export interface Shape<T> {
  /** Throws WireError with the path inside the value. */
  readonly read: (value: unknown) => T;
  /** An object may do without a property of this shape. */
  readonly optional?: boolean;
}

/** A shape for every property: a type that grows makes the compiler ask for the new one. */
export type Shapes<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

function wrong(value: unknown, what: string): WireError {
  return new WireError("badValue", `${quote(value)} is not ${what}`, 0);
}

function number(what: string, fits: (value: number) => boolean): Shape<number> {
  return {
    read: (value) => {
      if (typeof value === "number" && fits(value)) return value;
      throw wrong(value, what);
    },
  };
}

export function uint(bits: number): Shape<number> {
  const end = 2 ** bits;
  return number(`an integer from 0 to ${end - 1}`, (value) => Number.isInteger(value) && value >= 0 && value < end);
}

export const u32 = uint(32);
/** Milliseconds on the clock of the events. */
export const moment = number("a number of milliseconds", Number.isFinite);
/** How often something happened. */
export const count = number("a count", (value) => Number.isSafeInteger(value) && value >= 0);

export const flag: Shape<boolean> = {
  read: (value) => {
    if (typeof value === "boolean") return value;
    throw wrong(value, "true or false");
  },
};

export const u64: Shape<bigint> = {
  read: (value) => {
    if (typeof value === "bigint" && value >= 0n && value >> 64n === 0n) return value;
    throw wrong(value, "a bigint of 64 bits");
  },
};

export const text: Shape<string> = {
  read: (value) => {
    if (typeof value === "string") return value;
    throw wrong(value, "a text");
  },
};

export const bytes: Shape<Uint8Array> = {
  read: (value) => {
    if (value instanceof Uint8Array) return value;
    throw wrong(value, "bytes");
  },
};

/** A text that a check of builder arguments takes; it must be spelled as decoding spells it. */
function address(what: string, check: (name: string, value: string) => string): Shape<string> {
  return {
    read: (value) => {
      if (typeof value !== "string") throw wrong(value, what);
      try {
        if (check("address", value) === value) return value;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
      throw wrong(value, `${what} as decoding spells it`);
    },
  };
}

export const mac = address("an Ethernet address", requireMac);
export const ip = address("an IP address", requireIp);

export function oneOf<const T extends string | number>(allowed: readonly T[]): Shape<T> {
  return {
    read: (value) => {
      const found = allowed.find((candidate) => candidate === value);
      if (found === undefined) throw wrong(value, `one of ${allowed.join(", ")}`);
      return found;
    },
  };
}

/** A property that is there, perhaps as undefined: JSON leaves it out then. */
export function perhaps<T>(shape: Shape<T>): Shape<T | undefined> {
  return { read: (value) => (value === undefined ? undefined : shape.read(value)) };
}

/** A property that may be missing. */
export function optional<T>(shape: Shape<T>): Shape<T> {
  return { ...shape, optional: true };
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return {
    read: (value) => {
      if (!isList(value)) throw wrong(value, "a list");
      return Array.from(value, (item, index) => part(`[${index}]`, () => shape.read(item)));
    },
  };
}

function propertiesOf(value: unknown): Map<string, unknown> {
  if (!isObject(value) || isList(value) || value instanceof Uint8Array) throw wrong(value, "an object");
  return new Map(Object.entries(value));
}

/** An object of exactly these properties. */
export function object<T extends object>(shapes: Shapes<T>): Shape<T> {
  return {
    read: (value) => {
      const properties = propertiesOf(value);
      const read: [string, unknown][] = [];
      for (const [key, shape] of Object.entries<Shape<unknown>>(shapes)) {
        const item = properties.get(key);
        properties.delete(key);
        if (item === undefined && shape.optional) continue;
        read.push([key, part(key, () => shape.read(item))]);
      }
      for (const key of properties.keys()) throw new WireError("badValue", `there is no property ${quote(key)}`, 0);
      return Object.fromEntries(read) as T;
    },
  };
}

/** An object that says by its keys what its values are about. */
export function record<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    read: (value) =>
      Object.fromEntries([...propertiesOf(value)].map(([key, item]) => [key, part(key, () => shape.read(item))])),
  };
}

/** A shape with one more condition: `check` throws WireError. */
export function checked<T>(shape: Shape<T>, check: (value: T) => void): Shape<T> {
  return {
    ...shape,
    read: (value) => {
      const read = shape.read(value);
      check(read);
      return read;
    },
  };
}
