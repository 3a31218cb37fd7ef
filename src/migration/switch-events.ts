/** What a switch says, as events. */
import { BundleControlType, type ExtensionMessage, type NiciraAction } from "../nx/index.ts";
import { type Message, MultipartReplyFlags } from "../ofp/index.ts";
import { requireBigUint } from "../wire/require.ts";
import type { ConnectionEvent, ReportedFlow } from "./machine/index.ts";

/** A message of a codec that knows the extensions of Nicira and the ONF, as `decode` of `tcp-migration` does. */
export type SwitchMessage = Message<NiciraAction, ExtensionMessage>;

/** See {@link createEventReader}. */
export interface EventReader {
  /**
   * The event that a message is, or that it completes; undefined for what is none. `at` is the moment at which it came, in
   * milliseconds.
   */
  readonly read: (message: SwitchMessage, at: number) => ConnectionEvent | undefined;
}

/** So many answers in several parts are collected at a time; a switch sends one after the other. */
const MAX_PARTIAL = 16;

/**
 * Makes the events of `step` and of a tracker out of what one switch sends: packet-ins, errors, barrier replies and the replies to a
 * bundle's commit, flows that were removed, and flow statistics, which may come in several parts. Everything else stays with the
 * controller, and so does whether the switch is there: `switchBack` and `switchLost`.
 *
 * One for each channel: what came of an answer in parts is worth nothing once the channel broke.
 *
 * Throws RangeError or TypeError for a datapath id that is none.
 *
 * @example
 * ```ts
 * const events = createEventReader(7n);
 * for (const bytes of frames.push(chunk)) {
 *   const event = events.read(decode(bytes), performance.now());
 *   if (event) for (const effect of tracker.handle(event)) carryOut(effect);
 * }
 * ```
 */
export function createEventReader(dpid: bigint): EventReader {
  requireBigUint("dpid", dpid, 64);
  const partial = new Map<number, ReportedFlow[]>();

  /** All flows of an answer, once its last part is there. */
  function collect(id: number, flows: readonly ReportedFlow[], more: boolean): readonly ReportedFlow[] | undefined {
    const all = partial.get(id) ?? [];
    for (const flow of flows) all.push(flow);
    partial.delete(id);
    if (!more) return all;
    partial.set(id, all);
    const [oldest] = partial.keys();
    if (partial.size > MAX_PARTIAL && oldest !== undefined) partial.delete(oldest);
    return undefined;
  }

  return {
    read(message, at) {
      switch (message.type) {
        case "packetIn": {
          const { match, data, cookie } = message;
          const { inPort } = match;
          return typeof inPort === "number" ? { type: "packetIn", at, dpid, inPort, frame: data, cookie } : undefined;
        }
        case "error":
          return { type: "error", at, dpid, id: message.xid, errorType: message.errorType, code: message.code };
        case "barrierReply":
          return { type: "barrierReply", at, dpid, id: message.xid };
        case "bundleControl":
          // The replies to opening and closing say nothing that the one to the commit does not.
          return message.controlType === BundleControlType.commitReply
            ? { type: "barrierReply", at, dpid, id: message.xid }
            : undefined;
        case "flowRemoved":
          return { type: "flowRemoved", at, dpid, cookie: message.cookie, reason: message.reason };
        case "multipartReply": {
          const { body, xid, flags } = message;
          if (body.type !== "flow") return undefined;
          const flows = collect(xid, body.flows, (flags & MultipartReplyFlags.more) !== 0);
          return flows && { type: "flowStats", at, dpid, id: xid, flows };
        }
        default:
          return undefined;
      }
    },
  };
}
