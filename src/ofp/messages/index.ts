/** All messages: the union and the table that codecs look them up in. */
import type { Definition, Tagged } from "../definition.ts";
import type { ExperimenterMessage, UnknownMessage } from "../message.ts";
import {
  type GetAsyncReply,
  type GetAsyncRequest,
  getAsyncReplyDefinition,
  getAsyncRequestDefinition,
  type SetAsync,
  setAsyncDefinition,
} from "./async.ts";
import { type BarrierReply, type BarrierRequest, barrierReplyDefinition, barrierRequestDefinition } from "./barrier.ts";
import {
  type GetConfigReply,
  type GetConfigRequest,
  getConfigReplyDefinition,
  getConfigRequestDefinition,
  type SetConfig,
  setConfigDefinition,
} from "./config.ts";
import { type EchoReply, type EchoRequest, echoReplyDefinition, echoRequestDefinition } from "./echo.ts";
import { type ErrorMessage, errorDefinition } from "./error.ts";
import {
  type FeaturesReply,
  type FeaturesRequest,
  featuresReplyDefinition,
  featuresRequestDefinition,
} from "./features.ts";
import { type FlowMod, flowModDefinition } from "./flow-mod.ts";
import { type FlowRemoved, flowRemovedDefinition } from "./flow-removed.ts";
import { type GroupMod, groupModDefinition } from "./group-mod.ts";
import { type Hello, helloDefinition } from "./hello.ts";
import { type MeterMod, meterModDefinition } from "./meter-mod.ts";
import {
  type MultipartReply,
  type MultipartRequest,
  multipartReplyDefinition,
  multipartRequestDefinition,
} from "./multipart.ts";
import { type PacketIn, packetInDefinition } from "./packet-in.ts";
import { type PacketOut, packetOutDefinition } from "./packet-out.ts";
import { type PortMod, portModDefinition } from "./port-mod.ts";
import { type PortStatus, portStatusDefinition } from "./port-status.ts";
import {
  type QueueGetConfigReply,
  type QueueGetConfigRequest,
  queueGetConfigReplyDefinition,
  queueGetConfigRequestDefinition,
} from "./queue-config.ts";
import { type RoleReply, type RoleRequest, roleReplyDefinition, roleRequestDefinition } from "./role.ts";
import { type TableMod, tableModDefinition } from "./table-mod.ts";

/** A message; `X` are the actions and `M` the messages of the extensions in use. */
export type Message<X extends Tagged = never, M extends Tagged = never> =
  | Hello
  | ErrorMessage
  | EchoRequest
  | EchoReply
  | FeaturesRequest
  | FeaturesReply
  | GetConfigRequest
  | GetConfigReply
  | SetConfig
  | PacketIn
  | FlowRemoved
  | PortStatus
  | PacketOut<X>
  | FlowMod<X>
  | GroupMod<X>
  | PortMod
  | TableMod
  | MultipartRequest
  | MultipartReply<X>
  | BarrierRequest
  | BarrierReply
  | QueueGetConfigRequest
  | QueueGetConfigReply
  | RoleRequest
  | RoleReply
  | GetAsyncRequest
  | GetAsyncReply
  | SetAsync
  | MeterMod
  | ExperimenterMessage
  | UnknownMessage
  | M;

/** In the order of their numbers; what is missing decodes to `unknown`. */
export const standardMessages: readonly Definition[] = [
  helloDefinition,
  errorDefinition,
  echoRequestDefinition,
  echoReplyDefinition,
  featuresRequestDefinition,
  featuresReplyDefinition,
  getConfigRequestDefinition,
  getConfigReplyDefinition,
  setConfigDefinition,
  packetInDefinition,
  flowRemovedDefinition,
  portStatusDefinition,
  packetOutDefinition,
  flowModDefinition,
  groupModDefinition,
  portModDefinition,
  tableModDefinition,
  multipartRequestDefinition,
  multipartReplyDefinition,
  barrierRequestDefinition,
  barrierReplyDefinition,
  queueGetConfigRequestDefinition,
  queueGetConfigReplyDefinition,
  roleRequestDefinition,
  roleReplyDefinition,
  getAsyncRequestDefinition,
  getAsyncReplyDefinition,
  setAsyncDefinition,
  meterModDefinition,
];
