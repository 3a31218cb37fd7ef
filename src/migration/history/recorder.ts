/** Watches one connection, and remembers what happened to it. */
import { FlowModCommand, Port } from "../../ofp/index.ts";
import { type FlowKey, type Frame, TcpFlags } from "../../tcp/index.ts";
import { requireObject, requireUint } from "../../wire/require.ts";
import { sameKey } from "../connection.ts";
import { cookieParts } from "../cookie.ts";
import type { BundledFlow, ConnectionEffect, ConnectionEvent } from "../machine/index.ts";
import type { Segment } from "../segment.ts";
import { createBases } from "./bases.ts";
import { createEntries } from "./entries.ts";
import { createFlowView, shiftOfFlow } from "./flow-view.ts";
import { frameOf, frameWords, isSame, numbersOf, otherCause, otherDeed, roleOf, segmentOf } from "./frames.ts";
import { castOf, type HistoryService, isClientOf } from "./parties.ts";
import type { History, HistoryCause, HistoryDeed, HistorySegment, PartyId } from "./types.ts";

/** What {@link createHistory} takes. */
export interface HistoryConfig {
  /** Where the servers are: the service of the connection's configuration. */
  readonly service: HistoryService;
  /** The connection, from its client to the service. Absent: that of the first segment that comes from no server. */
  readonly key?: FlowKey;
  /** About how many entries are kept at most; the ones in the middle go first. Default 1000. */
  readonly limit?: number;
}

/** Remembers what happens to one connection. */
export interface HistoryRecorder {
  /**
   * One event of the connection, the effects that it had for it, and the phase in which it is now. Without the phases a
   * history has no headings, and cannot tell what is held from what is dropped.
   */
  readonly record: (event: ConnectionEvent, effects: readonly ConnectionEffect[], phase?: string) => void;
  /** Whether an event is about the connection, as far as can be told without knowing what it led to. */
  readonly concerns: (event: ConnectionEvent) => boolean;
  /** What is known so far. */
  readonly history: () => History;
}

type Sent = Extract<ConnectionEffect, { readonly type: "packetOut" }>;

const HOLDING: readonly string[] = ["hold", "dial", "greet", "arm", "fwdArm"];
/** So many ids are remembered until the switch speaks of them. */
const MAX_IDS = 256;
/** So many held segments are known again. */
const MAX_HELD = 256;

