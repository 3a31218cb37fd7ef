/** The model switch with its three links by name. */
import { decode, encode, summary } from "../../src/index.ts";
import { hello } from "../../src/ofp/index.ts";
import { createModelSwitch } from "../../src/testing/index.ts";
import type { Ports } from "./args.ts";

export const LINES = ["client", "origin", "target"] as const;
export type Line = (typeof LINES)[number];

export interface Emitted {
  readonly line: Line;
  readonly bytes: Uint8Array;
}

/** What came of one message or frame. */
export interface Reaction {
  readonly emitted: readonly Emitted[];
  /** What the switch refused, as it said it. */
  readonly errors: readonly string[];
  /** Ids of the barriers that it answered. */
  readonly barriers: readonly number[];
}

export interface Switch {
  /** An OpenFlow message from the controller. */
  control(message: Uint8Array): Reaction;
  /** A frame that comes in by a link. */
  inject(line: Line, frame: Uint8Array): Reaction;
}

/** A switch without flows, its OpenFlow handshake done. */
export function modelSwitch(ports: Ports): Switch {
  const model = createModelSwitch({ ports: [ports.client, ports.origin, ports.target] });
  const lineOf = (port: number) => LINES.find((line) => ports[line] === port);
  const reaction = (): Reaction => {
    const { out, toController } = model.take();
    const messages = toController.map((bytes) => decode(bytes));
    return {
      emitted: out.flatMap(({ port, frame }) => {
        const line = lineOf(port);
        return line ? [{ line, bytes: frame }] : [];
      }),
      errors: messages.filter(({ type }) => type === "error").map((message) => summary(message)),
      barriers: messages.filter(({ type }) => type === "barrierReply").map(({ xid }) => xid),
    };
  };
  model.receive(encode(hello()));
  model.take();
  return {
    control(message) {
      model.receive(message);
      return reaction();
    },
    inject(line, frame) {
      model.inject(ports[line], frame);
      return reaction();
    },
  };
}
