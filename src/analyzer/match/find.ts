/** Searching for bytes, in linear time whatever the bytes are (Knuth, Morris, Pratt). */

/** Something to search for. */
export interface Needle {
  readonly length: number;
  /** Searches from `from` on for what ends at or before `end`. */
  find(bytes: Uint8Array, from: number, end: number): Found;
}

/** Where something is. */
export interface Found {
  /** Where it begins, ascending, overlapping ones too. */
  readonly starts: readonly number[];
  /** Where the next one begins at the earliest, if its rest is what comes behind the last byte that was looked at. */
  readonly nextStart: number;
}

const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte));
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => byte);

export function createNeedle(wanted: Uint8Array, nocase: boolean): Needle {
  const table = nocase ? FOLDED : PLAIN;
  const pattern = wanted.map((byte) => table[byte] ?? 0);
  const fallback = fallbacksOf(pattern);
  const first = pattern[0] ?? 0;
  // indexOf is many times faster than a loop, where one value is sought.
  const canSkip = !nocase || FOLDED.filter((byte) => byte === first).length === 1;
  return { length: pattern.length, find };

  function find(bytes: Uint8Array, from: number, end: number): Found {
    const starts: number[] = [];
    const last = Math.min(end, bytes.length);
    let matched = 0;
    for (let at = from; at < last; at++) {
      if (matched === 0 && canSkip) {
        at = bytes.indexOf(first, at);
        if (at < 0) break;
        if (at >= last) break;
      }
      const byte = table[bytes[at] ?? 0];
      while (matched > 0 && pattern[matched] !== byte) matched = fallback[matched - 1] ?? 0;
      if (pattern[matched] === byte) matched++;
      if (matched === pattern.length) {
        starts.push(at + 1 - matched);
        matched = fallback[matched - 1] ?? 0;
      }
    }
    return { starts, nextStart: Math.max(from, last - matched) };
  }
}

/** For each beginning of the pattern the length of its longest proper end that is a beginning, too. */
function fallbacksOf(pattern: Uint8Array): Uint16Array {
  const fallback = new Uint16Array(pattern.length);
  let matched = 0;
  for (let at = 1; at < pattern.length; at++) {
    while (matched > 0 && pattern[matched] !== pattern[at]) matched = fallback[matched - 1] ?? 0;
    if (pattern[matched] === pattern[at]) matched++;
    fallback[at] = matched;
  }
  return fallback;
}
