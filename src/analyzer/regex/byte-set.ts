/** Sets of byte values. */

/** Bit `n % 32` of word `n / 32` says whether byte `n` is in it. Eight small integers take less room than a typed array. */
export type ByteSet = readonly number[];

/** A set that is being made. */
export type OpenSet = number[];

export function emptySet(): OpenSet {
  return [0, 0, 0, 0, 0, 0, 0, 0];
}

export function has(set: ByteSet, byte: number): boolean {
  return (((set[byte >>> 5] ?? 0) >>> (byte & 31)) & 1) === 1;
}

export function add(set: OpenSet, byte: number): void {
  set[byte >>> 5] = (set[byte >>> 5] ?? 0) | (1 << (byte & 31));
}

/** Adds the bytes from `first` to `last`, both included. */
export function addRange(set: OpenSet, first: number, last: number): void {
  for (let byte = first; byte <= last; byte++) add(set, byte);
}

/** Adds what is in another set. */
export function addSet(set: OpenSet, other: ByteSet): void {
  other.forEach((word, index) => {
    set[index] = (set[index] ?? 0) | word;
  });
}

/** Adds the other case of each ASCII letter in it. */
export function foldCase(set: OpenSet): void {
  for (let letter = 0x41; letter <= 0x5a; letter++) {
    if (has(set, letter)) add(set, letter | 0x20);
    else if (has(set, letter | 0x20)) add(set, letter);
  }
}

/** Turns the set into what was not in it. */
export function invert(set: OpenSet): void {
  set.forEach((word, index) => {
    set[index] = ~word;
  });
}

/** A set from pairs of first and last. */
export function setOf(...ranges: readonly (readonly [first: number, last: number])[]): OpenSet {
  const set = emptySet();
  for (const [first, last] of ranges) addRange(set, first, last);
  return set;
}

export function complementOf(set: ByteSet): OpenSet {
  return set.map((word) => ~word);
}
