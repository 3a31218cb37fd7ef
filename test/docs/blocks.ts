/** The code blocks of a document, and what they promise to print. */

/** One document's code, to be run as one program: its blocks follow one another as a reader pastes them. */
export interface DocumentCode {
  readonly program: string;
  /** For each `console.log` in order, the lines that the comments behind it promise. */
  readonly promises: readonly (readonly string[])[];
}

const BLOCK = /^```ts\n([\s\S]*?)^```$/gm;
const PROMISE = /^\s*\/\/ → ?(.*)$/;

/** Reads the blocks fenced as `ts`. Comments that begin with an arrow say what the `console.log` before them prints. */
export function readCode(markdown: string): DocumentCode {
  const program = [...markdown.matchAll(BLOCK)].map(([, code]) => code ?? "").join("\n");
  const promises: string[][] = [];
  let current: string[] | undefined;
  for (const line of program.split("\n")) {
    const promise = PROMISE.exec(line)?.[1];
    if (promise === undefined) current = undefined;
    else if (current) current.push(promise);
    else {
      current = [promise];
      promises.push(current);
    }
  }
  return { program, promises };
}

/**
 * What of a promise does not hold for a printed text; nothing when it does. A line that ends in `…` promises its beginning
 * only; a line that is nothing but `…` stands for any number of lines.
 */
export function breach(promised: readonly string[], printed: string): string | undefined {
  const lines = printed.split("\n");
  let at = 0;
  for (const [index, promise] of promised.entries()) {
    if (promise.trim() === "…") {
      const next = promised[index + 1];
      if (next === undefined) return undefined;
      while (at < lines.length && !holds(next, lines[at] ?? "")) at++;
      continue;
    }
    const line = lines[at++];
    if (line === undefined || !holds(promise, line)) return `promised "${promise}", printed "${line ?? ""}"`;
  }
  return at < lines.length ? `printed "${lines[at] ?? ""}" beyond what is promised` : undefined;
}

function holds(promise: string, line: string): boolean {
  return promise.endsWith("…") ? line.startsWith(promise.slice(0, -1)) : line.trimEnd() === promise.trimEnd();
}
