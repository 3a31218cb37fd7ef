/** A codec: OpenFlow 1.3 together with a chosen set of extensions. */
import { type Bytes, WireError, Writer } from "../wire/index.ts";
import type { ExperimenterExtension, Tagged } from "./definition.ts";
import { type JsonValue, toJSON, valueFromJSON } from "./json.ts";
import { readMessage, writeMessage } from "./message.ts";
import { type Message, standardMessages } from "./messages/index.ts";
import { createRegistry } from "./registry.ts";
import { requireList, requireObject } from "./require.ts";
import { summary } from "./summary.ts";
import { createTextCodec, type TextCodec } from "./text/text-codec.ts";

/** Options of `encode` and `encodeInto`. */
export interface EncodeOptions {
  /** Takes the place of the message's own xid. */
  readonly xid?: number;
}

/** `X` are the actions and `M` the messages that the extensions add. */
export interface Codec<X extends Tagged = never, M extends Tagged = never> extends TextCodec<X, M> {
  /**
   * One complete OpenFlow 1.3 message. The bytes are never overwritten later; their `.buffer` may be shared with other results.
   * Throws WireError.
   */
  encode(message: Message<X, M>, options?: EncodeOptions): Bytes;
  /**
   * Writes one complete message at `offset` and returns how many bytes it took. Throws WireError, `noSpace` when the target is
   * too small; what stands in the target from `offset` on is then undefined.
   */
  encodeInto(message: Message<X, M>, target: Uint8Array, offset?: number, options?: EncodeOptions): number;
  /**
   * Exactly one message. Payloads are views of the input, not copies. HELLO and ERROR may have any version byte, everything else
   * must be OpenFlow 1.3. Throws WireError.
   */
  decode(bytes: Uint8Array): Message<X, M>;
  /** A message as JSON, nothing lost: see the function {@link toJSON}. Throws WireError. */
  toJSON(message: Message<X, M>): JsonValue;
  /**
   * The inverse of `toJSON`: takes what JSON.parse returns and gives a message that `encode` accepts; a missing xid is 0. Throws
   * WireError for anything else, with the path of what is wrong; an offset counts in the bytes that the message would have.
   */
  fromJSON(json: unknown): Message<X, M>;
  /** One line for logs: see the function {@link summary}. */
  summary(message: Message<X, M>): string;
}

type ActionsOf<E> = E extends ExperimenterExtension<infer X> ? X : never;
type MessagesOf<E> = E extends ExperimenterExtension<Tagged, infer M> ? M : never;

/** `createCodec({ experimenters: [nicira, onf] })`. Throws RangeError when two extensions define the same thing, TypeError naming a wrong argument. */
export function createCodec<const E extends readonly ExperimenterExtension[] = []>(
  options: { readonly experimenters?: E } = {},
): Codec<ActionsOf<E[number]>, MessagesOf<E[number]>> {
  type Known = Message<ActionsOf<E[number]>, MessagesOf<E[number]>>;
  const { experimenters } = requireObject("options", options);
  const registry = createRegistry(requireList("experimenters", experimenters, []), standardMessages);
  let slab: Writer | undefined;

  function encode(message: Known, encodeOptions?: EncodeOptions): Bytes {
    const writer = slab ?? new Writer();
    // Not there while in use: a getter in the message may encode another, and what an error leaves behind may be long.
    slab = undefined;
    writer.begin();
    writeMessage(writer, message, encodeOptions?.xid, registry);
    slab = writer;
    return writer.finish();
  }

  return {
    encode,
    encodeInto(message, target, offset = 0, encodeOptions) {
      if (!(target instanceof Uint8Array)) throw new WireError("badValue", "the target is no Uint8Array", 0);
      if (!(Number.isInteger(offset) && offset >= 0 && offset <= target.length)) {
        throw new WireError("noSpace", `offset ${offset} is outside the target of ${target.length} bytes`, 0);
      }
      const writer = new Writer(target, offset);
      writeMessage(writer, message, encodeOptions?.xid, registry);
      return writer.offset;
    },
    decode: (bytes) => readMessage(bytes, registry) as Known,
    toJSON,
    fromJSON(json) {
      const message = valueFromJSON(json) as Known;
      encode(message);
      return { xid: 0, ...message };
    },
    summary,
    ...createTextCodec<ActionsOf<E[number]>, MessagesOf<E[number]>>(registry),
  };
}
