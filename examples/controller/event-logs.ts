/** Event logs: a tracker that takes over from another one begins its own, and no more files are kept than a bound. */
import { closeSync, createWriteStream, openSync, type WriteStream } from "node:fs";
import { systemCode, UserError } from "../first-light/errors.ts";
import type { Log } from "./log.ts";

export interface EventLogs {
  /** The next log, which is made when its first line is written. */
  readonly next: () => (line: string) => void;
  /**
   * From now on lines are written, those that wait first: a controller that cannot begin, because another one runs already, must not
   * write over the other one's log. Throws UserError when the first log cannot be written.
   */
  readonly begin: () => void;
  readonly end: () => void;
}

/** The first log of a run, and its last ones. */
const MOST = 16;
/** It holds what clients send. */
const OWNER_ONLY = 0o600;

/** `FILE`, `FILE.1` to `FILE.15`, and then `FILE.1` again: the beginning of a run stays, whatever comes. */
export function createEventLogs(path: string, log: Log, most = MOST): EventLogs {
  let stream: WriteStream | undefined;
  let count = 0;
  let isBegun = false;
  const waiting: (() => void)[] = [];

  function open(): WriteStream {
    stream?.end();
    const name = count === 0 ? path : `${path}.${((count - 1) % (most - 1)) + 1}`;
    count += 1;
    log.info("an event log begins", { path: name });
    const own = createWriteStream(name, { flags: "w", mode: OWNER_ONLY });
    own.on("error", (error) => {
      log.error("the event log cannot be written", { path: name, why: error.message });
    });
    stream = own;
    return own;
  }

  return {
    next() {
      let own: WriteStream | undefined;
      return (line) => {
        const write = (): void => {
          own ??= open();
          own.write(line);
        };
        if (isBegun) write();
        else waiting.push(write);
      };
    },
    begin() {
      isBegun = true;
      if (waiting.length === 0) return;
      try {
        closeSync(openSync(path, "a", OWNER_ONLY));
      } catch (error) {
        throw new UserError(`cannot write ${path}: ${systemCode(error) ?? String(error)}`);
      }
      for (const write of waiting.splice(0)) write();
    },
    end: () => stream?.end(),
  };
}
