/** Character classes of PCRE in its "C" locale: bytes above 127 are neither letters nor spaces. */
import { type ByteSet, complementOf, setOf } from "./byte-set.ts";

/** Made when first asked for, and then shared. */
function lazily(make: () => ByteSet): () => ByteSet {
  let made: ByteSet | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A class and its complement. */
function both(make: () => ByteSet): readonly [plain: () => ByteSet, complement: () => ByteSet] {
  const plain = lazily(make);
  return [plain, lazily(() => complementOf(plain()))];
}

const digit = both(() => setOf([0x30, 0x39]));
const word = both(() => setOf([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]));
const space = both(() => setOf([0x09, 0x0d], [0x20, 0x20]));
const horizontal = both(() => setOf([0x09, 0x09], [0x20, 0x20], [0xa0, 0xa0]));
const vertical = both(() => setOf([0x0a, 0x0d], [0x85, 0x85]));
const lineFeed = both(() => setOf([0x0a, 0x0a]));
const everything = lazily(() => setOf([0x00, 0xff]));

/** By the letter behind the backslash; an upper-case letter is the complement. */
const SHORTHANDS: ReadonlyMap<string, () => ByteSet> = new Map([
  ["d", digit[0]],
  ["D", digit[1]],
  ["w", word[0]],
  ["W", word[1]],
  ["s", space[0]],
  ["S", space[1]],
  ["h", horizontal[0]],
  ["H", horizontal[1]],
  ["v", vertical[0]],
  ["V", vertical[1]],
  ["N", lineFeed[1]],
]);

/** The set of `\d`, `\W` and so on; undefined for another letter. */
export function shorthand(letter: string): ByteSet | undefined {
  return SHORTHANDS.get(letter)?.();
}

const POSIX: ReadonlyMap<string, readonly [plain: () => ByteSet, complement: () => ByteSet]> = new Map([
  ["alnum", both(() => setOf([0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]))],
  ["alpha", both(() => setOf([0x41, 0x5a], [0x61, 0x7a]))],
  ["ascii", both(() => setOf([0x00, 0x7f]))],
  ["blank", both(() => setOf([0x09, 0x09], [0x20, 0x20]))],
  ["cntrl", both(() => setOf([0x00, 0x1f], [0x7f, 0x7f]))],
  ["digit", digit],
  ["graph", both(() => setOf([0x21, 0x7e]))],
  ["lower", both(() => setOf([0x61, 0x7a]))],
  ["print", both(() => setOf([0x20, 0x7e]))],
  ["punct", both(() => setOf([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]))],
  ["space", space],
  ["upper", both(() => setOf([0x41, 0x5a]))],
  ["word", word],
  ["xdigit", both(() => setOf([0x30, 0x39], [0x41, 0x46], [0x61, 0x66]))],
]);

/**
 * The set of `[:name:]` or, with a circumflex before the name, its complement; undefined for another name. Where case does not
 * matter, a letter of one case is any letter, also in the complement.
 */
export function posixClass(name: string, caseless: boolean): ByteSet | undefined {
  const plainName = name.replace("^", "");
  const isLetter = caseless && (plainName === "upper" || plainName === "lower");
  const [plain, complement] = POSIX.get(isLetter ? "alpha" : plainName) ?? [];
  return name.startsWith("^") ? complement?.() : plain?.();
}

/** Escapes that stand for one byte. */
const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["a", 0x07],
  ["e", 0x1b],
  ["f", 0x0c],
  ["n", 0x0a],
  ["r", 0x0d],
  ["t", 0x09],
]);

/** The byte of `\n` and so on; undefined for another letter. */
export function controlByte(letter: string): number | undefined {
  return CONTROLS.get(letter);
}

/** What a dot stands for. */
export function dot(dotAll: boolean): ByteSet {
  return dotAll ? everything() : lineFeed[1]();
}
