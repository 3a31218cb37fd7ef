/** A program for a process with a large young generation and `--expose-gc`: how much memory decoding takes, garbage included. */
import { readFileSync } from "node:fs";
import { nicira, onf } from "../../src/nx/index.ts";
import { createCodec, FrameReader } from "../../src/ofp/index.ts";
import { fromHex } from "../../src/wire/index.ts";
import { allocated } from "./allocated.ts";

const codec = createCodec({ experimenters: [nicira, onf] });
const frames = new FrameReader();
/** A header that promises the longest message, and nothing behind it. */
const promise = Uint8Array.of(4, 2, 0xff, 0xff, 0, 0, 0, 0);

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
const promised = allocated(() => new FrameReader().push(promise));
process.stdout.write(JSON.stringify({ decoding, framing, promised }));
