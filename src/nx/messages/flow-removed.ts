/** Open vSwitch, nicira-ext.h, struct nx_flow_removed: a removed flow of OpenFlow 1.0's shape with a match of any fields. */
import type { Definition } from "../../ofp/definition.ts";
import { DEFAULT_PRIORITY } from "../../ofp/enums/flow.ts";
import type { Match } from "../../ofp/match.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { onlyKnown, requireBigUint, requireObject, requireUint } from "../../ofp/require.ts";
import { printFlowRemoved } from "../../ofp/text/print-flow.ts";
import { type Field, offsetOf, struct, u8, u16, u32, u64, type ValueOf } from "../../wire/index.ts";
import { readNxMatch, writeNxMatch } from "./nx-match.ts";

/** One more than the table's number on the wire: 0, from switches that tell no table, reads as 255. */
const tablePlusOne: Field<number> = {
  size: u8.size,
  read: (view, at) => (view.getUint8(at) + 0xff) & 0xff,
  write(view, at, value) {
    u8.write(view, at, value);
    view.setUint8(at, value + 1);
  },
};

const head = {
  cookie: u64,
  priority: u16,
  reason: u8, // FlowRemovedReason
  tableId: tablePlusOne, // 255 when the switch does not tell
  durationSec: u32, // seconds
  durationNsec: u32, // nanoseconds beyond durationSec
  idleTimeout: u16, // seconds
};
const counters = { packetCount: u64, byteCount: u64 };
const layout = struct({ ...head, matchLen: u16, ...counters });

/** NXT_FLOW_REMOVED: a flow is gone. Open vSwitch sends the standard message under OpenFlow 1.3. */
export interface NxFlowRemoved extends MessageHeader, ValueOf<typeof head>, ValueOf<typeof counters> {
  readonly type: "nxFlowRemoved";
  readonly match: Match;
}

export const nxFlowRemovedDefinition: Definition<Body<NxFlowRemoved>> = {
  type: "nxFlowRemoved",
  code: 14,
  label: "NXT_FLOW_REMOVED",
  decode: (reader, registry) => {
    const { matchLen, ...fixed } = reader.field(layout);
    return { type: "nxFlowRemoved", ...fixed, match: readNxMatch(reader, matchLen, registry) };
  },
  encode: (writer, message, registry) => {
    const start = writer.offset;
    writer.field(layout, { ...message, matchLen: 0 });
    writeNxMatch(writer, message.match, start + offsetOf(layout, "matchLen"), registry);
  },
  print: (message, registry) => printFlowRemoved({ ...message, hardTimeout: 0 }, { registry }),
};

/** What {@link nxFlowRemoved} takes: everything but the reason has a default. */
export type NxFlowRemovedInit = Partial<Omit<NxFlowRemoved, "type">> & Pick<NxFlowRemoved, "reason">;

/**
 * Priority 0x8000, an empty match and zeros unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function nxFlowRemoved(init: NxFlowRemovedInit): NxFlowRemoved {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "nxFlowRemoved",
    xid: requireUint("xid", init.xid, 32, 0),
    cookie: requireBigUint("cookie", init.cookie, 64, 0n),
    priority: requireUint("priority", init.priority, 16, DEFAULT_PRIORITY),
    reason: requireUint("reason", init.reason, 8),
    tableId: requireUint("tableId", init.tableId, 8, 0),
    durationSec: requireUint("durationSec", init.durationSec, 32, 0),
    durationNsec: requireUint("durationNsec", init.durationNsec, 32, 0),
    idleTimeout: requireUint("idleTimeout", init.idleTimeout, 16, 0),
    packetCount: requireBigUint("packetCount", init.packetCount, 64, 0n),
    byteCount: requireBigUint("byteCount", init.byteCount, 64, 0n),
    match: requireObject("match", init.match, {}),
  });
}
