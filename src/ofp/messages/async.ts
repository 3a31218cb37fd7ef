/** OpenFlow 1.3.5 §7.3.10, struct ofp_async_config: which messages a controller gets without asking. */
import { type Field, isList, parsed, quote, struct, u32, type ValueOf, WireError, within } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { FlowRemovedReason } from "../enums/flow.ts";
import { MessageType } from "../enums/message.ts";
import { PacketInReason } from "../enums/packet.ts";
import { PortReason } from "../enums/port.ts";
import type { Body, MessageHeader } from "../message.ts";
import { onlyKnown, requireList, requireObject, requireUint } from "../require.ts";
import { empty, fixed } from "../tagged.ts";

/** A mask for a controller that is master or equal, and one for a slave. Bit n stands for reason n. */
export type AsyncMasks = readonly [master: number, slave: number];

export const masks: Field<AsyncMasks> = {
  size: 2 * u32.size,
  read: (view, at) => [u32.read(view, at), u32.read(view, at + u32.size)],
  write(view, at, value: readonly number[]) {
    if (!isList(value) || value.length !== 2) {
      throw new WireError("badValue", `${quote(value)} is no pair of masks`, at);
    }
    value.forEach((mask, index) => {
      try {
        u32.write(view, at + index * u32.size, mask);
      } catch (error) {
        throw within(`[${index}]`, error);
      }
    });
  },
};

const fields = {
  packetInMask: masks, // 1 << PacketInReason…
  portStatusMask: masks, // 1 << PortReason…
  flowRemovedMask: masks, // 1 << FlowRemovedReason…
};
export const asyncLayout = parsed(struct(fields));

/** Asks which messages this controller gets. */
export interface GetAsyncRequest extends MessageHeader {
  readonly type: "getAsyncRequest";
}

/** Which messages this controller gets. */
export interface GetAsyncReply extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "getAsyncReply";
}

/** Sets which messages this controller gets. */
export interface SetAsync extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "setAsync";
}

export const getAsyncRequestDefinition: Definition<Body<GetAsyncRequest>> = empty(
  "getAsyncRequest",
  MessageType.getAsyncRequest,
);
export const getAsyncReplyDefinition: Definition<Body<GetAsyncReply>> = fixed(
  "getAsyncReply",
  MessageType.getAsyncReply,
  asyncLayout,
);
export const setAsyncDefinition: Definition<Body<SetAsync>> = fixed("setAsync", MessageType.setAsync, asyncLayout);

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function getAsyncRequest(init: { readonly xid?: number } = {}): GetAsyncRequest {
  requireObject("init", init);
  return onlyKnown(init, { type: "getAsyncRequest", xid: requireUint("xid", init.xid, 32, 0) });
}

/** What {@link setAsync} and {@link getAsyncReply} take: everything has a default. */
export type AsyncInit = Partial<Omit<SetAsync, "type">>;

/** All reasons of an enumeration that counts from 0. */
function all(reasons: Readonly<Record<string, number>>): number {
  return Object.values(reasons).reduce((mask, reason) => mask | (1 << reason), 0);
}

function requireMasks(name: string, given: AsyncMasks | undefined, fallback: AsyncMasks): AsyncMasks {
  const value = requireList(name, given, fallback);
  if (value.length !== 2) throw new RangeError(`${name} must have two masks, not ${value.length}`);
  const [master, slave] = value;
  return [requireUint(`${name}[0]`, master, 32), requireUint(`${name}[1]`, slave, 32)];
}

function checked(init: AsyncInit): Omit<SetAsync, "type"> {
  requireObject("init", init);
  const ports = all(PortReason);
  return {
    xid: requireUint("xid", init.xid, 32, 0),
    packetInMask: requireMasks("packetInMask", init.packetInMask, [
      (1 << PacketInReason.noMatch) | (1 << PacketInReason.action),
      0,
    ]),
    portStatusMask: requireMasks("portStatusMask", init.portStatusMask, [ports, ports]),
    flowRemovedMask: requireMasks("flowRemovedMask", init.flowRemovedMask, [all(FlowRemovedReason), 0]),
  };
}

/**
 * What a switch answers. Unless given, masks are those with which a connection begins (OpenFlow 1.3.5 §6.3.5): everything but
 * packets of an invalid TTL for a master, port status for a slave.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function getAsyncReply(init: AsyncInit = {}): GetAsyncReply {
  return onlyKnown(init, { type: "getAsyncReply", ...checked(init) });
}

/** Sets all six masks; those that are not given are the ones of {@link getAsyncReply}. Throws like it. */
export function setAsync(init: AsyncInit = {}): SetAsync {
  return onlyKnown(init, { type: "setAsync", ...checked(init) });
}
