/** What a server says before it is asked, put together from segments that come twice, late and in pieces. */
import { seqDiff } from "../../tcp/seq.ts";
import { concat } from "../../wire/index.ts";

/** Bytes that came before others which belong in front of them. */
export interface Piece {
  /** Counted from the server's first byte. */
  readonly from: number;
  readonly bytes: Uint8Array;
}

/** What a server has said. */
export interface Heard {
  /** From its first byte on, without a gap. */
  readonly bytes: Uint8Array;
  readonly ahead: readonly Piece[];
  /** It said more than there was room for, or two things about one byte: what it really said is not known. */
  readonly spoilt: boolean;
}

/** What a server that has just been reached has said. */
export const nothingHeard: Heard = { bytes: new Uint8Array(0), ahead: [], spoilt: false };

/** As many pieces are kept as may overtake one another; the server repeats the others. */
const PIECES = 16;
/** What lies farther away is of another connection. */
const REACH = 0x1_0000;

/**
 * What was heard, and one segment more. `first` is the sequence number of the server's first byte, `room` the number of bytes that
 * may follow.
 */
export function hear(heard: Heard, first: number, seq: number, payload: Uint8Array, room: number): Heard {
  const from = seqDiff(seq, first);
  const end = from + payload.length;
  if (heard.spoilt || payload.length === 0 || end <= 0 || Math.abs(from) >= REACH) return heard;
  if (end > room) return { ...heard, spoilt: true };
  const piece = from < 0 ? { from: 0, bytes: payload.subarray(-from) } : { from, bytes: payload };
  const known = [{ from: 0, bytes: heard.bytes }, ...heard.ahead];
  if (known.some((other) => contradicts(other, piece))) return { ...heard, spoilt: true };
  return joined(heard.bytes, [...heard.ahead, { ...piece, bytes: piece.bytes.slice() }]);
}

function contradicts(a: Piece, b: Piece): boolean {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.from + a.bytes.length, b.from + b.bytes.length);
  for (let index = from; index < to; index++) {
    if (a.bytes[index - a.from] !== b.bytes[index - b.from]) return true;
  }
  return false;
}

function joined(bytes: Uint8Array, pieces: readonly Piece[]): Heard {
  let all = bytes;
  const ahead: Piece[] = [];
  for (const piece of [...pieces].sort((a, b) => a.from - b.from)) {
    const end = piece.from + piece.bytes.length;
    if (end <= all.length) continue;
    if (piece.from <= all.length) all = concat([all, piece.bytes.subarray(all.length - piece.from)]);
    else if (!ahead.some((other) => covers(other, piece))) ahead.push(piece);
  }
  return { bytes: all, ahead: ahead.slice(0, PIECES), spoilt: false };
}

function covers(a: Piece, b: Piece): boolean {
  return a.from <= b.from && a.from + a.bytes.length >= b.from + b.bytes.length;
}
