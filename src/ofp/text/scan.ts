/** The outer grammar of flows and actions: keys with or without a value, separated by commas or white space. */
import { WireError } from "../../wire/index.ts";

/** One key with its value, as ovs-ofctl splits them. */
export interface Word {
  readonly key: string;
  /** Offset of the key. */
  readonly at: number;
  /** Without the parentheses; "" when there is none. `f(x)->y` has the value `x)->y`. */
  readonly value: string;
  /** Offset of the value. */
  readonly valueAt: number;
  /** What opened the value: `:`, `=` or `(`; "" when there is none. */
  readonly opener: string;
}

const SEPARATORS = ", \t\r\n";
const KEY_END = `:=(${SEPARATORS}`;

/** Splits at top level; parentheses nest. Throws WireError `syntax` when one is not closed. */
export function scanWords(text: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && SEPARATORS.includes(text.charAt(at))) at++;
    if (at >= text.length) return words;
    const start = at;
    while (at < text.length && !KEY_END.includes(text.charAt(at))) at++;
    const key = text.slice(start, at);
    const opener = text.charAt(at);
    if (opener === "" || SEPARATORS.includes(opener)) {
      words.push({ key, at: start, value: "", valueAt: at, opener: "" });
      continue;
    }
    const valueAt = at + 1;
    const end = opener === "(" ? closing(text, at) : valueEnd(text, valueAt);
    const tail = opener === "(" && text.startsWith("->", end + 1) ? valueEnd(text, end + 1) : end;
    words.push({ key, at: start, value: text.slice(valueAt, tail), valueAt, opener });
    at = opener === "(" && tail === end ? end + 1 : tail;
  }
}

/** Offset of the separator or the end behind a value that starts at `at`. */
function valueEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !SEPARATORS.includes(text.charAt(end))) {
    end = text.charAt(end) === "(" ? closing(text, end) + 1 : end + 1;
  }
  return end;
}

/** Offset of the parenthesis that closes the one at `open`. */
function closing(text: string, open: number): number {
  let level = 0;
  for (let at = open; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "(") level++;
    else if (character === ")" && --level === 0) return at;
  }
  throw new WireError("syntax", "a parenthesis that is not closed", open);
}
