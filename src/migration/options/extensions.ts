/** Options that a hand-over cannot carry across: multipath, signatures, and everything unknown. */
import type { Tcp, TcpOption } from "../../tcp/index.ts";
import { type Finding, finding, Reason } from "../reason.ts";
import { findOption, type Handshake, optionIdentity, saysSomething } from "./handshake.ts";

/** RFC 8684 §3.2 */
const MP_JOIN = 1;

export function judgeMultipath({ syn, synAck }: Handshake): Finding[] {
  const offer = findOption(syn, "multipath");
  if (offer?.subtype === MP_JOIN) {
    return [finding("refused", Reason.multipathJoin, "The SYN adds a path to a multipath connection.")];
  }
  return offer && findOption(synAck, "multipath")
    ? [finding("refused", Reason.multipathNegotiated, "Client and server 1 use multipath TCP.")]
    : [];
}

/** Whether a segment is signed: RFC 5925 (TCP-AO) or RFC 2385 (MD5). */
export function isSigned(tcp: Tcp): boolean {
  return (findOption(tcp, "authentication") ?? findOption(tcp, "md5")) !== undefined;
}

export function judgeSignatures({ syn, synAck }: Handshake): Finding[] {
  return isSigned(syn) || isSigned(synAck)
    ? [finding("refused", Reason.authenticated, "The segments are signed, addresses and numbers included.")]
    : [];
}

/** The kind of an option that the planner does not know how to hand over. */
function foreignKind(option: TcpOption): number | undefined {
  if (option.type === "unknown") return option.kind;
  return option.type === "tcpEno" ? 69 : undefined;
}

export function judgeUnknown({ syn, synAck }: Handshake): Finding[] {
  const offered = new Set(syn.options.map(optionIdentity));
  return synAck.options.flatMap((option) => {
    const kind = foreignKind(option);
    if (kind === undefined || !offered.has(optionIdentity(option))) return [];
    const text = `Client and server 1 agreed on option ${kind}, which cannot be handed over.`;
    return [finding("refused", Reason.unknownOption, text, { kind })];
  });
}

/** The first option of an answer that was not offered; what is `unasked` may stand there all the same. */
function notOffered(
  offered: readonly TcpOption[],
  answer: Tcp,
  unasked: readonly TcpOption["type"][],
): TcpOption | undefined {
  const known = new Set(offered.map(optionIdentity));
  return answer.options.find(
    (option) => saysSomething(option) && !unasked.includes(option.type) && !known.has(optionIdentity(option)),
  );
}

function describeOption(option: TcpOption): string {
  return option.type === "unknown" ? `of kind ${option.kind}` : option.type;
}

export function judgeSubset({ syn, synAck }: Handshake): Finding[] {
  const malformed = [syn, synAck].some((tcp) => findOption(tcp, "malformed"));
  if (malformed) return [finding("refused", Reason.optionsMalformed, "The options of the handshake do not parse.")];
  // Each side states its own MSS, and accurate ECN is judged apart.
  const extra = notOffered(syn.options, synAck, ["mss", "accEcn0", "accEcn1"]);
  if (!extra) return [];
  const text = `Server 1 answered with the option ${describeOption(extra)}, which the SYN does not offer.`;
  return [finding("refused", Reason.synAckNotSubset, text)];
}

/** Whether the new server's SYN-ACK answers no more than the synthetic SYN offered. */
export function judgeTargetSubset(offered: readonly TcpOption[], target: Tcp): Finding[] {
  if (findOption(target, "malformed")) {
    return [finding("refused", Reason.optionsMalformed, "The options of the new server's SYN-ACK do not parse.")];
  }
  // The window scale has a judge of its own, who knows what a difference costs.
  const extra = notOffered(offered, target, ["mss", "windowScale"]);
  if (!extra) return [];
  const text = `The new server answered with the option ${describeOption(extra)}, which it was not offered.`;
  return [finding("refused", Reason.targetOptionNotOffered, text)];
}
