/** The machine that a log was written beside, made again. */
import { part } from "../../ofp/part.ts";
import { WireError } from "../../wire/index.ts";
import type { ConnectionConfig } from "../machine/index.ts";
import { withFunctions } from "./hooks.ts";
import { createStepMachine, type Machine } from "./machine.ts";
import type { EventLog } from "./types.ts";

/** Answers for the functions of the configuration, which a log does not hold. */
export type Oracle = (hook: readonly string[], argument: unknown) => unknown;

/** Throws WireError for a configuration that is none. */
export function machineFor(log: EventLog, oracle: Oracle): Machine {
  const { config, hooks, of } = log;
  if (of === "tracker") throw new WireError("unsupported", "logs of a tracker cannot be replayed yet", 0);
  return part("config", () =>
    asWireError(() => {
      const whole = withFunctions(config, hooks, (path) => (argument: unknown) => oracle(path, argument));
      return createStepMachine(whole as ConnectionConfig);
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
