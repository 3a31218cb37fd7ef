/** One step of one tracked connection, and everything of the tracker that depends on it. */
import { Port } from "../../ofp/index.ts";
import { decodeFrame, TcpFlags } from "../../tcp/index.ts";
import {
  type ConnectionConfig,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  ReportCode,
  type StepResult,
} from "../machine/index.ts";
import { withoutToken } from "../machine/reset.ts";
import { stepChecked } from "../machine/step.ts";
import { attemptsOf } from "../operation/outcome.ts";
import { attempted, resolved, type TargetStates } from "../operation/target.ts";
import { confirm, remember, settle, unlearn } from "./book.ts";
import type { Subject, TrackerEffect } from "./effect.ts";
import { type Entry, weightOf } from "./entry.ts";
import { configFor } from "./plane.ts";
import { say } from "./report.ts";
import { freeSerial, type World } from "./world.ts";

export function subjectOf({ service, state }: Entry): Subject {
  return { service: service.name, key: state.connection.key, generation: state.generation };
}

/** Gives a connection an event. What it asks for is added to `out`. */
export function advance(world: World, entry: Entry, event: ConnectionEvent, out: TrackerEffect[]): void {
  const config = configFor(world.configurations, entry.service, entry.plane);
  const before = entry.state;
  const numbered = { ...before, nextId: world.nextId, nextSerial: freeSerial(world) };
  const stepped = stepOf(world, entry, numbered, event, config);
  const { state, effects } = numberedAnew(world, before, withinBudget(world, entry, event, stepped, config, out));
  if (!state) return;
  world.nextId = state.nextId;
  world.nextSerial = state.nextSerial;
  world.generation = Math.max(world.generation, state.generation);
  settle(world.book, entry, state);
  if (event.type === "barrierReply") confirm(world.book, entry, event.id);
  else if (event.type === "flowStats") unlearn(world.book, entry, event.id);
  issue(world, entry, effects, event.at, out);
  noteAttempts(world, entry, before, effects, event, out);
}

function stepOf(
  world: World,
  entry: Entry,
  state: ConnectionState,
  event: ConnectionEvent,
  config: ConnectionConfig,
): StepResult {
  world.current = entry;
  try {
    return stepChecked(state, event, config);
  } finally {
    world.current = undefined;
  }
}

/** A connection counts its own generations; no two of all connections may have the same. */
function numberedAnew(world: World, before: ConnectionState, stepped: StepResult): StepResult {
  const { state, effects } = stepped;
  if (!state || state.generation === before.generation || state.generation > world.generation) return stepped;
  const generation = world.generation + 1;
  return {
    state: { ...state, generation },
    effects: effects.map((effect) => (effect.type === "inspect" ? { ...effect, generation } : effect)),
  };
}

/** What of a step counts: nothing of one that would hold too much. */
function withinBudget(
  world: World,
  entry: Entry,
  event: ConnectionEvent,
  stepped: StepResult,
  config: ConnectionConfig,
  out: TrackerEffect[],
): StepResult {
  const { state, effects } = stepped;
  if (!state || event.type !== "packetIn" || !isTooMuch(world, entry, state, 1)) return stepped;
  const about = { dpid: event.dpid, code: ReportCode.heldBudget, about: subjectOf(entry) };
  if (state.shadow) {
    // What is held in shadow mode is a copy of what is relayed.
    world.nextId = state.nextId;
    say(world, out, { ...about, why: "All that is held reaches its bound: this segment is relayed, and not shown." });
    return {
      state: { ...state, nextId: world.nextId, held: entry.state.held },
      effects: effects.filter(({ type }) => type !== "inspect"),
    };
  }
  const { heldSegments } = world.book.weight;
  // A segment that is larger than the bound must not wait for ever.
  const isLate = heldSegments > 0 && isTooMuch(world, entry, state, OVERRUN);
  if (entry.state.held.length > 0 || state.phase !== "hold" || isLate) {
    const why = "All that is held reaches its bound: drop this segment, its client sends it again.";
    say(world, out, { ...about, why });
    return { state: undefined, effects: [] };
  }
  // Its first data need not wait for a verdict: server 1 gets it as soon as the switch can carry it.
  const why = "All that is held reaches its bound: this connection goes to server 1 without a verdict.";
  say(world, out, { ...about, why });
  const { key } = state.connection;
  const verdict = { type: "verdict", at: event.at, verdict: { action: "forward", key } } as const;
  const decided = stepOf(
    world,
    entry,
    { ...entry.state, nextId: world.nextId, nextSerial: state.nextSerial },
    verdict,
    config,
  );
  const forwarded = stepOf(world, entry, decided.state ?? entry.state, event, config);
  return { state: forwarded.state, effects: [...decided.effects, ...forwarded.effects] };
}

