/** What a step asks for. */

import type { NoteAction } from "../../nx/index.ts";
import type { BarrierRequest, FlowMod, MultipartRequest, PacketOut } from "../../ofp/index.ts";
import type { FlowKey } from "../../tcp/index.ts";
import { FlowRole } from "../cookie.ts";
import type { FlowAction } from "../flows.ts";
import type { Finding } from "../reason.ts";
import type { ReportCode } from "./report.ts";

/** What a flow of a tracked connection is for: the roles of a hand-over and some more. */
export const ConnectionRole = {
  ...FlowRole,
  /** Client to server 1, as it is. */
  plainToServer: 7,
  /** Server 1 to client, as it is. */
  plainToClient: 8,
  /** Shows the controller for a while what the client sends. */
  clientWatch: 9,
  /** Shows the controller for a while what server 1 sends to a client that it still serves. */
  originWatch: 10,
  /** Shows the controller what concerns a service and no connection that it tracks. */
  serviceTrap: 11,
  /** Shows the controller what a parked server says, and lets none of it pass. */
  parked: 12,
  /** Takes RSTs of the new server's out of the reverse flow. */
  targetRstTrap: 13,
  /** Matches nothing: asks what the switch understands. */
  probe: 255,
} as const;
/** A key of {@link ConnectionRole}. */
export type ConnectionRole = keyof typeof ConnectionRole;

interface EffectBase {
  /** A u32, counted on within the connection: the xid of its message. */
  readonly id: number;
  readonly dpid: bigint;
  /** Why, for people. */
  readonly why: string;
}

/** Sends a segment. */
export interface SendEffect extends EffectBase {
  readonly type: "packetOut";
  readonly message: PacketOut;
}

/** A flow-mod of a connection. */
export type ConnectionFlow = FlowMod<FlowAction | NoteAction>;

/** Changes the switch's flows; `role` is `"all"` when it deletes every flow of the connection. */
export interface FlowEffect extends EffectBase {
  readonly type: "flowMod";
  readonly role: ConnectionRole | "all";
  readonly message: ConnectionFlow;
}

/** One of the flow-mods in a bundle. */
export interface BundledFlow {
  readonly role: ConnectionRole | "all";
  readonly message: ConnectionFlow;
}

/**
 * Changes the switch's flows all at once, in this order, or not at all: ONF EXT-230. All of its messages have the effect's id. The
 * reply to its commit is a `barrierReply` event; Open vSwitch leaves a flow out that it cannot read, says so in an `error` and
 * commits the others.
 */
export interface BundleEffect extends EffectBase {
  readonly type: "bundle";
  readonly flows: readonly BundledFlow[];
}

/** Asks the switch to say when it has done all that was sent before. Its reply is a `barrierReply` event. */
export interface WaitEffect extends EffectBase {
  readonly type: "barrier";
  readonly message: BarrierRequest;
}

/** Asks the switch for the connection's flows. Its reply is a `flowStats` event. */
export interface FlowStatsEffect extends EffectBase {
  readonly type: "flowStats";
  readonly message: MultipartRequest;
}

/** Tells the caller what happened. Nothing goes to the switch. */
export interface ReportEffect extends EffectBase {
  readonly type: "report";
  readonly code: ReportCode;
  readonly numbers: Readonly<Record<string, number>>;
  /** What led to it, when options, numbers or addresses were judged. */
  readonly reasons: readonly Finding[];
  /** Of `WOULD_MIGRATE`: name of the server that the connection would move to. */
  readonly target?: string;
}

/** Asks the caller for a verdict on what is held. Sent again whenever there is more. */
export interface InspectEffect extends EffectBase {
  readonly type: "inspect";
  /** From the client to the service. */
  readonly key: FlowKey;
  readonly generation: number;
  /** Sequence number of the first byte. */
  readonly seq: number;
  /** The client's data without gaps. */
  readonly payload: Uint8Array;
  /** The client will send no more. */
  readonly complete: boolean;
}

/** Everything that {@link step} asks for. */
export type ConnectionEffect =
  | SendEffect
  | FlowEffect
  | BundleEffect
  | WaitEffect
  | FlowStatsEffect
  | ReportEffect
  | InspectEffect;
