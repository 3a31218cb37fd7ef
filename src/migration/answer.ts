/** What the new server's answer to the synthetic SYN means. RFC 9293 §3.10.7.3, and what Linux does. */
import { type Tcp, TcpFlags } from "../tcp/index.ts";
import { seqAdd } from "../tcp/seq.ts";
import { type Finding, finding, Reason } from "./reason.ts";

/**
 * `accepted`: its SYN-ACK. `refused`: it reset the SYN, the hand-over is off. `stale`: it still has an older connection of the
 * same addresses and ports, which a RST with this sequence number (SEG.ACK) ends; then dial again. `ignored`: nothing that
 * concerns the SYN, keep waiting. `unreadable`: no TCP segment, keep waiting, too.
 */
export type TargetAnswer =
  | { readonly kind: "accepted"; readonly sendNext: number }
  | { readonly kind: "refused"; readonly finding: Finding }
  | { readonly kind: "stale"; readonly resetSeq: number; readonly finding: Finding }
  | { readonly kind: "ignored"; readonly finding: Finding }
  | { readonly kind: "unreadable" };

const { ack: ACK, fin: FIN, rst: RST, syn: SYN } = TcpFlags;

/** Judges a segment of the new server's. `synSeq` is the sequence number of the synthetic SYN. */
export function judgeAnswer(tcp: Tcp, payloadLength: number, synSeq: number): TargetAnswer {
  const has = (flag: number): boolean => (tcp.flags & flag) !== 0;
  const expected = seqAdd(synSeq, 1);
  const numbers = { ack: tcp.ack, expected };
  const ignored = (text: string): TargetAnswer => ({
    kind: "ignored",
    finding: finding("refused", Reason.targetIgnored, text, numbers),
  });
  if (has(RST)) {
    if (!has(ACK) || tcp.ack !== expected) return ignored("A reset that does not acknowledge the SYN is not about it.");
    const text = "The new server reset the SYN: nobody listens there.";
    return { kind: "refused", finding: finding("refused", Reason.targetRefused, text, numbers) };
  }
  if (!has(ACK)) return ignored("The new server's segment acknowledges nothing.");
  if (has(SYN) && !has(FIN) && tcp.ack === expected) return { kind: "accepted", sendNext: seqAdd(tcp.seq, 1) };
  // Data of an older connection goes unanswered: its sender will try again and meet the new one.
  if (has(FIN) || payloadLength > 0) return ignored("The new server's segment belongs to an older connection.");
  const text = `The new server acknowledges ${tcp.ack}: it still has an older connection of these addresses and ports.`;
  return {
    kind: "stale",
    resetSeq: tcp.ack,
    finding: finding("refused", Reason.targetStale, text, numbers),
  };
}
