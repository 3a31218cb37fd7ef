/** The flows of a hand-over in one bundle (ONF EXT-230). */
import { BadRequestCode, ErrorType } from "../../ofp/index.ts";
import { forwardFlow, guardFlow, guardWatchFlow, reverseFlow } from "../flows.ts";
import type { BundledFlow } from "./effect.ts";
import { deleteFlows } from "./flows.ts";
import { handoverOf } from "./handover.ts";
import { returningTo } from "./park.ts";
import { trapFlows } from "./restore.ts";
import { enter, given, sendBundle, sendFlow, type Turn } from "./turn.ts";

/**
 * Everything in one bundle. With the forward flow in it, sending it is the commit; a client's segment that the flow takes to the
 * new server before our ACK completes the handshake as well as that. What the hand-over can do without stays outside, so that the
 * switch can refuse it alone.
 */
export function armAtOnce(turn: Turn): void {
  const handover = handoverOf(turn);
  const watch = guardWatchFlow(handover);
  if (watch) sendFlow(turn, "guardWatch", watch, "For a while, see how the old server answers its reset.");
  for (const { role, flow } of trapFlows(handover)) {
    sendFlow(turn, role, flow, "SYNs, and RSTs of the new server's, are not for the shift flows.");
  }
  const { oldSerial } = turn.state;
  const waiting = returningTo(turn);
  const flows: BundledFlow[] = [
    { role: "guard", message: guardFlow(handover) },
    { role: "reverse", message: reverseFlow(handover) },
    { role: "forward", message: forwardFlow(handover) },
    // Make before break, and no packet sees the one without the other.
    ...(waiting ? [{ role: "all", message: deleteFlows(turn.settings, waiting.serial) } as const] : []),
    ...(oldSerial === undefined ? [] : [{ role: "all", message: deleteFlows(turn.settings, oldSerial) } as const]),
  ];
  const id = sendBundle(
    turn,
    flows,
    "All flows of the hand-over at once: this is the commit, unless the switch refuses.",
  );
  const takeover = { ...given(turn.state.takeover, "takeover"), committedAt: turn.at };
  const pending = { barrier: id, flows: [id], forward: id, sentAt: turn.at, again: false, bundle: "sent" } as const;
  enter(turn, "arm", { inSwitch: true, takeover, pending });
}

/** OFPBFC_MSG_FAILED as EXT-230 numbers it. */
const MESSAGE_FAILED = 2313;

/**
 * Whether an error proves that nothing of a bundle was carried out: its commit failed, or the switch knows no bundles and refuses
 * every message alike. An error about one message does not: Open vSwitch commits the others.
 */
export function isBundleRefused(errorType: number, code: number): boolean {
  if (errorType === ErrorType.experimenter) return code === MESSAGE_FAILED;
  const unknown: readonly number[] = [
    BadRequestCode.badType,
    BadRequestCode.badExperimenter,
    BadRequestCode.badExpType,
  ];
  return errorType === ErrorType.badRequest && unknown.includes(code);
}
