/** OpenFlow 1.3.5 §7.4.2, struct ofp_flow_removed. */
import { parsed, struct, u8, u16, u32, u64, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { DEFAULT_PRIORITY, FlowRemovedReason } from "../enums/flow.ts";
import { MessageType } from "../enums/message.ts";
import { type Match, readMatch, writeMatch } from "../match.ts";
import type { Body, MessageHeader } from "../message.ts";
import { part } from "../part.ts";
import { onlyKnown, requireBigUint, requireObject, requireUint } from "../require.ts";

const fields = {
  cookie: u64,
  priority: u16,
  reason: u8, // FlowRemovedReason
  tableId: u8,
  durationSec: u32, // seconds
  durationNsec: u32, // nanoseconds beyond durationSec
  idleTimeout: u16, // seconds
  hardTimeout: u16, // seconds
  packetCount: u64,
  byteCount: u64,
};
export const flowRemovedLayout = parsed(struct(fields));

/** A flow that asked for it (FlowModFlags.sendFlowRem) is gone. */
export interface FlowRemoved extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "flowRemoved";
  readonly match: Match;
}

export const flowRemovedDefinition: Definition<Body<FlowRemoved>> = {
  type: "flowRemoved",
  code: MessageType.flowRemoved,
  decode: (reader, registry) => ({
    type: "flowRemoved",
    ...reader.field(flowRemovedLayout),
    match: part("match", () => readMatch(reader, registry)),
  }),
  encode: (writer, message, registry) => {
    writer.field(flowRemovedLayout, message);
    part("match", () => {
      writeMatch(writer, message.match, registry);
    });
  },
};

/** What {@link flowRemoved} takes: everything has a default. */
export type FlowRemovedInit = Partial<Omit<FlowRemoved, "type">>;

/**
 * What a switch sends; priority 0x8000, reason idleTimeout, everything else zero or empty unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function flowRemoved(init: FlowRemovedInit = {}): FlowRemoved {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "flowRemoved",
    xid: requireUint("xid", init.xid, 32, 0),
    cookie: requireBigUint("cookie", init.cookie, 64, 0n),
    priority: requireUint("priority", init.priority, 16, DEFAULT_PRIORITY),
    reason: requireUint("reason", init.reason, 8, FlowRemovedReason.idleTimeout),
    tableId: requireUint("tableId", init.tableId, 8, 0),
    durationSec: requireUint("durationSec", init.durationSec, 32, 0),
    durationNsec: requireUint("durationNsec", init.durationNsec, 32, 0),
    idleTimeout: requireUint("idleTimeout", init.idleTimeout, 16, 0),
    hardTimeout: requireUint("hardTimeout", init.hardTimeout, 16, 0),
    packetCount: requireBigUint("packetCount", init.packetCount, 64, 0n),
    byteCount: requireBigUint("byteCount", init.byteCount, 64, 0n),
    match: requireObject("match", init.match, {}),
  });
}
