/** Every RST goes through here: a bucket of tokens bounds what anybody can make us send. */
import { type Frame, rstFrame } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import type { ClientNumbers } from "../offsets.ts";
import { pathTo } from "../plan-effects.ts";
import { oldServer, targetPlace } from "./handover.ts";
import { ReportCode } from "./report.ts";
import { report, sendOwn, type Turn, update } from "./turn.ts";

/** Takes a token, if there is one. */
export function mayReset(turn: Turn): boolean {
  const { resetBurst, resetEveryMs } = turn.settings.limits;
  const { tokens, at } = turn.state.resets;
  const earned = resetEveryMs === 0 ? resetBurst : Math.floor(Math.max(0, turn.at - at) / resetEveryMs);
  const full = tokens + earned >= resetBurst;
  const available = full ? resetBurst : tokens + earned;
  if (available === 0) {
    report(turn, ReportCode.resetLimit, "Too many resets: this one is not sent.");
    return false;
  }
  // What was earned in part stays earned.
  update(turn, { resets: { tokens: available - 1, at: full ? turn.at : at + earned * resetEveryMs } });
  return true;
}

function send(turn: Turn, frame: Frame, port: number, why: string): void {
  if (mayReset(turn)) sendOwn(turn, frame, port, why);
}

/** Ends the old server's side, with its exact numbers as the client knows them. */
export function resetOrigin(turn: Turn, { clientNext, serverNext }: ClientNumbers, why: string): void {
  const { seq, ack } = oldServer(turn).side.offsets.clientToServer;
  resetOriginAt(turn, seqAdd(clientNext, seq), seqAdd(serverNext, ack), why);
}

/** The same with the numbers that the old server itself uses. */
export function resetOriginAt(turn: Turn, seq: number, ack: number, why: string): void {
  const { place } = oldServer(turn);
  send(turn, rstFrame({ ...pathTo(turn.state.connection, place), seq, ack }), place.switchPort, why);
}

/** Ends a connection of a target's; `seq` is what the target acknowledged or will acknowledge. */
export function resetTarget(turn: Turn, target: string, seq: number, why: string): void {
  const place = targetPlace(turn.settings, target);
  send(turn, rstFrame({ ...pathTo(turn.state.connection, place), seq }), place.switchPort, why);
}

/** Ends the client's side, in the name of the service. */
export function resetClient(turn: Turn, why: string): void {
  const { connection, progress, clientPort } = turn.state;
  const { client, server, vlans } = connection;
  const frame = rstFrame({ from: server, to: client, vlans, seq: progress.serverNext, ack: progress.clientNext });
  send(turn, frame, clientPort, why);
}

/** Ends what the dial began. The number is our own SYN's, so it is exact unless data has been sent since. */
export function resetTakeover(turn: Turn, why: string): void {
  const { takeover } = turn.state;
  if (takeover) resetTarget(turn, takeover.target, seqAdd(takeover.initialSeq, 1), why);
}
