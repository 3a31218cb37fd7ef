/** Flows of a connection beyond those of a hand-over: plain ones, watches, traps for software shifting, and their end. */
import { type FinTimeoutAction, finTimeout, note } from "../../nx/index.ts";
import { applyActions, FlowModCommand, FlowModFlags, flowMod, type Match, output, Port } from "../../ofp/index.ts";
import { TcpFlags, type VlanTag } from "../../tcp/index.ts";
import { serverEndpoint, serverVlans } from "../connection.ts";
import { CookieMask, cookieOf } from "../cookie.ts";
import { matchOf, outputTo, rewriteBack, rewriteTowards } from "../direction.ts";
import { type Handover, Priority } from "../flows.ts";
import { offsets } from "../offsets.ts";
import type { ServerPlace, Settings } from "./config.ts";
import { type ConnectionFlow, ConnectionRole } from "./effect.ts";
import { addressNumber, encodeNote, placeNumber } from "./note.ts";
import type { ConnectionState } from "./state.ts";

/** Number of the connection in its cookies: another one for every set of flows. */
export function cookieNumber({ serial }: ConnectionState): number {
  return serial;
}

function cookieFor(state: ConnectionState, { cookie }: Settings, role: ConnectionRole): bigint {
  return cookieOf({ ...cookie, role: ConnectionRole[role], connection: cookieNumber(state) });
}

function clientMatch({ connection, clientPort }: ConnectionState): Match {
  const { client: from, server: to, vlans } = connection;
  return matchOf(connection, { inPort: clientPort, vlans, from, to });
}

/** The tags on what server 1 sends: those of its answer, or what the configuration says before there was one. */
export function originVlans(
  { connection, originVlans: seen }: ConnectionState,
  { origin }: Settings,
): readonly VlanTag[] {
  return seen ?? serverVlans(connection, origin);
}

function serverMatch({ connection }: ConnectionState, place: ServerPlace, vlans: readonly VlanTag[]): Match {
  const from = serverEndpoint(connection, place);
  return matchOf(connection, { inPort: place.switchPort, vlans, from, to: connection.client });
}

/** Seconds that a flow outlives a FIN or RST of its direction, if nothing else comes: what `fin_timeout` lowers its idle timeout to. */
export function finishedSeconds({ idleSeconds, finIdleSeconds }: Settings["policy"]): number {
  if (finIdleSeconds === 0) return idleSeconds;
  return idleSeconds === 0 ? finIdleSeconds : Math.min(idleSeconds, finIdleSeconds);
}

/** The two flows that carry a connection to server 1 and back, as it is. {@link plainTrap} belongs beside them. */
export function plainFlows(
  state: ConnectionState,
  settings: Settings,
): readonly { readonly role: ConnectionRole; readonly flow: ConnectionFlow }[] {
  const { connection, clientPort } = state;
  const { origin, policy } = settings;
  const { finIdleSeconds } = policy;
  const fin: FinTimeoutAction[] = finIdleSeconds === 0 ? [] : [finTimeout({ idleTimeout: finIdleSeconds })];
  const common = { priority: Priority.shift, idleTimeout: policy.idleSeconds, flags: FlowModFlags.sendFlowRem };
  return [
    {
      role: "plainToServer",
      flow: flowMod({
        ...common,
        cookie: cookieFor(state, settings, "plainToServer"),
        match: clientMatch(state),
        instructions: [
          applyActions<FinTimeoutAction>([
            ...rewriteTowards(connection, origin),
            ...fin,
            outputTo(origin.switchPort, clientPort),
          ]),
        ],
      }),
    },
    {
      role: "plainToClient",
      flow: flowMod({
        ...common,
        cookie: cookieFor(state, settings, "plainToClient"),
        match: serverMatch(state, origin, originVlans(state, settings)),
        instructions: [
          applyActions<FinTimeoutAction>([
            ...rewriteBack(connection, origin),
            ...fin,
            outputTo(clientPort, origin.switchPort),
          ]),
        ],
      }),
    },
  ];
}

export const SYNS_APART = "A SYN is not for the flows that carry the connection: it may begin another one.";

/**
 * Takes the client's SYNs out of the plain flows: one that uses its port again begins another connection, which is to be judged. Without
 * it, whatever that one says would go where the old one went. None for a connection that is only looked at.
 */
export function plainTrap(state: ConnectionState, settings: Settings): ConnectionFlow | undefined {
  const { synTrap, idleSeconds } = settings.policy;
  if (!synTrap || state.shadow) return undefined;
  return flowMod({
    cookie: cookieFor(state, settings, "clientSynTrap"),
    priority: Priority.synTrap,
    idleTimeout: idleSeconds,
    flags: FlowModFlags.sendFlowRem,
    match: { ...clientMatch(state), tcpFlags: { value: TcpFlags.syn, mask: TcpFlags.syn } },
    instructions: [applyActions([output(Port.controller)])],
  });
}

/**
 * Shows the controller a side of the connection for some time: what the client sends, or what the server at `place` does, with
 * these tags.
 */
export function watchFlow(
  state: ConnectionState,
  settings: Settings,
  role: "clientWatch" | "originWatch" | "guardWatch",
  place: ServerPlace,
  vlans: readonly VlanTag[],
  ms: number,
): ConnectionFlow {
  return flowMod({
    cookie: cookieFor(state, settings, role),
    priority: role === "guardWatch" ? Priority.guardWatch : Priority.midStreamTrap,
    hardTimeout: Math.max(1, Math.ceil(ms / 1000)),
    match: role === "clientWatch" ? clientMatch(state) : serverMatch(state, place, vlans),
    instructions: [applyActions([output(Port.controller)])],
  });
}

/**
 * With software shifting the packets of both directions go to the controller. The flows carry what is needed to know the
 * connection again in a note: see {@link encodeNote}.
 */
export function softwareFlow(
  state: ConnectionState,
  settings: Settings,
  role: "forward" | "reverse",
  target: ServerPlace,
  handover: Handover,
): ConnectionFlow {
  const { client, server } = state.connection;
  const { clientToServer, serverToClient } = offsets(handover.client, handover.server);
  const data = encodeNote({
    e: clientToServer.seq,
    d: serverToClient.seq,
    clientMac: client.mac,
    serverMac: server.mac,
    target: placeNumber(target),
    service: addressNumber(server),
    clientPort: state.clientPort,
    clearEcn: handover.clearEcn,
  });
  return flowMod({
    cookie: cookieFor(state, settings, role),
    priority: Priority.shift,
    idleTimeout: settings.policy.idleSeconds,
    flags: FlowModFlags.sendFlowRem,
    match: role === "forward" ? clientMatch(state) : serverMatch(state, target, handover.targetVlans),
    instructions: [applyActions([note(data), output(Port.controller)])],
  });
}

/** Deletes every flow of one set of this connection's. */
export function deleteFlows({ cookie }: Settings, serial: number): ConnectionFlow {
  return flowMod({
    command: FlowModCommand.delete,
    cookie: cookieOf({ ...cookie, role: 0, connection: serial }),
    cookieMask: CookieMask.connection,
  });
}

/** Deletes the flow of one role. */
export function deleteFlow(state: ConnectionState, settings: Settings, role: ConnectionRole): ConnectionFlow {
  return flowMod({
    command: FlowModCommand.delete,
    cookie: cookieFor(state, settings, role),
    cookieMask: 0xffff_ffff_ffff_ffffn,
  });
}
