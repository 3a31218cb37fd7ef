/** OpenFlow 1.3.5 §7.4.3, struct ofp_port_status. */
import { pad, parsed, struct, u8, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import type { Body, MessageHeader } from "../message.ts";
import { onlyKnown, requireObject, requireUint } from "../require.ts";
import { fixed } from "../tagged.ts";
import { type PortDescInit, portDesc, portDescLayout } from "./port-desc.ts";

const fields = {
  reason: u8, // PortReason
  pad: pad(7),
  desc: portDescLayout,
};
export const portStatusLayout = parsed(struct(fields));

/** A port came, went or changed. */
export interface PortStatus extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "portStatus";
}

export const portStatusDefinition: Definition<Body<PortStatus>> = fixed(
  "portStatus",
  MessageType.portStatus,
  portStatusLayout,
);

/** What {@link portStatus} takes. */
export interface PortStatusInit {
  readonly xid?: number;
  readonly reason: number;
  readonly desc: PortDescInit;
}

/** What a switch sends. Throws RangeError or TypeError naming the argument that is wrong. */
export function portStatus(init: PortStatusInit): PortStatus {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "portStatus",
    xid: requireUint("xid", init.xid, 32, 0),
    reason: requireUint("reason", init.reason, 8),
    desc: portDesc(requireObject("desc", init.desc)),
  });
}
