/** ONF EXT-191, OpenFlow 1.4 §7.4.4 for 1.3, struct ofp_role_status: the switch has given this controller another role. */
import type { Definition } from "../../ofp/definition.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown, requireBigUint, requireObject, requireTaggedList, requireUint } from "../../ofp/require.ts";
import { roleWords } from "../../ofp/text/print-switch.ts";
import { pad, struct, u8, u32, u64, type ValueOf } from "../../wire/index.ts";
import { type ExperimenterProperty, propertyList, type UnknownProperty } from "./property.ts";

/** enum ofp_controller_role_reason */
export const RoleStatusReason = {
  /** Another controller asked to be master. */
  masterRequest: 0,
  /** The switch was configured so. */
  config: 1,
  /** An experimenter's data changed. */
  experimenter: 2,
} as const;
export type RoleStatusReason = (typeof RoleStatusReason)[keyof typeof RoleStatusReason];

const fields = {
  role: u32, // ControllerRole
  reason: u8, // RoleStatusReason
  pad: pad(3),
  generationId: u64, // all ones when there is none
};
const layout = struct(fields);

/** A role that changed without this controller's asking. */
export interface RoleStatus extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "roleStatus";
  /** None is defined. */
  readonly properties: readonly (ExperimenterProperty | UnknownProperty)[];
}

const properties = propertyList<never>([]);
const reasons = ["primary_request", "configuration_changed", "experimenter_data_changed"];

export const roleStatusDefinition: Definition<Body<RoleStatus>> = {
  type: "roleStatus",
  code: 1911,
  label: "ONFT_ROLE_STATUS",
  decode: (reader, registry) => ({
    type: "roleStatus",
    ...reader.field(layout),
    properties: part("properties", () => properties.read(reader, registry)),
  }),
  encode: (writer, message, registry) => {
    writer.field(layout, message);
    part("properties", () => {
      properties.write(writer, message.properties, registry);
    });
  },
  print: ({ role, reason, generationId }) => {
    const words = roleWords(role, generationId);
    return words === undefined ? { refusal: "OFPRRFC_BAD_ROLE" } : `${words} reason=${reasons[reason] ?? "(unknown)"}`;
  },
};

/** What {@link roleStatus} takes. */
export type RoleStatusInit = Partial<Omit<RoleStatus, "type">> & Pick<RoleStatus, "role" | "reason">;

/**
 * What a switch sends; without generation and properties unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function roleStatus(init: RoleStatusInit): RoleStatus {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "roleStatus",
    xid: requireUint("xid", init.xid, 32, 0),
    role: requireUint("role", init.role, 32),
    reason: requireUint("reason", init.reason, 8),
    generationId: requireBigUint("generationId", init.generationId, 64, 0xffff_ffff_ffff_ffffn),
    properties: requireTaggedList("properties", init.properties, []),
  });
}
