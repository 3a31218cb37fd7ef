/** What goes into a plan and what a plan is. */
import type { FlowKey, Frame } from "../tcp/index.ts";
import type { Connection, Ports, ServerAddress } from "./connection.ts";
import type { CookieParts } from "./cookie.ts";
import type { Effect } from "./effect.ts";
import type { HeldSegment } from "./held.ts";
import type { Offsets } from "./offsets.ts";
import type { Policy } from "./policy.ts";
import type { Compatibility } from "./reason.ts";
import type { FrameInput } from "./segment.ts";

/** See `planMigration`. */
export interface MigrationInput {
  /** The client's SYN, as it left the client or as it reached server 1. */
  readonly syn?: FrameInput;
  /** Server 1's SYN-ACK. Without both of these the options are unknown, see {@link Policy.unknownOptions}. */
  readonly synAck?: FrameInput;
  /** The client's data that is held back: one segment, or all of them in the order in which they came. */
  readonly request: FrameInput | readonly FrameInput[];
  /** The new server's answer to the synthetic SYN; absent to plan the dialling. */
  readonly targetSynAck?: FrameInput;
  readonly ports: Ports;
  /** How the new server's address differs from the service's. Absent: not at all, and nothing is rewritten. */
  readonly target?: ServerAddress;
  readonly policy?: Policy;
  /** For a connection that has moved before: the address and the offsets of the server that has it now. */
  readonly origin?: ServerAddress & { readonly offsets?: Offsets };
  /**
   * Sequence number of the first client byte that the new server must get. Absent: the lowest one held, in a connection that is under
   * way too. That is server 1's next byte only if nothing is held that server 1 has, nothing is missing before it, and nobody
   * forged it: whoever has followed the connection says the number, and what is held is measured by it.
   */
  readonly clientNext?: number;
  /** Sequence number of the next server byte that the client expects; absent: the highest acknowledgment held. */
  readonly serverNext?: number;
  /**
   * Sequence number of the synthetic SYN. Absent: the one before `clientNext`, so that the client's sequence numbers need no
   * shift.
   */
  readonly initialSeq?: number;
  /**
   * Bytes that the new server said before it was asked, up to 65535, which the client must not hear since server 1 has said the like:
   * a greeting. Whoever plans so has completed the handshake with the new server and acknowledged them in the client's name; its number
   * for the client's next byte is then the one behind them. Absent: 0.
   */
  readonly skip?: number;
  /** Switch of the effects. Absent: 0n. */
  readonly dpid?: bigint;
  /** Id of the dial's effect; the ids of the ready plan follow. Absent: 1. */
  readonly firstId?: number;
  /** Parts of the flow cookies. Absent: tag 0x544d, epoch 0, and a connection number made from the addresses and ports. */
  readonly cookie?: Partial<Omit<CookieParts, "role">>;
}

/**
 * The numbers of a hand-over, all u32. The client's space is its own and server 1's; the new server's differs by E for client
 * bytes and by D for server bytes.
 */
export interface PlanNumbers {
  /** x: the client's initial sequence number. Without a SYN the number before `clientNext`. */
  readonly clientIsn: number;
  /** y: server 1's initial sequence number. Without a SYN-ACK the number before `serverNext`. */
  readonly serverIsn: number;
  /** k: bytes of the client's that server 1 has taken; undefined without a SYN. */
  readonly clientDelivered: number | undefined;
  /** m: bytes of server 1's that the client has taken; undefined without a SYN-ACK. */
  readonly serverDelivered: number | undefined;
  /** cNxt, client space: the first client byte for the new server. */
  readonly clientNext: number;
  /** sNxt, client space: the next server byte that the client expects. */
  readonly serverNext: number;
  /** Client space: behind the held data that follows `clientNext` without a gap. */
  readonly heldEnd: number;
  /** The old server's space (the client's, when it is server 1): what its reset must carry. */
  readonly originReset: { readonly seq: number; readonly ack: number };
  /** q, new server's space: sequence number of the synthetic SYN. */
  readonly initialSeq: number;
  /** vRcv, new server's space: its RCV.NXT. */
  readonly receiveNext: number;
  /** z: the new server's initial sequence number; undefined before its SYN-ACK. */
  readonly targetIsn: number | undefined;
  /** vSnd, new server's space: its SND.NXT, behind what was skipped; undefined before its SYN-ACK. */
  readonly sendNext: number | undefined;
  /** E: added to the client's sequence numbers on their way to the new server. */
  readonly e: number;
  /** D: added to the new server's sequence numbers on their way to the client; undefined before its SYN-ACK. */
  readonly d: number | undefined;
}

interface PlanBase {
  readonly verdict: Compatibility;
  /** What to do, in order. */
  readonly effects: readonly Effect[];
  /** The connection from the client to the service, as the client sees it. */
  readonly key: FlowKey | undefined;
  /** The connection from the client to the new server, as that server sees it: it must not be in use otherwise. */
  readonly targetKey: FlowKey | undefined;
  readonly connection: Connection | undefined;
  readonly numbers: PlanNumbers | undefined;
  readonly offsets: Offsets | undefined;
  /** The synthetic SYN. */
  readonly syn: Frame | undefined;
  /** The client's data, in order; in a ready plan what is released. */
  readonly held: readonly HeldSegment[];
  /** The segments that the plan was made from. */
  readonly observed: Observed;
  readonly ports: Ports;
  readonly target: ServerAddress;
}

/** Decoded input frames, for the explanation. */
export interface Observed {
  readonly syn: Frame | undefined;
  readonly synAck: Frame | undefined;
  readonly targetSynAck: Frame | undefined;
}

/** The first step: the effects dial the new server. Its answer makes the second. */
export interface DialPlan extends PlanBase {
  readonly status: "dial";
  readonly key: FlowKey;
  readonly targetKey: FlowKey;
  readonly connection: Connection;
  readonly numbers: PlanNumbers;
  readonly syn: Frame;
}

/** The second step: the effects hand the connection over. */
export interface ReadyPlan extends PlanBase {
  readonly status: "ready";
  readonly key: FlowKey;
  readonly targetKey: FlowKey;
  readonly connection: Connection;
  readonly numbers: PlanNumbers;
  readonly offsets: Offsets;
  readonly syn: Frame;
}

/** No hand-over. The effects, if there are any, only take back what the dial began. */
export interface RefusedPlan extends PlanBase {
  readonly status: "refused";
  /**
   * What becomes of the connection: `forward` the held data to the server that has it, `redial` the new server once the reset
   * is sent, or `wait` for another answer.
   */
  readonly next: "forward" | "redial" | "wait";
}

/** What `planMigration` returns; `status` tells which. */
export type Plan = DialPlan | ReadyPlan | RefusedPlan;
