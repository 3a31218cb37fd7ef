/** What ovs-ofctl makes of the features of a table: sets, a bit each (Open vSwitch, ofputil_decode_table_features). */
import type { Registry } from "../definition.ts";
import { ActionType, InstructionType } from "../enums/action.ts";
import { Table, TableFeaturePropType } from "../enums/table.ts";
import type { TableFeatureProperty } from "../messages/multipart/table-feature-property.ts";
import type { TableFeatures } from "../messages/multipart/table-features.ts";
import type { ActionId, InstructionId } from "../messages/multipart/type-id.ts";
import type { OxmId } from "../oxm-id.ts";
import { fieldBit } from "./field-names.ts";

/** Actions of write-actions or of apply-actions. */
export interface ActionAbilities {
  readonly actions: bigint;
  readonly setFields: bigint;
}

/** What flows can do, or the table-miss flow. */
export interface FlowAbilities {
  readonly nextTables: bigint;
  readonly instructions: bigint;
  readonly write: ActionAbilities;
  readonly apply: ActionAbilities;
}

export interface TableAbilities {
  readonly tableId: number;
  readonly name: string;
  readonly metadataMatch: bigint;
  readonly metadataWrite: bigint;
  readonly maxEntries: number;
  readonly flows: FlowAbilities;
  readonly miss: FlowAbilities;
  /** Fields that can be matched; those of them that take a mask, and those that can be left out. */
  readonly match: bigint;
  readonly mask: bigint;
  readonly wildcards: bigint;
}

/** ovs-ofctl's words for instructions and actions, in the order in which it lists them. */
type Words = readonly (readonly [code: number, word: string])[];

const instructionWords: Words = [
  [InstructionType.meter, "meter"],
  [InstructionType.applyActions, "apply_actions"],
  [InstructionType.clearActions, "clear_actions"],
  [InstructionType.writeActions, "write_actions"],
  [InstructionType.writeMetadata, "write_metadata"],
  [InstructionType.gotoTable, "goto_table"],
];
/** It has none for copies of TTLs and provider backbone headers. */
const actionWords: Words = [
  [ActionType.output, "output"],
  [ActionType.group, "group"],
  [ActionType.setField, "set_field"],
  [ActionType.popVlan, "strip_vlan"],
  [ActionType.pushVlan, "push_vlan"],
  [ActionType.setNwTtl, "mod_nw_ttl"],
  [ActionType.decNwTtl, "dec_ttl"],
  [ActionType.setMplsTtl, "set_mpls_ttl"],
  [ActionType.decMplsTtl, "dec_mpls_ttl"],
  [ActionType.pushMpls, "push_mpls"],
  [ActionType.popMpls, "pop_mpls"],
  [ActionType.setQueue, "set_queue"],
];

export function has(set: bigint, bit: number): boolean {
  return ((set >> BigInt(bit)) & 1n) === 1n;
}

/** The words of a mask in which an action has the bit of its number; undefined for none. */
export function actionTypeNames(mask: number): string | undefined {
  const names = actionWords.filter(([code]) => mask & (1 << code)).map(([, word]) => word);
  return names.length === 0 ? undefined : names.join(" ");
}

function namesIn(set: bigint, words: Words): string {
  return words
    .filter((_, index) => has(set, index))
    .map(([, word]) => word)
    .join(" ");
}

export function instructionNames(set: bigint): string {
  return namesIn(set, instructionWords);
}

export function actionNames(set: bigint): string {
  return namesIn(set, actionWords);
}

function setOf<T>(items: readonly T[], bitOf: (item: T) => bigint): bigint {
  return items.reduce((set, item) => set | bitOf(item), 0n);
}

/** The bit of an instruction or action; nothing for one that ovs-ofctl does not know. */
function wordBit(id: InstructionId | ActionId, words: Words, codes: Readonly<Record<string, number>>): bigint {
  const code = id.type === "unknown" ? id.code : codes[id.type];
  const place = words.findIndex(([known]) => known === code);
  return place < 0 ? 0n : 1n << BigInt(place);
}

/** A length that is not the field's makes it one that ovs-ofctl does not know; that of tunnel metadata varies. */
function oxmBit({ field, length }: OxmId, registry: Registry): bigint {
  const known = registry.fieldByName(field);
  const isRight = length === undefined || known?.text?.name.startsWith("tun_metadata") === true;
  return known && isRight ? fieldBit(known) : 0n;
}

/** What a property lists; for `match`, the fields without a mask. */
function contentOf(property: TableFeatureProperty, registry: Registry): bigint {
  if ("instructionIds" in property) {
    return setOf(property.instructionIds, (id) => wordBit(id, instructionWords, InstructionType));
  }
  if ("actionIds" in property) return setOf(property.actionIds, (id) => wordBit(id, actionWords, ActionType));
  if ("nextTableIds" in property) return setOf(property.nextTableIds, (id) => 1n << BigInt(id));
  if (!("oxmIds" in property)) return 0n;
  return setOf(property.oxmIds, (id) => (id.hasMask ? 0n : oxmBit(id, registry)));
}

