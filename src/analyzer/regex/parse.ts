/** The grammar of patterns: the part of PCRE that is a regular language, so that a match takes linear time. */
import { quote, type WireErrorCode } from "../../wire/index.ts";
import { readBracket } from "./bracket.ts";
import { type ByteSet, foldCase, setOf } from "./byte-set.ts";
import { dot, shorthand } from "./classes.ts";
import { escapedByte, Scanner } from "./scanner.ts";
import { type Assertion, countStates, MAX_STATES, type Tree } from "./tree.ts";

/** How a pattern is to be read. */
export interface PatternSwitches {
  readonly caseless: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly dollarEndOnly: boolean;
}

/** Groups in one another beyond this are refused: recursion must have an end. */
const MAX_DEPTH = 32;
/** PCRE's own limit. */
const MAX_COUNT = 65_535;

const COUNT = /\{(\d{1,5})(?:(,)(\d{0,5}))?\}/y;
const NAMED_GROUP = /\?(?:P?<\w+>|'\w+')/y;

/**
 * Reads a pattern. Throws WireError with an offset into it: `syntax` for what is no pattern, `unsupported` for what is one of PCRE's
 * but not a regular expression in the strict sense, or changes nothing but how PCRE searches, `tooLong` for more states than
 * a machine may have, `tooDeep` for too many groups in one another.
 */
export function parsePattern(text: string, switches: PatternSwitches): Tree {
  const scanner = new Scanner(text);
  const tree = readChoice(scanner, switches, 0);
  if (!scanner.done) throw scanner.error("syntax", "a parenthesis that was not opened");
  countStates(tree);
  return tree;
}

function readChoice(scanner: Scanner, switches: PatternSwitches, depth: number): Tree {
  if (depth > MAX_DEPTH) throw scanner.error("tooDeep", `nested more than ${MAX_DEPTH} levels`);
  const parts = [readSequence(scanner, switches, depth)];
  while (scanner.skip("|")) parts.push(readSequence(scanner, switches, depth));
  return parts.length === 1 && parts[0] ? parts[0] : { type: "choice", parts };
}

function readSequence(scanner: Scanner, switches: PatternSwitches, depth: number): Tree {
  const parts: Tree[] = [];
  while (!scanner.done && scanner.peek() !== "|" && scanner.peek() !== ")") {
    parts.push(readRepeated(scanner, switches, depth));
  }
  return { type: "sequence", parts };
}

function readRepeated(scanner: Scanner, switches: PatternSwitches, depth: number): Tree {
  const part = readAtom(scanner, switches, depth);
  const at = scanner.at;
  const range = readCount(scanner);
  if (!range) return part;
  if (part.type === "assertion") throw scanner.error("unsupported", "a place that is repeated", at);
  if (scanner.skip("+")) {
    throw scanner.error("unsupported", "a possessive quantifier gives nothing back: it is no regular expression", at);
  }
  // Lazy or not: a match may end wherever it can.
  scanner.skip("?");
  if (readCount(scanner)) throw scanner.error("syntax", "a quantifier behind a quantifier", at);
  return { type: "repeat", part, ...range };
}

/** A quantifier, if there is one. A brace that begins none stands for itself, as in PCRE. */
function readCount(scanner: Scanner): { least: number; most?: number } | undefined {
  const at = scanner.at;
  if (scanner.skip("*")) return { least: 0 };
  if (scanner.skip("+")) return { least: 1 };
  if (scanner.skip("?")) return { least: 0, most: 1 };
  const counted = scanner.take(COUNT);
  if (!counted) return undefined;
  const [, first = "", comma, second = ""] = counted;
  const least = Number(first);
  const most = comma === undefined ? least : second === "" ? undefined : Number(second);
  if (Math.max(least, most ?? 0) > MAX_COUNT) throw scanner.error("outOfRange", `more than ${MAX_COUNT} times`, at);
  if (most === undefined) return { least };
  if (most < least) throw scanner.error("badValue", "a quantifier that runs backwards", at);
  return { least, most };
}

function readAtom(scanner: Scanner, switches: PatternSwitches, depth: number): Tree {
  const at = scanner.at;
  // Counted once more in the end, with the repetitions; this only keeps the tree small.
  if (++scanner.atoms > MAX_STATES) throw scanner.error("tooLong", `a pattern of more than ${MAX_STATES} states`, at);
  if (readCount(scanner)) throw scanner.error("syntax", "nothing to repeat", at);
  const character = scanner.next();
  switch (character) {
    case "(":
      return readGroup(scanner, switches, depth);
    case "[":
      return { type: "byte", set: readBracket(scanner, switches.caseless) };
    case ".":
      return { type: "byte", set: dot(switches.dotAll) };
    case "^":
      return assertion(switches.multiline ? "lineStart" : "start");
    case "$":
      return assertion(switches.multiline ? "lineEnd" : switches.dollarEndOnly ? "end" : "lastEnd");
    case "\\":
      return readEscape(scanner, switches);
    default:
      return byte(character.charCodeAt(0), switches);
  }
}

function assertion(kind: Assertion): Tree {
  return { type: "assertion", assertion: kind };
}

/** Sets of one byte, and those of one letter in either case behind them; made when first asked for, and then shared. */
const singles: ByteSet[] = [];

function byte(value: number, { caseless }: PatternSwitches): Tree {
  const index = caseless ? 256 + value : value;
  let set = singles[index];
  if (!set) {
    const made = setOf([value, value]);
    if (caseless) foldCase(made);
    singles[index] = made;
    set = made;
  }
  return { type: "byte", set };
}

function readGroup(scanner: Scanner, switches: PatternSwitches, depth: number): Tree {
  const start = scanner.at - 1;
  if (scanner.peek() === "*") throw scanner.error("unsupported", "a verb of PCRE's", start);
  if (scanner.peek() === "?" && !scanner.skip("?:") && !scanner.take(NAMED_GROUP)) {
    const form = scanner.text.slice(start, start + 4);
    throw scanner.error("unsupported", `${quote(form)}: groups may be ( and (?:, nothing looks ahead or behind`, start);
  }
  const inner = readChoice(scanner, switches, depth + 1);
  if (!scanner.skip(")")) throw scanner.error("syntax", "a parenthesis that is not closed", start);
  // A sequence of its own, so that a group around an assertion is no assertion.
  return { type: "sequence", parts: [inner] };
}

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ["A", "start"],
  ["Z", "lastEnd"],
  ["z", "end"],
  ["b", "wordEdge"],
  ["B", "noWordEdge"],
]);

function readEscape(scanner: Scanner, switches: PatternSwitches): Tree {
  const start = scanner.at - 1;
  const value = escapedByte(scanner);
  if (value !== undefined) return byte(value, switches);
  const letter = scanner.next();
  const set = shorthand(letter);
  if (set) return { type: "byte", set };
  const place = ASSERTIONS.get(letter);
  if (place !== undefined) return assertion(place);
  const [code, detail] = refusal(letter);
  throw scanner.error(code, detail, start);
}

function refusal(letter: string): readonly [WireErrorCode, string] {
  if (letter === "") return ["syntax", "a backslash at the end"];
  if (/[1-9gk]/.test(letter)) return ["unsupported", "a back reference is no regular expression"];
  return ["unsupported", `the escape \\${letter}`];
}
