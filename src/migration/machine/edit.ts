/** What the planner changes in a handshake, so that another server can continue it. */
import { encodeFrame, type Tcp, TcpFlags } from "../../tcp/index.ts";
import { normaliseSyn } from "../normalise.ts";
import { ecnOf } from "../options/ecn.ts";
import { optionIdentity } from "../options/handshake.ts";
import { readSegment, type Segment } from "../segment.ts";
import { clampMss } from "./clamp.ts";
import type { Settings } from "./config.ts";

type Regime = Pick<Settings, "regime" | "policy">;

/** The client's SYN as server 1 gets it: the same for the same SYN. */
export function editSyn(segment: Segment, { regime, policy }: Regime): Segment {
  if (regime === "lazy") return clampMss(segment, policy.clampMss);
  // Lengths and checksums are right already where the SYN was changed; a damaged one must stay so.
  const normal = encodeFrame(normaliseSyn(segment.frame), { checksums: "keep" });
  return clampMss(readSegment(normal, "syn").segment ?? segment, policy.clampMss);
}

/** What server 1 answers to a SYN, as its client is told. */
export function editAnswer(segment: Segment, { policy }: Pick<Settings, "policy">): Segment {
  return (segment.tcp.flags & TcpFlags.syn) === 0 ? segment : clampMss(segment, policy.clampMss);
}

/** What server 1 would have answered to the edited SYN, given what it did answer to the client's own. */
export function answerToEdited(syn: Tcp, edited: Tcp, answer: Tcp): Tcp {
  const kept = new Set(edited.options.map(optionIdentity));
  const removed = new Set(syn.options.map(optionIdentity).filter((identity) => !kept.has(identity)));
  const isAccurate = ecnOf(syn, answer) === "accurate" && (edited.flags & TcpFlags.ae) === 0;
  const options = answer.options.filter(
    (option) => !removed.has(optionIdentity(option)) && !(isAccurate && option.type.startsWith("accEcn")),
  );
  // RFC 9768 §3.1.2: a server that knows accurate ECN accepts what RFC 3168 asks for as RFC 3168 says.
  const { ae, cwr, ece } = TcpFlags;
  return { ...answer, options, flags: isAccurate ? (answer.flags & ~(ae | cwr)) | ece : answer.flags };
}
