/**
 * The flows that the switches were given, for whoever asks: what the tracker sent, less what it deleted, what the switch refused, and what
 * the switch says has gone. A switch that comes back says which flows it has.
 */
import { formatFlow } from "../../../src/index.ts";
import {
  type BundledFlow,
  type ConnectionView,
  CookieMask,
  cookieParts,
  FlowRole,
  type ReportedFlow,
  type TrackerEffect,
  type TrackerEvent,
} from "../../../src/migration/index.ts";
import { FlowModCommand, flowMod, toJSON } from "../../../src/ofp/index.ts";
import { type FlowKey, flowKeyText } from "../../../src/tcp/index.ts";
import { dpidText } from "./views.ts";

type Flow = BundledFlow["message"];

interface Entry {
  readonly dpid: bigint;
  /** What it is for; undefined for some that a run before this one has left. */
  readonly role: string | undefined;
  readonly flow: Flow;
  readonly service: string | undefined;
  readonly connection: string | undefined;
  readonly at: number;
  /** Id of the effect that it came with. */
  readonly id: number;
  /** Counted up with every effect: what was sent before a question is in its answer. */
  readonly turn: number;
}

interface Question {
  readonly cookie: bigint;
  readonly mask: bigint;
  readonly turn: number;
}

export interface FlowTable {
  /** Never throws. */
  readonly record: (event: TrackerEvent, effects: readonly TrackerEffect[]) => void;
  /** As JSON, the newest first; `total` is how many there are without `skip` and `limit`. */
  readonly tell: (question: FlowQuestion) => FlowPage;
  readonly size: number;
}

export interface FlowQuestion {
  /** Those of one connection. */
  readonly key?: FlowKey | undefined;
  readonly skip: number;
  readonly limit: number;
  readonly now: number;
}

export interface FlowPage {
  readonly total: number;
  readonly flows: readonly object[];
}

/** The part of a connection that its flows know: the last one of their cookies. */
export type FlowOwner = Pick<ConnectionView, "dpid" | "serial" | "service" | "key">;

/** A switch may owe so many answers. */
const MAX_QUESTIONS = 64;

function isDeletion({ command }: Flow): boolean {
  return command === FlowModCommand.delete || command === FlowModCommand.deleteStrict;
}

function flowOf({ tableId, priority, idleTimeout, hardTimeout, cookie, match, instructions }: ReportedFlow): Flow {
  const known = flowMod({ tableId, priority, idleTimeout, hardTimeout, cookie, match });
  // They have this controller's cookie, so they are of the actions that it knows.
  return { ...known, instructions: instructions as Flow["instructions"] };
}

function roleOf(cookie: bigint): string | undefined {
  const { role } = cookieParts(cookie);
  return Object.entries(FlowRole).find(([, number]) => number === role)?.[0];
}

