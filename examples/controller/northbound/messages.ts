/** What is said over the northbound WebSocket, both ways: JSON texts, and binary frames that are alert records of Snort. */
import { createFlowKey, type FlowKey } from "../../../src/tcp/index.ts";
import { isObject } from "../json.ts";
import { readShape } from "../schema.ts";
import { short } from "../short.ts";

/** Chosen by whoever asks. */
export type Id = string | number;
export type Topic = "events" | "inspect" | "role";

interface WrittenKey extends Omit<FlowKey, "vlans"> {
  readonly vlans?: readonly number[];
}

export interface VerdictRequest {
  readonly type: "verdict";
  readonly id: Id;
  /** Name of the service that the key must be of. */
  readonly service?: string;
  readonly key: FlowKey;
  readonly generation?: number;
  readonly seq?: number;
  readonly action: "migrate" | "forward";
  readonly target?: string;
  readonly park?: boolean;
  readonly rule?: string;
  readonly reason?: string;
}

export interface HistoryRequest {
  readonly type: "history";
  readonly id: Id;
  readonly key: FlowKey;
  readonly format?: "text" | "mermaid" | "svg";
  readonly relative?: boolean;
}

export interface DrainRequest {
  readonly type: "drain";
  readonly id: Id;
  readonly service: string;
  readonly target: string;
  readonly draining: boolean;
}

export interface ConnectionsRequest {
  readonly type: "connections";
  readonly id: Id;
  readonly service?: string;
  readonly skip?: number;
  readonly limit?: number;
  /** The newest first. */
  readonly newest?: boolean;
}

export interface FlowsRequest {
  readonly type: "flows";
  readonly id: Id;
  /** Those of one connection. */
  readonly key?: FlowKey;
  readonly skip?: number;
  readonly limit?: number;
}

/** See schema.json. */
export type Request =
  | VerdictRequest
  | HistoryRequest
  | DrainRequest
  | ConnectionsRequest
  | FlowsRequest
  | { readonly type: "subscribe" | "unsubscribe"; readonly id: Id; readonly topics: readonly Topic[] }
  | { readonly type: "stats" | "topology" | "refusals"; readonly id: Id };

type Keyed = VerdictRequest | HistoryRequest | FlowsRequest;
type Written =
  | Exclude<Request, Keyed>
  | (Omit<VerdictRequest, "key"> & { readonly key: WrittenKey })
  | (Omit<HistoryRequest, "key"> & { readonly key: WrittenKey })
  | (Omit<FlowsRequest, "key"> & { readonly key?: WrittenKey });

/**
 * What is wrong with a message: `notJson`; `badMessage` by the schema; `badRecord` for an alert record that is none; `notAService` for a
 * connection to something else; `unknownService`, `unknownTarget`; `unknownConnection` whose history is not known; `standsBy` for a verdict to
 * a controller that is not the master; `busy` for a question of somebody who does not read the answers; `tooLong` for an answer that is; `internal` for a mistake of the controller's.
 * In capitals: what the tracker reports of a verdict that changes nothing.
 */
export type ErrorCode =
  | "notJson"
  | "badMessage"
  | "badRecord"
  | "notAService"
  | "unknownService"
  | "unknownTarget"
  | "unknownConnection"
  | "standsBy"
  | "busy"
  | "tooLong"
  | "internal"
  | Uppercase<string>;

/** What became of a message: `id` is its own; an alert record has none, and `record` counts those of its WebSocket from 1. */
export interface Reference {
  readonly id?: Id | undefined;
  readonly record?: number | undefined;
}

export interface ErrorAnswer extends Reference {
  readonly type: "error";
  readonly code: ErrorCode;
  /** For people. */
  readonly text: string;
}

/** `reports`: what the tracker says about a verdict. */
export interface Ack extends Reference {
  readonly type: "ack";
  readonly reports?: readonly { readonly code: string; readonly text: string }[];
  /** The record is no alert, or one that the policy ignores. */
  readonly ignored?: true;
}

/** What was asked for. */
export interface Reply {
  readonly type: "connections" | "stats" | "history" | "topology" | "flows" | "refusals";
  readonly id: Id;
  readonly [name: string]: unknown;
}

export type Answer = Ack | ErrorAnswer | Reply;

/** A text that came. */
export type Reading =
  | { readonly type: "request"; readonly request: Request }
  | { readonly type: "eveLine"; readonly line: string }
  | { readonly type: "error"; readonly id: Id | undefined; readonly code: ErrorCode; readonly text: string };

const shape = readShape<Written>(new URL("schema.json", import.meta.url), "the message", false);
const MAX_ID = 64;

/** The id of something that may be no message. */
function idOf({ id }: Readonly<Record<string, unknown>>): Id | undefined {
  if (typeof id === "string" && id.length <= MAX_ID) return id;
  return Number.isSafeInteger(id) && typeof id === "number" && id >= 0 ? id : undefined;
}

/** Throws RangeError or TypeError for a key that is none. */
function spelled(json: Written): Request {
  if (json.type !== "flows") return "key" in json ? { ...json, key: createFlowKey(json.key) } : json;
  const { key, ...rest } = json;
  return key ? { ...rest, key: createFlowKey(key) } : rest;
}

/** Never throws, whatever the text. */
export function readMessage(text: string): Reading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { type: "error", id: undefined, code: "notJson", text: short(error.message) };
  }
  // Suricata's own name, and none of ours: lines of its log come as they are.
  if (isObject(json) && "event_type" in json) return { type: "eveLine", line: text };
  const bad = (why: string): Reading => ({
    ...{ type: "error", id: isObject(json) ? idOf(json) : undefined, code: "badMessage", text: short(why) },
  });
  if (!shape.is(json)) return bad(shape.problems()[0] ?? "this is no message");
  try {
    return { type: "request", request: spelled(json) };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    return bad(`key.${error.message}`);
  }
}
