/** The histories behind the diagrams of the documentation. */
import { sampleLog } from "../../examples/replay/sample.ts";
import { type History, historyOf, readEventLog } from "../../src/migration/index.ts";

/** Histories by the name of their diagram. */
export function diagramHistories(): ReadonlyMap<string, History> {
  return new Map([["history", historyOf(readEventLog(sampleLog()))]]);
}
