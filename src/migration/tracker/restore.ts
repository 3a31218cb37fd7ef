/** A tracker's memory from JSON: all of it, or a WireError that says what is wrong. */
import { valueFromJSON } from "../../ofp/json.ts";
import { part } from "../../ofp/part.ts";
import { quote, WireError } from "../../wire/index.ts";
import type { Ability, DataPlane, ProbeState } from "../data-plane/index.ts";
import type { Bucket } from "../machine/state.ts";
import type { Breaker, TargetState, TargetStates } from "../operation/index.ts";
import { stateShape } from "../recovery/connection-json.ts";
import { reportedFlow } from "../recovery/flow-shape.ts";
import {
  count,
  flag,
  list,
  moment,
  object,
  oneOf,
  perhaps,
  record,
  type Shape,
  text,
  u32,
  u64,
  uint,
} from "../recovery/shape.ts";
import { connection } from "../recovery/state-shape.ts";
import type { Bag } from "./bag.ts";
import { newEntry, remember, settle } from "./book.ts";
import type { Claim } from "./claims.ts";
import type { TrackerSetup } from "./config.ts";
import type { Entry } from "./entry.ts";
import type { Answer } from "./record.ts";
import type { NotedRelayed } from "./relayed.ts";
import type { SavedConnection, SavedSwitch, Snapshot } from "./snapshot.ts";
import type { Counters } from "./stats.ts";
import { createWorld, type World } from "./world.ts";

const plane = object<DataPlane>({ answered: flag, actions: flag, bundles: flag, tcpFlags: flag, meter: flag });
const ability = oneOf<Ability>(["actions", "bundles", "tcpFlags", "meter"]);

const probe = object<ProbeState>({
  dpid: u64,
  asked: list(object({ id: u32, ability })),
  refused: list(ability),
  committed: flag,
  barrier: u32,
  deadline: moment,
  nextId: u32,
  result: perhaps(plane),
});

const idAndSerial: Shape<readonly [number, number]> = {
  read(value) {
    const [id, serial, ...more] = list(u32).read(value);
    if (id === undefined || serial === undefined || more.length > 0) {
      throw new WireError("badValue", "this is no pair of an id and a number", 0);
    }
    return [id, serial];
  },
};

const savedSwitch = object<SavedSwitch>({
  dpid: u64,
  lostAt: perhaps(moment),
  plane,
  probe: perhaps(probe),
  question: perhaps(
    object<NonNullable<SavedSwitch["question"]>>({
      ids: list(u32),
      deadline: moment,
      tries: count,
      waiting: list(u32),
      flows: perhaps(list(reportedFlow)),
    }),
  ),
  adoption: perhaps(
    object<NonNullable<SavedSwitch["adoption"]>>({
      flows: list(idAndSerial),
      barrier: u32,
      deadline: moment,
      cleanUp: list(u64),
    }),
  ),
  traps: perhaps(object<NonNullable<SavedSwitch["traps"]>>({ ids: list(u32), again: perhaps(moment), tries: count })),
  strange: list(u32),
});

const until = moment;
const breakers = {
  closed: object<Breaker & { readonly state: "closed" }>({ state: oneOf(["closed"]), failures: count }),
  open: object<Breaker & { readonly state: "open" }>({ state: oneOf(["open"]), until }),
  trial: object<Breaker & { readonly state: "trial" }>({ state: oneOf(["trial"]), until }),
};
const kind = oneOf(["closed", "open", "trial"]);
const breaker: Shape<Breaker> = {
  read: (value) =>
    breakers[part("state", () => kind.read(new Map(Object.entries(value ?? {})).get("state")))].read(value),
};
const targets: Shape<TargetStates> = record(object<TargetState>({ draining: flag, breaker }));

const claim = object<Claim>({
  service: text,
  clientPort: u32,
  connection,
  isns: list(u32),
  ends: list(u32),
});

const relayed = object<NotedRelayed>({
  name: text,
  relayed: object<NotedRelayed["relayed"]>({
    dpid: u64,
    service: perhaps(text),
    client: perhaps(claim),
    claims: list(claim),
    answer: perhaps(object<Answer>({ seq: u32, ack: u32 })),
    serial: perhaps(u32),
  }),
  at: moment,
  heard: moment,
});

/** A place in a bag, or -1. */
const place: Shape<number> = { read: (value) => (value === -1 ? -1 : count.read(value)) };

/** Reads the connections of these services. */
function savedConnection(services: TrackerSetup["services"]): Shape<SavedConnection> {
  const byName = new Map(
    services.map(({ name, settings }) => [
      name,
      object<SavedConnection>({
        service: text,
        plane,
        state: stateShape(Object.keys(settings.targets)),
        sent: list(u32),
        drawn: list(place),
      }),
    ]),
  );
  return {
    read(value) {
      const name: unknown = new Map<string, unknown>(Object.entries(value ?? {})).get("service");
      const shape = typeof name === "string" ? byName.get(name) : undefined;
      if (!shape) throw new WireError("badValue", `there is no service named ${quote(name)}`, 0, "service");
      return shape.read(value);
    },
  };
}

