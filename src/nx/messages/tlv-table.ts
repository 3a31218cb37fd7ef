/** Open vSwitch, nicira-ext.h, struct nx_tlv_table_mod and nx_tlv_table_reply: which tunnel options the fields tun_metadataN stand for. */
import type { Definition, Printed } from "../../ofp/definition.ts";
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { readStructs, writeStructs } from "../../ofp/messages/multipart/list.ts";
import { onlyKnown, requireList, requireObject, requireUint } from "../../ofp/require.ts";
import { fixed } from "../../ofp/tagged.ts";
import { hex } from "../../ofp/text/number.ts";
import { pad, parsed, struct, u8, u16, u32, type ValueOf } from "../../wire/index.ts";

/** enum nx_tlv_table_mod_command */
export const TlvTableModCommand = {
  /** Fails when an option or a field is mapped already. */
  add: 0,
  delete: 1,
  /** Deletes all, whatever the list says. */
  clear: 2,
} as const;
export type TlvTableModCommand = (typeof TlvTableModCommand)[keyof typeof TlvTableModCommand];

const mappingFields = {
  optionClass: u16,
  optionType: u8,
  optionLen: u8, // bytes, a multiple of 4 up to 124
};
export const tlvMappingLayout = parsed(struct({ ...mappingFields, index: u16, pad: pad(2) }));

/** struct nx_tlv_map: a tunnel option and the field that stands for it. */
export interface TlvMapping extends ValueOf<typeof mappingFields> {
  /** N of tun_metadataN, up to 63. */
  readonly index: number;
}

/** NXT_TLV_TABLE_MOD: changes the table; all of it or nothing. */
export interface TlvTableMod extends MessageHeader {
  readonly type: "tlvTableMod";
  /** See {@link TlvTableModCommand}. */
  readonly command: number;
  readonly mappings: readonly TlvMapping[];
}

/** NXT_TLV_TABLE_REQUEST: asks for the table. */
export interface TlvTableRequest extends MessageHeader {
  readonly type: "tlvTableRequest";
}

const replyFields = {
  maxOptionSpace: u32, // bytes of all options together
  maxFields: u16,
};

/** NXT_TLV_TABLE_REPLY: the table, and how large it may become. */
export interface TlvTableReply extends MessageHeader, ValueOf<typeof replyFields> {
  readonly type: "tlvTableReply";
  readonly mappings: readonly TlvMapping[];
}

const modLayout = struct({ command: u16, pad: pad(6) });
const replyLayout = struct({ ...replyFields, reserved: pad(10) });

/** Fields that an Open vSwitch has, and the longest option. */
const FIELDS = 64;
const LONGEST = 124;

export const tlvTableModDefinition: Definition<Body<TlvTableMod>> = {
  type: "tlvTableMod",
  code: 24,
  label: "NXT_TLV_TABLE_MOD",
  decode: (reader) => ({
    type: "tlvTableMod",
    ...reader.field(modLayout),
    mappings: readStructs(reader, "mappings", tlvMappingLayout),
  }),
  encode: (writer, message) => {
    writer.field(modLayout, message);
    writeStructs(writer, "mappings", tlvMappingLayout, message.mappings);
  },
  print: ({ command, mappings }) => {
    const word = ["ADD", "DEL", "CLEAR"][command];
    if (word === undefined) return { refusal: "NXTTMFC_BAD_COMMAND" };
    const table = printMappings(mappings, FIELDS);
    if (typeof table !== "string") return table;
    return `\n ${word}${command === TlvTableModCommand.clear ? "" : table}`;
  },
};

export const tlvTableRequestDefinition = {
  ...fixed<Body<TlvTableRequest>>("tlvTableRequest", 25, struct({})),
  label: "NXT_TLV_TABLE_REQUEST",
};

export const tlvTableReplyDefinition: Definition<Body<TlvTableReply>> = {
  type: "tlvTableReply",
  code: 26,
  label: "NXT_TLV_TABLE_REPLY",
  decode: (reader) => ({
    type: "tlvTableReply",
    ...reader.field(replyLayout),
    mappings: readStructs(reader, "mappings", tlvMappingLayout),
  }),
  encode: (writer, message) => {
    writer.field(replyLayout, message);
    writeStructs(writer, "mappings", tlvMappingLayout, message.mappings);
  },
  print: ({ maxOptionSpace, maxFields, mappings }) => {
    const table = printMappings(mappings, maxFields);
    if (typeof table !== "string") return table;
    const used = mappings.reduce((sum, { optionLen }) => sum + optionLen, 0);
    const space = ` max option space=${maxOptionSpace} max fields=${maxFields}\n allocated option space=${used}\n`;
    return `\n${space}\n${table}`;
  },
};

function printMappings(mappings: readonly TlvMapping[], fields: number): Printed {
  const rows: string[] = [];
  for (const { optionClass, optionType, optionLen, index } of mappings) {
    if (optionLen % 4 !== 0 || optionLen > LONGEST) return { refusal: "NXTTMFC_BAD_OPT_LEN" };
    if (index >= fields) return { refusal: "NXTTMFC_BAD_FIELD_IDX" };
    const columns = [hex(optionClass).padStart(6), hex(optionType).padStart(4), String(optionLen).padStart(6)];
    rows.push(`\n ${columns.join("  ")}  tun_metadata${index}`);
  }
  return ` mapping table:\n  class  type  length  match field\n ------  ----  ------  --------------${rows.join("")}`;
}

function requireMappings(given: readonly TlvMapping[] | undefined): readonly TlvMapping[] {
  return requireList("mappings", given, []).map((mapping, index) => {
    const name = `mappings[${index}]`;
    requireObject(name, mapping);
    return onlyKnown(mapping, {
      optionClass: requireUint(`${name}.optionClass`, mapping.optionClass, 16),
      optionType: requireUint(`${name}.optionType`, mapping.optionType, 8),
      optionLen: requireUint(`${name}.optionLen`, mapping.optionLen, 8),
      index: requireUint(`${name}.index`, mapping.index, 16),
    });
  });
}

/** What {@link tlvTableMod} takes. */
export type TlvTableModInit = Partial<Omit<TlvTableMod, "type">> & Pick<TlvTableMod, "command">;

/**
 * `tlvTableMod({ command: TlvTableModCommand.add, mappings: [{ optionClass: 0xffff, optionType: 0, optionLen: 4, index: 0 }] })`.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function tlvTableMod(init: TlvTableModInit): TlvTableMod {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "tlvTableMod",
    xid: requireUint("xid", init.xid, 32, 0),
    command: requireUint("command", init.command, 16),
    mappings: requireMappings(init.mappings),
  });
}

/** Throws RangeError or TypeError naming the argument that is wrong. */
export function tlvTableRequest(init: { readonly xid?: number } = {}): TlvTableRequest {
  requireObject("init", init);
  return onlyKnown(init, { type: "tlvTableRequest", xid: requireUint("xid", init.xid, 32, 0) });
}

/** What {@link tlvTableReply} takes: everything has a default. */
export type TlvTableReplyInit = Partial<Omit<TlvTableReply, "type">>;

/**
 * What a switch answers; the 256 bytes and 64 fields of Open vSwitch, and no mappings, unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function tlvTableReply(init: TlvTableReplyInit = {}): TlvTableReply {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "tlvTableReply",
    xid: requireUint("xid", init.xid, 32, 0),
    maxOptionSpace: requireUint("maxOptionSpace", init.maxOptionSpace, 32, 256),
    maxFields: requireUint("maxFields", init.maxFields, 16, FIELDS),
    mappings: requireMappings(init.mappings),
  });
}
