/** A position in a pattern, and the escapes that mean the same inside and outside of brackets. */
import { quote, WireError, type WireErrorCode } from "../../wire/index.ts";
import { controlByte } from "./classes.ts";

/** Walks through a pattern. Only printable ASCII may stand there: other bytes are written in hex, as PCRE works on bytes. */
export class Scanner {
  readonly text: string;
  at = 0;
  /** How many bytes, classes, places and groups have been read. */
  atoms = 0;

  constructor(text: string) {
    this.text = text;
    const wrong = /[^\x20-\x7e]/.exec(text);
    if (wrong) {
      throw new WireError("syntax", `${quote(wrong[0])} is no printable ASCII character: write it in hex`, wrong.index);
    }
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here; "" at the end. */
  peek(): string {
    return this.text.charAt(this.at);
  }

  next(): string {
    return this.text.charAt(this.at++);
  }

  /** Steps over the text, if it is what stands here. */
  skip(text: string): boolean {
    const found = this.text.startsWith(text, this.at);
    if (found) this.at += text.length;
    return found;
  }

  /** Steps over what a sticky expression matches here. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found) this.at += found[0].length;
    return found;
  }

  /** An error at a place, by default here. */
  error(code: WireErrorCode, detail: string, at = this.at): WireError {
    return new WireError(code, detail, at);
  }
}

const HEX = /x(?:\{([0-9a-fA-F]{1,2})\}|(?!\{)([0-9a-fA-F]{0,2}))/y;
/** A zero begins up to three octal digits; another digit would be a back reference. */
const OCTAL = /0[0-7]{0,2}/y;

/** The byte of an escape, with the scanner behind the backslash; undefined for a letter that means something else. */
export function escapedByte(scanner: Scanner): number | undefined {
  const hex = scanner.take(HEX);
  // Without any digit it is a NUL.
  if (hex) return Number.parseInt(`0${hex[1] ?? hex[2] ?? ""}`, 16);
  const octal = scanner.take(OCTAL);
  if (octal) return Number.parseInt(octal[0], 8);
  const letter = scanner.peek();
  const control = controlByte(letter);
  if (control === undefined && (letter === "" || /\w/.test(letter))) return undefined;
  scanner.at++;
  return control ?? letter.charCodeAt(0);
}
