/** Whether something is an event. */
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
import type { ConnectionEvent } from "./event.ts";

/** Throws RangeError or TypeError naming what is wrong with an event. */
export function checkEvent(event: ConnectionEvent): void {
  checkMoment(event);
  switch (event.type) {
    case "timer":
      return;
    case "verdict":
      checkVerdict(event.verdict);
      return;
    default:
      checkFromSwitch(event);
  }
}

/** Throws RangeError or TypeError for an event without a time. */
export function checkMoment(event: { readonly at: number }): void {
  const { at } = requireObject("event", event);
  if (typeof at !== "number") throw new TypeError(`event.at must be a number, not ${quote(at)}`);
  if (!Number.isFinite(at)) throw new RangeError(`event.at must be a moment in milliseconds, not ${at}`);
}

function checkFromSwitch(event: Exclude<ConnectionEvent, { readonly type: "timer" | "verdict" }>): void {
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
  const version = requireIp("event.verdict.key.src", src).includes(":");
  if (requireIp("event.verdict.key.dst", dst).includes(":") !== version) {
    throw new RangeError("event.verdict.key.dst must be of the IP version of event.verdict.key.src");
  }
  requireUint("event.verdict.key.srcPort", srcPort, 16);
  requireUint("event.verdict.key.dstPort", dstPort, 16);
  requireList("event.verdict.key.vlans", vlans).forEach((vid, index) => {
    requireUint(`event.verdict.key.vlans[${index}]`, vid, 12);
  });
  if (seq !== undefined) requireUint("event.verdict.seq", seq, 32);
  if (generation !== undefined) requireUint("event.verdict.generation", generation, 53);
  const { target, park }: { readonly target?: unknown; readonly park?: unknown } =
    verdict.action === "migrate" ? verdict : {};
  if (park !== undefined && typeof park !== "boolean") {
    throw new TypeError(`event.verdict.park must be true or false, not ${quote(park)}`);
  }
  if (target !== undefined && typeof target !== "string") {
    throw new TypeError(`event.verdict.target must be a string, not ${quote(target)}`);
  }
}
