/**
 * ONF EXT-230, bundles of OpenFlow 1.4 (§7.3.9) for 1.3: messages that the switch keeps and then carries out all at once, or not
 * at all.
 */
import type { Definition, Registry, Tagged } from "../../ofp/definition.ts";
import { type Body, HEADER_LENGTH, type MessageHeader, readMessage, writeMessage } from "../../ofp/message.ts";
import type { Message } from "../../ofp/messages/index.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown } from "../../ofp/require.ts";
import { typeOf } from "../../ofp/tagged.ts";
import { bitNames } from "../../ofp/text/dump.ts";
import { formatMessage } from "../../ofp/text/format-message.ts";
import { hex } from "../../ofp/text/number.ts";
import { encoded, refused } from "../../ofp/text/print.ts";
import {
  align8,
  pad,
  type Reader,
  shifted,
  struct,
  u16,
  u32,
  viewOf,
  WireError,
  type Writer,
} from "../../wire/index.ts";
import { requireList, requireObject, requireUint } from "../../wire/require.ts";
import { type BundleProperty, readProperties, writeProperties } from "./bundle-property.ts";

/** EXT-230, enum onf_bundle_ctrl_type; the number behind each request is its reply. */
export const BundleControlType = {
  openRequest: 0,
  openReply: 1,
  closeRequest: 2,
  closeReply: 3,
  commitRequest: 4,
  commitReply: 5,
  discardRequest: 6,
  discardReply: 7,
} as const;
export type BundleControlType = (typeof BundleControlType)[keyof typeof BundleControlType];

/** EXT-230, enum onf_bundle_flags; combined with `|`. Every message of a bundle has the same. */
export const BundleFlags = {
  /** No packet meets half of the bundle. */
  atomic: 1,
  /** In the order in which the messages were added. */
  ordered: 2,
} as const;
export type BundleFlags = (typeof BundleFlags)[keyof typeof BundleFlags];

/** Opens, closes, commits or discards a bundle, or tells that it is done; the reply has the request's xid. */
export interface BundleControl extends MessageHeader {
  readonly type: "bundleControl";
  readonly bundleId: number;
  /** See {@link BundleControlType}. */
  readonly controlType: number;
  /** See {@link BundleFlags}; Open vSwitch sends 0 in its replies. */
  readonly flags: number;
  readonly properties: readonly BundleProperty[];
}

/** Puts a message into a bundle; `X` are the actions of the extensions in use. */
export interface BundleAdd<X extends Tagged = never> extends MessageHeader {
  readonly type: "bundleAdd";
  readonly bundleId: number;
  /** See {@link BundleFlags}. */
  readonly flags: number;
  /** What the switch will do. On the wire it always has the xid of the message around it. */
  readonly message: Message<X>;
  readonly properties: readonly BundleProperty[];
}

const controlLayout = struct({ bundleId: u32, controlType: u16, flags: u16 });
const addLayout = struct({ bundleId: u32, pad: pad(2), flags: u16 });

const CONTROL = 2300;
const ADD = 2301;
const ONF = 0x4f4e4600;
const NESTED = "a bundle holds no bundle";
/** From the xid of a message to what follows experimenter id and type. */
const XID_BEFORE = 12;

const flagNames = { [BundleFlags.atomic]: "atomic", [BundleFlags.ordered]: "ordered" };
const typeNames = ["OPEN", "CLOSE", "COMMIT", "DISCARD"].flatMap((word) => [`${word}_REQUEST`, `${word}_REPLY`]);

export const bundleControlDefinition: Definition<Body<BundleControl>> = {
  type: "bundleControl",
  code: CONTROL,
  label: "ONFT_BUNDLE_CONTROL",
  decode: (reader) => ({
    type: "bundleControl",
    ...reader.field(controlLayout),
    properties: part("properties", () => readProperties(reader)),
  }),
  encode(writer, message) {
    writer.field(controlLayout, message);
    part("properties", () => {
      writeProperties(writer, message.properties);
    });
  },
  format: ({ bundleId, controlType, flags }) =>
    `\n bundle_id=${hex(bundleId)} type=${typeNames[controlType] ?? ""} flags=${bitNames(flags, flagNames)}`,
};

