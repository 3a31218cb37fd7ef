/** ONF EXT-187 as Open vSwitch speaks it, struct onf_flow_update_header: how flows have changed. */
import type { Definition, Printed, Registry, Tagged } from "../../ofp/definition.ts";
import { type Instruction, readInstructions, writeInstructions } from "../../ofp/instruction.ts";
import { readList, writeList } from "../../ofp/list.ts";
import type { MultipartReply } from "../../ofp/messages/multipart.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown, requireObject, requireTaggedList, requireUint } from "../../ofp/require.ts";
import { typeOf } from "../../ofp/tagged.ts";
import { formatInstructions } from "../../ofp/text/format-actions.ts";
import { printMatch, removalReason } from "../../ofp/text/print-flow.ts";
import {
  offsetOf,
  pad,
  parsed,
  type Reader,
  struct,
  u8,
  u16,
  u64,
  type ValueOf,
  WireError,
  type Writer,
} from "../../wire/index.ts";
import { type MeasuredMatch, readMeasured, writeMeasured } from "./match-length.ts";

/** enum onf_flow_update_event */
export const FlowUpdateEvent = { added: 0, deleted: 1, modified: 2, abbrev: 3 } as const;
export type FlowUpdateEvent = (typeof FlowUpdateEvent)[keyof typeof FlowUpdateEvent];

const fields = {
  reason: u16, // FlowRemovedReason of a deleted flow, else 0
  priority: u16,
  idleTimeout: u16, // seconds, 0 for never
  hardTimeout: u16, // seconds, 0 for never
  tableId: u8,
  cookie: u64,
};
const header = struct({ length: u16, event: u16 });
export const flowUpdateLayout = parsed(
  struct({
    reason: fields.reason,
    priority: fields.priority,
    idleTimeout: fields.idleTimeout,
    hardTimeout: fields.hardTimeout,
    matchLen: u16,
    tableId: fields.tableId,
    pad: pad(1),
    cookie: fields.cookie,
  }),
);

/** A flow that came, went or changed, or was there at first (`added`). `X` are the actions of the extensions in use. */
export interface FullFlowUpdate<X extends Tagged = never> extends ValueOf<typeof fields>, MeasuredMatch {
  readonly type: "added" | "deleted" | "modified";
  /** None unless the monitor asks for them. */
  readonly instructions: readonly Instruction<X>[];
}

/** What this controller itself changed, by its message's xid. */
export interface AbbreviatedFlowUpdate {
  readonly type: "abbrev";
  readonly xid: number;
}

/** An event of another number. */
export interface UnknownFlowUpdate {
  readonly type: "unknown";
  readonly code: number;
  /** What follows length and event; with these a multiple of 8 bytes long. */
  readonly data: Uint8Array;
}

/** One change. */
export type FlowUpdate<X extends Tagged = never> = FullFlowUpdate<X> | AbbreviatedFlowUpdate | UnknownFlowUpdate;

/** Tells of changes: with the request's xid what was there, with xid 0 what changes. */
export interface FlowMonitorReply<X extends Tagged = never> {
  readonly type: "flowMonitor";
  readonly updates: readonly FlowUpdate<X>[];
}

/** `X` are the actions of the extensions that it is read with. */
export function flowMonitorReplyBody<X extends Tagged>(): Definition<FlowMonitorReply<X>> {
  return {
    type: "flowMonitor",
    code: 1870,
    label: "ONFST_FLOW_MONITOR",
    decode: (reader, registry) => ({
      type: "flowMonitor",
      updates: readList(reader, "updates", () => readUpdate(reader, registry)) as FlowUpdate<X>[],
    }),
    encode: (writer, { updates }, registry) => {
      writeList(writer, "updates", updates, (update) => {
        writeUpdate(writer, update, registry);
      });
    },
    print,
  };
}

const events = ["added", "deleted", "modified"] as const;