/** Remembers `limit` flows. `owners` are the connections that flows of a run before this one may be of. */
export function createFlowTable(limit: number, owners: () => Iterable<FlowOwner>): FlowTable {
  /** By what makes a flow the same one, OpenFlow 1.3.5 §6.4: the newest is at the end. */
  const entries = new Map<string, Entry>();
  /** The same by connection: a deletion names one, and must not look at all others. */
  const groups = new Map<string, Set<string>>();
  const questions = new Map<number, Question>();
  let turn = 0;

  function groupOf(dpid: bigint, cookie: bigint): string {
    return `${dpid} ${cookieParts(cookie).connection}`;
  }

  function remove(name: string): void {
    const entry = entries.get(name);
    if (!entry) return;
    entries.delete(name);
    const group = groupOf(entry.dpid, entry.flow.cookie);
    const names = groups.get(group);
    names?.delete(name);
    if (names?.size === 0) groups.delete(group);
  }

  function put(entry: Entry): void {
    const { tableId, priority, match, cookie } = entry.flow;
    const fields = Object.entries(toJSON(match) as object).sort(([a], [b]) => (a < b ? -1 : 1));
    const name = JSON.stringify([entry.dpid.toString(), tableId, priority, fields]);
    remove(name);
    entries.set(name, entry);
    const group = groupOf(entry.dpid, cookie);
    const names = groups.get(group) ?? new Set();
    groups.set(group, names.add(name));
    const [oldest] = entries.keys();
    if (entries.size > limit && oldest !== undefined) remove(oldest);
  }

  /** Those of a switch whose cookie has these bits. */
  function removeWhere(dpid: bigint, cookie: bigint, mask: bigint, isMeant: (entry: Entry) => boolean): void {
    const isOfOne = (mask & CookieMask.connection) === CookieMask.connection;
    for (const name of isOfOne ? [...(groups.get(groupOf(dpid, cookie)) ?? [])] : [...entries.keys()]) {
      const entry = entries.get(name);
      if (entry?.dpid !== dpid || (entry.flow.cookie & mask) !== (cookie & mask)) continue;
      if (isMeant(entry)) remove(name);
    }
  }

  function change({ role, message }: BundledFlow, effect: TrackerEffect, at: number): void {
    const { dpid, id, about } = effect;
    if (isDeletion(message)) removeWhere(dpid, message.cookie, message.cookieMask, () => true);
    else {
      const of = { service: about?.service, connection: about && flowKeyText(about.key) };
      put({ dpid, role, flow: message, ...of, at, id, turn });
    }
  }

  function answered(event: Extract<TrackerEvent, { type: "flowStats" }>): void {
    const question = questions.get(event.id);
    questions.delete(event.id);
    if (!question) return;
    const { dpid, at } = event;
    const before = new Map(entries);
    removeWhere(dpid, question.cookie, question.mask, (entry) => entry.turn < question.turn);
    const known = new Map([...before.values()].map((entry) => [`${entry.dpid} ${entry.flow.cookie}`, entry]));
    // The tracker has handled the answer: it has found again whose they are.
    const serials = new Map([...owners()].filter((owner) => owner.dpid === dpid).map((owner) => [owner.serial, owner]));
    for (const reported of event.flows) {
      const { cookie } = reported;
      const owner = serials.get(cookieParts(cookie).connection);
      const found = { role: roleOf(cookie), service: owner?.service, connection: owner && flowKeyText(owner.key) };
      const { role, service, connection } = known.get(`${dpid} ${cookie}`) ?? found;
      put({ dpid, role, flow: flowOf(reported), service, connection, at, id: 0, turn: question.turn });
    }
  }

  function heard(event: TrackerEvent): void {
    if (event.type === "flowStats") answered(event);
    else if (event.type === "flowRemoved") {
      const all = 2n ** 64n - 1n;
      const { dpid, cookie } = event;
      removeWhere(dpid, cookie, all, ({ flow }) => flow.idleTimeout > 0 || flow.hardTimeout > 0);
    } else if (event.type === "error") {
      for (const [name, { dpid, id }] of [...entries]) if (dpid === event.dpid && id === event.id) remove(name);
    }
  }

  function ask(effect: Extract<TrackerEffect, { type: "flowStats" }>): void {
    const { body } = effect.message;
    if (body.type !== "flow") return;
    questions.set(effect.id, { cookie: body.cookie, mask: body.cookieMask, turn });
    const [oldest] = questions.keys();
    if (questions.size > MAX_QUESTIONS && oldest !== undefined) questions.delete(oldest);
  }

  /** Flows that only watch for a while go without a word. */
  function isThere({ flow, at }: Entry, now: number): boolean {
    return flow.hardTimeout === 0 || now < at + flow.hardTimeout * 1000;
  }

  return {
    record(event, effects) {
      heard(event);
      for (const effect of effects) {
        turn += 1;
        if (effect.type === "flowMod") change(effect, effect, event.at);
        else if (effect.type === "bundle") for (const flow of effect.flows) change(flow, effect, event.at);
        else if (effect.type === "flowStats") ask(effect);
      }
    },
    tell({ key, skip, limit: most, now }) {
      const connection = key && flowKeyText(key);
      const all = [...entries.values()].filter(
        (entry) => isThere(entry, now) && (connection === undefined || entry.connection === connection),
      );
      const page = all.reverse().slice(skip, skip + most);
      return {
        total: all.length,
        flows: page.map(({ dpid, role, flow, service, connection: of, at }) => ({
          ...{
            dpid: dpidText(dpid),
            role,
            service,
            connection: of,
            at,
            priority: flow.priority,
            flow: formatFlow(flow),
          },
        })),
      };
    },
    get size() {
      return entries.size;
    },
  };
}
