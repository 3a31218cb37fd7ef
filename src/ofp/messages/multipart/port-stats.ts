/** OpenFlow 1.3.5 §7.3.5.6, OFPMP_PORT_STATS: struct ofp_port_stats_request and ofp_port_stats. */
import { pad, parsed, struct, u32, u64, type ValueOf } from "../../../wire/index.ts";
import { MultipartType } from "../../enums/multipart.ts";
import { Port } from "../../enums/port.ts";
import { onlyKnown, requireBigUint, requireList, requireObject, requireUint } from "../../require.ts";
import { fixed } from "../../tagged.ts";
import type { BodyDefinition } from "./body.ts";
import { readStructs, writeStructs } from "./list.ts";

const requestFields = {
  portNo: u32, // Port.any for every port
  pad: pad(4),
};
export const portStatsRequestLayout = parsed(struct(requestFields));

/** Asks for the counters of a port. */
export interface PortStatsRequest extends ValueOf<typeof requestFields> {
  readonly type: "portStats";
}

/** What `multipartRequest` takes for counters of ports: every port unless told otherwise. */
export type PortStatsRequestInit = Pick<PortStatsRequest, "type"> & Partial<PortStatsRequest>;

export const portStatsRequestBody: BodyDefinition<PortStatsRequest, PortStatsRequestInit> = {
  ...fixed<PortStatsRequest>("portStats", MultipartType.portStats, portStatsRequestLayout),
  complete: (init) => ({ type: "portStats", portNo: requireUint("portNo", init.portNo, 32, Port.any) }),
};

// A counter of all ones is one that the switch does not have.
const fields = {
  portNo: u32,
  pad: pad(4),
  rxPackets: u64,
  txPackets: u64,
  rxBytes: u64,
  txBytes: u64,
  rxDropped: u64,
  txDropped: u64,
  rxErrors: u64, // the next three and more
  txErrors: u64,
  rxFrameErr: u64, // frame alignment errors
  rxOverErr: u64, // overruns
  rxCrcErr: u64,
  collisions: u64,
  durationSec: u32, // seconds
  durationNsec: u32, // nanoseconds beyond durationSec
};
export const portStatsLayout = parsed(struct(fields));

/**
 * A port with its counters; one of all ones is unknown to the switch.
 *
 * @interface
 */
export type PortStats = ValueOf<typeof fields>;

/** The counters of ports. */
export interface PortStatsReply {
  readonly type: "portStats";
  readonly ports: readonly PortStats[];
}

/** What {@link portStats} takes: counters are zero unless given. */
export type PortStatsInit = Partial<PortStats> & Pick<PortStats, "portNo">;

/** What `multipartReply` takes for counters of ports: no ports unless given. */
export interface PortStatsReplyInit {
  readonly type: "portStats";
  readonly ports?: readonly PortStatsInit[];
}

export const portStatsReplyBody: BodyDefinition<PortStatsReply, PortStatsReplyInit> = {
  type: "portStats",
  code: MultipartType.portStats,
  decode: (reader) => ({ type: "portStats", ports: readStructs(reader, "ports", portStatsLayout) }),
  encode: (writer, { ports }) => {
    writeStructs(writer, "ports", portStatsLayout, ports);
  },
  complete: (init) => ({
    type: "portStats",
    ports: requireList("ports", init.ports, []).map((item) => portStats(item)),
  }),
};

/** A port's counters as a switch reports them. Throws RangeError or TypeError naming the argument that is wrong. */
export function portStats(init: PortStatsInit): PortStats {
  requireObject("init", init);
  return onlyKnown(init, {
    portNo: requireUint("portNo", init.portNo, 32),
    rxPackets: requireBigUint("rxPackets", init.rxPackets, 64, 0n),
    txPackets: requireBigUint("txPackets", init.txPackets, 64, 0n),
    rxBytes: requireBigUint("rxBytes", init.rxBytes, 64, 0n),
    txBytes: requireBigUint("txBytes", init.txBytes, 64, 0n),
    rxDropped: requireBigUint("rxDropped", init.rxDropped, 64, 0n),
    txDropped: requireBigUint("txDropped", init.txDropped, 64, 0n),
    rxErrors: requireBigUint("rxErrors", init.rxErrors, 64, 0n),
    txErrors: requireBigUint("txErrors", init.txErrors, 64, 0n),
    rxFrameErr: requireBigUint("rxFrameErr", init.rxFrameErr, 64, 0n),
    rxOverErr: requireBigUint("rxOverErr", init.rxOverErr, 64, 0n),
    rxCrcErr: requireBigUint("rxCrcErr", init.rxCrcErr, 64, 0n),
    collisions: requireBigUint("collisions", init.collisions, 64, 0n),
    durationSec: requireUint("durationSec", init.durationSec, 32, 0),
    durationNsec: requireUint("durationNsec", init.durationNsec, 32, 0),
  });
}
