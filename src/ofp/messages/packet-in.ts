/** OpenFlow 1.3.5 §7.4.1, struct ofp_packet_in. */
import { struct, u8, u16, u32, u64, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import { NO_BUFFER, PacketInReason } from "../enums/packet.ts";
import { type Match, readMatch, writeMatch } from "../match.ts";
import type { Body, MessageHeader } from "../message.ts";
import { part } from "../part.ts";
import { onlyKnown, requireBigUint, requireBytes, requireObject, requireUint } from "../require.ts";

/** What it says of the packet, which Nicira's form of the message says as well. */
export const packetInFields = {
  bufferId: u32, // NO_BUFFER when the message carries the whole packet
  totalLen: u16, // bytes of the whole packet
  reason: u8, // PacketInReason
  tableId: u8,
  cookie: u64, // of the flow that sent it, all ones when there is none
};
const layout = struct(packetInFields);

/** Two bytes in front of the packet put its IP header on a multiple of 4. */
export const PACKET_PAD = 2;

/** A packet that a switch brings before the controller. */
export interface PacketIn extends MessageHeader, ValueOf<typeof packetInFields> {
  readonly type: "packetIn";
  /** What the switch knows about the packet: inPort always, other pipeline fields when set. */
  readonly match: Match;
  /** The packet or its beginning; a view of the decoded bytes. */
  readonly data: Uint8Array;
}

export const packetInDefinition: Definition<Body<PacketIn>> = {
  type: "packetIn",
  code: MessageType.packetIn,
  decode: (reader, registry) => {
    const head = reader.field(layout);
    // The match describes a packet and selects nothing: no prerequisites.
    const match = part("match", () => readMatch(reader, registry, "lenient"));
    reader.skip(PACKET_PAD);
    return { type: "packetIn", ...head, match, data: reader.take() };
  },
  encode: (writer, message, registry) => {
    writer.field(layout, message);
    part("match", () => {
      writeMatch(writer, message.match, registry, "lenient");
    });
    writer.zeros(PACKET_PAD);
    writer.raw(message.data);
  },
};

/** What {@link packetIn} takes: everything has a default. */
export type PacketInInit = Partial<Omit<PacketIn, "type">>;

/**
 * What a switch sends; unless told otherwise without buffer, totalLen the length of `data`, reason noMatch, table 0, cookie all
 * ones (no flow), an empty match and no data.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function packetIn(init: PacketInInit = {}): PacketIn {
  return onlyKnown(init, { type: "packetIn", ...checkedPacketIn(init) });
}

/** The arguments of a builder, checked, with their defaults. */
export function checkedPacketIn(init: PacketInInit): Omit<PacketIn, "type"> {
  requireObject("init", init);
  const data = requireBytes("data", init.data, new Uint8Array());
  return {
    xid: requireUint("xid", init.xid, 32, 0),
    bufferId: requireUint("bufferId", init.bufferId, 32, NO_BUFFER),
    totalLen: requireUint("totalLen", init.totalLen, 16, data.length),
    reason: requireUint("reason", init.reason, 8, PacketInReason.noMatch),
    tableId: requireUint("tableId", init.tableId, 8, 0),
    cookie: requireBigUint("cookie", init.cookie, 64, 0xffff_ffff_ffff_ffffn),
    match: requireObject("match", init.match, {}),
    data,
  };
}
