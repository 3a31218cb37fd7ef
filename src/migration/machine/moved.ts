/** What the two servers still say once the connection has moved. */
import { TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { keyTowards, sameKey } from "../connection.ts";
import { handshakeEffects } from "../plan-effects.ts";
import type { Segment } from "../segment.ts";
import { loseTarget, replan } from "./arm.ts";
import type { Arrival } from "./arrival.ts";
import { passChallenge } from "./candidate.ts";
import { pass, passReset } from "./carry.ts";
import { isUnanswered } from "./classify.ts";
import type { Settings } from "./config.ts";
import { handoverOf, isTakenOver, targetPlace } from "./handover.ts";
import { enterLinger } from "./linger.ts";
import { ReportCode } from "./report.ts";
import { resetClient, resetOriginAt, resetServer, resetTarget } from "./reset.ts";
import type { ConnectionState } from "./state.ts";
import { issue, report, type Turn, update } from "./turn.ts";

/** Whether server 1 speaks of the client's next connection already: what it acknowledges is a candidate's. */
function isOfCandidate({ candidates }: ConnectionState, { tcp: { ack } }: Segment): boolean {
  return candidates.some(({ clientIsn }) => ack === seqAdd(clientIsn, 1));
}

/**
 * Server 1 challenges its reset and tells the number that it expects (RFC 5961 §3): the reset is sent again with that. What
 * acknowledges exactly what the reset said was under way before it.
 */
export function resetOriginAgain(turn: Turn, arrival: Arrival): void {
  const { segment } = arrival;
  const { takeover } = turn.state;
  if (isOfCandidate(turn.state, segment)) {
    // Another SYN of the client's has come meanwhile: only the client can take the one before back.
    if (isUnanswered(turn.state)) passChallenge(turn, arrival);
    return;
  }
  if (!takeover || turn.state.originGone || takeover.resets >= turn.settings.limits.originResets) return;
  update(turn, { takeover: { ...takeover, resets: takeover.resets + 1 } });
  const { ack, seq } = segment.tcp;
  report(turn, ReportCode.originResetAgain, "Server 1 challenges the reset: send it with the number that it tells.", {
    told: ack,
    sent: takeover.client.clientNext,
  });
  resetOriginAt(turn, ack, seq, "End the old server's side with the number that it says it expects.");
}

/**
 * Server 1 lost the connection to a server that has lost it since, and challenges a SYN of the client's: its own reset was lost, and
 * without another one the client could never use its port again.
 */
export function resetRetired(turn: Turn, { segment }: Arrival): void {
  const { takeover } = turn.state;
  if (isOfCandidate(turn.state, segment) || (takeover && takeover.resets >= turn.settings.limits.originResets)) return;
  if (takeover) update(turn, { takeover: { ...takeover, resets: takeover.resets + 1 } });
  const { ack, seq } = segment.tcp;
  report(turn, ReportCode.originResetAgain, "Server 1 still has the connection of long ago: reset it.", { told: ack });
  const why = "End the connection that server 1 still has, with the number that it says it expects.";
  resetServer(turn, turn.settings.origin, ack, seq, why);
}

/** The new server repeats its SYN-ACK: the ACK was lost. */
export function acknowledgeAgain(turn: Turn, arrival: Arrival): void {
  if (!isTakenOver(turn.state)) {
    answerStranger(turn, arrival);
    return;
  }
  const handover = handoverOf(turn);
  const { window } = turn.state.progress;
  issue(turn, (issuer) => handshakeEffects(issuer, handover, window));
}

/** The new server has forgotten the connection and begins another one: nobody can serve the client any more. */
export function endRestarted(turn: Turn, arrival: Arrival): void {
  if (!isTakenOver(turn.state)) {
    answerStranger(turn, arrival);
    return;
  }
  const { segment, target } = arrival;
  report(turn, ReportCode.targetRestarted, `${target} has forgotten the connection: its client is reset.`);
  resetTarget(turn, target, segment.tcp.ack, "The new server must not wait for a client that knows nothing of this.");
  resetClient(turn, "The new server has forgotten the connection.");
  enterLinger(turn, "reset");
}

/** Whether nobody else can have a connection from this client's port to the target. */
function isOurs({ connection, dialed }: ConnectionState, settings: Settings, target: string): boolean {
  return dialed === target || sameKey(keyTowards(connection, targetPlace(settings, target)), connection.key);
}

/**
 * RFC 9293 §3.10.7.1: a segment of a target's for a connection that there is not. It is left alone if it may be another's, and gets no
 * answer if it is a reset or acknowledges nothing, which would give the answer no number.
 */
export function answerStranger(turn: Turn, { segment, target }: Arrival): void {
  if ((segment.tcp.flags & (TcpFlags.rst | TcpFlags.ack)) !== TcpFlags.ack) return;
  if (!isOurs(turn.state, turn.settings, target)) {
    report(turn, ReportCode.foreign, `${target} may mean a connection of its own with this client.`);
    return;
  }
  const why = `${target} believes in a connection that is none.`;
  resetTarget(turn, target, segment.tcp.ack, why);
}

/** A reset of the new server's while the switch is being armed. */
export function loseTargetOrPass(turn: Turn, arrival: Arrival): void {
  if (isTakenOver(turn.state)) passReset(turn, arrival);
  else loseTarget(turn);
}

/** Another SYN-ACK of the new server's while the switch is being armed. */
export function replanOrEnd(turn: Turn, arrival: Arrival): void {
  if (isTakenOver(turn.state)) endRestarted(turn, arrival);
  else replan(turn, arrival);
}

/** For what the new server says: passes while it has the connection. */
export function passTarget(turn: Turn, arrival: Arrival): void {
  if (isTakenOver(turn.state)) pass(turn, arrival);
  else answerStranger(turn, arrival);
}
