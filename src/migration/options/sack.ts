/** RFC 2018: blocks carry sequence numbers of the server's, which nothing in the switch shifts. */
import { type Finding, finding, Reason } from "../reason.ts";
import { type Handshake, isNegotiated } from "./handshake.ts";

export function judgeSack(handshake: Handshake): Finding[] {
  if (!isNegotiated(handshake, "sackPermitted")) return [];
  const text = "Selective acknowledgments end with the hand-over: a lost segment may cost a retransmission timeout.";
  return [finding("degraded", Reason.sackNegotiated, text)];
}
