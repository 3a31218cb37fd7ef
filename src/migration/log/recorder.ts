/** A machine that writes down what it is told. */
import type { ConnectionConfig, ConnectionEffect, ConnectionEvent, ConnectionState } from "../machine/index.ts";
import { createStepMachine } from "./machine.ts";
import { eventLine, type RecorderOptions, tapped } from "./write.ts";

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
