/** The way to server 1: because it was decided so, or because the new server could not have the connection. */

import { seqDiff } from "../../tcp/seq.ts";
import type { Finding } from "../reason.ts";
import { deleteFlow, deleteFlows } from "./flows.ts";
import { currentServer } from "./handover.ts";
import { arrange, heldSegments } from "./holding.ts";
import { bury, dropFlows } from "./linger.ts";
import { endParked, returningTo, showParked } from "./park.ts";
import { ReportCode } from "./report.ts";
import { resetClient, resetTakeover } from "./reset.ts";
import { carryingFlows, setTraps } from "./restore.ts";
import type { ConnectionState } from "./state.ts";
import { towardsServer } from "./translate.ts";
import { enter, report, sendBarrier, sendFlow, sendOn, type Turn, takeSerial, update } from "./turn.ts";
import { watchCandidates } from "./watch.ts";

/** The switch is to carry the connection to server 1. Held data waits for its flows. */
export function forward(turn: Turn, why: string, findings: readonly Finding[] = []): void {
  if (turn.state.originGone) {
    report(
      turn,
      ReportCode.ended,
      "Server 1 gave the connection up, and no other server has it: end the client's side.",
    );
    dropFlows(turn);
    resetClient(turn, "Server 1 had reset the connection while its client's data was held.");
    endParked(turn);
    bury(turn);
    return;
  }
  report(turn, ReportCode.forwarded, why, {}, findings);
  if (turn.state.shadow) giveBack(turn);
  else armForward(turn);
}

/** Whether the connection was carried by the switch before its data was held: it has had requests answered. */
export function isLate({ oldSerial }: ConnectionState): boolean {
  return oldSerial !== undefined;
}

/**
 * The flows of the server that keeps the connection: they are still there, under those that show everything, or made anew. What is there
 * already replaces itself.
 */
function keepFlows(turn: Turn): readonly number[] {
  const { state, settings } = turn;
  if (isLate(state)) {
    update(turn, { serial: state.oldSerial ?? state.serial, oldSerial: undefined });
    stopWatching(turn);
    // The planner may have carried the connection without flows, and once armed nobody knows any more. And the traps of software
    // shifting have taken the place of a flow of the server before.
    const areThere = state.inSwitch && state.phase !== "arm";
    if (areThere && settings.dataPlane === "actions") return [];
  }
  setTraps(turn);
  return carryingFlows(turn).map(({ role, flow }) =>
    sendFlow(turn, role, flow, "This server keeps the connection: the switch carries it there."),
  );
}

/** Takes the flows out that showed both directions to the controller. */
export function stopWatching(turn: Turn): void {
  for (const role of ["clientWatch", "originWatch"] as const) {
    const flow = deleteFlow(turn.state, turn.settings, role);
    sendFlow(turn, role, flow, "The switch need not show this direction any more.");
  }
}

function armForward(turn: Turn): void {
  update(turn, { takeover: undefined });
  const flows = keepFlows(turn);
  const barrier = sendBarrier(turn, "Held data must not overtake, nor be overtaken.");
  enter(turn, "fwdArm", {
    inSwitch: true,
    ...(!turn.settings.lateMoves && { syn: undefined, synAck: undefined, spoken: undefined }),
    pending: { barrier, flows, forward: undefined, sentAt: turn.at, again: false, bundle: undefined },
  });
  // From now on the switch would carry what belongs to them.
  watchCandidates(turn);
}

/** Asks for the same again, of a switch that has come back. */
export function resumeForward(turn: Turn): void {
  if (!turn.state.cut) return;
  update(turn, { cut: false });
  armForward(turn);
}

/** Takes the hand-over back: server 1 has noticed nothing of it. */
export function rollback(
  turn: Turn,
  code: ReportCode,
  why: string,
  options: {
    readonly reset: boolean;
    readonly numbers?: Readonly<Record<string, number>>;
    readonly findings?: readonly Finding[];
  },
): void {
  report(turn, code, why, options.numbers, options.findings);
  if (turn.state.phase === "arm") {
    const flow = deleteFlows(turn.settings, turn.state.serial);
    sendFlow(turn, "all", flow, "Take back what was prepared for the new server.");
    sendBarrier(turn, "What follows must not be taken back with it.");
    if (!isLate(turn.state)) update(turn, { serial: takeSerial(turn) });
  }
  const waiting = returningTo(turn);
  // The commit has taken this flow out, unless the switch refused all of it.
  if (waiting && turn.state.takeover?.committedAt !== undefined) showParked(turn, waiting);
  if (options.reset) resetTakeover(turn, "The hand-over is taken back: end what the dial began.");
  forward(turn, "The hand-over failed before anything had changed: server 1 goes on.");
}

/** The flows are there: server 1 gets what was held. */
export function forwardArmed(turn: Turn): void {
  releaseHeld(turn);
}

/** The flows are not there, or nobody knows: the planner carries the connection itself. */
export function carryInSoftware(turn: Turn): void {
  const { phase } = turn.state;
  report(
    turn,
    ReportCode.switchError,
    "The switch does not confirm the flows of the connection: segments are relayed instead.",
  );
  dropFlows(turn);
  update(turn, { inSwitch: false, pending: undefined });
  if (phase === "fwdArm") releaseHeld(turn);
}

function releaseHeld(turn: Turn): void {
  const { state } = turn;
  const { connection, clientPort, progress } = state;
  const { place, side } = currentServer(turn);
  const { end } = arrange(state);
  const inOrder = [...heldSegments(state)].sort(
    (a, b) => seqDiff(a.tcp.seq, progress.clientNext) - seqDiff(b.tcp.seq, progress.clientNext),
  );
  for (const segment of inOrder) {
    const bytes = towardsServer(connection, segment, side);
    sendOn(turn, bytes, clientPort, place.switchPort, "Held data to the server that keeps the connection.");
  }
  giveBack(turn);
  update(turn, { progress: { ...progress, clientNext: end } });
}

/** The connection is where it was before its data was held. */
export function giveBack(turn: Turn): void {
  const { previous, beforePrevious, serial, oldSerial } = turn.state;
  enter(turn, previous ? "migrated" : "forwarded", {
    held: [],
    pending: undefined,
    takeover: previous,
    previous: beforePrevious,
    beforePrevious: undefined,
    serial: oldSerial ?? serial,
    oldSerial: undefined,
  });
}
