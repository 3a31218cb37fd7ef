/** A program for a process that must not make code from strings: a line of hex in, the message's JSON or the error out. */
import { readFileSync } from "node:fs";
import { createCodec } from "../../src/ofp/index.ts";
import { fromHex, toHex, WireError } from "../../src/wire/index.ts";

/** Whether the platform compiles strings, as a page with a strict policy does not. */
function compiles(): boolean {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the question is whether it can be done
    return typeof new Function("return 1") === "function";
  } catch (error) {
    if (error instanceof EvalError) return false;
    throw error;
  }
}

const codec = createCodec();

function answer(line: string): unknown {
  try {
    const message = codec.decode(fromHex(line));
    return { json: codec.toJSON(message), hex: toHex(codec.encode(message)), summary: codec.summary(message) };
  } catch (error) {
    if (error instanceof WireError) return { error: error.message };
    throw error;
  }
}

const lines = readFileSync(0, "utf8").trim().split("\n");
process.stdout.write(JSON.stringify({ compiles: compiles(), answers: lines.map(answer) }));
