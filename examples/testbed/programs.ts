/** Programs of ours that say one JSON object a line, in namespaces of the testbed. */
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Belongings } from "./cleanup.ts";
import { start } from "./shell.ts";

/** A line that it has said. */
export type Said = Readonly<Record<string, unknown>>;

export interface Program {
  readonly child: ChildProcess;
  /** All that it has said, the last ones only when it talks much. */
  readonly said: readonly Said[];
  write(line: string): void;
  /** The next line for which this holds, from now on or, with `from`, from that one on. */
  until(
    what: string,
    holds: (line: Said) => boolean,
    options?: { readonly from?: number; readonly ms?: number },
  ): Promise<Said>;
  /** Whoever wants each line as it comes. */
  onLine(listener: (line: Said) => void): void;
}

const MAX_SAID = 200_000;
const PATIENCE_MS = 30_000;

/** With the file of this folder as a program. What it says on `stream` is read. `node`: what is said to Node itself. */
export function startProgram(
  belongings: Belongings,
  namespace: string,
  file: string,
  args: readonly string[],
  stream: "stdout" | "stderr" = "stdout",
  node: readonly string[] = [],
): Program {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = belongings.keep(
    start(namespace, process.execPath, ["--import", "tsx", ...node, path, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
    }),
  );
  const said: Said[] = [];
  const listeners = new Set<(line: Said) => void>();
  let complaint = "";
  const read = stream === "stdout" ? child.stdout : child.stderr;
  const other = stream === "stdout" ? child.stderr : child.stdout;
  other?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4_000);
  });
  child.stdin?.on("error", () => undefined);
  if (read)
    createInterface({ input: read }).on("line", (text) => {
      let line: Said;
      try {
        line = JSON.parse(text) as Said;
      } catch {
        complaint = `${complaint}${text}\n`.slice(-4_000);
        return;
      }
      said.push(line);
      if (said.length > MAX_SAID) said.splice(0, MAX_SAID / 2);
      for (const listener of listeners) listener(line);
    });
  return {
    child,
    said,
    write(line) {
      child.stdin?.write(`${line}\n`);
    },
    onLine(listener) {
      listeners.add(listener);
    },
    async until(what, holds, { from = said.length, ms = PATIENCE_MS } = {}) {
      const found = said.slice(from).find(holds);
      if (found) return found;
      return await new Promise((resolve, reject) => {
        const stop = () => {
          clearTimeout(timer);
          listeners.delete(listener);
          child.off("close", gone);
        };
        const fail = (why: string) => {
          stop();
          reject(new Error(`${what}: ${why}${complaint === "" ? "" : `: ${complaint.trim()}`}`));
        };
        const timer = setTimeout(() => {
          fail(`not within ${ms / 1000} s`);
        }, ms);
        const gone = () => {
          fail("the program has ended");
        };
        const listener = (line: Said) => {
          if (!holds(line)) return;
          stop();
          resolve(line);
        };
        listeners.add(listener);
        child.once("close", gone);
      });
    },
  };
}
