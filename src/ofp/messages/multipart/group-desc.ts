/** OpenFlow 1.3.5 §7.3.5.10, OFPMP_GROUP_DESC and struct ofp_group_desc. */
import { pad, parsed, type Reader, struct, u8, u32, type ValueOf, type Writer } from "../../../wire/index.ts";
import type { Added } from "../../action.ts";
import type { Registry, Tagged } from "../../definition.ts";
import { GroupType } from "../../enums/group.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { readList, readSized, writeList, writeSized } from "../../list.ts";
import { onlyKnown, requireList, requireObject, requireUint } from "../../require.ts";
import { empty } from "../../tagged.ts";
import { type Bucket, type BucketInit, readBuckets, requireBuckets, writeBuckets } from "../bucket.ts";
import type { BodyDefinition } from "./body.ts";

/** Asks for all groups. */
export interface GroupDescRequest {
  readonly type: "groupDesc";
}

export const groupDescRequestBody: BodyDefinition<GroupDescRequest> = {
  ...empty("groupDesc", MultipartType.groupDesc),
  complete: () => ({ type: "groupDesc" }),
};

const fields = {
  groupType: u8, // one of GroupType; the struct's `type`
  pad: pad(1),
  groupId: u32,
};
export const groupDescLayout = parsed(struct(fields));

/** A group as it was set; `X` are the actions of the extensions in use. */
export interface GroupDesc<X extends Tagged = never> extends ValueOf<typeof fields> {
  readonly buckets: readonly Bucket<X>[];
}

/** The groups of a switch. */
export interface GroupDescReply<X extends Tagged = never> {
  readonly type: "groupDesc";
  readonly groups: readonly GroupDesc<X>[];
}

/** What {@link groupDesc} takes: of the type `all`, without buckets, unless given. */
export interface GroupDescInit<X extends Tagged = never>
  extends Partial<Omit<GroupDesc<X>, "groupId" | "buckets">>,
    Pick<GroupDesc, "groupId"> {
  readonly buckets?: readonly BucketInit<X>[];
}

/** What `multipartReply` takes for groups: no groups unless given. */
export interface GroupDescReplyInit<X extends Tagged = never> {
  readonly type: "groupDesc";
  readonly groups?: readonly GroupDescInit<X>[];
}

export const groupDescReplyBody: BodyDefinition<GroupDescReply<Tagged>, GroupDescReplyInit<Tagged>> = {
  type: "groupDesc",
  code: MultipartType.groupDesc,
  decode: (reader, registry) => ({
    type: "groupDesc",
    groups: readList(reader, "groups", () => readGroup(reader, registry)),
  }),
  encode: (writer, { groups }, registry) => {
    writeList(writer, "groups", groups, (group) => {
      writeGroup(writer, group, registry);
    });
  },
  complete: (init) => ({
    type: "groupDesc",
    groups: requireList("groups", init.groups, []).map((item) => groupDesc(item)),
  }),
};

function readGroup(reader: Reader, registry: Registry): GroupDesc<Tagged> {
  return readSized(reader, "group", () => ({
    ...reader.field(groupDescLayout),
    buckets: readBuckets(reader, registry),
  }));
}

function writeGroup(writer: Writer, group: GroupDesc<Tagged>, registry: Registry): void {
  writeSized(writer, () => {
    writer.field(groupDescLayout, group);
    writeBuckets(writer, group.buckets, registry);
  });
}

/** A group as a switch describes it. Throws RangeError or TypeError naming the argument that is wrong. */
export function groupDesc<X extends Tagged = never>(init: GroupDescInit<X>): GroupDesc<Added<X>>;
export function groupDesc(init: GroupDescInit<Tagged>): GroupDesc<Tagged> {
  requireObject("init", init);
  const groupType = requireUint("groupType", init.groupType, 8, GroupType.all);
  return onlyKnown(init, {
    groupType,
    groupId: requireUint("groupId", init.groupId, 32),
    buckets: requireBuckets(init.buckets, groupType),
  });
}
