/** RFC 3168 §6.1.1 and RFC 9768 §3.1: explicit congestion notification is agreed on by flags. */
import { type Tcp, TcpFlags } from "../../tcp/index.ts";
import { type Finding, finding, Reason } from "../reason.ts";
import type { Handshake } from "./handshake.ts";

const { ae, cwr, ece } = TcpFlags;
const ALL = ae | cwr | ece;

/** The ways in which a server that understands accurate ECN answers: RFC 9768 §3.1.1, table 2. */
const ACCURATE_ANSWERS: readonly number[] = [cwr, cwr | ece, ae, ae | cwr];

/** What a SYN and its answer agreed on. */
export function ecnOf(syn: Tcp, synAck: Tcp): "none" | "classic" | "accurate" {
  const offer = syn.flags & ALL;
  const answer = synAck.flags & ALL;
  if (offer === ALL && (ACCURATE_ANSWERS.includes(answer) || hasCounters(synAck))) return "accurate";
  return (offer & (cwr | ece)) === (cwr | ece) && (answer & (cwr | ece)) === ece ? "classic" : "none";
}

function hasCounters(tcp: Tcp): boolean {
  return tcp.options.some(({ type }) => type === "accEcn0" || type === "accEcn1");
}

/** The ECN flags that the synthetic SYN offers. */
export function offeredEcnFlags({ syn, synAck }: Pick<Handshake, "syn" | "synAck">): number {
  return ecnOf(syn, synAck) === "classic" ? cwr | ece : 0;
}

/** Whether the client's packets must lose their ECN field on the way to the new server. */
export function mustClearEcn({ syn, synAck, target }: Handshake): boolean {
  return target !== undefined && ecnOf(syn, synAck) === "classic" && !accepts(target);
}

function accepts(target: Tcp): boolean {
  return (target.flags & (cwr | ece)) === ece;
}

export function judgeEcn(handshake: Handshake): Finding[] {
  const { syn, synAck, target, policy } = handshake;
  const agreed = ecnOf(syn, synAck);
  if (agreed === "accurate") {
    const text = "Client and server 1 use accurate ECN, whose counters cannot be handed over.";
    return [finding("refused", Reason.accEcnNegotiated, text)];
  }
  if (!target) return [];
  if (mustClearEcn(handshake)) {
    return policy.ecnMismatch === "clear"
      ? [finding("degraded", Reason.ecnMismatch, "The new server does without ECN: the client's ECN field is cleared.")]
      : [
          finding(
            "refused",
            Reason.ecnMismatch,
            "The client marks its packets for ECN, and the new server ignores it.",
          ),
        ];
  }
  return agreed === "none" ? judgeUnaskedEcn(target) : [];
}

/** The answer to a SYN that did not ask. A server that reflects flags is broken, not willing: RFC 3168 §6.1.1. */
export function judgeUnaskedEcn(target: Tcp): Finding[] {
  return accepts(target)
    ? [finding("refused", Reason.ecnMismatch, "The new server agrees to ECN, which nobody offered.")]
    : [];
}
