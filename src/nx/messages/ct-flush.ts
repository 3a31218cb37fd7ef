/** Open vSwitch, nicira-ext.h, struct nx_zone_id and nx_ct_flush: connections that connection tracking shall forget. */
import type { Definition } from "../../ofp/definition.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown, requireIp, requireNames, requireObject, requireUint } from "../../ofp/require.ts";
import { fixed } from "../../ofp/tagged.ts";
import { pad, struct, u8, u16, type ValueOf } from "../../wire/index.ts";
import { MAPPED, printCtFlush } from "./ct-flush-print.ts";
import { type CtFlushProperty, type CtTupleProperty, CtTuplePropType, ctFlushProperties } from "./ct-tuple.ts";

const zoneFields = { zero: pad(6), zoneId: u16 };

/** NXT_CT_FLUSH_ZONE: forgets every connection of a zone. */
export interface CtFlushZone extends MessageHeader, ValueOf<typeof zoneFields> {
  readonly type: "ctFlushZone";
}

export const ctFlushZoneDefinition = {
  ...fixed<Body<CtFlushZone>>("ctFlushZone", 29, struct(zoneFields)),
  label: "NXT_CT_FLUSH_ZONE",
  print: ({ zoneId }: Body<CtFlushZone>) => ` zone_id=${zoneId}`,
};

const fields = {
  ipProto: u8, // 0 for any
  pad: pad(7),
};
const layout = struct(fields);

/** NXT_CT_FLUSH: forgets the connections that the properties describe; without properties, all of them. */
export interface CtFlush extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "ctFlush";
  readonly properties: readonly CtFlushProperty[];
}

export const ctFlushDefinition: Definition<Body<CtFlush>> = {
  type: "ctFlush",
  code: 32,
  label: "NXT_CT_FLUSH",
  decode: (reader, registry) => ({
    type: "ctFlush",
    ...reader.field(layout),
    properties: part("properties", () => ctFlushProperties.read(reader, registry)),
  }),
  encode: (writer, message, registry) => {
    writer.field(layout, message);
    part("properties", () => {
      ctFlushProperties.write(writer, message.properties, registry);
    });
  },
  print: printCtFlush,
};

/** What {@link ctFlushZone} takes. */
export interface CtFlushZoneInit {
  readonly xid?: number;
  readonly zoneId: number;
}

/** `ctFlushZone({ zoneId: 5 })`. Throws RangeError or TypeError naming the argument that is wrong. */
export function ctFlushZone(init: CtFlushZoneInit): CtFlushZone {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "ctFlushZone",
    xid: requireUint("xid", init.xid, 32, 0),
    zoneId: requireUint("zoneId", init.zoneId, 16),
  });
}

/** What {@link ctFlush} takes of one direction: what is not given may be anything. */
export interface CtTuple {
  /** IPv4 or IPv6, of the same kind everywhere. */
  readonly src?: string;
  readonly dst?: string;
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly icmpId?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

/** What {@link ctFlush} takes. */
export interface CtFlushInit {
  readonly xid?: number;
  /** 0, any, unless given. */
  readonly ipProto?: number;
  readonly origTuple?: CtTuple;
  readonly replyTuple?: CtTuple;
  readonly zoneId?: number;
}

/**
 * `ctFlush({ ipProto: 6, origTuple: { src: "10.0.0.1", dstPort: 80 }, zoneId: 5 })`, with the properties in the order of ovs-ofctl.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function ctFlush(init: CtFlushInit): CtFlush {
  requireNames("init", init, ["xid", "ipProto", "origTuple", "replyTuple", "zoneId"]);
  const properties: CtFlushProperty[] = [];
  for (const type of ["origTuple", "replyTuple"] as const) {
    const tuple = init[type];
    if (tuple) properties.push({ type, properties: tupleOf(type, tuple) });
  }
  if (init.zoneId !== undefined) properties.push({ type: "zoneId", zoneId: requireUint("zoneId", init.zoneId, 16) });
  return {
    type: "ctFlush",
    xid: requireUint("xid", init.xid, 32, 0),
    ipProto: requireUint("ipProto", init.ipProto, 8, 0),
    properties,
  };
}

function tupleOf(name: string, tuple: CtTuple): CtTupleProperty[] {
  requireNames(name, tuple, Object.keys(CtTuplePropType));
  const properties: CtTupleProperty[] = [];
  for (const type of ["src", "dst"] as const) {
    const address = tuple[type];
    if (address !== undefined) properties.push({ type, address: mapped(requireIp(`${name}.${type}`, address)) });
  }
  for (const type of ["srcPort", "dstPort"] as const) {
    const port = tuple[type];
    if (port !== undefined) properties.push({ type, port: requireUint(`${name}.${type}`, port, 16) });
  }
  const { icmpId, icmpType, icmpCode } = tuple;
  if (icmpId !== undefined) properties.push({ type: "icmpId", icmpId: requireUint(`${name}.icmpId`, icmpId, 16) });
  if (icmpType !== undefined) {
    properties.push({ type: "icmpType", icmpType: requireUint(`${name}.icmpType`, icmpType, 8) });
  }
  if (icmpCode !== undefined) {
    properties.push({ type: "icmpCode", icmpCode: requireUint(`${name}.icmpCode`, icmpCode, 8) });
  }
  return properties;
}

/** An IPv4 address as one of IPv6 (RFC 4291 §2.5.5.2). */
function mapped(address: string): string {
  return address.includes(":") ? address : `${MAPPED}${address}`;
}
