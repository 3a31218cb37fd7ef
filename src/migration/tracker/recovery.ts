/** What a switch that has come says of its flows: connections go on by them. */
import { FlowModCommand, flowMod, multipartRequest } from "../../ofp/index.ts";
import { CookieMask, cookieOf, cookieParts } from "../cookie.ts";
import { settingsOf } from "../machine/config.ts";
import {
  type ConnectionPhase,
  ConnectionRole,
  type FlowEffect,
  type FlowStatsEvent,
  ReportCode,
  type ReportedFlow,
} from "../machine/index.ts";
import { type Recovery, recover } from "../recovery/recover.ts";
import { advance, issue } from "./advance.ts";
import { forget, newEntry, settle } from "./book.ts";
import type { TrackerEffect } from "./effect.ts";
import { clientName, type Entry } from "./entry.ts";
import { configFor } from "./plane.ts";
import { say } from "./report.ts";
import { trapCookie } from "./traps.ts";
import { freeSerial, type Switch, takeId, takeSerial, type World } from "./world.ts";

/** How long an answer may take, in milliseconds, and how often it is asked for. */
const PATIENCE_MS = 2_000;
const TRIES = 5;

/** Asks for all flows with the tag. */
export function ask(
  world: World,
  known: Switch,
  at: number,
  waiting: ReadonlyMap<number, Entry>,
  tries: number,
  out: TrackerEffect[],
): void {
  const { dpid } = known;
  const id = takeId(world);
  const cookie = cookieOf({ ...world.setup.cookie, epoch: 0, role: 0, connection: 0 });
  const message = multipartRequest({ xid: id, body: { type: "flow", cookie, cookieMask: CookieMask.tag } as const });
  known.question = { id, deadline: at + PATIENCE_MS, tries, waiting, flows: undefined };
  const why = "See which flows the switch has: connections may be found again by them.";
  out.push({ type: "flowStats", id, dpid, why, message });
}

/** The switch owes an answer. */
export function askAgain(world: World, known: Switch, at: number, out: TrackerEffect[]): void {
  const { question, dpid } = known;
  if (!question || question.flows || at < question.deadline) return;
  if (question.tries < TRIES) {
    ask(world, known, at, question.waiting, question.tries + 1, out);
    return;
  }
  known.question = undefined;
  const why = "The switch does not tell its flows: whatever connections they carry is not known.";
  say(world, out, { dpid, code: ReportCode.flowsUnknown, why });
}

/** Whether the event answers the question. */
export function answered(world: World, known: Switch, event: FlowStatsEvent, out: TrackerEffect[]): boolean {
  const { question } = known;
  if (question?.id !== event.id || question.flows) return false;
  known.question = { ...question, flows: event.flows };
  settleAnswer(world, known, event.at, out);
  return true;
}

/** Acts on the answer once it is known, too, what the switch understands. */
export function settleAnswer(world: World, known: Switch, at: number, out: TrackerEffect[]): void {
  const { question, probe, dpid } = known;
  if (!question?.flows || probe) return;
  known.question = undefined;
  const { tag } = world.setup.cookie;
  const own = question.flows.filter(({ cookie }) => cookieParts(cookie).tag === tag);
  const rest: ReportedFlow[] = [];
  const byEntry = new Map<Entry, ReportedFlow[]>();
  for (const flow of own) {
    const entry = ownerOf(world, known, flow);
    if (!entry) rest.push(flow);
    else if (byEntry.has(entry)) byEntry.get(entry)?.push(flow);
    else byEntry.set(entry, [flow]);
  }
  for (const [id, entry] of question.waiting) {
    if (entry.state.asked !== id) continue;
    const flows = byEntry.get(entry) ?? [];
    // What is installed anew is what the switch understands now.
    if (flows.length === 0) entry.plane = known.plane;
    advance(world, entry, { type: "flowStats", at, dpid, id, flows }, out);
  }
  restore(world, known, at, rest, out);
}

function ownerOf({ book, setup }: World, { dpid }: Switch, { cookie }: ReportedFlow): Entry | undefined {
  const { epoch, connection } = cookieParts(cookie);
  const entry = epoch === setup.cookie.epoch ? book.byNumber.get(connection) : undefined;
  return entry?.state.dpid === dpid && hasFlows(entry) ? entry : undefined;
}

/** Phases before a connection has any flow, unless it had another server before. */
const early: readonly ConnectionPhase[] = ["syn", "synAck", "ready", "hold", "dial", "greet"];

/**
 * Whether the connection can have flows. One that cannot and whose number stands in some is known from an older snapshot, or its
 * number is that of another connection: this controller counted from the same number on before.
 */
function hasFlows({ state: { phase, inSwitch, oldSerial } }: Entry): boolean {
  return !early.includes(phase) || inSwitch || oldSerial !== undefined;
}

