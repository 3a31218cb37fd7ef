/** RFC 7323 §3: timestamps of another server's clock would make the client drop whatever seems to come from the past. */
import { seqBefore } from "../../tcp/seq.ts";
import { type Finding, finding, Reason } from "../reason.ts";
import { findOption, type Handshake, isNegotiated } from "./handshake.ts";

/**
 * RFC 7323 §5.2, PAWS: whether a receiver that last recorded `recent` drops a segment with the timestamp `value`. Timestamps
 * are compared modulo 2³², like sequence numbers.
 */
export function pawsDrops(recent: number, value: number): boolean {
  return seqBefore(value, recent);
}

export function judgeTimestamps(handshake: Handshake): Finding[] {
  if (!isNegotiated(handshake, "timestamps")) return [];
  const tolerant = handshake.policy.clientToleratesMissingTimestamps;
  const recent = findOption(handshake.synAck, "timestamps")?.value ?? 0;
  const value = handshake.target && findOption(handshake.target, "timestamps")?.value;
  const text = tolerant
    ? "Timestamps end with the hand-over; the policy says that the client tolerates it."
    : "The client expects timestamps that continue server 1's; without them a client that follows RFC 7323 drops every segment.";
  const clock =
    value === undefined
      ? ""
      : ` The new server's own clock would ${pawsDrops(recent, value) ? "be taken for the past" : "pass for now"}.`;
  return [
    finding(tolerant ? "degraded" : "refused", Reason.timestampsNegotiated, text + clock, {
      recent,
      ...(value !== undefined && { value }),
    }),
  ];
}
