/** Handlers of what is no packet and belongs to no phase alone. */
import type { ErrorEvent } from "./event.ts";
import { bury } from "./linger.ts";
import { ReportCode } from "./report.ts";
import { report, type Turn, update } from "./turn.ts";

/** It does not concern this phase. */
export function ignore(): void {
  // What was asked for has been answered by something else.
}

/** The switch refuses something that the connection can do without, or that cannot be taken back. */
export function alarm(turn: Turn, { id, errorType, code }: ErrorEvent): void {
  report(turn, ReportCode.switchError, "The switch refused a message.", { id, errorType, code });
}

/** Nothing is held and nothing is promised: the connection goes on without being looked at. */
export function drop(turn: Turn): void {
  // Its held data was dropped when the switch went.
  if (turn.state.cut) return;
  report(turn, ReportCode.switchLost, "The switch is gone: the connection is not followed any more.");
  bury(turn);
}

/** Everything waits until the switch is back. */
export function freeze(turn: Turn): void {
  if (turn.state.cut) return;
  report(turn, ReportCode.switchLost, "The switch is gone: the hand-over waits for it.");
  update(turn, { cut: true });
}

/** The switch is back, and nothing waits for it. */
export function resume(turn: Turn): void {
  if (turn.state.cut) update(turn, { cut: false });
}
