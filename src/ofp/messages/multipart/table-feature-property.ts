/** OpenFlow 1.3.5 §7.3.5.5.2, struct ofp_table_feature_prop_header and what follows it: what a table can do. */
import { type Reader, WireError, type Writer } from "../../../wire/index.ts";
import type { Registry } from "../../definition.ts";
import { byNumber } from "../../enums/by-number.ts";
import { TableFeaturePropType } from "../../enums/table.ts";
import { readList, writeList } from "../../list.ts";
import { type OxmId, readOxmId, writeOxmId } from "../../oxm-id.ts";
import { readProperty, writeProperty } from "../../property.ts";
import { typeOf } from "../../tagged.ts";
import { type ActionId, actionIds, type InstructionId, instructionIds, readTypeId, writeTypeId } from "./type-id.ts";

/** The instructions of flows, or of the table-miss flow. */
export interface InstructionsProperty {
  readonly type: "instructions" | "instructionsMiss";
  readonly instructionIds: readonly InstructionId[];
}

/** The tables that goto-table may lead to. */
export interface NextTablesProperty {
  readonly type: "nextTables" | "nextTablesMiss";
  readonly nextTableIds: readonly number[];
}

/** The actions of write-actions and of apply-actions. */
export interface ActionsProperty {
  readonly type: "writeActions" | "writeActionsMiss" | "applyActions" | "applyActionsMiss";
  readonly actionIds: readonly ActionId[];
}

/** The fields that can be matched, that may be left out of a match, and that set-field can set. */
export interface OxmProperty {
  readonly type: "match" | "wildcards" | "writeSetfield" | "writeSetfieldMiss" | "applySetfield" | "applySetfieldMiss";
  readonly oxmIds: readonly OxmId[];
}

/** A property that an experimenter defined. */
export interface ExperimenterTableFeatureProperty {
  readonly type: "experimenter" | "experimenterMiss";
  readonly experimenter: number;
  readonly expType: number;
  readonly data: Uint8Array;
}

/** A property of a type that OpenFlow 1.3 does not define. */
export interface UnknownTableFeatureProperty {
  readonly type: "unknown";
  readonly code: number;
  readonly data: Uint8Array;
}

/** What a table can do, one aspect of it. */
export type TableFeatureProperty =
  | InstructionsProperty
  | NextTablesProperty
  | ActionsProperty
  | OxmProperty
  | ExperimenterTableFeatureProperty
  | UnknownTableFeatureProperty;

const names = byNumber(TableFeaturePropType);

export function readTableFeatureProperty(reader: Reader, registry: Registry): TableFeatureProperty {
  return readProperty(reader, (code) => {
    const type = names.get(code);
    switch (type) {
      case undefined:
        return { type: "unknown", code, data: reader.take() };
      case "instructions":
      case "instructionsMiss":
        return {
          type,
          instructionIds: readList(reader, "instructionIds", () => readTypeId(reader, instructionIds)),
        };
      case "nextTables":
      case "nextTablesMiss":
        return { type, nextTableIds: readList(reader, "nextTableIds", () => reader.u8()) };
      case "writeActions":
      case "writeActionsMiss":
      case "applyActions":
      case "applyActionsMiss":
        return { type, actionIds: readList(reader, "actionIds", () => readTypeId(reader, actionIds)) };
      case "experimenter":
      case "experimenterMiss":
        return { type, experimenter: reader.u32(), expType: reader.u32(), data: reader.take() };
      default:
        return { type, oxmIds: readList(reader, "oxmIds", () => readOxmId(reader, registry)) };
    }
  });
}

export function writeTableFeatureProperty(writer: Writer, property: TableFeatureProperty, registry: Registry): void {
  const type = typeOf(property, "table feature property", writer.offset);
  const code = property.type === "unknown" ? property.code : TableFeaturePropType[property.type];
  if (!isKnown(type)) throw new WireError("badType", `"${type}" is no table feature property`, writer.offset);
  writeProperty(writer, code, () => {
    writeBody(writer, property, registry);
  });
}

function isKnown(type: string): boolean {
  return type === "unknown" || Object.hasOwn(TableFeaturePropType, type);
}

function writeBody(writer: Writer, property: TableFeatureProperty, registry: Registry): void {
  switch (property.type) {
    case "instructions":
    case "instructionsMiss":
      writeList(writer, "instructionIds", property.instructionIds, (id) => {
        writeTypeId(writer, id, instructionIds);
      });
      break;
    case "nextTables":
    case "nextTablesMiss":
      writeList(writer, "nextTableIds", property.nextTableIds, (id) => {
        writer.u8(id);
      });
      break;
    case "writeActions":
    case "writeActionsMiss":
    case "applyActions":
    case "applyActionsMiss":
      writeList(writer, "actionIds", property.actionIds, (id) => {
        writeTypeId(writer, id, actionIds);
      });
      break;
    case "experimenter":
    case "experimenterMiss":
      writer.u32(property.experimenter);
      writer.u32(property.expType);
      writer.raw(property.data);
      break;
    case "unknown":
      writer.raw(property.data);
      break;
    default:
      writeList(writer, "oxmIds", property.oxmIds, (id) => {
        writeOxmId(writer, id, registry);
      });
  }
}
