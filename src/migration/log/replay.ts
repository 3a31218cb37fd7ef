/** The same events, once more. */
import { toJSON, valueFromJSON } from "../../ofp/json.ts";
import { part } from "../../ofp/part.ts";
import { quote } from "../../wire/index.ts";
import type { TrackerEffect } from "../tracker/index.ts";
import { type Difference, firstDifference } from "./difference.ts";
import type { Machine } from "./machine.ts";
import { asWireError, machineFor, type ReplayOptions } from "./replay-machine.ts";
import type { EventLog, LoggedAnswer, LogRecord } from "./types.ts";
import { effectsToJSON } from "./write.ts";

/** What one record of a log led to. */
export interface ReplayedRecord {
  /** Counted from 0. */
  readonly index: number;
  readonly record: LogRecord;
  readonly effects: readonly TrackerEffect[];
  /** How they differ from the recorded ones; undefined when they are the same, or none were recorded. */
  readonly difference: Difference | undefined;
  /** A question that the log does not answer: the machine has gone another way than the one that was recorded. */
  readonly unanswered: string | undefined;
}

/** What a replay amounts to. */
export interface ReplayResult {
  readonly records: number;
  /** How many of them were events; the others are snapshots. */
  readonly events: number;
  /** How many events had effects to compare. */
  readonly compared: number;
  /** The first record that came out different. */
  readonly first: ReplayedRecord | undefined;
}

/** A replay in progress: records as they come, and the machine for those who look at its connections. */
export interface Replay {
  readonly machine: Pick<Machine, "phaseOf" | "serviceOf">;
  readonly records: Iterable<ReplayedRecord>;
}

/**
 * Gives the events of a log to a machine of the same configuration, one by one as they are asked for. Throws WireError for a
 * configuration, and while it runs for an event, that no machine takes.
 */
export function startReplay(log: EventLog, options: ReplayOptions = {}): Replay {
  let answers: readonly LoggedAnswer[] = [];
  let unanswered: string | undefined;
  const machine = machineFor(log, options, (hook, question) => {
    const [next, ...rest] = answers;
    const asked = toJSON(question);
    if (next && firstDifference([...next.hook], [...hook]) === undefined && !firstDifference(next.asked, asked)) {
      answers = rest;
      return next.answer === undefined ? undefined : valueFromJSON(next.answer);
    }
    unanswered ??= `${hook.join(".")}(${quote(JSON.stringify(asked))})`;
    return undefined;
  });

  function* records(): Generator<ReplayedRecord> {
    for (const [index, record] of log.records.entries()) {
      answers = record.type === "event" ? record.answers : [];
      unanswered = undefined;
      const effects = part(`records[${index}]`, () => asWireError(() => run(machine, record)));
      const recorded = record.type === "event" ? record.effects : undefined;
      const difference = recorded && firstDifference(recorded, effectsToJSON(effects), "effects");
      yield { index, record, effects, difference, unanswered };
    }
  }

  return { machine, records: records() };
}

function run(machine: Machine, record: LogRecord): readonly TrackerEffect[] {
  if (record.type === "event") return machine.handle(record.event);
  machine.restore(record.snapshot);
  return [];
}

/** Replays a whole log and compares. Throws WireError as {@link startReplay} does. */
export function replay(log: EventLog, options: ReplayOptions = {}): ReplayResult {
  let records = 0;
  let events = 0;
  let compared = 0;
  let first: ReplayedRecord | undefined;
  for (const replayed of startReplay(log, options).records) {
    records++;
    if (replayed.record.type === "event") {
      events++;
      if (replayed.record.effects) compared++;
    }
    if (!first && (replayed.difference ?? replayed.unanswered) !== undefined) first = replayed;
  }
  return { records, events, compared, first };
}
