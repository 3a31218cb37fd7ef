/** OpenFlow 1.3.5 §7.3.5: struct ofp_multipart_request and ofp_multipart_reply. A new type is a row in both tables. */
import { pad, parsed, quote, type Reader, struct, u16, WireError } from "../../wire/index.ts";
import type { Added } from "../action.ts";
import type { Definition, MultipartDirection, Registry, Tagged } from "../definition.ts";
import { MessageType } from "../enums/message.ts";
import type { MessageHeader } from "../message.ts";
import { part } from "../part.ts";
import { requireObject, requireUint } from "../require.ts";
import { typeOf } from "../tagged.ts";
import {
  type AggregateStatsReply,
  type AggregateStatsReplyInit,
  type AggregateStatsRequest,
  type AggregateStatsRequestInit,
  aggregateStatsReplyBody,
  aggregateStatsRequestBody,
} from "./multipart/aggregate.ts";
import type { BodyDefinition } from "./multipart/body.ts";
import {
  type DescReply,
  type DescReplyInit,
  type DescRequest,
  descReplyBody,
  descRequestBody,
} from "./multipart/desc.ts";
import {
  type FlowStatsReply,
  type FlowStatsReplyInit,
  type FlowStatsRequest,
  type FlowStatsRequestInit,
  flowStatsReplyBody,
  flowStatsRequestBody,
} from "./multipart/flow.ts";
import {
  type GroupStatsReply,
  type GroupStatsReplyInit,
  type GroupStatsRequest,
  type GroupStatsRequestInit,
  groupStatsReplyBody,
  groupStatsRequestBody,
} from "./multipart/group.ts";
import {
  type GroupDescReply,
  type GroupDescReplyInit,
  type GroupDescRequest,
  groupDescReplyBody,
  groupDescRequestBody,
} from "./multipart/group-desc.ts";
import {
  type GroupFeaturesReply,
  type GroupFeaturesReplyInit,
  type GroupFeaturesRequest,
  groupFeaturesReplyBody,
  groupFeaturesRequestBody,
} from "./multipart/group-features.ts";
import {
  type MeterStatsReply,
  type MeterStatsReplyInit,
  type MeterStatsRequest,
  type MeterStatsRequestInit,
  meterStatsReplyBody,
  meterStatsRequestBody,
} from "./multipart/meter.ts";
import {
  type MeterConfigReply,
  type MeterConfigReplyInit,
  type MeterConfigRequest,
  type MeterConfigRequestInit,
  meterConfigReplyBody,
  meterConfigRequestBody,
} from "./multipart/meter-config.ts";
import {
  type MeterFeaturesReply,
  type MeterFeaturesReplyInit,
  type MeterFeaturesRequest,
  meterFeaturesReplyBody,
  meterFeaturesRequestBody,
} from "./multipart/meter-features.ts";
import {
  type ExperimenterMultipart,
  experimenterBody,
  extensionBody,
  type UnknownMultipart,
  unknownBody,
} from "./multipart/opaque.ts";
import {
  type PortDescReply,
  type PortDescReplyInit,
  type PortDescRequest,
  portDescReplyBody,
  portDescRequestBody,
} from "./multipart/port-desc.ts";

import {
  type PortStatsReply,
  type PortStatsReplyInit,
  type PortStatsRequest,
  type PortStatsRequestInit,
  portStatsReplyBody,
  portStatsRequestBody,
} from "./multipart/port-stats.ts";
import {
  type QueueStatsReply,
  type QueueStatsReplyInit,
  type QueueStatsRequest,
  type QueueStatsRequestInit,
  queueStatsReplyBody,
  queueStatsRequestBody,
} from "./multipart/queue.ts";
import {
  type TableStatsReply,
  type TableStatsReplyInit,
  type TableStatsRequest,
  tableStatsReplyBody,
  tableStatsRequestBody,
} from "./multipart/table.ts";
import {
  type TableFeaturesReply,
  type TableFeaturesReplyInit,
  type TableFeaturesRequest,
  type TableFeaturesRequestInit,
  tableFeaturesBody,
} from "./multipart/table-features.ts";

