/**
 * What a run is made of, as plain data: whatever happens in it follows from this and nothing else, so that a scenario that fails
 * can be made smaller, printed, and kept as a test.
 */

import type { SpeaksFirst } from "../../../src/migration/machine/profile.ts";
import type { Budgets } from "../../../src/migration/tracker/index.ts";
import type { GreetingPlan } from "./greeting-plan.ts";

/** How one side does TCP. */
export interface TcpPlan {
  readonly mss: number | false;
  readonly windowScale: number | false;
  readonly sackPermitted: boolean;
  readonly timestamps: boolean;
  readonly timestampBase: number;
  readonly ecn: boolean;
  /** In bytes. */
  readonly receiveWindow: number;
}

/**
 * - `serves`: answers each request
 * - `silent`: is not there at all
 * - `refuses`: resets every SYN
 * - `closes`, `halfCloses`: sends a FIN once `after` bytes came, and drops or answers the rest
 * - `resets`: gives the connection up once `after` bytes came
 * - `oldConnection`: has an established connection of the client's address and port, of which nobody knows
 */
export type ServerHabit = "serves" | "silent" | "refuses" | "closes" | "halfCloses" | "resets" | "oldConnection";

export interface ServerPlan {
  readonly isn: number;
  readonly tcp: TcpPlan;
  /** It has an Ethernet and IP address and a port of its own, not those of the service. */
  readonly ownAddress: boolean;
  /** Outermost VLAN that it is in, 0 for none. Absent: that of the clients. */
  readonly vlan?: number;
  /** A router stands before it, whose Ethernet address is the source of what it gets. */
  readonly routed?: boolean;
  readonly habit: ServerHabit;
  readonly after: number;
  readonly greeting?: GreetingPlan;
}

export type ServerName = "first" | "second" | "third";

export interface VerdictPlan {
  readonly action: "migrate" | "forward";
  /** Absent: the service's default. The first one is where the connection began: it can come back there if it waits. */
  readonly target?: ServerName | "nobody";
  /** Whether the server that loses the connection waits for it. */
  readonly park?: boolean;
  /** Counted from the client's SYN, or from the first question about held data. */
  readonly from: "start" | "question";
  readonly after: number;
}

/**
 * - `closes`: once everything is answered
 * - `halfCloses`: sends its FIN right behind its last request
 * - `resets`: gives up once `endAfter` bytes were answered
 * - `vanishes`: stops doing anything then, without a word
 */
export type ClientEnding = "closes" | "halfCloses" | "resets" | "vanishes";

export interface ConnectionPlan {
  readonly isn: number;
  readonly tcp: TcpPlan;
  /** Milliseconds from the beginning of the run. */
  readonly startAt: number;
  /** 0 or 1. */
  readonly client: number;
  /** Lengths of its requests. */
  readonly requests: readonly number[];
  /** How long it thinks between an answer and its next request. */
  readonly pause: number;
  /** It does not wait for an answer before it asks again. */
  readonly pipelines: boolean;
  /** It asks before it is greeted. */
  readonly hasty: boolean;
  readonly ending: ClientEnding;
  readonly endAfter: number;
  /** Stops reading, if at all, for so many milliseconds, so many after its beginning. */
  readonly stall?: { readonly at: number; readonly ms: number };
  /** Sends keepalives every so many milliseconds. */
  readonly keepalive?: number;
  /** In its SYN besides. */
  readonly extra: "none" | "unknown" | "fastOpen" | "multipath" | "signed";
  /** It forgets everything in the middle, and uses its port again with this ISN. */
  readonly again?: { readonly at: number; readonly isn: number };
  readonly verdicts: readonly VerdictPlan[];
}

/** Probabilities in percent. */
export interface Weather {
  readonly seed: number;
  readonly loss: number;
  readonly duplication: number;
  /** A frame takes from 1 to so many milliseconds more. */
  readonly jitter: number;
  /** Of the frames that may tell of congestion (RFC 3168), how many do. */
  readonly marks: number;
}

export type Link = "client" | "other" | "first" | "second" | "third";

/** What becomes of one frame, whatever the weather. */
export interface Fault {
  readonly link: Link;
  /** Towards the switch, or away from it. */
  readonly way: "in" | "out";
  /** The how manieth on this link and this way. */
  readonly nth: number;
  readonly what: "lost" | "doubled" | "late";
}

/** SYNs from addresses at which nobody is. */
export interface Flood {
  readonly at: number;
  readonly length: number;
  /** From the clients' own network. */
  readonly near: boolean;
}

/** A tracker is the controller, and not the machine alone. */
export interface TrackerPlan {
  /** With 2, every other connection is with a second service on the same servers. */
  readonly services: 1 | 2;
  /** The switch is asked what it understands. */
  readonly probes: boolean;
  /** The switch shows what concerns the services, and nothing else. */
  readonly traps: boolean;
  readonly budgets: Partial<Budgets>;
  readonly floods: readonly Flood[];
}

/**
 * - `refusal`: the switch answers the nth flow-mod that adds something with an error
 * - `barrier`: it does not answer the nth barrier
 * - `cut`: the channel to the controller is broken for some time
 * - `restart`: the controller goes on from its snapshot
 * - `crash`: it begins anew, after some time, with nothing but the flows that the switch has
 */
export type Trouble =
  | { readonly type: "refusal"; readonly nth: number }
  | { readonly type: "barrier"; readonly nth: number }
  | { readonly type: "cut"; readonly at: number; readonly ms: number }
  | { readonly type: "crash"; readonly at: number; readonly ms: number }
  | { readonly type: "restart"; readonly at: number };

