/** Reads capture files. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { readCapture } from "../../src/tcp/index.ts";
import { WireError } from "../../src/wire/index.ts";
import { systemCode, UserError } from "./errors.ts";
import { type Segment, segmentOf } from "./segments.ts";

/** A capture file, read. */
export interface Capture {
  /** As the user wrote it. */
  readonly path: string;
  readonly frames: number;
  /** The TCP segments in it, in file order. */
  readonly segments: readonly Segment[];
}

/** Throws UserError when the file cannot be read, is no capture, or ends in the middle of a frame. */
export async function loadCapture(path: string): Promise<Capture> {
  const bytes = await readBytes(path);
  const name = basename(path);
  const segments: Segment[] = [];
  let frames = 0;
  try {
    for (const captured of readCapture(bytes)) {
      frames++;
      const segment = segmentOf(captured, `${name} frame ${frames}`);
      if (segment) segments.push(segment);
    }
  } catch (error) {
    throw error instanceof WireError ? captureError(path, bytes.length, frames, error) : error;
  }
  return { path, frames, segments };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT") throw new UserError(`${path}: no such file`);
    if (code === "EISDIR") throw new UserError(`${path} is a folder, not a capture file`);
    if (code === "EACCES") throw new UserError(`${path}: no permission to read it`);
    throw code === undefined ? error : new UserError(`${path}: cannot be read (${code})`);
  }
}

function captureError(path: string, size: number, frames: number, error: WireError): UserError {
  if (frames > 0 || (error.code === "truncated" && size >= 4)) {
    const after = frames === 1 ? "after 1 frame" : `after ${frames} frames`;
    const what = error.code === "truncated" ? "is truncated" : "is damaged";
    return new UserError(`${path} ${what}: ${after}, at byte ${error.offset}: ${error.detail}`);
  }
  return new UserError(`${path}: ${error.detail}`);
}
