/** The client's data is held: nobody acknowledges it, so its client still has it. */
import { ackFrame } from "../../tcp/index.ts";
import { seqAdd, seqBefore, seqOffset } from "../../tcp/seq.ts";
import { pathTo } from "../plan-effects.ts";
import type { Arrival } from "./arrival.ts";
import { keepAck, pass } from "./carry.ts";
import { giveBack, isLate } from "./forward.ts";
import { arrange, heldData, judgeIntake } from "./holding.ts";
import { bury, dropFlows } from "./linger.ts";
import { endParked } from "./park.ts";
import { ReportCode } from "./report.ts";
import { resetOrigin, resetTakeover } from "./reset.ts";
import { asIfHeld, beginRequest } from "./shadow.ts";
import type { ConnectionState, StickyVerdict } from "./state.ts";
import { enter, given, inspect, report, sendOwn, type Turn, update } from "./turn.ts";
import { decide } from "./verdict.ts";

/**
 * The first data of the client's. While it has not acknowledged a greeting, what is missing of that can only come from server 1, who
 * is not heard any more once data is held: the client sends the data again.
 */
export function holdFirst(turn: Turn, arrival: Arrival): void {
  if (turn.state.shadow) {
    beginRequest(turn);
    asIfHeld(turn, (held) => {
      take(held, arrival, held.state.verdict === undefined);
      decideKnown(held);
    });
    pass(turn, arrival);
    return;
  }
  if (lacksGreeting(turn.state, arrival.segment.tcp.ack)) {
    keepAck(turn, arrival);
    return;
  }
  enter(turn, "hold");
  take(turn, arrival, turn.state.verdict === undefined);
  decideKnown(turn);
}

/** Carries a verdict out that came before there was data. */
export function decideKnown(turn: Turn): void {
  const { verdict, held, progress } = turn.state;
  if (verdict && held.length > 0 && !lacksGreeting(turn.state, progress.clientAck)) decide(turn, verdict);
}

function lacksGreeting({ spoken, progress }: ConnectionState, ack: number): boolean {
  return spoken !== undefined && !spoken.spoilt && seqBefore(ack, progress.serverNext);
}

/** Data came and the ACK before it did not: server 1 still waits for it. */
export function holdUnacknowledged(turn: Turn, arrival: Arrival): void {
  const { connection, clientIsn, serverIsn } = turn.state;
  const { origin } = turn.settings;
  const ack = ackFrame({
    ...pathTo(connection, origin),
    seq: seqAdd(clientIsn, 1),
    ack: seqAdd(given(serverIsn, "serverIsn"), 1),
    window: arrival.segment.tcp.window,
  });
  sendOwn(turn, ack, origin.switchPort, "The client's ACK was lost: complete the handshake with server 1.");
  holdFirst(turn, arrival);
}

/** The next request of a connection that is to move late; the verdict is known. */
export function holdLate(turn: Turn, arrival: Arrival, verdict: StickyVerdict): void {
  enter(turn, "hold");
  take(turn, arrival, false);
  decide(turn, verdict);
}

/** More of it. */
export function holdMore(turn: Turn, arrival: Arrival): void {
  take(turn, arrival, turn.state.phase === "hold");
}

function take(turn: Turn, arrival: Arrival, ask: boolean): void {
  const { segment } = arrival;
  keepAck(turn, arrival);
  const { state, settings } = turn;
  const { seq } = segment.tcp;
  switch (judgeIntake(state, segment, settings.limits)) {
    case "held": {
      const before = heldData(state);
      update(turn, { held: [...state.held, segment.bytes] });
      const after = heldData(turn.state);
      if (ask && (after.payload.length > before.payload.length || after.complete !== before.complete)) {
        inspect(turn, state.progress.clientNext, after.payload, after.complete);
      }
      return;
    }
    case "full":
      report(turn, ReportCode.heldFull, "No more is held of this connection; its client sends the rest again.", {
        held: state.held.length,
        seq,
      });
      return;
    case "conflict":
      report(turn, ReportCode.heldConflict, "This segment contradicts bytes that are held already, and is dropped.", {
        seq,
      });
      return;
    case "known":
      return;
  }
}

/** The client gives up. Its RST lies beyond what server 1 has, who would only challenge it: it gets an exact one. */
export function abandon(turn: Turn): void {
  const { progress, originGone } = turn.state;
  report(turn, ReportCode.clientGone, "The client reset the connection while its data was held.", {
    dropped: seqOffset(arrange(turn.state).end, progress.clientNext),
  });
  dropFlows(turn);
  if (!originGone) {
    resetOrigin(turn, progress, "The client gave up: end server 1's side, too.");
  }
  resetTakeover(turn, "The client gave up: end the new server's side, too.");
  endParked(turn);
  bury(turn);
}

/** Server 1 resets the connection: the new server can still have it, server 1 cannot. */
export function loseOrigin(turn: Turn): void {
  if (turn.state.originGone) return;
  update(turn, { originGone: true });
  report(turn, ReportCode.originGone, "Server 1 reset the connection; only the new server can serve it now.");
}

/** The channel to the switch broke: what is held is dropped, and its client sends it again. */
export function dropHeld(turn: Turn): void {
  report(turn, ReportCode.switchLost, "The switch is gone: held data is dropped.", { held: turn.state.held.length });
  if (isLate(turn.state)) {
    giveBack(turn);
    update(turn, { inSwitch: true });
  } else enter(turn, "ready", { held: [], cut: true });
}
