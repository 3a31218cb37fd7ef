/** Tables: configured, counted, and what they can do; a table like the one before is a ditto. */
import { Table } from "../enums/table.ts";
import type { TableStats, TableStatsReply } from "../messages/multipart/table.ts";
import type { TableFeaturesReply, TableFeaturesRequest } from "../messages/multipart/table-features.ts";
import type { TableMod } from "../messages/table-mod.ts";
import { ALL_FIELDS, fieldNames } from "./field-names.ts";
import { hex } from "./number.ts";
import type { PrintContext, Printed } from "./print.ts";
import {
  type ActionAbilities,
  abilitiesOf,
  actionNames,
  type FlowAbilities,
  has,
  instructionNames,
  isEmpty,
  sameActions,
  sameFlows,
  sameTable,
  type TableAbilities,
  unknownTable,
} from "./table-abilities.ts";

export function printTableMod({ tableId }: TableMod): Printed {
  return tableId === Table.all ? " table_id: ALL_TABLES" : ` table_id=${tableId}`;
}

/** Writes table after table, and those that are like the one before together. */
function tablePrinter() {
  let text = "";
  let previous: TableAbilities | undefined;
  let previousStats: TableStats | undefined;
  let dittos: { readonly first: number; last: number } | undefined;

  function endDittos(): void {
    if (!dittos) return;
    const { first, last } = dittos;
    text += first === last ? `\n  table ${first}: ditto\n` : `\n  tables ${first}...${last}: ditto\n`;
    dittos = undefined;
  }

  return {
    add(table: TableAbilities, stats?: TableStats): void {
      const isSame = previous !== undefined && sameTable(table, previous);
      const isSaid = isSame && (!stats || (previousStats !== undefined && sameStats(stats, previousStats)));
      if (isSaid && table.name === "") {
        if (dittos) dittos.last = table.tableId;
        else dittos = { first: table.tableId, last: table.tableId };
      } else {
        endDittos();
        text += `\n  table ${table.tableId}${table.name === "" ? "" : ` ("${cString(table.name)}")`}:`;
        text += isSaid ? " ditto" : `\n${statsLine(stats)}${isSame ? sameLine(table) : tableLines(table, previous)}`;
      }
      previous = table;
      previousStats = stats;
    },
    end(): string {
      endDittos();
      return text;
    },
  };
}

/** A name that fills its 32 bytes loses the last one. */
function cString(name: string): string {
  return name.slice(0, 31);
}

function sameStats(a: TableStats, b: TableStats): boolean {
  return a.activeCount === b.activeCount && a.lookupCount === b.lookupCount && a.matchedCount === b.matchedCount;
}

function statsLine(stats: TableStats | undefined): string {
  return stats ? `    active=${stats.activeCount}, lookup=${stats.lookupCount}, matched=${stats.matchedCount}\n` : "";
}

function sameLine(table: TableAbilities): string {
  return sameTable(table, unknownTable(table.tableId)) ? "" : "    (same features)\n";
}

function tableLines(table: TableAbilities, previous: TableAbilities | undefined): string {
  const { metadataMatch, metadataWrite, maxEntries } = table;
  const metadata = metadataMatch !== 0n || metadataWrite !== 0n;
  return [
    metadata ? `    metadata: match=${hex(metadataMatch)} write=${hex(metadataWrite)}\n` : "",
    maxEntries === 0 ? "" : `    max_entries=${maxEntries}\n`,
    instructionLines(table, previous),
    matchLines(table, previous),
  ].join("");
}

function instructionLines(table: TableAbilities, previous: TableAbilities | undefined): string {
  const { flows, miss, tableId } = table;
  if (
    previous &&
    sameFlows(flows, tableId, previous.flows, previous.tableId) &&
    sameFlows(miss, tableId, previous.miss, previous.tableId)
  ) {
    return isEmpty(flows) ? "" : "    (same instructions)\n";
  }
  if (!sameFlows(flows, tableId, miss, tableId)) {
    return [
      `    instructions (other than table miss):\n${flowLines(flows, previous?.flows)}`,
      `    instructions (table miss):\n${flowLines(miss, previous?.miss)}`,
    ].join("");
  }
  return isEmpty(flows) ? "" : `    instructions (table miss and others):\n${flowLines(flows, previous?.flows)}`;
}

function flowLines(flows: FlowAbilities, previous: FlowAbilities | undefined): string {
  const { nextTables, instructions, write, apply } = flows;
  const next = nextTables === 0n ? "" : `      next tables: ${ranges(nextTables)}\n`;
  if (instructions === 0n) return next + actionsLines(write, apply, previous);
  const words =
    previous?.instructions === instructions ? "(same instructions)" : `instructions: ${instructionNames(instructions)}`;
  return `${next}      ${words}\n${actionsLines(write, apply, previous)}`;
}

function actionsLines(write: ActionAbilities, apply: ActionAbilities, previous: FlowAbilities | undefined): string {
  const isSame = previous !== undefined && sameActions(write, previous.write) && sameActions(apply, previous.apply);
  if (isSame && write.setFields !== 0n) return "      (same actions)\n";
  if (!sameActions(write, apply)) {
    return [
      `      Write-Actions features:\n${actionLines(write)}`,
      `      Apply-Actions features:\n${actionLines(apply)}`,
    ].join("");
  }
  const lines = actionLines(write);
  return lines === "" ? "" : `      Write-Actions and Apply-Actions features:\n${lines}`;
}

function actionLines({ actions, setFields }: ActionAbilities): string {
  const words = actions === 0n ? "" : `        actions: ${actionNames(actions)}\n`;
  return setFields === 0n ? words : `${words}        supported on Set-Field: ${fieldNames(setFields)}\n`;
}

const TABLES = 255;

/** `1-253,255`: which of the bits are set. */
function ranges(tables: bigint): string {
  const words: string[] = [];
  for (let start = 0; start < TABLES; start++) {
    if (!has(tables, start)) continue;
    let last = start;
    while (last + 1 < TABLES && has(tables, last + 1)) last++;
    words.push(last === start ? String(start) : `${start}-${last}`);
    start = last;
  }
  return words.join(",");
}

function matchLines({ match, mask, wildcards }: TableAbilities, previous: TableAbilities | undefined): string {
  if (match === 0n) return "";
  if (previous?.match === match) return "    (same matching)\n";
  const exact = match & (ALL_FIELDS ^ mask);
  const rows: readonly (readonly [title: string, fields: bigint])[] = [
    ["arbitrary mask", match & mask & wildcards],
    ["exact match or wildcard", exact & wildcards],
    ["must exact match", exact & (ALL_FIELDS ^ wildcards)],
  ];
  const lines = rows.map(([title, fields]) => (fields === 0n ? "" : `      ${title}: ${fieldNames(fields)}\n`));
  return `    matching:\n${lines.join("")}`;
}

export function printTableStats({ tables }: TableStatsReply): string {
  const printer = tablePrinter();
  for (const stats of tables) printer.add(unknownTable(stats.tableId), stats);
  return printer.end();
}

export function printTableFeatures(
  { tables }: TableFeaturesRequest | TableFeaturesReply,
  { registry }: PrintContext,
): Printed {
  const printer = tablePrinter();
  for (const table of tables) {
    const abilities = abilitiesOf(table, registry);
    if (typeof abilities === "string") return { refusal: abilities, printed: printer.end() };
    printer.add(abilities);
  }
  return printer.end();
}
