/** ONF EXT-187 as Open vSwitch speaks it: what is said about monitors of flows besides multipart messages. */
import type { Body, MessageHeader } from "../../ofp/message.ts";
import { onlyKnown, requireObject, requireUint } from "../../ofp/require.ts";
import { fixed } from "../../ofp/tagged.ts";
import { struct, u32, type ValueOf } from "../../wire/index.ts";

const fields = { id: u32 };

/** ONFT_FLOW_MONITOR_CANCEL: ends a monitor. */
export interface FlowMonitorCancel extends MessageHeader, ValueOf<typeof fields> {
  readonly type: "flowMonitorCancel";
}

/** ONFT_FLOW_MONITOR_PAUSED: updates are missing from now on, for they come faster than the controller reads. */
export interface FlowMonitorPaused extends MessageHeader {
  readonly type: "flowMonitorPaused";
}

/** ONFT_FLOW_MONITOR_RESUMED: what was missing has been told. */
export interface FlowMonitorResumed extends MessageHeader {
  readonly type: "flowMonitorResumed";
}

export const flowMonitorCancelDefinition = {
  ...fixed<Body<FlowMonitorCancel>>("flowMonitorCancel", 1870, struct(fields)),
  label: "ONFT_FLOW_MONITOR_CANCEL",
  print: ({ id }: Body<FlowMonitorCancel>) => ` id=${id}`,
};
export const flowMonitorPausedDefinition = {
  ...fixed<Body<FlowMonitorPaused>>("flowMonitorPaused", 1871, struct({})),
  label: "ONFT_FLOW_MONITOR_PAUSED",
};
export const flowMonitorResumedDefinition = {
  ...fixed<Body<FlowMonitorResumed>>("flowMonitorResumed", 1872, struct({})),
  label: "ONFT_FLOW_MONITOR_RESUMED",
};

/** `flowMonitorCancel({ id: 1 })`. Throws RangeError or TypeError naming the argument that is wrong. */
export function flowMonitorCancel(init: { readonly xid?: number; readonly id: number }): FlowMonitorCancel {
  requireObject("init", init);
  return onlyKnown(init, {
    type: "flowMonitorCancel",
    xid: requireUint("xid", init.xid, 32, 0),
    id: requireUint("id", init.id, 32),
  });
}

/** What a switch sends. Throws RangeError or TypeError naming the argument that is wrong. */
export function flowMonitorPaused(init: { readonly xid?: number } = {}): FlowMonitorPaused {
  requireObject("init", init);
  return onlyKnown(init, { type: "flowMonitorPaused", xid: requireUint("xid", init.xid, 32, 0) });
}

/** What a switch sends. Throws RangeError or TypeError naming the argument that is wrong. */
export function flowMonitorResumed(init: { readonly xid?: number } = {}): FlowMonitorResumed {
  requireObject("init", init);
  return onlyKnown(init, { type: "flowMonitorResumed", xid: requireUint("xid", init.xid, 32, 0) });
}
