/** What is decided about a connection. */

import type { Verdict } from "../../tcp/index.ts";
import { seqAfter, seqInWindow, seqOffset } from "../../tcp/seq.ts";
import { keyTowards, sameKey } from "../connection.ts";
import type { ClientNumbers } from "../offsets.ts";
import type { Finding } from "../reason.ts";
import type { ChosenTarget } from "./config.ts";
import { dial } from "./dial.ts";
import type { VerdictEvent } from "./event.ts";
import { forward, giveBack } from "./forward.ts";
import { goBack } from "./go-back.ts";
import { targetPlace } from "./handover.ts";
import { arrange } from "./holding.ts";
import { judgeAgreed, judgeMove, judgeUnasked } from "./judge.ts";
import { parkedAt, parkedNamed } from "./parked.ts";
import { ORIGIN } from "./places.ts";
import { ReportCode } from "./report.ts";
import type { ConnectionState, Parked, StickyVerdict } from "./state.ts";
import { given, report, type Turn, update } from "./turn.ts";

/** Whether a verdict is about this connection, this generation of it, and bytes that are known of it. */
export function isAbout(state: ConnectionState, { key, generation, seq }: Verdict): boolean {
  if (!sameKey(key, state.connection.key)) return false;
  if (generation !== undefined && generation !== state.generation) return false;
  if (seq === undefined || state.phase === "dead") return true;
  const { clientIsn, progress } = state;
  const end = state.held.length > 0 ? arrange(state).end : progress.clientNext;
  return seqInWindow(seq, clientIsn, seqOffset(end, clientIsn) + 1);
}

/** Too early: kept until there is data. */
export function stick(turn: Turn, { verdict }: VerdictEvent): void {
  if (turn.state.verdict) ignoreVerdict(turn);
  else update(turn, { verdict: stickyOf(verdict) });
}

function stickyOf(verdict: Verdict): StickyVerdict {
  if (verdict.action === "forward") return { action: "forward", target: undefined, park: false };
  return { action: "migrate", target: verdict.target, park: verdict.park === true };
}

/** The verdict on held data. */
export function decideNow(turn: Turn, { verdict }: VerdictEvent): void {
  decide(turn, stickyOf(verdict));
}

/** Carries a verdict out. A connection that must not move goes to server 1. */
export function decide(turn: Turn, verdict: StickyVerdict): void {
  update(turn, { verdict });
  if (verdict.action === "forward") {
    forward(turn, "The verdict leaves the connection with server 1.");
    return;
  }
  const chosen = chooseTarget(turn, verdict.target);
  const waiting = chosen.target === undefined ? undefined : parkedTarget(turn, chosen.target);
  const stays = bypassed(turn.state);
  if (waiting && !stays) {
    goBack(turn, waiting);
    return;
  }
  const move = stays ?? judgeChosen(turn, chosen, judgeMove);
  if (turn.state.shadow) {
    tell(turn, move, turn.state.progress);
    giveBack(turn);
  } else if (move.target !== undefined) dial(turn, move.target, move.findings);
  else {
    if (move.code !== undefined) report(turn, move.code, move.text);
    forward(turn, move.why, move.findings);
  }
}

/** A target that has been parked is not asked anew: it has the connection's options and numbers. */
function parkedTarget({ state, settings }: Turn, target: string): Parked | undefined {
  return parkedAt(state, settings, targetPlace(settings, target));
}

/** Where a connection may move, or why it may not. */
type Move =
  | { readonly target: string; readonly findings: readonly Finding[] }
  | {
      readonly target: undefined;
      readonly why: string;
      readonly findings: readonly Finding[];
      /** When the target cannot have it, whatever the connection is like. */
      readonly code?: ReportCode;
      readonly text: string;
    };

/** What server 1 acknowledges beyond the first byte to hand over went past the controller; the new server would never get it. */
function bypassed({ shadow, progress }: ConnectionState): Move | undefined {
  if (shadow || !seqAfter(progress.serverAck, progress.clientNext)) return undefined;
  const why = "The connection stays with server 1.";
  const text = "Server 1 has had data of the client's that was not seen here.";
  return { target: undefined, why, findings: [], code: ReportCode.bypassed, text };
}

