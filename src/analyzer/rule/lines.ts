/** A rules file as logical lines: comments and blank lines left out, continued lines joined. */
import { WireError } from "../../wire/index.ts";

/** One rule, which may have been written on several lines. */
export interface LogicalLine {
  readonly text: string;
  /** Where each part of the text begins, in it and in the file. */
  readonly parts: readonly { readonly at: number; readonly offset: number }[];
}

/** A place in a text for people, both from 1 on; columns count UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Splits a file. A backslash at the very end of a line joins the next one to it; a comment cannot be continued.
 *
 * Throws WireError `syntax` where the text ends behind such a backslash.
 */
export function* logicalLines(text: string): Generator<LogicalLine, void> {
  let parts: { at: number; offset: number }[] = [];
  let joined = "";
  let offset = 0;
  while (offset < text.length) {
    const feed = text.indexOf("\n", offset);
    const next = feed < 0 ? text.length : feed + 1;
    const line = text.slice(offset, feed < 0 ? text.length : feed).replace(/\r$/, "");
    const isContinuation = parts.length > 0;
    if (isContinuation || !/^\s*(?:#|$)/.test(line)) {
      parts.push({ at: joined.length, offset });
      const continues = line.endsWith("\\");
      joined += continues ? line.slice(0, -1) : line;
      if (!continues) {
        yield { text: joined, parts };
        parts = [];
        joined = "";
      } else if (next === text.length) {
        throw new WireError("syntax", "the text ends in a line that goes on", offset + line.length - 1, "line");
      }
    }
    offset = next;
  }
}

/** Where in the file a character of a logical line stands. */
export function originalOffset({ parts }: LogicalLine, at: number): number {
  let offset = at;
  for (const part of parts) if (part.at <= at) offset = part.offset + at - part.at;
  return offset;
}

/** Finds the places of offsets that do not decrease, in one walk through the text. */
export function createLocator(text: string): (offset: number) => Place {
  let line = 1;
  let start = 0;
  return (offset) => {
    for (let feed = text.indexOf("\n", start); feed >= 0 && feed < offset; feed = text.indexOf("\n", start)) {
      line++;
      start = feed + 1;
    }
    return { line, column: offset - start + 1 };
  };
}
