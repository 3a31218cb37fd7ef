/** OpenFlow 1.3.5 §7.2.2, struct ofp_packet_queue and ofp_queue_prop_header: a queue of a port with its properties. */
import { offsetOf, pad, type Reader, struct, u16, u32, WireError, type Writer } from "../../wire/index.ts";
import { QueueProperties } from "../enums/queue.ts";
import { readList, writeList } from "../list.ts";
import { onlyKnown, requireObject, requireTaggedList, requireUint } from "../require.ts";
import { typeOf } from "../tagged.ts";

/** The least or the most bandwidth of a queue. */
export interface RateQueueProperty {
  readonly type: "minRate" | "maxRate";
  /** In tenths of a percent of the port's speed; above 1000 it is disabled. */
  readonly rate: number;
}

/** A property that an experimenter defined. */
export interface ExperimenterQueueProperty {
  readonly type: "experimenter";
  readonly experimenter: number;
  /** A multiple of 8 long. */
  readonly data: Uint8Array;
}

/** A property of a type that OpenFlow 1.3 does not define. */
export interface UnknownQueueProperty {
  readonly type: "unknown";
  readonly code: number;
  /** What follows the header of 8 bytes; a multiple of 8 long. */
  readonly data: Uint8Array;
}

/** What is configured of a queue. */
export type QueueProperty = RateQueueProperty | ExperimenterQueueProperty | UnknownQueueProperty;

/** A queue of a port. */
export interface PacketQueue {
  readonly queueId: number;
  readonly port: number;
  readonly properties: readonly QueueProperty[];
}

const queueLayout = struct({ queueId: u32, port: u32, len: u16, pad: pad(6) });
const propertyLayout = struct({ property: u16, len: u16, pad: pad(4) });
const rateLayout = struct({ rate: u16, pad: pad(6) });
const experimenterLayout = struct({ experimenter: u32, pad: pad(4) });
const { minRate, maxRate, experimenter } = QueueProperties;

export function readQueue(reader: Reader): PacketQueue {
  const start = reader.at;
  const { queueId, port, len } = reader.field(queueLayout);
  return reader.element(rest(len, queueLayout.size, start + offsetOf(queueLayout, "len")), () => ({
    queueId,
    port,
    properties: readList(reader, "properties", () => readProperty(reader)),
  }));
}

/** Both lengths count their header and everything behind it, which keeps to multiples of 8. */
function rest(length: number, header: number, offset: number): number {
  if (length >= header && length % 8 === 0) return length - header;
  throw new WireError("badLength", `length ${length} is not a multiple of 8 of at least ${header}`, offset);
}

function readProperty(reader: Reader): QueueProperty {
  const start = reader.at;
  const { property, len } = reader.field(propertyLayout);
  return reader.element(rest(len, propertyLayout.size, start + offsetOf(propertyLayout, "len")), () => {
    if (property === minRate || property === maxRate) {
      return { type: property === minRate ? "minRate" : "maxRate", rate: reader.field(rateLayout).rate };
    }
    return property === experimenter
      ? { type: "experimenter", ...reader.field(experimenterLayout), data: reader.take() }
      : { type: "unknown", code: property, data: reader.take() };
  });
}

export function writeQueue(writer: Writer, queue: PacketQueue): void {
  const start = writer.offset;
  writer.field(queueLayout, { ...queue, len: 0 });
  writeList(writer, "properties", queue.properties, (property) => {
    writeProperty(writer, property);
  });
  writer.patchU16(start + offsetOf(queueLayout, "len"), writer.offset - start);
}

function writeProperty(writer: Writer, property: QueueProperty): void {
  const start = writer.offset;
  const type = typeOf(property, "queue property", start);
  switch (property.type) {
    case "minRate":
    case "maxRate":
      writer.field(propertyLayout, { property: QueueProperties[property.type], len: 0 });
      writer.field(rateLayout, property);
      break;
    case "experimenter":
      writer.field(propertyLayout, { property: experimenter, len: 0 });
      writer.field(experimenterLayout, property);
      writer.raw(property.data);
      break;
    case "unknown":
      writer.field(propertyLayout, { property: property.code, len: 0 });
      writer.raw(property.data);
      break;
    default:
      throw new WireError("badType", `"${type}" is no queue property`, start);
  }
  const length = writer.offset - start;
  if (length % 8 !== 0) throw new WireError("badLength", "the data is not a multiple of 8 bytes long", start, "data");
  writer.patchU16(start + offsetOf(propertyLayout, "len"), length);
}

/** What {@link packetQueue} takes: no properties unless given. */
export type PacketQueueInit = Partial<PacketQueue> & Pick<PacketQueue, "queueId" | "port">;

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function packetQueue(init: PacketQueueInit): PacketQueue {
  requireObject("init", init);
  return onlyKnown(init, {
    queueId: requireUint("queueId", init.queueId, 32),
    port: requireUint("port", init.port, 32),
    properties: requireTaggedList("properties", init.properties, []),
  });
}
