/** Open vSwitch, nicira-ext.h, enum nx_ct_flush_tlv_type and nx_ct_flush_tuple_tlv_type: which connections are meant. */
import { part } from "../../ofp/part.ts";
import { ipv6, pad, struct, u8, u16 } from "../../wire/index.ts";
import {
  type ExperimenterProperty,
  fixedProperty,
  type PropertyDefinition,
  propertyList,
  type UnknownProperty,
} from "./property.ts";

/** enum nx_ct_flush_tuple_tlv_type */
export const CtTuplePropType = {
  src: 0,
  dst: 1,
  srcPort: 2,
  dstPort: 3,
  icmpId: 4,
  icmpType: 5,
  icmpCode: 6,
} as const;
export type CtTuplePropType = (typeof CtTuplePropType)[keyof typeof CtTuplePropType];

/** One thing about a direction of a connection; what is not there, or zero, may be anything. */
export type CtTupleProperty =
  /** An IPv6 address, or an IPv4 one in IPv6: `::ffff:10.0.0.1`. */
  | { readonly type: "src" | "dst"; readonly address: string }
  /** Of TCP, UDP or SCTP. */
  | { readonly type: "srcPort" | "dstPort"; readonly port: number }
  | { readonly type: "icmpId"; readonly icmpId: number }
  | { readonly type: "icmpType"; readonly icmpType: number }
  | { readonly type: "icmpCode"; readonly icmpCode: number }
  | ExperimenterProperty
  | UnknownProperty;

type KnownTuple = Exclude<CtTupleProperty, ExperimenterProperty | UnknownProperty>;

const PAD = 2;
const address = struct({ address: ipv6 });
const port = struct({ port: u16, pad: pad(PAD) });

export const tupleProperties = propertyList<KnownTuple>([
  fixedProperty("src", CtTuplePropType.src, address, ipv6.size),
  fixedProperty("dst", CtTuplePropType.dst, address, ipv6.size),
  fixedProperty("srcPort", CtTuplePropType.srcPort, port, u16.size),
  fixedProperty("dstPort", CtTuplePropType.dstPort, port, u16.size),
  fixedProperty("icmpId", CtTuplePropType.icmpId, struct({ icmpId: u16, pad: pad(PAD) }), u16.size),
  fixedProperty("icmpType", CtTuplePropType.icmpType, struct({ icmpType: u8 }), u8.size),
  fixedProperty("icmpCode", CtTuplePropType.icmpCode, struct({ icmpCode: u8 }), u8.size),
]);

/** enum nx_ct_flush_tlv_type */
export const CtFlushPropType = { origTuple: 0, replyTuple: 1, zoneId: 2 } as const;
export type CtFlushPropType = (typeof CtFlushPropType)[keyof typeof CtFlushPropType];

/** The direction in which a connection was opened, or that of its answers. */
export interface CtTupleListProperty {
  readonly type: "origTuple" | "replyTuple";
  readonly properties: readonly CtTupleProperty[];
}

/** The zone; without it, zone 0. */
export interface CtZoneProperty {
  readonly type: "zoneId";
  readonly zoneId: number;
}

/** What a connection must be like to be forgotten. */
export type CtFlushProperty = CtTupleListProperty | CtZoneProperty | ExperimenterProperty | UnknownProperty;

const ALIGN = 4;

function tupleRow(type: CtTupleListProperty["type"]): PropertyDefinition<CtTupleListProperty> {
  return {
    type,
    code: CtFlushPropType[type],
    decode: (reader, registry) => {
      reader.skip(ALIGN);
      return { type, properties: part("properties", () => tupleProperties.read(reader, registry)) };
    },
    encode: (writer, { properties }, registry) => {
      writer.zeros(ALIGN);
      part("properties", () => {
        tupleProperties.write(writer, properties, registry);
      });
    },
  };
}

export const ctFlushProperties = propertyList<CtTupleListProperty | CtZoneProperty>([
  tupleRow("origTuple"),
  tupleRow("replyTuple"),
  fixedProperty("zoneId", CtFlushPropType.zoneId, struct({ zoneId: u16, pad: pad(PAD) }), u16.size),
]);
