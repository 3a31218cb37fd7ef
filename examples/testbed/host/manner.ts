/** How an analyzer of the testbed says what it has found. Its standard input changes that, a JSON object a line. */
import { createInterface } from "node:readline";
import type { Manner } from "../analyzer.ts";

export function say(what: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

let manner: Manner = { times: 1, delayMs: 0 };

/** Reads what comes on standard input, and confirms it. */
export function listen(): void {
  createInterface({ input: process.stdin }).on("line", (line) => {
    manner = { ...manner, ...(JSON.parse(line) as Partial<Manner>) };
    say({ manner });
  });
}

/** Tells the testbed that something was found, and has it said as often and as late as it shall be. */
export function express(found: string, tell: () => void): void {
  const { times, delayMs } = manner;
  say({ found });
  const all = () => {
    for (let time = 0; time < times; time++) tell();
  };
  if (delayMs === 0) all();
  else setTimeout(all, delayMs);
}
