/** OpenFlow 1.3.5 §7.2.1, struct ofp_port: what a switch says about a port. */
import { mac, pad, parsed, struct, text, u32, type ValueOf } from "../../wire/index.ts";
import { onlyKnown, requireLatin1, requireMac, requireObject, requireUint } from "../require.ts";

const NAME_LENGTH = 16;

const fields = {
  portNo: u32,
  pad: pad(4),
  hwAddr: mac,
  pad2: pad(2),
  name: text(NAME_LENGTH), // one character a byte, without the NULs
  config: u32, // bits of PortConfig
  state: u32, // bits of PortState
  curr: u32, // bits of PortFeatures, as the next three
  advertised: u32,
  supported: u32,
  peer: u32,
  currSpeed: u32, // kb/s
  maxSpeed: u32, // kb/s
};
export const portDescLayout = parsed(struct(fields));

/**
 * A port of a switch, in port-status messages and port descriptions.
 *
 * @interface
 */
export type PortDesc = ValueOf<typeof fields>;

/** What {@link portDesc} takes: everything but the number has a default. */
export type PortDescInit = Partial<Omit<PortDesc, "portNo">> & Pick<PortDesc, "portNo">;

/**
 * A port; zeros and an empty name unless told otherwise.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function portDesc(init: PortDescInit): PortDesc {
  requireObject("init", init);
  return onlyKnown(init, {
    portNo: requireUint("portNo", init.portNo, 32),
    hwAddr: requireMac("hwAddr", init.hwAddr, "00:00:00:00:00:00"),
    name: requireLatin1("name", init.name, NAME_LENGTH, ""),
    config: requireUint("config", init.config, 32, 0),
    state: requireUint("state", init.state, 32, 0),
    curr: requireUint("curr", init.curr, 32, 0),
    advertised: requireUint("advertised", init.advertised, 32, 0),
    supported: requireUint("supported", init.supported, 32, 0),
    peer: requireUint("peer", init.peer, 32, 0),
    currSpeed: requireUint("currSpeed", init.currSpeed, 32, 0),
    maxSpeed: requireUint("maxSpeed", init.maxSpeed, 32, 0),
  });
}
