/** Frames, and what a history says of those that are no segments. */
import { decodeFrame, type Frame, IpProtocol, TcpFlags } from "../../tcp/index.ts";
import { equalBytes } from "../../wire/index.ts";
import { cookieParts } from "../cookie.ts";
import { ConnectionRole } from "../machine/index.ts";
import { readSegment, type Segment } from "../segment.ts";
import type { HistoryCause, HistoryDeed, SegmentNumbers } from "./types.ts";

const ETHERNET_SIZE = 14;

const roleNames = new Map<number, string>(Object.entries(ConnectionRole).map(([name, role]) => [role, name]));

export function segmentOf(frame: Uint8Array): Segment | undefined {
  return frame.length < ETHERNET_SIZE ? undefined : readSegment(frame, "frame").segment;
}

/** Undefined for what is too short. */
export function frameOf(bytes: Uint8Array): Frame | undefined {
  return bytes.length < ETHERNET_SIZE ? undefined : decodeFrame(bytes);
}

export function numbersOf({ tcp }: Frame): SegmentNumbers {
  return { seq: tcp?.seq ?? 0, ack: tcp?.ack ?? 0 };
}

/** Whether this is a segment in other numbers. */
export function isSame(bytes: Uint8Array, { tcp, payload }: Segment): boolean {
  const sent = frameOf(bytes);
  if (sent?.tcp?.flags !== tcp.flags) return false;
  // A SYN goes on without the data and the options that stand in the way.
  return (tcp.flags & TcpFlags.syn) !== 0 || equalBytes(sent.payload, payload);
}

export function frameWords(frame: Frame | undefined): string {
  const protocol = frame?.ipv4?.protocol ?? frame?.ipv6?.protocol;
  return protocol === IpProtocol.icmp || protocol === IpProtocol.icmpv6
    ? "an ICMP message"
    : "a frame that holds no whole segment";
}

/** What the flow with this cookie is for. */
export function roleOf(cookie: bigint): string {
  const { role } = cookieParts(cookie);
  return roleNames.get(role) ?? `role ${role}`;
}

/** Effects and events that came later than this file. */
export function otherDeed(effect: { readonly type: string; readonly why: string }): HistoryDeed {
  return { type: "other", what: effect.type, why: effect.why };
}

export function otherCause(event: { readonly type: string }): HistoryCause {
  return { type: "other", what: event.type };
}
