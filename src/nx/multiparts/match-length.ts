/** Matches whose length stands before them a second time, in a struct that Open vSwitch writes and does not read. */
import type { Registry } from "../../ofp/definition.ts";
import { type Match, readMatch, writeMatch } from "../../ofp/match.ts";
import { part } from "../../ofp/part.ts";
import type { Reader, Writer } from "../../wire/index.ts";

/** A match, and the length that was told of it when that is not its own. */
export interface MeasuredMatch {
  readonly match: Match;
  /** match_len as the sender wrote it, when it is not the length of the match with its header; absent otherwise. */
  readonly matchLen?: number;
}

export function readMeasured(reader: Reader, matchLen: number, registry: Registry): MeasuredMatch {
  return part("match", () => {
    reader.need(4);
    const actual = reader.view.getUint16(reader.at + 2);
    const match = readMatch(reader, registry);
    return matchLen === actual ? { match } : { match, matchLen };
  });
}

/** `lengthAt` is the offset of match_len, which has been written already. */
export function writeMeasured(
  writer: Writer,
  { match, matchLen }: MeasuredMatch,
  lengthAt: number,
  registry: Registry,
): void {
  part("match", () => {
    const { offset } = writer;
    writeMatch(writer, match, registry);
    // Counted from the end: a writer that grows moves what it has.
    const start = writer.at - (writer.offset - offset);
    writer.patchU16(lengthAt, matchLen ?? writer.view.getUint16(start + 2));
  });
}