function restore(world: World, known: Switch, at: number, flows: readonly ReportedFlow[], out: TrackerEffect[]): void {
  const { dpid } = known;
  const { cookie } = world.setup;
  const services = world.setup.services.map((service) => ({
    name: service.name,
    vip: service.vip,
    dpid: service.dpid,
    settings: settingsOf(configFor(world.configurations, service, known.plane)),
  }));
  const numbers = { nextId: world.nextId, nextSerial: freeSerial(world) };
  const found = recover({ dpid, at, flows, services, cookie, ...numbers });
  world.nextId = found.nextId;
  world.nextSerial = found.nextSerial;
  out.push(...found.effects);
  giveWay(world, known, found);
  const held = new Set<number>();
  for (const { service: name, state } of found.connections) {
    held.add(state.serial);
    const service = world.setup.services.find((candidate) => candidate.name === name);
    if (!service) continue;
    if (world.book.byClient.has(clientName(name, state.connection.key))) {
      deleteOlder(world, dpid, state.serial, out);
      continue;
    }
    const entry = newEntry(world.book, service, known.plane, { ...state, generation: world.generation + 1 });
    world.counters.connections += 1;
    world.generation += 1;
    settle(world.book, entry, entry.state);
    issue(world, entry, [], at, out);
  }
  known.strange = new Set([...found.serials].filter((serial) => !held.has(serial)));
  for (const { cookies, why } of found.strange) {
    const text = `The switch has flows that are left alone: ${why}.`;
    say(world, out, { dpid, code: ReportCode.strangeFlows, why: text, numbers: { flows: cookies.length } });
  }
  adopt(known, found);
  removeOldTraps(world, dpid, flows, out);
}

/**
 * What was found goes on under its number. A connection of the same number that has no flows is forgotten if it is the same one, as
 * the flows know more of it, and gets another number if not.
 */
function giveWay(world: World, known: Switch, { connections, serials }: Recovery): void {
  known.strange = serials;
  const names = new Map(
    connections.map(({ service, state }) => [state.serial, clientName(service, state.connection.key)]),
  );
  for (const serial of serials) {
    const entry = world.book.byNumber.get(serial);
    if (entry?.state.dpid !== known.dpid || hasFlows(entry)) continue;
    if (names.get(serial) === entry.name) forget(world.book, entry);
    else settle(world.book, entry, { ...entry.state, serial: takeSerial(world) });
  }
}

/** While nobody knew of them, the client began another connection. */
function deleteOlder(world: World, dpid: bigint, serial: number, out: TrackerEffect[]): void {
  const cookie = cookieOf({ ...world.setup.cookie, role: 0, connection: serial });
  out.push(deletion(world, dpid, cookie, CookieMask.connection, "The client has begun another connection since."));
}

function deletion(world: World, dpid: bigint, cookie: bigint, cookieMask: bigint, why: string): FlowEffect {
  const id = takeId(world);
  const message = flowMod({ xid: id, command: FlowModCommand.delete, cookie, cookieMask });
  return { type: "flowMod", id, dpid, why, role: "all", message };
}

/** Flows that were sent again: what they replace is deleted when they are there. */
function adopt(known: Switch, { effects, cleanUp }: Recovery): void {
  const barrier = effects.find(({ type }) => type === "barrier");
  if (!barrier) return;
  known.adoption = {
    barrier: barrier.id,
    flows: new Set(effects.flatMap(({ type, id }) => (type === "flowMod" ? [id] : []))),
    cleanUp: cleanUp.flatMap((effect) => (effect.type === "flowMod" ? [effect.message.cookie] : [])),
  };
}

/** Whether the event is about flows that were sent again. One that is refused leaves what it should replace. */
export function adopted(
  world: World,
  known: Switch,
  event: { readonly type: "error" | "barrierReply"; readonly id: number },
  out: TrackerEffect[],
): boolean {
  const { adoption, dpid } = known;
  if (!adoption) return false;
  if (event.type === "error") {
    if (!adoption.flows.has(event.id)) return false;
    known.adoption = { ...adoption, cleanUp: [] };
    const why = "The switch refuses a flow of a connection that was found again: the older flows stay.";
    say(world, out, { dpid, code: ReportCode.switchError, why, numbers: { id: event.id } });
    return true;
  }
  if (event.id !== adoption.barrier) return false;
  known.adoption = undefined;
  for (const cookie of adoption.cleanUp) {
    const why = "What is left of the earlier controller's flows is not needed any more.";
    out.push(deletion(world, dpid, cookie, CookieMask.connection, why));
  }
  return true;
}

/** Traps of an earlier epoch that were not replaced are of services that are no more. */
function removeOldTraps(world: World, dpid: bigint, flows: readonly ReportedFlow[], out: TrackerEffect[]): void {
  const own = trapCookie(world);
  const old = new Set(flows.map(({ cookie }) => cookie).filter((cookie) => isTrap(cookie) && cookie !== own));
  for (const cookie of old) {
    out.push(deletion(world, dpid, cookie, 0xffff_ffff_ffff_ffffn, "This trap is of an earlier controller."));
  }
}

function isTrap(cookie: bigint): boolean {
  return cookieParts(cookie).role === ConnectionRole.serviceTrap;
}
