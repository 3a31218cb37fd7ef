/**
 * Moving a connection whose server has had requests. Offsets take a moment when client and server agree on every number: nothing
 * of either is under way, and nothing arrived out of order. The switch shows both directions to the controller, which relays
 * them, and the client's first segment at such a moment is held like a first request.
 */
import type { Arrival } from "./arrival.ts";
import { pass } from "./carry.ts";
import { alarm } from "./control.ts";
import { phaseDeadline } from "./deadline.ts";
import type { ErrorEvent, VerdictEvent } from "./event.ts";
import { watchFlow } from "./flows.ts";
import { carryInSoftware, stopWatching } from "./forward.ts";
import { currentServer, isTakenOver } from "./handover.ts";
import { holdLate } from "./hold.ts";
import { ORIGIN, serverName } from "./places.ts";
import { ReportCode } from "./report.ts";
import { askAgain, idle } from "./restore.ts";
import type { ConnectionState } from "./state.ts";
import { report, sendBarrier, sendFlow, type Turn, takeSerial, update } from "./turn.ts";
import { chooseTarget, ignoreVerdict, refuseLate, tellLate, unavailable } from "./verdict.ts";

/** Flows that show everything end by themselves if the controller is gone, long after any late move is over. */
const WATCH_FACTOR = 4;

/** A verdict that would move a connection that a server has answered. */
export function moveLate(turn: Turn, { verdict }: VerdictEvent): void {
  const { state } = turn;
  const { target: named, park = false } = verdict.action === "migrate" ? verdict : { target: undefined };
  const chosen = chooseTarget(turn, named);
  const current = isTakenOver(state) ? state.takeover?.target : (state.shadow?.target ?? ORIGIN);
  if (state.late || named === current || (chosen.target !== undefined && chosen.target === current)) {
    ignoreVerdict(turn);
  } else if (!state.syn || !state.synAck || state.clientFin !== undefined || state.serverFin !== undefined) {
    refuseLate(turn);
  } else if (state.shadow) tellLate(turn, chosen);
  else if (chosen.target === undefined) report(turn, unavailable[chosen.why], chosen.text);
  else begin(turn, chosen.target, park);
}

function begin(turn: Turn, target: string, park: boolean): void {
  report(turn, ReportCode.lateMove, `Wait for a moment when nothing is under way, to move to ${serverName(target)}.`);
  watch(turn, target, park);
}

function watch(turn: Turn, target: string, park: boolean): void {
  const { state, settings } = turn;
  const watching = { target, park, since: turn.at, flows: [], clientSeen: false, serverSeen: false };
  if (settings.dataPlane === "software" && isTakenOver(state)) {
    update(turn, { pending: undefined, late: { ...watching, barrier: undefined, watchedAt: turn.at } });
    return;
  }
  const { place, vlans } = currentServer(turn);
  const ms = WATCH_FACTOR * settings.timing.lateMs;
  const why = "Show the controller everything of this direction.";
  const flows = (["clientWatch", "originWatch"] as const).map((role) =>
    sendFlow(turn, role, watchFlow(state, settings, role, place, vlans, ms), why),
  );
  const barrier = sendBarrier(turn, "From the reply on nothing passes unseen.");
  update(turn, { pending: undefined, late: { ...watching, flows, barrier, watchedAt: undefined } });
}

/** The switch shows everything from now on. */
export function watched(turn: Turn): void {
  const { late } = turn.state;
  if (late) update(turn, { late: { ...late, barrier: undefined, watchedAt: turn.at } });
}

/** The switch refuses to show a direction: what is not seen cannot be judged. Or it refuses a flow that was to carry one. */
export function loseWatch(turn: Turn, event: ErrorEvent): void {
  alarm(turn, event);
  if (!turn.state.late) {
    // Flows that were to be restored, or those of a connection that was only looked at.
    carryInSoftware(turn);
    return;
  }
  report(turn, ReportCode.notQuiescent, "The switch does not show everything: the connection stays where it is.");
  stopWatching(turn);
  update(turn, { late: undefined });
}

/** The client's data, held if this is the moment. */
export function passOrHold(turn: Turn, arrival: Arrival): void {
  const { late } = turn.state;
  if (!late || !isQuiescent(turn, arrival)) {
    pass(turn, arrival);
    return;
  }
  const { takeover, previous, serial } = turn.state;
  update(turn, {
    late: undefined,
    previous: takeover ?? previous,
    beforePrevious: takeover && previous,
    takeover: undefined,
    // Whoever has the connection now is alive, whatever became of those before.
    originGone: false,
    serial: takeSerial(turn),
    oldSerial: serial,
  });
  holdLate(turn, arrival, { action: "migrate", target: late.target, park: late.park });
}

/**
 * The client sends what comes next, having everything of the server's, and the server has everything of the client's: nothing is
 * under way in either direction, and the server keeps nothing out of order.
 */
function isQuiescent({ state, settings, at }: Turn, { segment }: Arrival): boolean {
  const { late, progress } = state;
  if (late?.watchedAt === undefined || at < late.watchedAt + settings.timing.settleMs) return false;
  const { seq, ack } = segment.tcp;
  return (
    late.clientSeen &&
    late.serverSeen &&
    seq === progress.serverAck &&
    seq === progress.clientNext &&
    ack === progress.serverNext
  );
}

/** Such a moment did not come; or without flows, nothing has come for long. */
export function idleOrGiveUp(turn: Turn): void {
  if (!turn.state.late) {
    idle(turn);
    return;
  }
  report(turn, ReportCode.notQuiescent, "Something was always under way: the connection stays where it is.");
  if (needsWatch(turn.state, turn)) stopWatching(turn);
  update(turn, { late: undefined });
  // While it waited, the connection may have been quiet for too long.
  const due = phaseDeadline(turn.state, turn.settings);
  if (due !== undefined && due <= turn.at) idle(turn);
}

/** The channel to the switch broke: what passes now is not seen, so nothing can be judged by what was. */
export function loseSight(turn: Turn): void {
  // What was asked before will not be answered.
  update(turn, { asked: undefined });
  if (!turn.state.late) return;
  report(
    turn,
    ReportCode.notQuiescent,
    "The switch is gone: what passes is not seen, and the connection stays where it is.",
  );
  update(turn, { late: undefined });
}

/** The switch is back, and has not heard what it was asked since it went. */
export function watchAgain(turn: Turn): void {
  const { late } = turn.state;
  if (late) watch(turn, late.target, late.park);
  askAgain(turn);
}

function needsWatch(state: ConnectionState, { settings }: Turn): boolean {
  return settings.dataPlane === "actions" || !isTakenOver(state);
}
