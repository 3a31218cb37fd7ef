/** What happened to a connection, for people. */
import { ladder } from "../explain/ladder.ts";
import { mermaid } from "../explain/mermaid.ts";
import { historyDiagram } from "./picture.ts";
import { historyText } from "./text.ts";
import type { History } from "./types.ts";
import { wordingOf } from "./words.ts";

export type { HistoryService } from "./parties.ts";
export { createHistory, type HistoryConfig, type HistoryRecorder } from "./recorder.ts";
export type {
  History,
  HistoryCause,
  HistoryDeed,
  HistoryGap,
  HistorySegment,
  HistoryStep,
  HistoryTransfer,
  NumberBase,
  Party,
  PartyId,
  SegmentNumbers,
  TransferDirection,
} from "./types.ts";

/** `text` to read in a terminal; `mermaid` a Mermaid sequence diagram; `svg` the same drawn, one file for light and dark mode. */
export type HistoryFormat = "text" | "mermaid" | "svg";

/** Options of {@link explainHistory}. */
export interface ExplainHistoryOptions {
  /** Sequence and acknowledgment numbers less the initial ones of each party, as tcpdump and Wireshark show them. Default false. */
  readonly relative?: boolean;
}

/**
 * Tells a history: when what came, what the machine did, and why. A segment has the numbers of its sender, and those of its
 * receiver where they differ. Throws RangeError for a format that is none of these.
 */
export function explainHistory(history: History, format: HistoryFormat, options: ExplainHistoryOptions = {}): string {
  const wording = wordingOf(history, options.relative === true);
  switch (format) {
    case "text":
      return historyText(history, wording);
    case "mermaid":
      return mermaid(historyDiagram(history, wording));
    case "svg":
      return ladder(historyDiagram(history, wording));
    default:
      return unknownFormat(format);
  }
}

function unknownFormat(format: never): never {
  throw new RangeError(`format must be text, mermaid or svg, not ${String(format)}`);
}
