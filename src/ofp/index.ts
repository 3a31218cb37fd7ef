/**
 * OpenFlow 1.3: messages, matches, instructions and actions, without any extension.
 *
 * @packageDocumentation
 */

export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export type { Action, Added, ExperimenterAction, StandardAction, UnknownAction } from "./action.ts";
export * from "./actions/header.ts";
export { type GroupAction, group, type OutputAction, output, type SetQueueAction, setQueue } from "./actions/output.ts";
export { type SetFieldAction, setField } from "./actions/set-field.ts";
export { type Codec, createCodec, type EncodeOptions } from "./codec.ts";
export type {
  ActionContext,
  ActionWord,
  Definition,
  Entry,
  ExperimenterExtension,
  FieldPart,
  FieldText,
  FieldValue,
  Masked,
  MessageRow,
  MultipartDirection,
  OxmField,
  Printed,
  PrintText,
  Refusal,
  Registry,
  SeenFields,
  Tagged,
  ValueText,
  VariantOf,
} from "./definition.ts";
export * from "./enums/action.ts";
export * from "./enums/error.ts";
export { errorName } from "./enums/error-name.ts";
export * from "./enums/flow.ts";
export * from "./enums/group.ts";
export * from "./enums/match.ts";
export * from "./enums/message.ts";
export * from "./enums/meter.ts";
export * from "./enums/multipart.ts";
export * from "./enums/packet.ts";
export * from "./enums/port.ts";
export * from "./enums/queue.ts";
export * from "./enums/switch.ts";
export * from "./enums/table.ts";
export { FrameReader, type FrameReaderOptions } from "./frame-reader.ts";
export {
  type ApplyActionsInstruction,
  applyActions,
  type ClearActionsInstruction,
  clearActions,
  type ExperimenterInstruction,
  type GotoTableInstruction,
  gotoTable,
  type Instruction,
  type MeterInstruction,
  meter,
  type UnknownInstruction,
  type WriteActionsInstruction,
  type WriteMetadataInstruction,
  writeActions,
  writeMetadata,
} from "./instruction.ts";
export { type JsonValue, toJSON } from "./json.ts";
export type { Match } from "./match.ts";
export { type ExperimenterMessage, type MessageHeader, OFP_VERSION, type UnknownMessage } from "./message.ts";
export {
  type AsyncInit,
  type AsyncMasks,
  type GetAsyncReply,
  type GetAsyncRequest,
  getAsyncReply,
  getAsyncRequest,
  type SetAsync,
  setAsync,
} from "./messages/async.ts";
export {
  type BarrierReply,
  type BarrierRequest,
  barrierReply,
  barrierRequest,
} from "./messages/barrier.ts";
export type { Bucket, BucketInit } from "./messages/bucket.ts";
export {
  type ConfigInit,
  type GetConfigReply,
  type GetConfigRequest,
  getConfigReply,
  getConfigRequest,
  type SetConfig,
  setConfig,
} from "./messages/config.ts";
export { type EchoInit, type EchoReply, type EchoRequest, echoReply, echoRequest } from "./messages/echo.ts";
export { type ErrorMessage, type ErrorMessageInit, errorMessage } from "./messages/error.ts";
export { type ExperimenterMessageInit, experimenterMessage } from "./messages/experimenter.ts";
export {
  type FeaturesReply,
  type FeaturesReplyInit,
  type FeaturesRequest,
  featuresReply,
  featuresRequest,
} from "./messages/features.ts";
export { type FlowMod, type FlowModInit, flowMod } from "./messages/flow-mod.ts";
export { type FlowRemoved, type FlowRemovedInit, flowRemoved } from "./messages/flow-removed.ts";
export { type GroupMod, type GroupModInit, groupMod } from "./messages/group-mod.ts";
export {
  type Hello,
  type HelloElement,
  hello,
  type UnknownHelloElement,
  type VersionBitmapElement,
} from "./messages/hello.ts";
export type { Message } from "./messages/index.ts";
export type { DropBand, DscpRemarkBand, ExperimenterBand, MeterBand, UnknownBand } from "./messages/meter-band.ts";
export { type MeterMod, type MeterModInit, meterMod } from "./messages/meter-mod.ts";
export type {
  AggregateStatsReply,
  AggregateStatsReplyInit,
  AggregateStatsRequest,
  AggregateStatsRequestInit,
} from "./messages/multipart/aggregate.ts";
export type { DescReply, DescReplyInit, DescRequest } from "./messages/multipart/desc.ts";
export {
  type FlowSelection,
  type FlowStats,
  type FlowStatsInit,
  type FlowStatsReply,
  type FlowStatsReplyInit,
  type FlowStatsRequest,
  type FlowStatsRequestInit,
  flowStats,
} from "./messages/multipart/flow.ts";
export {
  type BucketCounter,
  type GroupStats,
  type GroupStatsInit,
  type GroupStatsReply,
  type GroupStatsReplyInit,
  type GroupStatsRequest,
  type GroupStatsRequestInit,
  groupStats,
} from "./messages/multipart/group.ts";
export {
  type GroupDesc,
  type GroupDescInit,
  type GroupDescReply,
  type GroupDescReplyInit,
  type GroupDescRequest,
  groupDesc,
} from "./messages/multipart/group-desc.ts";
export type {
  GroupFeaturesReply,
  GroupFeaturesReplyInit,
  GroupFeaturesRequest,
  PerGroupType,
} from "./messages/multipart/group-features.ts";
export {
  type MeterBandStats,
  type MeterStats,
  type MeterStatsInit,
  type MeterStatsReply,
  type MeterStatsReplyInit,
  type MeterStatsRequest,
  type MeterStatsRequestInit,
  meterStats,
} from "./messages/multipart/meter.ts";
export {
  type MeterConfig,
  type MeterConfigInit,
  type MeterConfigReply,
  type MeterConfigReplyInit,
  type MeterConfigRequest,
  type MeterConfigRequestInit,
  meterConfig,
} from "./messages/multipart/meter-config.ts";
export type {
  MeterFeaturesReply,
  MeterFeaturesReplyInit,
  MeterFeaturesRequest,
} from "./messages/multipart/meter-features.ts";
export type { ExperimenterMultipart, UnknownMultipart } from "./messages/multipart/opaque.ts";
export type { PortDescReply, PortDescReplyInit, PortDescRequest } from "./messages/multipart/port-desc.ts";
export {
  type PortStats,
  type PortStatsInit,
  type PortStatsReply,
  type PortStatsReplyInit,
  type PortStatsRequest,
  type PortStatsRequestInit,
  portStats,
} from "./messages/multipart/port-stats.ts";
export {
  type QueueStats,
  type QueueStatsInit,
  type QueueStatsReply,
  type QueueStatsReplyInit,
  type QueueStatsRequest,
  type QueueStatsRequestInit,
  queueStats,
} from "./messages/multipart/queue.ts";
export {
  type TableStats,
  type TableStatsInit,
  type TableStatsReply,
  type TableStatsReplyInit,
  type TableStatsRequest,
  tableStats,
} from "./messages/multipart/table.ts";
export type {
  ActionsProperty,
  ExperimenterTableFeatureProperty,
  InstructionsProperty,
  NextTablesProperty,
  OxmProperty,
  TableFeatureProperty,
  UnknownTableFeatureProperty,
} from "./messages/multipart/table-feature-property.ts";
export {
  type TableFeatures,
  type TableFeaturesInit,
  type TableFeaturesReply,
  type TableFeaturesReplyInit,
  type TableFeaturesRequest,
  type TableFeaturesRequestInit,
  tableFeatures,
} from "./messages/multipart/table-features.ts";
export type { ActionId, ExperimenterTypeId, InstructionId, UnknownTypeId } from "./messages/multipart/type-id.ts";
export {
  type MultipartReply,
  type MultipartReplyBody,
  type MultipartReplyInit,
  type MultipartRequest,
  type MultipartRequestBody,
  type MultipartRequestInit,
  multipartReply,
  multipartRequest,
} from "./messages/multipart.ts";
export { type PacketIn, type PacketInInit, packetIn } from "./messages/packet-in.ts";
export { type PacketOut, type PacketOutInit, packetOut } from "./messages/packet-out.ts";
export {
  type ExperimenterQueueProperty,
  type PacketQueue,
  type PacketQueueInit,
  packetQueue,
  type QueueProperty,
  type RateQueueProperty,
  type UnknownQueueProperty,
} from "./messages/packet-queue.ts";
export { type PortDesc, type PortDescInit, portDesc } from "./messages/port-desc.ts";
export { type PortMod, type PortModInit, portMod } from "./messages/port-mod.ts";
export { type PortStatus, type PortStatusInit, portStatus } from "./messages/port-status.ts";
export {
  type QueueGetConfigReply,
  type QueueGetConfigReplyInit,
  type QueueGetConfigRequest,
  type QueueGetConfigRequestInit,
  queueGetConfigReply,
  queueGetConfigRequest,
} from "./messages/queue-config.ts";
export { type RoleInit, type RoleReply, type RoleRequest, roleReply, roleRequest } from "./messages/role.ts";
export { type TableMod, type TableModInit, tableMod } from "./messages/table-mod.ts";
export type { OxmId } from "./oxm-id.ts";
export { summary } from "./summary.ts";
export type { TextCodec } from "./text/text-codec.ts";
