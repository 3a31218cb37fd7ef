/** OpenFlow 1.3.5 §7.3.5.3, OFPMP_AGGREGATE and struct ofp_aggregate_stats_reply: flows counted together. */
import { pad, parsed, struct, u32, u64, type ValueOf } from "../../../wire/index.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { requireBigUint, requireUint } from "../../require.ts";
import { fixed } from "../../tagged.ts";
import type { BodyDefinition } from "./body.ts";
import { type FlowSelection, selectionBody } from "./flow.ts";

/** Asks how much went through flows. A flow counts when it is at least as specific as the match. */
export interface AggregateStatsRequest extends FlowSelection {
  readonly type: "aggregate";
}

/** What `multipartRequest` takes for flows counted together: every flow of every table unless told otherwise. */
export type AggregateStatsRequestInit = Pick<AggregateStatsRequest, "type"> & Partial<AggregateStatsRequest>;

export const aggregateStatsRequestBody: BodyDefinition<AggregateStatsRequest, AggregateStatsRequestInit> =
  selectionBody("aggregate", MultipartType.aggregate);

const fields = {
  packetCount: u64,
  byteCount: u64,
  flowCount: u32,
  pad: pad(4),
};
export const aggregateStatsLayout = parsed(struct(fields));

/** How much went through flows. */
export interface AggregateStatsReply extends ValueOf<typeof fields> {
  readonly type: "aggregate";
}

/** What `multipartReply` takes for flows counted together: zeros unless given. */
export type AggregateStatsReplyInit = Pick<AggregateStatsReply, "type"> & Partial<AggregateStatsReply>;

export const aggregateStatsReplyBody: BodyDefinition<AggregateStatsReply, AggregateStatsReplyInit> = {
  ...fixed<AggregateStatsReply>("aggregate", MultipartType.aggregate, aggregateStatsLayout),
  complete: (init) => ({
    type: "aggregate",
    packetCount: requireBigUint("packetCount", init.packetCount, 64, 0n),
    byteCount: requireBigUint("byteCount", init.byteCount, 64, 0n),
    flowCount: requireUint("flowCount", init.flowCount, 32, 0),
  }),
};
