/** The flow entries of a migrated connection, all in table 0. */
import { type FinTimeoutAction, finTimeout, type TcpShiftAction } from "../nx/index.ts";
import {
  type Action,
  applyActions,
  type FlowMod,
  FlowModFlags,
  flowMod,
  type Match,
  meter,
  output,
  Port,
  setField,
} from "../ofp/index.ts";
import { TcpFlags, type VlanTag } from "../tcp/index.ts";
import { type Connection, type Ports, type ServerAddress, serverEndpoint, serverVlans } from "./connection.ts";
import { type CookieParts, cookieOf, FlowRole } from "./cookie.ts";
import { type Direction, matchOf, outputTo, rewriteBack, rewriteTowards } from "./direction.ts";
import type { ClientNumbers, ServerNumbers } from "./offsets.ts";
import type { ResolvedPolicy } from "./policy.ts";
import { shiftActions } from "./shift-actions.ts";

/** Everything that decides the flows of a hand-over. */
export interface Handover {
  readonly connection: Connection;
  readonly ports: Ports;
  /** The server that has the connection, and must be kept quiet. */
  readonly origin: ServerAddress;
  /** The server that gets it. */
  readonly target: ServerAddress;
  /** The tags on what the origin sends. Absent: as configured for it, or the client's. */
  readonly originVlans?: readonly VlanTag[] | undefined;
  /** The tags on what the target sends. */
  readonly targetVlans: readonly VlanTag[];
  readonly client: ClientNumbers;
  readonly server: ServerNumbers;
  /** The new server does not do ECN: the client's marks must not reach it. */
  readonly clearEcn: boolean;
  readonly policy: ResolvedPolicy;
  readonly cookie: Omit<CookieParts, "role">;
}

/** Actions of the flows here. */
export type FlowAction = TcpShiftAction | FinTimeoutAction;

/** A flow-mod with the actions that flows of a hand-over use. */
export type HandoverFlow = FlowMod<FlowAction>;

/** Priorities of the flows; a service's own flows stay below. */
export const Priority = {
  /** For the first seconds above the guard: shows what it stops. */
  guardWatch: 410,
  guard: 400,
  synTrap: 300,
  /** Reserved for catching both directions of a connection that is already under way. */
  midStreamTrap: 250,
  shift: 200,
  /** What concerns a service and no connection that is known. */
  serviceTrap: 100,
} as const;
export type Priority = (typeof Priority)[keyof typeof Priority];

function clientDirection({ connection, ports }: Handover): Direction {
  return { inPort: ports.client, vlans: connection.vlans, from: connection.client, to: connection.server };
}

function targetDirection({ connection, ports, target, targetVlans }: Handover): Direction {
  return {
    inPort: ports.target,
    vlans: targetVlans,
    from: serverEndpoint(connection, target),
    to: connection.client,
  };
}

function shiftFlow(
  handover: Handover,
  role: FlowRole,
  match: Match,
  actions: readonly Action<FlowAction>[],
): HandoverFlow {
  const { policy, cookie } = handover;
  return flowMod<FlowAction>({
    cookie: cookieOf({ ...cookie, role }),
    priority: Priority.shift,
    idleTimeout: policy.idleSeconds,
    flags: FlowModFlags.sendFlowRem,
    match,
    instructions: [applyActions<FlowAction>(actions)],
  });
}

function finActions({ finIdleSeconds }: ResolvedPolicy): FlowAction[] {
  return finIdleSeconds === 0 ? [] : [finTimeout({ idleTimeout: finIdleSeconds })];
}

/** Client to new server. Sending it is the commit: from then on data of the client's may reach the new server. */
export function forwardFlow(handover: Handover): HandoverFlow {
  const { connection, ports, target, client, server, policy, clearEcn } = handover;
  return shiftFlow(handover, FlowRole.forward, matchOf(connection, clientDirection(handover)), [
    ...rewriteTowards(connection, target),
    ...(clearEcn ? [setField({ ipEcn: 0 })] : []),
    ...shiftActions(client, server, policy.style).clientToServer,
    ...finActions(policy),
    // One output, and last: the modified switch shows every output of a flow the shifted packet.
    outputTo(ports.target, ports.client),
  ]);
}

