/** All connections of all services through all switches. */
import type { JsonValue } from "../../ofp/json.ts";
import type { FlowKey } from "../../tcp/index.ts";
import { createFlowKey } from "../../tcp/index.ts";
import { sameKey } from "../connection.ts";
import { cookieParts } from "../cookie.ts";
import { ReportCode, type VerdictEvent } from "../machine/index.ts";
import { drained, select } from "../operation/target.ts";
import { adopted, adoptionLate } from "./adoption.ts";
import { advance, changeTargets } from "./advance.ts";
import { resolveTracker, type TrackedService, type TrackerConfig } from "./config.ts";
import type { TrackerEffect } from "./effect.ts";
import { answerName, clientName, type Entry } from "./entry.ts";
import { checkTrackerEvent, type DrainEvent, type TrackerEvent } from "./event.ts";
import { answered, askAgain } from "./question.ts";
import { say } from "./report.ts";
import { restoreWorld } from "./restore.ts";
import { route } from "./route.ts";
import { snapshotOf } from "./snapshot.ts";
import { count, statsOf, type TrackerStats } from "./stats.ts";
import { arrive, awayUntil, depart, giveUp, meet, probed } from "./switches.ts";
import { trapRefused, trapsAgain } from "./traps.ts";
import { type ConnectionView, viewOf } from "./view.ts";
import { createWorld, type World } from "./world.ts";

/** See {@link createTracker}. */
export interface Tracker {
  /**
   * Takes an event, and returns what is to be done, in order. Throws RangeError or TypeError for what is no event, and nothing for
   * whatever a network does.
   */
  readonly handle: (event: TrackerEvent) => readonly TrackerEffect[];
  /** When the next `timer` event is due, in milliseconds; undefined when none is. */
  readonly deadline: () => number | undefined;
  /** Everything that is tracked, as plain JSON. It holds clients' data: keep it as safe as their traffic. */
  readonly snapshot: () => JsonValue;
  /**
   * Goes on from a snapshot of a tracker with the same services and the same `cookie`; what was tracked until now is forgotten. What
   * has happened since it was taken is not known: give a `switchBack` event for every switch then, whose flows tell what has moved.
   * The clock of the events goes on. Throws WireError for what is no such snapshot, and nothing has changed then.
   */
  readonly restore: (snapshot: unknown) => void;
  /** How much is tracked now, and what has happened so far. */
  readonly stats: () => TrackerStats;
  /** Those that are tracked, the oldest first. */
  readonly connections: () => Iterable<ConnectionView>;
  /**
   * The connection with this key, from the client to the service, VLANs and all; undefined when none is tracked. Where services of
   * different switches share an address, it may be that of either.
   */
  readonly connection: (key: FlowKey) => ConnectionView | undefined;
}

/**
 * Follows all connections of all services. The caller gives it what the switches send and when time has passed, and does what it asks
 * for; which frame belongs to which connection, which connections are tracked, and which target gets them is decided here.
 *
 * - A switch that has come is a `switchBack` event: it is asked what it understands and which flows it has, and gets flows that show
 *   what concerns the services. Connections that an earlier controller moved go on by their flows; until these are known, a new
 *   connection is relayed to server 1. A `switchLost` event belongs before the next `switchBack` of the same switch, never behind it.
 * - What belongs to no service comes back as `unclaimed`, for whatever else the controller does.
 * - What there is no room for is relayed to server 1, and never dropped.
 *
 * Like `step`, it is a function of its events: the same events give the same effects.
 *
 * Throws RangeError or TypeError naming what is wrong with the configuration.
 *
 * @example
 * ```ts
 * const tracker = createTracker({
 *   secret: crypto.getRandomValues(new Uint8Array(32)),
 *   services: {
 *     web: {
 *       vip: { ip: "10.0.0.1", port: 80 },
 *       origin: { switchPort: 1 },
 *       targets: { spare: { switchPort: 2 } },
 *     },
 *   },
 * });
 * for (const effect of tracker.handle({ type: "switchBack", dpid: 1n, at: 0 })) send(effect);
 * ```
 */
export function createTracker(config: TrackerConfig): Tracker {
  const holder: { world?: World } = {};
  const here = (): World => {
    if (!holder.world) throw new TypeError("the tracker is not made yet");
    return holder.world;
  };
  const setup = resolveTracker(config, (name, service) => hooksOf(here, config, name, service));
  holder.world = createWorld(setup);
  return {
    handle(event) {
      const world = here();
      checkTrackerEvent(event, setup.services);
      const out: TrackerEffect[] = [];
      handle(world, event, out);
      count(world.counters, event, out);
      return out;
    },
    deadline: () => deadlineOf(here()),
    snapshot: () => snapshotOf(here()),
    restore(snapshot) {
      holder.world = restoreWorld(setup, here().counters, snapshot);
    },
    stats: () => statsOf(here().book, here().relayed, here().counters, setup.services),
    *connections() {
      for (const entry of here().book.byClient.values()) yield viewOf(entry);
    },
    connection(key) {
      const entry = entriesOf(here(), key).find(({ state }) => sameKey(state.connection.key, key));
      return entry && viewOf(entry);
    },
  };
}

type SetUpHooks = ReturnType<Parameters<typeof resolveTracker>[1]>;

function hooksOf(here: () => World, config: TrackerConfig, name: string, service: TrackedService): SetUpHooks {
  return {
    isTaken(key) {
      const { book, current } = here();
      const other = (entry: Entry | undefined): boolean => entry !== undefined && entry !== current;
      const dpid = current?.state.dpid ?? 0n;
      return other(book.byAnswer.get(answerName(dpid, key))) || (config.isTaken?.(key) ?? false);
    },
    chooseTarget: ({ key, named, at }) =>
      select({
        states: here().targets.get(name) ?? {},
        service: name,
        key,
        named,
        defaultTarget: service.defaultTarget,
        selectTarget: service.selectTarget,
        secret: here().setup.secret,
        at,
      }),
  };
}