function judgeChosen(turn: Turn, chosen: ChosenTarget, judge: typeof judgeMove): Move {
  const nowhere = "There is no server to move to: the connection stays with server 1.";
  if (chosen.target === undefined) {
    return { target: undefined, why: nowhere, findings: [], code: unavailable[chosen.why], text: chosen.text };
  }
  const { target } = chosen;
  if (turn.settings.isTaken(keyTowards(turn.state.connection, targetPlace(turn.settings, target)))) {
    const text = `The client has a connection to ${target} of these ports already.`;
    return { target: undefined, why: nowhere, findings: [], code: ReportCode.targetTaken, text };
  }
  const { refused, findings } = judge(turn, target);
  const why = "This connection cannot be moved: it stays with server 1.";
  return refused ? { target: undefined, why, findings, text: why } : { target, findings };
}

/** Shadow mode: says what would be done. */
function tell(turn: Turn, move: Move, numbers?: ClientNumbers): void {
  if (move.target === undefined) {
    if (move.code !== undefined) report(turn, move.code, move.text);
    report(turn, ReportCode.wouldRefuse, move.why, {}, move.findings);
    return;
  }
  const { target } = move;
  const why = numbers
    ? `Shadow mode: this connection would move to ${target}.`
    : `Shadow mode: this connection would move to ${target} at a moment when nothing is under way; if one comes is not known.`;
  const { clientNext, serverNext } = numbers ?? {};
  const told = clientNext === undefined || serverNext === undefined ? {} : { clientNext, serverNext };
  report(turn, ReportCode.wouldMigrate, why, told, [...move.findings, ...judgeUnasked(turn, target)], target);
  update(turn, { shadow: { ...given(turn.state.shadow, "shadow"), target } });
}

/** The same for a connection that a server has answered: the numbers are those of a moment that nobody waits for. */
export function tellLate(turn: Turn, chosen: ChosenTarget): void {
  tell(turn, judgeChosen(turn, chosen, judgeAgreed));
}

/** Why there is no target, as a report. */
export const unavailable = {
  unknown: ReportCode.targetUnknown,
  draining: ReportCode.targetDraining,
  broken: ReportCode.targetBroken,
} as const;

/** The target that the connection moves to, given what the verdict says. */
export function chooseTarget({ at, state, settings }: Turn, named: string | undefined): ChosenTarget {
  const { key } = state.connection;
  if (named === ORIGIN) {
    return parkedNamed(state, ORIGIN)
      ? { target: ORIGIN }
      : { target: undefined, why: "unknown", text: "Server 1 is not parked: the connection cannot go back there." };
  }
  const chosen = settings.chooseTarget?.({ key, named, at }) ?? { target: named ?? settings.defaultTarget };
  if (chosen.target === undefined) {
    return "why" in chosen ? chosen : { target: undefined, why: "unknown", text: "There is no target to move to." };
  }
  return Object.hasOwn(settings.targets, chosen.target)
    ? { target: chosen.target }
    : { target: undefined, why: "unknown", text: `There is no target named ${chosen.target}.` };
}

/** Nobody decided in time. */
export function decideByDefault(turn: Turn): void {
  const waited = turn.at - turn.state.since;
  report(turn, ReportCode.verdictMissing, "No verdict came in time.", { waited });
  forward(turn, "Without a verdict the connection stays with server 1.");
}

/** A verdict that comes when everything is decided. */
export function ignoreVerdict(turn: Turn): void {
  report(turn, ReportCode.verdictIgnored, "The connection is decided about already: the first verdict counts.");
}

/** A verdict that would move a connection whose requests a server has had. */
export function refuseLate(turn: Turn): void {
  report(turn, ReportCode.verdictTooLate, "A server has had requests of this connection: it is not moved any more.");
}
