/** What a switch that has come says of its flows: connections go on by them. */
import { CookieMask, cookieOf, cookieParts } from "../cookie.ts";
import { ReportCode, type ReportedFlow } from "../machine/index.ts";
import { type Recovery, recover } from "../recovery/recover.ts";
import { adopt } from "./adoption.ts";
import { advance, subjectOf } from "./advance.ts";
import { forget, newEntry, settle } from "./book.ts";
import { deletion } from "./deletion.ts";
import type { TrackerEffect } from "./effect.ts";
import { clientName, type Entry } from "./entry.ts";
import { type FlowGroup, recoverableServices, sortFlows } from "./flow-groups.ts";
import { isUncommitted } from "./phases.ts";
import { say } from "./report.ts";
import { trapCookie } from "./traps.ts";
import { freeSerial, type Switch, takeSerial, type World } from "./world.ts";

/**
 * Acts on all flows of a switch. Those of connections that are known are compared with what they must be; a connection that the
 * flows show further than it is known, because a snapshot was old, is found again by them like one that is not known at all.
 */
export function settleAnswer(
  world: World,
  known: Switch,
  flows: readonly ReportedFlow[],
  waiting: ReadonlyMap<number, Entry>,
  at: number,
  out: TrackerEffect[],
): void {
  const { dpid } = known;
  world.relayed.keepFlows(dpid, new Set(flows.map(({ cookie }) => cookieParts(cookie).connection)));
  const { groups, traps, unreadable } = sortFlows(world, known, flows);
  const unknown: FlowGroup[] = [];
  const leftOver: FlowGroup[] = [];
  const current = new Map<Entry, readonly ReportedFlow[]>();
  for (const [entry, sets] of byEntry(groups)) {
    if (entry === undefined) for (const set of sets) unknown.push(set);
    else if (isOutdated(entry, sets)) {
      forget(world.book, entry);
      for (const set of sets) unknown.push(set);
    } else {
      current.set(
        entry,
        sets.flatMap((set) => (set.isCurrent ? set.flows : [])),
      );
      for (const set of sets) if (!set.isCurrent) leftOver.push(set);
    }
  }
  for (const group of unknown) renumber(world, group);
  for (const [id, entry] of waiting) {
    if (entry.state.asked !== id || world.book.byClient.get(entry.name) !== entry) continue;
    const own = current.get(entry) ?? [];
    // What is installed anew is what the switch understands now.
    if (own.length === 0) entry.plane = known.plane;
    advance(world, entry, { type: "flowStats", at, dpid, id, flows: own }, out);
  }
  restore(
    world,
    known,
    at,
    unknown.flatMap((group) => group.flows),
    out,
  );
  for (const { cookie } of leftOver) {
    const why = "The connection has other flows by now: these are left over.";
    out.push(deletion(world, dpid, cookieOf({ ...cookie, role: 0 }), CookieMask.connection, why));
  }
  if (unreadable.length > 0) saySomeStay(world, dpid, unreadable.length, "nobody can read them", out);
  removeOldTraps(world, dpid, traps, out);
}

function byEntry(groups: readonly FlowGroup[]): ReadonlyMap<Entry | undefined, readonly FlowGroup[]> {
  const sets = new Map<Entry | undefined, FlowGroup[]>();
  for (const group of groups) {
    const same = sets.get(group.entry);
    if (same) same.push(group);
    else sets.set(group.entry, [group]);
  }
  return sets;
}

/** The flow that carries the client's data is in another set than the connection's own, or should not be there yet at all. */
function isOutdated({ state }: Entry, sets: readonly FlowGroup[]): boolean {
  const carrying = sets.filter(({ carries, cookie }) => carries && cookie.connection !== state.oldSerial);
  if (carrying.length === 0) return false;
  const arming = state.phase === "arm" && state.takeover?.committedAt === undefined;
  return arming || isUncommitted(state) || !carrying.some(({ isCurrent }) => isCurrent);
}

/** A connection without flows may have been given a number that another one's flows have. */
function renumber(world: World, { cookie }: FlowGroup): void {
  const { book, setup } = world;
  const entry = cookie.epoch === setup.cookie.epoch ? book.byNumber.get(cookie.connection) : undefined;
  if (!entry || entry.state.inSwitch || !isUncommitted(entry.state)) return;
  settle(book, entry, { ...entry.state, serial: takeSerial(world) });
}

function restore(world: World, known: Switch, at: number, flows: readonly ReportedFlow[], out: TrackerEffect[]): void {
  const { dpid } = known;
  const { cookie } = world.setup;
  const services = recoverableServices(world, known);
  const numbers = { nextId: world.nextId, nextSerial: freeSerial(world) };
  const found = recover({ dpid, at, flows, services, cookie, ...numbers });
  world.nextId = found.nextId;
  world.nextSerial = found.nextSerial;
  const entered = enterAll(world, known, found);
  const entryOf = new Map(entered.flatMap(({ ids, entry }) => ids.map((id) => [id, entry] as const)));
  for (const effect of found.effects) {
    const entry = entryOf.get(effect.id);
    out.push(entry ? { ...effect, about: subjectOf(entry) } : effect);
  }
  const held = new Set(entered.map(({ entry }) => entry.state.serial));
  known.strange = new Set([...found.serials].filter((serial) => !held.has(serial)));
  for (const { cookies, why } of found.strange) saySomeStay(world, dpid, cookies.length, why, out);
  known.adoption = adopt(found, at);
}

interface Entered {
  readonly entry: Entry;
  /** Of the effects that are about it. */
  readonly ids: readonly number[];
}

/** Tracks what was found again. */
function enterAll(world: World, known: Switch, { connections }: Recovery): readonly Entered[] {
  return connections.flatMap(({ service: name, state, effects: ids }) => {
    const service = world.setup.services.find((candidate) => candidate.name === name);
    // Of two in different VLANs one is tracked; the switch carries the other.
    if (!service || world.book.byClient.has(clientName(name, state.connection.key))) return [];
    world.generation += 1;
    const entry = newEntry(world.book, service, known.plane, { ...state, generation: world.generation });
    world.counters.connections += 1;
    settle(world.book, entry, entry.state);
    return [{ entry, ids }];
  });
}

function saySomeStay(world: World, dpid: bigint, flows: number, why: string, out: TrackerEffect[]): void {
  const text = `The switch has flows that are left alone: ${why}.`;
  say(world, out, { dpid, code: ReportCode.strangeFlows, why: text, numbers: { flows } });
}

/** Traps of an earlier epoch that were not replaced are of services that are no more. */
function removeOldTraps(world: World, dpid: bigint, traps: readonly bigint[], out: TrackerEffect[]): void {
  const own = trapCookie(world);
  for (const cookie of new Set(traps)) {
    if (cookie === own) continue;
    const why = "This trap is of an earlier controller.";
    out.push(deletion(world, dpid, cookie, 0xffff_ffff_ffff_ffffn, why));
  }
}