/** What a multipart request asks for; `type` says which kind. */
export type MultipartRequestBody =
  | DescRequest
  | FlowStatsRequest
  | AggregateStatsRequest
  | TableStatsRequest
  | PortStatsRequest
  | QueueStatsRequest
  | GroupStatsRequest
  | GroupDescRequest
  | GroupFeaturesRequest
  | MeterStatsRequest
  | MeterConfigRequest
  | MeterFeaturesRequest
  | TableFeaturesRequest
  | PortDescRequest
  | ExperimenterMultipart
  | UnknownMultipart;

/** `X` are the actions of the extensions in use. */
export type MultipartReplyBody<X extends Tagged = never> =
  | DescReply
  | FlowStatsReply<X>
  | AggregateStatsReply
  | TableStatsReply
  | PortStatsReply
  | QueueStatsReply
  | GroupStatsReply
  | GroupDescReply<X>
  | GroupFeaturesReply
  | MeterStatsReply
  | MeterConfigReply
  | MeterFeaturesReply
  | TableFeaturesReply
  | PortDescReply
  | ExperimenterMultipart
  | UnknownMultipart;

/** Asks for what may be too long for one message. `B` is what it asks. */
export interface MultipartRequest<B extends Tagged = MultipartRequestBody> extends MessageHeader {
  readonly type: "multipartRequest";
  /** MultipartRequestFlags.more when further requests of this xid belong to it. */
  readonly flags: number;
  readonly body: B;
}

/**
 * Answers a multipart request, in one message or several of the same xid. `X` are the actions of the extensions in use, `B` is what it
 * answers.
 */
export interface MultipartReply<X extends Tagged = never, B extends Tagged = MultipartReplyBody<X>>
  extends MessageHeader {
  readonly type: "multipartReply";
  /** MultipartReplyFlags.more when further replies of this xid belong to it. */
  readonly flags: number;
  readonly body: B;
}

const requestBodies: readonly BodyDefinition[] = [
  descRequestBody,
  flowStatsRequestBody,
  aggregateStatsRequestBody,
  tableStatsRequestBody,
  portStatsRequestBody,
  queueStatsRequestBody,
  groupStatsRequestBody,
  groupDescRequestBody,
  groupFeaturesRequestBody,
  meterStatsRequestBody,
  meterConfigRequestBody,
  meterFeaturesRequestBody,
  tableFeaturesBody,
  portDescRequestBody,
  experimenterBody("request"),
];
const replyBodies: readonly BodyDefinition[] = [
  descReplyBody,
  flowStatsReplyBody,
  aggregateStatsReplyBody,
  tableStatsReplyBody,
  portStatsReplyBody,
  queueStatsReplyBody,
  groupStatsReplyBody,
  groupDescReplyBody,
  groupFeaturesReplyBody,
  meterStatsReplyBody,
  meterConfigReplyBody,
  meterFeaturesReplyBody,
  tableFeaturesBody,
  portDescReplyBody,
  experimenterBody("reply"),
];

export const multipartLayout = parsed(struct({ multipartType: u16, flags: u16, pad: pad(4) }));

/** What both directions have in common, for any table of bodies. */
interface Multipart extends Tagged {
  readonly flags: number;
  readonly body: Tagged;
}

function multipart(
  type: string,
  code: number,
  direction: MultipartDirection,
  bodies: readonly BodyDefinition[],
): Definition<Multipart> {
  return {
    type,
    code,
    decode: (reader, registry) => {
      const { multipartType, flags } = reader.field(multipartLayout);
      return { type, flags, body: part("body", () => readBody(reader, multipartType, bodies, registry)) };
    },
    encode: (writer, { flags, body }, registry) => {
      const definition = part("body", () => definitionOf(body, direction, bodies, registry, writer.offset));
      writer.field(multipartLayout, { multipartType: definition.code, flags });
      part("body", () => {
        definition.encode(writer, body, registry);
      });
    },
  };
}

function readBody(
  reader: Reader,
  multipartType: number,
  bodies: readonly BodyDefinition[],
  registry: Registry,
): Tagged {
  const definition = bodies.find(({ code }) => code === multipartType) ?? unknownBody(multipartType);
  return definition.decode(reader, registry);
}

