/** Which connections are tracked: as many as there is room for. The others are relayed, and nobody is turned away. */
import { connectionOf, keyTowards } from "../connection.ts";
import { type PacketInEvent, ReportCode } from "../machine/index.ts";
import { isUntouchable } from "../machine/open.ts";
import type { Segment } from "../segment.ts";
import { advance, subjectOf } from "./advance.ts";
import { forget, newEntry } from "./book.ts";
import { withClaim } from "./claims.ts";
import type { ServiceSetup } from "./config.ts";
import type { TrackerEffect } from "./effect.ts";
import { answerName, type Entry, sourceOf } from "./entry.ts";
import { begun, newRelayed } from "./record.ts";
import { claimOfEntry, relayedName, relayToOrigin, removeFlows } from "./relay.ts";
import { say } from "./report.ts";
import { strangerState } from "./stranger.ts";
import { draw, switchOf, type World } from "./world.ts";

/** A client's SYN that begins a connection. */
export function admit(
  world: World,
  service: ServiceSetup,
  event: PacketInEvent,
  segment: Segment,
  out: TrackerEffect[],
): void {
  const connection = connectionOf(segment);
  if (world.book.byAnswer.has(answerName(event.dpid, keyTowards(connection, service.settings.origin)))) {
    const why = "A server could not tell this connection from one with another service: it is relayed to server 1.";
    refuse(world, service, event, segment, why, out);
    return;
  }
  if (!service.settings.shadow && isUntouchable(segment.tcp)) {
    const why = "The SYN is signed, joins a multipath connection or does not parse: it is relayed to server 1.";
    refuse(world, service, event, segment, why, out);
    return;
  }
  if (!makeRoom(world, segment, event.at, out)) {
    const why = "There is no room to track this connection: it is relayed to server 1.";
    refuse(world, service, event, segment, why, out);
    return;
  }
  const state = strangerState(world, service, connection, event, event.inPort);
  const entry = newEntry(world.book, service, switchOf(world, event.dpid).plane, state);
  world.counters.connections += 1;
  advance(world, entry, event, out);
}

/** Relays a client's segment, and says why it is not tracked. */
export function refuse(
  world: World,
  service: ServiceSetup,
  event: PacketInEvent,
  segment: Segment,
  why: string,
  out: TrackerEffect[],
): void {
  world.counters.notTracked += 1;
  say(world, out, { dpid: event.dpid, code: ReportCode.notTracked, why });
  relayToOrigin(world, service, event, segment, out);
}

/** Only connections of which nobody has proved that their client is there make room for others. */
function makeRoom(world: World, { from }: Segment, at: number, out: TrackerEffect[]): boolean {
  const { book, setup } = world;
  const { connections, halfOpen, halfOpenPerSource } = setup.budgets;
  if (connections === 0 || halfOpen === 0 || halfOpenPerSource === 0) return false;
  const same = book.bySource.get(sourceOf(from.ip));
  const isFull = book.halfOpen.size >= halfOpen || book.byClient.size >= connections;
  const full = same && same.size >= halfOpenPerSource ? same : isFull ? book.halfOpen : undefined;
  const victim = full?.draw(draw(world));
  if (victim) evict(world, victim, at, out);
  return book.byClient.size < connections;
}

function evict(world: World, victim: Entry, at: number, out: TrackerEffect[]): void {
  world.counters.evicted += 1;
  const why = "A connection whose handshake is not complete makes room for another one: it is relayed from now on.";
  say(world, out, { dpid: victim.state.dpid, code: ReportCode.evicted, why, about: subjectOf(victim) });
  relayInstead(world, victim, at);
}

/** Server 1 has begun a connection with somebody else: it has none of the tracked client's any more, and it is not on its way anywhere. */
export function superseded(world: World, victim: Entry, event: PacketInEvent, out: TrackerEffect[]): void {
  sayNotTracked(
    world,
    victim,
    "Server 1 has it no more: its SYN was taken back, or somebody else's was answered.",
    out,
  );
  if (victim.state.inSwitch) removeFlows(world, event, victim.state.serial, out);
  forget(world.book, victim);
}

/** The client's port has said something with data that does not go on with the handshake: server 1 has another connection there. */
export function giveWay(world: World, victim: Entry, at: number, out: TrackerEffect[]): void {
  const why = "Server 1 may have had a connection of these addresses and ports before: it is relayed from now on.";
  sayNotTracked(world, victim, why, out);
  relayInstead(world, victim, at);
}

function sayNotTracked(world: World, victim: Entry, why: string, out: TrackerEffect[]): void {
  world.counters.notTracked += 1;
  say(world, out, { dpid: victim.state.dpid, code: ReportCode.notTracked, why, about: subjectOf(victim) });
}

/** Whoever has sent its SYN may still have it. */
function relayInstead(world: World, victim: Entry, at: number): void {
  const { service, state } = victim;
  const { dpid, connection, serverIsn, progress } = state;
  const name = relayedName(dpid, keyTowards(connection, service.settings.origin));
  const known = world.relayed.find(name) ?? newRelayed(dpid);
  const noted = { ...known, claims: withClaim(known.claims, claimOfEntry(victim)) };
  const { serverAck: ack } = progress;
  const asked = noted.claims.slice(-1);
  // Of every answer since, the record knows.
  const isNews = serverIsn !== undefined && known.answer === undefined;
  world.relayed.note(name, isNews ? begun(noted, { seq: serverIsn, ack }, asked) : noted, at);
  forget(world.book, victim);
}
