/** OpenFlow 1.3.5 §7.4.4, struct ofp_error_msg and ofp_error_experimenter_msg. */
import { parsed, struct, u16, WireError } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { ErrorType } from "../enums/error.ts";
import { MessageType } from "../enums/message.ts";
import { type Body, type MessageHeader, OFP_VERSION } from "../message.ts";
import { requireBytes, requireObject, requireUint } from "../require.ts";

/** Says what was wrong with a message; has the xid of that message. */
export interface ErrorMessage extends MessageHeader {
  readonly type: "error";
  /** The version byte of the header: whoever refuses a version says so in its own. */
  readonly version: number;
  /** One of {@link ErrorType}. */
  readonly errorType: number;
  /** What it means depends on errorType; the experimenter's type (exp_type) when that is 0xffff. */
  readonly code: number;
  /** The experimenter's id; there when and only when errorType is 0xffff. */
  readonly experimenter?: number;
  /** The beginning of the message that was refused (64 bytes at least, or all of it), or text for helloFailed. */
  readonly data: Uint8Array;
}

export const errorLayout = parsed(struct({ errorType: u16, code: u16 }));

export const errorDefinition: Definition<Body<ErrorMessage>> = {
  type: "error",
  code: MessageType.error,
  decode: (reader) => {
    const version = reader.view.getUint8(0);
    const { errorType, code } = reader.field(errorLayout);
    return errorType === ErrorType.experimenter
      ? { type: "error", version, errorType, code, experimenter: reader.u32(), data: reader.take() }
      : { type: "error", version, errorType, code, data: reader.take() };
  },
  encode: (writer, message) => {
    if ((message.errorType === ErrorType.experimenter) !== (message.experimenter !== undefined)) {
      throw new WireError(
        "badValue",
        "error type 0xffff and no other has an experimenter",
        writer.offset,
        "experimenter",
      );
    }
    writer.field(errorLayout, message);
    if (message.experimenter !== undefined) writer.u32(message.experimenter);
    writer.raw(message.data);
  },
};

/** What {@link errorMessage} takes. */
export interface ErrorMessageInit {
  readonly xid?: number;
  /** OpenFlow 1.3 unless given. */
  readonly version?: number;
  readonly errorType: number;
  readonly code: number;
  readonly experimenter?: number;
  readonly data?: Uint8Array;
}

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function errorMessage(init: ErrorMessageInit): ErrorMessage {
  requireObject("init", init);
  const { experimenter } = init;
  const errorType = requireUint("errorType", init.errorType, 16);
  if ((errorType === ErrorType.experimenter) !== (experimenter !== undefined)) {
    throw new TypeError("experimenter must be given with errorType 0xffff and with no other");
  }
  return {
    type: "error",
    xid: requireUint("xid", init.xid, 32, 0),
    version: requireUint("version", init.version, 8, OFP_VERSION),
    errorType,
    code: requireUint("code", init.code, 16),
    ...(experimenter !== undefined && { experimenter: requireUint("experimenter", experimenter, 32) }),
    data: requireBytes("data", init.data, new Uint8Array()),
  };
}
