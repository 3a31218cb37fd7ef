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
import type { TrackerSettings } from "./settings.ts";
import type { LoggedEvent } from "./types.ts";

/** A frame that a tracker leaves to the rest of its controller. */
export interface LeftEffect {
  readonly type: "unclaimed";
  readonly id: number;
  readonly dpid: bigint;
  readonly why: string;
  readonly about?: undefined;
}

/** An effect, and the connection that it is about; without one in the log of a single connection. */
export type LoggedEffect = (ConnectionEffect & { readonly about?: { readonly key: FlowKey } }) | LeftEffect;

/** What a log needs of a tracker. */
export interface LoggedTracker {
  /** Takes an event. Throws RangeError or TypeError for what is none. */
  readonly handle: (event: LoggedEvent) => readonly LoggedEffect[];
  /** Throws WireError for what is no snapshot. */
  readonly restore: (snapshot: unknown) => void;
  /** Those that it tracks now. */
  readonly connections: () => Iterable<{ readonly key: FlowKey; readonly phase: string }>;
}

/** Makes a tracker of a configuration that was read from a log. */
export type CreateTracker = (config: TrackerSettings) => LoggedTracker;

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

/** All connections of a tracker. */
export function createTrackerMachine(config: TrackerSettings, create: CreateTracker): Machine {
  const tracker = create(config);
  return {
    handle: (event) => tracker.handle(event),
    restore: (snapshot) => {
      tracker.restore(snapshot);
    },
    phaseOf(key) {
      for (const one of tracker.connections()) if (sameKey(one.key, key)) return one.phase;
      return undefined;
    },
    serviceOf: ({ dst, dstPort }) =>
      Object.values(config.services).find(({ vip }) => vip.ip === dst && vip.port === dstPort),
  };
}

/** One connection: {@link step} with its state. */
export interface StepMachine extends Machine {
  readonly handle: (event: LoggedEvent) => readonly ConnectionEffect[];
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