function definitionOf(
  body: Tagged,
  direction: MultipartDirection,
  bodies: readonly BodyDefinition[],
  registry: Registry,
  offset: number,
): Definition {
  const type = typeOf(body, "multipart body", offset);
  if (isUnknown(body)) return unknownBody(body.multipartType);
  const definition = bodies.find((candidate) => candidate.type === type);
  if (definition) return definition;
  const entry = registry.multipartByType(direction, type);
  if (!entry) throw new WireError("badType", `"${type}" is no multipart body that this codec knows`, offset);
  return extensionBody(entry);
}

function isUnknown(body: Tagged): body is UnknownMultipart {
  return body.type === "unknown";
}

export const multipartRequestDefinition: Definition = multipart(
  "multipartRequest",
  MessageType.multipartRequest,
  "request",
  requestBodies,
);
export const multipartReplyDefinition: Definition = multipart(
  "multipartReply",
  MessageType.multipartReply,
  "reply",
  replyBodies,
);

/** What {@link multipartRequest} takes. */
export interface MultipartRequestInit {
  readonly xid?: number;
  /** 0 unless given. */
  readonly flags?: number;
  /** Only its type is needed: `{ type: "flow" }` asks for every flow. */
  readonly body:
    | DescRequest
    | FlowStatsRequestInit
    | AggregateStatsRequestInit
    | TableStatsRequest
    | PortStatsRequestInit
    | QueueStatsRequestInit
    | GroupStatsRequestInit
    | GroupDescRequest
    | GroupFeaturesRequest
    | MeterStatsRequestInit
    | MeterConfigRequestInit
    | MeterFeaturesRequest
    | TableFeaturesRequestInit
    | PortDescRequest
    | ExperimenterMultipart
    | UnknownMultipart;
}

/**
 * `multipartRequest({ body: { type: "portDesc" } })`. Throws RangeError or TypeError naming the argument that is wrong.
 */
export function multipartRequest(init: MultipartRequestInit): MultipartRequest {
  const { body, ...rest } = completed(init, requestBodies);
  return { type: "multipartRequest", ...rest, body: body as MultipartRequestBody };
}

/** What {@link multipartReply} takes. */
export interface MultipartReplyInit<X extends Tagged = never> {
  readonly xid?: number;
  /** 0 unless given. */
  readonly flags?: number;
  readonly body:
    | DescReplyInit
    | FlowStatsReplyInit<X>
    | AggregateStatsReplyInit
    | TableStatsReplyInit
    | PortStatsReplyInit
    | QueueStatsReplyInit
    | GroupStatsReplyInit
    | GroupDescReplyInit<X>
    | GroupFeaturesReplyInit
    | MeterStatsReplyInit
    | MeterConfigReplyInit
    | MeterFeaturesReplyInit
    | TableFeaturesReplyInit
    | PortDescReplyInit
    | ExperimenterMultipart
    | UnknownMultipart;
}

/** What a switch answers. Throws RangeError or TypeError naming the argument that is wrong. */
export function multipartReply<X extends Tagged = never>(init: MultipartReplyInit<X>): MultipartReply<Added<X>>;
export function multipartReply(init: MultipartReplyInit<Tagged>): MultipartReply<Tagged> {
  const { body, ...rest } = completed(init, replyBodies);
  return { type: "multipartReply", ...rest, body: body as MultipartReplyBody<Tagged> };
}

/** The arguments of a builder, checked, with the defaults of the body filled in. */
function completed(
  init: { readonly xid?: number; readonly flags?: number; readonly body: Tagged },
  bodies: readonly BodyDefinition[],
): Omit<Multipart, "type"> & { readonly xid: number } {
  const { body, flags = 0, xid = 0 } = requireObject("init", init);
  const { type } = requireObject("body", body);
  const definition = isUnknown(body) ? unknownBody(body.multipartType) : bodies.find((row) => row.type === type);
  if (!definition) throw new TypeError(`body.type must name a multipart type, not ${quote(type)}`);
  return {
    xid: requireUint("xid", xid, 32),
    flags: requireUint("flags", flags, 16),
    body: definition.complete(body),
  };
}
