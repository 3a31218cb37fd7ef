/** What the analyzers of the testbed find: the same as the controller's rules, in the first bytes of a connection. */
import { type FlowKey, type Frame, flowKey, flowKeyText, seqAdd, TcpFlags } from "../../../src/tcp/index.ts";

export type Action = "migrate" | "forward";

/** Requests for anything below it move. */
export const MOVING = "GET /report/";

/** Undefined while it can be either. */
export function judged(begin: string): Action | undefined {
  if (begin.startsWith(MOVING)) return "migrate";
  return MOVING.startsWith(begin) ? undefined : "forward";
}

/** What a segment has made clear. */
export interface Found {
  readonly key: FlowKey;
  readonly action: Action;
  readonly frame: Uint8Array;
}

interface Stream {
  /** Undefined once it is clear. */
  readonly begin: string | undefined;
  /** The number of the byte behind it. */
  readonly next: number;
}

/** Follows what clients say to a port until it is clear. Segments come in order, each once. */
export class Streams {
  private readonly streams = new Map<string, Stream>();
  private readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  /** What this frame makes clear, once for each connection. */
  push(frame: Frame, bytes: Uint8Array): Found | undefined {
    const { tcp, payload } = frame;
    if (tcp?.dstPort !== this.port) return undefined;
    const key = flowKey(frame);
    const name = flowKeyText(key);
    const seq = (tcp.flags & TcpFlags.syn) === 0 ? tcp.seq : seqAdd(tcp.seq, 1);
    const known = this.streams.get(name);
    // Where a port is used again at once, nothing of the handshake may be seen: what does not continue a stream begins one.
    const { begin } = known?.next === seq ? known : { begin: "" };
    const longer = begin === undefined ? undefined : begin + first(payload);
    const action = longer === undefined ? undefined : judged(longer);
    this.streams.set(name, { begin: action === undefined ? longer : undefined, next: seqAdd(seq, payload.length) });
    return action && { key, action, frame: bytes };
  }
}

function first(payload: Uint8Array): string {
  return Buffer.from(payload.subarray(0, MOVING.length)).toString("latin1");
}
