/**
 * OpenFlow 1.3: messages, matches, instructions and actions, without any extension.
 *
 * @packageDocumentation
 */

export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export type { Action, ExperimenterAction, StandardAction, UnknownAction } from "./action.ts";
export * from "./actions/header.ts";
export { type GroupAction, group, type OutputAction, output, type SetQueueAction, setQueue } from "./actions/output.ts";
export { type SetFieldAction, setField } from "./actions/set-field.ts";
export { type Codec, createCodec, type EncodeOptions } from "./codec.ts";
export * from "./enums/flow.ts";
export * from "./enums/port.ts";
export { type FlowMod, type FlowModInit, flowMod } from "./messages/flow-mod.ts";
export * from "./messages/hello.ts";
