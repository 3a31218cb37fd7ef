/** Whether a connection with these options can change its server. */
import type { Tcp } from "../../tcp/index.ts";
import type { Finding } from "../reason.ts";
import { judgeEcn, judgeUnaskedEcn } from "./ecn.ts";
import { judgeMultipath, judgeSignatures, judgeSubset, judgeTargetSubset, judgeUnknown } from "./extensions.ts";
import { judgeFastOpen } from "./fast-open.ts";
import type { Handshake } from "./handshake.ts";
import { judgeMss } from "./mss.ts";
import { blindOffer, offerOf } from "./offer.ts";
import { judgeSack } from "./sack.ts";
import { judgeTimestamps } from "./timestamps.ts";
import { judgeWindowScale } from "./window-scale.ts";

const concerns: readonly ((handshake: Handshake) => Finding[])[] = [
  judgeSubset,
  judgeMss,
  judgeWindowScale,
  judgeSack,
  judgeTimestamps,
  judgeEcn,
  judgeFastOpen,
  judgeMultipath,
  judgeSignatures,
  judgeUnknown,
];

/** Everything there is to say about the options of a handshake. */
export function judgeOptions(handshake: Handshake): Finding[] {
  const findings = concerns.flatMap((judgeConcern) => judgeConcern(handshake));
  const { syn, synAck, target } = handshake;
  return target ? [...findings, ...judgeTargetSubset(offerOf(syn, synAck), target)] : findings;
}

/** What there is to say about the new server's answer when nobody knows the handshake that it should match. */
export function judgeBlindAnswer(target: Tcp): Finding[] {
  return [...judgeTargetSubset(blindOffer, target), ...judgeUnaskedEcn(target)];
}
