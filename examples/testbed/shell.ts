/** Commands of the system: run to their end, or started and ended by us. */
import { type ChildProcess, execFile, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { UserError } from "../first-light/errors.ts";

/** The tools of network and switch may be where only root looks. */
export const environment: NodeJS.ProcessEnv = { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` };
const LIMIT = 64 * 1024 * 1024;

/** What it prints. Throws with what it says when it fails. */
export function execute(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, {
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: LIMIT,
  });
}

/** The same, while other things go on. */
export async function executeLater(command: string, ...args: readonly string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile(command, args, { env: environment, maxBuffer: LIMIT }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command}: ${stderr || error.message}`));
      else resolve(stdout);
    });
  });
}

/** Throws UserError naming what is not installed, and the Debian packages that have it. */
export function requireTools(tools: Readonly<Record<string, string>>): void {
  const missing = Object.keys(tools).filter((tool) => {
    try {
      execute("sh", "-c", `command -v ${tool}`);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((tool) => tools[tool]))].join(" ");
  throw new UserError(`${missing.join(", ")} not installed: Debian has them in ${packages}`);
}

/** In a network namespace, or outside of all. It leads a process group of its own: a Ctrl-C is for us alone. */
export function start(
  namespace: string | undefined,
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const inside = namespace === undefined ? [] : ["ip", "netns", "exec", namespace];
  const [program = command, ...rest] = [...inside, command, ...args];
  const child = spawn(program, rest, { env: environment, detached: true, ...options });
  child.on("error", () => undefined);
  return child;
}

export async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks again and again until there is an answer. Throws when there is none in time. */
export async function until<T>(what: string, ask: () => T | undefined, ms = 15_000): Promise<T> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await sleep(20);
  }
  throw new Error(`${what}: not within ${ms / 1000} s`);
}

/** When it has ended; `undefined` when it does not in time. */
export async function ended(child: ChildProcess, ms: number): Promise<number | string | undefined> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode ?? undefined;
  return await new Promise<number | string | undefined>((resolve) => {
    const timer = setTimeout(() => {
      resolve(undefined);
    }, ms);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve(code ?? signal ?? undefined);
    });
  });
}
