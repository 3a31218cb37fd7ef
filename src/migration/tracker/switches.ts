/** Switches that come, go, and say what they understand. */
import { type Ability, beginProbe, type ProbeEvent, probeStep } from "../data-plane/index.ts";
import { ReportCode, type SwitchEvent } from "../machine/index.ts";
import { advance } from "./advance.ts";
import { forget, unlearn } from "./book.ts";
import type { TrackerEffect } from "./effect.ts";
import type { Entry } from "./entry.ts";
import { isUncommitted, isUnderWay } from "./phases.ts";
import { decidedPlane, samePlane, toldPlane } from "./plane.ts";
import { ask, closeQuestion, settleQuestion } from "./question.ts";
import { say } from "./report.ts";
import { sendTraps } from "./traps.ts";
import { leapSerial, type Switch, switchOf, type World } from "./world.ts";

/** Asks what a switch of which nothing was heard understands. */
export function meet(world: World, dpid: bigint, at: number, out: TrackerEffect[]): void {
  if (world.switches.has(dpid)) return;
  probe(world, switchOf(world, dpid), at, out);
}

/** A switch has come, for the first time or again: it may have been restarted, and so may the controller. */
export function arrive(world: World, event: SwitchEvent, out: TrackerEffect[]): void {
  const { dpid, at } = event;
  const isNew = !world.switches.has(dpid);
  const known = switchOf(world, dpid);
  // A new channel ends the one before: what was under way there is lost.
  if (!isNew && known.lostAt === undefined) depart(world, { ...event, type: "switchLost" }, out);
  known.lostAt = undefined;
  leapSerial(world, at);
  probe(world, known, at, out);
  sendTraps(world, known, out);
  const effects: TrackerEffect[] = [];
  const waiting = new Map<number, Entry>();
  for (const entry of entriesAt(world, dpid)) {
    // A hand-over may have gone further than is known, and goes on only when the flows are.
    if (isUnderWay(entry.state)) continue;
    advance(world, entry, event, effects);
    const { asked } = entry.state;
    if (asked !== undefined) waiting.set(asked, entry);
  }
  // One question for all flows takes the place of one for each connection.
  for (const effect of effects) if (effect.type !== "flowStats") out.push(effect);
  ask(world, known, at, waiting, out);
}

/** The channel to a switch broke: no answer will come. */
export function depart(world: World, event: SwitchEvent, out: TrackerEffect[]): void {
  const known = switchOf(world, event.dpid);
  forgetAnswers(world, known);
  known.lostAt ??= event.at;
  for (const entry of entriesAt(world, event.dpid)) advance(world, entry, event, out);
}

/** When a switch is given up, if it does not come back. */
export function awayUntil({ setup }: World, { lostAt }: Switch): number | undefined {
  return lostAt === undefined ? undefined : lostAt + setup.awayMs;
}

/** A switch has been away for long. Should it come again, what still moves there is found again by its flows. */
export function giveUp(world: World, known: Switch, at: number, out: TrackerEffect[]): void {
  const until = awayUntil(world, known);
  if (until === undefined || at < until) return;
  const entries = entriesAt(world, known.dpid);
  for (const entry of entries) forget(world.book, entry);
  world.relayed.keepFlows(known.dpid, new Set());
  world.switches.delete(known.dpid);
  const why = "The switch has been away for long: its connections are not tracked any more.";
  const numbers = { connections: entries.length };
  say(world, out, { dpid: known.dpid, code: ReportCode.switchLost, why, numbers });
}

function entriesAt({ book }: World, dpid: bigint): readonly Entry[] {
  return [...(book.bySwitch.get(dpid) ?? [])];
}

function forgetAnswers(world: World, known: Switch): void {
  known.probe = undefined;
  known.adoption = undefined;
  known.traps = undefined;
  closeQuestion(world, known);
  for (const entry of entriesAt(world, known.dpid)) {
    for (const id of [...entry.sent]) unlearn(world.book, entry, id);
  }
}

function metersOf({ setup }: World): ReadonlySet<number> {
  return new Set(
    setup.services.flatMap(({ settings: { policy } }) => (policy.guardMeter === undefined ? [] : [policy.guardMeter])),
  );
}

function probe(world: World, known: Switch, at: number, out: TrackerEffect[]): void {
  const { setup } = world;
  const told = toldPlane(setup);
  if (told) {
    known.plane = told;
    return;
  }
  const meters = metersOf(world);
  const [guardMeter] = meters;
  const abilities: readonly Ability[] = [
    "tcpFlags",
    ...(setup.dataPlane === "probe" ? (["actions"] as const) : []),
    ...(setup.bundles === "probe" ? (["bundles"] as const) : []),
    ...(meters.size === 1 ? (["meter"] as const) : []),
  ];
  const begun = beginProbe({
    dpid: known.dpid,
    at,
    firstId: world.nextId,
    abilities,
    cookie: setup.cookie,
    ...(guardMeter !== undefined && { guardMeter }),
  });
  known.probe = begun.state;
  world.nextId = begun.state.nextId;
  for (const effect of begun.effects) out.push(effect);
}

/** Whether the event was an answer to the probe, or ended it. */
export function probed(world: World, known: Switch, event: ProbeEvent, out: TrackerEffect[]): boolean {
  const { probe: before } = known;
  if (!before) return false;
  const after = probeStep(before, event);
  if (after === before) return false;
  known.probe = after;
  if (after.result) {
    known.probe = undefined;
    const plane = decidedPlane(after.result, world.setup, metersOf(world).size === 1);
    const { answered, actions, bundles, tcpFlags, meter } = plane;
    const numbers = {
      answered: Number(answered),
      actions: Number(actions),
      bundles: Number(bundles),
      tcpFlags: Number(tcpFlags),
      meter: Number(meter),
    };
    const who = actions ? "the switch shifts the numbers" : "the numbers are shifted here";
    const why = answered ? `The switch has answered: ${who}.` : `The switch does not answer: ${who}.`;
    say(world, out, { dpid: known.dpid, code: ReportCode.dataPlane, why, numbers });
    known.plane = samePlane(plane, known.plane) ? known.plane : plane;
    for (const entry of entriesAt(world, known.dpid)) if (isUndecided(entry)) entry.plane = known.plane;
    settleQuestion(world, known, event.at, out);
  }
  return true;
}

/** Whether the connection has no flow that depends on what the switch does. */
function isUndecided({ state }: Entry): boolean {
  return !state.inSwitch && state.late === undefined && isUncommitted(state);
}
