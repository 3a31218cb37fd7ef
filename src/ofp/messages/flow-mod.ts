/** OpenFlow 1.3.5 §7.3.4.1, struct ofp_flow_mod. */
import { pad, struct, u8, u16, u32, u64, type ValueOf } from "../../wire/index.ts";
import type { Added } from "../action.ts";
import type { Definition, Tagged } from "../definition.ts";
import { DEFAULT_PRIORITY, FlowModCommand } from "../enums/flow.ts";
import { Group } from "../enums/group.ts";
import { MessageType } from "../enums/message.ts";
import { NO_BUFFER } from "../enums/packet.ts";
import { Port } from "../enums/port.ts";
import { type Instruction, readInstructions, writeInstructions } from "../instruction.ts";
import { type Match, readMatch, writeMatch } from "../match.ts";
import type { Body, MessageHeader } from "../message.ts";
import { part } from "../part.ts";
import { onlyKnown, requireBigUint, requireObject, requireTaggedList, requireUint } from "../require.ts";

const fields = {
  cookie: u64,
  cookieMask: u64,
  tableId: u8,
  command: u8,
  idleTimeout: u16, // seconds, 0 for never
  hardTimeout: u16, // seconds, 0 for never
  priority: u16,
  bufferId: u32,
  outPort: u32,
  outGroup: u32,
  flags: u16,
  pad: pad(2),
};
const layout = struct(fields);

/** Adds, modifies or deletes flow entries; `X` are the actions of the extensions in use. */
export interface FlowMod<X extends Tagged = never> extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "flowMod";
  readonly match: Match;
  readonly instructions: readonly Instruction<X>[];
}

export const flowModDefinition: Definition<Body<FlowMod<Tagged>>> = {
  type: "flowMod",
  code: MessageType.flowMod,
  decode: (reader, registry) => ({
    type: "flowMod",
    ...reader.field(layout),
    match: part("match", () => readMatch(reader, registry)),
    instructions: part("instructions", () => readInstructions(reader, registry)),
  }),
  encode: (writer, message, registry) => {
    writer.field(layout, message);
    part("match", () => {
      writeMatch(writer, message.match, registry);
    });
    part("instructions", () => {
      writeInstructions(writer, message.instructions, registry);
    });
  },
};

/** What {@link flowMod} takes: everything has the specification's default. */
export type FlowModInit<X extends Tagged = never> = Partial<Omit<FlowMod<X>, "type">>;

/**
 * A flow-mod with defaults: command add, priority 0x8000, table 0, no timeouts, no buffer, outPort and outGroup any (0 is a real
 * group), an empty match (every packet) and no instructions (drop).
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function flowMod<X extends Tagged = never>(init?: FlowModInit<X>): FlowMod<Added<X>>;
export function flowMod(init: FlowModInit<Tagged> = {}): FlowMod<Tagged> {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "flowMod",
    xid: requireUint("xid", init.xid, 32, 0),
    cookie: requireBigUint("cookie", init.cookie, 64, 0n),
    cookieMask: requireBigUint("cookieMask", init.cookieMask, 64, 0n),
    tableId: requireUint("tableId", init.tableId, 8, 0),
    command: requireUint("command", init.command, 8, FlowModCommand.add),
    idleTimeout: requireUint("idleTimeout", init.idleTimeout, 16, 0),
    hardTimeout: requireUint("hardTimeout", init.hardTimeout, 16, 0),
    priority: requireUint("priority", init.priority, 16, DEFAULT_PRIORITY),
    bufferId: requireUint("bufferId", init.bufferId, 32, NO_BUFFER),
    outPort: requireUint("outPort", init.outPort, 32, Port.any),
    outGroup: requireUint("outGroup", init.outGroup, 32, Group.any),
    flags: requireUint("flags", init.flags, 16, 0),
    match: requireObject("match", init.match, {}),
    instructions: requireTaggedList("instructions", init.instructions, []),
  });
}
