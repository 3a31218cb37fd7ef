/** How far a connection has come, in what the tracker has to decide by it. */
import { isTakenOver } from "../machine/handover.ts";
import type { ConnectionPhase, ConnectionState } from "../machine/index.ts";

const underWay: readonly ConnectionPhase[] = ["dial", "greet", "arm", "fwdArm"];
const uncommitted: readonly ConnectionPhase[] = ["syn", "synAck", "ready", "hold", "dial", "greet"];

/** Whether the connection is on its way to a server, or back. */
export function isUnderWay({ phase }: ConnectionState): boolean {
  return underWay.includes(phase);
}

/** Whether nothing has been committed, nor prepared for it in the switch. */
export function isUncommitted({ phase }: ConnectionState): boolean {
  return uncommitted.includes(phase);
}

/** Server 1 must not get what is held, or what another server gets. */
export function isBeyondOrigin(state: ConnectionState): boolean {
  return state.phase === "hold" || isUnderWay(state) || state.late !== undefined || isTakenOver(state);
}
