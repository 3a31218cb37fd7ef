/** Counters. */
import { type ConnectionPhase, phases, type ReportCode } from "../machine/index.ts";
import type { Book } from "./book.ts";
import type { ServiceSetup } from "./config.ts";
import type { TrackerEffect } from "./effect.ts";
import type { TrackerEvent } from "./event.ts";
import type { RelayedTable } from "./relayed.ts";

/** What has happened since the tracker was made. These numbers only grow. */
export interface TrackerTotals {
  readonly events: Readonly<Record<TrackerEvent["type"], number>>;
  readonly effects: Readonly<Partial<Record<TrackerEffect["type"], number>>>;
  readonly reports: Readonly<Partial<Record<ReportCode, number>>>;
  /** Connections that were tracked. */
  readonly connections: number;
  /** Half-open connections that made room for others. */
  readonly evicted: number;
  /** SYNs that were relayed because there was no room, or because their addresses were in use. */
  readonly notTracked: number;
  /** Answers of a switch that no connection waited for. */
  readonly unexpected: number;
}

/** See {@link Tracker.stats}: everything but `totals` is zero when nothing is tracked. */
export interface TrackerStats {
  /** Tracked ones. */
  readonly connections: number;
  readonly phases: Readonly<Record<ConnectionPhase, number>>;
  readonly halfOpen: number;
  /** Networks that half-open connections come from. */
  readonly sources: number;
  /** Bytes of the frames that are held. */
  readonly heldBytes: number;
  readonly heldSegments: number;
  /** SYNs remembered beside connections. */
  readonly candidates: number;
  /** Messages that the switches have not confirmed. */
  readonly awaited: number;
  /** Connections that are relayed without being tracked. */
  readonly relayed: number;
  /**
   * Connections that a target has, or is being asked to take, by service and target; under `origin` those that have come back to a
   * parked server 1, while there are some.
   */
  readonly targets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly totals: TrackerTotals;
}

/** Where the totals are counted. */
export interface Counters {
  readonly events: Map<TrackerEvent["type"], number>;
  readonly effects: Map<TrackerEffect["type"], number>;
  readonly reports: Map<ReportCode, number>;
  connections: number;
  evicted: number;
  notTracked: number;
  unexpected: number;
}

export function createCounters(): Counters {
  return {
    events: new Map(),
    effects: new Map(),
    reports: new Map(),
    connections: 0,
    evicted: 0,
    notTracked: 0,
    unexpected: 0,
  };
}

function increase<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

export function count(counters: Counters, event: TrackerEvent, effects: readonly TrackerEffect[]): void {
  increase(counters.events, event.type);
  for (const effect of effects) {
    increase(counters.effects, effect.type);
    if (effect.type === "report") increase(counters.reports, effect.code);
  }
}

function recordOf<K extends string>(keys: readonly K[], numberOf: (key: K) => number): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, numberOf(key)])) as Record<K, number>;
}

const eventTypes: readonly TrackerEvent["type"][] = [
  "packetIn",
  "verdict",
  "error",
  "barrierReply",
  "flowRemoved",
  "flowStats",
  "timer",
  "switchLost",
  "switchBack",
  "drain",
];

export function statsOf(
  book: Book,
  relayed: RelayedTable,
  counters: Counters,
  services: readonly ServiceSetup[],
): TrackerStats {
  const byPhase = new Map<ConnectionPhase, number>();
  const byTarget = new Map<string, Map<string, number>>(
    services.map(({ name, settings }) => [name, new Map(Object.keys(settings.targets).map((target) => [target, 0]))]),
  );
  for (const { state, service } of book.byClient.values()) {
    increase(byPhase, state.phase);
    const targets = byTarget.get(service.name);
    const target = state.takeover?.target ?? state.previous?.target;
    if (target !== undefined && targets) increase(targets, target);
  }
  const { heldBytes, heldSegments, halfOpen, candidates } = book.weight;
  return {
    connections: book.byClient.size,
    phases: recordOf(phases, (phase) => byPhase.get(phase) ?? 0),
    halfOpen,
    sources: book.bySource.size,
    heldBytes,
    heldSegments,
    candidates,
    awaited: book.byId.size,
    relayed: relayed.size,
    targets: Object.fromEntries([...byTarget].map(([name, targets]) => [name, Object.fromEntries(targets)])),
    totals: {
      events: recordOf(eventTypes, (type) => counters.events.get(type) ?? 0),
      effects: Object.fromEntries(counters.effects),
      reports: Object.fromEntries(counters.reports),
      connections: counters.connections,
      evicted: counters.evicted,
      notTracked: counters.notTracked,
      unexpected: counters.unexpected,
    },
  };
}
