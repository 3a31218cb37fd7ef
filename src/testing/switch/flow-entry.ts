/** A flow as the switch keeps it. */
import type { NiciraAction } from "../../nx/actions/index.ts";
import type { Action } from "../../ofp/action.ts";
import { Group } from "../../ofp/enums/group.ts";
import { Port } from "../../ofp/enums/port.ts";
import type { Instruction } from "../../ofp/instruction.ts";
import type { Match } from "../../ofp/match.ts";
import { type FlowStats, flowStats } from "../../ofp/messages/multipart/flow.ts";
import type { ReadyMatch } from "./match.ts";

export type SwitchAction = Action<NiciraAction>;
export type SwitchInstruction = Instruction<NiciraAction>;

export interface FlowEntry {
  readonly tableId: number;
  readonly priority: number;
  readonly match: Match;
  readonly ready: ReadyMatch;
  readonly cookie: bigint;
  readonly flags: number;
  /** Seconds; fin_timeout shortens them. */
  idleTimeout: number;
  hardTimeout: number;
  instructions: readonly SwitchInstruction[];
  packetCount: bigint;
  byteCount: bigint;
  /** Milliseconds of the switch's clock. */
  readonly createdAt: number;
  usedAt: number;
}

const MS_PER_SECOND = 1000;
const NS_PER_MS = 1_000_000;

/** The flow as statistics tell it. */
export function statsOf(entry: FlowEntry, now: number): FlowStats<NiciraAction> {
  return flowStats<NiciraAction>({
    ...durationOf(entry, now),
    tableId: entry.tableId,
    priority: entry.priority,
    idleTimeout: entry.idleTimeout,
    hardTimeout: entry.hardTimeout,
    flags: entry.flags,
    cookie: entry.cookie,
    packetCount: entry.packetCount,
    byteCount: entry.byteCount,
    match: entry.match,
    instructions: entry.instructions,
  });
}

export function durationOf(entry: FlowEntry, now: number): { durationSec: number; durationNsec: number } {
  const age = now - entry.createdAt;
  return {
    durationSec: Math.floor(age / MS_PER_SECOND),
    durationNsec: Math.floor((age % MS_PER_SECOND) * NS_PER_MS),
  };
}

/** Every action of the flow, applied or written. */
export function* actionsOf(entry: FlowEntry): Iterable<SwitchAction> {
  for (const instruction of entry.instructions) {
    if (instruction.type === "applyActions" || instruction.type === "writeActions") yield* instruction.actions;
  }
}

/** Whether the flow passes the filters of a deletion or a request for statistics. */
export function passesFilters(
  entry: FlowEntry,
  filters: {
    readonly outPort: number;
    readonly outGroup: number;
    readonly cookie: bigint;
    readonly cookieMask: bigint;
  },
): boolean {
  const { outPort, outGroup, cookie, cookieMask } = filters;
  if ((entry.cookie & cookieMask) !== (cookie & cookieMask)) return false;
  if (outPort !== Port.any && !some(entry, (action) => action.type === "output" && action.port === outPort))
    return false;
  return outGroup === Group.any || some(entry, (action) => action.type === "group" && action.groupId === outGroup);
}

function some(entry: FlowEntry, test: (action: SwitchAction) => boolean): boolean {
  for (const action of actionsOf(entry)) if (test(action)) return true;
  return false;
}

/** OpenFlow 1.3.5 §5.4: the entry that packets meet when no other matches. */
export function isTableMiss(entry: FlowEntry): boolean {
  return entry.priority === 0 && entry.ready.size === 0;
}
