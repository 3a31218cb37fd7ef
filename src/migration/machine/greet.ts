/** The new server has accepted and will greet: what it says is acknowledged and kept from a client that has been greeted. */
import { ackFrame } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { pathTo } from "../plan-effects.ts";
import { arm } from "./arm.ts";
import type { Arrival } from "./arrival.ts";
import { rollback } from "./forward.ts";
import { judgeGreeting, wantedGreeting } from "./greeting.ts";
import { serverNumbers, targetPlace } from "./handover.ts";
import { type Heard, hear, nothingHeard } from "./heard.ts";
import { ReportCode } from "./report.ts";
import type { Takeover, TargetAccepted } from "./state.ts";
import { enter, given, sendOwn, type Turn, update } from "./turn.ts";

function acceptedBy({ state }: Turn): { readonly takeover: Takeover; readonly accepted: TargetAccepted } {
  const takeover = given(state.takeover, "takeover");
  return { takeover, accepted: given(takeover.accepted, "takeover.accepted") };
}

/** What was heard of the new server; what is acknowledged is what follows its SYN-ACK without a gap. */
function remember(turn: Turn, heard: Heard, changes: Partial<TargetAccepted> = {}): void {
  const { takeover, accepted } = acceptedBy(turn);
  const { tries = 1 } = takeover.greeting ?? {};
  update(turn, {
    takeover: {
      ...takeover,
      accepted: { ...accepted, ...changes, skip: heard.bytes.length },
      greeting: { heard, tries },
    },
  });
}

/** Completes the handshake, and acknowledges what has come since. */
function acknowledge(turn: Turn, why: string): void {
  const { takeover, accepted } = acceptedBy(turn);
  const place = targetPlace(turn.settings, takeover.target);
  const { receiveNext, sendNext } = serverNumbers(takeover, accepted);
  const { window } = turn.state.progress;
  const ack = ackFrame({ ...pathTo(turn.state.connection, place), seq: receiveNext, ack: sendNext, window });
  sendOwn(turn, ack, place.switchPort, why);
}

/** The new server must be acknowledged before it greets. No flow leads from it to the client yet: what it says is shown here. */
export function awaitGreeting(turn: Turn): void {
  remember(turn, nothingHeard);
  enter(turn, "greet");
  acknowledge(turn, "Complete the handshake, so that the new server greets; the client has been greeted already.");
}

/** It greets, or a part of it comes. */
export function hearGreeting(turn: Turn, { segment }: Arrival): void {
  const { state, settings } = turn;
  const { takeover, accepted } = acceptedBy(turn);
  const { tcp, payload } = segment;
  // An older connection's data acknowledges something else.
  if (tcp.ack !== seqAdd(takeover.initialSeq, 1)) return;
  // A configuration that has lost its profile has room for none.
  const wanted = wantedGreeting(state, settings);
  const room = wanted?.length ?? settings.speaksFirst?.maxBannerBytes ?? 0;
  const heard = hear(given(takeover.greeting, "takeover.greeting").heard, accepted.sendNext, tcp.seq, payload, room);
  const soFar = judgeGreeting(heard, wanted);
  if (soFar === "unfit") {
    refuseGreeting(turn);
    return;
  }
  remember(turn, heard);
  acknowledge(turn, "The new server's greeting is acknowledged in the client's name, who has had one.");
  if (soFar === "whole") {
    update(turn, { takeover: { ...acceptedBy(turn).takeover, greeting: undefined } });
    arm(turn);
  }
}

/** It greets with something else, for too long, or says goodbye at once. */
export function refuseGreeting(turn: Turn): void {
  const { target } = acceptedBy(turn).takeover;
  const why = `${target} does not greet as server 1 did: its client would notice.`;
  rollback(turn, ReportCode.bannerUnfit, why, { reset: true });
}

/** It repeats its SYN-ACK: the ACK was lost. */
export function greetAgain(turn: Turn): void {
  acknowledge(turn, "The new server repeats its SYN-ACK: acknowledge it again.");
}

/** It has begun anew, and greets from its new first number on. */
export function greetAnew(turn: Turn, { segment }: Arrival): void {
  const { seq, window } = segment.tcp;
  remember(turn, nothingHeard, { sendNext: seqAdd(seq, 1), window });
  acknowledge(turn, "The new server has begun anew: complete this handshake.");
}

/** No greeting yet, or not all of it. */
export function greetLate(turn: Turn): void {
  const { takeover } = acceptedBy(turn);
  const greeting = given(takeover.greeting, "takeover.greeting");
  if (greeting.tries >= turn.settings.timing.greetMs.length) {
    rollback(turn, ReportCode.bannerUnfit, `${takeover.target} does not greet in time.`, { reset: true });
    return;
  }
  update(turn, { takeover: { ...takeover, greeting: { ...greeting, tries: greeting.tries + 1 } } });
  acknowledge(turn, "The new server has not greeted: perhaps the acknowledgment was lost.");
}

/** After the switch was away. */
export function resumeGreet(turn: Turn): void {
  if (!turn.state.cut) return;
  const { takeover } = acceptedBy(turn);
  const greeting = { ...given(takeover.greeting, "takeover.greeting"), tries: 1 };
  enter(turn, "greet", { cut: false, takeover: { ...takeover, greeting } });
  acknowledge(turn, "The switch is back: the new server may go on.");
}
