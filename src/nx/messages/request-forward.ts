/** ONF EXT-345, OpenFlow 1.4 §7.4.6 for 1.3, struct ofp_requestforward: what another controller asked for and the switch did. */
import type { Definition, Printed, Registry, Tagged } from "../../ofp/definition.ts";
import { MessageType } from "../../ofp/enums/message.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import type { Message } from "../../ofp/messages/index.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown, requireObject, requireUint } from "../../ofp/require.ts";
import { printInner } from "../../ofp/text/format-message.ts";
import { encoded } from "../../ofp/text/print.ts";
import { REQUEST_FORWARD, readInner, writeInner } from "./inner-message.ts";

/** A group-mod or meter-mod of another controller, told to those that `setAsyncConfig2` lets know. */
export interface RequestForward<X extends Tagged = never> extends MessageHeader {
  readonly type: "requestForward";
  /** What was asked for, with the xid that the other controller gave it. */
  readonly message: Message<X>;
}

/** `X` are the actions of the extensions that the message inside is read with. */
export function requestForwardDefinition<X extends Tagged>(): Definition<Body<RequestForward<X>>> {
  return {
    type: "requestForward",
    code: REQUEST_FORWARD,
    label: "ONFT_REQUESTFORWARD",
    decode: (reader, registry) => ({
      type: "requestForward",
      message: part("message", () => readInner(reader, registry)) as Message<X>,
    }),
    encode: (writer, { message }, registry) => {
      part("message", () => {
        writeInner(writer, message, registry);
      });
    },
    print,
  };
}

const reasons: Readonly<Record<number, string>> = {
  [MessageType.groupMod]: "group_mod",
  [MessageType.meterMod]: "meter_mod",
};

function print({ message }: Body<RequestForward<Tagged>>, registry: Registry): Printed {
  const reason = reasons[encoded(message, registry)[1] ?? 0];
  if (reason === undefined) return { refusal: "OFPBFC_MSG_UNSUP" };
  const printed = printInner(message, registry);
  return typeof printed === "string" ? ` reason=${reason}${printed}` : { refusal: printed.refusal };
}

/** What {@link requestForward} takes. */
export interface RequestForwardInit<X extends Tagged = never> {
  readonly xid?: number;
  readonly message: Message<X>;
}

/** What a switch sends. Throws RangeError or TypeError naming the argument that is wrong. */
export function requestForward<X extends Tagged = never>(init: RequestForwardInit<X>): RequestForward<X> {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "requestForward",
    xid: requireUint("xid", init.xid, 32, 0),
    message: requireObject("message", init.message),
  });
}
