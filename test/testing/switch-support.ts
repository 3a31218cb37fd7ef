/** A model switch with words for what tests do with it. */
import { type Bytes, decode, encode, type Message, parseFlow } from "../../src/index.ts";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type Ipv4,
  type SegmentFields,
  segmentFrame,
} from "../../src/tcp/index.ts";
import { createModelSwitch, type ModelSwitch, type ModelSwitchOptions } from "../../src/testing/index.ts";

export const CLIENT = { mac: "00:00:00:00:00:01", ip: "10.0.0.1", port: 33333 };
export const SERVER = { mac: "00:00:00:00:00:02", ip: "10.0.0.2", port: 80 };
export const CLIENT6 = { ...CLIENT, ip: "2001:db8::1" };
export const SERVER6 = { ...SERVER, ip: "2001:db8::2" };

/** A segment from the client to the server. */
export function segment(fields: Partial<SegmentFields> = {}): Bytes {
  return encodeFrame(
    segmentFrame({ from: CLIENT, to: SERVER, seq: 1000, ack: 2000, flags: 0x18, window: 500, ...fields }),
  );
}

/** The same IPv4 packet with other things in it. */
export function withPayload(frame: Uint8Array, payload: Uint8Array, header: Partial<Ipv4>): Bytes {
  const { ethernet, ipv4 } = decodeFrame(frame);
  if (!ipv4) throw new Error("no IPv4");
  return encodeFrame({ ethernet, ipv4: { ...ipv4, ...header }, payload });
}

export interface Bench {
  readonly model: ModelSwitch;
  /** Sends messages, flows as text. */
  readonly send: (...messages: readonly (string | Message | Uint8Array)[]) => void;
  /** What the controller has got since the last time. */
  readonly heard: () => Message[];
  /** Lets a frame in and says what left: ports, and frames decoded. */
  readonly inject: (frame: Uint8Array, port?: number) => { port: number; frame: Frame; bytes: Bytes }[];
}

/** A switch with ports 1 to 4; its hello is already heard. */
export function bench(options: Partial<ModelSwitchOptions> = {}, ...flows: readonly string[]): Bench {
  const model = createModelSwitch({ ports: [1, 2, 3, 4], ...options });
  let messages: Message[] = [];
  let out: { port: number; frame: Frame; bytes: Bytes }[] = [];
  const collect = () => {
    const output = model.take();
    messages.push(...output.toController.map((bytes) => decode(bytes)));
    out.push(...output.out.map(({ port, frame }) => ({ port, frame: decodeFrame(frame), bytes: frame })));
  };
  const made: Bench = {
    model,
    send(...parts) {
      for (const part of parts) {
        if (part instanceof Uint8Array) model.receive(part);
        else model.receive(encode(typeof part === "string" ? parseFlow(part) : part));
      }
    },
    heard() {
      collect();
      const all = messages;
      messages = [];
      return all;
    },
    inject(frame, port = 1) {
      collect();
      out = [];
      model.inject(port, frame);
      collect();
      return out;
    },
  };
  made.send(...flows);
  const refused = made.heard().filter(({ type }) => type === "error");
  if (refused.length > 0) throw new Error(`the switch refused ${JSON.stringify(refused[0])}`);
  return made;
}

/** The ports that frames left by, in order. */
export function ports(out: readonly { port: number }[]): number[] {
  return out.map(({ port }) => port);
}
