/** What handles the events of a log. */
import type { JsonValue } from "../../ofp/json.ts";
import type { FlowKey } from "../../tcp/index.ts";
import { WireError } from "../../wire/index.ts";
import { requireIp } from "../../wire/require.ts";
import { sameKey } from "../connection.ts";
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  type Service,
  step,
} from "../machine/index.ts";
import type { Tracker, TrackerConfig, TrackerEffect } from "../tracker/index.ts";
import type { LoggedEvent } from "./types.ts";

/** Makes a tracker: `createTracker`, or something that does more. */
export type CreateTracker = (config: TrackerConfig) => Tracker;

/** A state machine behind a log. */
export interface Machine {
  /** Like `step` and a tracker's `handle`. */
  readonly handle: (event: LoggedEvent) => readonly TrackerEffect[];
  /** Throws WireError for what is no snapshot of such a machine's. */
  readonly restore: (snapshot: JsonValue) => void;
  /** The phase of a connection; undefined when there is none. */
  readonly phaseOf: (key: FlowKey) => string | undefined;
  /** The service that a client would reach. */
  readonly serviceOf: (key: FlowKey) => Service | undefined;
}

/** All connections of a tracker. */
export function createTrackerMachine(config: TrackerConfig, create: CreateTracker): Machine {
  const tracker = create(config);
  const services = Object.values(config.services).map((service) => ({
    service,
    ip: requireIp("vip.ip", service.vip.ip),
    port: service.vip.port,
  }));
  return {
    handle: (event) => tracker.handle(event),
    restore: (snapshot) => {
      tracker.restore(snapshot);
    },
    phaseOf: (key) => tracker.connection(key)?.phase,
    serviceOf: ({ dst, dstPort }) => services.find(({ ip, port }) => ip === dst && port === dstPort)?.service,
  };
}

/** One connection: {@link step} with its state. */
export interface StepMachine {
  readonly handle: (event: ConnectionEvent) => readonly ConnectionEffect[];
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
    state: () => state,
  };
}

/** The same behind a log. */
export function createConnectionMachine(config: ConnectionConfig): Machine {
  const { handle, state } = createStepMachine(config);
  return {
    handle(event) {
      if (event.type !== "drain") return handle(event);
      throw new WireError("unsupported", "a log of one connection holds no drain", 0);
    },
    restore() {
      throw new WireError("unsupported", "a log of one connection holds no snapshot", 0);
    },
    phaseOf(key) {
      const now = state();
      return now && sameKey(key, now.connection.key) ? now.phase : undefined;
    },
    serviceOf: () => config.service,
  };
}
