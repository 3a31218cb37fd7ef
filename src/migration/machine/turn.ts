/** One call of the state machine: the state as it changes, and the effects as they come. */
import { type Action, barrierRequest, multipartRequest, output, Port, packetOut } from "../../ofp/index.ts";
import { encodeFrame, type Frame } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { CookieMask, cookieOf } from "../cookie.ts";
import type { Effect } from "../effect.ts";
import { createIssuer, type Issuer } from "../issue-effects.ts";
import type { Finding } from "../reason.ts";
import type { Settings } from "./config.ts";
import type { BundledFlow, ConnectionEffect, ConnectionFlow, ConnectionRole } from "./effect.ts";
import { cookieNumber } from "./flows.ts";
import type { ConnectionPhase } from "./phase.ts";
import type { ReportCode } from "./report.ts";
import type { ConnectionState } from "./state.ts";

/** What a handler works on. */
export interface Turn {
  readonly at: number;
  readonly settings: Settings;
  state: ConnectionState;
  readonly effects: ConnectionEffect[];
  /** Handlers send no packets: shadow mode relays what comes, and sends nothing else. */
  muted?: boolean;
}

export function update(turn: Turn, changes: Partial<ConnectionState>): void {
  turn.state = { ...turn.state, ...changes };
}

export function enter(turn: Turn, phase: ConnectionPhase, changes: Partial<ConnectionState> = {}): void {
  update(turn, { ...changes, phase, since: turn.at });
}

/** The number of another set of flows. */
export function takeSerial(turn: Turn): number {
  const { nextSerial } = turn.state;
  update(turn, { nextSerial: seqAdd(nextSerial, 1) });
  return nextSerial;
}

function header(turn: Turn, why: string): { id: number; dpid: bigint; why: string } {
  const { nextId: id, dpid } = turn.state;
  update(turn, { nextId: seqAdd(id, 1) });
  return { id, dpid, why };
}

/** Takes over the effects that the planner makes, with ids of this connection's. */
export function issue(turn: Turn, make: (issuer: Issuer) => readonly Effect[]): readonly Effect[] {
  const { nextId, dpid } = turn.state;
  const effects = make(createIssuer(nextId, dpid));
  turn.effects.push(...effects);
  update(turn, { nextId: seqAdd(nextId, effects.length) });
  return effects;
}

function packet(turn: Turn, data: Uint8Array, inPort: number, action: Action, why: string): void {
  if (turn.muted) return;
  const base = header(turn, why);
  const message = packetOut({ xid: base.id, inPort, actions: [action], data });
  turn.effects.push({ type: "packetOut", ...base, message });
}

/** A frame that came in by `inPort` goes out by `port`. */
export function sendOn(turn: Turn, bytes: Uint8Array, inPort: number, port: number, why: string): void {
  // OpenFlow 1.3.5 §7.2.1: back out of the port that it came in by only when told so by name.
  packet(turn, bytes, inPort, output(port === inPort ? Port.inPort : port), why);
}

/** A frame that came in by `inPort` goes through the flow table again. */
export function sendThroughTable(turn: Turn, bytes: Uint8Array, inPort: number, why: string): void {
  packet(turn, bytes, inPort, output(Port.table), why);
}

/** A frame of the planner's own. */
export function sendOwn(turn: Turn, frame: Frame, port: number, why: string): void {
  packet(turn, encodeFrame(frame), Port.controller, output(port), why);
}

/** Returns the id. */
export function sendFlow(turn: Turn, role: ConnectionRole | "all", message: ConnectionFlow, why: string): number {
  const base = header(turn, why);
  turn.effects.push({ type: "flowMod", ...base, role, message: { ...message, xid: base.id } });
  return base.id;
}

/** Returns the id. */
export function sendBundle(turn: Turn, flows: readonly BundledFlow[], why: string): number {
  const base = header(turn, why);
  const numbered = flows.map(({ role, message }) => ({ role, message: { ...message, xid: base.id } }));
  turn.effects.push({ type: "bundle", ...base, flows: numbered });
  return base.id;
}

/** Returns the id. */
export function sendBarrier(turn: Turn, why: string): number {
  const base = header(turn, why);
  turn.effects.push({ type: "barrier", ...base, message: { ...barrierRequest(), xid: base.id } });
  return base.id;
}

export function askFlows(turn: Turn, why: string): void {
  const base = header(turn, why);
  const { state, settings } = turn;
  const cookie = cookieOf({ ...settings.cookie, role: 0, connection: cookieNumber(state) });
  const body = { type: "flow", cookie, cookieMask: CookieMask.connection } as const;
  update(turn, { asked: base.id });
  turn.effects.push({ type: "flowStats", ...base, message: multipartRequest({ xid: base.id, body }) });
}

export function report(
  turn: Turn,
  code: ReportCode,
  why: string,
  numbers: Readonly<Record<string, number>> = {},
  reasons: readonly Finding[] = [],
  target?: string,
): void {
  turn.effects.push({
    type: "report",
    ...header(turn, why),
    code,
    numbers,
    reasons,
    ...(target !== undefined && { target }),
  });
}

export function inspect(turn: Turn, seq: number, payload: Uint8Array, complete: boolean): void {
  const { connection, generation } = turn.state;
  const why = `Decide about ${payload.length} bytes of the client's.`;
  turn.effects.push({
    type: "inspect",
    ...header(turn, why),
    key: connection.key,
    generation,
    seq,
    payload,
    complete,
  });
}

/** The value, which the phase guarantees: a state that lacks it was not made by `step`. */
export function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`state.${name} is missing in this phase`);
  return value;
}