function readUpdate(reader: Reader, registry: Registry): FlowUpdate<Tagged> {
  const start = reader.at;
  const { length, event } = reader.field(header);
  if (length < header.size || length % 8 !== 0) {
    throw new WireError("badLength", `length ${length} is no multiple of 8 of at least 8`, start);
  }
  return reader.element(length - header.size, () => {
    if (event === FlowUpdateEvent.abbrev) return { type: "abbrev", xid: reader.u32() };
    const type = events[event];
    if (type === undefined) return { type: "unknown", code: event, data: reader.take() };
    const { matchLen, ...head } = reader.field(flowUpdateLayout);
    return {
      type,
      ...head,
      ...readMeasured(reader, matchLen, registry),
      instructions: part("instructions", () => readInstructions(reader, registry)),
    };
  });
}

function writeUpdate(writer: Writer, update: FlowUpdate<Tagged>, registry: Registry): void {
  const start = writer.offset;
  const type = typeOf(update, "flow update", start);
  switch (update.type) {
    case "unknown":
      writer.field(header, { length: 0, event: update.code });
      if (update.data instanceof Uint8Array && (header.size + update.data.length) % 8 !== 0) {
        throw new WireError("badLength", `${update.data.length} bytes do not fill up to a multiple of 8`, start);
      }
      writer.raw(update.data);
      break;
    case "abbrev":
      writer.field(header, { length: 0, event: FlowUpdateEvent.abbrev });
      writer.u32(update.xid);
      break;
    case "added":
    case "deleted":
    case "modified":
      writer.field(header, { length: 0, event: FlowUpdateEvent[update.type] });
      writer.field(flowUpdateLayout, { ...update, matchLen: 0 });
      writeMeasured(writer, update, start + header.size + offsetOf(flowUpdateLayout, "matchLen"), registry);
      part("instructions", () => {
        writeInstructions(writer, update.instructions, registry);
      });
      break;
    default:
      throw new WireError("badType", `"${type}" is no flow update`, start);
  }
  writer.patchU16(start + offsetOf(header, "length"), writer.offset - start);
}

function print({ updates }: FlowMonitorReply<Tagged>, registry: Registry): Printed {
  let printed = "";
  for (const update of updates) {
    if (update.type === "unknown") return { refusal: "NXBRC_FM_BAD_EVENT", printed };
    printed += `\n event=${update.type === "abbrev" ? `ABBREV xid=0x${update.xid.toString(16)}` : full(update, registry)}`;
  }
  return printed;
}

function full(update: FullFlowUpdate<Tagged>, registry: Registry): string {
  const words = [
    update.type === "deleted" ? `DELETED reason=${removalReason(update.reason)}` : update.type.toUpperCase(),
    `table=${update.tableId}`,
    update.idleTimeout === 0 ? "" : `idle_timeout=${update.idleTimeout}`,
    update.hardTimeout === 0 ? "" : `hard_timeout=${update.hardTimeout}`,
    `cookie=${update.cookie === 0n ? "0" : `0x${update.cookie.toString(16)}`}`,
    printMatch(update.match, registry),
  ];
  const head = words.filter((word) => word !== "").join(" ");
  const actions = formatInstructions(update.instructions, registry);
  return actions === "drop" ? `${head}${words.at(-1) === "" ? " " : ""}` : `${head} actions=${actions}`;
}

/** What {@link flowMonitorReply} takes. */
export interface FlowMonitorReplyInit<X extends Tagged = never> {
  readonly xid?: number;
  /** 0 unless given. */
  readonly flags?: number;
  readonly updates: readonly FlowUpdate<X>[];
}

/** What a switch tells. Throws RangeError or TypeError naming the argument that is wrong. */
export function flowMonitorReply<X extends Tagged = never>(
  init: FlowMonitorReplyInit<X>,
): MultipartReply<X, FlowMonitorReply<X>> {
  requireObject("init", init);
  const { xid, flags, updates } = onlyKnown(init, {
    xid: requireUint("xid", init.xid, 32, 0),
    flags: requireUint("flags", init.flags, 16, 0),
    updates: requireTaggedList("updates", init.updates),
  });
  return { type: "multipartReply", xid, flags, body: { type: "flowMonitor", updates } };
}
