/** The end of a connection, and of its flows. */
import { deleteFlows } from "./flows.ts";
import { releaseAll } from "./park.ts";
import { ReportCode } from "./report.ts";
import { enter, report, sendBarrier, sendFlow, type Turn, takeSerial, update } from "./turn.ts";
import { unknownConnection } from "./unknown.ts";

/** Closed or reset: flows stay for late segments. */
export function enterLinger(turn: Turn, how: "closed" | "reset"): void {
  const { lingerMs, lingerResetMs } = turn.settings.timing;
  releaseAll(turn);
  enter(turn, "linger", {
    lingerUntil: turn.at + (how === "closed" ? lingerMs : lingerResetMs),
    pending: undefined,
    held: [],
    flowEnded: undefined,
    late: undefined,
  });
}

/** Nothing came any more: the connection counts as ended. */
export function lingerNow(turn: Turn): void {
  enterLinger(turn, "closed");
}

/** Takes every flow of this connection out of the switch, if there may be any. */
export function dropFlows(turn: Turn): void {
  const { inSwitch, pending, candidates, shadow } = turn.state;
  const isWatched = candidates.length > 0 && !shadow;
  if (!inSwitch && !pending && !isWatched) return;
  const { serial, oldSerial, parked } = turn.state;
  const sets = [serial, ...(oldSerial === undefined ? [] : [oldSerial]), ...parked.map((entry) => entry.serial)];
  for (const set of sets) {
    const flow = deleteFlows(turn.settings, set);
    sendFlow(turn, "all", flow, "No flow of this connection is needed any more.");
  }
  sendBarrier(turn, "What follows must not be taken for the old connection.");
  // What the switch says about the flows that are deleted here concerns nobody any more.
  update(turn, { serial: takeSerial(turn), oldSerial: undefined });
}

/** Forgets everything but how many connections there were. */
export function bury(turn: Turn): void {
  turn.state = unknownConnection(turn.state, turn.at);
}

/** The last flows go. */
export function forget(turn: Turn): void {
  dropFlows(turn);
  report(turn, ReportCode.ended, "The connection has ended, and its flows are gone.");
  bury(turn);
}

/** Nothing has come of it, or for a long time. */
export function expire(turn: Turn): void {
  report(turn, ReportCode.ended, "Nothing has come for too long: the connection is forgotten.");
  dropFlows(turn);
  bury(turn);
}
