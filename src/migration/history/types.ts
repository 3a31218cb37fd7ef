/** What happened to one connection, as plain data. */
import type { FlowKey, TcpOption, Verdict } from "../../tcp/index.ts";

/** Somebody who sends or receives segments of the connection. */
export interface Party {
  /** `client`, `switch`, `origin`, or `target:` and a target's name. */
  readonly id: PartyId;
  readonly kind: "client" | "switch" | "origin" | "target";
  /** For people: `Client`, `Switch`, `Server 1`, a target's name. */
  readonly name: string;
  /** Port of the switch that leads there; undefined for the switch itself, which stands for its controller, too. */
  readonly switchPort: number | undefined;
  readonly mac: string | undefined;
  readonly ip: string | undefined;
  readonly port: number | undefined;
}

/** See {@link Party}. */
export type PartyId = "client" | "switch" | "origin" | `target:${string}`;

/** The numbers of a segment as one side has them: u32. */
export interface SegmentNumbers {
  readonly seq: number;
  /** Means nothing in a segment without ACK. */
  readonly ack: number;
}

/** A segment, or what became of it. */
export interface HistorySegment {
  readonly from: PartyId;
  readonly to: PartyId;
  /** See `TcpFlags`. */
  readonly flags: number;
  /** Bytes of data. */
  readonly length: number;
  /** As it was sent. */
  readonly sent: SegmentNumbers;
  /** As its receiver gets it. */
  readonly received: SegmentNumbers;
  /** The window field, unscaled. */
  readonly window: number;
  readonly options: readonly TcpOption[];
}

/**
 * What came:
 * - `segment`: `fate`: `passed` to that party, `table` the same through the switch's
 *   flows, `held` until somebody decides, `taken` by the planner, which acted on it, `dropped` because nobody must have it or its
 *   sender says it again; what is not passed has the switch for its receiver
 * - `frame`: something else than a segment of the connection
 * - `verdict`, `error`, `barrierReply`, `flowRemoved`, `flowStats`, `timer`, `switchLost`, `switchBack`: see the events;
 *   `about` says in words what the switch was asked
 */
export type HistoryCause =
  | {
      readonly type: "segment";
      readonly segment: HistorySegment;
      readonly fate: "passed" | "table" | "held" | "taken" | "dropped";
    }
  | { readonly type: "frame"; readonly from: PartyId; readonly what: string }
  | { readonly type: "verdict"; readonly verdict: Verdict }
  | {
      readonly type: "error";
      readonly id: number;
      readonly errorType: number;
      readonly code: number;
      readonly about: string;
    }
  | { readonly type: "barrierReply"; readonly id: number; readonly about: string }
  | { readonly type: "flowRemoved"; readonly role: string; readonly reason: number }
  | { readonly type: "flowStats"; readonly roles: readonly string[] }
  | { readonly type: "timer" | "switchLost" | "switchBack" }
  | { readonly type: "other"; readonly what: string };

/** What the machine did about it, in order; `why` is the effect's. */
export type HistoryDeed =
  | {
      readonly type: "segment";
      readonly segment: HistorySegment;
      /** Whether the switch's flows shift it on its way. */
      readonly throughTable: boolean;
      readonly why: string;
    }
  | {
      readonly type: "flow";
      readonly role: string;
      readonly deleted: boolean;
      /** Whether it comes into force together with the flows around it. */
      readonly bundled: boolean;
      readonly priority: number;
      /** What it adds to the numbers, modulo 2³². */
      readonly shift: SegmentNumbers;
      readonly why: string;
    }
  | { readonly type: "barrier" | "flowStats"; readonly id: number; readonly why: string }
  | {
      readonly type: "report";
      readonly code: string;
      readonly numbers: Readonly<Record<string, number>>;
      readonly reasons: readonly string[];
      readonly why: string;
    }
  | { readonly type: "inspect"; readonly seq: number; readonly length: number; readonly complete: boolean }
  | { readonly type: "other"; readonly what: string; readonly why: string };

/** An event and what it led to. */
export interface HistoryStep {
  readonly type: "step";
  /** Milliseconds, on the clock of the events. */
  readonly at: number;
  readonly cause: HistoryCause;
  readonly deeds: readonly HistoryDeed[];
  /** The phase before and afterwards, where the recorder was told. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** One direction of a transfer. */
export interface TransferDirection {
  readonly from: PartyId;
  readonly to: PartyId;
  readonly segments: number;
  /** Of data; what was sent twice counts twice. */
  readonly bytes: number;
  /** Numbers of the first segment, and those that would follow the last. */
  readonly first: { readonly sent: SegmentNumbers; readonly received: SegmentNumbers };
  readonly next: { readonly sent: SegmentNumbers; readonly received: SegmentNumbers };
}

/** Many segments that passed, and nothing else happened. */
export interface HistoryTransfer {
  readonly type: "transfer";
  readonly at: number;
  readonly until: number;
  readonly directions: readonly TransferDirection[];
}

/** Steps that are not kept. */
export interface HistoryGap {
  readonly type: "gap";
  readonly at: number;
  readonly until: number;
  readonly steps: number;
}

/** What began with numbers of its own: a segment's numbers less these are relative ones. */
export interface NumberBase {
  /** First number of the client's bytes, and of the server's. */
  readonly client: number | undefined;
  readonly server: number | undefined;
}

/** See `createHistory`. */
export interface History {
  /** From the client to the service; undefined when nothing was recorded. */
  readonly key: FlowKey | undefined;
  readonly dpid: bigint | undefined;
  /** The client, the switch, server 1, and the targets that took part. */
  readonly parties: readonly Party[];
  /** In order. */
  readonly entries: readonly (HistoryStep | HistoryTransfer | HistoryGap)[];
  /** The initial sequence numbers in the space of each party; the client's is server 1's, too. */
  readonly bases: Readonly<Record<string, NumberBase>>;
}
