/** Open vSwitch, nicira-ext.h, struct nx_packet_in: the packet-in that `setPacketInFormat` chooses with `PacketInFormat.nxt`. */
import type { Definition } from "../../ofp/definition.ts";
import type { Match } from "../../ofp/match.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { checkedPacketIn, PACKET_PAD, packetInFields } from "../../ofp/messages/packet-in.ts";
import { onlyKnown } from "../../ofp/require.ts";
import { printPacketIn } from "../../ofp/text/print-packet.ts";
import { offsetOf, pad, struct, u16, type ValueOf } from "../../wire/index.ts";
import { readNxMatch, writeNxMatch } from "./nx-match.ts";

const layout = struct({ ...packetInFields, matchLen: u16, pad: pad(6) });

/** NXT_PACKET_IN: a packet that a switch brings before the controller. */
export interface NxPacketIn extends MessageHeader, ValueOf<typeof packetInFields> {
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
    reader.skip(PACKET_PAD);
    return { type: "nxPacketIn", ...head, match, data: reader.take() };
  },
  encode: (writer, message, registry) => {
    const start = writer.offset;
    writer.field(layout, { ...message, matchLen: 0 });
    writeNxMatch(writer, message.match, start + offsetOf(layout, "matchLen"), registry, "lenient");
    writer.zeros(PACKET_PAD);
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
  return onlyKnown(init, { type: "nxPacketIn", ...checkedPacketIn(init) });
}
