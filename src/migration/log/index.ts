/** Logs of events: written beside a machine, read, and replayed. */
export { type Difference, firstDifference } from "./difference.ts";
export { type ConnectionFinder, createFinder, type HistoryOfOptions, historyOf } from "./history-of.ts";
export type { CreateTracker, Machine } from "./machine.ts";
export { type ReadLogOptions, readEventLog } from "./read.ts";
export { type ConnectionRecorder, recordConnection, recordTracker, type TrackerRecorderOptions } from "./recorder.ts";
export { type Replay, type ReplayedRecord, type ReplayResult, replay, startReplay } from "./replay.ts";
export type { ReplayOptions } from "./replay-machine.ts";
export type { ConnectionLog, EventLog, LoggedAnswer, LoggedEvent, LogRecord, TrackerLog } from "./types.ts";
export type { RecorderOptions } from "./write.ts";
