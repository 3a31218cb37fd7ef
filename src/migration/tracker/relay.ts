/** Connections that nobody tracks: their segments go to server 1 and back as if nobody looked. */
import { type FlowKey, flowKeyText, reverseFlowKey, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { connectionOf, keyTowards } from "../connection.ts";
import { settingsOf } from "../machine/config.ts";
import { plainFlows } from "../machine/flows.ts";
import type { ConnectionState, PacketInEvent } from "../machine/index.ts";
import { plainSide, towardsClient, towardsServer } from "../machine/translate.ts";
import { sendFlow, sendOn, type Turn } from "../machine/turn.ts";
import type { Segment } from "../segment.ts";
import { passOn } from "./advance.ts";
import { acknowledged, answeredSyns, type Claim, claimOf, isSamePlace, renewed, withClaim } from "./claims.ts";
import type { ServiceSetup } from "./config.ts";
import { endOf } from "./directory.ts";
import type { TrackerEffect } from "./effect.ts";
import { configFor } from "./plane.ts";
import type { Relayed } from "./relayed.ts";
import { strangerState } from "./stranger.ts";
import { switchOf, type World } from "./world.ts";

/** By what an answer of server 1's is known, given the key of what it answers. */
export function relayedName(dpid: bigint, towardsOrigin: FlowKey): string {
  return `${flowKeyText(towardsOrigin)} ${dpid}`;
}

/** The relayed connection that a client's segment belongs to. */
export function relayedOf(
  world: World,
  { settings }: ServiceSetup,
  { dpid }: PacketInEvent,
  segment: Segment,
): Relayed | undefined {
  return world.relayed.find(relayedName(dpid, keyTowards(connectionOf(segment), settings.origin)));
}

function turnOf(world: World, service: ServiceSetup, state: ConnectionState, { dpid, at }: PacketInEvent): Turn {
  const config = configFor(world.configurations, service, switchOf(world, dpid).plane);
  return { at, settings: settingsOf(config), state, effects: [] };
}

function finish(world: World, turn: Turn, out: TrackerEffect[]): void {
  world.nextId = turn.state.nextId;
  world.nextSerial = turn.state.nextSerial;
  passOn(world, turn.effects, turn.at, out);
}

/** To server 1, as it is. Once the client has shown that it got server 1's answer, the switch carries the connection. */
export function relayToOrigin(
  world: World,
  service: ServiceSetup,
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): void {
  const { dpid, inPort, at } = event;
  const { origin } = service.settings;
  const connection = connectionOf(segment);
  const name = relayedName(dpid, keyTowards(connection, origin));
  const known = world.relayed.find(name);
  const claim = claimOf(service.name, segment, inPort);
  const proven = isProven(known, segment);
  const relayed = relayedAfter(known ?? newRelayed(dpid), segment, claim, proven);
  const turn = turnOf(world, service, strangerState(world, service, connection, event, inPort), event);
  // With other flows the switch would carry it to another place.
  const isCarried = relayed.serial !== undefined && known?.client !== undefined && isSamePlace(known.client, claim);
  const installs = proven && !isCarried && switchOf(world, dpid).question === undefined;
  if (installs) {
    for (const { role, flow } of plainFlows(turn.state, turn.settings)) {
      sendFlow(turn, role, flow, "Nobody tracks this connection: the switch carries it to server 1.");
    }
  }
  const bytes = towardsServer(connection, segment, plainSide(origin));
  sendOn(turn, bytes, inPort, origin.switchPort, "From a client whose connection is not tracked to server 1.");
  remember(world, name, installs ? { ...relayed, serial: turn.state.serial } : relayed, claim, at);
  finish(world, turn, out);
  if (installs) world.nextSerial = seqAdd(turn.state.serial, 1);
}

/** While the client is silent, nobody else keeps what is known of it: it may have gone to another port. */
function remember({ relayed: table }: World, name: string, relayed: Relayed, claim: Claim, at: number): void {
  const { client, claims } = relayed;
  if (client && !isSamePlace(client, claim)) table.amend(name, relayed);
  else if (client || claims.length > 0) table.note(name, relayed, at);
}

/** Whether the client acknowledges exactly what server 1 has answered: nobody else knows that number. */
function isProven(known: Relayed | undefined, { tcp: { flags, ack } }: Segment): boolean {
  if (known?.serverIsn === undefined || ack !== seqAdd(known.serverIsn, 1)) return false;
  return (flags & (TcpFlags.syn | TcpFlags.rst | TcpFlags.ack)) === TcpFlags.ack;
}

/** What is remembered of a connection of which nobody has spoken as the client. */
export function newRelayed(dpid: bigint): Relayed {
  return { dpid, service: undefined, client: undefined, claims: [], serverIsn: undefined, serial: undefined };
}

/** What is remembered after a segment of a client's: with a proof it is the client, and without one it may be, or not. */
function relayedAfter(known: Relayed, { tcp: { flags } }: Segment, claim: Claim, proven: boolean): Relayed {
  const { client } = known;
  if (proven) return { ...known, service: claim.service, client: claim, claims: [] };
  if ((flags & TcpFlags.rst) !== 0) return known;
  if (client && isSamePlace(client, claim)) return { ...known, client: renewed(client, claim) };
  return { ...known, claims: withClaim(known.claims, claim) };
}

/**
 * Whom a segment of server 1's is for: nobody when it may be for somebody who has not spoken. A challenge to a SYN is not for whoever
 * has sent that (RFC 5961 §4): it tells the numbers of another connection, whose client may be anywhere.
 */
export function receiversOf(relayed: Relayed, segment: Segment): readonly Claim[] {
  const { client, claims } = relayed;
  const [first, ...more] = answeredSyns(everybody(relayed), segment);
  if (first) return first === client ? [client] : [first, ...more];
  return client ? [client] : acknowledged(claims, segment);
}

/** All that have spoken as its client. */
export function everybody({ client, claims }: Pick<Relayed, "client" | "claims">): readonly Claim[] {
  return client ? [client, ...claims] : claims;
}

/** Server 1's answer to a connection that is relayed, to those that it is for. */
export function relayToClient(
  world: World,
  relayed: Relayed,
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): void {
  for (const { service: name, connection, clientPort } of receiversOf(relayed, segment)) {
    const service = world.setup.services.find((each) => each.name === name);
    if (!service) continue;
    const turn = turnOf(world, service, strangerState(world, service, connection, event, clientPort), event);
    const bytes = towardsClient(connection, segment, plainSide(service.settings.origin));
    sendOn(turn, bytes, event.inPort, clientPort, "From server 1 to a client whose connection is not tracked.");
    finish(world, turn, out);
  }
  world.relayed.amend(relayedName(event.dpid, reverseFlowKey(segment.key)), answered(relayed, segment));
}

/** A server that knows no connection answers with a RST, and to a SYN it answers whoever has sent it. */
function answered(relayed: Relayed, segment: Segment): Relayed {
  const { flags, seq } = segment.tcp;
  const { client, claims } = relayed;
  if ((flags & TcpFlags.rst) !== 0) return relayed;
  if ((flags & TcpFlags.syn) !== 0) {
    if ((flags & TcpFlags.ack) === 0) return relayed;
    const [one] = answeredSyns(everybody(relayed), segment);
    return { ...relayed, serverIsn: seq, service: one?.service ?? relayed.service };
  }
  const [one, ...more] = client ? [] : acknowledged(claims, segment);
  if (!one || more.length > 0) return relayed;
  return { ...relayed, service: one.service, client: one, claims: claims.filter((claim) => claim !== one) };
}

/**
 * Whether a reset of a client's may answer what server 1 has said in the name of another service: server 1 would take it for the end
 * of the connection that it means. It is the client's own when server 1 has agreed to a connection with this service, when it takes its
 * SYN back, and when nobody else has spoken: then it answers a challenge to its SYN, and server 1 has a connection that is over.
 */
export function isOthersReset(
  world: World,
  service: ServiceSetup,
  relayed: Relayed | undefined,
  { dpid, inPort }: PacketInEvent,
  segment: Segment,
): boolean {
  const { flags, seq } = segment.tcp;
  if ((flags & TcpFlags.rst) === 0) return false;
  const { origin } = service.settings;
  const servers = world.directory.serversAt(dpid, origin.switchPort, endOf({ service, place: origin }));
  if (servers.filter(({ target }) => target === undefined).length <= 1) return false;
  if (relayed?.service !== undefined) return relayed.service !== service.name;
  const claim = claimOf(service.name, segment, inPort);
  const claims = relayed?.claims ?? [];
  const own = claims.find((each) => isSamePlace(each, claim));
  return !own || !(own.isns.includes(seqAdd(seq, -1)) || (claims.length === 1 && own.isns.length > 0));
}
