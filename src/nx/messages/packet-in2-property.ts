/** Open vSwitch, nicira-ext.h, enum nx_packet_in2_prop_type: what a packet-in says, and what is sent back to resume. */
import type { Registry, Tagged } from "../../ofp/definition.ts";
import { type Match, readFields, writeFields } from "../../ofp/match.ts";
import { part } from "../../ofp/part.ts";
import { pad, type Reader, type Struct, struct, u8, u32, u64, type Writer } from "../../wire/index.ts";
import { type ContinuationProperty, continuationProperties } from "./continuation.ts";
import {
  type ExperimenterProperty,
  fixedProperty,
  type PropertyDefinition,
  propertyList,
  type UnknownProperty,
} from "./property.ts";

/** The packet or its beginning; `userdata` is what the action `controller` was given. */
export interface PacketIn2DataProperty {
  readonly type: "packet" | "userdata";
  readonly data: Uint8Array;
}

/** Bytes of the whole packet when it was cut. */
export interface PacketIn2FullLenProperty {
  readonly type: "fullLen";
  readonly fullLen: number;
}

/** The number of the buffer that holds the packet; Open vSwitch has none. */
export interface PacketIn2BufferIdProperty {
  readonly type: "bufferId";
  readonly bufferId: number;
}

/** The table of the flow that sent the packet. */
export interface PacketIn2TableIdProperty {
  readonly type: "tableId";
  readonly tableId: number;
}

/** The cookie of that flow. */
export interface PacketIn2CookieProperty {
  readonly type: "cookie";
  readonly cookie: bigint;
}

/** See PacketInReason. */
export interface PacketIn2ReasonProperty {
  readonly type: "reason";
  readonly reason: number;
}

/** What the switch knows about the packet besides its bytes: `inPort`, metadata, registers, tunnel. */
export interface PacketIn2MetadataProperty {
  readonly type: "metadata";
  readonly match: Match;
}

/**
 * Where the packet stopped, when the action `controller` paused it. Bytes that are no continuation of Open vSwitch 3.1 stay an
 * `unknown` property with code 8.
 */
export interface PacketIn2ContinuationProperty<X extends Tagged = never> {
  readonly type: "continuation";
  readonly properties: readonly ContinuationProperty<X>[];
}

/** A property that nicira-ext.h defines. */
export type KnownPacketIn2Property<X extends Tagged = never> =
  | PacketIn2DataProperty
  | PacketIn2FullLenProperty
  | PacketIn2BufferIdProperty
  | PacketIn2TableIdProperty
  | PacketIn2CookieProperty
  | PacketIn2ReasonProperty
  | PacketIn2MetadataProperty
  | PacketIn2ContinuationProperty<X>;

/** `X` are the actions of the extensions in use. */
export type PacketIn2Property<X extends Tagged = never> =
  | KnownPacketIn2Property<X>
  | ExperimenterProperty
  | UnknownProperty;

/** enum nx_packet_in2_prop_type */
export const PacketIn2PropType = {
  packet: 0,
  fullLen: 1,
  bufferId: 2,
  tableId: 3,
  cookie: 4,
  reason: 5,
  metadata: 6,
  userdata: 7,
  continuation: 8,
} as const;
export type PacketIn2PropType = (typeof PacketIn2PropType)[keyof typeof PacketIn2PropType];

const ALIGN = 4;

function row<T extends Tagged & { readonly type: keyof typeof PacketIn2PropType }>(
  type: T["type"],
  layout: Struct<Omit<T, "type">>,
  least?: number,
): PropertyDefinition<T> {
  return fixedProperty(type, PacketIn2PropType[type], layout, least);
}

function dataRow(type: "packet" | "userdata"): PropertyDefinition<PacketIn2DataProperty> {
  return {
    type,
    code: PacketIn2PropType[type],
    decode: (reader) => ({ type, data: reader.take() }),
    encode: (writer, { data }) => {
      writer.raw(data);
    },
  };
}

const metadata: PropertyDefinition<PacketIn2MetadataProperty> = {
  type: "metadata",
  code: PacketIn2PropType.metadata,
  // It describes a packet and selects nothing: no prerequisites.
  decode: (reader, registry) => ({
    type: "metadata",
    match: part("match", () => readFields(reader, registry, "lenient")),
  }),
  encode: (writer, { match }, registry) => {
    part("match", () => {
      writeFields(writer, match, registry, "lenient");
    });
  },
};

const continuation: PropertyDefinition<PacketIn2ContinuationProperty<Tagged>> = {
  type: "continuation",
  code: PacketIn2PropType.continuation,
  isPrivate: true,
  decode: (reader, registry) => {
    reader.skip(ALIGN);
    return {
      type: "continuation",
      properties: part("properties", () => continuationProperties.read(reader, registry)),
    };
  },
  encode: (writer, { properties }, registry) => {
    writer.zeros(ALIGN);
    part("properties", () => {
      continuationProperties.write(writer, properties, registry);
    });
  },
};

const list = propertyList<KnownPacketIn2Property<Tagged>>([
  dataRow("packet"),
  row<PacketIn2FullLenProperty>("fullLen", struct({ fullLen: u32 })),
  row<PacketIn2BufferIdProperty>("bufferId", struct({ bufferId: u32 })),
  row<PacketIn2TableIdProperty>("tableId", struct({ tableId: u8 }), u8.size),
  row<PacketIn2CookieProperty>("cookie", struct({ pad: pad(ALIGN), cookie: u64 })),
  row<PacketIn2ReasonProperty>("reason", struct({ reason: u8 }), u8.size),
  metadata,
  dataRow("userdata"),
  continuation,
]);

/** A property as Open vSwitch takes it; undefined where its length is an error there. */
export function loosePacketIn2Property(
  property: PacketIn2Property<Tagged>,
  registry: Registry,
): PacketIn2Property<Tagged> | undefined {
  return list.loose(property, registry);
}

export function readPacketIn2Properties<X extends Tagged>(
  reader: Reader,
  registry: Registry,
): readonly PacketIn2Property<X>[] {
  return part("properties", () => list.read(reader, registry)) as readonly PacketIn2Property<X>[];
}

export function writePacketIn2Properties(
  writer: Writer,
  properties: readonly PacketIn2Property<Tagged>[],
  registry: Registry,
): void {
  part("properties", () => {
    list.write(writer, properties, registry);
  });
}
