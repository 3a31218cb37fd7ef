/**
 * Properties as messages of the Nicira and ONF extensions list them (Open vSwitch, ofp-prop.h): a type, a length that does not count
 * the padding, a value, and zeros up to a multiple of 8.
 */
import type { Definition, Registry, Tagged } from "../../ofp/definition.ts";
import { readProperty, writeProperty } from "../../ofp/property.ts";
import { fixed } from "../../ofp/tagged.ts";
import { Reader, type Struct, WireError, type Writer } from "../../wire/index.ts";

/** A property that an experimenter defined. */
export interface ExperimenterProperty {
  readonly type: "experimenter";
  readonly experimenter: number;
  readonly expType: number;
  readonly data: Uint8Array;
}

/** A property of a type that this library does not know, or of another size than Open vSwitch gives that type. */
export interface UnknownProperty {
  readonly type: "unknown";
  readonly code: number;
  /** What follows type and length, without padding. */
  readonly data: Uint8Array;
}

/** A row of a table of properties: reads and writes what follows type and length. */
export interface PropertyDefinition<T extends Tagged = Tagged> extends Definition<T> {
  /** How many bytes the value has; absent when that varies. */
  readonly size?: number;
  /** With how few bytes of the value Open vSwitch is content; it then reads over what is missing and over what is too much. */
  readonly least?: number;
  /** Whether a value that cannot be read keeps its bytes as `unknown`, and is no error: what only its sender needs to understand. */
  readonly isPrivate?: boolean;
}

/** Reads and writes lists of properties. `P` are those that have a row. */
export interface PropertyList<P extends Tagged> {
  /** Reads properties up to the reader's end. */
  read(reader: Reader, registry: Registry): (P | ExperimenterProperty | UnknownProperty)[];
  write(writer: Writer, properties: readonly Tagged[], registry: Registry): void;
  /** A property as Open vSwitch takes it, also where its size is not the usual one; undefined where its length is an error there. */
  loose(property: P | ExperimenterProperty | UnknownProperty, registry: Registry): typeof property | undefined;
}

const EXPERIMENTER = 0xffff;

export function propertyList<P extends Tagged>(rows: readonly PropertyDefinition[]): PropertyList<P> {
  const byCode = new Map(rows.map((row) => [row.code, row]));
  const byType = new Map(rows.map((row) => [row.type, row]));
  const readOne = (reader: Reader, code: number, registry: Registry): Tagged => {
    const row = byCode.get(code);
    if (!row || (row.size !== undefined && row.size !== reader.remaining)) return readOpaque(reader, code);
    const start = reader.at;
    try {
      return row.decode(reader, registry);
    } catch (error) {
      if (!row.isPrivate || !(error instanceof WireError)) throw error;
      reader.at = start;
      return readOpaque(reader, code);
    }
  };
  return {
    read: (reader, registry) =>
      reader.list(() => readProperty(reader, (code) => readOne(reader, code, registry))) as P[],
    loose(property, registry) {
      if (!isUnknown(property)) return property;
      const row = byCode.get(property.code);
      if (!row) return property;
      const { least = Infinity, size = 0 } = row;
      if (property.data.length < least) return undefined;
      const value = new Uint8Array(size);
      value.set(property.data.subarray(0, size));
      return row.decode(new Reader(value), registry) as P;
    },
    write(writer, properties, registry) {
      writer.list(properties, (property) => {
        const opaque = property as ExperimenterProperty | UnknownProperty;
        const type: unknown = (property as Tagged | null | undefined)?.type;
        const row = typeof type === "string" ? byType.get(type) : undefined;
        if (row) {
          writeProperty(writer, row.code, () => {
            row.encode(writer, property, registry);
          });
        } else if (type === "experimenter" || type === "unknown") {
          writeOpaque(writer, opaque);
        } else {
          throw new WireError("badType", `no property of this list`, writer.offset);
        }
      });
    },
  };
}

function readOpaque(reader: Reader, code: number): ExperimenterProperty | UnknownProperty {
  if (code !== EXPERIMENTER) return { type: "unknown", code, data: reader.take() };
  return { type: "experimenter", experimenter: reader.u32(), expType: reader.u32(), data: reader.take() };
}

function writeOpaque(writer: Writer, property: ExperimenterProperty | UnknownProperty): void {
  writeProperty(writer, property.type === "unknown" ? property.code : EXPERIMENTER, () => {
    if (property.type === "experimenter") {
      writer.u32(property.experimenter);
      writer.u32(property.expType);
    }
    writer.raw(property.data);
  });
}

function isUnknown(property: Tagged): property is UnknownProperty {
  return property.type === "unknown";
}

/** A property whose value is one fixed layout. */
export function fixedProperty<T extends Tagged>(
  type: T["type"],
  code: number,
  layout: Struct<Omit<T, "type">>,
  least?: number,
): PropertyDefinition<T> {
  return { ...fixed<T>(type, code, layout), size: layout.size, ...(least !== undefined && { least }) };
}