function handle(world: World, event: TrackerEvent, out: TrackerEffect[]): void {
  switch (event.type) {
    case "packetIn":
      meet(world, event.dpid, event.at, out);
      route(world, event, out);
      return;
    case "verdict":
      decide(world, event, out);
      return;
    case "timer":
      passTime(world, event.at, out);
      return;
    case "drain":
      drain(world, event, out);
      return;
    case "switchBack":
      arrive(world, event, out);
      return;
    case "switchLost":
      depart(world, event, out);
      return;
    default:
      answer(world, event, out);
  }
}

type Answer = Extract<TrackerEvent, { readonly type: "error" | "barrierReply" | "flowStats" | "flowRemoved" }>;

/** What a switch says about something that it was sent. */
function answer(world: World, event: Answer, out: TrackerEffect[]): void {
  const known = world.switches.get(event.dpid);
  if (known && event.type !== "flowRemoved") {
    if (event.type === "flowStats") {
      if (answered(world, known, event, out)) return;
    } else if (probed(world, known, event, out) || adopted(world, known, event, out)) return;
    if (event.type === "error" && trapRefused(world, known, event, out)) return;
  }
  const { byId, byNumber } = world.book;
  const serial = event.type === "flowRemoved" ? ownSerial(world, event.cookie) : undefined;
  const entry =
    event.type !== "flowRemoved" ? byId.get(event.id) : serial === undefined ? undefined : byNumber.get(serial);
  if (entry?.state.dpid === event.dpid) {
    advance(world, entry, event, out);
    return;
  }
  if (serial !== undefined && world.relayed.flowsEnded(serial)) return;
  world.counters.unexpected += 1;
  if (event.type !== "error") return;
  const { dpid, id, errorType, code } = event;
  const why = "The switch refuses a message that no connection waits for.";
  say(world, out, { dpid, code: ReportCode.switchError, why, numbers: { id, errorType, code } });
}

/** The number of a connection in a cookie, if it is one of this controller's. */
function ownSerial({ setup }: World, cookie: bigint): number | undefined {
  const { tag, epoch, connection } = cookieParts(cookie);
  return tag === setup.cookie.tag && epoch === setup.cookie.epoch ? connection : undefined;
}

function decide(world: World, event: VerdictEvent, out: TrackerEffect[]): void {
  const verdict = { ...event.verdict, key: createFlowKey(event.verdict.key) };
  const { key, generation } = verdict;
  const meant = entriesOf(world, key);
  // A key does not tell the switch, but no two connections have the same generation.
  const entry = meant.find(({ state }) => state.generation === generation) ?? meant.find(isHeld) ?? meant[0];
  if (entry) {
    advance(world, entry, { ...event, verdict }, out);
    return;
  }
  const why = "The verdict is about no connection that is tracked.";
  say(world, out, { dpid: 0n, code: ReportCode.verdictStale, why });
}

/** Connections of these addresses and ports; only services of different switches have several. */
function entriesOf({ setup, book }: World, key: FlowKey): readonly Entry[] {
  return setup.services.flatMap(({ name, vip }) => {
    const entry = vip.ip === key.dst && vip.port === key.dstPort && book.byClient.get(clientName(name, key));
    return entry ? [entry] : [];
  });
}

function isHeld({ state }: Entry): boolean {
  return state.phase === "hold";
}

function drain(world: World, { service, target, draining }: DrainEvent, out: TrackerEffect[]): void {
  changeTargets(world, service, 0n, out, (states) => drained(states, target, draining));
  const why = draining
    ? `${target} of ${service} gets no more connections; those that it has stay.`
    : `${target} of ${service} takes connections again.`;
  say(world, out, { dpid: 0n, code: ReportCode.draining, why, numbers: { draining: Number(draining) } });
}

/** One connection may have several things due at once, but not without end. */
const STEPS_AT_ONCE = 16;

function passTime(world: World, at: number, out: TrackerEffect[]): void {
  for (const known of world.switches.values()) {
    probed(world, known, { type: "timer", at }, out);
    askAgain(world, known, at, out);
    adoptionLate(world, known, at, out);
    trapsAgain(world, known, at, out);
    giveUp(world, known, at, out);
  }
  world.relayed.expire(at);
  const { deadlines } = world.book;
  const due: Entry[] = [];
  for (let entry = deadlines.first(); entry && entry.due <= at; entry = deadlines.first()) {
    due.push(entry);
    deadlines.schedule(entry, undefined);
  }
  for (const entry of due) {
    for (let steps = 0; steps < STEPS_AT_ONCE; steps += 1) {
      if (world.book.byClient.get(entry.name) !== entry) break;
      advance(world, entry, { type: "timer", at }, out);
      if (entry.slot === -1 || entry.due > at) break;
    }
  }
}

function deadlineOf(world: World): number | undefined {
  const { book, switches, relayed } = world;
  let first = book.deadlines.first()?.due;
  const note = (time: number | undefined): void => {
    if (time !== undefined && (first === undefined || time < first)) first = time;
  };
  note(relayed.deadline());
  for (const known of switches.values()) {
    const { probe, question, adoption, traps } = known;
    note(probe?.deadline);
    note(question && !question.flows ? question.deadline : undefined);
    note(adoption?.deadline);
    note(traps?.again);
    note(awayUntil(world, known));
  }
  return first;
}
