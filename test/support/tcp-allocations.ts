/** A program like allocations.ts, for frames and capture files: a line is `frame` or `capture` and the bytes. */
import { readFileSync } from "node:fs";
import { decodeFrame, readCapture } from "../../src/tcp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { allocated } from "./allocated.ts";

const readers: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  frame: decodeFrame,
  capture: (bytes) => [...readCapture(bytes)],
};

function read(kind: string, bytes: Uint8Array): unknown {
  try {
    return readers[kind]?.(bytes);
  } catch (error) {
    return error;
  }
}

const lines = readFileSync(0, "utf8").trim().split("\n");
const bytes = lines.map((line): [string, Uint8Array] => {
  const [kind = "", hex = ""] = line.split(" ");
  return [kind, fromHex(hex)];
});
process.stdout.write(JSON.stringify(bytes.map(([kind, input]) => allocated(() => read(kind, input)))));
