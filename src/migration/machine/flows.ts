/** Flows of a connection beyond those of a hand-over: plain ones, watches, traps for software shifting, and their end. */
import { type FinTimeoutAction, finTimeout, note } from "../../nx/index.ts";
import {
  type Action,
  applyActions,
  FlowModCommand,
  FlowModFlags,
  flowMod,
  type Match,
  output,
  Port,
  setField,
} from "../../ofp/index.ts";
import { type Endpoint, EtherType, IpProtocol } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { type Bytes, viewOf } from "../../wire/index.ts";
import { type Connection, connectionId, serverEndpoint } from "../connection.ts";
import { CookieMask, cookieOf } from "../cookie.ts";
import { type Handover, Priority } from "../flows.ts";
import { type Offsets, offsets } from "../offsets.ts";
import type { ServerPlace, Settings } from "./config.ts";
import { type ConnectionFlow, ConnectionRole } from "./effect.ts";
import type { ConnectionState } from "./state.ts";

/** Number of the connection in its cookies: another one for every set of flows of the same addresses and ports. */
export function cookieNumber({ connection, serial }: ConnectionState, set = serial): number {
  return seqAdd(connectionId(connection.key), set);
}

function cookieFor(state: ConnectionState, { cookie }: Settings, role: ConnectionRole): bigint {
  return cookieOf({ ...cookie, role: ConnectionRole[role], connection: cookieNumber(state) });
}

/** OFPVID_PRESENT; a vlanVid of 0 matches untagged packets only. */
const VLAN_PRESENT = 0x1000;

function matchOf({ ipVersion, vlans }: Connection, inPort: number, from: Endpoint, to: Endpoint): Match {
  const [tag] = vlans;
  return {
    inPort,
    ethType: ipVersion === 4 ? EtherType.ipv4 : EtherType.ipv6,
    vlanVid: tag ? VLAN_PRESENT | tag.vid : 0,
    ipProto: IpProtocol.tcp,
    ...(ipVersion === 4 ? { ipv4Src: from.ip, ipv4Dst: to.ip } : { ipv6Src: from.ip, ipv6Dst: to.ip }),
    tcpSrc: from.port,
    tcpDst: to.port,
  };
}

function clientMatch({ connection, clientPort }: ConnectionState): Match {
  return matchOf(connection, clientPort, connection.client, connection.server);
}

function serverMatch({ connection }: ConnectionState, place: ServerPlace): Match {
  return matchOf(connection, place.switchPort, serverEndpoint(connection, place), connection.client);
}

function outputTo(port: number, inPort: number): Action {
  return output(port === inPort ? Port.inPort : port);
}

/** Address rewrites between the service as its client sees it and a server with an address of its own. */
function rewrites(connection: Connection, place: ServerPlace): { towards: Action[]; back: Action[] } {
  const { server, client, ipVersion } = connection;
  const end = serverEndpoint(connection, place);
  const towards: Action[] = [];
  const back: Action[] = [];
  if (place.gatewayMac !== undefined) towards.push(setField({ ethSrc: place.gatewayMac }));
  if (place.mac !== undefined) towards.push(setField({ ethDst: place.mac }));
  if ((place.mac ?? place.ip ?? place.gatewayMac) !== undefined) {
    back.push(setField({ ethSrc: server.mac }), setField({ ethDst: client.mac }));
  }
  if (end.ip !== server.ip) {
    towards.push(setField(ipVersion === 4 ? { ipv4Dst: end.ip } : { ipv6Dst: end.ip }));
    back.push(setField(ipVersion === 4 ? { ipv4Src: server.ip } : { ipv6Src: server.ip }));
  }
  if (end.port !== server.port) {
    towards.push(setField({ tcpDst: end.port }));
    back.push(setField({ tcpSrc: server.port }));
  }
  return { towards, back };
}

/** The two flows that carry a connection to server 1 and back, as it is. */
export function plainFlows(
  state: ConnectionState,
  settings: Settings,
): readonly { readonly role: ConnectionRole; readonly flow: ConnectionFlow }[] {
  const { connection, clientPort } = state;
  const { origin, policy } = settings;
  const { towards, back } = rewrites(connection, origin);
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
        instructions: [applyActions<FinTimeoutAction>([...towards, ...fin, outputTo(origin.switchPort, clientPort)])],
      }),
    },
    {
      role: "plainToClient",
      flow: flowMod({
        ...common,
        cookie: cookieFor(state, settings, "plainToClient"),
        match: serverMatch(state, origin),
        instructions: [applyActions<FinTimeoutAction>([...back, ...fin, outputTo(clientPort, origin.switchPort)])],
      }),
    },
  ];
}

/** Shows the controller a side of the connection for some time: what the client sends, or what the server at `place` does. */
export function watchFlow(
  state: ConnectionState,
  settings: Settings,
  role: "clientWatch" | "originWatch" | "guardWatch",
  place: ServerPlace,
  ms: number,
): ConnectionFlow {
  return flowMod({
    cookie: cookieFor(state, settings, role),
    priority: role === "guardWatch" ? Priority.guardWatch : Priority.midStreamTrap,
    hardTimeout: Math.max(1, Math.ceil(ms / 1000)),
    match: role === "clientWatch" ? clientMatch(state) : serverMatch(state, place),
    instructions: [applyActions([output(Port.controller)])],
  });
}

/**
 * With software shifting the packets of both directions go to the controller. The flows carry what is needed to know the
 * connection again: E and D, 32 bits each, in a note.
 */
export function softwareFlow(
  state: ConnectionState,
  settings: Settings,
  role: "forward" | "reverse",
  target: ServerPlace,
  handover: Handover,
): ConnectionFlow {
  return flowMod({
    cookie: cookieFor(state, settings, role),
    priority: Priority.shift,
    idleTimeout: settings.policy.idleSeconds,
    flags: FlowModFlags.sendFlowRem,
    match: role === "forward" ? clientMatch(state) : serverMatch(state, target),
    instructions: [applyActions([note(distances(offsets(handover.client, handover.server))), output(Port.controller)])],
  });
}

function distances({ clientToServer, serverToClient }: Offsets): Bytes {
  const bytes = new Uint8Array(8);
  viewOf(bytes).setUint32(0, clientToServer.seq);
  viewOf(bytes).setUint32(4, serverToClient.seq);
  return bytes;
}

/** Deletes every flow of one set of this connection's. */
export function deleteFlows(state: ConnectionState, { cookie }: Settings, serial: number): ConnectionFlow {
  return flowMod({
    command: FlowModCommand.delete,
    cookie: cookieOf({ ...cookie, role: 0, connection: cookieNumber(state, serial) }),
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
