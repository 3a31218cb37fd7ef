/** The messages of the extensions. A new one is a row of its experimenter's table. */
import type { MessageRow } from "../../ofp/definition.ts";
import type { NiciraAction } from "../actions/index.ts";
import type { NiciraMultipart, OnfMultipart } from "../multiparts/index.ts";
import {
  type SetAsyncConfig,
  type SetAsyncConfig2,
  setAsyncConfig2Definition,
  setAsyncConfigDefinition,
} from "./async-config.ts";
import { type BundleAdd, type BundleControl, bundleAddDefinition, bundleControlDefinition } from "./bundle.ts";
import { type CtFlush, type CtFlushZone, ctFlushDefinition, ctFlushZoneDefinition } from "./ct-flush.ts";
import { type NxFlowMod, nxFlowModDefinition } from "./flow-mod.ts";
import {
  type FlowMonitorCancel,
  type FlowMonitorPaused,
  type FlowMonitorResumed,
  flowMonitorCancelDefinition,
  flowMonitorPausedDefinition,
  flowMonitorResumedDefinition,
} from "./flow-monitor.ts";
import { type NxFlowRemoved, nxFlowRemovedDefinition } from "./flow-removed.ts";
import { type NxPacketIn, nxPacketInDefinition } from "./packet-in.ts";
import { type PacketIn2, packetIn2Definition, type Resume, resumeDefinition } from "./packet-in2.ts";
import { type RequestForward, requestForwardDefinition } from "./request-forward.ts";
import { type NxRoleReply, type NxRoleRequest, nxRoleReplyDefinition, nxRoleRequestDefinition } from "./role.ts";
import { type RoleStatus, roleStatusDefinition } from "./role-status.ts";
import {
  type FlowAge,
  type FlowModTableId,
  flowAgeDefinition,
  flowModTableIdDefinition,
  type SetControllerId,
  type SetPacketInFormat,
  setControllerIdDefinition,
  setPacketInFormatDefinition,
} from "./settings.ts";
import {
  type TlvTableMod,
  type TlvTableReply,
  type TlvTableRequest,
  tlvTableModDefinition,
  tlvTableReplyDefinition,
  tlvTableRequestDefinition,
} from "./tlv-table.ts";

/** A message of the Nicira extension, as Open vSwitch carries them under OpenFlow 1.3. */
export type NiciraMessage =
  | NxRoleRequest
  | NxRoleReply
  | NxFlowMod<NiciraAction>
  | NxFlowRemoved
  | FlowModTableId
  | SetPacketInFormat
  | NxPacketIn
  | FlowAge
  | SetAsyncConfig
  | SetControllerId
  | TlvTableMod
  | TlvTableRequest
  | TlvTableReply
  | SetAsyncConfig2
  | Resume<NiciraAction>
  | CtFlushZone
  | PacketIn2<NiciraAction>
  | CtFlush
  | NiciraMultipart;

/** In the order of their numbers. */
export const niciraMessages: readonly MessageRow<NiciraMessage>[] = [
  nxRoleRequestDefinition,
  nxRoleReplyDefinition,
  nxFlowModDefinition<NiciraAction>(),
  nxFlowRemovedDefinition,
  flowModTableIdDefinition,
  setPacketInFormatDefinition,
  nxPacketInDefinition,
  flowAgeDefinition,
  setAsyncConfigDefinition,
  setControllerIdDefinition,
  tlvTableModDefinition,
  tlvTableRequestDefinition,
  tlvTableReplyDefinition,
  setAsyncConfig2Definition,
  resumeDefinition<NiciraAction>(),
  ctFlushZoneDefinition,
  packetIn2Definition<NiciraAction>(),
  ctFlushDefinition,
];

/** A message of an extension that the ONF numbered: monitors of flows (EXT-187), bundles (EXT-230), what a switch tells besides. */
export type OnfMessage =
  | FlowMonitorCancel
  | FlowMonitorPaused
  | FlowMonitorResumed
  | RoleStatus
  | BundleControl
  | BundleAdd<NiciraAction>
  | RequestForward<NiciraAction>
  | OnfMultipart;

/** In the order of their numbers. */
export const onfMessages: readonly MessageRow<OnfMessage>[] = [
  flowMonitorCancelDefinition,
  flowMonitorPausedDefinition,
  flowMonitorResumedDefinition,
  roleStatusDefinition,
  bundleControlDefinition,
  bundleAddDefinition<NiciraAction>(),
  requestForwardDefinition<NiciraAction>(),
];

/** A message of either. */
export type ExtensionMessage = NiciraMessage | OnfMessage;
