/** Cuts a byte stream into lines of text, as logs come over a socket or out of a file that grows. */
import { WireError } from "../../wire/index.ts";
import { decodeUtf8 } from "./utf8.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DEFAULT_MAX_LENGTH = 1_048_576;
const LARGEST_MAX_LENGTH = 0x7fffffff;
/** A line that trickles in starts with room for this many bytes. */
const FIRST_CAPACITY = 512;

/** Options of {@link LineReader}. */
export interface LineReaderOptions {
  /** The longest line that is let in, in bytes without its end: from 1 to 2147483647, by default 1048576. */
  readonly maxLength?: number;
}

/**
 * Collects what a stream delivers, in pieces of any size, into whole lines. One for each stream.
 *
 * ```ts
 * const lines = new LineReader();
 * socket.on("data", (chunk) => {
 *   for (const line of lines.push(chunk)) handle(parseEveLine(line));
 * });
 * ```
 */
export class LineReader {
  private readonly maxLength: number;
  /** The beginning of a line whose rest is still to come. */
  private partial = new Uint8Array(0);
  private filled = 0;
  /** Bytes of the stream in front of that line. */
  private position = 0;
  private broken: WireError | undefined;

  /** Throws RangeError for a maxLength that is none. */
  constructor(options: LineReaderOptions = {}) {
    const { maxLength = DEFAULT_MAX_LENGTH } = options;
    if (!(Number.isInteger(maxLength) && maxLength >= 1 && maxLength <= LARGEST_MAX_LENGTH)) {
      throw new RangeError(`maxLength must be an integer from 1 to ${LARGEST_MAX_LENGTH}, not ${maxLength}`);
    }
    this.maxLength = maxLength;
  }

  /** What is wrong with the stream, as soon as it is seen: the next push will throw it, and each after that. */
  get failure(): WireError | undefined {
    return this.broken;
  }

  /**
   * Takes the next bytes of the stream and returns the lines that they complete, without their ends (a line feed, perhaps with a
   * carriage return before it) and without those that are empty. Bytes that are no UTF-8 become U+FFFD.
   *
   * A line above the limit ends the stream, whether it is whole or not: a stream without line feeds is no log. Lines that the
   * same push completed before it are returned first; then this push, when there are none, or the next one throws WireError
   * `tooLong`, and so does every later push. The offset of the error counts from the beginning of the stream.
   */
  push(chunk: Uint8Array): string[] {
    if (!(chunk instanceof Uint8Array)) throw new WireError("badValue", "the chunk is no Uint8Array", this.position);
    if (this.broken) throw this.broken;
    const lines: string[] = [];
    try {
      this.take(chunk, lines);
    } catch (error) {
      if (error instanceof WireError) this.broken = error;
      this.partial = new Uint8Array(0);
      if (lines.length === 0 || !this.broken) throw error;
    }
    return lines;
  }

  /** What the stream ended with, when it did not end in a line feed; undefined when it did. The reader is then empty. */
  end(): string | undefined {
    if (this.broken) throw this.broken;
    const lines: string[] = [];
    this.finish(this.partial, 0, this.filled, lines);
    return lines[0];
  }

  private take(chunk: Uint8Array, lines: string[]): void {
    let at = 0;
    while (at < chunk.length) {
      const feed = chunk.indexOf(LINE_FEED, at);
      const end = feed < 0 ? chunk.length : feed;
      if (this.filled + end - at > this.maxLength) {
        throw new WireError("tooLong", `a line of more than ${this.maxLength} bytes`, this.position);
      }
      if (feed < 0 || this.filled > 0) this.collect(chunk.subarray(at, end));
      if (feed >= 0) {
        // A line that is whole in the chunk is read where it stands.
        if (this.filled === 0) this.finish(chunk, at, end, lines);
        else this.finish(this.partial, 0, this.filled, lines);
      }
      at = end + 1;
    }
  }

  /** Doubles its room as it fills, up to the limit: linear work, and never much more than what came. */
  private collect(piece: Uint8Array): void {
    const needed = this.filled + piece.length;
    if (needed > this.partial.length) {
      const grown = new Uint8Array(Math.min(this.maxLength, Math.max(needed, 2 * this.partial.length, FIRST_CAPACITY)));
      grown.set(this.partial.subarray(0, this.filled));
      this.partial = grown;
    }
    this.partial.set(piece, this.filled);
    this.filled = needed;
  }

  private finish(bytes: Uint8Array, from: number, to: number, lines: string[]): void {
    this.position += to - from + 1;
    if (this.filled > 0) {
      this.filled = 0;
      this.partial = new Uint8Array(0);
    }
    const end = to > from && bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    if (end > from) lines.push(decodeUtf8(bytes, from, end));
  }
}
