/** The new server is asked. */
import { flowKeyText } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { keyTowards } from "../connection.ts";
import { syntheticSyn } from "../plan-effects.ts";
import type { Finding } from "../reason.ts";
import { keyedNumber } from "../secret.ts";
import { arm } from "./arm.ts";
import type { Arrival } from "./arrival.ts";
import { deleteFlow } from "./flows.ts";
import { rollback } from "./forward.ts";
import { awaitGreeting } from "./greet.ts";
import { isGreeted } from "./greeting.ts";
import { isSamePlace, targetPlace } from "./handover.ts";
import { judgeTarget, synContent } from "./judge.ts";
import { ORIGIN, placeOf } from "./places.ts";
import { ReportCode } from "./report.ts";
import { resetTarget } from "./reset.ts";
import type { Takeover } from "./state.ts";
import { enter, given, report, sendFlow, sendOwn, type Turn, update } from "./turn.ts";

/** RFC 9293 §3.4.1: the clock of initial sequence numbers ticks every 4 µs. */
const TICKS_PER_MS = 250;

/**
 * Number of our SYN. With the client's own number before its data, its numbers need no shift; a keyed one is RFC 6528's: a
 * clock, and a number for the connection that follows from the secret.
 */
function initialSeqOf({ at, state, settings }: Turn, target: string): number {
  if (settings.policy.initialSeq === "client") return seqAdd(state.progress.clientNext, -1);
  const key = keyTowards(state.connection, targetPlace(settings, target));
  const base = keyedNumber(
    given(settings.secret, "secret"),
    "initial sequence number",
    `${flowKeyText(key)} ${target}`,
  );
  return seqAdd(base, Math.floor(at * TICKS_PER_MS));
}

/** Sends the SYN in the client's name. */
export function dial(turn: Turn, target: string, findings: readonly Finding[]): void {
  const { clientNext, serverNext } = turn.state.progress;
  const takeover: Takeover = {
    target,
    client: { clientNext, serverNext },
    initialSeq: initialSeqOf(turn, target),
    dialedAt: turn.at,
    tries: 1,
    redials: 0,
    accepted: undefined,
    greeting: undefined,
    committedAt: undefined,
    resets: 0,
  };
  enter(turn, "dial", { takeover, dialed: target });
  liftGuard(turn, target);
  if (findings.length > 0) report(turn, ReportCode.held, "The connection may move, with a word of care.", {}, findings);
  sendSynToTarget(turn, "Ask the new server for a connection in the client's name.");
}

/** The server before the last may be the next one: what it answers must not end at the guard against it. */
function liftGuard(turn: Turn, target: string): void {
  const { state, settings } = turn;
  const { oldSerial, previous, beforePrevious, released } = state;
  if (oldSerial === undefined || previous === undefined) return;
  const place = targetPlace(settings, target);
  const last = beforePrevious?.target ?? ORIGIN;
  const isGuarded = [last, ...released].some((name) => {
    const guarded = placeOf(settings, name);
    return guarded && isSamePlace(state, guarded, place);
  });
  if (!isGuarded) return;
  for (const role of ["guardWatch", "guard"] as const) {
    const flow = deleteFlow({ ...state, serial: oldSerial }, settings, role);
    sendFlow(turn, role, flow, "A server that had the connection once may have it again: it must be heard.");
  }
}

function sendSynToTarget(turn: Turn, why: string): void {
  const { target, initialSeq } = given(turn.state.takeover, "takeover");
  const place = targetPlace(turn.settings, target);
  const syn = syntheticSyn(turn.state.connection, place, synContent(turn, initialSeq));
  sendOwn(turn, syn, place.switchPort, why);
}

function change(turn: Turn, changes: Partial<Takeover>): void {
  update(turn, { takeover: { ...given(turn.state.takeover, "takeover"), ...changes } });
}

/** No answer yet. */
export function dialAgain(turn: Turn): void {
  const { tries, target } = given(turn.state.takeover, "takeover");
  if (tries >= turn.settings.timing.dialMs.length) {
    rollback(turn, ReportCode.targetSilent, `${target} does not answer.`, { reset: true });
    return;
  }
  change(turn, { tries: tries + 1 });
  sendSynToTarget(turn, "The new server has not answered: ask again.");
}

/** The new server still has an older connection of these addresses and ports. What it acknowledges resets it exactly. */
export function redial(turn: Turn, { segment, target }: Arrival): void {
  const takeover = given(turn.state.takeover, "takeover");
  if (takeover.target !== target) return;
  if (takeover.redials >= turn.settings.limits.redials) {
    const why = `${target} does not let go of an older connection of these addresses and ports.`;
    rollback(turn, ReportCode.targetStale, why, { reset: true });
    return;
  }
  change(turn, { redials: takeover.redials + 1 });
  report(turn, ReportCode.targetStale, `${target} has an older connection of these addresses and ports.`, {
    ack: segment.tcp.ack,
  });
  resetTarget(turn, target, segment.tcp.ack, "End the older connection that stands in the way.");
  sendSynToTarget(turn, "The older connection is reset: ask again.");
}

/** The new server accepts. */
export function accept(turn: Turn, { segment }: Arrival): void {
  const { tcp, vlans } = segment;
  const { clearEcn } = judgeTarget(turn, segment);
  change(turn, { accepted: { sendNext: seqAdd(tcp.seq, 1), skip: 0, window: tcp.window, vlans, clearEcn } });
  if (isGreeted(turn.state, turn.settings)) awaitGreeting(turn);
  else arm(turn);
}

/** Its options cannot be mapped to what the client knows. */
export function refuseAnswer(turn: Turn, { segment }: Arrival): void {
  if (turn.state.takeover?.committedAt !== undefined) return;
  const { findings } = judgeTarget(turn, segment);
  rollback(turn, ReportCode.targetUnfit, "The new server's options do not fit.", { reset: true, findings });
}

/** It resets our SYN, or a router says that there is no way to it. */
export function refused(turn: Turn): void {
  const { target } = given(turn.state.takeover, "takeover");
  rollback(turn, ReportCode.targetRefused, `${target} refuses.`, { reset: false });
}

/** After the switch was away. */
export function resumeDial(turn: Turn): void {
  if (!turn.state.cut) return;
  update(turn, { cut: false });
  change(turn, { dialedAt: turn.at, tries: 1 });
  sendSynToTarget(turn, "The switch is back: ask again.");
}
