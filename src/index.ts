/**
 * OpenFlow 1.3 with the extensions of Nicira and the ONF: messages to bytes and back, and everything that they are made of.
 *
 * Builders of messages, instructions and actions are in `tcp-migration/ofp` and `tcp-migration/nx`.
 *
 * @packageDocumentation
 */
import { type NiciraAction, nicira, onf } from "./nx/index.ts";
import {
  type Bytes,
  type Codec,
  createCodec,
  type EncodeOptions,
  type JsonValue,
  type Action as OfpAction,
  type FlowMod as OfpFlowMod,
  type FlowStats as OfpFlowStats,
  type Instruction as OfpInstruction,
  type Message as OfpMessage,
  type PacketOut as OfpPacketOut,
} from "./ofp/index.ts";

export type { NiciraAction } from "./nx/index.ts";
export {
  type Bytes,
  type Codec,
  createCodec,
  type EncodeOptions,
  type ErrorMessage,
  type ExperimenterExtension,
  type FieldValue,
  FrameReader,
  type FrameReaderOptions,
  type JsonValue,
  type Masked,
  type Match,
  type PacketIn,
  WireError,
  type WireErrorCode,
} from "./ofp/index.ts";
export { fromHex, toHex } from "./wire/index.ts";

/** Any message. */
export type Message = OfpMessage<NiciraAction>;
/** Any action. */
export type Action = OfpAction<NiciraAction>;
/** Any instruction. */
export type Instruction = OfpInstruction<NiciraAction>;
/** Adds, modifies or deletes flow entries. */
export type FlowMod = OfpFlowMod<NiciraAction>;
/** Sends a packet through a switch. */
export type PacketOut = OfpPacketOut<NiciraAction>;
/** A flow with its counters. */
export type FlowStats = OfpFlowStats<NiciraAction>;

let bound: Codec<NiciraAction> | undefined;

/** Built on first use: importing does no work. */
function codec(): Codec<NiciraAction> {
  bound ??= createCodec({ experimenters: [nicira, onf] });
  return bound;
}

/**
 * One complete OpenFlow 1.3 message. The bytes are never overwritten later; their `.buffer` may be shared with other results.
 *
 * Throws WireError.
 */
export function encode(message: Message, options?: EncodeOptions): Bytes {
  return codec().encode(message, options);
}

/**
 * Writes one complete message into `target` at `offset` (0 unless given) and returns how many bytes it took.
 *
 * Throws WireError, `noSpace` when the target is too small; what stands in the target from `offset` on is then undefined.
 */
export function encodeInto(message: Message, target: Uint8Array, offset?: number, options?: EncodeOptions): number {
  return codec().encodeInto(message, target, offset, options);
}

/**
 * Exactly one message. Payloads are views of the input, not copies. HELLO and ERROR may have any version byte, everything else
 * must be OpenFlow 1.3.
 *
 * Throws WireError.
 */
export function decode(bytes: Uint8Array): Message {
  return codec().decode(bytes);
}

/** A message as JSON, nothing lost: bigint and bytes become tagged strings. Throws WireError. */
export function toJSON(message: Message): JsonValue {
  return codec().toJSON(message);
}

/** The inverse of {@link toJSON}: takes what JSON.parse returns. Throws WireError with the path of what is wrong. */
export function fromJSON(json: unknown): Message {
  return codec().fromJSON(json);
}

/** One line for logs. */
export function summary(message: Message): string {
  return codec().summary(message);
}
