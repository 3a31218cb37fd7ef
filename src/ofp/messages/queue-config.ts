/** OpenFlow 1.3.5 §7.3.6, struct ofp_queue_get_config_request and ofp_queue_get_config_reply. */
import { pad, parsed, struct, u32, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import { Port } from "../enums/port.ts";
import { readList, writeList } from "../list.ts";
import type { Body, MessageHeader } from "../message.ts";
import { onlyKnown, requireList, requireObject, requireUint } from "../require.ts";
import { fixed } from "../tagged.ts";
import { type PacketQueue, type PacketQueueInit, packetQueue, readQueue, writeQueue } from "./packet-queue.ts";

const fields = {
  port: u32, // Port.any for the queues of every port
  pad: pad(4),
};
export const queueConfigLayout = parsed(struct(fields));

/** Asks for the queues of a port. */
export interface QueueGetConfigRequest extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "queueGetConfigRequest";
}

/** The queues of a port. */
export interface QueueGetConfigReply extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "queueGetConfigReply";
  readonly queues: readonly PacketQueue[];
}

export const queueGetConfigRequestDefinition: Definition<Body<QueueGetConfigRequest>> = fixed(
  "queueGetConfigRequest",
  MessageType.queueGetConfigRequest,
  queueConfigLayout,
);

export const queueGetConfigReplyDefinition: Definition<Body<QueueGetConfigReply>> = {
  type: "queueGetConfigReply",
  code: MessageType.queueGetConfigReply,
  decode: (reader) => ({
    type: "queueGetConfigReply",
    ...reader.field(queueConfigLayout),
    queues: readList(reader, "queues", () => readQueue(reader)),
  }),
  encode: (writer, message) => {
    writer.field(queueConfigLayout, message);
    writeList(writer, "queues", message.queues, (queue) => {
      writeQueue(writer, queue);
    });
  },
};

/** What {@link queueGetConfigRequest} takes: every port unless told otherwise. */
export type QueueGetConfigRequestInit = Partial<Omit<QueueGetConfigRequest, "type">>;

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function queueGetConfigRequest(init: QueueGetConfigRequestInit = {}): QueueGetConfigRequest {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "queueGetConfigRequest",
    xid: requireUint("xid", init.xid, 32, 0),
    port: requireUint("port", init.port, 32, Port.any),
  });
}

/** What {@link queueGetConfigReply} takes: the port that was asked for, and no queues unless given. */
export interface QueueGetConfigReplyInit {
  readonly xid?: number;
  readonly port: number;
  readonly queues?: readonly PacketQueueInit[];
}

/** What a switch answers. Throws RangeError or TypeError naming the argument that is wrong. */
export function queueGetConfigReply(init: QueueGetConfigReplyInit): QueueGetConfigReply {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "queueGetConfigReply",
    xid: requireUint("xid", init.xid, 32, 0),
    port: requireUint("port", init.port, 32),
    queues: requireList("queues", init.queues, []).map((queue) => packetQueue(queue)),
  });
}
