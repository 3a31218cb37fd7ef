/** OpenFlow 1.3.5 §7.3.5.8, OFPMP_QUEUE: struct ofp_queue_stats_request and ofp_queue_stats. */
import { parsed, struct, u32, u64, type ValueOf } from "../../../wire/index.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { Port } from "../../enums/port.ts";
import { Queue } from "../../enums/queue.ts";
import { onlyKnown, requireBigUint, requireList, requireObject, requireUint } from "../../require.ts";
import { fixed } from "../../tagged.ts";
import type { BodyDefinition } from "./body.ts";
import { readStructs, writeStructs } from "./list.ts";

const requestFields = {
  portNo: u32, // Port.any for every port
  queueId: u32, // Queue.all for every queue
};
export const queueStatsRequestLayout = parsed(struct(requestFields));

/** Asks for the counters of queues. */
export interface QueueStatsRequest extends ValueOf<typeof requestFields> {
  readonly type: "queue";
}

/** What `multipartRequest` takes for queues: every queue of every port unless told otherwise. */
export type QueueStatsRequestInit = Pick<QueueStatsRequest, "type"> & Partial<QueueStatsRequest>;

export const queueStatsRequestBody: BodyDefinition<QueueStatsRequest, QueueStatsRequestInit> = {
  ...fixed<QueueStatsRequest>("queue", MultipartType.queue, queueStatsRequestLayout),
  complete: (init) => ({
    type: "queue",
    portNo: requireUint("portNo", init.portNo, 32, Port.any),
    queueId: requireUint("queueId", init.queueId, 32, Queue.all),
  }),
};

const fields = {
  portNo: u32,
  queueId: u32,
  txBytes: u64,
  txPackets: u64,
  txErrors: u64, // dropped because of an overrun
  durationSec: u32, // seconds
  durationNsec: u32, // nanoseconds beyond durationSec
};
export const queueStatsLayout = parsed(struct(fields));

/**
 * A queue with its counters; one of all ones is unknown to the switch.
 *
 * @interface
 */
export type QueueStats = ValueOf<typeof fields>;

/** The counters of queues. */
export interface QueueStatsReply {
  readonly type: "queue";
  readonly queues: readonly QueueStats[];
}

/** What {@link queueStats} takes: counters are zero unless given. */
export type QueueStatsInit = Partial<QueueStats> & Pick<QueueStats, "portNo" | "queueId">;

/** What `multipartReply` takes for queues: no queues unless given. */
export interface QueueStatsReplyInit {
  readonly type: "queue";
  readonly queues?: readonly QueueStatsInit[];
}

export const queueStatsReplyBody: BodyDefinition<QueueStatsReply, QueueStatsReplyInit> = {
  type: "queue",
  code: MultipartType.queue,
  decode: (reader) => ({ type: "queue", queues: readStructs(reader, "queues", queueStatsLayout) }),
  encode: (writer, { queues }) => {
    writeStructs(writer, "queues", queueStatsLayout, queues);
  },
  complete: (init) => ({
    type: "queue",
    queues: requireList("queues", init.queues, []).map((item) => queueStats(item)),
  }),
};

/** A queue's counters as a switch reports them. Throws RangeError or TypeError naming the argument that is wrong. */
export function queueStats(init: QueueStatsInit): QueueStats {
  requireObject("init", init);
  return onlyKnown(init, {
    portNo: requireUint("portNo", init.portNo, 32),
    queueId: requireUint("queueId", init.queueId, 32),
    txBytes: requireBigUint("txBytes", init.txBytes, 64, 0n),
    txPackets: requireBigUint("txPackets", init.txPackets, 64, 0n),
    txErrors: requireBigUint("txErrors", init.txErrors, 64, 0n),
    durationSec: requireUint("durationSec", init.durationSec, 32, 0),
    durationNsec: requireUint("durationNsec", init.durationNsec, 32, 0),
  });
}
