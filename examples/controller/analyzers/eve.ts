/**
 * Suricata's EVE log as it comes over a stream: Suricata connects to a unix socket (`filetype: unix_stream`), others to a TCP port.
 * A file that grows is not read here: `tail -F` follows it through rotations, and socat brings its lines.
 */
import { chmod } from "node:fs/promises";
import { type AddressInfo, BlockList, createServer, type Socket } from "node:net";
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

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function isLoopback({ address, family }: AddressInfo): boolean {
  return loopback.check(address, family === "IPv6" ? "ipv6" : "ipv4");
}

/** RFC 9112 §3. Any page in a browser can send one to a port of this machine, with lines of its own behind it. */
const HTTP = /^[A-Z]+ \S+ HTTP\/\d/;

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
    let isFirst = true;
    const giveUp = (why: string): void => {
      unreadable();
      warn("an EVE log that nobody can read", { where, why });
      socket.destroy();
    };
    const read = (lines: () => readonly string[]): void => {
      try {
        for (const text of lines()) {
          if (isFirst && HTTP.test(text)) {
            giveUp("it is a request of HTTP");
            return;
          }
          isFirst = false;
          line(text);
        }
        if (reader.failure) throw reader.failure;
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        giveUp(error.message);
      }
    };
    socket.on("data", (chunk) => {
      if (!reader.failure && !socket.destroyed) read(() => reader.push(chunk));
    });
    socket.on("end", () => {
      if (reader.failure || socket.destroyed) return;
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
      if (typeof address !== "object" || !address) {
        log.info("listening for EVE logs", { where });
        return undefined;
      }
      const { port } = address;
      log.info("listening for EVE logs", { where, port });
      if (!isLoopback(address)) {
        log.warn("nobody asks who writes this EVE log: whoever reaches the port decides about connections", {
          ...{ host: address.address, port },
        });
      }
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
