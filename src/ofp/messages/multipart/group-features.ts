/** OpenFlow 1.3.5 §7.3.5.11, OFPMP_GROUP_FEATURES and struct ofp_group_features: what groups a switch can have. */
import {
  type Field,
  isList,
  parsed,
  quote,
  struct,
  u32,
  type ValueOf,
  WireError,
  within,
} from "../../../wire/index.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { onlyKnown, requireList, requireUint } from "../../require.ts";
import { empty, fixed } from "../../tagged.ts";
import type { BodyDefinition } from "./body.ts";

/** A number for each of the four types, in the order of GroupType. */
export type PerGroupType = readonly [all: number, select: number, indirect: number, ff: number];

const COUNT = 4;

const perType: Field<PerGroupType> = {
  size: COUNT * u32.size,
  read: (view, at) => [
    u32.read(view, at),
    u32.read(view, at + u32.size),
    u32.read(view, at + 2 * u32.size),
    u32.read(view, at + 3 * u32.size),
  ],
  write(view, at, value: readonly number[]) {
    if (!isList(value) || value.length !== COUNT) {
      throw new WireError("badValue", `${quote(value)} is no list of ${COUNT} numbers`, at);
    }
    value.forEach((number, index) => {
      try {
        u32.write(view, at + index * u32.size, number);
      } catch (error) {
        throw within(`[${index}]`, error);
      }
    });
  },
};

const fields = {
  types: u32, // 1 << GroupType…
  capabilities: u32, // bits of GroupCapabilities
  maxGroups: perType, // how many groups of each type
  actions: perType, // 1 << ActionType… of each type
};
export const groupFeaturesLayout = parsed(struct(fields));

/** Asks what groups a switch can have. */
export interface GroupFeaturesRequest {
  readonly type: "groupFeatures";
}

/** What groups a switch can have. */
export interface GroupFeaturesReply extends ValueOf<typeof fields> {
  readonly type: "groupFeatures";
}

/** What `multipartReply` takes for the features of groups: zeros unless given. */
export type GroupFeaturesReplyInit = Pick<GroupFeaturesReply, "type"> & Partial<GroupFeaturesReply>;

export const groupFeaturesRequestBody: BodyDefinition<GroupFeaturesRequest> = {
  ...empty("groupFeatures", MultipartType.groupFeatures),
  complete: () => ({ type: "groupFeatures" }),
};

export const groupFeaturesReplyBody: BodyDefinition<GroupFeaturesReply, GroupFeaturesReplyInit> = {
  ...fixed<GroupFeaturesReply>("groupFeatures", MultipartType.groupFeatures, groupFeaturesLayout),
  complete: (init) =>
    onlyKnown(init, {
      type: "groupFeatures",
      types: requireUint("types", init.types, 32, 0),
      capabilities: requireUint("capabilities", init.capabilities, 32, 0),
      maxGroups: requirePerType("maxGroups", init.maxGroups),
      actions: requirePerType("actions", init.actions),
    }),
};

function requirePerType(name: string, given: PerGroupType | undefined): PerGroupType {
  const value = requireList(name, given, [0, 0, 0, 0]);
  if (value.length !== COUNT) throw new RangeError(`${name} must have ${COUNT} numbers, not ${value.length}`);
  const [all, select, indirect, ff] = value.map((number, index) => requireUint(`${name}[${index}]`, number, 32));
  return [all ?? 0, select ?? 0, indirect ?? 0, ff ?? 0];
}
