/** Flows that ended although their connection may not have. */
import { FlowModFlags, FlowRemovedReason } from "../../ofp/index.ts";
import { cookieParts } from "../cookie.ts";
import { forwardFlow, type Handover, reverseFlow, rstTrapFlow, synTrapFlows } from "../flows.ts";
import { type ConnectionFlow, ConnectionRole } from "./effect.ts";
import type { FlowRemovedEvent, FlowStatsEvent } from "./event.ts";
import { plainFlows, plainTrap, SYNS_APART, softwareFlow } from "./flows.ts";
import { handoverOf, isTakenOver, targetPlace } from "./handover.ts";
import { enterLinger } from "./linger.ts";
import { showParked } from "./park.ts";
import { ReportCode } from "./report.ts";
import { askFlows, report, sendFlow, type Turn, update } from "./turn.ts";

/** A flow and what it is for. */
export interface RoleFlow {
  readonly role: ConnectionRole;
  readonly flow: ConnectionFlow;
}

/** The flows that carry the connection's data to the server that has it, as they must be. */
export function carryingFlows(turn: Turn): readonly RoleFlow[] {
  const { state, settings } = turn;
  const takeover = isTakenOver(state) ? state.takeover : state.previous;
  if (!takeover) return plainFlows(state, settings);
  const handover = handoverOf(turn, takeover);
  if (settings.dataPlane === "actions") {
    return [
      { role: "forward", flow: forwardFlow(handover) },
      { role: "reverse", flow: reverseFlow(handover) },
    ];
  }
  const target = targetPlace(settings, takeover.target);
  return [
    { role: "forward", flow: softwareFlow(state, settings, "forward", target, handover) },
    { role: "reverse", flow: softwareFlow(state, settings, "reverse", target, handover) },
  ];
}

function restore(turn: Turn, missing: (role: number) => boolean, flows = carryingFlows(turn)): void {
  const needed: number[] = [];
  for (const { role, flow } of flows) {
    if (!missing(ConnectionRole[role])) continue;
    const id = sendFlow(turn, role, flow, "The connection lives, and this flow is gone: install it again.");
    report(turn, ReportCode.flowRestored, `The flow ${role} is installed again.`);
    if (!traps.includes(role)) needed.push(id);
  }
  if (needed.length === 0 || turn.state.late) return;
  // The switch may have no room for them any more.
  const once = { barrier: undefined, forward: undefined, again: true, bundle: undefined };
  update(turn, { pending: { ...once, flows: needed, sentAt: turn.at } });
}

const traps: readonly ConnectionRole[] = ["clientSynTrap", "targetSynTrap", "targetRstTrap"];
const trapNumbers: readonly number[] = traps.map((role) => ConnectionRole[role]);

/** Has the switch tell when a flow ends. */
export function notifying<F extends { readonly flags: number }>(flow: F): F {
  return { ...flow, flags: flow.flags | FlowModFlags.sendFlowRem };
}

/**
 * One direction's flow has ended: it was quiet that way. The next segment, which then comes to the controller, puts the flow
 * back; when the other direction's ends, too, the connection is over. Nobody but this machine may delete its flows: what somebody
 * deleted is put back at once. A trap is quiet as long as all goes well, and stays as long as the connection does.
 */
export function flowGone(turn: Turn, event: FlowRemovedEvent): void {
  const { role } = cookieParts(event.cookie);
  const { flowEnded } = turn.state;
  if (trapNumbers.includes(role)) {
    restore(turn, (candidate) => candidate === role, ownTraps(turn));
  } else if (event.reason !== FlowRemovedReason.idleTimeout) {
    restore(turn, (candidate) => candidate === role);
  } else if (flowEnded === undefined) {
    update(turn, { flowEnded: role });
  } else if (flowEnded !== role) {
    enterLinger(turn, "reset");
  }
}

/** A segment shows that a direction whose flow has ended is not quiet any more. */
export function reviveFlow(turn: Turn, from: "client" | "server"): void {
  const { flowEnded } = turn.state;
  if (flowEnded === undefined || isTowardsServer(flowEnded) !== (from === "client")) return;
  restore(turn, (role) => role === flowEnded);
  update(turn, { flowEnded: undefined });
}

function isTowardsServer(role: number): boolean {
  return role === ConnectionRole.forward || role === ConnectionRole.plainToServer;
}

/** Without flows, nothing has come for long. */
export function idle(turn: Turn): void {
  enterLinger(turn, "reset");
}

/** Puts back what the switch does not have. */
export function compareFlows(turn: Turn, { flows }: FlowStatsEvent): void {
  const present = flows.map(({ cookie }) => cookieParts(cookie).role);
  restore(turn, (role) => !present.includes(role), [...ownTraps(turn), ...carryingFlows(turn)]);
  // They are in sets of their own, which were not asked for.
  for (const entry of turn.state.parked) showParked(turn, entry);
}

/** What is taken out of those flows. */
export function ownTraps(turn: Turn): readonly RoleFlow[] {
  const { state, settings } = turn;
  const takeover = isTakenOver(state) ? state.takeover : state.previous;
  if (takeover) return settings.dataPlane === "actions" ? trapFlows(handoverOf(turn, takeover)) : [];
  const trap = plainTrap(state, settings);
  return trap ? [{ role: "clientSynTrap", flow: trap }] : [];
}

/** Before the flows that it is taken out of, so that none slips through. What can be done without. */
export function setTraps(turn: Turn): void {
  for (const { role, flow } of ownTraps(turn)) {
    sendFlow(turn, role, flow, SYNS_APART);
  }
}

/** What a hand-over takes out of the flows that shift; the switch tells when one ends. */
export function trapFlows(handover: Handover): readonly RoleFlow[] {
  const [clientSynTrap, targetSynTrap] = synTrapFlows(handover);
  const targetRstTrap = rstTrapFlow(handover, ConnectionRole.targetRstTrap);
  return [
    ...(clientSynTrap ? [{ role: "clientSynTrap", flow: notifying(clientSynTrap) } as const] : []),
    ...(targetSynTrap ? [{ role: "targetSynTrap", flow: notifying(targetSynTrap) } as const] : []),
    ...(targetRstTrap ? [{ role: "targetRstTrap", flow: notifying(targetRstTrap) } as const] : []),
  ];
}

/** The switch is back: it may have been restarted, and have forgotten everything. */
export function askAgain(turn: Turn): void {
  const { inSwitch, asked } = turn.state;
  if (inSwitch && asked === undefined)
    askFlows(turn, "The switch was away: see which flows of the connection it still has.");
}
