/** OpenFlow 1.3.5 §7.3.4.3, struct ofp_port_mod. */
import { mac, pad, parsed, struct, u32, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import type { Body, MessageHeader } from "../message.ts";
import { onlyKnown, requireMac, requireObject, requireUint } from "../require.ts";
import { fixed } from "../tagged.ts";

const fields = {
  portNo: u32,
  pad: pad(4),
  hwAddr: mac, // must be the port's: the number may have gone to another one meanwhile
  pad2: pad(2),
  config: u32, // bits of PortConfig
  mask: u32, // those that change
  advertise: u32, // bits of PortFeatures; none changes nothing
  pad3: pad(4),
};
export const portModLayout = parsed(struct(fields));

/** Changes how a port behaves. */
export interface PortMod extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "portMod";
}

export const portModDefinition: Definition<Body<PortMod>> = fixed("portMod", MessageType.portMod, portModLayout);

/** What {@link portMod} takes: number and address name the port, everything else has a default. */
export type PortModInit = Partial<Omit<PortMod, "type" | "portNo" | "hwAddr">> & Pick<PortMod, "portNo" | "hwAddr">;

/**
 * `portMod({ portNo, hwAddr, config: PortConfig.portDown, mask: PortConfig.portDown })` takes a port down. Nothing changes unless
 * `mask` or `advertise` says so.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function portMod(init: PortModInit): PortMod {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "portMod",
    xid: requireUint("xid", init.xid, 32, 0),
    portNo: requireUint("portNo", init.portNo, 32),
    hwAddr: requireMac("hwAddr", init.hwAddr),
    config: requireUint("config", init.config, 32, 0),
    mask: requireUint("mask", init.mask, 32, 0),
    advertise: requireUint("advertise", init.advertise, 32, 0),
  });
}