/**
 * A segment, or an ICMP error, that nobody of the connection has sent. Its numbers are never those that would be obeyed: who knows
 * them can do everything.
 * - `syn`, `synAck`, `rst`, `ack`: with a number that may lie in the window (`near`), or does not
 * - `signed`: a SYN with a signature (RFC 2385), which nobody can move
 * - `icmp`: an ICMP error about a segment that was never sent
 * - `unreachable`, `tooBig`: a true one, about the last segment that left the switch on this cable
 */
export interface Forgery {
  /** Counted from the beginning of its connection. */
  readonly at: number;
  /** Its index. */
  readonly connection: number;
  readonly what: "syn" | "signed" | "synAck" | "rst" | "ack" | "icmp" | "unreachable" | "tooBig";
  /** The cable on which it comes to the switch. */
  readonly link: Link;
  readonly as: "client" | "server";
  readonly near: boolean;
  readonly by: number;
}

export interface Scenario {
  readonly ipVersion: 4 | 6;
  /** Of the clients. */
  readonly vlan?: number;
  /** One tag of the service provider's around that. */
  readonly outerVlan?: number;
  readonly dataPlane: "actions" | "software";
  /** Whether the switch's actions change what is output before them, too. */
  readonly shifts: "exact" | "prototype";
  readonly regime: "normalise" | "lazy";
  readonly lateMoves: boolean;
  /** Nothing is moved, and nothing touched. */
  readonly shadow: boolean;
  /** Flows of a hand-over come in one bundle. */
  readonly bundles: boolean;
  /** What the policy says about servers that do without ECN. */
  readonly ecnMismatch: "refuse" | "clear";
  /** New servers are dialled with numbers that nobody can guess. */
  readonly keyed: boolean;
  /** The profile of the service. */
  readonly speaksFirst?: SpeaksFirst;
  /** Bytes of answer for each byte of request. */
  readonly ratio: number;
  readonly idleSeconds: number;
  /** How long a server waits for the connection to come back. */
  readonly parkMs: number;
  readonly maxFlows?: number;
  readonly weather: Weather;
  readonly faults: readonly Fault[];
  /** Longest time of a message between switch and controller. */
  readonly latency: number;
  readonly troubles: readonly Trouble[];
  readonly forgeries: readonly Forgery[];
  readonly servers: Readonly<Record<ServerName, ServerPlan>>;
  readonly connections: readonly ConnectionPlan[];
  readonly tracker?: TrackerPlan;
}

export const calmTracker: TrackerPlan = { services: 1, probes: false, traps: true, budgets: {}, floods: [] };

export const calmTcp: TcpPlan = {
  mss: 1460,
  windowScale: 7,
  sackPermitted: false,
  timestamps: false,
  timestampBase: 0,
  ecn: false,
  receiveWindow: 64_240,
};

export const calmServer: ServerPlan = { isn: 5000, tcp: calmTcp, ownAddress: false, habit: "serves", after: 0 };

export const calmConnection: ConnectionPlan = {
  isn: 1000,
  tcp: calmTcp,
  startAt: 0,
  client: 0,
  requests: [10],
  pause: 10,
  pipelines: false,
  hasty: false,
  ending: "closes",
  endAfter: 0,
  extra: "none",
  verdicts: [{ action: "migrate", from: "question", after: 10 }],
};

/** One connection that moves, and nothing goes wrong. */
export const calm: Scenario = {
  ipVersion: 4,
  dataPlane: "actions",
  shifts: "exact",
  regime: "normalise",
  lateMoves: false,
  shadow: false,
  bundles: false,
  ecnMismatch: "refuse",
  keyed: false,
  ratio: 1,
  idleSeconds: 60,
  parkMs: 300_000,
  weather: { seed: 1, loss: 0, duplication: 0, jitter: 0, marks: 0 },
  faults: [],
  latency: 1,
  troubles: [],
  forgeries: [],
  servers: { first: calmServer, second: { ...calmServer, isn: 9000 }, third: { ...calmServer, isn: 70_000 } },
  connections: [calmConnection],
};

type Deep<T> = T extends readonly (infer E)[]
  ? readonly Deep<E>[]
  : T extends object
    ? { readonly [K in keyof T]?: Deep<T[K]> }
    : T;
/** What differs from {@link calm}. */
export type ScenarioChanges = Deep<Scenario>;

function filled(base: unknown, changes: unknown): unknown {
  if (changes === undefined) return base;
  if (!isPlain(base) || !isPlain(changes)) return changes;
  const names = [...new Set([...Object.keys(base), ...Object.keys(changes)])];
  return Object.fromEntries(names.map((name) => [name, filled(base[name], changes[name])]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A whole scenario from what is odd about it; each connection is filled up, too. */
export function scenarioOf(changes: ScenarioChanges): Scenario {
  const whole = filled(calm, changes) as Scenario;
  return { ...whole, connections: whole.connections.map((plan) => filled(calmConnection, plan) as ConnectionPlan) };
}

function difference(base: unknown, value: unknown): unknown {
  if (!isPlain(base) || !isPlain(value)) return JSON.stringify(base) === JSON.stringify(value) ? undefined : value;
  const entries = Object.entries(value).map(([name, part]) => [name, difference(base[name], part)] as const);
  const changed = entries.filter(([, part]) => part !== undefined);
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** What {@link scenarioOf} makes this scenario from: to be pasted into a test. */
export function printScenario(scenario: Scenario): string {
  const changes = difference(calm, { ...scenario, connections: undefined });
  const connections = scenario.connections.map((plan) => difference(calmConnection, plan) ?? {});
  const one = connections.length === 1 && JSON.stringify(connections[0]) === "{}";
  return JSON.stringify({ ...(changes ?? {}), ...(!one && { connections }) }).replaceAll(/"(\w+)":/g, "$1: ");
}
