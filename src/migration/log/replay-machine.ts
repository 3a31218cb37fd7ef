/** The machine that a log was written beside, made again. */
import { part } from "../../ofp/part.ts";
import { WireError } from "../../wire/index.ts";
import type { ConnectionConfig } from "../machine/index.ts";
import { createTracker, type TrackerConfig } from "../tracker/index.ts";
import { asking, withFunctions } from "./hooks.ts";
import { type CreateTracker, createConnectionMachine, createTrackerMachine, type Machine } from "./machine.ts";
import type { EventLog } from "./types.ts";

/** Answers for the functions of the configuration, which a log does not hold. See {@link LoggedAnswer} for what is asked. */
export type Oracle = (hook: readonly string[], asked: unknown) => unknown;

/** Who handles the events of a log. */
export interface ReplayOptions {
  /** Makes the tracker that replays the log of one. Absent: the `createTracker` of this library. */
  readonly createTracker?: CreateTracker;
}

/** Takes the place of a secret that the log does not hold. */
const NO_SECRET = new Uint8Array(32);

/** Throws WireError for a configuration that is none. */
export function machineFor(log: EventLog, options: ReplayOptions, oracle: Oracle): Machine {
  const { config, hooks, of } = log;
  return part("config", () =>
    asWireError(() => {
      const whole = withFunctions(config, hooks, (path) => asking((asked) => oracle(path, asked)));
      if (of === "connection") return createConnectionMachine(whole as ConnectionConfig);
      return createTrackerMachine(
        { secret: NO_SECRET, ...(whole as Partial<TrackerConfig>) } as TrackerConfig,
        options.createTracker ?? createTracker,
      );
    }),
  );
}

/** What a builder says about its arguments, said about a log. */
export function asWireError<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new WireError("badValue", error.message, 0);
    throw error;
  }
}
