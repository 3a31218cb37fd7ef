/** Every RST goes through here: a bucket of tokens bounds what anybody can make us send. */
import { type Frame, rstFrame } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import type { ClientNumbers } from "../offsets.ts";
import { pathTo } from "../plan-effects.ts";
import type { Limits } from "./bounds.ts";
import type { ServerPlace } from "./config.ts";
import { oldServer, targetPlace } from "./handover.ts";
import { parkedNamed } from "./parked.ts";
import { ReportCode } from "./report.ts";
import type { Bucket } from "./state.ts";
import { report, sendOwn, type Turn, update } from "./turn.ts";

/** The bucket with a token less; undefined when there is none. */
export function withoutToken(
  { tokens, at }: Bucket,
  now: number,
  { resetBurst, resetEveryMs }: Pick<Limits, "resetBurst" | "resetEveryMs">,
): Bucket | undefined {
  const earned = resetEveryMs === 0 ? resetBurst : Math.floor(Math.max(0, now - at) / resetEveryMs);
  const full = tokens + earned >= resetBurst;
  const available = full ? resetBurst : tokens + earned;
  // What was earned in part stays earned.
  return available === 0 ? undefined : { tokens: available - 1, at: full ? now : at + earned * resetEveryMs };
}

/** Takes a token, if there is one. */
export function mayReset(turn: Turn): boolean {
  const resets = withoutToken(turn.state.resets, turn.at, turn.settings.limits);
  if (resets) update(turn, { resets });
  else report(turn, ReportCode.resetLimit, "Too many resets: this one is not sent.");
  return resets !== undefined;
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
  resetServer(turn, oldServer(turn).place, seq, ack, why);
}

/** Ends a server's side, with its own numbers. */
export function resetServer(turn: Turn, place: ServerPlace, seq: number, ack: number, why: string): void {
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

/**
 * Ends what the dial began. The number is our own SYN's, so it is exact unless data has been sent since. A parked server was not
 * dialled: it waits on.
 */
export function resetTakeover(turn: Turn, why: string): void {
  const { takeover } = turn.state;
  if (takeover && !parkedNamed(turn.state, takeover.target))
    resetTarget(turn, takeover.target, seqAdd(takeover.initialSeq, 1), why);
}
