/** OpenFlow 1.3.5 §7.3.1, struct ofp_switch_features: the handshake behind the hello. */
import { pad, parsed, struct, u8, u32, u64, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import type { Body, MessageHeader } from "../message.ts";
import { onlyKnown, requireBigUint, requireObject, requireUint } from "../require.ts";
import { empty, fixed } from "../tagged.ts";

/** Asks a switch who it is. */
export interface FeaturesRequest extends MessageHeader {
  readonly type: "featuresRequest";
}

const fields = {
  datapathId: u64, // the low 48 bits are a MAC address, the high 16 the implementer's
  nBuffers: u32,
  nTables: u8,
  auxiliaryId: u8, // 0 for the main connection
  pad: pad(2),
  capabilities: u32, // bits of Capabilities
  reserved: u32,
};
export const featuresLayout = parsed(struct(fields));

/** Who a switch is and what it can do. */
export interface FeaturesReply extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "featuresReply";
}

export const featuresRequestDefinition: Definition<Body<FeaturesRequest>> = empty(
  "featuresRequest",
  MessageType.featuresRequest,
);
export const featuresReplyDefinition: Definition<Body<FeaturesReply>> = fixed(
  "featuresReply",
  MessageType.featuresReply,
  featuresLayout,
);

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function featuresRequest(init: { readonly xid?: number } = {}): FeaturesRequest {
  requireObject("init", init);
  return { type: "featuresRequest", xid: requireUint("xid", init.xid, 32, 0) };
}

/** What {@link featuresReply} takes: everything but the datapath id has a default. */
export type FeaturesReplyInit = Partial<Omit<FeaturesReply, "type" | "datapathId">> & Pick<FeaturesReply, "datapathId">;

/**
 * What a switch answers; no buffers, 254 tables and no capabilities unless told otherwise.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function featuresReply(init: FeaturesReplyInit): FeaturesReply {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "featuresReply",
    xid: requireUint("xid", init.xid, 32, 0),
    datapathId: requireBigUint("datapathId", init.datapathId, 64),
    nBuffers: requireUint("nBuffers", init.nBuffers, 32, 0),
    nTables: requireUint("nTables", init.nTables, 8, 254),
    auxiliaryId: requireUint("auxiliaryId", init.auxiliaryId, 8, 0),
    capabilities: requireUint("capabilities", init.capabilities, 32, 0),
    reserved: requireUint("reserved", init.reserved, 32, 0),
  });
}
