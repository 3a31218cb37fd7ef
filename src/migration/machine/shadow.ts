/**
 * Shadow mode: a connection that is only looked at. What comes is relayed as it came, and the connection is followed like one that
 * nobody may move; beside it, its first request is treated as if it were held, until somebody decides.
 */
import type { Settings } from "./config.ts";
import { carryPlainly } from "./open.ts";
import type { ConnectionPhase } from "./phase.ts";
import type { ConnectionState, Shadow } from "./state.ts";
import { enter, given, type Turn, update } from "./turn.ts";
import { justBegun } from "./unknown.ts";

/** Phases in which everything of a connection is with server 1, and nothing is held or prepared. */
const untouched: readonly ConnectionPhase[] = ["syn", "synAck", "ready", "forwarded", "nonMig"];

/**
 * Whether a connection is only looked at. A configuration that turns shadow mode on, while a connection lives, does so for those
 * that are not on their way to another server; one that turns it off leaves them in it, as their requests have gone to server 1.
 */
export function shadowOf(state: ConnectionState, settings: Settings): Shadow | undefined {
  const { phase, shadow, late } = state;
  if (phase === "dead") return settings.shadow ? justBegun : undefined;
  return settings.shadow && !late && untouched.includes(phase) ? (shadow ?? justBegun) : shadow;
}

/** The client's first data has come. It goes to server 1, who has the connection and keeps it. */
export function beginRequest(turn: Turn): void {
  const { shadow, progress } = turn.state;
  enter(turn, "forwarded", { shadow: { ...given(shadow, "shadow"), request: { since: turn.at, progress } } });
}

/** Lets the handlers of held data work on what the connection would be, had its request been held. */
export function asIfHeld(turn: Turn, run: (held: Turn) => void): void {
  const { since, progress } = given(turn.state.shadow?.request, "shadow.request");
  const virtual: Turn = { ...turn, state: { ...turn.state, phase: "hold", since, progress } };
  run(virtual);
  const { phase, held, verdict, nextId } = virtual.state;
  const shadow = given(virtual.state.shadow, "shadow");
  if (phase === "hold") {
    update(turn, { held, nextId, shadow: { ...shadow, request: { since, progress: virtual.state.progress } } });
    return;
  }
  const { lateMoves } = turn.settings;
  update(turn, { held: [], nextId, verdict, shadow: { ...shadow, request: undefined } });
  if (!lateMoves) update(turn, { syn: undefined, synAck: undefined, spoken: undefined });
  // It may be over by now.
  if (turn.state.phase === "forwarded") carryPlainly(turn);
}