/** Memory is bounded by `limit`, however long the connection lives. Throws RangeError or TypeError naming what is wrong. */
export function createHistory(config: HistoryConfig): HistoryRecorder {
  const { service, key, limit } = requireObject("config", config);
  const { origin, targets } = requireObject("service", service);
  const entries = createEntries(requireUint("limit", limit, 32, 1000));
  const flows = createFlowView();
  const asked = new Map<number, string>();
  const seen = new Set<PartyId>();
  const held = new Set<string>();
  /** Numbers of the connection in its cookies. */
  const numbers = new Set<number>();
  const bases = createBases();
  let cast = castOf({ origin, targets }, undefined, undefined);
  let clientPort: number | undefined;
  let dpid: bigint | undefined;
  let phase: string | undefined;

  function learn(event: ConnectionEvent): Segment | undefined {
    if (event.type !== "packetIn") return undefined;
    const segment = segmentOf(event.frame);
    if (segment && !cast.connection && isClientOf(segment, key, { origin, targets }, event.inPort)) {
      ({ inPort: clientPort, dpid } = event);
      cast = castOf({ origin, targets }, segment, clientPort);
    }
    return segment;
  }

  /** Where a packet-out leads, and in which numbers it arrives there. */
  function arrivalOf({ message }: Sent, frame: Frame): { to: PartyId; received: Frame; throughTable: boolean } {
    const ports = message.actions.flatMap((action) => (action.type === "output" ? [action.port] : []));
    const [port = Port.controller] = ports;
    if (port !== Port.table) {
      return {
        to: cast.receiverOf(frame, port === Port.inPort ? message.inPort : port),
        received: frame,
        throughTable: false,
      };
    }
    const carried = flows.carry(frame, message.inPort);
    return carried
      ? { to: cast.receiverOf(carried.frame, carried.port), received: carried.frame, throughTable: true }
      : { to: "switch", received: frame, throughTable: true };
  }

  function segmentFrom(from: PartyId, frame: Frame, to: PartyId, received: Frame): HistorySegment {
    const { tcp } = frame;
    return {
      from,
      to,
      flags: tcp?.flags ?? 0,
      length: frame.payload.length,
      sent: numbersOf(frame),
      received: numbersOf(received),
      window: tcp?.window ?? 0,
      // They may be views of a whole frame, which is not kept for them.
      options: tcp && (tcp.flags & TcpFlags.syn) !== 0 ? tcp.options : [],
    };
  }

  function flowDeed(id: number, { role, message }: BundledFlow, why: string, bundled: boolean): HistoryDeed {
    flows.change(message);
    if (numbers.size < MAX_IDS) numbers.add(cookieParts(message.cookie).connection);
    const deleted = message.command === FlowModCommand.delete || message.command === FlowModCommand.deleteStrict;
    const about = `${deleted ? "the deletion of " : ""}${role === "all" ? "all flows" : `flow ${role}`}`;
    remember(id, bundled ? "a bundle of flows" : about);
    return { type: "flow", role, deleted, bundled, priority: message.priority, shift: shiftOfFlow(message), why };
  }

  function deedsOf(effect: ConnectionEffect): HistoryDeed[] {
    if (effect.type !== "bundle") return [deedOf(effect)];
    return effect.flows.map((flow) => flowDeed(effect.id, flow, effect.why, true));
  }

  function deedOf(effect: Exclude<ConnectionEffect, { readonly type: "bundle" }>): HistoryDeed {
    const { why } = effect;
    switch (effect.type) {
      case "packetOut": {
        const frame = frameOf(effect.message.data);
        if (!frame?.tcp) return { type: "other", what: frameWords(frame), why };
        const { to, received, throughTable } = arrivalOf(effect, frame);
        const segment = segmentFrom("switch", frame, to, received);
        notice(segment);
        return { type: "segment", segment, throughTable, why };
      }
      case "flowMod":
        return flowDeed(effect.id, effect, why, false);
      case "barrier":
      case "flowStats":
        remember(effect.id, why);
        return { type: effect.type, id: effect.id, why };
      case "report":
        return {
          type: "report",
          code: effect.code,
          numbers: effect.numbers,
          reasons: effect.reasons.map(({ code, level, text }) => `${code} (${level}): ${text}`),
          why,
        };
      case "inspect":
        return { type: "inspect", seq: effect.seq, length: effect.payload.length, complete: effect.complete };
      default:
        return otherDeed(effect);
    }
  }

  function remember(id: number, about: string): void {
    asked.set(id, about);
    const [oldest] = asked.keys();
    if (asked.size > MAX_IDS && oldest !== undefined) asked.delete(oldest);
  }

  function notice(segment: HistorySegment): void {
    if (segment.from !== "switch") seen.add(segment.from);
    if (segment.to !== "switch") seen.add(segment.to);
    bases.learn(segment);
  }

  /** A segment that came, with what became of it; `passed` is the effect that sends it on. */
  function segmentCause(
    { frame, bytes }: Segment,
    from: PartyId,
    passed: Sent | undefined,
    effects: readonly ConnectionEffect[],
    after: string | undefined,
  ): HistoryCause {
    if (passed) {
      const out = frameOf(passed.message.data) ?? frame;
      const { to, received, throughTable } = arrivalOf(passed, out);
      const segment = segmentFrom(from, frame, to, received);
      notice(segment);
      return { type: "segment", segment, fate: throughTable ? "table" : "passed" };
    }
    const segment = segmentFrom(from, frame, "switch", frame);
    notice(segment);
    const data = frame.payload.length > 0 || ((frame.tcp?.flags ?? 0) & TcpFlags.fin) !== 0;
    const refused = effects.some(({ type }) => type === "report") && !effects.some(({ type }) => type === "inspect");
    const holds = from === "client" && data && !refused && after !== undefined && HOLDING.includes(after);
    const name = `${segment.sent.seq}:${bytes.length}`;
    if (!holds || held.has(name)) {
      const acted = !refused && (effects.length > 0 || (after !== undefined && after !== phase));
      return { type: "segment", segment, fate: acted ? "taken" : "dropped" };
    }
    if (held.size < MAX_HELD) held.add(name);
    return { type: "segment", segment, fate: "held" };
  }

  function causeOf(event: Exclude<ConnectionEvent, { readonly type: "packetIn" }>): HistoryCause {
    const about = (id: number): string => asked.get(id) ?? "";
    switch (event.type) {
      case "verdict":
        return { type: "verdict", verdict: event.verdict };
      case "error": {
        const { id, errorType, code } = event;
        return { type: "error", id, errorType, code, about: about(id) };
      }
      case "barrierReply":
        return { type: "barrierReply", id: event.id, about: about(event.id) };
      case "flowRemoved":
        return { type: "flowRemoved", role: roleOf(event.cookie), reason: event.reason };
      case "flowStats":
        return { type: "flowStats", roles: event.flows.map(({ cookie }) => roleOf(cookie)) };
      case "timer":
      case "switchLost":
      case "switchBack":
        return { type: event.type };
      default:
        return otherCause(event);
    }
  }

  return {
    record(event, effects, after) {
      const segment = learn(event);
      const { at } = event;
      let cause: HistoryCause;
      let passed: Sent | undefined;
      if (event.type !== "packetIn") cause = causeOf(event);
      else {
        const from = segment && cast.senderOf(segment, event.inPort);
        if (segment && from) {
          passed = effects.find(
            // An ACK of the planner's own may look like the one that it answers.
            (effect): effect is Sent =>
              effect.type === "packetOut" &&
              effect.message.inPort !== Port.controller &&
              isSame(effect.message.data, segment),
          );
          cause = segmentCause(segment, from, passed, effects, after);
        } else {
          const what = segment ? "a segment of another connection" : frameWords(frameOf(event.frame));
          const sender = cast.receiverAt(event.inPort);
          seen.add(sender);
          cause = { type: "frame", from: sender, what };
        }
      }
      const deeds = effects.filter((effect) => effect !== passed).flatMap(deedsOf);
      // Every tick would be a step: one without a consequence is none.
      const idle = cause.type === "timer" && deeds.length === 0 && (after ?? phase) === phase;
      if (!idle) entries.add({ type: "step", at, cause, deeds, before: phase, after: after ?? phase });
      phase = after ?? phase;
      if (phase !== undefined && !HOLDING.includes(phase)) held.clear();
    },
    concerns(event) {
      switch (event.type) {
        case "packetIn": {
          const segment = learn(event);
          return segment !== undefined && cast.senderOf(segment, event.inPort) !== undefined;
        }
        case "verdict":
          return cast.connection !== undefined && sameKey(event.verdict.key, cast.connection.key);
        case "error":
        case "barrierReply":
        case "flowStats":
          return asked.has(event.id);
        case "flowRemoved":
          return numbers.has(cookieParts(event.cookie).connection);
        default:
          return false;
      }
    },
    history: () => ({
      key: cast.connection?.key ?? key,
      dpid,
      parties: cast.parties(seen),
      entries: entries.all(),
      bases: bases.all(),
    }),
  };
}
