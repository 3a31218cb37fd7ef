/** A log of events: what a machine was told, so that it can be told again. */
import type { JsonValue } from "../../ofp/index.ts";
import type { ConnectionConfig } from "../machine/index.ts";
import type { TrackerConfig, TrackerEvent } from "../tracker/index.ts";

/** What can stand in a log; in that of one connection no `drain`. */
export type LoggedEvent = TrackerEvent;

/** What a function of the configuration answered while an event was handled. */
export interface LoggedAnswer {
  /** Where the function is in the configuration: `["isTaken"]`, `["services", "web", "selectTarget"]`. */
  readonly hook: readonly string[];
  /** Its argument, or a list of them when there are several. */
  readonly asked: JsonValue;
  /** Absent for undefined. */
  readonly answer?: JsonValue;
}

/** One line of a log. */
export type LogRecord =
  | {
      readonly type: "event";
      readonly event: LoggedEvent;
      /** In the order of the questions. */
      readonly answers: readonly LoggedAnswer[];
      /** What the machine asked for, as JSON: to be compared. Absent where the log has none. */
      readonly effects: readonly JsonValue[] | undefined;
    }
  /** The machine was given a snapshot. */
  | { readonly type: "restore"; readonly snapshot: JsonValue };

interface LogBase {
  readonly version: 1;
  /** What the log calls itself. */
  readonly name: string;
  /** Functions of the configuration, which the log answers for. */
  readonly hooks: readonly (readonly string[])[];
  /** Whether the secret is there: without it whatever is drawn by it comes out different. */
  readonly hasSecret: boolean;
  readonly records: readonly LogRecord[];
  /** Whether its last line was whole; see {@link ReadLogOptions}. */
  readonly complete: boolean;
}

/** A log of one connection. */
export interface ConnectionLog extends LogBase {
  readonly of: "connection";
  /** Without its functions. */
  readonly config: ConnectionConfig;
}

/** A log of a tracker. */
export interface TrackerLog extends LogBase {
  readonly of: "tracker";
  /** Without its functions. */
  readonly config: TrackerConfig;
}

/** A log that was read. */
export type EventLog = ConnectionLog | TrackerLog;