/** New server to client: what it sends looks like the old server's. */
export function reverseFlow(handover: Handover): HandoverFlow {
  const { connection, ports, target, client, server, policy } = handover;
  return shiftFlow(handover, FlowRole.reverse, matchOf(connection, targetDirection(handover)), [
    ...rewriteBack(connection, target),
    ...shiftActions(client, server, policy.style).serverToClient,
    ...finActions(policy),
    outputTo(ports.client, ports.target),
  ]);
}

/** What the flows that keep a server quiet must know. */
export type Guarded = Pick<Handover, "connection" | "origin" | "originVlans" | "policy" | "cookie"> & {
  readonly ports: Pick<Ports, "origin">;
};

function originMatch({ connection, ports, origin, originVlans }: Guarded): Match {
  const from = serverEndpoint(connection, origin);
  return matchOf(connection, {
    inPort: ports.origin,
    vlans: originVlans ?? serverVlans(connection, origin),
    from,
    to: connection.client,
  });
}

/** Drops whatever the old server still says to the client. */
export function guardFlow(handover: Guarded): HandoverFlow {
  const { policy, cookie } = handover;
  return flowMod<FlowAction>({
    cookie: cookieOf({ ...cookie, role: FlowRole.guard }),
    priority: Priority.guard,
    idleTimeout: policy.guardIdleSeconds,
    match: originMatch(handover),
  });
}

/**
 * Sends the controller what the guard would drop, for some seconds: when the reset misses, the old server's challenge ACK says
 * the right number (RFC 5961 §3). Undefined when the policy does without.
 */
export function guardWatchFlow(handover: Guarded): HandoverFlow | undefined {
  const { policy, cookie } = handover;
  if (policy.guardWatchSeconds === 0) return undefined;
  return flowMod<FlowAction>({
    cookie: cookieOf({ ...cookie, role: FlowRole.guardWatch }),
    priority: Priority.guardWatch,
    hardTimeout: policy.guardWatchSeconds,
    match: originMatch(handover),
    instructions: toController(policy),
  });
}

/**
 * Sends the controller all that a parked server says, at the place of {@link guardWatchFlow}, which it replaces: `role` is that of its
 * cookie. It ends after so many seconds, however much is said.
 */
export function parkedFlow(guarded: Guarded, role: number, seconds: number): HandoverFlow {
  const { policy, cookie } = guarded;
  return flowMod<FlowAction>({
    cookie: cookieOf({ ...cookie, role }),
    priority: Priority.guardWatch,
    hardTimeout: seconds,
    match: originMatch(guarded),
    instructions: toController(policy),
  });
}

function toController({ guardMeter }: ResolvedPolicy): HandoverFlow["instructions"] {
  return [...(guardMeter === undefined ? [] : [meter(guardMeter)]), applyActions([output(Port.controller)])];
}

/**
 * Takes RSTs out of what the new server says. One may answer a segment of the client's next connection, which the switch has carried by
 * what it had cached of this one: shifted back, it would be an exact reset of that.
 */
export function rstTrapFlow(handover: Handover, role: number): HandoverFlow | undefined {
  return handover.policy.synTrap ? trapFlow(handover, role, targetDirection(handover), TcpFlags.rst) : undefined;
}

/** Segments with this flag go to the controller. */
function trapFlow(handover: Handover, role: number, direction: Direction, flag: number): HandoverFlow {
  const { connection, policy, cookie } = handover;
  return flowMod<FlowAction>({
    cookie: cookieOf({ ...cookie, role }),
    priority: Priority.synTrap,
    idleTimeout: policy.idleSeconds,
    match: { ...matchOf(connection, direction), tcpFlags: { value: flag, mask: flag } },
    instructions: [applyActions([output(Port.controller)])],
  });
}

/**
 * Takes SYNs out of both directions: a client that uses its port again begins a new connection, with the old server, and a
 * repeated SYN-ACK of the new server's is none of the client's business.
 */
export function synTrapFlows(handover: Handover): HandoverFlow[] {
  if (!handover.policy.synTrap) return [];
  return [
    trapFlow(handover, FlowRole.clientSynTrap, clientDirection(handover), TcpFlags.syn),
    trapFlow(handover, FlowRole.targetSynTrap, targetDirection(handover), TcpFlags.syn),
  ];
}
