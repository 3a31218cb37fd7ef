/** What an operator decides about targets, and what the planner learns about them. */
export { type Breaker, type BreakerSettings, defaultBreakerSettings } from "./breaker.ts";
export type { TargetChoice, TargetState, TargetStates } from "./target.ts";
