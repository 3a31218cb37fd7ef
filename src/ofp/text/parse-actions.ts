/** Actions and instructions from text. */
import { MAX_NESTING, quote, WireError } from "../../wire/index.ts";
import { output } from "../actions/output.ts";
import type { ActionContext, Registry, Tagged } from "../definition.ts";
import { applyActions, clearActions, gotoTable, meter, writeActions, writeMetadata } from "../instruction.ts";
import { parseOpaque } from "./action-words.ts";
import { at } from "./field-text.ts";
import { isPort, parsePort } from "./names.ts";
import { parseDecimal, parseU64, parseUint } from "./number.ts";
import { advance, forked, lacks, type PacketState, type Strictness } from "./packet-state.ts";
import { scanWords, type Word } from "./scan.ts";

/** What the readers of one text share. */
export interface ActionReading {
  readonly registry: Registry;
  /** Absent when actions are read without a flow: then nothing is known, and nothing is checked. */
  readonly state?: PacketState;
  readonly strictness: Strictness;
  readonly depth: number;
  /** The type of the action or instruction around. */
  readonly within?: string;
}

/** Actions without a flow: nothing is known of the packet, and nothing is checked. */
export function parseActions(text: string, registry: Registry): Tagged[] {
  if (typeof text !== "string") throw new WireError("badValue", `${quote(text)} is no text`, 0);
  return parseActionList(text, { registry, strictness: "lenient", depth: 0 });
}

/** Actions alone. `drop`, or nothing, is no action. */
export function parseActionList(text: string, reading: ActionReading): Tagged[] {
  if (reading.depth > MAX_NESTING) throw new WireError("tooDeep", `nested more than ${MAX_NESTING} levels`, 0);
  const actions: Tagged[] = [];
  let dropAt: number | undefined;
  for (const word of scanWords(text)) {
    if (isDrop(word)) dropAt = word.at;
    else if (isInstruction(word)) throw new WireError("badOrder", `${word.key} is no action`, word.at);
    else actions.push(...readAction(word, reading));
  }
  refuseDrop(dropAt, actions.length);
  refuseCompany(actions, [], reading.registry);
  return actions;
}

/** Throws WireError `badOrder` for an action that does not stand beside every other, in the wrong company. */
function refuseCompany(actions: readonly Tagged[], instructions: readonly Tagged[], registry: Registry): void {
  const types = new Set(actions.map(({ type }) => type));
  const all = [...types, ...instructions.map(({ type }) => type)];
  for (const type of types) {
    const besides = registry.actionByType(type)?.definition.besides;
    const other = besides && all.find((one) => !besides.includes(one));
    if (other !== undefined) throw new WireError("badOrder", `${type} may not stand beside ${other}`, 0);
  }
}

function isDrop({ key }: Word): boolean {
  return key.toLowerCase() === "drop";
}

function refuseDrop(dropAt: number | undefined, others: number): void {
  if (dropAt !== undefined && others > 0) {
    throw new WireError("syntax", "drop stands alone: no other action or instruction may follow or precede it", dropAt);
  }
}

function readAction(word: Word, reading: ActionReading): readonly Tagged[] {
  const read = reading.registry.actionWord(word.key);
  if (!read) return [checked(readPort(word), word, reading)];
  const made = at(word.valueAt, () => read(word.value, contextOf(reading)));
  return (isMany(made) ? made : [made]).map((action) => checked(action, word, reading));
}

/** A port alone is an output. */
function readPort(word: Word): Tagged {
  if (word.opener !== "" || !isPort(word.key)) {
    throw new WireError("syntax", `${quote(word.key)} is no action that this codec knows`, word.at);
  }
  return output(
    at(word.at, () => parsePort(word.key)),
    0,
  );
}

function isMany(made: Tagged | readonly Tagged[]): made is readonly Tagged[] {
  return Array.isArray(made);
}

/** Throws WireError `badPrerequisite` for an action that the packet is not known to be fit for, `badOrder` for one out of place. */
function checked(action: Tagged, word: Word, reading: ActionReading): Tagged {
  const { registry, state, strictness } = reading;
  const place = placeOf(action, registry);
  if (place !== undefined && place !== reading.within) {
    throw new WireError("badOrder", `${word.key} may stand inside ${place} only`, word.at);
  }
  if (!state) return action;
  const missing = at(word.at, () => lacks(state, action, registry, strictness));
  if (missing !== undefined) {
    throw new WireError("badPrerequisite", `${word.key} needs ${missing} in the match or before it`, word.at);
  }
  advance(state, action);
  return action;
}

