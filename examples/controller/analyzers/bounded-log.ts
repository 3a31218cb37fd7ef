/** Whoever sends nonsense shall not fill the log with it. */
import type { Fields, Log } from "../log.ts";

/** Between two lines. Milliseconds. */
const QUIET = 10_000;

/** Warnings, one at a time: those that come too soon after one are counted, and the next one tells how many. */
export function boundedWarn(log: Log, now: () => number, quietMs = QUIET): (text: string, fields: Fields) => void {
  let last = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (text, fields) => {
    if (now() < last + quietMs) {
      untold += 1;
      return;
    }
    log.warn(text, { ...fields, ...(untold > 0 && { untold }) });
    last = now();
    untold = 0;
  };
}
