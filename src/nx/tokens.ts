/** Words of actions that ovs-ofctl takes apart one after the other, and numbers that it reads in decimal only. */
import { parseDecimal } from "../ofp/text/number.ts";
import { quote, shifted, WireError } from "../wire/index.ts";

/** One word of an argument, with its offset. */
export interface Token {
  readonly text: string;
  readonly at: number;
}

/** Gives one word after the other, each up to one of the separators, as C's strtok does; undefined at the end. */
export function tokens(text: string): (separators: string) => Token | undefined {
  let at = 0;
  return (separators) => {
    while (at < text.length && separators.includes(text.charAt(at))) at++;
    if (at >= text.length) return undefined;
    const start = at;
    while (at < text.length && !separators.includes(text.charAt(at))) at++;
    // The separator is eaten: it opens no other word.
    return { text: text.slice(start, at++), at: start };
  };
}

/** The number of a token: decimal digits, leading zeros among them. Where ovs-ofctl takes anything else for 0, that is an error. */
export function decimalOf({ text, at }: Token, bits: number): number {
  if (!/^\d+$/.test(text)) {
    const code = /^-\d+$/.test(text) ? "outOfRange" : "syntax";
    throw new WireError(code, `${quote(text)} is no decimal number`, at);
  }
  try {
    return parseDecimal(text, bits);
  } catch (error) {
    throw shifted(at, error);
  }
}

/** The number that a word stands for, in any case. */
export function numberOf({ text, at }: Token, names: readonly string[], what: string): number {
  const number = names.indexOf(text.toLowerCase());
  if (number < 0) throw new WireError("syntax", `${quote(text)} is no ${what}: ${names.join(", ")}`, at);
  return number;
}
