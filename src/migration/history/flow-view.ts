/** What the switch's flows make of a segment, known from the flow-mods that were sent. */
import { FlowModCommand, type Match, Port, toJSON } from "../../ofp/index.ts";
import type { Frame, VlanTag } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import type { ConnectionFlow } from "../machine/index.ts";
import type { SegmentNumbers } from "./types.ts";

/** No connection has so many flows at a time. */
const MAX_FLOWS = 64;

interface Entry {
  readonly cookie: bigint;
  readonly priority: number;
  readonly match: Match;
  readonly actions: ReturnType<typeof actionsOf>;
  /** Where it sends to; undefined for nowhere, or to the controller. */
  readonly port: number | undefined;
}

/** A segment as it leaves the switch. */
export interface Carried {
  readonly frame: Frame;
  readonly port: number;
}

/** The flows of one connection. */
export interface FlowView {
  readonly change: (flow: ConnectionFlow) => void;
  /** What becomes of a frame that comes in by a port; undefined when no flow carries it anywhere. */
  readonly carry: (frame: Frame, inPort: number) => Carried | undefined;
}

function actionsOf({ instructions }: Pick<ConnectionFlow, "instructions">) {
  return instructions.flatMap((instruction) => (instruction.type === "applyActions" ? instruction.actions : []));
}

/** What a flow adds to the numbers, modulo 2³². */
export function shiftOfFlow(flow: Pick<ConnectionFlow, "instructions">): SegmentNumbers {
  let [seq, ack] = [0, 0];
  for (const action of actionsOf(flow)) {
    if (action.type === "incTcpSeq") seq = seqAdd(seq, action.delta);
    else if (action.type === "decTcpSeq") seq = seqAdd(seq, -action.delta);
    else if (action.type === "incTcpAck") ack = seqAdd(ack, action.delta);
    else if (action.type === "decTcpAck") ack = seqAdd(ack, -action.delta);
  }
  return { seq, ack };
}

export function createFlowView(): FlowView {
  const entries = new Map<string, Entry>();
  return {
    change(flow) {
      const { cookie, cookieMask, command, priority, match, tableId } = flow;
      if (command === FlowModCommand.delete || command === FlowModCommand.deleteStrict) {
        for (const [key, entry] of entries)
          if ((entry.cookie & cookieMask) === (cookie & cookieMask)) entries.delete(key);
        return;
      }
      const actions = actionsOf(flow);
      const port = actions.reduce<number | undefined>(
        (last, one) => (one.type === "output" ? one.port : last),
        undefined,
      );
      const key = JSON.stringify([tableId, priority, toJSON(match)]);
      // The same match and priority: OpenFlow 1.3.5 §6.4 puts the new flow in the old one's place.
      entries.delete(key);
      entries.set(key, { cookie, priority, match, actions, port: port === Port.controller ? undefined : port });
      const [oldest] = entries.keys();
      if (entries.size > MAX_FLOWS && oldest !== undefined) entries.delete(oldest);
    },
    carry(frame, inPort) {
      const fitting = [...entries.values()].filter(
        ({ port, match }) => port !== undefined && fits(match, frame, inPort),
      );
      const best = fitting.reduce<Entry | undefined>((a, b) => (a && a.priority >= b.priority ? a : b), undefined);
      if (best?.port === undefined) return undefined;
      return { frame: rewritten(frame, best), port: best.port === Port.inPort ? inPort : best.port };
    },
  };
}

/** By what tells the connection's directions apart. */
function fits(match: Match, { ipv4, ipv6, tcp }: Frame, inPort: number): boolean {
  const wanted: readonly [unknown, unknown][] = [
    [match.inPort, inPort],
    [match.ipv4Src, ipv4?.src],
    [match.ipv4Dst, ipv4?.dst],
    [match.ipv6Src, ipv6?.src],
    [match.ipv6Dst, ipv6?.dst],
    [match.tcpSrc, tcp?.srcPort],
    [match.tcpDst, tcp?.dstPort],
  ];
  return wanted.every(([field, value]) => field === undefined || field === value);
}

function rewritten(frame: Frame, entry: Entry): Frame {
  const { tcp } = frame;
  if (!tcp) return frame;
  const { seq, ack } = shiftOfFlow({ instructions: [{ type: "applyActions", actions: entry.actions }] });
  const fields: Match = Object.fromEntries(
    entry.actions.flatMap((action) => (action.type === "setField" ? Object.entries(action.field) : [])),
  );
  const { ethDst, ipv4Dst, ipv6Dst, tcpDst } = fields;
  return {
    ...frame,
    ethernet: {
      ...frame.ethernet,
      vlans: taggedBy(entry, frame.ethernet.vlans),
      ...(typeof ethDst === "string" && { dst: ethDst }),
    },
    ...(frame.ipv4 && { ipv4: { ...frame.ipv4, ...(typeof ipv4Dst === "string" && { dst: ipv4Dst }) } }),
    ...(frame.ipv6 && { ipv6: { ...frame.ipv6, ...(typeof ipv6Dst === "string" && { dst: ipv6Dst }) } }),
    tcp: {
      ...tcp,
      seq: seqAdd(tcp.seq, seq),
      ack: seqAdd(tcp.ack, ack),
      ...(typeof tcpDst === "number" && { dstPort: tcpDst }),
    },
  };
}

/** The tags as the actions leave them, as far as they tell servers apart: by their identifiers. */
function taggedBy({ actions }: Entry, tags: readonly VlanTag[]): readonly VlanTag[] {
  let vlans = tags;
  for (const action of actions) {
    if (action.type === "popVlan") vlans = vlans.slice(1);
    else if (action.type === "pushVlan") vlans = [{ tpid: action.ethertype, pcp: 0, dei: false, vid: 0 }, ...vlans];
    else if (action.type === "setField" && typeof action.field.vlanVid === "number") {
      const [outer, ...inner] = vlans;
      if (outer) vlans = [{ ...outer, vid: action.field.vlanVid & 0xfff }, ...inner];
    }
  }
  return vlans;
}
