/** Numbers in rules. */
import { quote, WireError } from "../../wire/index.ts";
import type { Piece } from "./scan.ts";

/** A decimal integer from `least` to `most`. */
export function readInteger({ text, at }: Piece, least: number, most: number): number {
  if (!/^-?\d+$/.test(text)) throw new WireError("syntax", `${quote(text)} is no number`, at);
  const value = Number(text);
  if (value < least || value > most) {
    throw new WireError("outOfRange", `${quote(text)} is not from ${least} to ${most}`, at);
  }
  return value;
}
