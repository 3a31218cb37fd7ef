/** Flows of a connection that was found again become this controller's own, and what is missing is made anew. */
import { barrierRequest, FlowModCommand, FlowModFlags, flowMod, type Tagged } from "../../ofp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { CookieMask, type CookieParts, cookieOf } from "../cookie.ts";
import type { Settings } from "../machine/config.ts";
import type { ConnectionEffect, ConnectionFlow } from "../machine/effect.ts";
import { ConnectionRole } from "../machine/effect.ts";
import { SYNS_APART, watchFlow } from "../machine/flows.ts";
import { ReportCode } from "../machine/report.ts";
import { carryingFlows, ownTraps } from "../machine/restore.ts";
import type { ConnectionState } from "../machine/state.ts";
import type { Turn } from "../machine/turn.ts";
import { report, sendFlow, update } from "../machine/turn.ts";
import { unknownMac } from "../machine/unknown.ts";
import type { OwnFlow } from "./read-flow.ts";
import type { RecoverableService } from "./state-of.ts";

/** Roles whose flows outlive a hand-over: the others end by themselves within seconds. */
const lasting: readonly ConnectionRole[] = [
  "forward",
  "reverse",
  "guard",
  "clientSynTrap",
  "targetSynTrap",
  "targetRstTrap",
  "plainToServer",
  "plainToClient",
];

/** A connection and what makes its flows complete. */
export interface Mended {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/**
 * Flows of another epoch are sent again with a cookie of this one, otherwise unchanged: the same match and priority replaces a flow in
 * place, and its timeouts stay as the switch has them, lowered ones after a FIN among them.
 */
export function mend(
  recovered: ConnectionState,
  service: RecoverableService,
  flows: readonly OwnFlow[],
  cookie: Settings["cookie"],
  at: number,
): Mended {
  const settings: Settings = { ...service.settings, cookie };
  const turn: Turn = { at, settings, state: recovered, effects: [] };
  const { connection, moved } = { connection: recovered.connection, moved: recovered.takeover };
  report(turn, ReportCode.recovered, "The connection is found again by its flows.", {
    epoch: flows[0]?.cookie.epoch ?? 0,
    ...(moved && { e: seqAdd(moved.initialSeq, 1), d: moved.client.serverNext }),
  });
  const shifting = carryingFlows(turn);
  for (const flow of flows) {
    const carrying = shifting.find(({ role }) => role === flow.role);
    // The switch may have learned, or forgotten, how to shift since.
    const otherPlane = carrying !== undefined && isNoted(flow.installed) !== isNoted(carrying.flow);
    const foreign = flow.cookie.epoch !== settings.cookie.epoch;
    if (!lasting.includes(flow.role) || !(foreign || otherPlane)) continue;
    const own = otherPlane ? { ...carrying.flow, idleTimeout: flow.installed.idleTimeout } : adopted(turn, flow);
    sendFlow(turn, flow.role, own, "This flow is of an earlier controller: make it one of this one.");
  }
  const isThere = (role: ConnectionRole): boolean => flows.some((there) => there.role === role);
  for (const { role, flow } of ownTraps(turn).filter((trap) => !isThere(trap.role))) {
    sendFlow(turn, role, flow, SYNS_APART);
  }
  for (const { role, flow } of shifting) {
    if (isThere(role)) continue;
    if (
      needsAddresses(role) &&
      rewritesLink(flow) &&
      [connection.client.mac, connection.server.mac].includes(unknownMac)
    ) {
      // The next segment from there brings the flow back, once the client has shown its addresses.
      update(turn, { flowEnded: ConnectionRole[role] });
      const watch = watchFlow(turn.state, settings, "clientWatch", settings.origin, [], settings.timing.lateMs);
      sendFlow(turn, "clientWatch", watch, "See the addresses of the client, which the flow to it must know.");
      continue;
    }
    sendFlow(turn, role, flow, "One direction is left of this connection: the other one follows from it.");
    report(turn, ReportCode.flowRestored, `The flow ${role} is installed again.`);
  }
  return { state: turn.state, effects: turn.effects };
}

function needsAddresses(role: ConnectionRole): boolean {
  return role === "reverse" || role === "plainToClient";
}

function actionsOf({ instructions }: { readonly instructions: readonly Tagged[] }): readonly Tagged[] {
  return instructions.flatMap((instruction) =>
    "actions" in instruction && Array.isArray(instruction.actions) ? (instruction.actions as readonly Tagged[]) : [],
  );
}

function isNoted(flow: { readonly instructions: readonly Tagged[] }): boolean {
  return actionsOf(flow).some(({ type }) => type === "note");
}

function rewritesLink({ instructions }: ConnectionFlow): boolean {
  return actionsOf({ instructions }).some(
    (action) => action.type === "setField" && "field" in action && Object.hasOwn(action.field as object, "ethDst"),
  );
}

function adopted({ state, settings }: Turn, { role, installed }: OwnFlow): ConnectionFlow {
  const { priority, idleTimeout, hardTimeout, match, instructions } = installed;
  const reporting = role !== "guard";
  return flowMod({
    cookie: cookieOf({ ...settings.cookie, role: ConnectionRole[role], connection: state.serial }),
    priority,
    idleTimeout,
    hardTimeout,
    flags: reporting ? FlowModFlags.sendFlowRem : 0,
    match,
    // Read by readFlow, which knows every action in it.
    instructions: instructions as ConnectionFlow["instructions"],
  });
}

/** Deletes every flow of one set, of whatever epoch. */
export function deletion(
  { tag, epoch, connection }: CookieParts,
  dpid: bigint,
  id: number,
  why: string,
): ConnectionEffect {
  const cookie = cookieOf({ tag, epoch, role: 0, connection });
  const message = flowMod({ xid: id, command: FlowModCommand.delete, cookie, cookieMask: CookieMask.connection });
  return { type: "flowMod", id, dpid, why, role: "all", message };
}

/** Behind everything that was sent again. */
export function waiting(dpid: bigint, id: number): ConnectionEffect {
  const why = "The flows must be this controller's before those of earlier ones are deleted.";
  return { type: "barrier", id, dpid, why, message: { ...barrierRequest(), xid: id } };
}
