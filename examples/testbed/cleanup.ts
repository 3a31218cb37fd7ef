/** Everything that is made is taken away again, whatever happens: in the reverse order, and by somebody else when we are killed. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { ended, environment, execute } from "./shell.ts";

/** What a testbed has made. */
export interface Belongings {
  /** Begins the names of all namespaces. */
  readonly tag: string;
  /** A directory of ours, with all files. */
  readonly directory: string;
  /** Makes a network namespace with this name behind the tag, and says its whole name. */
  namespace(name: string): string;
  /** A program that is to end with us. */
  keep(child: ChildProcess): ChildProcess;
  /** Ends one of them, and waits for it: politely, and after `ms` not. */
  end(child: ChildProcess, signal?: NodeJS.Signals, ms?: number): Promise<void>;
  /** Takes everything away. May be called twice. */
  close(): Promise<void>;
}

const POLITE_MS = 4_000;

/**
 * A shell that takes the namespaces and the directory away, and ends what still runs in them, once our end of its input is closed: that
 * is when this process is gone, however it went.
 */
function startGuardian(tag: string, directory: string): ChildProcessByStdio<Writable, null, null> {
  const script = `trap '' HUP INT TERM
    cat >/dev/null
    for namespace in $(ip netns list | grep -o '^${tag}-[a-z0-9]*'); do
      for pid in $(ip netns pids "$namespace"); do kill -9 "$pid" 2>/dev/null; done
      ip netns delete "$namespace"
    done
    for file in '${directory}'/*.pid; do [ -e "$file" ] && kill -9 "$(cat "$file")" 2>/dev/null; done
    rm -rf '${directory}'`;
  const guardian = spawn("sh", ["-c", script], {
    env: environment,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guardian.stdin.on("error", () => undefined);
  guardian.unref();
  return guardian;
}

let serial = 0;
const open = new Set<Belongings>();

/** Takes away whatever there is, now. */
export async function interrupt(): Promise<void> {
  for (const belongings of open) await belongings.close();
}

export function createBelongings(): Belongings {
  const tag = `tcpmig-tb-${process.pid}-${serial++}`;
  const directory = mkdtempSync(join(tmpdir(), `${tag}-`));
  const guardian = startGuardian(tag, directory);
  const namespaces: string[] = [];
  const children = new Set<ChildProcess>();

  async function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM", ms = POLITE_MS): Promise<void> {
    children.delete(child);
    child.kill(signal);
    if ((await ended(child, ms)) !== undefined) return;
    child.kill("SIGKILL");
    await ended(child, ms);
  }

  const belongings: Belongings = {
    tag,
    directory,
    namespace(name) {
      const whole = `${tag}-${name}`;
      execute("ip", "netns", "add", whole);
      namespaces.push(whole);
      execute("ip", "-n", whole, "link", "set", "lo", "up");
      return whole;
    },
    keep(child) {
      children.add(child);
      child.once("close", () => children.delete(child));
      return child;
    },
    end,
    async close() {
      // Hosts first, the switch last: it was the first.
      for (const child of [...children].reverse()) await end(child);
      for (const name of namespaces.splice(0).reverse()) {
        try {
          for (const pid of execute("ip", "netns", "pids", name).split("\n").filter(Boolean)) {
            process.kill(Number(pid), "SIGKILL");
          }
          execute("ip", "netns", "delete", name);
        } catch {
          // It is gone already.
        }
      }
      rmSync(directory, { recursive: true, force: true });
      guardian.stdin.end();
      open.delete(belongings);
    },
  };
  open.add(belongings);
  return belongings;
}
