/** What the switch does, and what is left to the planner. */
export { dataPlaneConfig } from "./configure.ts";
export {
  type Ability,
  beginProbe,
  type DataPlane,
  type ProbeEffect,
  type ProbeEvent,
  type ProbeOptions,
  type ProbeState,
  probeStep,
} from "./probe.ts";
