/** Flows as text that `ovs-ofctl add-flow` and `add-flows` take. */
import type { Registry, Tagged } from "../definition.ts";
import { DEFAULT_PRIORITY, FlowModCommand } from "../enums/flow.ts";
import { Group } from "../enums/group.ts";
import { NO_BUFFER } from "../enums/packet.ts";
import { Port } from "../enums/port.ts";
import { Table } from "../enums/table.ts";
import type { FlowMod } from "../messages/flow-mod.ts";
import { formatInstructions } from "./format-actions.ts";
import { matchWords } from "./format-match.ts";
import { formatGroupId, formatPort } from "./names.ts";
import { hex } from "./number.ts";
import { commandWords, flagWords } from "./parse-flow.ts";

/** One line. What is at its default is left out; the xid is no part of a flow. */
export function formatFlow(flow: FlowMod<Tagged>, registry: Registry): string {
  const deletes = flow.command === FlowModCommand.delete || flow.command === FlowModCommand.deleteStrict;
  const words = [...headOf(flow, deletes), ...matchWords(flow.match, registry, "flow")];
  const parts = [commandOf(flow.command), words.join(",")];
  if (!deletes || flow.instructions.length > 0) {
    parts.push(`actions=${formatInstructions(flow.instructions, registry)}`);
  }
  return parts.filter((part) => part !== "").join(" ");
}

/** Adding goes without saying. */
function commandOf(command: number): string {
  if (command === FlowModCommand.add) return "";
  return Object.entries(commandWords).find(([, code]) => code === command)?.[0] ?? `command=${command}`;
}

function headOf(flow: FlowMod<Tagged>, deletes: boolean): string[] {
  const words: string[] = [];
  const word = (name: string, value: number | string, usual: number | string): void => {
    if (value !== usual) words.push(`${name}=${value}`);
  };
  word("table", flow.tableId, deletes ? Table.all : 0);
  if (flow.cookie !== 0n || flow.cookieMask !== 0n) words.push(`cookie=${cookieOf(flow)}`);
  word("idle_timeout", flow.idleTimeout, 0);
  word("hard_timeout", flow.hardTimeout, 0);
  word("buffer_id", hex(flow.bufferId), hex(NO_BUFFER));
  word("out_port", formatPort(flow.outPort), formatPort(Port.any));
  word("out_group", formatGroupId(flow.outGroup), formatGroupId(Group.any));
  let rest = flow.flags;
  for (const [name, bit] of Object.entries(flagWords)) {
    if (rest & bit) words.push(name);
    rest &= ~bit;
  }
  word("flags", hex(rest), hex(0));
  word("priority", flow.priority, DEFAULT_PRIORITY);
  return words;
}

/** A modification or deletion selects by the cookie, with a mask even where it selects nothing. */
function cookieOf({ command, cookie, cookieMask }: FlowMod<Tagged>): string {
  const plain = command === FlowModCommand.add && cookieMask === 0n;
  return plain ? hex(cookie) : `${hex(cookie)}/${hex(cookieMask)}`;
}
