/** The targets of a service in operation: which are drained, which have failed too often, and which one gets a connection. */
import type { FlowKey } from "../../tcp/index.ts";
import { requireNames, requireUint } from "../../wire/require.ts";
import type { ChosenTarget } from "../machine/config.ts";
import { keyedNumber } from "../secret.ts";
import {
  admits,
  afterAttempt,
  afterOutcome,
  type Breaker,
  type BreakerSettings,
  closedBreaker,
  defaultBreakerSettings,
  type Outcome,
} from "./breaker.ts";

/** One target in operation. */
export interface TargetState {
  /** No more connections go there; those that are there stay. */
  readonly draining: boolean;
  readonly breaker: Breaker;
}

/** The targets of one service, by name. */
export type TargetStates = Readonly<Record<string, TargetState>>;

/** Fills in what is left out. Throws RangeError or TypeError naming what is wrong. */
export function checkBreakerSettings(name: string, given: Partial<BreakerSettings> = {}): BreakerSettings {
  const { failures, openMs } = {
    ...defaultBreakerSettings,
    ...requireNames(name, given, Object.keys(defaultBreakerSettings)),
  };
  requireUint(`${name}.failures`, failures, 32);
  if (failures === 0) throw new RangeError(`${name}.failures must be 1 or more`);
  return { failures, openMs: requireUint(`${name}.openMs`, openMs, 32) };
}

/** All of them in service. */
export function freshTargets(names: readonly string[]): TargetStates {
  return Object.fromEntries(names.map((name) => [name, { draining: false, breaker: closedBreaker }]));
}

function change(
  states: TargetStates,
  name: string,
  changes: (state: TargetState) => Partial<TargetState>,
): TargetStates {
  const state = Object.hasOwn(states, name) ? states[name] : undefined;
  return state ? { ...states, [name]: { ...state, ...changes(state) } } : states;
}

/** Takes a target out of service, or back into it. A name that is none changes nothing. */
export function drained(states: TargetStates, name: string, draining: boolean): TargetStates {
  return change(states, name, () => ({ draining }));
}

/** A connection is sent to a target. */
export function attempted(states: TargetStates, name: string, at: number, settings: BreakerSettings): TargetStates {
  return change(states, name, ({ breaker }) => ({ breaker: afterAttempt(breaker, at, settings) }));
}

/** It is known what became of that. */
export function resolved(
  states: TargetStates,
  name: string,
  outcome: Outcome,
  at: number,
  settings: BreakerSettings,
): TargetStates {
  return change(states, name, ({ breaker }) => ({ breaker: afterOutcome(breaker, outcome, at, settings) }));
}

/** What somebody who chooses a target is told. */
export interface TargetChoice {
  /** The connection, from the client to the service. */
  readonly key: FlowKey;
  /** Name of the service. */
  readonly service: string;
  /** Names of the targets that take connections now, in the service's order. */
  readonly candidates: readonly string[];
}

/** What decides about a connection that is to move. */
export interface Selection {
  readonly states: TargetStates;
  readonly service: string;
  readonly key: FlowKey;
  /** The target that the verdict names. */
  readonly named: string | undefined;
  readonly defaultTarget: string | undefined;
  /** The one that it names counts if it is a candidate; undefined leaves the choice to the rest. */
  readonly selectTarget?: ((choice: TargetChoice) => string | undefined) | undefined;
  readonly secret: Uint8Array;
  readonly at: number;
}

function available({ draining, breaker }: TargetState, at: number): boolean {
  return !draining && admits(breaker, at);
}

/** Names of the targets that take connections now. */
export function candidatesOf(states: TargetStates, at: number): readonly string[] {
  return Object.entries(states).flatMap(([name, state]) => (available(state, at) ? [name] : []));
}

/**
 * Which target gets a connection: the one that the verdict names, and no other; else what `selectTarget` says; else the service's
 * default; else one of those that take connections, for the same client the same one as long as it does.
 */
export function select(selection: Selection): ChosenTarget {
  const { states, named, at, service, key, secret, selectTarget, defaultTarget } = selection;
  if (named !== undefined) return judgeNamed(states, named, at);
  const candidates = candidatesOf(states, at);
  const chosen = selectTarget?.({ key, service, candidates });
  if (chosen !== undefined) return judgeNamed(states, chosen, at);
  if (defaultTarget !== undefined && candidates.includes(defaultTarget)) return { target: defaultTarget };
  const target = consistent(candidates, key, secret);
  return target === undefined ? noneOf(states) : { target };
}

function judgeNamed(states: TargetStates, name: string, at: number): ChosenTarget {
  const state = Object.hasOwn(states, name) ? states[name] : undefined;
  if (!state) return { target: undefined, why: "unknown", text: `There is no target named ${name}.` };
  if (state.draining) return { target: undefined, why: "draining", text: `${name} is drained: it gets no more.` };
  if (admits(state.breaker, at)) return { target: name };
  return { target: undefined, why: "broken", text: `${name} has failed too often: it is left alone for a while.` };
}

function noneOf(states: TargetStates): ChosenTarget {
  const all = Object.values(states);
  if (all.length === 0) return { target: undefined, why: "unknown", text: "The service has no target." };
  return all.every(({ draining }) => draining)
    ? { target: undefined, why: "draining", text: "Every target is drained." }
    : { target: undefined, why: "broken", text: "Every target that is not drained has failed too often." };
}

/**
 * Rendezvous hashing: each target gets a number that depends on it and the client's address, and the highest wins. When a target
 * goes, only its own clients move.
 */
function consistent(candidates: readonly string[], { src }: FlowKey, secret: Uint8Array): string | undefined {
  if (candidates.length <= 1) return candidates[0];
  let best: { readonly name: string; readonly weight: number } | undefined;
  for (const name of candidates) {
    const weight = keyedNumber(secret, "target", JSON.stringify([src, name]));
    if (!best || weight > best.weight) best = { name, weight };
  }
  return best?.name;
}
