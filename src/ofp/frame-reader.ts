/** Cuts a byte stream into OpenFlow messages: OpenFlow 1.3.5 §7.1, whose header has the length in its bytes 2 and 3. */
import { type Bytes, WireError } from "../wire/index.ts";
import { HEADER_LENGTH } from "./message.ts";

/** Bytes of the header up to the end of the length. */
const LENGTH_END = 4;
const MAX_LENGTH = 0xffff;
/** A message that trickles in starts with room for this many bytes: its header may promise more than ever comes. */
const FIRST_CAPACITY = 512;

/** Options of {@link FrameReader}. */
export interface FrameReaderOptions {
  /** The longest message that is let in, from 8 to 65535 bytes, which is also the default. */
  readonly maxLength?: number;
}

/**
 * Collects what a transport delivers, in pieces of any size, into whole messages. One for each connection.
 *
 * ```ts
 * const frames = new FrameReader();
 * socket.on("data", (chunk) => {
 *   for (const bytes of frames.push(chunk)) handle(decode(bytes));
 * });
 * ```
 */
export class FrameReader {
  private readonly maxLength: number;
  /** The beginning of a message whose rest is still to come. */
  private partial = new Uint8Array(0);
  private filled = 0;
  /** Bytes of the stream in front of that message. */
  private position = 0;
  private broken: WireError | undefined;

  /** Throws RangeError for a maxLength that is not from 8 to 65535. */
  constructor(options: FrameReaderOptions = {}) {
    const { maxLength = MAX_LENGTH } = options;
    if (!(Number.isInteger(maxLength) && maxLength >= HEADER_LENGTH && maxLength <= MAX_LENGTH)) {
      throw new RangeError(`maxLength must be an integer from ${HEADER_LENGTH} to ${MAX_LENGTH}, not ${maxLength}`);
    }
    this.maxLength = maxLength;
  }

  /** What is wrong with the stream, as soon as it is seen: the next push will throw it, and each after that. */
  get failure(): WireError | undefined {
    return this.broken;
  }

  /**
   * Takes the next bytes of the stream and returns the messages that they complete, each in memory of its own.
   *
   * A header with a length below 8 or above the limit ends the stream: there is no telling where the next message starts. Messages
   * that the same push completed before it are returned first; then this push, when there are none, or the next one throws
   * WireError `badLength`, and so does every later push. The offset of the error counts from the beginning of the stream.
   */
  push(chunk: Uint8Array): Bytes[] {
    if (!(chunk instanceof Uint8Array)) throw new WireError("badValue", "the chunk is no Uint8Array", this.position);
    if (this.broken) throw this.broken;
    const messages: Bytes[] = [];
    try {
      let at = 0;
      while (at < chunk.length) {
        at += this.filled === 0 ? this.whole(chunk, at, messages) : this.more(chunk, at, messages);
      }
    } catch (error) {
      if (error instanceof WireError) this.broken = error;
      if (messages.length === 0 || !this.broken) throw error;
    }
    return messages;
  }

  /** At the beginning of a message: takes it from the chunk in one copy, or begins to collect it. Returns the bytes used. */
  private whole(chunk: Uint8Array, at: number, messages: Bytes[]): number {
    const available = chunk.length - at;
    if (available < LENGTH_END) return this.collect(chunk, at, available, LENGTH_END);
    const length = this.lengthOf(chunk, at);
    if (available < length) return this.collect(chunk, at, available, length);
    // Not slice(): a Node Buffer's shares its memory.
    const message = new Uint8Array(length);
    message.set(chunk.subarray(at, at + length));
    messages.push(message);
    this.position += length;
    return length;
  }

  /** In the middle of a message: adds what the chunk has of it. Returns the bytes used. */
  private more(chunk: Uint8Array, at: number, messages: Bytes[]): number {
    const available = chunk.length - at;
    if (this.filled < LENGTH_END) {
      const used = this.collect(chunk, at, Math.min(available, LENGTH_END - this.filled), LENGTH_END);
      if (this.filled === LENGTH_END) this.lengthOf(this.partial, 0);
      return used;
    }
    const length = this.lengthOf(this.partial, 0);
    const used = this.collect(chunk, at, Math.min(available, length - this.filled), length);
    if (this.filled === length) {
      messages.push(this.partial);
      this.partial = new Uint8Array(0);
      this.filled = 0;
      this.position += length;
    }
    return used;
  }

  /** Doubles its room as it fills, up to the length of the message: linear work, and never much more than what came. */
  private collect(chunk: Uint8Array, at: number, size: number, length: number): number {
    const needed = this.filled + size;
    if (needed > this.partial.length) {
      const grown = new Uint8Array(Math.min(length, Math.max(needed, 2 * this.partial.length, FIRST_CAPACITY)));
      grown.set(this.partial.subarray(0, this.filled));
      this.partial = grown;
    }
    this.partial.set(chunk.subarray(at, at + size), this.filled);
    this.filled = needed;
    return size;
  }

  private lengthOf(bytes: Uint8Array, at: number): number {
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (length < HEADER_LENGTH || length > this.maxLength) {
      throw new WireError(
        "badLength",
        `message length ${length} is not from ${HEADER_LENGTH} to ${this.maxLength}`,
        this.position + 2,
      );
    }
    return length;
  }
}
