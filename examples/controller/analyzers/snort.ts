/**
 * Snort 2.9's `-A unsock`: each alert is a unix datagram to `snort_alert` in Snort's log directory. Node has no datagram sockets of
 * that family, and the native module for them cuts a datagram at 65,536 bytes, where a record has 65,864. So `socat` receives, and hands
 * over a stream: all records have one length.
 */
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { decodeSnortAlert, WireError } from "../../../src/analyzer/index.ts";
import { systemCode, UserError } from "../../first-light/errors.ts";
import type { Log } from "../log.ts";
import { boundedWarn } from "./bounded-log.ts";
import { type Child, type ChildTiming, type Command, createChild } from "./child.ts";
import { createRecordReader } from "./record-reader.ts";
import { clearSocket } from "./socket-file.ts";

/** Where Snort writes to. */
export interface SnortPlace {
  /** Snort's log directory, its option `-l`. */
  readonly directory: string;
  /** Name or path of socat. */
  readonly socat: string;
  /** Who may write, as chmod has it: Snort may be another user. Undefined leaves it to the umask. */
  readonly mode: string | undefined;
  /** Length of a record: a build with OpenAppID has longer ones. */
  readonly recordBytes: number;
}

export interface SnortOptions {
  readonly place: SnortPlace;
  readonly alert: (record: Uint8Array) => void;
  /** Bytes that are no record. */
  readonly unreadable: () => void;
  readonly log: Log;
  readonly now: () => number;
  /** What receives instead of socat. */
  readonly command?: Command | undefined;
  readonly timing?: Partial<ChildTiming> | undefined;
}

export interface SnortReceiver {
  /** Rejects with UserError. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly starts: number;
}

/** Longer than any record: each datagram is read whole. */
const BLOCK = 131_072;
const FILE = "snort_alert";

/** socat(1): a backslash takes the meaning of the character behind it. */
function quoted(path: string): string {
  return path.replace(/[^\w./-]/g, "\\$&");
}

/**
 * The second part of the first address is what standard input is written to, that is nowhere: it is read because its end ends
 * socat, which does not outlive the controller then, however that ends.
 */
export function socatCommand({ directory, socat, mode }: SnortPlace): Command {
  const access = mode === undefined ? "" : `,mode=${mode}`;
  const from = `UNIX-RECV:${quoted(join(directory, FILE))}${access}!!OPEN:/dev/null,wronly`;
  return { program: socat, args: ["-t", "0", "-b", String(BLOCK), from, "STDIO"] };
}

async function requireFolder(directory: string): Promise<void> {
  try {
    await access(directory, constants.W_OK);
  } catch (error) {
    throw new UserError(`cannot make a socket in ${directory}: ${systemCode(error) ?? String(error)}`);
  }
}

export function createSnortReceiver({ place, alert, unreadable, log, now, ...options }: SnortOptions): SnortReceiver {
  const path = join(place.directory, FILE);
  const warn = boundedWarn(log, now);
  let output: object | undefined;

  function damaged(why: string): void {
    unreadable();
    warn("a record of Snort's that nobody can read", { path, why });
  }

  /** The connection of an alert may be none of ours; a record that is none says that the stream has lost its beat. */
  function isRecord(record: Uint8Array): boolean {
    try {
      decodeSnortAlert(record);
      return true;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      damaged(error.message);
      return false;
    }
  }

  const child: Child = createChild({
    command: options.command ?? socatCommand(place),
    hint: "install the package socat, or say with snort.socat where it is",
    async prepare() {
      await requireFolder(place.directory);
      await clearSocket(path);
    },
    // It was not there before: what nobody has open now is left over from ours.
    cleanUp: () => clearSocket(path),
    running(stream) {
      output = stream;
      const reader = createRecordReader(place.recordBytes, (bytes) => {
        damaged(`a datagram of ${bytes} bytes is no record of ${place.recordBytes}`);
      });
      stream.on("data", (chunk: Buffer) => {
        if (output !== stream) return;
        for (const record of reader.push(chunk, now())) {
          if (isRecord(record)) alert(record);
          else {
            // Another process begins with a whole datagram again.
            output = undefined;
            child.renew("its records cannot be told apart any more");
            return;
          }
        }
      });
    },
    ...{ log, now, ...(options.timing && { timing: options.timing }) },
  });

  return {
    start: child.start,
    stop: child.stop,
    get starts() {
      return child.starts;
    },
  };
}
