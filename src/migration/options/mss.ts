/** RFC 9293 §3.7.1: how large the segments may be that each side sends. */
import { type Finding, finding, Reason } from "../reason.ts";
import { findOption, type Handshake } from "./handshake.ts";

/** What a side that says nothing means: RFC 9293 §3.7.1 for IPv4, the minimum MTU of RFC 8200 less 60 for IPv6. */
const defaultMss = { 4: 536, 6: 1220 } as const;

/** The client goes on sending segments as large as server 1 allowed. */
export function judgeMss({ synAck, target, ipVersion }: Handshake): Finding[] {
  if (!target) return [];
  const origin = findOption(synAck, "mss")?.value ?? defaultMss[ipVersion];
  const mss = findOption(target, "mss")?.value ?? defaultMss[ipVersion];
  if (mss >= origin) return [];
  const text = `The client sends segments of up to ${origin} bytes, the new server accepts ${mss}.`;
  return [finding("refused", Reason.targetMssSmaller, text, { origin, target: mss })];
}
