/** What the controller is shown while a SYN waits that may begin another connection of the same addresses. */
import { originVlans, watchFlow } from "./flows.ts";
import { isServer1, isTakenOver } from "./handover.ts";
import { parkedNamed } from "./parked.ts";
import { ORIGIN } from "./places.ts";
import type { ConnectionState } from "./state.ts";
import { sendFlow, type Turn } from "./turn.ts";

/** Whether the switch has flows that hide something. */
function isSettled({ inSwitch, shadow, oldSerial }: ConnectionState): boolean {
  return inSwitch && !shadow && oldSerial === undefined;
}

/** Whether the switch carries the connection unseen. For a late move both directions are shown already, and for longer. */
export function isCarried(state: ConnectionState): boolean {
  return isSettled(state) && !state.late;
}

/** Where the switch carries the connection, the rest of the candidates' handshakes must be shown to the controller. */
export function watchCandidates(turn: Turn): void {
  const { state, settings } = turn;
  if (state.candidates.length === 0 || !isSettled(state)) return;
  const why = "See whether the client completes another handshake with server 1.";
  const { candidateMs } = settings.timing;
  for (const role of originWatches(turn)) {
    // What a late move shows is of the server that has the connection: server 1 may be behind its guard all the same.
    if (state.late && role !== "guardWatch") continue;
    const flow = watchFlow(state, settings, role, settings.origin, originVlans(state, settings), candidateMs);
    sendFlow(turn, role, flow, why);
  }
}

function originWatches({ state, settings }: Turn): readonly ("guardWatch" | "originWatch" | "clientWatch")[] {
  // A parked server is shown already, and a watch would take the place of its flow.
  if (parkedNamed(state, ORIGIN)) return ["clientWatch"];
  const { takeover } = state;
  if (takeover && isTakenOver(state) && isServer1(state, settings, takeover.target))
    return ["originWatch", "clientWatch"];
  return [isTakenOver(state) || state.phase === "arm" ? "guardWatch" : "originWatch", "clientWatch"];
}
