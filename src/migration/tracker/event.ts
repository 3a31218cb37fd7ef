/** What a tracker is told. */
import type { Verdict } from "../../tcp/index.ts";
import { quote } from "../../wire/index.ts";
import {
  requireBigUint,
  requireBytes,
  requireIp,
  requireList,
  requireObject,
  requireUint,
} from "../../wire/require.ts";
import type { ConnectionEvent } from "../machine/index.ts";
import type { ServiceSetup } from "./config.ts";

/** Takes a target out of service, or back into it: it gets no more connections, and those that it has stay. */
export interface DrainEvent {
  readonly type: "drain";
  /** When, in milliseconds. */
  readonly at: number;
  /** Names of the service and of its target. */
  readonly service: string;
  readonly target: string;
  readonly draining: boolean;
}

/** Everything that {@link Tracker.handle} understands. `switchBack` is also for a switch that comes for the first time. */
export type TrackerEvent = ConnectionEvent | DrainEvent;

/** Throws RangeError or TypeError naming what is wrong with an event. */
export function checkEvent(event: TrackerEvent, services: readonly ServiceSetup[]): void {
  const { at } = requireObject("event", event);
  if (typeof at !== "number") throw new TypeError(`event.at must be a number, not ${quote(at)}`);
  if (!Number.isFinite(at)) throw new RangeError(`event.at must be a moment in milliseconds, not ${at}`);
  switch (event.type) {
    case "timer":
      return;
    case "verdict":
      checkVerdict(event.verdict);
      return;
    case "drain":
      checkDrain(event, services);
      return;
    default:
      checkFromSwitch(event);
  }
}

function checkDrain({ service, target, draining }: DrainEvent, services: readonly ServiceSetup[]): void {
  const known = services.find(({ name }) => name === service);
  if (!known) throw new RangeError(`event.service must be the name of a service, not ${quote(service)}`);
  if (!Object.hasOwn(known.settings.targets, target)) {
    throw new RangeError(`event.target must be a target of ${service}, not ${quote(target)}`);
  }
  if (typeof draining !== "boolean")
    throw new TypeError(`event.draining must be true or false, not ${quote(draining)}`);
}

function checkFromSwitch(event: Exclude<TrackerEvent, { readonly type: "timer" | "verdict" | "drain" }>): void {
  switch (event.type) {
    case "packetIn":
      requireUint("event.inPort", event.inPort, 32);
      requireBytes("event.frame", event.frame);
      if (event.cookie !== undefined) requireBigUint("event.cookie", event.cookie, 64);
      break;
    case "error":
      requireUint("event.id", event.id, 32);
      requireUint("event.errorType", event.errorType, 16);
      requireUint("event.code", event.code, 16);
      break;
    case "barrierReply":
      requireUint("event.id", event.id, 32);
      break;
    case "flowRemoved":
      requireBigUint("event.cookie", event.cookie, 64);
      requireUint("event.reason", event.reason, 8);
      break;
    case "flowStats":
      requireUint("event.id", event.id, 32);
      requireList("event.flows", event.flows).forEach((flow, index) => {
        const name = `event.flows[${index}]`;
        requireBigUint(`${name}.cookie`, requireObject(name, flow).cookie, 64);
        requireObject(`${name}.match`, flow.match);
        requireList(`${name}.instructions`, flow.instructions);
      });
      break;
    case "switchLost":
    case "switchBack":
      break;
    default:
      throw new RangeError(`event.type must be that of an event, not ${quote(typeOf(event))}`);
  }
  requireBigUint("event.dpid", event.dpid, 64);
}

/** Of something that is no event. */
function typeOf(event: { readonly type?: unknown }): unknown {
  return event.type;
}

function checkVerdict(verdict: Verdict): void {
  const { key, action, seq, generation } = requireObject("event.verdict", verdict);
  if (!["migrate", "forward"].includes(action)) {
    throw new RangeError(`event.verdict.action must be migrate or forward, not ${quote(action)}`);
  }
  const { src, dst, srcPort, dstPort, vlans } = requireObject("event.verdict.key", key);
  requireIp("event.verdict.key.src", src);
  requireIp("event.verdict.key.dst", dst);
  requireUint("event.verdict.key.srcPort", srcPort, 16);
  requireUint("event.verdict.key.dstPort", dstPort, 16);
  requireList("event.verdict.key.vlans", vlans);
  if (seq !== undefined) requireUint("event.verdict.seq", seq, 32);
  if (generation !== undefined) requireUint("event.verdict.generation", generation, 53);
  const target: unknown = verdict.action === "migrate" ? verdict.target : undefined;
  if (target !== undefined && typeof target !== "string") {
    throw new TypeError(`event.verdict.target must be a string, not ${quote(target)}`);
  }
}
