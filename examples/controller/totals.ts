/** Counters that go on when a new tracker takes the place of one: those of a tracker begin at 0. */
import type { TrackerTotals } from "../../src/migration/index.ts";

type Counts<K extends string> = Readonly<Partial<Record<K, number>>>;

function sum<K extends string, T extends Counts<K>>(a: T, b: T): T {
  const both = new Map<string, number>(Object.entries(a) as [string, number][]);
  for (const [name, count] of Object.entries(b) as [string, number][]) both.set(name, (both.get(name) ?? 0) + count);
  return Object.fromEntries(both) as T;
}

export function addTotals(a: TrackerTotals | undefined, b: TrackerTotals): TrackerTotals {
  if (!a) return b;
  return {
    events: sum(a.events, b.events),
    effects: sum(a.effects, b.effects),
    reports: sum(a.reports, b.reports),
    connections: a.connections + b.connections,
    evicted: a.evicted + b.evicted,
    notTracked: a.notTracked + b.notTracked,
    unexpected: a.unexpected + b.unexpected,
  };
}
