/** The text of `content`: characters, hex between bars, escapes. */
import { quote, WireError } from "../../wire/index.ts";
import type { Piece } from "./scan.ts";

/** Snort's MAX_PATTERN_SIZE has one byte for a NUL. */
const MAX_LENGTH = 2047;
const ESCAPABLE = '\\":;';

/** A value in quotes, perhaps with an exclamation mark before them. */
export interface Quoted {
  readonly negated: boolean;
  readonly inner: Piece;
}

/** Takes the quotes off. Whether quotes inside have a backslash is for the reader of the inside to see. */
export function readQuoted({ text, at }: Piece): Quoted {
  const [, mark = "", space = ""] = /^(!?)(\s*)/.exec(text) ?? [];
  const start = mark.length + (mark === "" ? 0 : space.length);
  const last = text.length - 1;
  if (text.charAt(start) !== '"' || last <= start || text.charAt(last) !== '"') {
    throw new WireError("syntax", "the value must be between quotes", at + start);
  }
  return { negated: mark !== "", inner: { text: text.slice(start + 1, last), at: at + start + 1 } };
}

/** The text of `msg`: a backslash stands before what would otherwise end the text or the option. */
export function readText(piece: Piece): string {
  const { text, at } = piece.text.startsWith('"') ? readQuoted(piece).inner : piece;
  let value = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '"') throw new WireError("syntax", "quotes between quotes need a backslash", at + index);
    if (character === "\\" && ESCAPABLE.includes(text.charAt(index + 1) || " ")) index++;
    value += text.charAt(index);
  }
  return value;
}

/** The bytes of a content, 1 to 2047 of them. */
export function readContentBytes({ text, at }: Piece): Uint8Array {
  const octets: number[] = [];
  let index = 0;
  while (index < text.length) {
    const character = text.charAt(index);
    if (character === "|") {
      const end = text.indexOf("|", index + 1);
      if (end < 0) throw new WireError("syntax", "a bar without a second one", at + index);
      readHex({ text: text.slice(index + 1, end), at: at + index + 1 }, octets);
      index = end + 1;
    } else {
      const escaped = character === "\\";
      octets.push(readCharacter(text, index, at));
      index += escaped ? 2 : 1;
    }
    if (octets.length > MAX_LENGTH) {
      throw new WireError("tooLong", `a content of more than ${MAX_LENGTH} bytes`, at + index);
    }
  }
  if (octets.length === 0) throw new WireError("badValue", "an empty content", at);
  return Uint8Array.from(octets);
}

function readCharacter(text: string, index: number, at: number): number {
  const character = text.charAt(index);
  if (character === '"') throw new WireError("syntax", "quotes between quotes need a backslash", at + index);
  if (character === "\\") {
    const next = text.charAt(index + 1);
    if (next !== "" && ESCAPABLE.includes(next)) return next.charCodeAt(0);
    throw new WireError("syntax", `a backslash may stand before one of ${ESCAPABLE} only`, at + index);
  }
  const code = character.charCodeAt(0);
  if (code >= 0x20 && code <= 0x7e) return code;
  throw new WireError("syntax", `${quote(character)} is no printable ASCII character: write it in hex`, at + index);
}

function readHex({ text, at }: Piece, octets: number[]): void {
  let digits = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (/[0-9a-f]/i.test(character)) digits += character;
    else if (character !== " ") throw new WireError("syntax", `${quote(character)} is no hex digit`, at + index);
  }
  if (digits === "" || digits.length % 2 !== 0) {
    throw new WireError("syntax", "between bars stands an even number of hex digits", at);
  }
  for (let index = 0; index < digits.length; index += 2) {
    octets.push(Number.parseInt(digits.slice(index, index + 2), 16));
  }
}
