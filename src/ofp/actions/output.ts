/** OpenFlow 1.3.5 §7.2.5: output, group and set-queue, the actions that say where a packet goes. */
import { pad, type Reader, struct, u16, u32, type Writer } from "../../wire/index.ts";
import type { Definition } from "../definition.ts";
import { Port } from "../enums/port.ts";
import { requireUint } from "../require.ts";
import { fixed } from "../tagged.ts";
import { formatPort } from "../text/names.ts";

/** Sends the packet to a port. */
export interface OutputAction {
  readonly type: "output";
  /** A port number, or a reserved one of {@link Port}. */
  readonly port: number;
  /**
   * Bytes of the packet that go to the controller; counts for Port.controller only. Left out, it is 0xffff
   * (OFPCML_NO_BUFFER, the whole packet) for the controller and 0 for any other port.
   */
  readonly maxLen?: number;
}

/** Processes the packet through a group. */
export interface GroupAction {
  readonly type: "group";
  readonly groupId: number;
}

/** Sets the queue that later outputs use. */
export interface SetQueueAction {
  readonly type: "setQueue";
  readonly queueId: number;
}

/** OFPCML_NO_BUFFER: the whole packet goes to the controller. */
export const NO_BUFFER_MAX_LEN = 0xffff;

export function defaultMaxLen(port: number): number {
  return port === Port.controller ? NO_BUFFER_MAX_LEN : 0;
}

const layout = struct({ port: u32, maxLen: u16, pad: pad(6) });

export const outputDefinition: Definition<OutputAction> = {
  type: "output",
  code: 0,
  decode: (reader: Reader) => ({ type: "output", ...reader.field(layout) }),
  encode: (writer: Writer, action) => {
    writer.field(layout, { port: action.port, maxLen: action.maxLen ?? defaultMaxLen(action.port) });
  },
  format: ({ port, maxLen = defaultMaxLen(port) }) => {
    if (port === Port.controller) return `CONTROLLER:${maxLen}`;
    return port < Port.max ? `output:${formatPort(port)}` : formatPort(port);
  },
};

export const outputDefinitions: readonly Definition[] = [
  outputDefinition,
  fixed<SetQueueAction>("setQueue", 21, struct({ queueId: u32 }), ({ queueId }) => `set_queue:${queueId}`),
  fixed<GroupAction>("group", 22, struct({ groupId: u32 }), ({ groupId }) => `group:${groupId}`),
];

/** `output(2)`, `output(Port.controller)`. Throws RangeError for a port that is no u32 or a maxLen that is no u16. */
export function output(port: number, maxLen: number = defaultMaxLen(port)): OutputAction {
  return { type: "output", port: requireUint("port", port, 32), maxLen: requireUint("maxLen", maxLen, 16) };
}

/** Throws RangeError for a group id that is no u32. */
export function group(groupId: number): GroupAction {
  return { type: "group", groupId: requireUint("groupId", groupId, 32) };
}

/** Throws RangeError for a queue id that is no u32. */
export function setQueue(queueId: number): SetQueueAction {
  return { type: "setQueue", queueId: requireUint("queueId", queueId, 32) };
}
