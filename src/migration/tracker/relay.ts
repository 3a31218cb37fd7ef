/** Connections that nobody tracks: their segments go to server 1 and back as if nobody looked. */
import { type FlowKey, flowKeyText, TcpFlags } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { connectionOf, keyTowards } from "../connection.ts";
import { CookieMask, cookieOf } from "../cookie.ts";
import { settingsOf } from "../machine/config.ts";
import { originVlans, plainFlows, watchFlow } from "../machine/flows.ts";
import type { ConnectionState, PacketInEvent } from "../machine/index.ts";
import { plainSide, towardsClient, towardsServer } from "../machine/translate.ts";
import { sendFlow, sendOn, type Turn } from "../machine/turn.ts";
import type { Segment } from "../segment.ts";
import { passOn } from "./advance.ts";
import { type Claim, claimOf, isSamePlace } from "./claims.ts";
import type { ServiceSetup } from "./config.ts";
import { deletion } from "./deletion.ts";
import { endOf } from "./directory.ts";
import type { TrackerEffect } from "./effect.ts";
import { type Entry, isHalfOpen } from "./entry.ts";
import { isTakenBack } from "./owners.ts";
import { configFor } from "./plane.ts";
import { isProof, newRelayed, type Relayed, withClient, withSegment } from "./record.ts";
import { strangerState } from "./stranger.ts";
import { switchOf, type World } from "./world.ts";

/** What a tracked connection's SYN claims. */
export function claimOfEntry({ service: { name: service }, state }: Entry): Claim {
  const { clientPort, connection, clientIsn } = state;
  return { service, clientPort, connection, isns: [clientIsn], ends: [] };
}

/** By what an answer of server 1's is known, given the key of what it answers. */
export function relayedName(dpid: bigint, towardsOrigin: FlowKey): string {
  return `${flowKeyText(towardsOrigin)} ${dpid}`;
}

/** By what the relayed connection is known that a client's segment belongs to. */
export function nameOf({ settings }: ServiceSetup, { dpid }: PacketInEvent, segment: Segment): string {
  return relayedName(dpid, keyTowards(connectionOf(segment), settings.origin));
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

/**
 * To server 1, as it is. Once the client has shown that it got server 1's answer, the switch carries the connection. Whether it has just
 * shown that.
 */
export function relayToOrigin(
  world: World,
  service: ServiceSetup,
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): boolean {
  const { dpid, inPort, at } = event;
  const { origin } = service.settings;
  const connection = connectionOf(segment);
  const name = nameOf(service, event, segment);
  const known = world.relayed.find(name);
  const claim = claimOf(service.name, segment, inPort);
  const before = known ?? newRelayed(dpid);
  const proven = isProof(before, segment);
  const relayed = proven ? withClient(before, claim) : withSegment(before, segment, claim);
  const turn = turnOf(world, service, strangerState(world, service, connection, event, inPort), event);
  // With other flows the switch would carry it to another place.
  const isCarried = relayed.serial !== undefined && before.client !== undefined && isSamePlace(before.client, claim);
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
  return proven;
}

/**
 * Shows the controller for a while what server 1 says: a SYN has come from elsewhere, and the flows of the connection before would bring
 * its answer to the wrong place.
 */
export function watchOrigin(
  world: World,
  service: ServiceSetup,
  state: ConnectionState,
  event: PacketInEvent,
  out: TrackerEffect[],
): void {
  const turn = turnOf(world, service, { ...state, nextId: world.nextId, nextSerial: world.nextSerial }, event);
  const { settings } = turn;
  const vlans = originVlans(state, settings);
  const flow = watchFlow(state, settings, "originWatch", settings.origin, vlans, settings.timing.candidateMs);
  sendFlow(turn, "originWatch", flow, "See whether server 1 begins a connection with somebody else.");
  finish(world, turn, out);
}

/** The same for a connection that nobody tracks, if the switch carries it. */
export function watchRelayed(
  world: World,
  service: ServiceSetup,
  { client, serial }: Relayed,
  event: PacketInEvent,
  out: TrackerEffect[],
): void {
  if (!client || serial === undefined) return;
  const { connection, clientPort } = client;
  const state = strangerState(world, service, connection, event, clientPort);
  watchOrigin(world, service, { ...state, serial }, event, out);
}

/** Flows of a connection that server 1 has no more. */
export function removeFlows(world: World, { dpid }: PacketInEvent, serial: number, out: TrackerEffect[]): void {
  const why = "Server 1 has begun a connection with somebody else: flows of the one before lead to the wrong place.";
  const cookie = cookieOf({ ...world.setup.cookie, role: 0, connection: serial });
  out.push(deletion(world, dpid, cookie, CookieMask.connection, why));
}

/** While the client is silent, nobody else keeps what is known of it: it may have gone to another port. */
function remember({ relayed: table }: World, name: string, relayed: Relayed, claim: Claim, at: number): void {
  const { client, claims } = relayed;
  if (client && !isSamePlace(client, claim)) table.amend(name, relayed);
  else if (client || claims.length > 0) table.note(name, relayed, at);
}

/** Server 1's answer to a connection that is relayed, to those that it is for. */
export function relayToClient(
  world: World,
  receivers: readonly Claim[],
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): void {
  for (const { service: name, connection, clientPort } of receivers) {
    const service = world.setup.services.find((each) => each.name === name);
    if (!service) continue;
    const turn = turnOf(world, service, strangerState(world, service, connection, event, clientPort), event);
    const bytes = towardsClient(connection, segment, plainSide(service.settings.origin));
    sendOn(turn, bytes, event.inPort, clientPort, "From server 1 to a client whose connection is not tracked.");
    finish(world, turn, out);
  }
}

/**
 * Whether a reset of a client's may answer what server 1 has said in the name of another service: server 1 would take it for the end
 * of the connection that it means. It is the client's own when server 1 has agreed to a connection with this service, when it takes a
 * SYN back, and when it has sent SYNs to no other service: then it answers a challenge to one, and server 1 has a connection that is
 * over.
 */
export function isOthersReset(
  world: World,
  service: ServiceSetup,
  relayed: Relayed | undefined,
  entry: Entry | undefined,
  { dpid, inPort }: PacketInEvent,
  segment: Segment,
): boolean {
  const { flags, seq } = segment.tcp;
  if ((flags & TcpFlags.rst) === 0) return false;
  const { origin } = service.settings;
  const servers = world.directory.serversAt(dpid, origin.switchPort, endOf({ service, place: origin }));
  if (servers.filter(({ target }) => target === undefined).length <= 1) return false;
  // Nobody has shown to be the client that has sent this SYN.
  if (entry && isTakenBack(entry.state, segment)) return false;
  if (relayed?.service !== undefined) return relayed.service !== service.name;
  const claim = claimOf(service.name, segment, inPort);
  const tracked = entry && isHalfOpen(entry.state) ? [claimOfEntry(entry)] : [];
  const claims = [...(relayed?.claims ?? []), ...tracked];
  const own = claims.filter((each) => each.isns.length > 0 && isSamePlace({ ...each, service: service.name }, claim));
  const [one, ...more] = own;
  if (own.some((each) => each.service === service.name && each.isns.includes(seqAdd(seq, -1)))) return false;
  return one?.service !== service.name || more.length > 0;
}
