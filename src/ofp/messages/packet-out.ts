/** OpenFlow 1.3.5 §7.3.7, struct ofp_packet_out. */
import { offsetOf, pad, struct, u16, u32, type Writer } from "../../wire/index.ts";
import { type Action, type Added, readActions, writeActions } from "../action.ts";
import type { Definition, Registry, Tagged } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import { NO_BUFFER } from "../enums/packet.ts";
import { Port } from "../enums/port.ts";
import type { Body, MessageHeader } from "../message.ts";
import { part } from "../part.ts";
import { onlyKnown, requireBytes, requireObject, requireTaggedList, requireUint } from "../require.ts";

const layout = struct({
  bufferId: u32,
  inPort: u32,
  actionsLen: u16,
  pad: pad(6),
});
const ACTIONS_LEN = offsetOf(layout, "actionsLen");

/** Sends a packet through a switch; `X` are the actions of the extensions in use. */
export interface PacketOut<X extends Tagged = never> extends MessageHeader {
  readonly type: "packetOut";
  /** A packet that the switch holds, or NO_BUFFER when it is in `data`. */
  readonly bufferId: number;
  /** The port that the packet counts as received by: Port.controller or a port of the switch. */
  readonly inPort: number;
  readonly actions: readonly Action<X>[];
  /** The packet; a view of the decoded bytes. */
  readonly data: Uint8Array;
}

export const packetOutDefinition: Definition<Body<PacketOut<Tagged>>> = {
  type: "packetOut",
  code: MessageType.packetOut,
  decode: (reader, registry) => {
    const { bufferId, inPort, actionsLen } = reader.field(layout);
    const actions = part("actions", () => reader.element(actionsLen, () => readActions(reader, registry)));
    return { type: "packetOut", bufferId, inPort, actions, data: reader.take() };
  },
  encode: (writer, { bufferId, inPort, actions, data }, registry) => {
    const start = writer.offset;
    writer.field(layout, { bufferId, inPort, actionsLen: 0 });
    const length = writeActionList(writer, actions, registry);
    writer.patchU16(start + ACTIONS_LEN, length);
    writer.raw(data);
  },
};

/** Returns how many bytes it wrote. */
function writeActionList(writer: Writer, actions: readonly Tagged[], registry: Registry): number {
  const start = writer.offset;
  part("actions", () => {
    writeActions(writer, actions, registry);
  });
  return writer.offset - start;
}

/** What {@link packetOut} takes: everything has a default. */
export type PacketOutInit<X extends Tagged = never> = Partial<Omit<PacketOut<X>, "type">>;

/**
 * A packet-out with defaults: no buffer, inPort controller, no actions (drop), no data.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function packetOut<X extends Tagged = never>(init?: PacketOutInit<X>): PacketOut<Added<X>>;
export function packetOut(init: PacketOutInit<Tagged> = {}): PacketOut<Tagged> {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "packetOut",
    xid: requireUint("xid", init.xid, 32, 0),
    bufferId: requireUint("bufferId", init.bufferId, 32, NO_BUFFER),
    inPort: requireUint("inPort", init.inPort, 32, Port.controller),
    actions: requireTaggedList("actions", init.actions, []),
    data: requireBytes("data", init.data, new Uint8Array()),
  });
}
