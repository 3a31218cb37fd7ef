/** OpenFlow 1.3.5 §7.3.4.2, struct ofp_group_mod. The struct's `type` is `groupType` here: `type` says which message it is. */
import { pad, parsed, struct, u8, u16, u32, type ValueOf } from "../../wire/index.ts";
import type { Added } from "../action.ts";
import type { Definition, Tagged } from "../definition.ts";
import { GroupModCommand, GroupType } from "../enums/group.ts";
import { MessageType } from "../enums/message.ts";
import type { Body, MessageHeader } from "../message.ts";
import { onlyKnown, requireObject, requireUint } from "../require.ts";
import { type Bucket, type BucketInit, readBuckets, requireBuckets, writeBuckets } from "./bucket.ts";

const fields = {
  command: u16, // one of GroupModCommand
  groupType: u8, // one of GroupType
  pad: pad(1),
  groupId: u32, // Group.all deletes every group
};
export const groupModLayout = parsed(struct(fields));

/** Adds, modifies or deletes a group; `X` are the actions of the extensions in use. */
export interface GroupMod<X extends Tagged = never> extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "groupMod";
  /** Empty to delete. */
  readonly buckets: readonly Bucket<X>[];
}

export const groupModDefinition: Definition<Body<GroupMod<Tagged>>> = {
  type: "groupMod",
  code: MessageType.groupMod,
  decode: (reader, registry) => ({
    type: "groupMod",
    ...reader.field(groupModLayout),
    buckets: readBuckets(reader, registry),
  }),
  encode: (writer, message, registry) => {
    writer.field(groupModLayout, message);
    writeBuckets(writer, message.buckets, registry);
  },
};

/** What {@link groupMod} takes: all but the group's id has a default. */
export interface GroupModInit<X extends Tagged = never>
  extends Partial<Omit<GroupMod<X>, "type" | "groupId" | "buckets">>,
    Pick<GroupMod, "groupId"> {
  readonly buckets?: readonly BucketInit<X>[];
}

/**
 * `groupMod({ groupId: 1, groupType: GroupType.select, buckets: [{ actions: [output(1)] }, { weight: 2, actions: [output(2)] }] })`.
 * Adds a group of the type `all` unless told otherwise.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function groupMod<X extends Tagged = never>(init: GroupModInit<X>): GroupMod<Added<X>>;
export function groupMod(init: GroupModInit<Tagged>): GroupMod<Tagged> {
  requireObject("init", init);
  const groupType = requireUint("groupType", init.groupType, 8, GroupType.all);
  return onlyKnown(init, {
    type: "groupMod",
    xid: requireUint("xid", init.xid, 32, 0),
    command: requireUint("command", init.command, 16, GroupModCommand.add),
    groupType,
    groupId: requireUint("groupId", init.groupId, 32),
    buckets: requireBuckets(init.buckets, groupType),
  });
}
