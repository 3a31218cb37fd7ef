/** What a controller sets for its own connection to an Open vSwitch (nicira-ext.h, ofp-msgs.h). */
import type { Printed } from "../../ofp/definition.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { onlyKnown, requireObject, requireUint } from "../../ofp/require.ts";
import { fixed } from "../../ofp/tagged.ts";
import { pad, struct, u8, u16, u32, type ValueOf } from "../../wire/index.ts";

const flowModTableIdFields = {
  set: u8, // nonzero: the upper 8 bits of a flow-mod's command are its table
  pad: pad(7),
};

/** NXT_FLOW_MOD_TABLE_ID: whether the commands of flow-mods of OpenFlow 1.0 name a table. OpenFlow 1.3 has a field for it. */
export interface FlowModTableId extends MessageHeader, ValueOf<typeof flowModTableIdFields> {
  readonly type: "flowModTableId";
}

export const flowModTableIdDefinition = {
  ...fixed<Body<FlowModTableId>>("flowModTableId", 15, struct(flowModTableIdFields)),
  label: "NXT_FLOW_MOD_TABLE_ID",
  print: ({ set }: Body<FlowModTableId>) => ` ${set === 0 ? "disable" : "enable"}`,
};

/** enum ofputil_packet_in_format: how packets come to the controller. */
export const PacketInFormat = {
  /** `packetIn`, as OpenFlow has it. */
  standard: 0,
  /** `nxPacketIn` */
  nxt: 1,
  /** `packetIn2`, which alone can be resumed. */
  nxt2: 2,
} as const;
export type PacketInFormat = (typeof PacketInFormat)[keyof typeof PacketInFormat];

const setPacketInFormatFields = { format: u32 }; // PacketInFormat

/** NXT_SET_PACKET_IN_FORMAT: chooses how packets come. */
export interface SetPacketInFormat extends MessageHeader, ValueOf<typeof setPacketInFormatFields> {
  readonly type: "setPacketInFormat";
}

const formats = ["standard", "nxt_packet_in", "nxt_packet_in2"];

export const setPacketInFormatDefinition = {
  ...fixed<Body<SetPacketInFormat>>("setPacketInFormat", 16, struct(setPacketInFormatFields)),
  label: "NXT_SET_PACKET_IN_FORMAT",
  print: ({ format }: Body<SetPacketInFormat>): Printed => {
    const word = formats[format];
    return word === undefined ? { refusal: "OFPBRC_EPERM" } : ` format=${word}`;
  },
};

/** NXT_FLOW_AGE: asks that flow statistics tell how long flows have been idle. OpenFlow 1.3 has no room for it. */
export interface FlowAge extends MessageHeader {
  readonly type: "flowAge";
}

export const flowAgeDefinition = { ...fixed<Body<FlowAge>>("flowAge", 18, struct({})), label: "NXT_FLOW_AGE" };

const setControllerIdFields = {
  zero: pad(6),
  controllerId: u16, // 0 at first
};

/** NXT_SET_CONTROLLER_ID: the number by which the action `controller` finds this connection; several may have the same. */
export interface SetControllerId extends MessageHeader, ValueOf<typeof setControllerIdFields> {
  readonly type: "setControllerId";
}

export const setControllerIdDefinition = {
  ...fixed<Body<SetControllerId>>("setControllerId", 20, struct(setControllerIdFields)),
  label: "NXT_SET_CONTROLLER_ID",
  print: ({ controllerId }: Body<SetControllerId>) => ` id=${controllerId}`,
};

/** `flowModTableId({ set: 1 })`. Throws RangeError or TypeError naming the argument that is wrong. */
export function flowModTableId(init: { readonly xid?: number; readonly set: number }): FlowModTableId {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "flowModTableId",
    xid: requireUint("xid", init.xid, 32, 0),
    set: requireUint("set", init.set, 8),
  });
}

/** `setPacketInFormat({ format: PacketInFormat.nxt2 })`. Throws RangeError or TypeError naming the argument that is wrong. */
export function setPacketInFormat(init: { readonly xid?: number; readonly format: number }): SetPacketInFormat {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "setPacketInFormat",
    xid: requireUint("xid", init.xid, 32, 0),
    format: requireUint("format", init.format, 32),
  });
}

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function flowAge(init: { readonly xid?: number } = {}): FlowAge {
  requireObject("init", init);
  return onlyKnown(init, { type: "flowAge", xid: requireUint("xid", init.xid, 32, 0) });
}

/** `setControllerId({ controllerId: 5 })`. Throws RangeError or TypeError naming the argument that is wrong. */
export function setControllerId(init: { readonly xid?: number; readonly controllerId: number }): SetControllerId {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "setControllerId",
    xid: requireUint("xid", init.xid, 32, 0),
    controllerId: requireUint("controllerId", init.controllerId, 16),
  });
}
