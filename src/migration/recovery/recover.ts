/** Connections found again by nothing but the flows that a switch has of them. */
import { flowKeyText } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { type CookieParts, cookieParts } from "../cookie.ts";
import type { ConnectionEffect, ConnectionRole } from "../machine/effect.ts";
import type { ReportedFlow } from "../machine/event.ts";
import type { ConnectionState } from "../machine/state.ts";
import { deletion, mend, waiting } from "./mend.ts";
import { type OwnFlow, readFlow, roleOf } from "./read-flow.ts";
import { type Identity, identify, type RecoverableService, recoveredState } from "./state-of.ts";

/** What recovery starts from. */
export interface RecoveryInput {
  readonly dpid: bigint;
  readonly at: number;
  /** Every flow of the switch whose cookie has the tag; flows of others are passed over. */
  readonly flows: readonly ReportedFlow[];
  readonly services: readonly RecoverableService[];
  /** The controller's own, which the flows get. */
  readonly cookie: { readonly tag: number; readonly epoch: number };
  /** Ids for effects, and numbers for sets of flows, from here on. */
  readonly nextId: number;
  readonly nextSerial: number;
}

/** A connection that goes on. */
export interface RecoveredConnection {
  readonly service: string;
  readonly state: ConnectionState;
  /** More than one when the flows do not tell which target it is; the first one was taken. */
  readonly targets: readonly string[];
  /** Ids of those effects of the recovery that are about it. */
  readonly effects: readonly number[];
}

/** Flows that are left as they are. */
export interface StrangeFlows {
  readonly cookies: readonly bigint[];
  /** For people. */
  readonly why: string;
}

export interface Recovery {
  readonly connections: readonly RecoveredConnection[];
  /** To send at once, in order; a barrier is the last one when anything is sent again. */
  readonly effects: readonly ConnectionEffect[];
  /** To send when that barrier was answered and no flow-mod of `effects` was refused. */
  readonly cleanUp: readonly ConnectionEffect[];
  readonly strange: readonly StrangeFlows[];
  readonly nextId: number;
  readonly nextSerial: number;
  /** Numbers of sets of flows that the switch still has: no connection may get one of them. */
  readonly serials: ReadonlySet<number>;
}

interface Group {
  readonly cookie: CookieParts;
  readonly flows: OwnFlow[];
  readonly unreadable: bigint[];
}

function grouped({ flows, cookie: { tag } }: RecoveryInput): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const installed of flows) {
    const cookie = cookieParts(installed.cookie);
    const role = roleOf(cookie);
    if (cookie.tag !== tag || role === undefined) continue;
    const name = `${cookie.epoch} ${cookie.connection}`;
    const group = groups.get(name) ?? { cookie, flows: [], unreadable: [] };
    groups.set(name, group);
    const flow = readFlow(role, cookie, installed);
    if (flow) group.flows.push(flow);
    else group.unreadable.push(installed.cookie);
  }
  return [...groups.values()];
}

function flowOf({ flows }: Group, ...roles: readonly ConnectionRole[]): OwnFlow | undefined {
  return flows.find(({ role }) => roles.includes(role));
}

function cookiesOf({ flows, unreadable }: Group): readonly bigint[] {
  return [...flows.map(({ installed }) => installed.cookie), ...unreadable];
}

/** Those that have moved first, then those with the client's direction: where it leads decides who has the connection. */
function inOrder(groups: readonly Group[]): readonly Group[] {
  const leads = (group: Group): number => (flowOf(group, "forward") ? 2 : flowOf(group, "plainToServer") ? 1 : 0);
  return [...groups].sort((a, b) => leads(b) - leads(a));
}

/**
 * Whether a set without the client's direction belongs to a hand-over that was never committed. Nothing has passed its flow from
 * the new server then; a server that had got the client's data would have acknowledged it.
 */
function isUncommitted(group: Group): boolean {
  const toClient = flowOf(group, "reverse", "plainToClient");
  if (flowOf(group, "forward", "plainToServer")) return false;
  return (
    toClient === undefined || (toClient.role === "reverse" && toClient.installed.packetCount === 0n && !toClient.note)
  );
}

