/** The flow tables: which entry a packet hits, and what flow-mods do to them (OpenFlow 1.3.5 §6.4). */
import type { NiciraAction } from "../../nx/actions/index.ts";
import { FlowModFailedCode } from "../../ofp/enums/error.ts";
import { FlowModFlags, FlowRemovedReason } from "../../ofp/enums/flow.ts";
import { Table } from "../../ofp/enums/table.ts";
import type { FlowMod } from "../../ofp/messages/flow-mod.ts";
import { type FlowEntry, passesFilters } from "./flow-entry.ts";
import { covers, hits, overlaps, type ReadyMatch, sameMatch } from "./match.ts";
import type { Packet } from "./packet.ts";
import { flowModFailed } from "./refusal.ts";

/** An entry that went, for the message that tells. */
export interface Removal {
  readonly entry: FlowEntry;
  readonly reason: FlowRemovedReason;
}

const MS_PER_SECOND = 1000;
const NO_ENTRIES: readonly FlowEntry[] = [];

export class FlowTables {
  /** By table; the entries of each with the highest priority first, of one priority in the order of their arrival. */
  private readonly tables = new Map<number, FlowEntry[]>();
  private readonly maxFlows: number;

  constructor(maxFlows: number) {
    this.maxFlows = maxFlows;
  }

  get size(): number {
    let size = 0;
    for (const entries of this.tables.values()) size += entries.length;
    return size;
  }

  /** All entries, by table, highest priority first. */
  *entries(tableId: number = Table.all): Iterable<FlowEntry> {
    const ids = tableId === Table.all ? [...this.tables.keys()].sort((a, b) => a - b) : [tableId];
    for (const id of ids) yield* this.tables.get(id) ?? NO_ENTRIES;
  }

  lookup(tableId: number, packet: Packet): FlowEntry | undefined {
    return this.tables.get(tableId)?.find((entry) => hits(entry.ready, packet));
  }

  /** Throws a refusal for an overlap that the message asks to be told of, and when there is no room. */
  add(message: FlowMod<NiciraAction>, ready: ReadyMatch, now: number): void {
    const { tableId, priority } = message;
    const entries = this.tables.get(tableId) ?? [];
    const same = entries.findIndex((entry) => entry.priority === priority && sameMatch(entry.ready, ready));
    // As in Open vSwitch, an entry that the new one replaces is no overlap.
    if (same < 0 && (message.flags & FlowModFlags.checkOverlap) !== 0) {
      const rival = entries.some((entry) => entry.priority === priority && overlaps(entry.ready, ready));
      if (rival) throw flowModFailed(FlowModFailedCode.overlap);
    }
    const old = same < 0 ? undefined : entries[same];
    if (!old && this.size >= this.maxFlows) throw flowModFailed(FlowModFailedCode.tableFull);
    const keepsCounters = old && (message.flags & FlowModFlags.resetCounts) === 0;
    const entry: FlowEntry = {
      tableId,
      priority,
      match: message.match,
      ready,
      cookie: message.cookie,
      flags: message.flags,
      idleTimeout: message.idleTimeout,
      hardTimeout: message.hardTimeout,
      instructions: message.instructions,
      packetCount: keepsCounters ? old.packetCount : 0n,
      byteCount: keepsCounters ? old.byteCount : 0n,
      createdAt: now,
      usedAt: now,
    };
    this.tables.set(tableId, entries);
    if (old) entries[same] = entry;
    else entries.splice(placeOf(entries, priority), 0, entry);
  }

  /** Gives the entries that the message selects its instructions; cookie, timeouts, flags and counters stay. */
  modify(message: FlowMod<NiciraAction>, ready: ReadyMatch, strict: boolean): void {
    for (const entry of this.selected(message, ready, strict)) {
      if ((entry.cookie & message.cookieMask) !== (message.cookie & message.cookieMask)) continue;
      entry.instructions = message.instructions;
      if ((message.flags & FlowModFlags.resetCounts) !== 0) {
        entry.packetCount = 0n;
        entry.byteCount = 0n;
      }
    }
  }

  delete(message: FlowMod<NiciraAction>, ready: ReadyMatch, strict: boolean): Removal[] {
    const doomed = this.selected(message, ready, strict).filter((entry) => passesFilters(entry, message));
    return this.remove(doomed.map((entry) => ({ entry, reason: FlowRemovedReason.delete })));
  }

  /** When the next flow runs out, if no packet comes before. */
  nextEnd(): number | undefined {
    let next = Infinity;
    for (const { createdAt, usedAt, hardTimeout, idleTimeout } of this.entries()) {
      if (hardTimeout !== 0) next = Math.min(next, createdAt + hardTimeout * MS_PER_SECOND);
      if (idleTimeout !== 0) next = Math.min(next, usedAt + idleTimeout * MS_PER_SECOND);
    }
    return next === Infinity ? undefined : next;
  }

  /** Removes what has run out by now. */
  expire(now: number): Removal[] {
    const expired: Removal[] = [];
    for (const entry of this.entries()) {
      const { createdAt, usedAt, hardTimeout, idleTimeout } = entry;
      if (hardTimeout !== 0 && now - createdAt >= hardTimeout * MS_PER_SECOND) {
        expired.push({ entry, reason: FlowRemovedReason.hardTimeout });
      } else if (idleTimeout !== 0 && now - usedAt >= idleTimeout * MS_PER_SECOND) {
        expired.push({ entry, reason: FlowRemovedReason.idleTimeout });
      }
    }
    return this.remove(expired);
  }

  /** What the tables are now; calling the result brings it back. */
  remember(): () => void {
    const before = [...this.tables].map(([id, entries]) => {
      const kept = entries.map(({ instructions, packetCount, byteCount }) => ({
        instructions,
        packetCount,
        byteCount,
      }));
      return { id, entries: [...entries], kept };
    });
    return () => {
      this.tables.clear();
      for (const { id, entries, kept } of before) {
        for (const [index, entry] of entries.entries()) Object.assign(entry, kept[index]);
        this.tables.set(id, entries);
      }
    };
  }

  private selected(message: FlowMod<NiciraAction>, ready: ReadyMatch, strict: boolean): FlowEntry[] {
    return [...this.entries(message.tableId)].filter((entry) =>
      strict ? entry.priority === message.priority && sameMatch(entry.ready, ready) : covers(ready, entry.ready),
    );
  }

  private remove(removals: Removal[]): Removal[] {
    const doomed = new Set(removals.map(({ entry }) => entry));
    for (const [tableId, entries] of this.tables) {
      const left = entries.filter((entry) => !doomed.has(entry));
      if (left.length < entries.length) this.tables.set(tableId, left);
    }
    return removals;
  }
}

/** Behind everything of the same priority. */
function placeOf(entries: readonly FlowEntry[], priority: number): number {
  const place = entries.findIndex((entry) => entry.priority < priority);
  return place < 0 ? entries.length : place;
}
