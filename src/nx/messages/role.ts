/** Open vSwitch, nicira-ext.h, struct nx_role_request: roles as controllers had them before OpenFlow 1.2, without generation. */

import type { Printed } from "../../ofp/definition.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { onlyKnown, requireObject, requireUint } from "../../ofp/require.ts";
import { fixed } from "../../ofp/tagged.ts";
import { struct, u32, type ValueOf } from "../../wire/index.ts";

/** enum nx_role */
export const NxRole = {
  /** Full access. */
  other: 0,
  /** Full access, one controller at most; who was it before becomes a slave. */
  master: 1,
  /** Reads only, and gets no packet-ins and no removed flows. */
  slave: 2,
} as const;
export type NxRole = (typeof NxRole)[keyof typeof NxRole];

const fields = { role: u32 }; // NxRole
const layout = struct(fields);

/** NXT_ROLE_REQUEST: asks for a role. */
export interface NxRoleRequest extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "nxRoleRequest";
}

/** NXT_ROLE_REPLY: the role that the controller has now. */
export interface NxRoleReply extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "nxRoleReply";
}

const words = ["equal", "primary", "secondary"];

function print({ role }: ValueOf<typeof fields>): Printed {
  const word = words[role];
  return word === undefined ? { refusal: "OFPRRFC_BAD_ROLE" } : ` role=${word}`;
}

export const nxRoleRequestDefinition = {
  ...fixed<Body<NxRoleRequest>>("nxRoleRequest", 10, layout),
  label: "NXT_ROLE_REQUEST",
  print,
};
export const nxRoleReplyDefinition = {
  ...fixed<Body<NxRoleReply>>("nxRoleReply", 11, layout),
  label: "NXT_ROLE_REPLY",
  print,
};

/** What {@link nxRoleRequest} and {@link nxRoleReply} take. */
export interface NxRoleInit {
  readonly xid?: number;
  /** See {@link NxRole}. */
  readonly role: number;
}

function checked(init: NxRoleInit) {
  requireObject("init", init);
  return { xid: requireUint("xid", init.xid, 32, 0), role: requireUint("role", init.role, 32) };
}

/** `nxRoleRequest({ role: NxRole.master })`. Throws RangeError or TypeError naming the argument that is wrong. */
export function nxRoleRequest(init: NxRoleInit): NxRoleRequest {
  return onlyKnown(init, { type: "nxRoleRequest", ...checked(init) });
}

/** What a switch answers. Throws RangeError or TypeError naming the argument that is wrong. */
export function nxRoleReply(init: NxRoleInit): NxRoleReply {
  return onlyKnown(init, { type: "nxRoleReply", ...checked(init) });
}
