/** What handles the events of a log. */
import type { JsonValue } from "../../ofp/json.ts";
import type { FlowKey } from "../../tcp/index.ts";
import { WireError } from "../../wire/index.ts";
import { sameKey } from "../connection.ts";
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionState,
  type Service,
  step,
} from "../machine/index.ts";
import type { LoggedEvent } from "./types.ts";

/** An effect, and the connection that it is about; without one in the log of a single connection. */
export type LoggedEffect = ConnectionEffect & { readonly about?: { readonly key: FlowKey } };

/** A state machine behind a log. */
export interface Machine {
  /** Like `step` and a tracker's `handle`. */
  readonly handle: (event: LoggedEvent) => readonly LoggedEffect[];
  /** Throws WireError for what is no snapshot of such a machine's. */
  readonly restore: (snapshot: JsonValue) => void;
  /** The phase of a connection; undefined when there is none. */
  readonly phaseOf: (key: FlowKey) => string | undefined;
  /** The service that a client would reach. */
  readonly serviceOf: (key: FlowKey) => Service | undefined;
}

/** One connection: {@link step} with its state. */
export interface StepMachine extends Machine {
  readonly state: () => ConnectionState | undefined;
}

/** Throws RangeError or TypeError for a configuration that is none. */
export function createStepMachine(config: ConnectionConfig): StepMachine {
  let state: ConnectionState | undefined;
  // Checks the configuration: nothing else happens without a connection.
  step(undefined, { type: "timer", at: 0 }, config);
  return {
    handle(event) {
      const result = step(state, event, config);
      state = result.state;
      return result.effects;
    },
    restore() {
      throw new WireError("unsupported", "a log of one connection holds no snapshot", 0);
    },
    phaseOf: (key) => (state && sameKey(key, state.connection.key) ? state.phase : undefined),
    serviceOf: () => config.service,
    state: () => state,
  };
}
