/** Messages that hold a whole other message: bundles (EXT-230) and forwarded requests (EXT-345). */
import type { Registry, Tagged } from "../../ofp/definition.ts";
import { HEADER_LENGTH, type MessageHeader, readMessage, writeMessage } from "../../ofp/message.ts";
import { type Reader, shifted, viewOf, WireError, type Writer } from "../../wire/index.ts";
import { ONF } from "../experimenter.ts";

export const BUNDLE_ADD = 2301;
export const REQUEST_FORWARD = 2350;

const OFPT_EXPERIMENTER = 4;
/** The header with experimenter id and type. */
const EXPERIMENTER_LENGTH = HEADER_LENGTH + 8;
const NESTED = "a message inside a message holds no other";

/** Reads the message that stands next. Throws WireError `tooDeep` for one that holds another. */
export function readInner(reader: Reader, registry: Registry): MessageHeader {
  const start = reader.at;
  reader.need(HEADER_LENGTH);
  const bytes = reader.take(reader.view.getUint16(start + 2));
  if (holdsAnother(bytes)) throw new WireError("tooDeep", NESTED, start);
  try {
    return readMessage(bytes, registry);
  } catch (error) {
    throw shifted(start, error);
  }
}

/** Writes a message with an xid that takes the place of its own. Throws WireError `tooDeep` for one that holds another. */
export function writeInner(writer: Writer, message: Tagged, registry: Registry, xid?: number): void {
  const { offset } = writer;
  // Before it is written: a value may contain itself.
  if (typeOf(message) === "bundleAdd" || typeOf(message) === "requestForward") {
    throw new WireError("tooDeep", NESTED, offset);
  }
  writeMessage(writer, message, xid, registry);
  const start = writer.at - (writer.offset - offset);
  if (holdsAnother(writer.bytes.subarray(start, writer.at))) throw new WireError("tooDeep", NESTED, offset);
}

/** Whatever a message of a caller without types is. */
function typeOf(message: Tagged | undefined | null): unknown {
  return message?.type;
}

function holdsAnother(bytes: Uint8Array): boolean {
  if (bytes.length < EXPERIMENTER_LENGTH || bytes[1] !== OFPT_EXPERIMENTER) return false;
  const view = viewOf(bytes);
  const expType = view.getUint32(HEADER_LENGTH + 4);
  return view.getUint32(HEADER_LENGTH) === ONF && (expType === BUNDLE_ADD || expType === REQUEST_FORWARD);
}
