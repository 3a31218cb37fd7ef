/** OpenFlow 1.3.5 §7.1: the header that every message opens with. */
import { Reader, WireError, type Writer, within } from "../wire/index.ts";
import type { Definition, Registry, Tagged } from "./definition.ts";
import { MessageType } from "./enums/message.ts";
import { typeOf } from "./tagged.ts";

/** The version byte of OpenFlow 1.3. */
export const OFP_VERSION = 4;
export const HEADER_LENGTH = 8;

/** What every message has. */
export interface MessageHeader extends Tagged {
  /** Pairs a reply with its request. */
  readonly xid: number;
}

/** A message without what its header says: what a definition reads and writes. */
export type Body<T extends MessageHeader> = Omit<T, "xid">;

/** A message of a type that this codec does not know. */
export interface UnknownMessage extends MessageHeader {
  readonly type: "unknown";
  readonly code: number;
  readonly body: Uint8Array;
}

/** OpenFlow 1.3.5 §7.5.4: a message of an experimenter, with what follows experimenter id and type. */
export interface ExperimenterMessage extends MessageHeader {
  readonly type: "experimenter";
  readonly experimenter: number;
  readonly expType: number;
  readonly data: Uint8Array;
}

/** HELLO and ERROR travel before a version is agreed. */
function speaksAnyVersion(code: number): boolean {
  return code === MessageType.hello || code === MessageType.error;
}

/** Reads exactly one message. */
export function readMessage(bytes: Uint8Array, registry: Registry): MessageHeader {
  if (!(bytes instanceof Uint8Array)) throw new WireError("badValue", "no Uint8Array", 0);
  const reader = new Reader(bytes);
  reader.need(HEADER_LENGTH);
  const version = reader.u8();
  const code = reader.u8();
  const length = reader.u16();
  const xid = reader.u32();
  if (version !== OFP_VERSION && !speaksAnyVersion(code)) {
    throw new WireError("badVersion", `version ${version} instead of ${OFP_VERSION} (OpenFlow 1.3)`, 0);
  }
  if (length < HEADER_LENGTH) throw new WireError("badLength", `message length ${length} is below ${HEADER_LENGTH}`, 2);
  if (length > bytes.length)
    throw new WireError("truncated", `${length} bytes announced, ${bytes.length} there`, bytes.length);
  if (length < bytes.length)
    throw new WireError("trailing", `${bytes.length - length} bytes behind the message`, length);
  try {
    return code === MessageType.experimenter
      ? readExperimenter(reader, xid, registry)
      : readStandard(reader, code, xid, registry);
  } catch (error) {
    throw contradicted(error);
  }
}

/** Everything that the header announced is there: what runs out of bytes now was promised more than it was given. */
function contradicted(error: unknown): unknown {
  return error instanceof WireError && error.code === "truncated"
    ? new WireError("badLength", error.detail, error.offset, error.path)
    : error;
}

function readStandard(reader: Reader, code: number, xid: number, registry: Registry): MessageHeader {
  const definition = registry.messageByCode(code);
  return definition
    ? readBody(reader, xid, definition, registry)
    : ({ type: "unknown", xid, code, body: reader.take() } as UnknownMessage);
}

function readExperimenter(reader: Reader, xid: number, registry: Registry): MessageHeader {
  const experimenter = reader.u32();
  const expType = reader.u32();
  const definition = registry.experimenterMessage(experimenter, expType);
  return definition
    ? readBody(reader, xid, definition, registry)
    : ({ type: "experimenter", xid, experimenter, expType, data: reader.take() } as ExperimenterMessage);
}

function readBody(reader: Reader, xid: number, definition: Definition, registry: Registry): MessageHeader {
  try {
    const body = definition.decode(reader, registry);
    if (reader.remaining > 0) throw new WireError("badLength", `${reader.remaining} bytes left over`, reader.at);
    return Object.assign(body, { xid });
  } catch (error) {
    throw within(definition.type, error);
  }
}

/** Writes one message; its length is computed. `xid` takes the place of the message's own, which is 0 when absent. */
export function writeMessage(writer: Writer, message: Tagged, xid: number | undefined, registry: Registry): void {
  const type = typeOf(message, "message", 0);
  try {
    const start = writer.offset;
    const opaque = message as Opaque;
    writeBody(writer, type, opaque, xid ?? opaque.xid ?? 0, registry);
    writer.patchU16(start + 2, writer.offset - start);
  } catch (error) {
    throw within(type, error);
  }
}

type Opaque = (UnknownMessage | ExperimenterMessage | { readonly type: ""; readonly version?: number }) & {
  readonly xid?: number;
};

function writeBody(writer: Writer, type: string, message: Opaque, xid: number, registry: Registry): void {
  if (message.type === "unknown") {
    writeHeader(writer, OFP_VERSION, message.code, xid);
    writer.raw(message.body);
    return;
  }
  if (message.type === "experimenter") {
    writeHeader(writer, OFP_VERSION, MessageType.experimenter, xid);
    writer.u32(message.experimenter);
    writer.u32(message.expType);
    writer.raw(message.data);
    return;
  }
  const entry = registry.messageByType(type);
  if (!entry) throw new WireError("badType", "no message that this codec knows", writer.offset);
  const { definition, experimenter } = entry;
  if (experimenter === undefined) {
    writeHeader(writer, versionOf(definition.code, message), definition.code, xid);
  } else {
    writeHeader(writer, OFP_VERSION, MessageType.experimenter, xid);
    writer.u32(experimenter);
    writer.u32(definition.code);
  }
  definition.encode(writer, message, registry);
}

/** HELLO and ERROR say their version; everything else is OpenFlow 1.3. */
function versionOf(code: number, message: { readonly version?: number }): number {
  return speaksAnyVersion(code) ? (message.version ?? OFP_VERSION) : OFP_VERSION;
}

function writeHeader(writer: Writer, version: number, code: number, xid: number): void {
  writer.u8(version);
  writer.u8(code);
  writer.u16(0);
  writer.u32(xid);
}
