/** OVS ofp-actions.c, struct nx_action_resubmit: looks the packet up again, and comes back. */
import type { Definition } from "../../ofp/definition.ts";
import { Port } from "../../ofp/enums/port.ts";
import { formatPort, parsePort } from "../../ofp/text/names.ts";
import { parseUint } from "../../ofp/text/number.ts";
import { pad, quote, shifted, struct, u8, u16, WireError } from "../../wire/index.ts";
import { requireUint } from "../../wire/require.ts";
import { isNarrowPort, narrowPort, widePort } from "../port.ts";

/** Looks the packet up in the current table as if it had come in by `inPort`, then carries on with the next action. */
export interface ResubmitAction {
  readonly type: "resubmit";
  /** A port number, Port.inPort for the packet's own; 16 bits on the wire. */
  readonly inPort: number;
}

/** The same with a table; `resubmitTableCt` swaps source and destination with those of the connection (for ct). */
export interface ResubmitTableAction {
  readonly type: "resubmitTable" | "resubmitTableCt";
  readonly inPort: number;
  /** 255 for the table of the flow. */
  readonly tableId: number;
}

/** 255: the table that the flow with the action is in. */
const CURRENT_TABLE = 0xff;

const layout = struct({ inPort: u16, tableId: u8, pad: pad(3) });

export const resubmitDefinition: Definition<ResubmitAction> = {
  type: "resubmit",
  code: 1,
  decode: (reader) => ({ type: "resubmit", inPort: widePort(reader.field(layout).inPort) }),
  encode: (writer, { inPort }) => {
    writer.field(layout, { inPort: narrowPort(inPort, writer.offset), tableId: 0 });
  },
  format: ({ inPort }) => format(inPort, CURRENT_TABLE, ""),
};

function withTable(type: ResubmitTableAction["type"], code: number, suffix: string): Definition<ResubmitTableAction> {
  return {
    type,
    code,
    decode: (reader) => {
      const { inPort, tableId } = reader.field(layout);
      return { type, inPort: widePort(inPort), tableId };
    },
    encode: (writer, { inPort, tableId }) => {
      writer.field(layout, { inPort: narrowPort(inPort, writer.offset), tableId });
    },
    format: ({ inPort, tableId }) => format(inPort, tableId, suffix),
  };
}

export const resubmitTableDefinitions: readonly Definition<ResubmitTableAction>[] = [
  { ...withTable("resubmitTable", 14, ""), words: { resubmit: parseResubmit } },
  withTable("resubmitTableCt", 44, ",ct"),
];

function format(inPort: number, tableId: number, suffix: string): string {
  const port = inPort === Port.inPort ? "" : formatPort(inPort);
  if (tableId === CURRENT_TABLE && port !== "" && suffix === "") return `resubmit:${port}`;
  return `resubmit(${port},${tableId === CURRENT_TABLE ? "" : tableId}${suffix})`;
}

/** `5`, `5,3`, `,3`, `,3,ct`; what ovs-ofctl sends for any of them has a table. */
function parseResubmit(argument: string): ResubmitTableAction {
  const [portText = "", tableText = "", ct, ...more] = argument.split(",");
  if (more.length > 0 || (ct !== undefined && ct.trim() !== "ct")) {
    throw new WireError("syntax", `${quote(argument)} is not port, table and ct`, 0);
  }
  const inPort = portText.trim() === "" ? Port.inPort : parsePort(portText.trim());
  if (!isNarrowPort(inPort)) throw new WireError("outOfRange", `port ${inPort} has no 16-bit number`, 0);
  const tableId = parseTable(tableText, portText.length + 1);
  if (inPort === Port.inPort && tableId === CURRENT_TABLE) {
    throw new WireError("syntax", "a port or a table is needed", 0);
  }
  return { type: ct === undefined ? "resubmitTable" : "resubmitTableCt", inPort, tableId };
}

function parseTable(text: string, at: number): number {
  if (text.trim() === "") return CURRENT_TABLE;
  try {
    return parseUint(text.trim(), 8);
  } catch (error) {
    throw shifted(at, error);
  }
}

/**
 * `resubmit(5)` looks the packet up in the current table as if it had come in by port 5.
 *
 * Throws RangeError or TypeError for a port that has no 16-bit number (reserved ports have one).
 */
export function resubmit(inPort: number): ResubmitAction {
  return { type: "resubmit", inPort: requireNarrowPort(inPort) };
}

/**
 * `resubmitTable(3)` looks the packet up in table 3, `resubmitTable(3, 5)` as if it had come in by port 5 besides.
 *
 * Throws RangeError or TypeError for a table that is no u8 or a port that has no 16-bit number.
 */
export function resubmitTable(tableId: number, inPort: number = Port.inPort): ResubmitTableAction {
  return {
    type: "resubmitTable",
    inPort: requireNarrowPort(inPort),
    tableId: requireUint("tableId", tableId, 8),
  };
}

function requireNarrowPort(inPort: number): number {
  if (!isNarrowPort(requireUint("inPort", inPort, 32))) throw new RangeError(`inPort ${inPort} has no 16-bit number`);
  return inPort;
}
