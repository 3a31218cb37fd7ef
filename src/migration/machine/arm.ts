/** From the new server's answer to the hand-over. */
import { seqAdd, seqOffset } from "../../tcp/seq.ts";
import { cookieParts } from "../cookie.ts";
import { forwardFlow, guardFlow, reverseFlow } from "../flows.ts";
import { offsets } from "../offsets.ts";
import { handshakeEffects } from "../plan-effects.ts";
import { essential, sendArming } from "./arm-flows.ts";
import { type Arrival, segmentOf } from "./arrival.ts";
import { armAtOnce, isBundleRefused } from "./bundle.ts";
import { ConnectionRole } from "./effect.ts";
import type { ErrorEvent, FlowStatsEvent } from "./event.ts";
import { deleteFlows } from "./flows.ts";
import { rollback } from "./forward.ts";
import { bytesTold } from "./greeting.ts";
import { currentServer, handoverOf, serverNumbers } from "./handover.ts";
import { arrange } from "./holding.ts";
import { mayPark, park, release, returningTo, sendAckTo, unpark } from "./park.ts";
import { serverName } from "./places.ts";
import { ReportCode } from "./report.ts";
import { resetOrigin } from "./reset.ts";
import type { Takeover } from "./state.ts";
import { towardsServer } from "./translate.ts";
import {
  askFlows,
  enter,
  given,
  issue,
  report,
  sendBarrier,
  sendFlow,
  sendOn,
  sendThroughTable,
  type Turn,
  update,
} from "./turn.ts";

function takeoverOf({ state }: Turn): Takeover {
  return given(state.takeover, "takeover");
}

/** Guard and reverse flow, and a barrier: what the new server says must find its way before it may speak. */
export function arm(turn: Turn): void {
  if (turn.settings.bundles) {
    armAtOnce(turn);
    return;
  }
  const { barrier, flows } = sendArming(turn);
  enter(turn, "arm", {
    inSwitch: true,
    pending: { barrier, flows, forward: undefined, sentAt: turn.at, again: false, bundle: undefined },
  });
}

/** The switch has done what the phase waits for. */
export function armed(turn: Turn): void {
  if (takeoverOf(turn).committedAt !== undefined) {
    const { pending } = turn.state;
    if (pending?.bundle === "doubtful") {
      update(turn, { pending: { ...pending, barrier: undefined, sentAt: turn.at, again: true } });
      askFlows(turn, "The switch carried the bundle out without a part that it refused: see which.");
    } else complete(turn);
    return;
  }
  acknowledge(turn);
  update(turn, { takeover: { ...takeoverOf(turn), committedAt: turn.at } });
  if (turn.settings.dataPlane === "actions") {
    commit(turn, false);
    return;
  }
  dropOldFlows(turn);
  handOver(turn);
}

/** Completes the handshake with the new server: from now on it may speak. */
function acknowledge(turn: Turn): void {
  const waiting = returningTo(turn);
  if (waiting) {
    sendAckTo(turn, waiting, "Tell the server that waited how much its client takes now.");
    return;
  }
  const handover = handoverOf(turn);
  const { window } = turn.state.progress;
  issue(turn, (issuer) => handshakeEffects(issuer, handover, window));
}

/** The forward flow is there. */
function complete(turn: Turn): void {
  if (turn.state.pending?.bundle !== undefined) {
    acknowledge(turn);
    // The bundle has taken the old flows out.
    update(turn, { oldSerial: undefined, released: [] });
  }
  handOver(turn);
}

/** I2: sending the forward flow is the commit. The same flow again replaces itself. */
function commit(turn: Turn, again: boolean): void {
  const why = "What the client sends goes to the new server from now on: this is the commit.";
  const handover = handoverOf(turn);
  const bundle = turn.state.pending?.bundle && "sent";
  if (bundle) {
    const replaced = "What the bundle was to bring, one by one.";
    sendFlow(turn, "guard", guardFlow(handover), replaced);
    sendFlow(turn, "reverse", reverseFlow(handover), replaced);
  }
  const forward = sendFlow(turn, "forward", forwardFlow(handover), why);
  dropOldFlows(turn);
  const barrier = sendBarrier(turn, "Held data must not overtake the forward flow.");
  update(turn, { pending: { barrier, flows: [forward], forward, sentAt: turn.at, again, bundle } });
}

/** The flows of the server before, and those that showed everything to the controller: the forward flow has replaced one already. */
function dropOldFlows(turn: Turn): void {
  const { state, settings } = turn;
  const waiting = returningTo(turn);
  if (waiting) {
    const flow = deleteFlows(settings, waiting.serial);
    sendFlow(turn, "all", flow, "The server that waited has the connection: what it says must pass.");
  }
  if (state.oldSerial === undefined) return;
  const why = "The old server's flows have done their work.";
  sendFlow(turn, "all", deleteFlows(settings, state.oldSerial), why);
  update(turn, { oldSerial: undefined, released: [] });
}