/**
 * Rebuilds what a controller that has lost its memory can know of the connections in a switch.
 *
 * - A migrated or plain connection goes on: addresses, ports, VLAN, target and both distances are in its flows. One direction is
 *   enough; the other one is made from it.
 * - Its flows keep their cookies when they are of this epoch, and get new ones in place when they are of an earlier one.
 * - A hand-over that was not committed is deleted: its client's data goes to server 1.
 * - Flows that fit no service, or that nobody understands, stay as they are: they may carry a connection that works.
 */
export function recover(input: RecoveryInput): Recovery {
  const { dpid, at, services, cookie: own } = input;
  const groups = inOrder(grouped(input));
  const taken = new Set(groups.flatMap(({ cookie }) => (cookie.epoch === own.epoch ? [cookie.connection] : [])));
  const connections: RecoveredConnection[] = [];
  const effects: ConnectionEffect[] = [];
  const cleanUp: ConnectionEffect[] = [];
  const strange: StrangeFlows[] = [];
  const known = new Set<string>();
  let { nextId, nextSerial } = input;
  const takeId = (): number => {
    const id = nextId;
    nextId = seqAdd(nextId, 1);
    return id;
  };
  const takeSerial = (): number => {
    while (taken.has(nextSerial)) nextSerial = seqAdd(nextSerial, 1);
    const serial = nextSerial;
    taken.add(serial);
    nextSerial = seqAdd(nextSerial, 1);
    return serial;
  };
  const remove = (group: Group, why: string): void => {
    effects.push(deletion(group.cookie, dpid, takeId(), why));
    if (group.cookie.epoch === own.epoch) taken.delete(group.cookie.connection);
  };
  for (const group of groups) {
    if (group.flows.length === 0) {
      strange.push({ cookies: cookiesOf(group), why: "no flow of this set is one that this version makes" });
      continue;
    }
    if (group.flows.every(({ role }) => role === "parked")) {
      // Nobody knows any more where it stands; what it says comes to the controller all the same, and ends there.
      remove(group, "This flow keeps a server quiet that waits for a connection, which cannot come back.");
      continue;
    }
    if (isUncommitted(group)) {
      remove(group, "These flows are of a hand-over that was not committed: server 1 has the connection.");
      continue;
    }
    const pair = {
      toServer: flowOf(group, "forward", "plainToServer"),
      toClient: flowOf(group, "reverse", "plainToClient"),
    };
    const identity = identify(pair, dpid, services);
    if ("why" in identity) {
      strange.push({ cookies: cookiesOf(group), why: identity.why });
      continue;
    }
    const key = flowKeyText(identity.connection.key);
    if (known.has(key)) {
      remove(group, "The connection has another server by now: these flows are left over.");
      continue;
    }
    known.add(key);
    take(identity, group);
  }
  if (effects.some(({ type }) => type === "flowMod")) effects.push(waiting(dpid, takeId()));
  return { connections, effects, cleanUp, strange, nextId, nextSerial, serials: taken };

  function take(identity: Identity, group: Group): void {
    const foreign = group.cookie.epoch !== own.epoch;
    const serial = foreign ? takeSerial() : group.cookie.connection;
    const state = recoveredState(identity, dpid, at, { serial, nextSerial, nextId });
    const mended = mend(closing(state, group, identity.service), identity.service, group.flows, own, at);
    for (const effect of mended.effects) effects.push(effect);
    ({ nextId } = mended.state);
    connections.push({
      service: identity.service.name,
      state: mended.state,
      targets: identity.moved?.targets ?? [],
      effects: mended.effects.map(({ id }) => id),
    });
    if (foreign) {
      const why = "What is left of the earlier controller's flows is not needed any more.";
      cleanUp.push(deletion(group.cookie, dpid, takeId(), why));
    }
  }

  /** A FIN or RST has lowered the timeouts of both directions: the connection is closing. */
  function closing(state: ConnectionState, group: Group, { settings }: RecoverableService): ConnectionState {
    const { idleSeconds, finIdleSeconds } = settings.policy;
    const carrying = [flowOf(group, "forward", "plainToServer"), flowOf(group, "reverse", "plainToClient")];
    const lowered = carrying.every(
      (flow) =>
        flow !== undefined &&
        flow.installed.idleTimeout !== 0 &&
        flow.installed.idleTimeout <= finIdleSeconds &&
        (idleSeconds === 0 || finIdleSeconds < idleSeconds),
    );
    return lowered ? { ...state, phase: "closing" } : state;
  }
}
