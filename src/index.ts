/**
 * OpenFlow 1.3 with the extensions of Nicira and the ONF: messages to bytes and back, and everything that they are made of.
 *
 * Builders of messages, instructions and actions are in `tcp-migration/ofp` and `tcp-migration/nx`.
 *
 * @module tcp-migration
 */
import { type ExtensionMessage, type NiciraAction, nicira, onf } from "./nx/index.ts";
import {
  type Bytes,
  type Codec,
  createCodec,
  type EncodeOptions,
  type JsonValue,
  type Match,
  type Action as OfpAction,
  type FlowMod as OfpFlowMod,
  type FlowStats as OfpFlowStats,
  type Instruction as OfpInstruction,
  type Message as OfpMessage,
  type PacketOut as OfpPacketOut,
} from "./ofp/index.ts";

export type { ExtensionMessage, NiciraAction } from "./nx/index.ts";
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
export type Message = OfpMessage<NiciraAction, ExtensionMessage>;
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

let bound: Codec<NiciraAction, ExtensionMessage> | undefined;

/** Built on first use: importing does no work. */
function codec(): Codec<NiciraAction, ExtensionMessage> {
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

/**
 * A flow from the text that `ovs-ofctl -O OpenFlow13 add-flows` takes (the modified one: the four TCP actions too), with its
 * command word where there is one, or that `dump-flows` prints.
 *
 * ```ts
 * parseFlow("priority=10,tcp,in_port=1,tp_dst=80 actions=dec_tcp_ack:2000,output:2");
 * ```
 *
 * Encodes to the bytes that ovs-ofctl sends. A field without the field that gives it meaning is an error, and so is a number out
 * of range. Throws WireError with the offset in characters.
 */
export function parseFlow(text: string): FlowMod {
  return codec().parseFlow(text);
}

/**
 * The flow in one line that `ovs-ofctl -O OpenFlow13 add-flow` takes; of another command than add, one that `add-flows` takes
 * (`delete_strict …`). {@link parseFlow} reads it back.
 *
 * Throws WireError for a value that cannot be encoded.
 */
export function formatFlow(flow: FlowMod): string {
  return codec().formatFlow(flow);
}

/** Actions from text, `inc_tcp_seq:5,output:2`; `drop` or nothing is none. Throws WireError with the offset in characters. */
export function parseActions(text: string): Action[] {
  return codec().parseActions(text);
}

/** `inc_tcp_seq:5,output:2`; `drop` for no action. Throws WireError for a value that cannot be encoded. */
export function formatActions(actions: readonly Action[]): string {
  return codec().formatActions(actions);
}

/** A match from text, `tcp,nw_dst=10.0.0.0/24,tp_dst=80`. Throws WireError with the offset in characters. */
export function parseMatch(text: string): Match {
  return codec().parseMatch(text);
}

/** `tcp,nw_dst=10.0.0.0/24,tp_dst=80`; "" for a match of every packet. Throws WireError for a value that cannot be encoded. */
export function formatMatch(match: Match): string {
  return codec().formatMatch(match);
}

/**
 * The text that `ovs-ofctl -O OpenFlow13 ofp-print` prints for a message, of one line or several, without the line feed at its
 * end. Throws WireError for a message that cannot be encoded.
 */
export function formatMessage(message: Message): string {
  return codec().formatMessage(message);
}
