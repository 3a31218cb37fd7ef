/**
 * Servers that keep their side of the connection while another one has it. A parked server is told nothing but that what it said has
 * arrived: it stands where it was left, and gets the connection back with all that it has missed as a distance. What it says is
 * shown to the controller and ends there.
 */
import { ackFrame } from "../../tcp/index.ts";
import { type Guarded, guardFlow, guardWatchFlow, parkedFlow } from "../flows.ts";
import { pathTo } from "../plan-effects.ts";
import { ConnectionRole } from "./effect.ts";
import { deleteFlow, deleteFlows } from "./flows.ts";
import { targetPlace } from "./handover.ts";
import { parkedDeadline, parkedNamed, parkedNumbers, parkedVlans } from "./parked.ts";
import { ORIGIN, serverName } from "./places.ts";
import { ReportCode } from "./report.ts";
import { resetServer, withoutToken } from "./reset.ts";
import type { Parked } from "./state.ts";
import { given, report, sendFlow, sendOwn, type Turn, takeSerial, update } from "./turn.ts";

/** Whether the server that loses the connection is to be parked, and can be. */
export function mayPark({ state, settings }: Turn): boolean {
  const { verdict, originGone } = state;
  return verdict?.park === true && settings.lateMoves && settings.timing.parkMs > 0 && !originGone;
}

/** The connection has left the old server, which waits from now on instead of being reset. */
export function park(turn: Turn): void {
  const { previous, progress, parked } = turn.state;
  const { parkMs } = turn.settings.timing;
  const entry: Parked = {
    server: previous?.target ?? ORIGIN,
    takeover: previous,
    client: given(turn.state.takeover, "takeover").client,
    window: progress.serverWindow,
    serial: takeSerial(turn),
    until: turn.at + parkMs,
    answers: { tokens: turn.settings.limits.resetBurst, at: turn.at },
  };
  update(turn, { parked: [...parked, entry] });
  showParked(turn, entry);
  const guard = deleteFlow(turn.state, turn.settings, "guard");
  sendFlow(turn, "guard", guard, "The flow above it stops as much, and lives longer.");
  // The client's last acknowledgment may have come with the data that was held.
  acknowledge(turn, entry, "Tell the old server that all it said has arrived: it waits.");
  report(turn, ReportCode.parked, `The connection may come back to ${serverName(entry.server)}, which waits.`, {
    ...parkedNumbers(entry),
    ms: parkMs,
  });
}

function guarded({ state, settings }: Turn, entry: Parked, serial: number): Guarded {
  const place = targetPlace(settings, entry.server);
  return {
    connection: state.connection,
    ports: { origin: place.switchPort },
    origin: place,
    originVlans: parkedVlans(entry, state, settings),
    policy: settings.policy,
    cookie: { ...settings.cookie, connection: serial },
  };
}

/** The flow that keeps a parked server quiet. Sent again it replaces itself. */
export function showParked(turn: Turn, entry: Parked): void {
  const seconds = Math.max(1, Math.ceil((entry.until - turn.at) / 1000));
  const flow = parkedFlow(guarded(turn, entry, entry.serial), ConnectionRole.parked, seconds);
  sendFlow(turn, "parked", flow, "What a parked server says is for the controller, and not for the client.");
}

/** The parked server that the connection is on its way to. */
export function returningTo({ state }: Turn): Parked | undefined {
  return state.takeover && parkedNamed(state, state.takeover.target);
}

/** A server that was parked has the connection again. */
export function unpark(turn: Turn, { server }: Parked): void {
  update(turn, { parked: turn.state.parked.filter((entry) => entry.server !== server) });
}

/** Tells it where the connection left it, and what room its client has now. */
export function sendAckTo(turn: Turn, entry: Parked, why: string): void {
  const place = targetPlace(turn.settings, entry.server);
  const { receiveNext: seq, sendNext: ack } = parkedNumbers(entry);
  const { window } = turn.state.progress;
  const frame = ackFrame({ ...pathTo(turn.state.connection, place), seq, ack, window });
  sendOwn(turn, frame, place.switchPort, why);
}

/** The same, but only so often. */
export function acknowledge(turn: Turn, entry: Parked, why: string): void {
  const answers = withoutToken(entry.answers, turn.at, turn.settings.limits);
  if (!answers) return;
  changeParked(turn, { ...entry, answers });
  sendAckTo(turn, entry, why);
}

export function changeParked(turn: Turn, changed: Parked): void {
  const { parked } = turn.state;
  update(turn, { parked: parked.map((entry) => (entry.server === changed.server ? changed : entry)) });
}

/** It cannot have the connection back. Its flow gives way to an ordinary guard, with no gap between. */
export function release(turn: Turn, entry: Parked, why: string, reset: boolean): void {
  report(turn, ReportCode.parkedGone, why);
  unpark(turn, entry);
  if (turn.state.inSwitch) guardAgain(turn, entry);
  if (reset) resetParked(turn, entry);
}

function guardAgain(turn: Turn, entry: Parked): void {
  const { serial, oldSerial, released } = turn.state;
  update(turn, { released: [...released, entry.server] });
  const ordinary = guarded(turn, entry, oldSerial ?? serial);
  sendFlow(turn, "guard", guardFlow(ordinary), "Nothing that this server still says may reach the client.");
  const watch = guardWatchFlow(ordinary);
  if (watch) sendFlow(turn, "guardWatch", watch, "For a while, see how it answers its reset.");
  sendFlow(turn, "all", deleteFlows(turn.settings, entry.serial), "This server does not wait any more.");
}

function resetParked(turn: Turn, entry: Parked): void {
  const { receiveNext, sendNext } = parkedNumbers(entry);
  const why = "End the connection with a server that waited, at exactly the number that it expects next.";
  resetServer(turn, targetPlace(turn.settings, entry.server), receiveNext, sendNext, why);
}

/** Those whose time is over. */
export function expireParked(turn: Turn): void {
  for (const entry of turn.state.parked) {
    const until = parkedDeadline(turn.state, entry);
    if (until !== undefined && turn.at >= until) {
      release(turn, entry, `The time is over for which ${serverName(entry.server)} could wait.`, true);
    }
  }
}

/** The connection is over, and its flows stay for a while: nobody waits any more. */
export function releaseAll(turn: Turn): void {
  for (const entry of turn.state.parked) release(turn, entry, "The connection is over: nobody waits for it.", true);
}

/** The connection is over, and its flows are gone; `besides` is none of those that are reset. */
export function endParked(turn: Turn, besides?: string): void {
  for (const entry of turn.state.parked) if (entry.server !== besides) resetParked(turn, entry);
  update(turn, { parked: [] });
}
