/** A connection under test whose history is recorded. */
import {
  createHistory,
  type History,
  type HistoryRecorder,
  type HistorySegment,
  type HistoryStep,
} from "../../../src/migration/history/index.ts";
import type { ConnectionEvent } from "../../../src/migration/machine/index.ts";
import { Run } from "../machine/scene.ts";

export class RecordedRun extends Run {
  recorder: HistoryRecorder | undefined;

  override event(event: ConnectionEvent): this {
    this.recorder ??= createHistory({ service: this.config.service });
    super.event(event);
    this.recorder.record(event, this.effects, this.phase);
    return this;
  }

  get history(): History {
    if (!this.recorder) throw new Error("nothing has happened");
    return this.recorder.history();
  }
}

export function stepsOf({ entries }: History): readonly HistoryStep[] {
  return entries.filter((entry): entry is HistoryStep => entry.type === "step");
}

/** Every segment in order: those that came and those that were sent for it. */
export function segmentsOf(history: History): readonly HistorySegment[] {
  return stepsOf(history).flatMap(({ cause, deeds }) => [
    ...(cause.type === "segment" ? [cause.segment] : []),
    ...deeds.flatMap((deed) => (deed.type === "segment" ? [deed.segment] : [])),
  ]);
}

/** `client>origin 1000,0 = 1000,0`: the sender's numbers, then the receiver's. */
export function told({ from, to, sent, received }: HistorySegment): string {
  return `${from}>${to} ${sent.seq},${sent.ack} = ${received.seq},${received.ack}`;
}
