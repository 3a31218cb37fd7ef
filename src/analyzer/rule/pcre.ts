/** The option `pcre`: delimiters and flags. The pattern itself is for `regex/`. */
import { quote, WireError } from "../../wire/index.ts";
import { parsePattern } from "../regex/parse.ts";
import { readQuoted } from "./content.ts";
import type { Piece } from "./scan.ts";
import type { PcreCondition } from "./types.ts";

type Switch = "relative" | "caseless" | "dotAll" | "multiline" | "anchored" | "dollarEndOnly";

const SWITCHES: ReadonlyMap<string, Switch> = new Map([
  ["i", "caseless"],
  ["s", "dotAll"],
  ["m", "multiline"],
  ["R", "relative"],
  ["A", "anchored"],
  ["E", "dollarEndOnly"],
]);

/** Flags that change nothing here: held bytes are raw, and a pattern may end wherever it can, greedy or not. */
const WITHOUT_EFFECT = "BGO";

/** `"/pattern/flags"`, `!"/pattern/flags"`, with another delimiter than the slash `"m!pattern!flags"`. */
export function readPcre(piece: Piece): PcreCondition {
  const { negated, inner } = readQuoted(piece);
  const start = inner.text.startsWith("m") ? 1 : 0;
  const delimiter = inner.text.charAt(start);
  const end = inner.text.lastIndexOf(delimiter);
  const isDelimiter = start === 0 ? delimiter === "/" : /^[^\w\s\\]$/.test(delimiter);
  if (!isDelimiter || end <= start) {
    throw new WireError("syntax", "a pattern stands between two slashes", inner.at + start);
  }
  const flags = readSwitches({ text: inner.text.slice(end + 1), at: inner.at + end + 1 });
  const has = (name: Switch) => flags.has(name);
  const condition: PcreCondition = {
    type: "pcre",
    pattern: inner.text.slice(start + 1, end),
    negated,
    relative: has("relative"),
    caseless: has("caseless"),
    dotAll: has("dotAll"),
    multiline: has("multiline"),
    anchored: has("anchored"),
    dollarEndOnly: has("dollarEndOnly"),
  };
  if (negated && condition.relative) {
    throw new WireError("unsupported", "a relative pattern cannot be negated", inner.at + end);
  }
  checkPattern(condition, inner.at + start + 1);
  return condition;
}

function readSwitches({ text, at }: Piece): Set<Switch> {
  const switches = new Set<Switch>();
  for (let index = 0; index < text.length; index++) {
    const letter = text.charAt(index);
    const name = SWITCHES.get(letter);
    if (name !== undefined) switches.add(name);
    else if (!WITHOUT_EFFECT.includes(letter)) {
      throw new WireError("unsupported", `the flag ${quote(letter)} of a pattern: i, s, m, R, A, E, G`, at + index);
    }
  }
  return switches;
}

/** Reads the pattern, to know that it can be read; what is kept is its text. */
function checkPattern(condition: PcreCondition, at: number): void {
  try {
    parsePattern(condition.pattern, condition);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new WireError(error.code, error.detail, at + error.offset);
  }
}
