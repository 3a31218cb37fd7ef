/** A program like allocations.ts, for texts of rules, EVE lines and streams of lines: reads `[kind, text][]` as JSON. */
import { readFileSync } from "node:fs";
import { LineReader, parseEveLine, readRules } from "../../src/analyzer/index.ts";
import { allocated } from "./allocated.ts";

const readers: Readonly<Record<string, (text: string, bytes: Uint8Array) => unknown>> = {
  rules: (text) => readRules(text),
  eve: (text) => parseEveLine(text),
  lines: (_, bytes) => new LineReader().push(bytes),
};

function read(kind: string, text: string, bytes: Uint8Array): unknown {
  try {
    return readers[kind]?.(text, bytes);
  } catch (error) {
    return error;
  }
}

const inputs = JSON.parse(readFileSync(0, "utf8")) as [string, string][];
const prepared = inputs.map(([kind, text]) => ({ kind, text, bytes: new TextEncoder().encode(text) }));
process.stdout.write(JSON.stringify(prepared.map(({ kind, text, bytes }) => allocated(() => read(kind, text, bytes)))));