/** The held data goes to the new server, and server 1 is reset. */
function handOver(turn: Turn): void {
  const { state, settings } = turn;
  const takeover = takeoverOf(turn);
  const accepted = given(takeover.accepted, "takeover.accepted");
  const { segments, end } = arrange(state, accepted.window);
  for (const { bytes, seq, payload } of segments) {
    const why = `Release ${payload.length} held bytes from ${seq} on to the new server.`;
    if (settings.dataPlane === "actions") sendThroughTable(turn, bytes, state.clientPort, why);
    else releaseShifted(turn, bytes, why);
  }
  const waiting = returningTo(turn);
  if (waiting) unpark(turn, waiting);
  if (mayPark(turn)) park(turn);
  else if (!state.originGone) {
    const why = "End the connection with the old server, at exactly the number that it expects next.";
    resetOrigin(turn, takeover.client, why);
  }
  const { clientToServer, serverToClient } = offsets(takeover.client, serverNumbers(takeover, accepted));
  const told = waiting
    ? `The connection is back at ${serverName(takeover.target)}.`
    : `${takeover.target} has the connection.`;
  report(turn, ReportCode.migrated, told, {
    e: clientToServer.seq,
    d: serverToClient.seq,
    released: seqOffset(end, takeover.client.clientNext),
  });
  enter(turn, "migrated", {
    held: [],
    pending: undefined,
    beforePrevious: undefined,
    ...(!settings.lateMoves && { syn: undefined, synAck: undefined, spoken: undefined }),
    progress: { ...turn.state.progress, clientNext: end },
  });
}

function releaseShifted(turn: Turn, bytes: Uint8Array, why: string): void {
  const { place, side } = currentServer(turn);
  const { connection, clientPort } = turn.state;
  const segment = given(segmentOf(bytes), "held");
  sendOn(turn, towardsServer(connection, segment, side), clientPort, place.switchPort, why);
}

/** The new server answered a second time with another number, and nothing is committed: the flows are made anew. */
export function replan(turn: Turn, { segment }: Arrival): void {
  const takeover = takeoverOf(turn);
  const { accepted } = takeover;
  if (!accepted) return;
  if (accepted.skip > 0) {
    const why = "The new server has begun anew, and will greet again.";
    rollback(turn, ReportCode.bannerUnfit, why, { reset: true });
    return;
  }
  const { seq, window } = segment.tcp;
  update(turn, { takeover: { ...takeover, accepted: { ...accepted, sendNext: seqAdd(seq, 1), window } } });
  arm(turn);
}

/** The new server's greeting is for the client, and it speaks as soon as it is acknowledged: the client may have had a part of it. */
function mayBeHeard({ state, settings }: Turn): boolean {
  return settings.speaksFirst !== undefined && state.pending?.bundle === undefined && bytesTold(state) === 0;
}

/** The switch refuses a flow. Only when the forward flow itself was never installed does anything lead back after the commit. */
export function armFailed(turn: Turn, { id, errorType, code }: ErrorEvent): void {
  const { pending } = turn.state;
  const numbers = { id, errorType, code };
  const committed = takeoverOf(turn).committedAt !== undefined;
  if (committed && (pending?.forward !== id || pending.again || mayBeHeard(turn))) {
    report(
      turn,
      ReportCode.switchError,
      "The switch refuses a message after the commit: the hand-over stands.",
      numbers,
    );
    // Its segments come here meanwhile, and the next one asks for it once more.
    if (pending?.forward === id) update(turn, { flowEnded: ConnectionRole.forward });
    return;
  }
  if (pending?.bundle && !isBundleRefused(errorType, code)) {
    const text = "The switch refuses a part of the bundle: what becomes of the others, its reply will tell.";
    report(turn, ReportCode.switchError, text, numbers);
    update(turn, { pending: { ...pending, bundle: "doubtful" } });
    return;
  }
  const why = "The switch refuses a flow without which the connection cannot move.";
  rollback(turn, ReportCode.switchError, why, { reset: true, numbers });
}

/** No reply to the barrier. After the commit the switch is asked what it has. */
export function barrierLost(turn: Turn): void {
  const { pending } = turn.state;
  if (takeoverOf(turn).committedAt === undefined) {
    rollback(turn, ReportCode.barrierLost, "The switch does not confirm the flows of the hand-over.", { reset: true });
    return;
  }
  report(turn, ReportCode.barrierLost, "The switch does not confirm the forward flow: ask it for its flows.");
  update(turn, { pending: { ...given(pending, "pending"), sentAt: turn.at, again: true } });
  askFlows(turn, "A forward flow that is there means that the connection has moved.");
}

/** What the switch has, after a barrier was lost. */
export function reconcile(turn: Turn, { flows }: FlowStatsEvent): void {
  if (takeoverOf(turn).committedAt === undefined) return;
  const present = flows.map(({ cookie }) => cookieParts(cookie).role);
  // Of a bundle, any part may have been refused.
  const needed = turn.state.pending?.bundle ? essential : (["forward"] as const);
  if (needed.every((role) => present.includes(ConnectionRole[role]))) complete(turn);
  else commit(turn, true);
}

/** The new server, or the way to it, gives up. */
export function loseTarget(turn: Turn): void {
  if (takeoverOf(turn).committedAt === undefined) {
    const waiting = returningTo(turn);
    if (waiting) release(turn, waiting, "A server that waited has reset its side.", false);
    rollback(turn, ReportCode.targetRefused, "The new server gave up before the commit.", { reset: false });
  } else {
    report(turn, ReportCode.targetGone, "The new server gave up after the commit.");
  }
}

/** After the switch was away: what it may have missed is sent again. */
export function resumeArm(turn: Turn): void {
  if (!turn.state.cut) return;
  update(turn, { cut: false });
  if (takeoverOf(turn).committedAt === undefined) arm(turn);
  else commit(turn, true);
}
