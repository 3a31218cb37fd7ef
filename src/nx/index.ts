/**
 * The Nicira extensions of Open vSwitch and those of the ONF: actions, match fields, and the four actions that shift the
 * numbers of a TCP segment.
 *
 * @module nx
 */

export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export {
  type BundleAction,
  BundleAlgorithm,
  type BundleInit,
  type BundleLoadAction,
  type BundleLoadInit,
  bundle,
  bundleLoad,
} from "./actions/bundle.ts";
export { type CloneAction, clone } from "./actions/clone.ts";
export { type ConjunctionAction, type ConjunctionInit, conjunction } from "./actions/conjunction.ts";
export { type CtClearAction, type CtInit, ct, ctClear } from "./actions/ct.ts";
export { type CtAction, CtAlg, CtFlags } from "./actions/ct-types.ts";
export { type FinTimeoutAction, type FinTimeouts, finTimeout } from "./actions/fin-timeout.ts";
export type { NiciraAction } from "./actions/index.ts";
export { type LearnInit, learn } from "./actions/learn.ts";
export type { LearnLoad, LearnMatch, LearnOutput, LearnSpec } from "./actions/learn-spec.ts";
export { type Learn2Action, type LearnAction, type Learned, LearnFlags } from "./actions/learn-types.ts";
export { type MultipathAction, MultipathAlgorithm, type MultipathInit, multipath } from "./actions/multipath.ts";
export { type NatAction, NatFlags, type NatInit, nat } from "./actions/nat.ts";
export type { NatRange } from "./actions/nat-range.ts";
export { type NoteAction, note } from "./actions/note.ts";
export { type RegLoadAction, regLoad } from "./actions/reg-load.ts";
export { type ResubmitAction, type ResubmitTableAction, resubmit, resubmitTable } from "./actions/resubmit.ts";
export {
  decTcpAck,
  decTcpSeq,
  incTcpAck,
  incTcpSeq,
  shiftAck,
  shiftSeq,
  type TcpShiftAction,
} from "./actions/tcp-shift.ts";
export { NICIRA, ONF } from "./experimenter.ts";
export { nicira, onf } from "./extension.ts";
export { HashFields } from "./hash.ts";
export {
  type AsyncConfigProperty,
  AsyncConfigPropType,
  type AsyncMaskProperty,
  type SetAsyncConfig,
  type SetAsyncConfig2,
  type SetAsyncConfig2Init,
  setAsyncConfig,
  setAsyncConfig2,
} from "./messages/async-config.ts";
export {
  type BundleAdd,
  type BundleAddInit,
  type BundleControl,
  type BundleControlInit,
  BundleControlType,
  BundleFlags,
  bundleAdd,
  bundleControl,
} from "./messages/bundle.ts";
export type { BundleProperty } from "./messages/bundle-property.ts";
export type { ContinuationProperty } from "./messages/continuation.ts";
export {
  type CtFlush,
  type CtFlushInit,
  type CtFlushZone,
  type CtFlushZoneInit,
  type CtTuple,
  ctFlush,
  ctFlushZone,
} from "./messages/ct-flush.ts";
export {
  type CtFlushProperty,
  CtFlushPropType,
  type CtTupleListProperty,
  type CtTupleProperty,
  CtTuplePropType,
  type CtZoneProperty,
} from "./messages/ct-tuple.ts";
export { type NxFlowMod, type NxFlowModInit, nxFlowMod } from "./messages/flow-mod.ts";
export {
  type FlowMonitorCancel,
  type FlowMonitorPaused,
  type FlowMonitorResumed,
  flowMonitorCancel,
  flowMonitorPaused,
  flowMonitorResumed,
} from "./messages/flow-monitor.ts";
export { type NxFlowRemoved, type NxFlowRemovedInit, nxFlowRemoved } from "./messages/flow-removed.ts";
export type { ExtensionMessage, NiciraMessage, OnfMessage } from "./messages/index.ts";
export { type NxPacketIn, type NxPacketInInit, nxPacketIn } from "./messages/packet-in.ts";
export {
  type PacketIn2,
  type PacketIn2Facts,
  type PacketIn2Init,
  packetIn2,
  packetIn2Facts,
  type Resume,
  type ResumeChanges,
  resume,
} from "./messages/packet-in2.ts";
export {
  type KnownPacketIn2Property,
  type PacketIn2BufferIdProperty,
  type PacketIn2ContinuationProperty,
  type PacketIn2CookieProperty,
  type PacketIn2DataProperty,
  type PacketIn2FullLenProperty,
  type PacketIn2MetadataProperty,
  type PacketIn2Property,
  PacketIn2PropType,
  type PacketIn2ReasonProperty,
  type PacketIn2TableIdProperty,
} from "./messages/packet-in2-property.ts";
export type { ExperimenterProperty, UnknownProperty } from "./messages/property.ts";
export { type RequestForward, type RequestForwardInit, requestForward } from "./messages/request-forward.ts";
export {
  NxRole,
  type NxRoleInit,
  type NxRoleReply,
  type NxRoleRequest,
  nxRoleReply,
  nxRoleRequest,
} from "./messages/role.ts";
export { type RoleStatus, type RoleStatusInit, RoleStatusReason, roleStatus } from "./messages/role-status.ts";
export {
  type FlowAge,
  type FlowModTableId,
  flowAge,
  flowModTableId,
  PacketInFormat,
  type SetControllerId,
  type SetPacketInFormat,
  setControllerId,
  setPacketInFormat,
} from "./messages/settings.ts";
export {
  type TlvMapping,
  type TlvTableMod,
  TlvTableModCommand,
  type TlvTableModInit,
  type TlvTableReply,
  type TlvTableReplyInit,
  type TlvTableRequest,
  tlvTableMod,
  tlvTableReply,
  tlvTableRequest,
} from "./messages/tlv-table.ts";
export {
  type FlowMonitor,
  FlowMonitorFlags,
  type FlowMonitorInit,
  type FlowMonitorRequest,
  type FlowMonitorRequestInit,
  flowMonitorRequest,
} from "./multiparts/flow-monitor.ts";
export {
  type AbbreviatedFlowUpdate,
  type FlowMonitorReply,
  type FlowMonitorReplyInit,
  type FlowUpdate,
  FlowUpdateEvent,
  type FullFlowUpdate,
  flowMonitorReply,
  type UnknownFlowUpdate,
} from "./multiparts/flow-update.ts";
export type { NiciraMultipart, OnfMultipart } from "./multiparts/index.ts";
export {
  type IpfixBridgeReply,
  type IpfixFlowReply,
  type IpfixInit,
  type IpfixRequest,
  type IpfixStats,
  ipfixBridgeReply,
  ipfixBridgeRequest,
  ipfixFlowReply,
  ipfixFlowRequest,
} from "./multiparts/ipfix.ts";
export type { MeasuredMatch } from "./multiparts/match-length.ts";
export type { Subfield } from "./subfield.ts";