/** What waits only for the switch may go beyond the bound by this factor. */
const OVERRUN = 2;

/** Whether holding what `state` holds goes beyond what all connections together may hold. */
function isTooMuch({ book, setup }: World, { weight }: Entry, state: ConnectionState, factor: number): boolean {
  if (state.held.length <= weight.heldSegments) return false;
  const after = weightOf(state);
  const { heldBytes, heldSegments } = setup.budgets;
  return (
    book.weight.heldBytes - weight.heldBytes + after.heldBytes > factor * heldBytes ||
    book.weight.heldSegments - weight.heldSegments + after.heldSegments > factor * heldSegments
  );
}

/** Hands on what a connection asks for, and remembers what the switch will answer. */
export function issue(
  world: World,
  entry: Entry,
  effects: readonly ConnectionEffect[],
  at: number,
  out: TrackerEffect[],
): void {
  passOn(world, effects, at, out, subjectOf(entry));
  if (world.book.byClient.get(entry.name) !== entry) return;
  for (const effect of effects) if (isAnswered(effect)) remember(world.book, entry, effect.id);
}

/** Hands on all effects but the resets that are too many. */
export function passOn(
  world: World,
  effects: readonly ConnectionEffect[],
  at: number,
  out: TrackerEffect[],
  about?: Subject,
): void {
  for (const effect of effects) {
    const subject = about && { about };
    if (maySend(world, effect, at)) {
      out.push({ ...effect, ...subject });
    } else {
      const { id, dpid } = effect;
      const why = "Too many resets in all: this one is not sent.";
      out.push({ type: "report", id, dpid, why, code: ReportCode.resetLimit, numbers: {}, reasons: [], ...subject });
    }
  }
}

function isAnswered({ type }: ConnectionEffect): boolean {
  return type === "flowMod" || type === "bundle" || type === "barrier" || type === "flowStats";
}

/** A token for every RST of the planner's own. */
function maySend(world: World, effect: ConnectionEffect, at: number): boolean {
  if (effect.type !== "packetOut" || effect.message.inPort !== Port.controller) return true;
  const { tcp } = decodeFrame(effect.message.data);
  if (!tcp || (tcp.flags & TcpFlags.rst) === 0) return true;
  const { budgets } = world.setup;
  const left = withoutToken(world.resets ?? { tokens: budgets.resetBurst, at }, at, budgets);
  world.resets = left ?? world.resets;
  return left !== undefined;
}

function noteAttempts(
  world: World,
  { service, state }: Entry,
  before: ConnectionState,
  effects: readonly ConnectionEffect[],
  { at }: ConnectionEvent,
  out: TrackerEffect[],
): void {
  for (const attempt of attemptsOf(before, state, effects)) {
    const { breaker } = world.setup;
    changeTargets(world, service.name, state.dpid, out, (states) =>
      attempt.type === "begun"
        ? attempted(states, attempt.target, at, breaker)
        : resolved(states, attempt.target, attempt.outcome, at, breaker),
    );
  }
}

/** Changes what is known of a service's targets, and tells when one is left alone from now on, or no more. */
export function changeTargets(
  world: World,
  service: string,
  dpid: bigint,
  out: TrackerEffect[],
  change: (states: TargetStates) => TargetStates,
): void {
  const before = world.targets.get(service) ?? {};
  const after = change(before);
  if (after === before) return;
  world.targets.set(service, after);
  for (const [name, { breaker }] of Object.entries(after)) {
    const was = before[name]?.breaker.state;
    if (was === breaker.state) continue;
    if (breaker.state === "open") {
      const why = `${name} of ${service} has failed too often: no connection is sent there for a while.`;
      say(world, out, { dpid, code: ReportCode.breakerOpened, why, numbers: { until: breaker.until } });
    } else if (breaker.state === "closed" && was !== undefined) {
      const why = `${name} of ${service} takes connections again.`;
      say(world, out, { dpid, code: ReportCode.breakerClosed, why });
    }
  }
}
