/** Open vSwitch, nicira-ext.h, struct nx_packet_in: the packet-in that `setPacketInFormat` chooses with `PacketInFormat.nxt`. */
import type { Definition } from "../../ofp/definition.ts";
import { NO_BUFFER, PacketInReason } from "../../ofp/enums/packet.ts";
import type { Match } from "../../ofp/match.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { onlyKnown, requireBigUint, requireBytes, requireObject, requireUint } from "../../ofp/require.ts";
import { printPacketIn } from "../../ofp/text/print-packet.ts";
import { offsetOf, pad, struct, u8, u16, u32, u64, type ValueOf } from "../../wire/index.ts";
import { readNxMatch, writeNxMatch } from "./nx-match.ts";

const fields = {
  bufferId: u32, // NO_BUFFER when the message carries the whole packet
  totalLen: u16, // bytes of the whole packet
  reason: u8, // PacketInReason
  tableId: u8,
  cookie: u64, // of the flow that sent it, all ones when there is none
};
const layout = struct({ ...fields, matchLen: u16, pad: pad(6) });

/** Two bytes in front of the packet put its IP header on a multiple of 4. */
const PAD = 2;

/** NXT_PACKET_IN: a packet that a switch brings before the controller. */
export interface NxPacketIn extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "nxPacketIn";
  /** What the switch knows about the packet, in NXM fields: `inPortNxm` and whatever is not zero. */
  readonly match: Match;
  /** The packet or its beginning; a view of the decoded bytes. */
  readonly data: Uint8Array;
}

export const nxPacketInDefinition: Definition<Body<NxPacketIn>> = {
  type: "nxPacketIn",
  code: 17,
  label: "NXT_PACKET_IN",
  decode: (reader, registry) => {
    const { matchLen, ...head } = reader.field(layout);
    const match = readNxMatch(reader, matchLen, registry, "lenient");
    reader.skip(PAD);
    return { type: "nxPacketIn", ...head, match, data: reader.take() };
  },
  encode: (writer, message, registry) => {
    const start = writer.offset;
    writer.field(layout, { ...message, matchLen: 0 });
    writeNxMatch(writer, message.match, start + offsetOf(layout, "matchLen"), registry, "lenient");
    writer.zeros(PAD);
    writer.raw(message.data);
  },
  print: (message, registry) => printPacketIn(message, { registry }),
};

/** What {@link nxPacketIn} takes: everything has a default. */
export type NxPacketInInit = Partial<Omit<NxPacketIn, "type">>;

/**
 * Without buffer, totalLen the length of `data`, reason noMatch, table 0, cookie all ones (no flow), an empty match and no data
 * unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function nxPacketIn(init: NxPacketInInit = {}): NxPacketIn {
  requireObject("init", init);
  const data = requireBytes("data", init.data, new Uint8Array());
  return onlyKnown(init, {
    type: "nxPacketIn",
    xid: requireUint("xid", init.xid, 32, 0),
    bufferId: requireUint("bufferId", init.bufferId, 32, NO_BUFFER),
    totalLen: requireUint("totalLen", init.totalLen, 16, data.length),
    reason: requireUint("reason", init.reason, 8, PacketInReason.noMatch),
    tableId: requireUint("tableId", init.tableId, 8, 0),
    cookie: requireBigUint("cookie", init.cookie, 64, 0xffff_ffff_ffff_ffffn),
    match: requireObject("match", init.match, {}),
    data,
  });
}
