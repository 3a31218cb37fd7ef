import { within } from "../wire/index.ts";

/** Runs the reading or writing of one named part, so that an error in it tells where. */
export function part<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw within(name, error);
  }
}
