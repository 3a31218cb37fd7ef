/** All connections, under everything by which they are looked up. */
import type { Connection } from "../connection.ts";
import type { DataPlane } from "../data-plane/index.ts";
import type { Settings } from "../machine/config.ts";
import { type ConnectionState, deadline } from "../machine/index.ts";
import { type Bag, createBag } from "./bag.ts";
import type { ServiceSetup } from "./config.ts";
import {
  answersOf,
  clientName,
  type Entry,
  isHalfOpen,
  serialsOf,
  serversOf,
  sourceOf,
  type Weight,
  weightless,
  weightOf,
} from "./entry.ts";
import { createDeadlineHeap, type DeadlineHeap } from "./heap.ts";
import { createHosts, type Hosts } from "./hosts.ts";

/** How many ids are remembered of one connection; a connection waits for few answers at a time. */
const MAX_SENT = 64;

/** See the functions of this file: nobody else changes it. */
export interface Book {
  /** See {@link clientName}. */
  readonly byClient: Map<string, Entry>;
  /** See {@link answerName}. */
  readonly byAnswer: Map<string, Entry>;
  /** By the numbers in its cookies. */
  readonly byNumber: Map<number, Entry>;
  /** By the ids of what was sent for it. */
  readonly byId: Map<number, Entry>;
  readonly bySwitch: Map<bigint, Set<Entry>>;
  readonly deadlines: DeadlineHeap<Entry>;
  readonly halfOpen: Bag<Entry>;
  readonly bySource: Map<string, Bag<Entry>>;
  readonly hosts: Hosts;
  /** Numbers that were given up while a switch was asked for its flows: what it reports of them is deleted by now. */
  released: Set<number> | undefined;
  /** Of all connections together. */
  weight: Weight;
  nextOrdinal: number;
}

export function createBook(): Book {
  return {
    byClient: new Map(),
    byAnswer: new Map(),
    byNumber: new Map(),
    byId: new Map(),
    bySwitch: new Map(),
    deadlines: createDeadlineHeap(),
    halfOpen: createBag(),
    bySource: new Map(),
    hosts: createHosts(),
    released: undefined,
    weight: weightless,
    nextOrdinal: 0,
  };
}

/** A connection that is in no book yet. */
export function newEntry(book: Book, service: ServiceSetup, plane: DataPlane, state: ConnectionState): Entry {
  const { key, client } = state.connection;
  return {
    service,
    name: clientName(service.name, key),
    plane,
    source: sourceOf(client.ip),
    state,
    weight: weightless,
    servers: [],
    answers: [],
    shown: undefined,
    serials: [],
    sent: new Set(),
    due: 0,
    ordinal: book.nextOrdinal,
    slot: -1,
  };
}

/** Writes a connection down as it is now. One that is dead is forgotten, and everything about it. */
export function settle(book: Book, entry: Entry, state: ConnectionState): void {
  if (state.phase === "dead") {
    entry.state = state;
    forget(book, entry);
    return;
  }
  const known = book.byClient.get(entry.name) === entry;
  if (!known) enter(book, entry);
  const before = entry.state;
  entry.state = state;
  noteHost(book, entry, isProven(state) ? state.connection : undefined);
  if (!known || before.held !== state.held || before.candidates !== state.candidates || before.phase !== state.phase) {
    reweigh(book, entry, weightOf(state));
  }
  indexAnswers(book, entry, entry.service.settings);
  indexNumbers(book, entry);
  book.deadlines.schedule(entry, deadline(state, entry.service.config));
}

function enter(book: Book, entry: Entry): void {
  book.nextOrdinal = Math.max(book.nextOrdinal, entry.ordinal + 1);
  book.byClient.set(entry.name, entry);
  const { dpid } = entry.state;
  const there = book.bySwitch.get(dpid);
  if (there) there.add(entry);
  else book.bySwitch.set(dpid, new Set([entry]));
}