/** `X` are the actions of the extensions that messages in a bundle are read with. */
export function bundleAddDefinition<X extends Tagged>(): Definition<Body<BundleAdd<X>>> {
  return {
    type: "bundleAdd",
    code: ADD,
    label: "ONFT_BUNDLE_ADD_MESSAGE",
    decode(reader, registry) {
      const xid = reader.view.getUint32(reader.at - XID_BEFORE);
      const head = reader.field(addLayout);
      const message = part("message", () => readInner(reader, xid, registry)) as Message<X>;
      return { type: "bundleAdd", ...head, message, properties: part("properties", () => readProperties(reader)) };
    },
    encode(writer, { message, properties, ...head }, registry) {
      const xid = writer.view.getUint32(writer.at - XID_BEFORE);
      writer.field(addLayout, head);
      const start = writer.offset;
      part("message", () => {
        writeInner(writer, message, xid, registry);
      });
      if (properties.length === 0) return;
      writer.align8(start);
      part("properties", () => {
        writeProperties(writer, properties);
      });
    },
    format: formatAdd,
  };
}

function readInner(reader: Reader, xid: number, registry: Registry): Tagged {
  const start = reader.at;
  reader.need(HEADER_LENGTH);
  const length = reader.view.getUint16(start + 2);
  const bytes = reader.take(length);
  if (reader.remaining > 0) reader.skip(Math.min(reader.remaining, align8(length) - length));
  if (isAdd(bytes)) throw new WireError("tooDeep", NESTED, start);
  try {
    const message = readMessage(bytes, registry);
    // EXT-230: the two are identical, so that an error about the message finds its sender either way.
    if (message.xid !== xid) throw new WireError("badValue", `xid ${message.xid} instead of ${xid}`, 4, "xid");
    return message;
  } catch (error) {
    throw shifted(start, error);
  }
}

function isAdd(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_LENGTH + 8) return false;
  const view = viewOf(bytes);
  return view.getUint8(1) === 4 && view.getUint32(8) === ONF && view.getUint32(12) === ADD;
}

function writeInner(writer: Writer, message: Tagged, xid: number, registry: Registry): void {
  const { offset } = writer;
  // Before it is written: a value may contain itself.
  if (typeOf(message, "message", offset) === "bundleAdd") throw new WireError("tooDeep", NESTED, offset);
  writeMessage(writer, message, xid, registry);
  const start = writer.at - (writer.offset - offset);
  if (isAdd(writer.bytes.subarray(start, writer.at))) throw new WireError("tooDeep", NESTED, offset);
}

/** OFPT numbers of packet-out, flow-mod, group-mod and port-mod: what Open vSwitch takes into a bundle. */
const bundled: readonly number[] = [13, 14, 15, 16];

function formatAdd(value: Body<BundleAdd<Tagged>>, registry: Registry): string {
  const bytes = encoded(value, registry);
  const type = bytes[HEADER_LENGTH + 8 + addLayout.size + 1] ?? 0;
  if (!bundled.includes(type)) return ` ${refused("OFPBFC_MSG_UNSUP", bytes)}`;
  const { bundleId, flags, message } = value;
  return `\n bundle_id=${hex(bundleId)} flags=${bitNames(flags, flagNames)}\n${formatMessage(message, registry)}`;
}

/** What {@link bundleControl} takes. */
export interface BundleControlInit {
  readonly xid?: number;
  readonly bundleId: number;
  readonly controlType: number;
  /** Atomic and ordered unless given. */
  readonly flags?: number;
  readonly properties?: readonly BundleProperty[];
}

const BOTH = BundleFlags.atomic | BundleFlags.ordered;

/**
 * `bundleControl({ bundleId: 1, controlType: BundleControlType.openRequest })`.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function bundleControl(init: BundleControlInit): BundleControl {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "bundleControl",
    xid: requireUint("xid", init.xid, 32, 0),
    bundleId: requireUint("bundleId", init.bundleId, 32),
    controlType: requireUint("controlType", init.controlType, 16),
    flags: requireUint("flags", init.flags, 16, BOTH),
    properties: requireList("properties", init.properties, []),
  });
}

/** What {@link bundleAdd} takes. */
export interface BundleAddInit<X extends Tagged = never> {
  readonly xid?: number;
  readonly bundleId: number;
  /** Atomic and ordered unless given. */
  readonly flags?: number;
  readonly message: Message<X>;
  readonly properties?: readonly BundleProperty[];
}

/**
 * `bundleAdd({ bundleId: 1, message: flowMod({ … }) })`. The message inside gets the xid of the one around it.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function bundleAdd<X extends Tagged = never>(init: BundleAddInit<X>): BundleAdd<X> {
  requireObject("init", init);
  const xid = requireUint("xid", init.xid, 32, 0);
  return onlyKnown(init, {
    type: "bundleAdd",
    xid,
    bundleId: requireUint("bundleId", init.bundleId, 32),
    flags: requireUint("flags", init.flags, 16, BOTH),
    message: { ...requireObject("message", init.message), xid },
    properties: requireList("properties", init.properties, []),
  });
}
