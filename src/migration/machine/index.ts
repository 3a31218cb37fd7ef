/** The state machine of one connection. */
export { defaultLimits, defaultTiming, type Limits, type Timing } from "./bounds.ts";
export type { ChosenTarget, ConnectionConfig, ServerPlace, Service, TargetWish } from "./config.ts";
export {
  type BundledFlow,
  type BundleEffect,
  type ConnectionEffect,
  type ConnectionFlow,
  ConnectionRole,
  type FlowEffect,
  type FlowStatsEffect,
  type InspectEffect,
  type ReportEffect,
  type SendEffect,
  type WaitEffect,
} from "./effect.ts";
export type {
  BarrierReplyEvent,
  ConnectionEvent,
  ErrorEvent,
  FlowRemovedEvent,
  FlowStatsEvent,
  PacketInEvent,
  ReportedFlow,
  SwitchEvent,
  TimerEvent,
  VerdictEvent,
} from "./event.ts";
export type { Heard, Piece } from "./heard.ts";
export { type ConnectionPhase, phases } from "./phase.ts";
export { ORIGIN } from "./places.ts";
export type { ServiceProfile, SpeaksFirst } from "./profile.ts";
export { ReportCode } from "./report.ts";
export type {
  Bucket,
  Candidate,
  ConnectionState,
  Greeting,
  LateMove,
  Parked,
  Pending,
  Progress,
  Recovered,
  Shadow,
  StickyVerdict,
  Takeover,
  TargetAccepted,
} from "./state.ts";
export { deadline, type StepResult, step } from "./step.ts";
