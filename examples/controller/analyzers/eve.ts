/**
 * Suricata's EVE log as it comes over a stream: Suricata connects to a unix socket (`filetype: unix_stream`), others to a TCP port.
 * A file that grows is not read here: `tail -F` follows it through rotations, and socat brings its lines.
 */
import { chmod } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { LineReader, WireError } from "../../../src/analyzer/index.ts";
import { UserError } from "../../first-light/errors.ts";
import type { Log } from "../log.ts";
import { boundedWarn } from "./bounded-log.ts";
import { clearSocket } from "./socket-file.ts";

/** Where the writers of a log connect. */
export type EvePlace =
  | {
      readonly path: string;
      /** Who may connect, as chmod has it. Undefined leaves it to the umask. */
      readonly mode: string | undefined;
    }
  | { readonly host: string; readonly port: number };

export interface EveLimits {
  /** Connections at the same time. */
  readonly writers: number;
  /** Longest line, in bytes. */
  readonly line: number;
}

export const eveLimits: EveLimits = { writers: 16, line: 2 ** 20 };

export interface EveOptions {
  readonly place: EvePlace;
  readonly line: (text: string) => void;
  /** A line that is too long, which ends its connection. */
  readonly unreadable: () => void;
  readonly log: Log;
  readonly now: () => number;
  readonly limits?: Partial<EveLimits> | undefined;
}

export interface EveServer {
  /** Resolves with the port, which a path has none of. Rejects with UserError. */
  readonly listen: () => Promise<number | undefined>;
  readonly close: () => Promise<void>;
  readonly writers: number;
  /** Writers that were turned away because there were too many. */
  readonly refused: number;
}

/** A TCP writer that is gone without a word is found out. Milliseconds. */
const KEEPALIVE = 60_000;

function nameOf(place: EvePlace): string {
  return "path" in place ? place.path : `${place.host} port ${place.port}`;
}

export function createEveServer({ place, line, unreadable, log, now, ...options }: EveOptions): EveServer {
  const limits: EveLimits = { ...eveLimits, ...options.limits };
  const where = nameOf(place);
  const warn = boundedWarn(log, now);
  const writers = new Set<Socket>();
  let refused = 0;

  function accept(socket: Socket): void {
    socket.on("error", (error) => {
      log.debug("a writer of an EVE log", { where, why: error.message });
    });
    if (writers.size >= limits.writers) {
      refused += 1;
      warn("too many writers of an EVE log", { where, most: limits.writers });
      socket.destroy();
      return;
    }
    writers.add(socket);
    socket.setKeepAlive(true, KEEPALIVE);
    const reader = new LineReader({ maxLength: limits.line });
    const read = (lines: () => readonly string[]): void => {
      try {
        for (const text of lines()) line(text);
        if (reader.failure) throw reader.failure;
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        unreadable();
        warn("an EVE log that nobody can read", { where, why: error.message });
        socket.destroy();
      }
    };
    socket.on("data", (chunk) => {
      if (!reader.failure) read(() => reader.push(chunk));
    });
    socket.on("end", () => {
      if (reader.failure) return;
      read(() => {
        const rest = reader.end();
        return rest === undefined ? [] : [rest];
      });
    });
    socket.on("close", () => writers.delete(socket));
  }

  const server = createServer(accept);
  return {
    async listen() {
      if ("path" in place) await clearSocket(place.path);
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error) => {
          reject(new UserError(`cannot listen on ${where}: ${error.message}`));
        });
        server.listen("path" in place ? { path: place.path } : { host: place.host, port: place.port }, resolve);
      });
      server.on("error", (error) => {
        log.error("the socket for EVE logs", { where, why: error.message });
      });
      if ("path" in place && place.mode !== undefined) await chmod(place.path, Number.parseInt(place.mode, 8));
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : undefined;
      log.info("listening for EVE logs", "path" in place ? { path: place.path } : { host: place.host, port });
      return port;
    },
    async close() {
      for (const socket of writers) socket.destroy();
      // The file of a unix socket goes with it.
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
    get writers() {
      return writers.size;
    },
    get refused() {
      return refused;
    },
  };
}
