/** The flows of a hand-over before its commit: by the actions of the switch, or for software shifting. */
import type { Effect } from "../effect.ts";
import { guardFlow, guardWatchFlow, rstTrapFlow } from "../flows.ts";
import { armEffects } from "../plan-effects.ts";
import { ConnectionRole } from "./effect.ts";
import { softwareFlow } from "./flows.ts";
import { handoverOf, targetPlace } from "./handover.ts";
import { notifying } from "./restore.ts";
import { given, issue, sendBarrier, sendFlow, type Turn } from "./turn.ts";

/** Flows without which a hand-over must not go on. The traps for SYNs only help with port reuse. */
export const essential: readonly ConnectionRole[] = ["guard", "reverse", "forward"];

export interface Armed {
  readonly barrier: number;
  readonly flows: readonly number[];
}

function armSwitch(turn: Turn): Armed {
  const handover = handoverOf(turn);
  sendRstTrap(turn);
  const effects = issue(turn, (issuer) => armEffects(issuer, handover).map(notifyingTrap));
  const barrier = effects.find(({ type }) => type === "barrier");
  const flows = effects.filter((effect) => effect.type === "flowMod" && essential.includes(effect.role));
  return { barrier: given(barrier, "barrier").id, flows: flows.map(({ id }) => id) };
}

/** A hand-over can do without it, and it works as soon as the reverse flow does: what it takes out of that was never carried. */
function sendRstTrap(turn: Turn): void {
  const trap = rstTrapFlow(handoverOf(turn), ConnectionRole.targetRstTrap);
  if (trap)
    sendFlow(turn, "targetRstTrap", notifying(trap), "A RST of the new server's may be meant for another connection.");
}

/** A trap that ends while the connection lives is put back. */
function notifyingTrap(effect: Effect): Effect {
  const isTrap = effect.type === "flowMod" && (effect.role === "clientSynTrap" || effect.role === "targetSynTrap");
  return isTrap ? { ...effect, message: notifying(effect.message) } : effect;
}

/** The same for software shifting: both directions go to the controller. */
function armTraps(turn: Turn): Armed {
  const { state, settings } = turn;
  const handover = handoverOf(turn);
  const target = targetPlace(settings, given(state.takeover, "takeover").target);
  const watch = guardWatchFlow(handover);
  if (watch) sendFlow(turn, "guardWatch", watch, "For a while, see how the old server answers its reset.");
  const guard = sendFlow(turn, "guard", guardFlow(handover), "Nothing that the old server says may reach the client.");
  const traps = (["reverse", "forward"] as const).map((role) => {
    const flow = softwareFlow(state, settings, role, target, handover);
    return sendFlow(turn, role, flow, "The planner shifts the numbers itself: show it every segment.");
  });
  const barrier = sendBarrier(turn, "The flows must work before the new server may speak.");
  return { barrier, flows: [guard, ...traps] };
}

/** Guard and reverse flow, and a barrier. */
export function sendArming(turn: Turn): Armed {
  return turn.settings.dataPlane === "actions" ? armSwitch(turn) : armTraps(turn);
}
