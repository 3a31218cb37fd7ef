/** OpenFlow 1.3.5 §7.3.5.4, OFPMP_TABLE and struct ofp_table_stats: how much the tables are used. */
import { pad, parsed, struct, u8, u32, u64, type ValueOf } from "../../../wire/index.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { onlyKnown, requireBigUint, requireList, requireObject, requireUint } from "../../require.ts";
import { empty } from "../../tagged.ts";
import type { BodyDefinition } from "./body.ts";
import { readStructs, writeStructs } from "./list.ts";

const fields = {
  tableId: u8,
  pad: pad(3),
  activeCount: u32, // flows in it
  lookupCount: u64, // packets that came to it
  matchedCount: u64, // those of them that hit a flow
};
export const tableStatsLayout = parsed(struct(fields));

/**
 * A table with its counters.
 *
 * @interface
 */
export type TableStats = ValueOf<typeof fields>;

/** Asks for the counters of all tables. */
export interface TableStatsRequest {
  readonly type: "table";
}

/** The counters of tables. */
export interface TableStatsReply {
  readonly type: "table";
  readonly tables: readonly TableStats[];
}

/** What {@link tableStats} takes: counters are zero unless given. */
export type TableStatsInit = Partial<TableStats> & Pick<TableStats, "tableId">;

/** What `multipartReply` takes for tables: no tables unless given. */
export interface TableStatsReplyInit {
  readonly type: "table";
  readonly tables?: readonly TableStatsInit[];
}

export const tableStatsRequestBody: BodyDefinition<TableStatsRequest> = {
  ...empty("table", MultipartType.table),
  complete: () => ({ type: "table" }),
};

export const tableStatsReplyBody: BodyDefinition<TableStatsReply, TableStatsReplyInit> = {
  type: "table",
  code: MultipartType.table,
  decode: (reader) => ({ type: "table", tables: readStructs(reader, "tables", tableStatsLayout) }),
  encode: (writer, { tables }) => {
    writeStructs(writer, "tables", tableStatsLayout, tables);
  },
  complete: (init) => ({
    type: "table",
    tables: requireList("tables", init.tables, []).map((item) => tableStats(item)),
  }),
};

/** A table as a switch reports it. Throws RangeError or TypeError naming the argument that is wrong. */
export function tableStats(init: TableStatsInit): TableStats {
  requireObject("init", init);
  return onlyKnown(init, {
    tableId: requireUint("tableId", init.tableId, 8),
    activeCount: requireUint("activeCount", init.activeCount, 32, 0),
    lookupCount: requireBigUint("lookupCount", init.lookupCount, 64, 0n),
    matchedCount: requireBigUint("matchedCount", init.matchedCount, 64, 0n),
  });
}
