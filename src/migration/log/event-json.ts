/** Events as JSON and back. */
import { type JsonValue, toJSON, valueFromJSON } from "../../ofp/json.ts";
import type { FlowKey, ForwardVerdict, MigrateVerdict, Verdict } from "../../tcp/index.ts";
import { isObject, quote, WireError } from "../../wire/index.ts";
import { flowProperties, reportedFlow } from "../recovery/flow-shape.ts";
import {
  bytes,
  count,
  flag,
  ip,
  list,
  moment,
  object,
  oneOf,
  optional,
  type Shape,
  text,
  u32,
  u64,
  uint,
} from "../recovery/shape.ts";
import type { EventLog, LoggedEvent } from "./types.ts";

const u8 = uint(8);
const u16 = uint(16);

const key = object<FlowKey>({ vlans: list(uint(12)), src: ip, dst: ip, srcPort: u16, dstPort: u16 });
const about = {
  key,
  seq: optional(u32),
  generation: optional(count),
  rule: optional(text),
  reason: optional(text),
} as const;
const migrate = object<MigrateVerdict>({
  ...about,
  action: oneOf(["migrate"]),
  target: optional(text),
  park: optional(flag),
});
const forward = object<ForwardVerdict>({ ...about, action: oneOf(["forward"]) });
const verdict: Shape<Verdict> = {
  read: (value) => (propertyOf(value, "action") === "forward" ? forward.read(value) : migrate.read(value)),
};

const moments = { at: moment };
const fromSwitch = { ...moments, dpid: u64 };

/** The events of a type; some have two. */
type Typed<T, E = LoggedEvent> = E extends { readonly type: infer U } ? (T extends U ? E : never) : never;

/** One for every type: a new event makes the compiler ask for its shape. */
type Shapes = { readonly [T in LoggedEvent["type"]]: Shape<Typed<T>> };

const shapes: Shapes = {
  packetIn: object({
    type: oneOf(["packetIn"]),
    ...fromSwitch,
    inPort: u32,
    frame: bytes,
    cookie: optional(u64),
  }),
  verdict: object({ type: oneOf(["verdict"]), ...moments, verdict }),
  error: object({ type: oneOf(["error"]), ...fromSwitch, id: u32, errorType: u16, code: u16 }),
  barrierReply: object({ type: oneOf(["barrierReply"]), ...fromSwitch, id: u32 }),
  flowRemoved: object({ type: oneOf(["flowRemoved"]), ...fromSwitch, cookie: u64, reason: u8 }),
  flowStats: object({ type: oneOf(["flowStats"]), ...fromSwitch, id: u32, flows: list(reportedFlow) }),
  timer: object({ type: oneOf(["timer"]), ...moments }),
  switchLost: object({ type: oneOf(["switchLost", "switchBack"]), ...fromSwitch }),
  switchBack: object({ type: oneOf(["switchLost", "switchBack"]), ...fromSwitch }),
  drain: object({ type: oneOf(["drain"]), ...moments, service: text, target: text, draining: flag }),
};

const shapesByType = new Map<unknown, Shape<LoggedEvent>>(Object.entries(shapes));

function propertyOf(value: unknown, name: string): unknown {
  return isObject(value) ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;
}

/** Throws WireError for an event that holds what no event does. */
export function eventToJSON(event: LoggedEvent): JsonValue {
  if (event.type !== "flowStats") return toJSON(event);
  const flows = event.flows.map((reported) =>
    Object.fromEntries(Object.entries(reported).filter(([name]) => flowProperties.has(name))),
  );
  return toJSON({ ...event, flows });
}

/** What one connection does not understand. */
const ofTrackers: readonly unknown[] = ["drain"];

/** Throws WireError for what is no event of such a log's. */
export function eventFromJSON(json: unknown, of: EventLog["of"] = "connection"): LoggedEvent {
  const value = valueFromJSON(json);
  const type = propertyOf(value, "type");
  const shape = of === "connection" && ofTrackers.includes(type) ? undefined : shapesByType.get(type);
  if (!shape) throw new WireError("badType", `${quote(type)} is no type of an event of a ${of}`, 0, "type");
  return shape.read(value);
}
