/** The outer grammar of a rule: words of a header, options in parentheses. Offsets count from the beginning of the rule. */
import { quote, WireError } from "../../wire/index.ts";

/** A piece of a rule and where it stands. */
export interface Piece {
  readonly text: string;
  readonly at: number;
}

/** `name:value` or `name` */
export interface OptionText {
  readonly name: string;
  readonly at: number;
  /** Without the white space around it; absent where the option has no colon. */
  readonly value?: Piece;
}

/** A piece without the white space around it. */
export function trimmed({ text, at }: Piece): Piece {
  const start = text.trimStart();
  return { text: start.trimEnd(), at: at + text.length - start.length };
}

/** Splits at a character that is outside brackets and quotes; pieces are trimmed. */
export function splitList(piece: Piece, separator: string): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= piece.text.length; index++) {
    const character = piece.text.charAt(index);
    if (character === "[") depth++;
    else if (character === "]") depth--;
    if (character === "" || (character === separator && depth <= 0)) {
      pieces.push(trimmed({ text: piece.text.slice(start, index), at: piece.at + start }));
      start = index + 1;
    }
  }
  return pieces;
}

/** The words of a header, separated by white space; a bracketed list is one word whatever white space is in it. */
export function headerWords({ text, at }: Piece): Piece[] {
  const words: Piece[] = [];
  let depth = 0;
  let start = -1;
  for (let index = 0; index <= text.length; index++) {
    const character = text.charAt(index);
    if (character === "[") depth++;
    else if (character === "]") depth--;
    const ends = character === "" || (/\s/.test(character) && depth <= 0);
    if (!ends && start < 0) start = index;
    if (ends && start >= 0) {
      words.push({ text: text.slice(start, index), at: at + start });
      start = -1;
    }
  }
  return words;
}

/**
 * Splits a rule in its header and its options.
 *
 * Snort ends an option at every semicolon without a backslash, also between quotes: a semicolon there that has none is refused,
 * rather than read in another way than Snort would.
 */
export function splitRule(text: string): { readonly header: Piece; readonly options: OptionText[] } {
  const open = text.indexOf("(");
  if (open < 0) throw new WireError("syntax", "a rule needs options in parentheses", text.length, "header");
  const end = text.trimEnd().length - 1;
  if (text.charAt(end) !== ")") {
    throw new WireError("syntax", "a rule ends in a closing parenthesis", Math.max(end, open), "options");
  }
  return { header: { text: text.slice(0, open), at: 0 }, options: splitOptions(text, open + 1, end) };
}

function splitOptions(text: string, from: number, end: number): OptionText[] {
  const options: OptionText[] = [];
  let start = from;
  let quoted = -1;
  for (let index = from; index < end; index++) {
    const character = text.charAt(index);
    if (character === "\\") index++;
    else if (character === '"') quoted = quoted < 0 ? index : -1;
    else if (character === ";") {
      const option = readOption({ text: text.slice(start, index), at: start });
      if (quoted >= 0) {
        throw new WireError("syntax", "a semicolon between quotes needs a backslash before it", index, option.name);
      }
      options.push(option);
      start = index + 1;
    }
  }
  const rest = trimmed({ text: text.slice(start, end), at: start });
  if (rest.text === "") return options;
  const option = readOption(rest);
  if (quoted >= 0) throw new WireError("syntax", "quotes that are not closed", quoted, option.name);
  throw new WireError("syntax", "an option ends in a semicolon", end, option.name);
}

function readOption(piece: Piece): OptionText {
  const { text, at } = trimmed(piece);
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)).trimEnd();
  if (!/^[\w-]+$/.test(name)) throw new WireError("syntax", `${quote(name)} is no name of an option`, at, "options");
  if (colon < 0) return { name, at };
  return { name, at, value: trimmed({ text: text.slice(colon + 1), at: at + colon + 1 }) };
}
