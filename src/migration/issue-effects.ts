/** Makes effects with running numbers. */
import { type Action, barrierRequest, output, Port, packetOut } from "../ofp/index.ts";
import { decodeFrame, encodeFrame, type Frame } from "../tcp/index.ts";
import { seqAdd } from "../tcp/seq.ts";
import type { FlowRole } from "./cookie.ts";
import type { BarrierEffect, Carried, FlowModEffect, PacketOutEffect, Phase } from "./effect.ts";
import type { HandoverFlow } from "./flows.ts";

/** Makes the effects of one plan, in order. */
export interface Issuer {
  flow(phase: Phase, role: keyof typeof FlowRole, message: HandoverFlow, why: string): FlowModEffect;
  /** A segment of the planner's own, straight out of a port. */
  segment(phase: Phase, carries: Carried, frame: Frame, port: number, why: string): PacketOutEffect;
  /** A segment that came in by `inPort` before, through the flow table. */
  reinject(phase: Phase, bytes: Uint8Array, inPort: number, why: string): PacketOutEffect;
  barrier(phase: Phase, why: string): BarrierEffect;
}

/** `firstId` is the id of the first effect; the next ones count up modulo 2³². */
export function createIssuer(firstId: number, dpid: bigint): Issuer {
  let next = firstId;
  const base = (phase: Phase, why: string) => {
    const id = next;
    next = seqAdd(next, 1);
    return { id, dpid, why, phase };
  };
  const packet = (
    phase: Phase,
    carries: Carried,
    data: Uint8Array,
    inPort: number,
    action: Action,
    why: string,
  ): PacketOutEffect => {
    const header = base(phase, why);
    const message = packetOut({ xid: header.id, inPort, actions: [action], data });
    return { type: "packetOut", ...header, carries, frame: decodeFrame(data), message };
  };
  return {
    flow(phase, role, message, why) {
      const header = base(phase, why);
      return { type: "flowMod", ...header, role, message: { ...message, xid: header.id } };
    },
    segment: (phase, carries, frame, port, why) =>
      packet(phase, carries, encodeFrame(frame), Port.controller, output(port), why),
    reinject: (phase, bytes, inPort, why) => packet(phase, "data", bytes, inPort, output(Port.table), why),
    barrier(phase, why) {
      const header = base(phase, why);
      return { type: "barrier", ...header, message: { ...barrierRequest(), xid: header.id } };
    },
  };
}
