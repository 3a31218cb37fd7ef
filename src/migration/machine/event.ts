/** What happens to a connection, as plain data. */
import type { FlowStats, Tagged } from "../../ofp/index.ts";
import type { Verdict } from "../../tcp/index.ts";

interface Moment {
  /** When, in milliseconds on any clock that never goes back. */
  readonly at: number;
}

interface FromSwitch extends Moment {
  readonly dpid: bigint;
}

/** A frame that a switch sent to the controller. */
export interface PacketInEvent extends FromSwitch {
  readonly type: "packetIn";
  readonly inPort: number;
  /** The whole frame. */
  readonly frame: Uint8Array;
  /** Cookie of the flow that sent it, if any: tells what a trap caught from what no flow wanted. */
  readonly cookie?: bigint;
}

/** Somebody decided about the held data, or about the connection before it has any. */
export interface VerdictEvent extends Moment {
  readonly type: "verdict";
  readonly verdict: Verdict;
}

/** The switch refused a message. */
export interface ErrorEvent extends FromSwitch {
  readonly type: "error";
  /** xid of the message: the id of its effect. */
  readonly id: number;
  readonly errorType: number;
  readonly code: number;
}

/** The switch has done everything up to a barrier. */
export interface BarrierReplyEvent extends FromSwitch {
  readonly type: "barrierReply";
  readonly id: number;
}

/** A flow of this connection has gone. */
export interface FlowRemovedEvent extends FromSwitch {
  readonly type: "flowRemoved";
  readonly cookie: bigint;
  /** OpenFlow 1.3.5 §7.4.2: see `FlowRemovedReason`. */
  readonly reason: number;
}

/**
 * What counts of a flow that a switch reports; an entry of a decoded multipart reply is one. Its actions are those of a codec that
 * knows the Nicira extension.
 */
export type ReportedFlow = Pick<
  FlowStats<Tagged>,
  "tableId" | "priority" | "idleTimeout" | "hardTimeout" | "cookie" | "packetCount" | "match" | "instructions"
>;

/**
 * The flows that the switch has: the answer to a `flowStats` effect. A reply may come in several messages (OFPMPF_REPLY_MORE): this
 * is all of them together.
 */
export interface FlowStatsEvent extends FromSwitch {
  readonly type: "flowStats";
  readonly id: number;
  readonly flows: readonly ReportedFlow[];
}

/** Time has passed; worth sending when the deadline of the state has come. */
export interface TimerEvent extends Moment {
  readonly type: "timer";
}

/** The channel to a switch broke, or is there again. */
export interface SwitchEvent extends FromSwitch {
  readonly type: "switchLost" | "switchBack";
}

/** Everything that {@link step} understands. */
export type ConnectionEvent =
  | PacketInEvent
  | VerdictEvent
  | ErrorEvent
  | BarrierReplyEvent
  | FlowRemovedEvent
  | FlowStatsEvent
  | TimerEvent
  | SwitchEvent;