/** The fields with a mask. */
function masksIn(property: TableFeatureProperty | undefined, registry: Registry): bigint {
  return property && "oxmIds" in property
    ? setOf(property.oxmIds, (id) => (id.hasMask ? oxmBit(id, registry) : 0n))
    : 0n;
}

/** What ovs-ofctl says of a property that it refuses. */
function refusalOf(property: TableFeatureProperty, registry: Registry): string | undefined {
  if ("nextTableIds" in property && property.nextTableIds.includes(Table.all)) return "OFPBPC_BAD_VALUE";
  if (property.type === "experimenterMiss" && property.experimenter === 0) return "OFPBPC_BAD_EXPERIMENTER";
  return property.type !== "match" && masksIn(property, registry) !== 0n ? "OFPBMC_BAD_MASK" : undefined;
}

const required: readonly TableFeatureProperty["type"][] = [
  ...(["instructions", "nextTables", "writeActions", "applyActions"] as const),
  ...(["match", "wildcards", "writeSetfield", "applySetfield"] as const),
];
/** A type below this may stand once. */
const ONCE = 32;

/** The name of ovs-ofctl's error where it refuses the features. */
export function abilitiesOf(table: TableFeatures, registry: Registry): TableAbilities | string {
  if (table.tableId === Table.all) return "OFPTFFC_BAD_TABLE";
  const seen = new Set<number>();
  const properties = new Map<string, TableFeatureProperty>();
  for (const property of table.properties) {
    const code = property.type === "unknown" ? property.code : TableFeaturePropType[property.type];
    if (code < ONCE && seen.has(code)) return "OFPTFFC_BAD_FEATURES";
    seen.add(code);
    const refusal = refusalOf(property, registry);
    if (refusal !== undefined) return refusal;
    properties.set(property.type, property);
  }
  if (!required.every((type) => properties.has(type))) return "OFPTFFC_BAD_FEATURES";

  const content = (type: TableFeatureProperty["type"], otherwise: TableFeatureProperty["type"] = type): bigint => {
    const property = properties.get(type) ?? properties.get(otherwise);
    return property ? contentOf(property, registry) : 0n;
  };
  // What is not said of the table-miss flow is as for the others.
  const flows = (miss: "" | "Miss"): FlowAbilities => ({
    nextTables: content(`nextTables${miss}`, "nextTables"),
    instructions: content(`instructions${miss}`, "instructions"),
    write: {
      actions: content(`writeActions${miss}`, "writeActions"),
      setFields: content(`writeSetfield${miss}`, "writeSetfield"),
    },
    apply: {
      actions: content(`applyActions${miss}`, "applyActions"),
      setFields: content(`applySetfield${miss}`, "applySetfield"),
    },
  });
  // What takes a mask can be matched, and left out too.
  const mask = masksIn(properties.get("match"), registry);
  const match = content("match") | mask;
  const wildcards = (content("wildcards") | mask) & match;
  const { tableId, name, metadataMatch, metadataWrite, maxEntries } = table;
  return {
    ...{ tableId, name, metadataMatch, metadataWrite, maxEntries },
    ...{ flows: flows(""), miss: flows("Miss"), match, mask, wildcards },
  };
}

const noActions: ActionAbilities = { actions: 0n, setFields: 0n };
const nothing: FlowAbilities = { nextTables: 0n, instructions: 0n, write: noActions, apply: noActions };

/** A table of which no more is known than that it is there. */
export function unknownTable(tableId: number): TableAbilities {
  return {
    ...{ tableId, name: "", metadataMatch: 0n, metadataWrite: 0n, maxEntries: 0 },
    ...{ flows: nothing, miss: nothing, match: 0n, mask: 0n, wildcards: 0n },
  };
}

export function sameActions(a: ActionAbilities, b: ActionAbilities): boolean {
  return a.actions === b.actions && a.setFields === b.setFields;
}

export function isEmpty({ nextTables, instructions, write, apply }: FlowAbilities): boolean {
  return nextTables === 0n && instructions === 0n && sameActions(write, noActions) && sameActions(apply, noActions);
}

/**
 * Whether the tables that two tables lead to are the same, apart from the second one when it follows the first: no table leads to
 * itself.
 */
function sameNext(a: bigint, aTable: number, b: bigint, bTable: number): boolean {
  if (aTable === bTable + 1) return sameNext(b, bTable, a, aTable);
  const follows = bTable === aTable + 1 && has(a, bTable) && !has(b, bTable);
  return a === (follows ? b | (1n << BigInt(bTable)) : b);
}

export function sameFlows(a: FlowAbilities, aTable: number, b: FlowAbilities, bTable: number): boolean {
  return (
    sameNext(a.nextTables, aTable, b.nextTables, bTable) &&
    a.instructions === b.instructions &&
    sameActions(a.write, b.write) &&
    sameActions(a.apply, b.apply)
  );
}

/** Names are not compared, nor which fields take a mask. */
export function sameTable(a: TableAbilities, b: TableAbilities): boolean {
  return (
    a.metadataMatch === b.metadataMatch &&
    a.metadataWrite === b.metadataWrite &&
    a.maxEntries === b.maxEntries &&
    a.match === b.match &&
    sameFlows(a.flows, a.tableId, b.flows, b.tableId) &&
    sameFlows(a.miss, a.tableId, b.miss, b.tableId)
  );
}
