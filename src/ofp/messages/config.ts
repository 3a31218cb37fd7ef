/** OpenFlow 1.3.5 §7.3.2, struct ofp_switch_config. */
import { parsed, struct, u16, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import { ConfigFlags, DEFAULT_MISS_SEND_LEN } from "../enums/switch.ts";
import type { Body, MessageHeader } from "../message.ts";
import { requireObject, requireUint } from "../require.ts";
import { empty, fixed } from "../tagged.ts";

const fields = {
  flags: u16, // ConfigFlags: what happens to IP fragments
  missSendLen: u16, // bytes of a packet that go to the controller; 0xffff for all of it
};
export const configLayout = parsed(struct(fields));

/** Asks a switch for its configuration. */
export interface GetConfigRequest extends MessageHeader {
  readonly type: "getConfigRequest";
}

/** The configuration of a switch. */
export interface GetConfigReply extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "getConfigReply";
}

/** Configures a switch; it answers only when it refuses. */
export interface SetConfig extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "setConfig";
}

export const getConfigRequestDefinition: Definition<Body<GetConfigRequest>> = empty(
  "getConfigRequest",
  MessageType.getConfigRequest,
);
export const getConfigReplyDefinition: Definition<Body<GetConfigReply>> = fixed(
  "getConfigReply",
  MessageType.getConfigReply,
  configLayout,
);
export const setConfigDefinition: Definition<Body<SetConfig>> = fixed("setConfig", MessageType.setConfig, configLayout);

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function getConfigRequest(init: { readonly xid?: number } = {}): GetConfigRequest {
  requireObject("init", init);
  return { type: "getConfigRequest", xid: requireUint("xid", init.xid, 32, 0) };
}

/** What {@link setConfig} and {@link getConfigReply} take: fragments are not special and missSendLen is 128 unless given. */
export interface ConfigInit {
  readonly xid?: number;
  readonly flags?: number;
  readonly missSendLen?: number;
}

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function getConfigReply(init: ConfigInit = {}): GetConfigReply {
  return { type: "getConfigReply", ...checked(init) };
}

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function setConfig(init: ConfigInit = {}): SetConfig {
  return { type: "setConfig", ...checked(init) };
}

function checked(init: ConfigInit): Omit<SetConfig, "type"> {
  requireObject("init", init);
  return {
    xid: requireUint("xid", init.xid, 32, 0),
    flags: requireUint("flags", init.flags, 16, ConfigFlags.fragNormal),
    missSendLen: requireUint("missSendLen", init.missSendLen, 16, DEFAULT_MISS_SEND_LEN),
  };
}
