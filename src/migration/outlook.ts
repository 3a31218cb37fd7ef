/** What is known before an effect is made: the verdict and every number. */
import { type Frame, reverseFlowKey } from "../tcp/index.ts";
import { seqAdd, seqOffset } from "../tcp/seq.ts";
import { judgeAnswer, type TargetAnswer } from "./answer.ts";
import { type Connection, keyTowards, sameKey } from "./connection.ts";
import type { Facts, Segments, Standing } from "./facts.ts";
import { arrangeHeld, type HeldSegment, latestWindow } from "./held.ts";
import { type Offsets, offsets } from "./offsets.ts";
import { mustClearEcn, offeredEcnFlags } from "./options/ecn.ts";
import type { Handshake } from "./options/handshake.ts";
import { judgeBlindAnswer, judgeOptions } from "./options/index.ts";
import { blindOffer, offerOf } from "./options/offer.ts";
import { syntheticSyn } from "./plan-effects.ts";
import type { PlanNumbers } from "./plan-types.ts";
import type { ResolvedPolicy } from "./policy.ts";
import { type Finding, finding, isRefused, Reason } from "./reason.ts";
import type { Settings } from "./settings.ts";

/** A connection whose numbers are known. */
export interface Outlook {
  readonly syn: Frame;
  readonly numbers: PlanNumbers;
  /** Undefined until the new server has accepted. */
  readonly offsets: Offsets | undefined;
  readonly held: readonly HeldSegment[];
  /** The window field that the client sent last. */
  readonly window: number;
  readonly clearEcn: boolean;
  readonly answer: TargetAnswer | undefined;
  /** Without what the answer itself adds. */
  readonly refused: boolean;
  readonly findings: readonly Finding[];
}

/** `facts` must have a connection and a standing. */
export function outlookOf(
  segments: Segments,
  facts: Facts,
  connection: Connection,
  standing: Standing,
  settings: Settings,
  initialSeq = seqAdd(standing.clientNext, -1),
): Outlook {
  const { policy, target, originOffsets, skip } = settings;
  const window = latestWindow(facts.held) ?? 0;
  const answer = answerOf(segments, connection, settings, initialSeq);
  const accepted = answer?.kind === "accepted" ? segments.target : undefined;
  const handshake = handshakeOf(segments, connection, policy, accepted?.tcp);
  const sendNext = answer?.kind === "accepted" ? seqAdd(answer.sendNext, skip) : undefined;
  const arranged = arrangeHeld(facts.held, standing, accepted ? accepted.tcp.window : Number.POSITIVE_INFINITY);
  const receiveNext = seqAdd(initialSeq, 1);
  const shifts = sendNext === undefined ? undefined : offsets(standing, { receiveNext, sendNext });
  const findings = [
    ...facts.findings,
    ...(handshake ? judgeOptions(handshake) : [unknownOptions(policy)]),
    ...(!handshake && accepted ? judgeBlindAnswer(accepted.tcp) : []),
    ...arranged.findings,
  ];
  return {
    syn: syntheticSyn(connection, target, {
      seq: initialSeq,
      // A window is never scaled in a SYN; when it is taken from elsewhere it is too small at worst.
      window: segments.syn?.tcp.window ?? window,
      options: handshake ? offerOf(handshake.syn, handshake.synAck) : blindOffer,
      flags: handshake ? offeredEcnFlags(handshake) : 0,
    }),
    numbers: {
      ...standing,
      clientIsn: seqAdd(standing.clientNext, -1 - (standing.clientDelivered ?? 0)),
      serverIsn: seqAdd(standing.serverNext, -1 - (standing.serverDelivered ?? 0)),
      heldEnd: arranged.end,
      originReset: {
        seq: seqAdd(standing.clientNext, originOffsets.clientToServer.seq),
        ack: seqAdd(standing.serverNext, originOffsets.clientToServer.ack),
      },
      initialSeq,
      receiveNext,
      targetIsn: sendNext === undefined ? undefined : seqAdd(sendNext, -1 - skip),
      sendNext,
      e: seqOffset(receiveNext, standing.clientNext),
      d: shifts?.serverToClient.seq,
    },
    offsets: shifts,
    held: arranged.segments,
    window,
    clearEcn: handshake !== undefined && mustClearEcn(handshake),
    answer,
    refused: findings.some(isRefused),
    findings: [...findings, ...(answer && "finding" in answer ? [answer.finding] : []), ...segments.targetFindings],
  };
}

function unknownOptions({ unknownOptions: choice }: ResolvedPolicy): Finding {
  const text = "Without SYN and SYN-ACK nobody knows which options client and server 1 agreed on.";
  return finding(choice === "degrade" ? "degraded" : "refused", Reason.optionsUnknown, text);
}

function handshakeOf(
  { syn, synAck }: Segments,
  { ipVersion }: Connection,
  policy: ResolvedPolicy,
  target: Handshake["target"],
): Handshake | undefined {
  if (!syn || !synAck) return undefined;
  const synData = syn.payload.length;
  return { ipVersion, syn: syn.tcp, synData, synAck: synAck.tcp, policy, ...(target && { target }) };
}

function answerOf(
  { target, targetFindings }: Segments,
  connection: Connection,
  settings: Settings,
  initialSeq: number,
): TargetAnswer | undefined {
  if (!target) return targetFindings.length > 0 ? { kind: "unreadable" } : undefined;
  if (sameKey(reverseFlowKey(target.key), keyTowards(connection, settings.target))) {
    return judgeAnswer(target.tcp, target.payload.length, initialSeq);
  }
  const text = "The new server's answer belongs to another connection.";
  return { kind: "ignored", finding: finding("refused", Reason.differentConnection, text) };
}
