/** ONF EXT-187 as Open vSwitch speaks it, struct onf_flow_monitor_request: asks to be told when flows change. */
import type { Definition, Printed, Registry } from "../../ofp/definition.ts";
import { Port } from "../../ofp/enums/port.ts";
import { Table } from "../../ofp/enums/table.ts";
import { readList, writeList } from "../../ofp/list.ts";
import type { MultipartRequest } from "../../ofp/messages/multipart.ts";
import { onlyKnown, requireList, requireObject, requireUint } from "../../ofp/require.ts";
import { bitNames } from "../../ofp/text/dump.ts";
import { formatPort } from "../../ofp/text/names.ts";
import { printMatch } from "../../ofp/text/print-flow.ts";
import { offsetOf, pad, type Reader, struct, u8, u16, u32, type ValueOf, type Writer } from "../../wire/index.ts";
import { type MeasuredMatch, readMeasured, writeMeasured } from "./match-length.ts";

/** enum onf_flow_monitor_flags; combined with `|`. At least one of add, delete and modify. */
export const FlowMonitorFlags = {
  /** Tell at once of the flows that are there. */
  initial: 1,
  add: 2,
  delete: 4,
  modify: 8,
  /** Tell the instructions, too. */
  actions: 16,
  /** Tell in full what this controller itself changes, instead of its xid. */
  own: 32,
} as const;
export type FlowMonitorFlags = (typeof FlowMonitorFlags)[keyof typeof FlowMonitorFlags];

const fields = {
  id: u32, // the controller's number for the monitor
  flags: u16, // FlowMonitorFlags
  outPort: u32, // Port.any for every port
  tableId: u8, // Table.all for every table
};
const layout = struct({
  id: fields.id,
  flags: fields.flags,
  matchLen: u16,
  outPort: fields.outPort,
  tableId: fields.tableId,
  zeros: pad(3),
});

/** Which flows are watched: those that are at least as specific as the match. */
export interface FlowMonitor extends ValueOf<typeof fields>, MeasuredMatch {}

/** Asks to be told of changes of flows. */
export interface FlowMonitorRequest {
  readonly type: "flowMonitor";
  readonly monitors: readonly FlowMonitor[];
}

export const flowMonitorRequestBody: Definition<FlowMonitorRequest> = {
  type: "flowMonitor",
  code: 1870,
  label: "ONFST_FLOW_MONITOR",
  decode: (reader, registry) => ({
    type: "flowMonitor",
    monitors: readList(reader, "monitors", () => readMonitor(reader, registry)),
  }),
  encode: (writer, { monitors }, registry) => {
    writeList(writer, "monitors", monitors, (monitor) => {
      writeMonitor(writer, monitor, registry);
    });
  },
  print,
};

function readMonitor(reader: Reader, registry: Registry): FlowMonitor {
  const { matchLen, ...head } = reader.field(layout);
  return { ...head, ...readMeasured(reader, matchLen, registry) };
}

function writeMonitor(writer: Writer, monitor: FlowMonitor, registry: Registry): void {
  const start = writer.offset;
  writer.field(layout, { ...monitor, matchLen: 0 });
  writeMeasured(writer, monitor, start + offsetOf(layout, "matchLen"), registry);
}

const { add, delete: deletes, modify } = FlowMonitorFlags;
const CHANGES = add | deletes | modify;
const ALL = Object.values(FlowMonitorFlags).reduce((all, flag) => all | flag, 0);
/** In ovs-ofctl's order, which is OpenFlow 1.4's. */
const words = ["initial", "add", "delete", "modify", "actions", "own"] as const;
const names = Object.fromEntries(words.map((word) => [FlowMonitorFlags[word], word]));

function print({ monitors }: FlowMonitorRequest, registry: Registry): Printed {
  let printed = "";
  for (const { id, flags, outPort, tableId, match } of monitors) {
    if ((flags & CHANGES) === 0 || (flags & ~ALL) !== 0) return { refusal: "OFPMOFC_BAD_FLAGS", printed };
    const parts = [
      `\n id=${id} flags=${bitNames(flags, names, ",")}`,
      outPort === Port.any ? "" : `out_port=${formatPort(outPort)}`,
      tableId === Table.all ? "" : `table=${tableId}`,
      printMatch(match, registry),
    ];
    printed += parts.filter((text) => text !== "").join(" ");
  }
  return printed;
}

/** What {@link flowMonitorRequest} takes of one monitor. */
export type FlowMonitorInit = Partial<FlowMonitor> & Pick<FlowMonitor, "id">;

/** What {@link flowMonitorRequest} takes. */
export interface FlowMonitorRequestInit {
  readonly xid?: number;
  /** 0 unless given. */
  readonly flags?: number;
  readonly monitors: readonly FlowMonitorInit[];
}

/**
 * `flowMonitorRequest({ monitors: [{ id: 1 }] })` watches every flow: of a monitor, all flags, every port and table, and an empty match
 * unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function flowMonitorRequest(init: FlowMonitorRequestInit): MultipartRequest<FlowMonitorRequest> {
  requireObject("init", init);
  const { xid, flags, monitors } = onlyKnown(init, {
    xid: requireUint("xid", init.xid, 32, 0),
    flags: requireUint("flags", init.flags, 16, 0),
    monitors: requireList("monitors", init.monitors).map((monitor, index) => checked(`monitors[${index}]`, monitor)),
  });
  return { type: "multipartRequest", xid, flags, body: { type: "flowMonitor", monitors } };
}

function checked(name: string, init: FlowMonitorInit): FlowMonitor {
  requireObject(name, init);
  const { matchLen } = init;
  return onlyKnown(init, {
    id: requireUint(`${name}.id`, init.id, 32),
    flags: requireUint(`${name}.flags`, init.flags, 16, ALL),
    outPort: requireUint(`${name}.outPort`, init.outPort, 32, Port.any),
    tableId: requireUint(`${name}.tableId`, init.tableId, 8, Table.all),
    match: requireObject(`${name}.match`, init.match, {}),
    ...(matchLen !== undefined && { matchLen: requireUint(`${name}.matchLen`, matchLen, 16) }),
  });
}
