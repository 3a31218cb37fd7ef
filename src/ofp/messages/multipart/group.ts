/** OpenFlow 1.3.5 §7.3.5.9, OFPMP_GROUP: struct ofp_group_stats_request, ofp_group_stats and ofp_bucket_counter. */
import { pad, parsed, type Reader, struct, u32, u64, type ValueOf, type Writer } from "../../../wire/index.ts";
import { Group } from "../../enums/group.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { readList, readSized, writeList, writeSized } from "../../list.ts";
import { onlyKnown, requireBigUint, requireList, requireObject, requireUint } from "../../require.ts";
import { fixed } from "../../tagged.ts";
import type { BodyDefinition } from "./body.ts";
import { readStructs, writeStructs } from "./list.ts";

const requestFields = {
  groupId: u32, // Group.all for every group
  pad: pad(4),
};
export const groupStatsRequestLayout = parsed(struct(requestFields));

/** Asks for the counters of groups. */
export interface GroupStatsRequest extends ValueOf<typeof requestFields> {
  readonly type: "group";
}

/** What `multipartRequest` takes for groups: every group unless told otherwise. */
export type GroupStatsRequestInit = Pick<GroupStatsRequest, "type"> & Partial<GroupStatsRequest>;

export const groupStatsRequestBody: BodyDefinition<GroupStatsRequest, GroupStatsRequestInit> = {
  ...fixed<GroupStatsRequest>("group", MultipartType.group, groupStatsRequestLayout),
  complete: (init) => ({ type: "group", groupId: requireUint("groupId", init.groupId, 32, Group.all) }),
};

const fields = {
  pad: pad(2),
  groupId: u32,
  refCount: u32, // flows and groups that lead to it
  pad2: pad(4),
  packetCount: u64,
  byteCount: u64,
  durationSec: u32, // seconds; 0xffffffff when the switch does not say
  durationNsec: u32, // nanoseconds beyond durationSec
};
export const groupStatsLayout = parsed(struct(fields));

const bucketFields = { packetCount: u64, byteCount: u64 };
const bucketLayout = struct(bucketFields);

/**
 * What a bucket has processed; all ones are unknown to the switch.
 *
 * @interface
 */
export type BucketCounter = ValueOf<typeof bucketFields>;

/** A group with its counters. */
export interface GroupStats extends ValueOf<typeof fields> {
  /** In the order of the buckets. */
  readonly bucketStats: readonly BucketCounter[];
}

/** The counters of groups. */
export interface GroupStatsReply {
  readonly type: "group";
  readonly groups: readonly GroupStats[];
}

/** What {@link groupStats} takes: counters are zero, and there are no buckets, unless given. */
export type GroupStatsInit = Partial<GroupStats> & Pick<GroupStats, "groupId">;

/** What `multipartReply` takes for groups: no groups unless given. */
export interface GroupStatsReplyInit {
  readonly type: "group";
  readonly groups?: readonly GroupStatsInit[];
}

export const groupStatsReplyBody: BodyDefinition<GroupStatsReply, GroupStatsReplyInit> = {
  type: "group",
  code: MultipartType.group,
  decode: (reader) => ({ type: "group", groups: readList(reader, "groups", () => readGroup(reader)) }),
  encode: (writer, { groups }) => {
    writeList(writer, "groups", groups, (group) => {
      writeGroup(writer, group);
    });
  },
  complete: (init) => ({
    type: "group",
    groups: requireList("groups", init.groups, []).map((item) => groupStats(item)),
  }),
};

function readGroup(reader: Reader): GroupStats {
  return readSized(reader, "group", () => ({
    ...reader.field(groupStatsLayout),
    bucketStats: readStructs(reader, "bucketStats", bucketLayout),
  }));
}

function writeGroup(writer: Writer, group: GroupStats): void {
  writeSized(writer, () => {
    writer.field(groupStatsLayout, group);
    writeStructs(writer, "bucketStats", bucketLayout, group.bucketStats);
  });
}

/** A group's counters as a switch reports them. Throws RangeError or TypeError naming the argument that is wrong. */
export function groupStats(init: GroupStatsInit): GroupStats {
  requireObject("init", init);
  return onlyKnown(init, {
    groupId: requireUint("groupId", init.groupId, 32),
    refCount: requireUint("refCount", init.refCount, 32, 0),
    packetCount: requireBigUint("packetCount", init.packetCount, 64, 0n),
    byteCount: requireBigUint("byteCount", init.byteCount, 64, 0n),
    durationSec: requireUint("durationSec", init.durationSec, 32, 0),
    durationNsec: requireUint("durationNsec", init.durationNsec, 32, 0),
    bucketStats: requireList("bucketStats", init.bucketStats, []).map((counter, index) => {
      const name = `bucketStats[${index}]`;
      const { packetCount, byteCount } = requireObject(name, counter);
      return onlyKnown(counter, {
        packetCount: requireBigUint(`${name}.packetCount`, packetCount, 64),
        byteCount: requireBigUint(`${name}.byteCount`, byteCount, 64),
      });
    }),
  });
}
