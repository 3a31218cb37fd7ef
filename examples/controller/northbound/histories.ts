/** What happened to the connections of late, for whoever asks: a bounded number of them, each in bounded memory. */
import {
  type ConnectionEvent,
  type ConnectionPhase,
  createHistory,
  explainHistory,
  type HistoryFormat,
  type HistoryRecorder,
  type TrackedService,
  type TrackerEffect,
  type TrackerEvent,
  type UnclaimedEffect,
} from "../../../src/migration/index.ts";
import { decodeFrame, type FlowKey, flowKey, flowKeyText, reverseFlowKey } from "../../../src/tcp/index.ts";

export interface HistoriesOptions {
  /** So many connections are remembered; 0 for none. */
  readonly connections: number;
  /** And about so many entries of each. */
  readonly entries: number;
  readonly serviceOf: (key: FlowKey) => TrackedService | undefined;
  readonly phaseOf: (key: FlowKey) => ConnectionPhase | undefined;
}

export interface Histories {
  readonly record: (event: TrackerEvent, effects: readonly TrackerEffect[]) => void;
  /** Undefined for a connection that is not remembered. */
  readonly tell: (key: FlowKey, format: HistoryFormat, relative: boolean) => string | undefined;
  readonly size: number;
}

type OwnEffect = Exclude<TrackerEffect, UnclaimedEffect>;

interface Remembered {
  readonly key: FlowKey;
  readonly recorder: HistoryRecorder;
  phase: ConnectionPhase | undefined;
}

/** Whoever only sends SYNs must not make others forgotten. */
const UNIMPORTANT: ReadonlySet<ConnectionPhase | undefined> = new Set([undefined, "dead", "syn", "synAck"] as const);

function clientKey(event: TrackerEvent): FlowKey | undefined {
  if (event.type === "verdict") return event.verdict.key;
  if (event.type !== "packetIn") return undefined;
  try {
    return flowKey(decodeFrame(event.frame));
  } catch {
    // Whatever is no segment is no connection's.
    return undefined;
  }
}

export function createHistories(options: HistoriesOptions): Histories {
  /** Those that something happened to last are at the end. */
  const all = new Map<string, Remembered>();

  function makeRoom(): void {
    if (all.size < options.connections) return;
    const [oldest] = all.keys();
    const unimportant = [...all].find(([, { phase }]) => UNIMPORTANT.has(phase))?.[0];
    const least = unimportant ?? oldest;
    if (least !== undefined) all.delete(least);
  }

  /** A connection is remembered from its beginning on, or from where there is room for it. */
  function begin(name: string, key: FlowKey, phase: ConnectionPhase | undefined): Remembered | undefined {
    const service = options.serviceOf(key);
    const isNew = phase === "syn";
    if (!service || phase === undefined || (!isNew && all.size >= options.connections)) return undefined;
    makeRoom();
    const { origin, targets } = service;
    const remembered = {
      key,
      phase,
      recorder: createHistory({ service: { origin, targets }, key, limit: options.entries }),
    };
    all.set(name, remembered);
    return remembered;
  }

  function note(name: string, key: FlowKey, event: ConnectionEvent, own: readonly OwnEffect[]): void {
    const phase = options.phaseOf(key);
    const before = all.get(name);
    // The same addresses again: another connection.
    const isNext = phase === "syn" && before !== undefined && before.phase !== "syn";
    const remembered = before && !isNext ? before : begin(name, key, phase);
    if (!remembered) return;
    remembered.recorder.record(event, own, phase ?? "dead");
    remembered.phase = phase;
    all.delete(name);
    all.set(name, remembered);
  }

  function concerned(event: ConnectionEvent): readonly Remembered[] {
    const key = clientKey(event);
    if (key) {
      const found = all.get(flowKeyText(key)) ?? all.get(flowKeyText(reverseFlowKey(key)));
      return found ? [found] : [];
    }
    if (event.type === "timer" || event.type === "packetIn") return [];
    return [...all.values()].filter(({ recorder }) => recorder.concerns(event));
  }

  return {
    record(event, effects) {
      // A target that is drained keeps the connections that it has: none notices.
      if (options.connections === 0 || event.type === "drain") return;
      const own = new Map<string, { readonly key: FlowKey; readonly effects: OwnEffect[] }>();
      for (const effect of effects) {
        if (!effect.about) continue;
        const { key } = effect.about;
        const name = flowKeyText(key);
        const entry = own.get(name) ?? { key, effects: [] };
        own.set(name, entry);
        entry.effects.push(effect);
      }
      for (const { key } of own.size === 0 ? concerned(event) : []) own.set(flowKeyText(key), { key, effects: [] });
      for (const [name, { key, effects: mine }] of own) note(name, key, event, mine);
    },
    tell(key, format, relative) {
      const remembered = all.get(flowKeyText(key));
      return remembered && explainHistory(remembered.recorder.history(), format, { relative });
    },
    get size() {
      return all.size;
    },
  };
}
