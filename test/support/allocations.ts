/** A program for a process with a large young generation and `--expose-gc`: how much memory decoding takes, garbage included. */
import { readFileSync } from "node:fs";
import { createCodec, FrameReader } from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";

const codec = createCodec();
const frames = new FrameReader();

function used(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * Bytes allocated by one call: nothing is collected between the two measurements. The least of some calls, because the engine
 * allocates too when it compiles.
 */
function allocated(run: () => unknown): number {
  return Math.min(
    ...Array.from({ length: 20 }, () => {
      global.gc?.();
      const before = used();
      const kept = run();
      return kept === undefined ? Number.NaN : used() - before;
    }),
  );
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return codec.decode(bytes);
  } catch (error) {
    return error;
  }
}

const lines = readFileSync(0, "utf8").trim().split("\n").map(fromHex);
const decoding = lines.map((bytes) => allocated(() => decoded(bytes)));
const framing = allocated(() => lines.map((bytes) => frames.push(bytes)));
process.stdout.write(JSON.stringify({ decoding, framing }));
