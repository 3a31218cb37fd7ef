/**
 * For tests and demonstrations without a network: an OpenFlow switch in memory.
 *
 * @module testing
 */

export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export { createModelSwitch } from "./switch/model-switch.ts";
export type { ModelSwitch, ModelSwitchOptions, SwitchOutput } from "./switch/options.ts";
export type { SentFrame } from "./switch/pass.ts";
