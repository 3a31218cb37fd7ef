/** Open vSwitch, nicira-ext.h, struct nx_flow_mod: a flow-mod of OpenFlow 1.0's shape with a match of any fields. */
import type { Definition, FieldValue, Masked, Printed, Registry, Tagged } from "../../ofp/definition.ts";
import { DEFAULT_PRIORITY, FlowModCommand } from "../../ofp/enums/flow.ts";
import { NO_BUFFER } from "../../ofp/enums/packet.ts";
import { Port } from "../../ofp/enums/port.ts";
import { type Instruction, readInstructions, writeInstructions } from "../../ofp/instruction.ts";
import type { Match } from "../../ofp/match.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { isMasked } from "../../ofp/oxm.ts";
import { part } from "../../ofp/part.ts";
import { onlyKnown, requireBigUint, requireObject, requireTaggedList, requireUint } from "../../ofp/require.ts";
import { printFlowChange } from "../../ofp/text/print-flow.ts";
import { offsetOf, pad, struct, u8, u16, u32, u64, type ValueOf } from "../../wire/index.ts";
import { narrow } from "../port.ts";
import { cookieAside, readNxMatch, writeNxMatch } from "./nx-match.ts";

const fields = {
  cookie: u64, // what the flow gets, all ones for none; one that selects flows is a field of the match
  tableId: u8,
  command: u8, // FlowModCommand
  idleTimeout: u16, // seconds, 0 for never
  hardTimeout: u16, // seconds, 0 for never
  priority: u16,
  bufferId: u32,
  outPort: narrow, // 16 bits on the wire
  flags: u16, // FlowModFlags
};
const layout = struct({ ...fields, matchLen: u16, pad: pad(6) });

/**
 * NXT_FLOW_MOD: adds, modifies or deletes flow entries. Open vSwitch reads it under OpenFlow 1.3, too, with instructions; it has
 * nothing that the standard flow-mod lacks.
 */
export interface NxFlowMod<X extends Tagged = never> extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "nxFlowMod";
  /** The key `cookie`, a bigint or `{ value, mask }` of these, selects the flows that are meant: never those of an addition. */
  readonly match: Match;
  readonly instructions: readonly Instruction<X>[];
}

/** `X` are the actions of the extensions that it is read with. */
export function nxFlowModDefinition<X extends Tagged>(): Definition<Body<NxFlowMod<X>>> {
  return {
    type: "nxFlowMod",
    code: 13,
    label: "NXT_FLOW_MOD",
    decode: (reader, registry) => {
      const { matchLen, ...head } = reader.field(layout);
      return {
        type: "nxFlowMod",
        ...head,
        match: readNxMatch(reader, matchLen, registry, "strict", cookieAside),
        instructions: part("instructions", () => readInstructions(reader, registry)) as Instruction<X>[],
      };
    },
    encode: (writer, message, registry) => {
      const start = writer.offset;
      writer.field(layout, { ...message, matchLen: 0 });
      writeNxMatch(writer, message.match, start + offsetOf(layout, "matchLen"), registry, "strict", cookieAside);
      part("instructions", () => {
        writeInstructions(writer, message.instructions, registry);
      });
    },
    print,
  };
}

function print(message: Body<NxFlowMod<Tagged>>, registry: Registry): Printed {
  const { cookie: selected, ...match } = message.match;
  const [cookie, cookieMask] = selected === undefined ? [0n, 0n] : cookieOf(selected);
  if (message.command === FlowModCommand.add && cookieMask !== 0n) return { refusal: "NXBRC_NXM_INVALID" };
  return printFlowChange({ ...message, match, newCookie: message.cookie, cookie, cookieMask }, registry);
}

function cookieOf(entry: FieldValue | Masked): readonly [cookie: bigint, mask: bigint] {
  const bits = (value: FieldValue): bigint => (typeof value === "bigint" ? value : 0n);
  return isMasked(entry) ? [bits(entry.value), bits(entry.mask)] : [bits(entry), 0xffff_ffff_ffff_ffffn];
}

/** What {@link nxFlowMod} takes: everything has a default. */
export type NxFlowModInit<X extends Tagged = never> = Partial<Omit<NxFlowMod<X>, "type">>;

/**
 * Command add, priority 0x8000, table 0, no timeouts, no buffer, outPort any, an empty match and no instructions unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function nxFlowMod<X extends Tagged = never>(init: NxFlowModInit<X> = {}): NxFlowMod<X> {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "nxFlowMod",
    xid: requireUint("xid", init.xid, 32, 0),
    cookie: requireBigUint("cookie", init.cookie, 64, 0n),
    tableId: requireUint("tableId", init.tableId, 8, 0),
    command: requireUint("command", init.command, 8, FlowModCommand.add),
    idleTimeout: requireUint("idleTimeout", init.idleTimeout, 16, 0),
    hardTimeout: requireUint("hardTimeout", init.hardTimeout, 16, 0),
    priority: requireUint("priority", init.priority, 16, DEFAULT_PRIORITY),
    bufferId: requireUint("bufferId", init.bufferId, 32, NO_BUFFER),
    outPort: requireUint("outPort", init.outPort, 32, Port.any),
    flags: requireUint("flags", init.flags, 16, 0),
    match: requireObject("match", init.match, {}),
    instructions: requireTaggedList("instructions", init.instructions, []),
  });
}