/** Takes a connection out, and everything about it. */
export function forget(book: Book, entry: Entry): void {
  if (book.byClient.get(entry.name) !== entry) return;
  book.byClient.delete(entry.name);
  noteHost(book, entry, undefined);
  const { dpid } = entry.state;
  const there = book.bySwitch.get(dpid);
  there?.delete(entry);
  if (there?.size === 0) book.bySwitch.delete(dpid);
  reweigh(book, entry, weightless);
  for (const answer of entry.answers) release(book.byAnswer, answer, entry);
  for (const number of entry.serials) giveUp(book, entry, number);
  for (const id of entry.sent) release(book.byId, id, entry);
  entry.sent.clear();
  book.deadlines.schedule(entry, undefined);
}

/** Where a client is, is known only from one that has answered what was sent there. */
function isProven(state: ConnectionState): boolean {
  return !isHalfOpen(state) && (state.serverIsn !== undefined || state.recovered !== undefined);
}

function noteHost({ hosts }: Book, entry: Entry, shown: Connection | undefined): void {
  if (entry.shown === shown) return;
  if (entry.shown) hosts.delete(entry.shown);
  if (shown) hosts.add(shown);
  entry.shown = shown;
}

function release<K>(map: Map<K, Entry>, key: K, entry: Entry): void {
  if (map.get(key) === entry) map.delete(key);
}

function reweigh(book: Book, entry: Entry, weight: Weight): void {
  const before = entry.weight;
  const all = book.weight;
  entry.weight = weight;
  book.weight = {
    halfOpen: all.halfOpen + weight.halfOpen - before.halfOpen,
    heldBytes: all.heldBytes + weight.heldBytes - before.heldBytes,
    heldSegments: all.heldSegments + weight.heldSegments - before.heldSegments,
    candidates: all.candidates + weight.candidates - before.candidates,
  };
  if (weight.halfOpen === before.halfOpen) return;
  if (weight.halfOpen > 0 && isHalfOpen(entry.state)) {
    book.halfOpen.add(entry);
    const same = book.bySource.get(entry.source) ?? createBag<Entry>();
    same.add(entry);
    book.bySource.set(entry.source, same);
  } else {
    book.halfOpen.delete(entry);
    const same = book.bySource.get(entry.source);
    same?.delete(entry);
    if (same?.size === 0) book.bySource.delete(entry.source);
  }
}

function indexAnswers(book: Book, entry: Entry, settings: Settings): void {
  const servers = serversOf(entry.state);
  if (entry.answers.length > 0 && isSame(servers, entry.servers)) return;
  const answers = answersOf(entry.state, settings);
  for (const answer of entry.answers) {
    if (!answers.includes(answer)) release(book.byAnswer, answer, entry);
  }
  for (const answer of answers) {
    if (!book.byAnswer.has(answer)) book.byAnswer.set(answer, entry);
  }
  entry.servers = servers;
  entry.answers = answers;
}

function indexNumbers(book: Book, entry: Entry): void {
  const serials = serialsOf(entry.state);
  if (isSame(serials, entry.serials)) return;
  for (const number of entry.serials) if (!serials.includes(number)) giveUp(book, entry, number);
  for (const number of serials) book.byNumber.set(number, entry);
  entry.serials = serials;
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function giveUp(book: Book, entry: Entry, number: number): void {
  if (book.byNumber.get(number) !== entry) return;
  book.byNumber.delete(number);
  book.released?.add(number);
}

/** Remembers an id, so that its answer finds the connection. */
export function remember(book: Book, entry: Entry, id: number): void {
  entry.sent.add(id);
  book.byId.set(id, entry);
  if (entry.sent.size <= MAX_SENT) return;
  const { pending, late, asked } = entry.state;
  const awaited = [pending?.barrier, late?.barrier, asked];
  for (const old of entry.sent) {
    if (awaited.includes(old)) continue;
    unlearn(book, entry, old);
    return;
  }
}

/** A barrier is answered: what was sent for the connection up to it has been done, and no error will come of it. */
export function confirm(book: Book, entry: Entry, barrier: number): void {
  for (const id of [...entry.sent]) {
    unlearn(book, entry, id);
    if (id === barrier) return;
  }
}

export function unlearn(book: Book, entry: Entry, id: number): void {
  entry.sent.delete(id);
  release(book.byId, id, entry);
}