function snapshotShape({ services }: TrackerSetup): Shape<Snapshot> {
  return object<Snapshot>({
    version: oneOf([1]),
    cookie: object<Snapshot["cookie"]>({ tag: uint(16), epoch: uint(8) }),
    nextId: u32,
    nextSerial: u32,
    generation: count,
    draws: count,
    resets: perhaps(object<Bucket>({ tokens: count, at: moment })),
    released: perhaps(list(u32)),
    targets: record(targets),
    switches: list(savedSwitch),
    connections: list(savedConnection(services)),
    relayed: list(relayed),
  });
}

/** A new memory; the counters go on. Throws WireError, with the path of what is wrong. */
export function restoreWorld(setup: TrackerSetup, counters: Counters, json: unknown): World {
  return part("snapshot", () => {
    const snapshot = snapshotShape(setup).read(valueFromJSON(json));
    checkCookie(setup, snapshot);
    const world = createWorld(setup, counters);
    world.nextId = snapshot.nextId;
    world.nextSerial = snapshot.nextSerial;
    world.generation = snapshot.generation;
    world.draws = snapshot.draws;
    world.resets = snapshot.resets;
    world.book.released = snapshot.released && new Set(snapshot.released);
    for (const [service, states] of Object.entries(snapshot.targets)) restoreTargets(world, service, states);
    restoreConnections(world, snapshot.connections);
    for (const saved of snapshot.switches) restoreSwitch(world, saved);
    for (const { name, relayed: one, at, heard } of snapshot.relayed) world.relayed.note(name, one, at, heard);
    return world;
  });
}

/** Its connections would take their own flows for somebody else's. */
function checkCookie({ cookie: { tag, epoch } }: TrackerSetup, { cookie: saved }: Snapshot): void {
  if (saved.tag === tag && saved.epoch === epoch) return;
  const text = `the snapshot is of tag ${saved.tag} and epoch ${saved.epoch}, the tracker of ${tag} and ${epoch}`;
  throw new WireError("badValue", text, 0, "cookie");
}

/** Targets that the configuration does not have any more are left out, and new ones begin anew. */
function restoreTargets(world: World, service: string, states: TargetStates): void {
  const known = world.targets.get(service);
  if (!known) return;
  world.targets.set(
    service,
    Object.fromEntries(
      Object.entries(known).map(([name, fresh]) => [
        name,
        Object.hasOwn(states, name) ? (states[name] ?? fresh) : fresh,
      ]),
    ),
  );
}

function restoreConnections(world: World, saved: readonly SavedConnection[]): void {
  const { book, setup } = world;
  const entries = saved.map(({ service: name, plane: pinned, state, sent, drawn }, index) => {
    const path = `connections[${index}]`;
    const service = setup.services.find((candidate) => candidate.name === name);
    if (!service) throw new WireError("badValue", `there is no service named ${quote(name)}`, 0, path);
    const entry = newEntry(book, service, pinned, state);
    if (book.byClient.has(entry.name)) throw new WireError("badValue", "this connection is there twice", 0, path);
    settle(book, entry, state);
    for (const id of sent) remember(book, entry, id);
    return { entry, drawn };
  });
  reorder(entries, 0, () => book.halfOpen);
  reorder(entries, 1, ({ source }) => book.bySource.get(source));
}

/** Who is drawn depends on the places in the bags. */
function reorder(
  entries: readonly { readonly entry: Entry; readonly drawn: readonly number[] }[],
  index: number,
  bagOf: (entry: Entry) => Bag<Entry> | undefined,
): void {
  const ordered = entries
    .map(({ entry, drawn }) => ({ entry, bag: bagOf(entry), at: drawn[index] ?? -1 }))
    .filter(({ entry, bag }) => bag?.has(entry))
    .sort((a, b) => a.at - b.at);
  for (const { entry, bag } of ordered) bag?.delete(entry);
  for (const { entry, bag } of ordered) bag?.add(entry);
}

function restoreSwitch(world: World, { question, adoption, traps, strange, ...saved }: SavedSwitch): void {
  const waitingEntries = new Map<number, Entry>();
  for (const entry of world.book.bySwitch.get(saved.dpid) ?? []) {
    const { asked } = entry.state;
    if (asked !== undefined && question?.waiting.includes(asked)) waitingEntries.set(asked, entry);
  }
  world.switches.set(saved.dpid, {
    ...saved,
    question: question && { ...question, ids: new Set(question.ids), waiting: waitingEntries },
    adoption: adoption && { ...adoption, flows: new Map(adoption.flows) },
    traps: traps && { ...traps, ids: new Set(traps.ids) },
    strange: new Set(strange),
  });
}
