/**
 * The four actions of the modified Open vSwitch: they add a constant to one number of the TCP header, modulo 2³².
 *
 * type ffff, length 16, experimenter 0x2320, subtype 80 to 83, two bytes of zero, 32-bit delta.
 */
import type { Definition } from "../../ofp/definition.ts";
import { fixed } from "../../ofp/tagged.ts";
import { parseUint } from "../../ofp/text/number.ts";
import { pad, struct, u32 } from "../../wire/index.ts";
import { requireUint } from "../../wire/require.ts";

/**
 * Adds `delta` to (inc…) or subtracts it from (dec…) the sequence or acknowledgment number.
 *
 * The switch checks that the packet is IP, not that it is TCP: every flow with such an action must match `ethType` 0x0800 or
 * 0x86dd and `ipProto` 6. The modified switch changes the packet in hand when the flow is translated: an output that stands
 * before the action in the list sends the shifted packet too.
 */
export interface TcpShiftAction {
  readonly type: "incTcpSeq" | "decTcpSeq" | "incTcpAck" | "decTcpAck";
  /** 0 to 2³² − 1. */
  readonly delta: number;
}

const layout = struct({ pad: pad(2), delta: u32 });

function shift(type: TcpShiftAction["type"], code: number, word: string): Definition<TcpShiftAction> {
  return {
    ...fixed<TcpShiftAction>(type, code, layout),
    format: ({ delta }) => `${word}:${delta}`,
    // `N`, `0x…`, `010` for 8; the modified ovs-ofctl takes -1 and 4294967296 modulo 2³², which hides mistakes: errors here.
    words: { [word]: (argument) => ({ type, delta: parseUint(argument, 32) }) },
  };
}

export const tcpShiftDefinitions: readonly Definition<TcpShiftAction>[] = [
  shift("incTcpSeq", 80, "inc_tcp_seq"),
  shift("decTcpSeq", 81, "dec_tcp_seq"),
  shift("incTcpAck", 82, "inc_tcp_ack"),
  shift("decTcpAck", 83, "dec_tcp_ack"),
];

/** Adds to the sequence number. Throws RangeError or TypeError unless `delta` is an integer from 0 to 2³² − 1. */
export function incTcpSeq(delta: number): TcpShiftAction {
  return { type: "incTcpSeq", delta: requireUint("delta", delta, 32) };
}

/** Subtracts from the sequence number. Throws RangeError or TypeError unless `delta` is an integer from 0 to 2³² − 1. */
export function decTcpSeq(delta: number): TcpShiftAction {
  return { type: "decTcpSeq", delta: requireUint("delta", delta, 32) };
}

/** Adds to the acknowledgment number. Throws RangeError or TypeError unless `delta` is an integer from 0 to 2³² − 1. */
export function incTcpAck(delta: number): TcpShiftAction {
  return { type: "incTcpAck", delta: requireUint("delta", delta, 32) };
}

/** Subtracts from the acknowledgment number. Throws RangeError or TypeError unless `delta` is an integer from 0 to 2³² − 1. */
export function decTcpAck(delta: number): TcpShiftAction {
  return { type: "decTcpAck", delta: requireUint("delta", delta, 32) };
}

/**
 * The canonical actions that add `offset` to the sequence number modulo 2³²: none for 0, an increment up to 2³¹, beyond that a
 * decrement by the complement. `applyActions([...shiftSeq(d), output(2)])`
 *
 * Throws RangeError or TypeError unless `offset` is an integer from 0 to 2³² − 1.
 */
export function shiftSeq(offset: number): readonly TcpShiftAction[] {
  return canonical("incTcpSeq", "decTcpSeq", offset);
}

/** The same for the acknowledgment number; see {@link shiftSeq}. */
export function shiftAck(offset: number): readonly TcpShiftAction[] {
  return canonical("incTcpAck", "decTcpAck", offset);
}

function canonical(
  increment: TcpShiftAction["type"],
  decrement: TcpShiftAction["type"],
  offset: number,
): readonly TcpShiftAction[] {
  requireUint("offset", offset, 32);
  if (offset === 0) return [];
  return [offset <= 2 ** 31 ? { type: increment, delta: offset } : { type: decrement, delta: 2 ** 32 - offset }];
}
