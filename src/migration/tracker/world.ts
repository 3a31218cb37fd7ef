/** Everything that a tracker remembers. */
import { seqAdd } from "../../tcp/seq.ts";
import type { DataPlane, ProbeState } from "../data-plane/index.ts";
import type { ReportedFlow } from "../machine/index.ts";
import type { Bucket } from "../machine/state.ts";
import { freshTargets, type TargetStates } from "../operation/target.ts";
import { keyedNumber } from "../secret.ts";
import { type Book, createBook } from "./book.ts";
import type { TrackerSetup } from "./config.ts";
import { createDirectory, type Directory } from "./directory.ts";
import type { Entry } from "./entry.ts";
import { type Configurations, toldPlane, unansweredPlane } from "./plane.ts";
import { createRelayedTable, type RelayedTable } from "./relayed.ts";
import { type Counters, createCounters } from "./stats.ts";

/** The question for all flows with the tag, which the switch has not answered. */
export interface Question {
  /** It may have been asked more than once. */
  readonly ids: ReadonlySet<number>;
  /** When it is asked again. */
  readonly deadline: number;
  readonly tries: number;
  /** Connections that wait for their own part of the answer, by the id that each of them asked with. */
  readonly waiting: ReadonlyMap<number, Entry>;
  /** The answer, which waits until it is known what the switch understands. */
  readonly flows: readonly ReportedFlow[] | undefined;
}

/** Flows that are sent again under new cookies, and what is to be deleted when that has worked. */
export interface Adoption {
  /** Number of the connection, by the id of the flow. */
  readonly flows: ReadonlyMap<number, number>;
  readonly barrier: number;
  /** When nobody waits for the barrier any more. */
  readonly deadline: number;
  /** Cookies of sets of flows that are left over. */
  readonly cleanUp: readonly bigint[];
}

/** Flows that show what concerns a service, as they were sent last. */
export interface SentTraps {
  readonly ids: ReadonlySet<number>;
  /** When to send them again, because the switch has refused one. */
  readonly again: number | undefined;
  /** How often they were sent again already. */
  readonly tries: number;
}

/** One switch. */
export interface Switch {
  readonly dpid: bigint;
  /** When its channel broke; undefined while it is there. */
  lostAt: number | undefined;
  plane: DataPlane;
  probe: ProbeState | undefined;
  question: Question | undefined;
  adoption: Adoption | undefined;
  traps: SentTraps | undefined;
  /** Numbers of sets of flows in it that belong to no connection: none may get them. */
  strange: ReadonlySet<number>;
}

/** See the functions of this folder: they alone change it. */
export interface World {
  readonly setup: TrackerSetup;
  readonly directory: Directory;
  readonly configurations: Configurations;
  readonly counters: Counters;
  readonly book: Book;
  readonly relayed: RelayedTable;
  readonly switches: Map<bigint, Switch>;
  /** By service. */
  readonly targets: Map<string, TargetStates>;
  nextId: number;
  nextSerial: number;
  /** The highest generation of any connection. */
  generation: number;
  /** How often something was drawn at random. */
  draws: number;
  resets: Bucket | undefined;
  /** The connection whose step is under way. */
  current: Entry | undefined;
}

export function createWorld(setup: TrackerSetup, counters: Counters = createCounters()): World {
  return {
    setup,
    directory: createDirectory(setup.services),
    configurations: new Map(),
    counters,
    book: createBook(),
    relayed: createRelayedTable(setup.budgets.relayed, carriedMs(setup)),
    switches: new Map(),
    targets: new Map(setup.services.map(({ name, settings }) => [name, freshTargets(Object.keys(settings.targets))])),
    nextId: 1,
    nextSerial: keyedNumber(setup.secret, "serial", String(setup.cookie.epoch)),
    generation: 0,
    draws: 0,
    resets: undefined,
    current: undefined,
  };
}

/** The id of the next effect. */
export function takeId(world: World): number {
  const id = world.nextId;
  world.nextId = seqAdd(id, 1);
  return id;
}

/** A step takes no more numbers than this. */
const SERIALS_PER_STEP = 4;

/** The number of the next set of flows: some that nobody has. */
export function freeSerial(world: World): number {
  const isUsed = (serial: number): boolean => {
    // Flows of no connection have 0.
    if (serial === 0 || world.book.byNumber.has(serial) || world.relayed.hasSerial(serial)) return true;
    for (const { strange } of world.switches.values()) if (strange.has(serial)) return true;
    return false;
  };
  let first = world.nextSerial;
  for (let free = 0; free < SERIALS_PER_STEP; free += 1) {
    if (!isUsed(seqAdd(first, free))) continue;
    first = seqAdd(first, free + 1);
    free = -1;
  }
  return first;
}

/** Takes one of them. */
export function takeSerial(world: World): number {
  const serial = freeSerial(world);
  world.nextSerial = seqAdd(serial, 1);
  return serial;
}

/**
 * Goes on with other numbers. What a switch has of an earlier controller of this epoch, or of this one after the moment of a snapshot,
 * is not known yet, and has hardly these.
 */
export function leapSerial(world: World, at: number): void {
  const { setup, nextSerial } = world;
  world.nextSerial = keyedNumber(setup.secret, "serial", `${setup.cookie.epoch} ${nextSerial} ${at}`);
}

/** A u32 that nobody can foretell. */
export function draw(world: World): number {
  world.draws += 1;
  return keyedNumber(world.setup.secret, "draw", String(world.draws));
}

/** The switch, which is new when nothing was heard of it. */
export function switchOf(world: World, dpid: bigint): Switch {
  let known = world.switches.get(dpid);
  if (!known) {
    known = newSwitch(dpid, toldPlane(world.setup) ?? unansweredPlane);
    world.switches.set(dpid, known);
  }
  return known;
}

export function newSwitch(dpid: bigint, plane: DataPlane): Switch {
  return {
    dpid,
    lostAt: undefined,
    plane,
    probe: undefined,
    question: undefined,
    adoption: undefined,
    traps: undefined,
    strange: new Set(),
  };
}

/** The Ethernet address of a host: what the caller knows, or what the client of a connection has shown. */
export function macOf({ setup, book }: World, ip: string, vlans: readonly number[]): string | undefined {
  return setup.macOf(ip, vlans) ?? book.hosts.macOf(ip, vlans);
}

/** How long flows stay that carry nothing; what no timeout ends is believed in for a day. */
function carriedMs({ services }: TrackerSetup): number {
  const seconds = services.map(({ settings }) => settings.policy.idleSeconds);
  return 1000 * (seconds.includes(0) ? DAY : Math.max(...seconds));
}

const DAY = 86_400;
