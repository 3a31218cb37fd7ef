/** OpenFlow 1.3.5 §7.3.9, struct ofp_role_request: which of a switch's controllers is in charge. */
import { pad, parsed, struct, u32, u64, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import type { Body, MessageHeader } from "../message.ts";
import { onlyKnown, requireBigUint, requireObject, requireUint } from "../require.ts";
import { fixed } from "../tagged.ts";

const fields = {
  role: u32, // see ControllerRole
  pad: pad(4),
  generationId: u64, // a later master has a later one: int64_t(a - b) > 0
};
export const roleLayout = parsed(struct(fields));

/** A controller's role, and since when there is such a master. */
export interface RoleRequest extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "roleRequest";
}

/** What the switch makes of it. */
export interface RoleReply extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "roleReply";
}

export const roleRequestDefinition: Definition<Body<RoleRequest>> = fixed(
  "roleRequest",
  MessageType.roleRequest,
  roleLayout,
);
export const roleReplyDefinition: Definition<Body<RoleReply>> = fixed("roleReply", MessageType.roleReply, roleLayout);

/** What {@link roleRequest} and {@link roleReply} take. */
export type RoleInit = Partial<Pick<RoleRequest, "xid" | "generationId">> & Pick<RoleRequest, "role">;

function roleOf(init: RoleInit) {
  requireObject("init", init);
  return {
    xid: requireUint("xid", init.xid, 32, 0),
    role: requireUint("role", init.role, 32),
    generationId: requireBigUint("generationId", init.generationId, 64, 0n),
  };
}

/**
 * Asks for a role ({@link ControllerRole}). `generationId`, a u64, 0 unless told otherwise, must not be older than that of the last
 * master or slave: the switch answers that with OFPRRFC_STALE.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function roleRequest(init: RoleInit): RoleRequest {
  return onlyKnown(init, { type: "roleRequest", ...roleOf(init) });
}

/** The switch's answer: the role that the controller has now. Throws RangeError or TypeError naming the argument that is wrong. */
export function roleReply(init: RoleInit): RoleReply {
  return onlyKnown(init, { type: "roleReply", ...roleOf(init) });
}
