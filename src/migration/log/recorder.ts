/** A machine that writes down what it is told. */
import { toJSON, valueFromJSON } from "../../ofp/json.ts";
import type { ConnectionConfig, ConnectionEffect, ConnectionEvent, ConnectionState } from "../machine/index.ts";
import { createTracker, type Tracker, type TrackerConfig } from "../tracker/index.ts";
import { type CreateTracker, createStepMachine } from "./machine.ts";
import { eventLine, type RecorderOptions, restoreLine, tapped } from "./write.ts";

/** One connection, and the log that is written of it. */
export interface ConnectionRecorder {
  /** Like `step`, with the state kept here. */
  readonly handle: (event: ConnectionEvent) => readonly ConnectionEffect[];
  /** As the last event left it. */
  readonly state: () => ConnectionState | undefined;
}

/**
 * Follows one connection and writes a log of it. What the functions of the configuration answer is written down, so that a replay
 * needs none of them. The log holds the frames as they came, data and all.
 *
 * Throws RangeError or TypeError for a configuration or options that are none.
 */
export function recordConnection(config: ConnectionConfig, options: RecorderOptions): ConnectionRecorder {
  const tap = tapped("connection", config, options);
  const machine = createStepMachine(tap.config);
  options.write(tap.header);
  return {
    handle(event) {
      tap.answers();
      const effects = machine.handle(event);
      options.write(eventLine(event, tap.answers(), options.effects === false ? undefined : effects));
      return effects;
    },
    state: machine.state,
  };
}

/** What {@link recordTracker} is told. */
export interface TrackerRecorderOptions extends RecorderOptions {
  /** Makes the tracker. Absent: the `createTracker` of this library. */
  readonly createTracker?: CreateTracker;
}

/**
 * Makes a tracker and writes a log of it: of every event that it handles, and of every snapshot that it is given. What
 * {@link recordConnection} says holds here, too.
 *
 * Throws what `createTracker` throws, and RangeError or TypeError for options that are none.
 */
export function recordTracker(config: TrackerConfig, options: TrackerRecorderOptions): Tracker {
  const tap = tapped("tracker", config, options);
  const create = options.createTracker ?? createTracker;
  if (typeof create !== "function") throw new TypeError("options.createTracker must be a function");
  const tracker = create(tap.config);
  options.write(tap.header);
  return {
    ...tracker,
    handle(event) {
      tap.answers();
      const effects = tracker.handle(event);
      options.write(eventLine(event, tap.answers(), options.effects === false ? undefined : effects));
      return effects;
    },
    restore(snapshot) {
      tracker.restore(snapshot);
      options.write(restoreLine(toJSON(valueFromJSON(snapshot))));
    },
  };
}
