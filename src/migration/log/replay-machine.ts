/** The machine that a log was written beside, made again. */
import { part } from "../../ofp/part.ts";
import { WireError } from "../../wire/index.ts";
import type { ConnectionConfig } from "../machine/index.ts";
import { withFunctions } from "./hooks.ts";
import { type CreateTracker, createStepMachine, createTrackerMachine, type Machine } from "./machine.ts";
import type { TrackerSettings } from "./settings.ts";
import type { EventLog } from "./types.ts";

/** Answers for the functions of the configuration, which a log does not hold. */
export type Oracle = (hook: readonly string[], argument: unknown) => unknown;

/** Who handles the events of a log. */
export interface ReplayOptions {
  /** Makes the tracker that the log of one was written beside; there is no other way to replay such a log. */
  readonly createTracker?: CreateTracker;
}

/** Takes the place of a secret that the log does not hold. */
const NO_SECRET = new Uint8Array(32);

/** Throws WireError for a configuration that is none. */
export function machineFor(log: EventLog, { createTracker }: ReplayOptions, oracle: Oracle): Machine {
  const { config, hooks, of } = log;
  return part("config", () =>
    asWireError(() => {
      const whole = withFunctions(config, hooks, (path) => (argument: unknown) => oracle(path, argument));
      if (of === "connection") return createStepMachine(whole as ConnectionConfig);
      if (!createTracker)
        throw new WireError("unsupported", "this is the log of a tracker, and there is none to replay it", 0);
      return createTrackerMachine(
        { secret: NO_SECRET, ...(whole as Partial<TrackerSettings>) } as TrackerSettings,
        createTracker,
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
