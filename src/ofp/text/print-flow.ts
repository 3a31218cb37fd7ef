/** Flow-mods, removed flows and flow statistics. */
import type { Registry, Tagged } from "../definition.ts";
import { DEFAULT_PRIORITY, FlowModCommand } from "../enums/flow.ts";
import { NO_BUFFER } from "../enums/packet.ts";
import { Port } from "../enums/port.ts";
import { Table } from "../enums/table.ts";
import type { Match } from "../match.ts";
import type { FlowMod } from "../messages/flow-mod.ts";
import type { FlowRemoved } from "../messages/flow-removed.ts";
import type { FlowSelection, FlowStats } from "../messages/multipart/flow.ts";
import { duration } from "./dump.ts";
import { formatInstructions } from "./format-actions.ts";
import { matchWords } from "./format-match.ts";
import { formatPort } from "./names.ts";
import { flagWords } from "./parse-flow.ts";
import type { PrintContext, Printed } from "./print.ts";
import { counter } from "./print-stats.ts";

/** Match and priority; "" for a match of every packet at the usual priority. */
export function printMatch(match: Match, registry: Registry, priority = DEFAULT_PRIORITY): string {
  const first = priority === DEFAULT_PRIORITY ? [] : [`priority=${priority}`];
  return [...first, ...matchWords(match, registry, "print")].join(",");
}

const commands = ["ADD", "MOD", "MOD_STRICT", "DEL", "DEL_STRICT"];

const FLAGS = Object.values(flagWords).reduce((all, bit) => all | bit, 0);

/** Ends in a blank after each flag. */
function flags(bits: number): string {
  return Object.entries(flagWords)
    .filter(([, bit]) => bits & bit)
    .map(([word]) => `${word} `)
    .join("");
}

export function printFlowMod(flow: FlowMod<Tagged>, { registry }: PrintContext): Printed {
  const adds = flow.command === FlowModCommand.add;
  return printFlowChange(
    adds ? { ...flow, newCookie: flow.cookie, cookieMask: 0n } : { ...flow, newCookie: 0n },
    registry,
  );
}

/** What a flow-mod asks for, in any of its forms: with the cookie that flows get and the one that selects flows apart. */
export type FlowChange = Omit<FlowMod<Tagged>, "type" | "xid" | "outGroup"> & { readonly newCookie: bigint };

export function printFlowChange(flow: FlowChange, registry: Registry): Printed {
  const command = commands[flow.command];
  if (command === undefined) return { refusal: "OFPFMFC_BAD_COMMAND" };
  if (flow.flags & ~FLAGS) return { refusal: "OFPFMFC_BAD_FLAGS" };
  // 0xffff…: a cookie of all ones stands for none.
  const newCookie = flow.newCookie !== 0n && flow.newCookie !== 0xffff_ffff_ffff_ffffn;
  const words = [
    command,
    flow.tableId === 0 ? "" : `table:${flow.tableId}`,
    printMatch(flow.match, registry, flow.priority),
    newCookie ? `cookie:0x${flow.newCookie.toString(16)}` : "",
    flow.cookieMask === 0n ? "" : `cookie:0x${flow.cookie.toString(16)}/0x${flow.cookieMask.toString(16)}`,
    flow.idleTimeout === 0 ? "" : `idle:${flow.idleTimeout}`,
    flow.hardTimeout === 0 ? "" : `hard:${flow.hardTimeout}`,
    flow.bufferId === NO_BUFFER ? "" : `buf:0x${flow.bufferId.toString(16)}`,
    flow.outPort === Port.any ? "" : `out_port:${formatPort(flow.outPort)}`,
    `${flags(flow.flags)}actions=${formatInstructions(flow.instructions, registry)}`,
  ];
  return words.filter((word) => word !== "").reduce((text, word) => `${text} ${word}`, "");
}

const reasons = ["idle", "hard", "delete", "group_delete", "meter_delete", "eviction"];

/** Why a flow is gone. */
export function removalReason(reason: number): string {
  return reasons[reason] ?? String(reason);
}

export function printFlowRemoved(
  message: Omit<FlowRemoved, "type" | "xid">,
  { registry }: Pick<PrintContext, "registry">,
): string {
  const { cookie, reason, tableId, durationSec, durationNsec, idleTimeout, hardTimeout } = message;
  const words = [
    ` ${printMatch(message.match, registry, message.priority)}`,
    `reason=${removalReason(reason)}`,
    tableId === Table.all ? "" : `table_id=${tableId}`,
    cookie === 0n ? "" : `cookie:0x${cookie.toString(16)}`,
    `duration${duration(durationSec, durationNsec)}`,
    `idle${idleTimeout}`,
    hardTimeout === 0 ? "" : `hard${hardTimeout}`,
    `pkts${message.packetCount}`,
    `bytes${message.byteCount}\n`,
  ];
  return words.filter((word) => word !== "").join(" ");
}

export function printFlowStatsRequest(body: FlowSelection, { registry }: PrintContext): string {
  const table = body.tableId === Table.all ? "" : ` table=${body.tableId}`;
  const port = body.outPort === Port.any ? "" : ` out_port=${formatPort(body.outPort)}`;
  return `${table}${port} ${printMatch(body.match, registry)}`;
}

export function printFlowStats(flow: FlowStats<Tagged>, { registry }: PrintContext): string {
  const match = printMatch(flow.match, registry, flow.priority);
  const words = [
    `cookie=0x${flow.cookie.toString(16)}`,
    `duration=${duration(flow.durationSec, flow.durationNsec)}`,
    `table=${flow.tableId}`,
    `n_packets=${counter(flow.packetCount)}`,
    `n_bytes=${counter(flow.byteCount)}`,
    ...(flow.idleTimeout === 0 ? [] : [`idle_timeout=${flow.idleTimeout}`]),
    ...(flow.hardTimeout === 0 ? [] : [`hard_timeout=${flow.hardTimeout}`]),
  ];
  const rest = `${flags(flow.flags)}${match}${match === "" ? "" : " "}`;
  return `\n ${words.join(", ")}, ${rest}actions=${formatInstructions(flow.instructions, registry)}`;
}
