/** Open vSwitch, nicira-ext.h, struct nx_ipfix_stats_reply: how much was exported to IPFIX collectors. */
import type { Definition } from "../../ofp/definition.ts";
import { readStructs, writeStructs } from "../../ofp/messages/multipart/list.ts";
import type { MultipartReply, MultipartRequest } from "../../ofp/messages/multipart.ts";
import { onlyKnown, requireBigUint, requireList, requireObject, requireUint } from "../../ofp/require.ts";
import { fixed } from "../../ofp/tagged.ts";
import { counter } from "../../ofp/text/print-stats.ts";
import { pad, parsed, struct, u32, u64, type ValueOf } from "../../wire/index.ts";

const fields = {
  totalFlows: u64, // counters are all ones where they are unknown
  currentFlows: u64,
  pkts: u64, // sampled
  ipv4Pkts: u64,
  ipv6Pkts: u64,
  errorPkts: u64,
  ipv4ErrorPkts: u64,
  ipv6ErrorPkts: u64,
  txPkts: u64,
  txErrors: u64,
};
export const ipfixStatsLayout = parsed(struct({ ...fields, collectorSetId: u32, pad: pad(4) }));

/** What was exported of a bridge, or to a set of collectors. */
export interface IpfixStats extends ValueOf<typeof fields> {
  /** Of flows, what the action `sample` names; 0 of a bridge. */
  readonly collectorSetId: number;
}

/** NXST_IPFIX_BRIDGE and NXST_IPFIX_FLOW: ask for the exporter of the bridge, and for those of flows that sample. */
export interface IpfixRequest {
  readonly type: "ipfixBridge" | "ipfixFlow";
}

/** What the exporter of the bridge has done. */
export interface IpfixBridgeReply extends IpfixStats {
  readonly type: "ipfixBridge";
}

/** What the exporters of flows have done, one for each set of collectors. */
export interface IpfixFlowReply {
  readonly type: "ipfixFlow";
  readonly collectorSets: readonly IpfixStats[];
}

const BRIDGE = { type: "ipfixBridge", code: 3, label: "NXST_IPFIX_BRIDGE" } as const;
const FLOW = { type: "ipfixFlow", code: 4, label: "NXST_IPFIX_FLOW" } as const;

function request({ type, code, label }: typeof BRIDGE | typeof FLOW): Definition<IpfixRequest> {
  return { ...fixed<IpfixRequest>(type, code, struct({})), label };
}

export const ipfixRequestBodies = [request(BRIDGE), request(FLOW)];

export const ipfixBridgeReplyBody: Definition<IpfixBridgeReply> = {
  ...fixed<IpfixBridgeReply>(BRIDGE.type, BRIDGE.code, ipfixStatsLayout),
  label: BRIDGE.label,
  print: (body) => `\n  bridge ipfix: ${printStats(body, 16)}`,
};

export const ipfixFlowReplyBody: Definition<IpfixFlowReply> = {
  ...FLOW,
  decode: (reader) => ({ type: FLOW.type, collectorSets: readStructs(reader, "collectorSets", ipfixStatsLayout) }),
  encode: (writer, { collectorSets }) => {
    writeStructs(writer, "collectorSets", ipfixStatsLayout, collectorSets);
  },
  print: ({ collectorSets }) => {
    const sets = collectorSets.map((set) => `  id ${String(set.collectorSetId).padStart(3)}: ${printStats(set, 10)}`);
    return ` ${collectorSets.length} ids\n${sets.join("")}`;
  },
};

function printStats(stats: IpfixStats, indent: number): string {
  const words = (rows: readonly (readonly [name: string, value: bigint])[]) =>
    `${rows.map(([name, value]) => `${name}=${counter(value)}`).join(", ")}\n`;
  const done = words([
    ["flows", stats.totalFlows],
    ["current flows", stats.currentFlows],
    ["sampled pkts", stats.pkts],
    ["ipv4 ok", stats.ipv4Pkts],
    ["ipv6 ok", stats.ipv6Pkts],
    ["tx pkts", stats.txPkts],
  ]);
  const failed = words([
    ["pkts errs", stats.errorPkts],
    ["ipv4 errs", stats.ipv4ErrorPkts],
    ["ipv6 errs", stats.ipv6ErrorPkts],
    ["tx errs", stats.txErrors],
  ]);
  return `${done}${" ".repeat(indent)}${failed}`;
}

/** What requests and replies have besides their body. */
export interface IpfixInit {
  readonly xid?: number;
  /** 0 unless given. */
  readonly flags?: number;
}

function headOf(init: IpfixInit) {
  return { xid: requireUint("xid", init.xid, 32, 0), flags: requireUint("flags", init.flags, 16, 0) };
}

/** Asks what the exporter of the bridge has done. Throws RangeError or TypeError naming the argument that is wrong. */
export function ipfixBridgeRequest(init: IpfixInit = {}): MultipartRequest<IpfixRequest> {
  requireObject("init", init);
  return { type: "multipartRequest", ...onlyKnown(init, headOf(init)), body: { type: "ipfixBridge" } };
}

/** Asks what the exporters of flows have done. Throws RangeError or TypeError naming the argument that is wrong. */
export function ipfixFlowRequest(init: IpfixInit = {}): MultipartRequest<IpfixRequest> {
  requireObject("init", init);
  return { type: "multipartRequest", ...onlyKnown(init, headOf(init)), body: { type: "ipfixFlow" } };
}

function statsOf(name: string, init: Partial<IpfixStats>): IpfixStats {
  requireObject(name, init);
  const number = (key: Exclude<keyof IpfixStats, "collectorSetId">) =>
    requireBigUint(`${name}.${key}`, init[key], 64, 0n);
  return onlyKnown(init, {
    totalFlows: number("totalFlows"),
    currentFlows: number("currentFlows"),
    pkts: number("pkts"),
    ipv4Pkts: number("ipv4Pkts"),
    ipv6Pkts: number("ipv6Pkts"),
    errorPkts: number("errorPkts"),
    ipv4ErrorPkts: number("ipv4ErrorPkts"),
    ipv6ErrorPkts: number("ipv6ErrorPkts"),
    txPkts: number("txPkts"),
    txErrors: number("txErrors"),
    collectorSetId: requireUint(`${name}.collectorSetId`, init.collectorSetId, 32, 0),
  });
}

/** What a switch answers; zeros unless given. Throws RangeError or TypeError naming the argument that is wrong. */
export function ipfixBridgeReply(
  init: IpfixInit & { readonly stats?: Partial<IpfixStats> } = {},
): MultipartReply<never, IpfixBridgeReply> {
  requireObject("init", init);
  const { stats, ...head } = onlyKnown(init, { ...headOf(init), stats: statsOf("stats", init.stats ?? {}) });
  return { type: "multipartReply", ...head, body: { type: "ipfixBridge", ...stats } };
}

/** What a switch answers; zeros unless given. Throws RangeError or TypeError naming the argument that is wrong. */
export function ipfixFlowReply(
  init: IpfixInit & { readonly collectorSets: readonly Partial<IpfixStats>[] },
): MultipartReply<never, IpfixFlowReply> {
  requireObject("init", init);
  const { collectorSets, ...head } = onlyKnown(init, {
    ...headOf(init),
    collectorSets: requireList("collectorSets", init.collectorSets).map((set, index) =>
      statsOf(`collectorSets[${index}]`, set),
    ),
  });
  return { type: "multipartReply", ...head, body: { type: "ipfixFlow", collectorSets } };
}
