/** Event logs: a tracker that takes over from another one begins its own, and no more files are kept than a bound. */
import { createWriteStream, type WriteStream } from "node:fs";
import type { Log } from "./log.ts";

export interface EventLogs {
  /** The next log, which is made when its first line is written. */
  readonly next: () => (line: string) => void;
  readonly end: () => void;
}

/** The first log of a run, and its last ones. */
const MOST = 16;

/** `FILE`, `FILE.1` to `FILE.15`, and then `FILE.1` again: the beginning of a run stays, whatever comes. */
export function createEventLogs(path: string, log: Log, most = MOST): EventLogs {
  let stream: WriteStream | undefined;
  let count = 0;

  function open(): WriteStream {
    stream?.end();
    const name = count === 0 ? path : `${path}.${((count - 1) % (most - 1)) + 1}`;
    count += 1;
    log.info("an event log begins", { path: name });
    const own = createWriteStream(name, { flags: "w" });
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
        own ??= open();
        own.write(line);
      };
    },
    end: () => stream?.end(),
  };
}
