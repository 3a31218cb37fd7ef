/** OpenFlow 1.3.5 §7.3.5.5, OFPMP_TABLE_FEATURES and struct ofp_table_features: what the tables of a switch can do. */
import {
  pad,
  parsed,
  type Reader,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
  type ValueOf,
  WireError,
  type Writer,
} from "../../../wire/index.ts";
import type { Registry } from "../../definition.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { readList, writeList, writeSized } from "../../list.ts";
import {
  onlyKnown,
  requireBigUint,
  requireLatin1,
  requireList,
  requireObject,
  requireTaggedList,
  requireUint,
} from "../../require.ts";
import type { BodyDefinition } from "./body.ts";
import {
  readTableFeatureProperty,
  type TableFeatureProperty,
  writeTableFeatureProperty,
} from "./table-feature-property.ts";

const MAX_TABLE_NAME_LEN = 32;

const header = struct({ length: u16 });
const fields = {
  tableId: u8,
  pad: pad(5),
  name: text(MAX_TABLE_NAME_LEN), // one character a byte, without the NULs
  metadataMatch: u64, // bits of the metadata register that flows can match
  metadataWrite: u64, // and those that they can write
  config: u32, // TableConfig
  maxEntries: u32,
};
export const tableFeaturesLayout = parsed(struct(fields));

/** What a table can do. */
export interface TableFeatures extends ValueOf<typeof fields> {
  readonly properties: readonly TableFeatureProperty[];
}

/** Asks what the tables can do, or tells what they shall do: then every table of the switch is in the list, with all its properties. */
export interface TableFeaturesRequest {
  readonly type: "tableFeatures";
  readonly tables: readonly TableFeatures[];
}

/** What the tables can do. */
export interface TableFeaturesReply {
  readonly type: "tableFeatures";
  readonly tables: readonly TableFeatures[];
}

/** What {@link tableFeatures} takes: everything but the number has a default. */
export type TableFeaturesInit = Partial<TableFeatures> & Pick<TableFeatures, "tableId">;

/** What `multipartRequest` takes for the features of tables: without tables it asks. */
export interface TableFeaturesRequestInit {
  readonly type: "tableFeatures";
  readonly tables?: readonly TableFeaturesInit[];
}

/** What `multipartReply` takes for the features of tables: no tables unless given. */
export type TableFeaturesReplyInit = TableFeaturesRequestInit;

/** Request and reply are alike. */
export const tableFeaturesBody: BodyDefinition<TableFeaturesRequest, TableFeaturesRequestInit> = {
  type: "tableFeatures",
  code: MultipartType.tableFeatures,
  decode: (reader, registry) => ({
    type: "tableFeatures",
    tables: readList(reader, "tables", () => readTableFeatures(reader, registry)),
  }),
  encode: (writer, { tables }, registry) => {
    writeList(writer, "tables", tables, (table) => {
      writeTableFeatures(writer, table, registry);
    });
  },
  complete: (init) => ({
    type: "tableFeatures",
    tables: requireList("tables", init.tables, []).map((table) => tableFeatures(table)),
  }),
};

function readTableFeatures(reader: Reader, registry: Registry): TableFeatures {
  const start = reader.at;
  const { length } = reader.field(header);
  const least = header.size + tableFeaturesLayout.size;
  if (length < least || length % 8 !== 0) {
    throw new WireError("badLength", `length ${length} is not a multiple of 8 of at least ${least}`, start);
  }
  return reader.element(length - header.size, () => ({
    ...reader.field(tableFeaturesLayout),
    properties: readList(reader, "properties", () => readTableFeatureProperty(reader, registry)),
  }));
}

function writeTableFeatures(writer: Writer, table: TableFeatures, registry: Registry): void {
  writeSized(writer, () => {
    writer.field(tableFeaturesLayout, table);
    writeList(writer, "properties", table.properties, (property) => {
      writeTableFeatureProperty(writer, property, registry);
    });
  });
}

/**
 * What a table can do; zeros, an empty name and no properties unless given. A property of each type that does not end in "Miss" or
 * begin with "experimenter" must be there for a switch to take it.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function tableFeatures(init: TableFeaturesInit): TableFeatures {
  requireObject("init", init);
  return onlyKnown(init, {
    tableId: requireUint("tableId", init.tableId, 8),
    name: requireLatin1("name", init.name, MAX_TABLE_NAME_LEN, ""),
    metadataMatch: requireBigUint("metadataMatch", init.metadataMatch, 64, 0n),
    metadataWrite: requireBigUint("metadataWrite", init.metadataWrite, 64, 0n),
    config: requireUint("config", init.config, 32, 0),
    maxEntries: requireUint("maxEntries", init.maxEntries, 32, 0),
    properties: requireTaggedList("properties", init.properties, []),
  });
}
