/** The way to server 1: because it was decided so, or because the new server could not have the connection. */

import { seqDiff } from "../../tcp/seq.ts";
import type { Finding } from "../reason.ts";
import { plainFlows } from "./flows.ts";
import { arrange, heldSegments } from "./holding.ts";
import { bury, dropFlows } from "./linger.ts";
import { ReportCode } from "./report.ts";
import { resetClient, resetTakeover } from "./reset.ts";
import { plainSide, towardsServer } from "./translate.ts";
import { enter, report, sendBarrier, sendFlow, sendOn, type Turn, update } from "./turn.ts";

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
    bury(turn);
    return;
  }
  report(turn, ReportCode.forwarded, why, {}, findings);
  armForward(turn);
}

function armForward(turn: Turn): void {
  const flows = plainFlows(turn.state, turn.settings).map(({ role, flow }) =>
    sendFlow(turn, role, flow, "Server 1 has this connection: the switch carries it as it is."),
  );
  const barrier = sendBarrier(turn, "Held data must not overtake, nor be overtaken.");
  enter(turn, "fwdArm", {
    takeover: undefined,
    inSwitch: true,
    syn: undefined,
    synAck: undefined,
    pending: { barrier, flows, forward: undefined, sentAt: turn.at, again: false },
  });
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
  options: { readonly reset: boolean; readonly findings?: readonly Finding[] },
): void {
  report(turn, code, why, {}, options.findings);
  if (turn.state.inSwitch) dropFlows(turn);
  if (options.reset) resetTakeover(turn, "The hand-over is taken back: end what the dial began.");
  forward(turn, "The hand-over failed before anything had changed: server 1 goes on.");
}

/** The flows are there: server 1 gets what was held. */
export function forwardArmed(turn: Turn): void {
  releaseToOrigin(turn);
}

/** The flows are not there, or nobody knows: the planner carries the connection itself. */
export function carryInSoftware(turn: Turn): void {
  const { phase } = turn.state;
  report(
    turn,
    ReportCode.switchError,
    "The switch does not confirm the flows to server 1: segments are relayed instead.",
  );
  dropFlows(turn);
  update(turn, { inSwitch: false, pending: undefined });
  if (phase === "fwdArm") releaseToOrigin(turn);
}

function releaseToOrigin(turn: Turn): void {
  const { state, settings } = turn;
  const { connection, clientPort, progress } = state;
  const { end } = arrange(state);
  const inOrder = [...heldSegments(state)].sort(
    (a, b) => seqDiff(a.tcp.seq, progress.clientNext) - seqDiff(b.tcp.seq, progress.clientNext),
  );
  for (const segment of inOrder) {
    const bytes = towardsServer(connection, segment, plainSide(settings.origin));
    sendOn(turn, bytes, clientPort, settings.origin.switchPort, "Held data to server 1, as it came.");
  }
  enter(turn, "forwarded", {
    held: [],
    pending: undefined,
    progress: { ...progress, clientNext: end },
  });
}
