/** OpenFlow 1.3.5 §7.3.3, struct ofp_table_mod. */
import { pad, parsed, struct, u8, u32, type ValueOf } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import type { Body, MessageHeader } from "../message.ts";
import { onlyKnown, requireObject, requireUint } from "../require.ts";
import { fixed } from "../tagged.ts";

const fields = {
  tableId: u8, // Table.all for every table
  pad: pad(3),
  config: u32, // TableConfig: version 1.3 has no bit that means anything
};
export const tableModLayout = parsed(struct(fields));

/** Configures a table, or all of them. */
export interface TableMod extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "tableMod";
}

export const tableModDefinition: Definition<Body<TableMod>> = fixed("tableMod", MessageType.tableMod, tableModLayout);

/** What {@link tableMod} takes. */
export type TableModInit = Partial<Pick<TableMod, "xid" | "config">> & Pick<TableMod, "tableId">;

/**
 * `config` is 0 unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function tableMod(init: TableModInit): TableMod {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "tableMod",
    xid: requireUint("xid", init.xid, 32, 0),
    tableId: requireUint("tableId", init.tableId, 8),
    config: requireUint("config", init.config, 32, 0),
  });
}
