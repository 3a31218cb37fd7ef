/** Classes in brackets: `[a-z]`, `[^\x00-\x1f]`, `[[:alpha:]_]`. */
import { add, addRange, addSet, type ByteSet, emptySet, foldCase, invert, type OpenSet } from "./byte-set.ts";
import { posixClass, shorthand } from "./classes.ts";
import { escapedByte, type Scanner } from "./scanner.ts";

const POSIX_NAME = /\[:(\^?[a-z]+):\]/y;
/** A hyphen before the closing bracket is no range. */
const RANGE = /-(?!\])/y;

/** Reads a class, with the scanner behind the opening bracket. */
export function readBracket(scanner: Scanner, caseless: boolean): ByteSet {
  const start = scanner.at - 1;
  const isNegated = scanner.skip("^");
  const set = emptySet();
  // A closing bracket that comes first is a member.
  for (let isFirst = true; isFirst || scanner.peek() !== "]"; isFirst = false) {
    if (scanner.done) throw scanner.error("syntax", "a bracket that is not closed", start);
    readMember(scanner, set, caseless);
  }
  scanner.at++;
  if (caseless) foldCase(set);
  if (isNegated) invert(set);
  return set;
}

function readMember(scanner: Scanner, set: OpenSet, caseless: boolean): void {
  const at = scanner.at;
  const first = readAtom(scanner, caseless);
  if (typeof first !== "number") {
    if (scanner.take(RANGE)) throw scanner.error("unsupported", "a class at the end of a range", at);
    addSet(set, first);
    return;
  }
  if (!scanner.take(RANGE)) {
    add(set, first);
    return;
  }
  if (scanner.done) throw scanner.error("syntax", "a bracket that is not closed", at);
  const last = readAtom(scanner, caseless);
  if (typeof last !== "number") throw scanner.error("unsupported", "a class at the end of a range", at);
  if (last < first) throw scanner.error("badValue", "a range that runs backwards", at);
  addRange(set, first, last);
}

/** One byte, or a class within the class. */
function readAtom(scanner: Scanner, caseless: boolean): number | ByteSet {
  const at = scanner.at;
  const name = scanner.take(POSIX_NAME)?.[1];
  if (name !== undefined) {
    const named = posixClass(name, caseless);
    if (named) return named;
    throw scanner.error("unsupported", `the class [:${name}:]`, at);
  }
  // PCRE knows these forms and has no meaning for them; an unknown [. is a bracket and a dot to others.
  if (/\[[:.=]/y.test(scanner.text.slice(at, at + 2))) {
    throw scanner.error("unsupported", `${scanner.text.slice(at, at + 2)} within brackets`, at);
  }
  const character = scanner.next();
  if (character !== "\\") return character.charCodeAt(0);
  const byte = scanner.skip("b") ? 0x08 : escapedByte(scanner);
  if (byte !== undefined) return byte;
  const letter = scanner.next();
  const set = shorthand(letter);
  if (set) return set;
  throw scanner.error("unsupported", `the escape \\${letter} within brackets`, at);
}
