/**
 * What clients and servers of the testbed say to each other: a line, `GET /report/NAME?up=N&down=N`, and N bytes behind it; the answer is
 * a line with the server's name, and N bytes. From every byte it can be told where it must stand, so that none is missing, twice or
 * another one's.
 */
export interface Request {
  readonly path: string;
  /** Bytes behind the request line. */
  readonly up: number;
  /** Bytes behind the answer's line. */
  readonly down: number;
}

/** A prime, so that nothing that is lost or doubled is a multiple of it by chance. */
const PERIOD = 1_000_003;
const MAX_LINE = 1_024;

function pattern(seed: number): Buffer {
  const bytes = Buffer.alloc(PERIOD);
  let state = seed;
  for (let place = 0; place < PERIOD; place++) {
    // A linear congruential generator: its high bits look random.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[place] = state >>> 24;
  }
  return bytes;
}

const directions = { up: pattern(1), down: pattern(2) };
export type Direction = keyof typeof directions;

/** Pieces of at most 64 KiB that make up so many bytes. */
export function* pieces(direction: Direction, length: number): Generator<Buffer> {
  const bytes = directions[direction];
  for (let place = 0; place < length; ) {
    const from = place % PERIOD;
    const piece = bytes.subarray(from, Math.min(PERIOD, from + 65_536, from + length - place));
    yield piece;
    place += piece.length;
  }
}

/** Looks at the bytes of one direction as they come. */
export class Checker {
  /** So many have come. */
  length = 0;
  /** Where the first wrong one stood. */
  wrongAt: number | undefined;
  private readonly bytes: Buffer;

  constructor(direction: Direction) {
    this.bytes = directions[direction];
  }

  push(chunk: Buffer): void {
    for (let place = 0; place < chunk.length; ) {
      const from = this.length % PERIOD;
      const size = Math.min(chunk.length - place, PERIOD - from);
      const isRight = chunk.compare(this.bytes, from, from + size, place, place + size) === 0;
      if (!isRight) this.wrongAt ??= this.length;
      place += size;
      this.length += size;
    }
  }
}

export function requestLine({ path, up, down }: Request): string {
  return `GET ${path}?up=${up}&down=${down}\n`;
}

/** Undefined for a line that is none. */
export function parseRequest(line: string): Request | undefined {
  const found = /^GET (\/[^?\s]{1,500})\?up=(\d{1,12})&down=(\d{1,12})$/.exec(line);
  return found ? { path: found[1] ?? "", up: Number(found[2]), down: Number(found[3]) } : undefined;
}

/** Takes chunks of a stream apart into a first line and what is behind it. */
export class FirstLine {
  private rest = Buffer.alloc(0);
  private line: string | undefined;

  /** What of the chunk is behind the line; undefined while that is not complete. Throws RangeError when it is too long. */
  push(chunk: Buffer): { readonly line: string; readonly body: Buffer } | undefined {
    if (this.line !== undefined) return { line: this.line, body: chunk };
    this.rest = Buffer.concat([this.rest, chunk]);
    const end = this.rest.indexOf(10);
    if (end < 0 && this.rest.length > MAX_LINE) throw new RangeError("the line does not end");
    if (end < 0) return undefined;
    this.line = this.rest.toString("latin1", 0, end);
    return { line: this.line, body: this.rest.subarray(end + 1) };
  }

  /** For the next one on the same connection. */
  reset(): void {
    this.rest = Buffer.alloc(0);
    this.line = undefined;
  }
}