/** The type of the only action that this one may stand in: its own word, or that of the field that it writes. */
function placeOf(action: Tagged, registry: Registry): string | undefined {
  const definition = registry.actionByType(action.type)?.definition;
  const target = definition?.target?.(action);
  return definition?.within ?? (target === undefined ? undefined : registry.fieldByName(target)?.within);
}

function contextOf(reading: ActionReading): ActionContext {
  const { registry, state, depth } = reading;
  return {
    registry,
    seen: state?.seen ?? new Map(),
    actions: (text, within) =>
      parseActionList(text, { ...reading, ...(state && { state: forked(state) }), depth: depth + 1, within }),
  };
}

/** In the order that a switch carries them out, which is the only one that text may have. */
const ranks: Readonly<Record<string, number>> = {
  meter: 0,
  clear_actions: 2,
  write_actions: 3,
  write_metadata: 4,
  goto_table: 5,
  instruction: 6,
  apply_actions: -1,
};
const APPLY = 1;
const OPAQUE = 6;

function isInstruction({ key }: Word): boolean {
  return Object.hasOwn(ranks, key.toLowerCase());
}

/** Instructions, where actions stand for apply_actions. Throws WireError `badOrder` or `duplicate`. */
export function parseInstructionList(text: string, reading: ActionReading, tableId: number): Tagged[] {
  const meters: Tagged[] = [];
  const applied: Tagged[] = [];
  const later: Tagged[] = [];
  let dropAt: number | undefined;
  let last: { readonly rank: number; readonly key: string } | undefined;
  let words = 0;
  for (const word of scanWords(text)) {
    if (isDrop(word)) {
      dropAt = word.at;
      continue;
    }
    words++;
    const key = word.key.toLowerCase();
    const rank = isInstruction(word) ? (ranks[key] ?? APPLY) : APPLY;
    refuseOrder(last, rank, word);
    last = { rank, key: word.key };
    if (rank === APPLY) applied.push(...readAction(word, reading));
    else {
      const made = at(word.valueAt, () => readInstruction(key, word.value, reading, tableId));
      (rank < APPLY ? meters : later).push(...made);
    }
  }
  refuseDrop(dropAt, words);
  refuseCompany(applied, [...meters, ...later], reading.registry);
  return [...meters, ...(applied.length === 0 ? [] : [applyActions<Tagged>(applied)]), ...later];
}

function refuseOrder(
  last: { readonly rank: number; readonly key: string } | undefined,
  rank: number,
  word: Word,
): void {
  if (rank < 0) throw new WireError("syntax", "apply_actions is what actions alone mean: leave it out", word.at);
  if (!last || rank > last.rank || (rank === last.rank && (rank === APPLY || rank === OPAQUE))) return;
  throw rank === last.rank
    ? new WireError("duplicate", `a second ${word.key}`, word.at)
    : new WireError("badOrder", `${word.key} must stand before ${last.key}`, word.at);
}

/** Offsets of errors count from the first character of the word's value. */
function readInstruction(key: string, value: string, reading: ActionReading, tableId: number): Tagged[] {
  switch (key) {
    case "meter": {
      const meterId = parseUint(value, 32);
      if (meterId === 0 || meterId > 0xffff0000) {
        throw new WireError("outOfRange", `meter ${meterId} is not from 1 to 0xffff0000`, 0);
      }
      return [meter(meterId)];
    }
    case "clear_actions":
      return [clearActions()];
    case "write_actions": {
      const state = reading.state && forked(reading.state);
      const actions = parseActionList(value, { ...reading, ...(state && { state }), strictness: "lenient" });
      return actions.length === 0 ? [] : [writeActions<Tagged>(actions)];
    }
    case "write_metadata": {
      const slash = value.indexOf("/");
      if (slash < 0) return [writeMetadata(parseU64(value))];
      const mask = at(slash + 1, () => parseU64(value.slice(slash + 1)));
      return [writeMetadata(parseU64(value.slice(0, slash)), mask)];
    }
    case "goto_table": {
      const next = parseDecimal(value, 8);
      // Table 255 is every table, of flow-mods that do not say which.
      if (tableId !== 0xff && next <= tableId) {
        throw new WireError("badValue", `goto_table:${next} does not lead to a later table than ${tableId}`, 0);
      }
      return [gotoTable(next)];
    }
    default:
      return [parseOpaque(value)];
  }
}
