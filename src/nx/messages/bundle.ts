/**
 * ONF EXT-230, bundles of OpenFlow 1.4 (§7.3.9) for 1.3: messages that the switch keeps and then carries out all at once, or not
 * at all.
 */
import type { Definition, Printed, Registry, Tagged } from "../../ofp/definition.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import type { Message } from "../../ofp/messages/index.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown } from "../../ofp/require.ts";
import { bitNames } from "../../ofp/text/dump.ts";
import { formatMessage } from "../../ofp/text/format-message.ts";
import { hex } from "../../ofp/text/number.ts";
import { encoded } from "../../ofp/text/print.ts";
import { align8, pad, type Reader, struct, u16, u32, WireError } from "../../wire/index.ts";
import { requireList, requireObject, requireUint } from "../../wire/require.ts";
import { type BundleProperty, bundleProperties } from "./bundle-property.ts";
import { BUNDLE_ADD, readInner, writeInner } from "./inner-message.ts";

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
/** From the xid of a message to what follows experimenter id and type. */
const XID_BEFORE = 12;
const XID_IN_HEADER = 4;

const flagNames = { [BundleFlags.atomic]: "atomic", [BundleFlags.ordered]: "ordered" };
const typeNames = ["OPEN", "CLOSE", "COMMIT", "DISCARD"].flatMap((word) => [`${word}_REQUEST`, `${word}_REPLY`]);

export const bundleControlDefinition: Definition<Body<BundleControl>> = {
  type: "bundleControl",
  code: CONTROL,
  label: "ONFT_BUNDLE_CONTROL",
  decode: (reader, registry) => ({
    type: "bundleControl",
    ...reader.field(controlLayout),
    properties: part("properties", () => bundleProperties.read(reader, registry)),
  }),
  encode(writer, message, registry) {
    writer.field(controlLayout, message);
    part("properties", () => {
      bundleProperties.write(writer, message.properties, registry);
    });
  },
  print: ({ bundleId, controlType, flags }) =>
    `\n bundle_id=${hex(bundleId)} type=${typeNames[controlType] ?? ""} flags=${bitNames(flags, flagNames)}`,
};

/** `X` are the actions of the extensions that messages in a bundle are read with. */
export function bundleAddDefinition<X extends Tagged>(): Definition<Body<BundleAdd<X>>> {
  return {
    type: "bundleAdd",
    code: BUNDLE_ADD,
    label: "ONFT_BUNDLE_ADD_MESSAGE",
    decode(reader, registry) {
      const xid = reader.view.getUint32(reader.at - XID_BEFORE);
      const head = reader.field(addLayout);
      const message = part("message", () => readAdded(reader, xid, registry)) as Message<X>;
      return {
        type: "bundleAdd",
        ...head,
        message,
        properties: part("properties", () => bundleProperties.read(reader, registry)),
      };
    },
    encode(writer, { message, properties, ...head }, registry) {
      const xid = writer.view.getUint32(writer.at - XID_BEFORE);
      writer.field(addLayout, head);
      const start = writer.offset;
      part("message", () => {
        writeInner(writer, message, registry, xid);
      });
      if (properties.length === 0) return;
      writer.align8(start);
      part("properties", () => {
        bundleProperties.write(writer, properties, registry);
      });
    },
    print: printAdd,
  };
}

/** EXT-230: the two are identical, so that an error about the message finds its sender either way. */
function readAdded(reader: Reader, xid: number, registry: Registry): Tagged {
  const start = reader.at;
  const message = readInner(reader, registry);
  if (message.xid !== xid) {
    throw new WireError("badValue", `xid ${message.xid} instead of ${xid}`, start + XID_IN_HEADER, "xid");
  }
  const written = reader.at - start;
  if (reader.remaining > 0) reader.skip(Math.min(reader.remaining, align8(written) - written));
  return message;
}

/** OFPT numbers of packet-out, flow-mod, group-mod and port-mod: what Open vSwitch takes into a bundle. */
const bundled: readonly number[] = [13, 14, 15, 16];

function printAdd({ bundleId, flags, message }: Body<BundleAdd<Tagged>>, registry: Registry): Printed {
  const type = encoded(message, registry)[1] ?? 0;
  if (!bundled.includes(type)) return { refusal: "OFPBFC_MSG_UNSUP" };
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
