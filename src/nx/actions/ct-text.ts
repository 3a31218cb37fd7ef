/** `ct(commit,zone=5,nat(src=10.0.0.1),exec(load:0x1->NXM_NX_CT_MARK[]))`: ovs-ofctl's words for connection tracking. */
import type { ActionContext, Registry, Tagged } from "../../ofp/definition.ts";
import { Table } from "../../ofp/enums/table.ts";
import { at } from "../../ofp/text/field-text.ts";
import { formatActions } from "../../ofp/text/format-actions.ts";
import { parseUint } from "../../ofp/text/number.ts";
import { scanWords, type Word } from "../../ofp/text/scan.ts";
import { isObject, quote, WireError } from "../../wire/index.ts";
import { parseShortSubfield } from "../destination.ts";
import { formatSubfield, type Subfield } from "../subfield.ts";
import { decimalOf } from "../tokens.ts";
import { type CtAction, CtAlg, CtFlags, checkFlags, checkZone } from "./ct-types.ts";

const algNames: ReadonlyMap<number, string> = new Map([
  [CtAlg.ftp, "ftp"],
  [CtAlg.tftp, "tftp"],
]);

export function formatCt({ flags, zone, recircTable, alg, actions }: CtAction<Tagged>, registry: Registry): string {
  const words: string[] = [];
  if (flags & CtFlags.commit) words.push("commit");
  if (flags & CtFlags.force) words.push("force");
  if (recircTable !== Table.all) words.push(`table=${recircTable}`);
  if (isObject(zone)) words.push(`zone=${formatSubfield(zone, registry)}`);
  else if (zone !== 0) words.push(`zone=${zone}`);
  // A nat that comes first stands outside of exec.
  const natFirst = actions[0]?.type === "nat";
  if (natFirst) words.push(formatActions(actions.slice(0, 1), registry));
  const executed = actions.slice(natFirst ? 1 : 0);
  if (executed.length > 0) words.push(`exec(${formatActions(executed, registry)})`);
  if (alg !== CtAlg.none) words.push(`alg=${algNames.get(alg) ?? alg}`);
  return `ct(${words.join(",")})`;
}

/** What the words have said so far. */
interface Reading {
  flags: number;
  number: number;
  /** Counts more than a number, wherever it stands. */
  source?: Subfield;
  recircTable: number;
  alg: number;
  readonly actions: Tagged[];
}

export function parseCt(argument: string, context: ActionContext): CtAction<Tagged> {
  const read: Reading = { flags: 0, number: 0, recircTable: Table.all, alg: CtAlg.none, actions: [] };
  for (const word of scanWords(argument)) readWord(read, word, argument, context);
  const { flags, number, source, recircTable, alg, actions } = read;
  checkFlags(flags, 0);
  if ((flags & CtFlags.commit) === 0 && !actions.every(isPlainNat)) {
    throw new WireError("badPrerequisite", "only nat without arguments does without commit", 0);
  }
  return { type: "ct", flags, zone: source ?? number, recircTable, alg, actions };
}

function isPlainNat(action: Tagged): boolean {
  return action.type === "nat" && Object.entries(action).every(([name, value]) => name === "type" || value === 0);
}

function readWord(read: Reading, word: Word, argument: string, context: ActionContext): void {
  const { key, value, valueAt } = word;
  switch (key) {
    case "commit":
      read.flags |= CtFlags.commit;
      break;
    case "force":
      read.flags |= CtFlags.force;
      break;
    case "table":
      read.recircTable = decimalOf({ text: value, at: valueAt }, 8);
      if (read.recircTable === Table.all) throw new WireError("outOfRange", "table 255 is none", valueAt);
      break;
    case "zone":
      if (/^-?\d/.test(value)) read.number = at(valueAt, () => parseUint(value, 16));
      else {
        read.source = parseShortSubfield(value, valueAt, context.registry);
        checkZone(read.source, valueAt);
      }
      break;
    case "alg":
      read.alg = algOf(value, valueAt);
      break;
    case "nat": {
      const end = valueAt + value.length + (word.opener === "(" ? 1 : 0);
      read.actions.push(...at(word.at, () => context.actions(argument.slice(word.at, end), "ct")));
      break;
    }
    case "exec":
      read.actions.push(...at(valueAt, () => executed(value, context)));
      break;
    default:
      throw new WireError("syntax", `${quote(key)} is no word that ct has`, word.at);
  }
}

/** ovs-ofctl has words for two protocols; numbers are what it prints of others. */
function algOf(text: string, offset: number): number {
  const named = [...algNames].find(([, name]) => name === text)?.[0];
  if (named !== undefined) return named;
  if (!/^\d+$/.test(text)) throw new WireError("syntax", `${quote(text)} is neither ftp nor tftp`, offset);
  return decimalOf({ text, at: offset }, 16);
}

/** Actions for a connection: nat, and what writes a field that is the connection's. */
function executed(text: string, context: ActionContext): readonly Tagged[] {
  const actions = context.actions(text, "ct");
  for (const action of actions) {
    if (action.type === "nat") continue;
    const target = context.registry.actionByType(action.type)?.definition.target?.(action);
    if (target === undefined || context.registry.fieldByName(target)?.within !== "ct") {
      throw new WireError("badOrder", `ct executes no ${action.type}${target === undefined ? "" : ` of ${target}`}`, 0);
    }
  }
  return actions;
}
