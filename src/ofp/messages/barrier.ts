/** OpenFlow 1.3.5 §7.3.8: OFPT_BARRIER_REQUEST and OFPT_BARRIER_REPLY, a header and nothing else. */
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import type { Body, MessageHeader } from "../message.ts";
import { requireObject, requireUint } from "../require.ts";
import { empty } from "../tagged.ts";

/** The switch finishes everything it got before this, then answers, then goes on. */
export interface BarrierRequest extends MessageHeader {
  readonly type: "barrierRequest";
}

/** Everything before the request of the same xid is done. */
export interface BarrierReply extends MessageHeader {
  readonly type: "barrierReply";
}

export const barrierRequestDefinition: Definition<Body<BarrierRequest>> = empty(
  "barrierRequest",
  MessageType.barrierRequest,
);
export const barrierReplyDefinition: Definition<Body<BarrierReply>> = empty("barrierReply", MessageType.barrierReply);

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function barrierRequest(init: { readonly xid?: number } = {}): BarrierRequest {
  requireObject("init", init);
  return { type: "barrierRequest", xid: requireUint("xid", init.xid, 32, 0) };
}

/** The answer to a request is `barrierReply(request)`. Throws RangeError or TypeError naming the argument that is wrong. */
export function barrierReply(init: { readonly xid?: number } = {}): BarrierReply {
  requireObject("init", init);
  return { type: "barrierReply", xid: requireUint("xid", init.xid, 32, 0) };
}
