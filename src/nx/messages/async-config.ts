/** Open vSwitch, nicira-ext.h and ofp-msgs.h: which messages a controller gets without asking, in the two forms of the extension. */
import type { Definition, Printed } from "../../ofp/definition.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { type AsyncInit, asyncLayout, type SetAsync, setAsync } from "../../ofp/messages/async.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown, requireObject, requireTaggedList, requireUint } from "../../ofp/require.ts";
import { fixed } from "../../ofp/tagged.ts";
import { type AsyncMessage, knownReasons, printAsync, printMasks } from "../../ofp/text/print-async.ts";
import { struct, u32 } from "../../wire/index.ts";
import { type ExperimenterProperty, fixedProperty, propertyList, type UnknownProperty } from "./property.ts";

/** NXT_SET_ASYNC_CONFIG: what `setAsync` sets in OpenFlow 1.3. */
export interface SetAsyncConfig extends MessageHeader, Omit<SetAsync, "type"> {
  readonly type: "setAsyncConfig";
}

export const setAsyncConfigDefinition = {
  ...fixed<Body<SetAsyncConfig>>("setAsyncConfig", 19, asyncLayout),
  label: "NXT_SET_ASYNC_CONFIG",
  print: printAsync,
};

/** `setAsyncConfig({ packetInMask: [7, 0] })`: takes what `setAsync` takes, and throws like it. */
export function setAsyncConfig(init: AsyncInit = {}): SetAsyncConfig {
  return { ...setAsync(init), type: "setAsyncConfig" };
}

/** OpenFlow 1.4, enum ofp_async_config_prop_type, less the experimenters'. */
export const AsyncConfigPropType = {
  packetInSlave: 0, // 1 << PacketInReason…
  packetInMaster: 1,
  portStatusSlave: 2, // 1 << PortReason…
  portStatusMaster: 3,
  flowRemovedSlave: 4, // 1 << FlowRemovedReason…
  flowRemovedMaster: 5,
  roleStatusSlave: 6, // 1 << RoleStatusReason…
  roleStatusMaster: 7,
  tableStatusSlave: 8, // 1 << 3 vacancy down, 1 << 4 vacancy up
  tableStatusMaster: 9,
  requestForwardSlave: 10, // 1 << 0 group-mod, 1 << 1 meter-mod
  requestForwardMaster: 11,
} as const;
export type AsyncConfigPropType = (typeof AsyncConfigPropType)[keyof typeof AsyncConfigPropType];

/** One mask: bit n stands for reason n. A master's holds for an equal controller, too. */
export interface AsyncMaskProperty {
  readonly type: keyof typeof AsyncConfigPropType;
  readonly mask: number;
}

/** A mask, or what this library does not know; experimenters' for slaves, type 0xfffe, are among those. */
export type AsyncConfigProperty = AsyncMaskProperty | ExperimenterProperty | UnknownProperty;

/** NXT_SET_ASYNC_CONFIG2, with the properties of OpenFlow 1.4's set-async: sets the masks that it names and leaves the others. */
export interface SetAsyncConfig2 extends MessageHeader {
  readonly type: "setAsyncConfig2";
  readonly properties: readonly AsyncConfigProperty[];
}

const maskLayout = struct({ mask: u32 });
const types = Object.keys(AsyncConfigPropType) as (keyof typeof AsyncConfigPropType)[];
const properties = propertyList<AsyncMaskProperty>(
  types.map((type) => fixedProperty(type, AsyncConfigPropType[type], maskLayout)),
);

export const setAsyncConfig2Definition: Definition<Body<SetAsyncConfig2>> = {
  type: "setAsyncConfig2",
  code: 27,
  label: "NXT_SET_ASYNC_CONFIG2",
  decode: (reader, registry) => ({
    type: "setAsyncConfig2",
    properties: part("properties", () => properties.read(reader, registry)),
  }),
  encode: (writer, message, registry) => {
    part("properties", () => {
      properties.write(writer, message.properties, registry);
    });
  },
  print,
};

const EXPERIMENTER_SLAVE = 0xfffe;

/** ovs-ofctl reads it as a switch does: nothing unknown in it. The last mask of a kind counts. */
function print({ properties: list }: Body<SetAsyncConfig2>): Printed {
  const roles: { Master: Record<string, number>; Slave: Record<string, number> } = { Master: {}, Slave: {} };
  for (const property of list) {
    switch (property.type) {
      case "experimenter":
        return { refusal: property.experimenter === 0 ? "OFPBPC_BAD_EXPERIMENTER" : "OFPBPC_BAD_EXP_TYPE" };
      case "unknown":
        return { refusal: refusalOf(property) };
      default: {
        const role = property.type.endsWith("Master") ? "Master" : "Slave";
        const message = property.type.slice(0, -role.length) as AsyncMessage;
        if (property.mask & ~knownReasons(message)) return { refusal: "OFPACFC_INVALID" };
        roles[role][message] = property.mask;
      }
    }
  }
  return printMasks(roles.Master, roles.Slave);
}

function refusalOf({ code, data }: UnknownProperty): string {
  if (code < types.length) return "OFPBPC_BAD_LEN";
  if (code !== EXPERIMENTER_SLAVE) return "OFPACFC_UNSUPPORTED";
  if (data.length < 8) return "OFPBPC_BAD_LEN";
  return data.subarray(0, 4).every((octet) => octet === 0) ? "OFPBPC_BAD_EXPERIMENTER" : "OFPBPC_BAD_EXP_TYPE";
}

/** What {@link setAsyncConfig2} takes. */
export interface SetAsyncConfig2Init {
  readonly xid?: number;
  readonly properties: readonly AsyncConfigProperty[];
}

/**
 * `setAsyncConfig2({ properties: [{ type: "requestForwardMaster", mask: 3 }] })`. Under OpenFlow 1.3 Open vSwitch takes the bits of a
 * mask that have a name there, and no others.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function setAsyncConfig2(init: SetAsyncConfig2Init): SetAsyncConfig2 {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "setAsyncConfig2",
    xid: requireUint("xid", init.xid, 32, 0),
    properties: requireTaggedList("properties", init.properties),
  });
}
