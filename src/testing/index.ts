/**
 * For tests and demonstrations without a network: an OpenFlow switch and TCP hosts in memory, and links between them that lose
 * and reorder.
 *
 * @module testing
 */

export type { Endpoint, VlanTag } from "../tcp/index.ts";
export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export type { Agreed, ConnectionError, HostConnection, TcpState } from "./host/connection-types.ts";
export type { ConnectOptions, Listener, ListenOptions, ModelHost } from "./host/host-types.ts";
export { createModelHost } from "./host/model-host.ts";
export type { Application, ModelHostOptions, TcpSettings } from "./host/options.ts";
export { createNetwork } from "./network/network.ts";
export type {
  CableConditions,
  CarriedFrame,
  Fate,
  LinkConditions,
  Network,
  NetworkOptions,
  Plug,
  RunOptions,
  SwitchPort,
  TappedFrame,
} from "./network/network-types.ts";
export { createModelSwitch } from "./switch/model-switch.ts";
export type { ModelSwitch, ModelSwitchOptions, SwitchOutput } from "./switch/options.ts";
export type { SentFrame } from "./switch/pass.ts";
