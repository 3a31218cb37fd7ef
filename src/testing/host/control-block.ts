/** RFC 9293 §3.3.1: all that one end of a connection remembers. */
import { type Endpoint, seqAdd, seqDiff, type TcpOption } from "../../tcp/index.ts";
import { ByteQueue } from "./byte-queue.ts";
import type { Agreed, ConnectionError, TcpState } from "./connection-types.ts";
import type { ResolvedSettings } from "./options.ts";
import { Reassembly } from "./reassembly.ts";

/** A segment that came in: of its own checksum, for this host. */
export interface Segment {
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  readonly options: readonly TcpOption[];
  readonly payload: Uint8Array;
  /** The field of the IP header. */
  readonly ecn: number;
}

/** A segment that goes out. */
export interface OutgoingSegment {
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  readonly options: readonly TcpOption[];
  readonly payload: Uint8Array;
  readonly ecn: number;
}

/** What a connection needs of its host. */
export interface Surroundings {
  now(): number;
  emit(segment: OutgoingSegment): void;
  /** The application gets data; what it answers is sent. */
  deliver(data: Uint8Array): void;
  /** The connection is closed: its addresses and ports are free. */
  forget(): void;
}

/** Transmission control block. */
export interface ControlBlock {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly settings: ResolvedSettings;
  readonly host: Surroundings;
  /** Whether this side sent the first SYN. */
  readonly active: boolean;
  state: TcpState;
  error: ConnectionError | undefined;
  agreed: Agreed;

  readonly iss: number;
  sndUna: number;
  /** The highest ever sent: what is sent again does not turn it back. */
  sndNxt: number;
  sndWnd: number;
  sndWl1: number;
  sndWl2: number;
  maxSndWnd: number;
  /** Data bytes that the peer has acknowledged. */
  bytesAcked: number;
  /** From `sndUna` on, but for the SYN. */
  readonly outgoing: ByteQueue;
  /** Nothing follows what is in `outgoing` but a FIN. */
  closing: boolean;
  finSent: boolean;

  irs: number;
  rcvNxt: number;
  /** The end of the window that the peer knows of. */
  rcvAdv: number;
  lastAckSent: number;
  readonly incoming: ByteQueue;
  readonly early: Reassembly;
  /** Of a FIN that came before its turn. */
  finSeq: number | undefined;
  peerClosed: boolean;
  paused: boolean;
  unread: number;

  /** TS.Recent of RFC 7323. */
  tsRecent: number;
  /** RFC 3168 §6.1.3: tell the peer of congestion until it says that it knows. */
  echoCongestion: boolean;
  reduceWindow: boolean;

  duplicateAcks: number;
  /** RFC 6582: until this is acknowledged, each acknowledgment of less shows another loss. */
  recover: number | undefined;
  attempts: number;
  retransmissions: number;
  retransmitAt: number | undefined;
  probeAt: number | undefined;
  timeWaitEnd: number | undefined;
  /** When segments outside of the window were answered lately. */
  answeredAt: readonly number[];
}

const NOTHING_AGREED = { peerWindowScale: undefined, sackPermitted: false, timestamps: false, ecn: false };

/** RFC 9293 §3.7.1. */
export function defaultMss(ip: string): number {
  return ip.includes(":") ? 1220 : 536;
}

export function createControlBlock(
  given: Pick<ControlBlock, "local" | "remote" | "settings" | "host" | "active" | "state" | "iss">,
): ControlBlock {
  return {
    ...given,
    error: undefined,
    agreed: { ...NOTHING_AGREED, peerMss: defaultMss(given.local.ip) },
    sndUna: given.iss,
    sndNxt: seqAdd(given.iss, 1),
    ...{ sndWnd: 0, sndWl1: 0, sndWl2: 0, maxSndWnd: 0, bytesAcked: 0 },
    ...{ outgoing: new ByteQueue(), closing: false, finSent: false },
    ...{ irs: 0, rcvNxt: 0, rcvAdv: 0, lastAckSent: 0, incoming: new ByteQueue(), early: new Reassembly() },
    ...{ finSeq: undefined, peerClosed: false, paused: false, unread: 0 },
    ...{ tsRecent: 0, echoCongestion: false, reduceWindow: false },
    ...{ duplicateAcks: 0, recover: undefined, attempts: 0, retransmissions: 0 },
    ...{ retransmitAt: undefined, probeAt: undefined, timeWaitEnd: undefined },
    answeredAt: [],
  };
}

/** How much the peer may send, as far as it knows. */
export function receiveWindow(block: ControlBlock): number {
  return Math.max(0, seqDiff(block.rcvAdv, block.rcvNxt));
}

/** The shift of the windows that this side tells. */
export function ownWindowScale({ agreed, settings }: ControlBlock): number {
  return agreed.peerWindowScale === undefined || settings.windowScale === false ? 0 : settings.windowScale;
}

/** The end of a connection, by whatever cause. */
export function endConnection(block: ControlBlock, error: ConnectionError | undefined): void {
  block.state = "closed";
  block.error ??= error;
  block.retransmitAt = undefined;
  block.probeAt = undefined;
  block.timeWaitEnd = undefined;
  block.host.forget();
}

export function enterTimeWait(block: ControlBlock): void {
  block.state = "timeWait";
  block.retransmitAt = undefined;
  block.probeAt = undefined;
  block.timeWaitEnd = block.host.now() + block.settings.timeWaitMs;
}
