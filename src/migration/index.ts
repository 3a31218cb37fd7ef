/**
 * Moving a TCP connection from one server to another: offsets, what the options allow, the plan of a hand-over, its explanation,
 * and the state machine of a connection ({@link step}). Nothing here sends anything: plans and effects are values, and become
 * OpenFlow messages by {@link encodeEffect}.
 *
 * @module migration
 */

export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export { judgeAnswer, type TargetAnswer } from "./answer.ts";
export { type CompatibilityInput, compatibility } from "./compatibility.ts";
export { type Connection, connectionId, type Ports, type ServerAddress } from "./connection.ts";
export { CookieMask, type CookieParts, cookieOf, cookieParts, defaultTag, FlowRole } from "./cookie.ts";
export * from "./data-plane/index.ts";
export {
  type BarrierEffect,
  type Carried,
  type Effect,
  encodeEffect,
  type FlowModEffect,
  type PacketOutEffect,
  type Phase,
} from "./effect.ts";
export { type ExplainFormat, type ExplainOptions, explain } from "./explain/index.ts";
export { type FlowAction, type HandoverFlow, Priority } from "./flows.ts";
export type { HeldSegment } from "./held.ts";
export * from "./history/index.ts";
export * from "./log/index.ts";
export * from "./machine/index.ts";
export * from "./neighbour/index.ts";
export { normaliseSyn } from "./normalise.ts";
export {
  type ClientNumbers,
  composeOffsets,
  invertOffsets,
  noOffsets,
  type Offsets,
  offsets,
  type ServerNumbers,
  type Shift,
} from "./offsets.ts";
export * from "./operation/index.ts";
export { pawsDrops } from "./options/timestamps.ts";
export { planMigration } from "./plan.ts";
export type {
  DialPlan,
  MigrationInput,
  Observed,
  Plan,
  PlanNumbers,
  ReadyPlan,
  RefusedPlan,
} from "./plan-types.ts";
export { defaultPolicy, type Policy, type ResolvedPolicy } from "./policy.ts";
export { type Compatibility, type Finding, type Level, Reason } from "./reason.ts";
export * from "./recovery/index.ts";
export type { FrameInput } from "./segment.ts";
export { type ServiceTrap, serviceTraps } from "./service-traps.ts";
export { type ShiftActions, type ShiftStyle, shiftActions } from "./shift-actions.ts";
export { createEventReader, type EventReader, type SwitchMessage } from "./switch-events.ts";
export * from "./tracker/index.ts";
