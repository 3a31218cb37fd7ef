/** The connections of a log, and the history of one of them. */
import { type FlowKey, flowKeyText } from "../../tcp/index.ts";
import { WireError } from "../../wire/index.ts";
import { sameKey } from "../connection.ts";
import { createHistory, type History, type HistoryRecorder } from "../history/index.ts";
import { readSegment } from "../segment.ts";
import type { TrackerEffect, UnclaimedEffect } from "../tracker/index.ts";
import type { Machine } from "./machine.ts";
import { type ReplayedRecord, startReplay } from "./replay.ts";
import type { ReplayOptions } from "./replay-machine.ts";
import type { EventLog, LoggedEvent } from "./types.ts";

/** Finds the connections of a replay by their clients' segments to a service. */
export interface ConnectionFinder {
  /** The connections that a record is about, as far as they have begun. */
  readonly about: (replayed: ReplayedRecord) => readonly FlowKey[];
  /** All of them, in the order in which they began. */
  readonly all: () => readonly FlowKey[];
}

/** For a replay that is about to begin. */
export function createFinder(machine: Pick<Machine, "phaseOf">): ConnectionFinder {
  const known = new Map<string, FlowKey>();
  const learn = (key: FlowKey): FlowKey => {
    const text = flowKeyText(key);
    const first = known.get(text) ?? key;
    known.set(text, first);
    return first;
  };
  return {
    about({ record, effects }) {
      const keys = new Map<string, FlowKey>();
      const add = (key: FlowKey | undefined): void => {
        if (key) keys.set(flowKeyText(key), learn(key));
      };
      if (record.type === "event") add(keyOf(record.event, machine));
      for (const effect of effects) add(subjectOf(effect));
      return [...keys.values()];
    },
    all: () => [...known.values()],
  };
}

/** The connection that an event names itself: a verdict's, or that of a client's segment. */
function keyOf(event: LoggedEvent, { phaseOf }: Pick<Machine, "phaseOf">): FlowKey | undefined {
  if (event.type === "verdict") return phaseOf(event.verdict.key) === undefined ? undefined : event.verdict.key;
  if (event.type !== "packetIn" || event.frame.length < 14) return undefined;
  const { segment } = readSegment(event.frame, "frame");
  return segment && phaseOf(segment.key) !== undefined ? segment.key : undefined;
}

function subjectOf(effect: TrackerEffect): FlowKey | undefined {
  if (effect.type === "unclaimed") return undefined;
  if (effect.about) return effect.about.key;
  return effect.type === "inspect" ? effect.key : undefined;
}

/** Options of {@link historyOf}. */
export interface HistoryOfOptions extends ReplayOptions {
  /** See `HistoryConfig`. */
  readonly limit?: number;
}

/**
 * The history of one connection, by a replay of the log; without a key, of the first connection that begins in it. Throws
 * WireError `badValue` when there is none, and as `startReplay` does.
 */
export function historyOf(log: EventLog, key?: FlowKey, options: HistoryOfOptions = {}): History {
  const { machine, records } = startReplay(log, options);
  const finder = createFinder(machine);
  const { limit } = options;
  let wanted = key;
  let recorder: HistoryRecorder | undefined;
  for (const replayed of records) {
    const { record, effects } = replayed;
    const about = finder.about(replayed);
    wanted ??= about[0];
    // A target that is drained keeps the connections that it has: none notices.
    if (record.type !== "event" || record.event.type === "drain" || !wanted) continue;
    const subject = wanted;
    const service = machine.serviceOf(subject);
    if (!recorder && service && about.some((one) => sameKey(one, subject))) {
      recorder = createHistory({ ...(limit !== undefined && { limit }), service, key: subject });
    }
    const own = effects.filter((effect): effect is OwnEffect => isOwn(effect, log.of, subject));
    const { event } = record;
    if (recorder && (log.of === "connection" || own.length > 0 || recorder.concerns(event))) {
      recorder.record(event, own, machine.phaseOf(subject));
    }
  }
  if (recorder) return recorder.history();
  const name = wanted ? flowKeyText(wanted) : "connection";
  const found = finder.all().map(flowKeyText);
  const others = found.length === 0 ? "it has none at all" : `it has ${found.slice(0, 10).join(", ")}`;
  throw new WireError("badValue", `the log has no ${name}; ${others}`, 0);
}

type OwnEffect = Exclude<TrackerEffect, UnclaimedEffect>;

function isOwn(effect: TrackerEffect, of: EventLog["of"], key: FlowKey): boolean {
  if (of === "connection") return true;
  const subject = subjectOf(effect);
  return subject !== undefined && sameKey(subject, key);
}
