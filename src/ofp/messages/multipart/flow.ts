/** OpenFlow 1.3.5 §7.3.5.2, OFPMP_FLOW: struct ofp_flow_stats_request and ofp_flow_stats. */
import { pad, parsed, type Reader, struct, u8, u16, u32, u64, type ValueOf, type Writer } from "../../../wire/index.ts";
import type { Added } from "../../action.ts";
import type { Registry, Tagged } from "../../definition.ts";
import { DEFAULT_PRIORITY } from "../../enums/flow.ts";
import { Group } from "../../enums/group.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { Port } from "../../enums/port.ts";
import { Table } from "../../enums/table.ts";
import { type Instruction, readInstructions, writeInstructions } from "../../instruction.ts";
import { readList, readSized, writeList, writeSized } from "../../list.ts";
import { type Match, readMatch, writeMatch } from "../../match.ts";
import { part } from "../../part.ts";
import {
  onlyKnown,
  requireBigUint,
  requireList,
  requireObject,
  requireTaggedList,
  requireUint,
} from "../../require.ts";
import type { BodyDefinition } from "./body.ts";

const requestFields = {
  tableId: u8, // Table.all for every table
  pad: pad(3),
  outPort: u32, // Port.any for every port
  outGroup: u32, // Group.any for every group
  pad2: pad(4),
  cookie: u64,
  cookieMask: u64, // 0 for every cookie
};
export const flowStatsRequestLayout = parsed(struct(requestFields));

/** Which flows are meant: those that are at least as specific as the match. */
export interface FlowSelection extends ValueOf<typeof requestFields> {
  readonly match: Match;
}

/** Asks for flows. */
export interface FlowStatsRequest extends FlowSelection {
  readonly type: "flow";
}

/** What `multipartRequest` takes for flows: every flow of every table unless told otherwise. */
export type FlowStatsRequestInit = Pick<FlowStatsRequest, "type"> & Partial<FlowStatsRequest>;

/** A request that selects flows: the struct is the same whether they are listed or counted. */
export function selectionBody<const N extends string>(
  type: N,
  code: number,
): BodyDefinition<FlowSelection & { readonly type: N }, Partial<FlowSelection> & { readonly type: N }> {
  return {
    type,
    code,
    decode: (reader, registry) => ({
      type,
      ...reader.field(flowStatsRequestLayout),
      match: part("match", () => readMatch(reader, registry)),
    }),
    encode: (writer, body, registry) => {
      writer.field(flowStatsRequestLayout, body);
      part("match", () => {
        writeMatch(writer, body.match, registry);
      });
    },
    complete: (init) => ({
      type,
      tableId: requireUint("tableId", init.tableId, 8, Table.all),
      outPort: requireUint("outPort", init.outPort, 32, Port.any),
      outGroup: requireUint("outGroup", init.outGroup, 32, Group.any),
      cookie: requireBigUint("cookie", init.cookie, 64, 0n),
      cookieMask: requireBigUint("cookieMask", init.cookieMask, 64, 0n),
      match: requireObject("match", init.match, {}),
    }),
  };
}

export const flowStatsRequestBody: BodyDefinition<FlowStatsRequest, FlowStatsRequestInit> = selectionBody(
  "flow",
  MultipartType.flow,
);

const statsFields = {
  tableId: u8,
  pad: pad(1),
  durationSec: u32, // seconds
  durationNsec: u32, // nanoseconds beyond durationSec
  priority: u16,
  idleTimeout: u16, // seconds
  hardTimeout: u16, // seconds
  flags: u16, // bits of FlowModFlags
  pad2: pad(4),
  cookie: u64,
  packetCount: u64,
  byteCount: u64,
};
export const flowStatsLayout = parsed(struct(statsFields));

/** A flow with its counters; `X` are the actions of the extensions in use. */
export interface FlowStats<X extends Tagged = never> extends ValueOf<typeof statsFields> {
  readonly match: Match;
  readonly instructions: readonly Instruction<X>[];
}

/** Flows of a switch. */
export interface FlowStatsReply<X extends Tagged = never> {
  readonly type: "flow";
  readonly flows: readonly FlowStats<X>[];
}

/** What {@link flowStats} takes: everything has a default. */
export type FlowStatsInit<X extends Tagged = never> = Partial<FlowStats<X>>;

/** What `multipartReply` takes for flows: no flows unless given. */
export interface FlowStatsReplyInit<X extends Tagged = never> {
  readonly type: "flow";
  readonly flows?: readonly FlowStatsInit<X>[];
}

export const flowStatsReplyBody: BodyDefinition<FlowStatsReply<Tagged>, FlowStatsReplyInit<Tagged>> = {
  type: "flow",
  code: MultipartType.flow,
  decode: (reader, registry) => ({
    type: "flow",
    flows: readList(reader, "flows", () => readFlowStats(reader, registry)),
  }),
  encode: (writer, { flows }, registry) => {
    writeList(writer, "flows", flows, (flow) => {
      writeFlowStats(writer, flow, registry);
    });
  },
  complete: (init) => ({ type: "flow", flows: requireList("flows", init.flows, []).map((flow) => flowStats(flow)) }),
};

function readFlowStats(reader: Reader, registry: Registry): FlowStats<Tagged> {
  return readSized(reader, "flow", () => ({
    ...reader.field(flowStatsLayout),
    match: part("match", () => readMatch(reader, registry)),
    instructions: part("instructions", () => readInstructions(reader, registry)),
  }));
}

function writeFlowStats(writer: Writer, flow: FlowStats<Tagged>, registry: Registry): void {
  writeSized(writer, () => {
    writer.field(flowStatsLayout, flow);
    part("match", () => {
      writeMatch(writer, flow.match, registry);
    });
    part("instructions", () => {
      writeInstructions(writer, flow.instructions, registry);
    });
  });
}

/**
 * A flow as a switch reports it; priority 0x8000, everything else zero or empty unless given.
 *
 * Throws RangeError or TypeError naming the argument that is wrong.
 */
export function flowStats<X extends Tagged = never>(init?: FlowStatsInit<X>): FlowStats<Added<X>>;
export function flowStats(init: FlowStatsInit<Tagged> = {}): FlowStats<Tagged> {
  requireObject("init", init);
  return onlyKnown(init, {
    tableId: requireUint("tableId", init.tableId, 8, 0),
    durationSec: requireUint("durationSec", init.durationSec, 32, 0),
    durationNsec: requireUint("durationNsec", init.durationNsec, 32, 0),
    priority: requireUint("priority", init.priority, 16, DEFAULT_PRIORITY),
    idleTimeout: requireUint("idleTimeout", init.idleTimeout, 16, 0),
    hardTimeout: requireUint("hardTimeout", init.hardTimeout, 16, 0),
    flags: requireUint("flags", init.flags, 16, 0),
    cookie: requireBigUint("cookie", init.cookie, 64, 0n),
    packetCount: requireBigUint("packetCount", init.packetCount, 64, 0n),
    byteCount: requireBigUint("byteCount", init.byteCount, 64, 0n),
    match: requireObject("match", init.match, {}),
    instructions: requireTaggedList("instructions", init.instructions, []),
  });
}
