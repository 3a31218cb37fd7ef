/** Segments that nobody sent yet: what a planner needs to speak for a client or to a server. */

import { requireObject, requireUint } from "../wire/require.ts";
import { type Frame, TcpFlags } from "./frame-types.ts";
import type { TcpOption } from "./option-types.ts";
import { buildSegment, type SegmentPath } from "./segment-frame.ts";

const NOTHING = new Uint8Array(0);
const NO_OPTIONS: readonly TcpOption[] = [];

/** See {@link synFrame}. */
export interface SynFields extends SegmentPath {
  /** The initial sequence number. */
  readonly seq: number;
  /** The field as it stands: never scaled in a SYN. */
  readonly window: number;
  /** Absent: none, and then the receiver assumes a maximum segment size of 536 (IPv6: 1220). */
  readonly options?: readonly TcpOption[];
  /** Flags besides SYN, `TcpFlags.ece | TcpFlags.cwr` for a sender that wants ECN. Absent: none. */
  readonly flags?: number;
}

/** A SYN without data. Throws RangeError or TypeError naming the argument. */
export function synFrame(fields: SynFields): Frame {
  requireObject("fields", fields);
  const flags = TcpFlags.syn | requireUint("flags", fields.flags, 12, 0);
  return buildSegment(fields, fields.seq, 0, flags, fields.window, 0, fields.options ?? NO_OPTIONS, NOTHING);
}

/** See {@link synAckFrame}. */
export interface SynAckFields extends SynFields {
  readonly ack: number;
}

/** A SYN|ACK without data. Throws RangeError or TypeError naming the argument. */
export function synAckFrame(fields: SynAckFields): Frame {
  requireObject("fields", fields);
  const flags = TcpFlags.syn | TcpFlags.ack | requireUint("flags", fields.flags, 12, 0);
  return buildSegment(fields, fields.seq, fields.ack, flags, fields.window, 0, fields.options ?? NO_OPTIONS, NOTHING);
}

/** See {@link ackFrame} and {@link finFrame}. */
export interface AckFields extends SegmentPath {
  readonly seq: number;
  readonly ack: number;
  /** The field as it stands, already scaled down. */
  readonly window: number;
  /** Absent: none. */
  readonly options?: readonly TcpOption[];
}

/** An ACK without data. Throws RangeError or TypeError naming the argument. */
export function ackFrame(fields: AckFields): Frame {
  requireObject("fields", fields);
  return buildSegment(
    fields,
    fields.seq,
    fields.ack,
    TcpFlags.ack,
    fields.window,
    0,
    fields.options ?? NO_OPTIONS,
    NOTHING,
  );
}

/** A FIN|ACK without data. Throws RangeError or TypeError naming the argument. */
export function finFrame(fields: AckFields): Frame {
  requireObject("fields", fields);
  const flags = TcpFlags.fin | TcpFlags.ack;
  return buildSegment(fields, fields.seq, fields.ack, flags, fields.window, 0, fields.options ?? NO_OPTIONS, NOTHING);
}

/** See {@link dataFrame}. */
export interface DataFields extends AckFields {
  readonly payload: Uint8Array;
  /** Absent: PSH|ACK. */
  readonly flags?: number;
}

/** A segment with data. Throws RangeError or TypeError naming the argument. */
export function dataFrame(fields: DataFields): Frame {
  requireObject("fields", fields);
  const { flags = TcpFlags.psh | TcpFlags.ack, options = NO_OPTIONS } = fields;
  return buildSegment(fields, fields.seq, fields.ack, flags, fields.window, 0, options, fields.payload);
}

/** See {@link rstFrame}. */
export interface RstFields extends SegmentPath {
  readonly seq: number;
  /** Absent: a RST without ACK and with acknowledgment number 0, as RFC 9293 §3.5.2 answers a segment that has an ACK. */
  readonly ack?: number;
}

/** A RST|ACK (or a plain RST when `ack` is absent) with window 0. Throws RangeError or TypeError naming the argument. */
export function rstFrame(fields: RstFields): Frame {
  requireObject("fields", fields);
  const flags = fields.ack === undefined ? TcpFlags.rst : TcpFlags.rst | TcpFlags.ack;
  return buildSegment(fields, fields.seq, fields.ack ?? 0, flags, 0, 0, NO_OPTIONS, NOTHING);
}

/** RFC 9293 §3.4: how many sequence numbers the segment takes: its data, one for SYN and one for FIN. 0 without TCP. */
export function segmentLength({ tcp, payload }: Frame): number {
  if (!tcp) return 0;
  return payload.length + ((tcp.flags & TcpFlags.syn) === 0 ? 0 : 1) + ((tcp.flags & TcpFlags.fin) === 0 ? 0 : 1);
}
