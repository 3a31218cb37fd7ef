/** OpenFlow 1.3.5 §7.5.2 and §7.5.3: OFPT_ECHO_REQUEST and OFPT_ECHO_REPLY, a header and any bytes. */
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import type { Body, MessageHeader } from "../message.ts";
import { requireBytes, requireObject, requireUint } from "../require.ts";

/** Asks the other side whether it is alive. */
export interface EchoRequest extends MessageHeader {
  readonly type: "echoRequest";
  readonly data: Uint8Array;
}

/** Answers an echo request with its xid and its data. */
export interface EchoReply extends MessageHeader {
  readonly type: "echoReply";
  readonly data: Uint8Array;
}

export const echoRequestDefinition: Definition<Body<EchoRequest>> = {
  type: "echoRequest",
  code: MessageType.echoRequest,
  decode: (reader) => ({ type: "echoRequest", data: reader.take() }),
  encode: (writer, { data }) => {
    writer.raw(data);
  },
};

export const echoReplyDefinition: Definition<Body<EchoReply>> = {
  type: "echoReply",
  code: MessageType.echoReply,
  decode: (reader) => ({ type: "echoReply", data: reader.take() }),
  encode: (writer, { data }) => {
    writer.raw(data);
  },
};

/** What {@link echoRequest} and {@link echoReply} take. */
export interface EchoInit {
  readonly xid?: number;
  /** Nothing unless given. */
  readonly data?: Uint8Array;
}

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function echoRequest(init: EchoInit = {}): EchoRequest {
  return { type: "echoRequest", ...checked(init) };
}

/** The answer to a request is `echoReply(request)`. Throws RangeError or TypeError naming the argument that is wrong. */
export function echoReply(init: EchoInit = {}): EchoReply {
  return { type: "echoReply", ...checked(init) };
}

function checked(init: EchoInit): { readonly xid: number; readonly data: Uint8Array } {
  requireObject("init", init);
  return {
    xid: requireUint("xid", init.xid, 32, 0),
    data: requireBytes("data", init.data, new Uint8Array()),
  };
}
