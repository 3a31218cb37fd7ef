/** A program that runs beside the controller: started again when it ends, and ended with the controller. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { systemCode, UserError } from "../../first-light/errors.ts";
import type { Log } from "../log.ts";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Milliseconds. */
export interface ChildTiming {
  /** Before it is started again; twice as long each time. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** Once it has run for so long, the next pause is the first one again. */
  readonly steadyMs: number;
  /** What it may take to end when it is told to. */
  readonly endMs: number;
}

export const childTiming: ChildTiming = { firstMs: 250, mostMs: 30_000, steadyMs: 10_000, endMs: 1_000 };

export interface ChildOptions {
  /** Its standard input is a pipe that stays open until it is to end, also when this process ends in any other way. */
  readonly command: Command;
  /** What to install when there is no such program. */
  readonly hint: string;
  /** Before each start. Rejects with UserError. */
  readonly prepare: () => Promise<void>;
  /** After the last end. */
  readonly cleanUp: () => Promise<void>;
  /** It runs: what it writes, from the beginning. */
  readonly running: (output: Readable) => void;
  readonly log: Log;
  readonly now: () => number;
  readonly timing?: Partial<ChildTiming>;
}

export interface Child {
  /** Resolves when it runs. Rejects with UserError. */
  readonly start: () => Promise<void>;
  /** Ends it, for it to be started anew. */
  readonly renew: (why: string) => void;
  /** Resolves when it has ended. */
  readonly stop: () => Promise<void>;
  /** How often it was started. */
  readonly starts: number;
}

/** Characters of its last words that are kept. */
const LAST_WORDS = 500;

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function createChild({ command, hint, prepare, cleanUp, running, log, now, ...options }: ChildOptions): Child {
  const timing: ChildTiming = { ...childTiming, ...options.timing };
  const { program } = command;
  let child: ChildProcess | undefined;
  let pause = timing.firstMs;
  let timer: NodeJS.Timeout | undefined;
  let starts = 0;
  let isStopped = false;
  let ended = Promise.resolve();

  async function launch(): Promise<void> {
    await prepare();
    if (isStopped) return;
    const own = spawn(program, command.args, { stdio: ["pipe", "pipe", "pipe"] });
    child = own;
    const begun = now();
    let words = "";
    own.stderr.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-LAST_WORDS);
    });
    own.stdin.on("error", () => {
      // It has ended, which "close" tells.
    });
    ended = new Promise((resolve) => {
      own.once("close", (code, signal) => {
        resolve();
        if (child !== own) return;
        child = undefined;
        if (isStopped) return;
        log.warn("a program has ended", { program, code, signal, words: words.trim() });
        if (now() >= begun + timing.steadyMs) pause = timing.firstMs;
        again();
      });
    });
    await new Promise<void>((resolve, reject) => {
      own.once("error", (error) => {
        child = undefined;
        ended = Promise.resolve();
        const code = systemCode(error);
        const advice = code === "ENOENT" ? `: ${hint}` : "";
        reject(new UserError(`cannot run ${program} (${code ?? error.message})${advice}`));
      });
      own.once("spawn", resolve);
    });
    starts += 1;
    running(own.stdout);
    log.info("a program runs", { program, pid: own.pid });
  }

  function again(): void {
    const wait = pause;
    pause = Math.min(2 * pause, timing.mostMs);
    timer = setTimeout(() => {
      launch().catch((error: unknown) => {
        log.error("a program cannot be started", { program, why: told(error) });
        if (!isStopped) again();
      });
    }, wait);
  }

  function end(own: ChildProcess): void {
    own.stdin?.end();
    own.kill("SIGTERM");
    const last = setTimeout(() => own.kill("SIGKILL"), timing.endMs);
    own.once("close", () => {
      clearTimeout(last);
    });
  }

  return {
    start: launch,
    renew(why) {
      if (!child || isStopped) return;
      log.warn("a program is started anew", { program, why });
      end(child);
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      if (child) end(child);
      await ended;
      try {
        await cleanUp();
      } catch (error) {
        log.debug("something is left of a program", { program, why: told(error) });
      }
    },
    get starts() {
      return starts;
    },
  };
}
