/** TCP segments of a capture, with where they come from. */
import {
  type CapturedFrame,
  decodeFrame,
  type FlowKey,
  type Frame,
  flowKey,
  flowKeyText,
  reverseFlowKey,
  type Tcp,
  TcpFlags,
} from "../../src/tcp/index.ts";

/** One captured TCP segment. */
export interface Segment {
  readonly bytes: Uint8Array;
  readonly frame: Frame;
  readonly tcp: Tcp;
  readonly atNs: bigint;
  /** File and number of the frame in it, counted from 1 as Wireshark does: `client.pcap frame 4`. */
  readonly where: string;
  readonly key: FlowKey;
  /** The key as text, for comparing. */
  readonly flow: string;
  /** The same of the other direction. */
  readonly reverseFlow: string;
  /** The capture does not hold all of it. */
  readonly cut: boolean;
}

const ETHERNET_HEADER = 14;

/** The segment in a captured frame; undefined when it holds none. */
export function segmentOf(captured: CapturedFrame, where: string): Segment | undefined {
  if (captured.frame.length < ETHERNET_HEADER) return undefined;
  const frame = decodeFrame(captured.frame);
  if (!frame.tcp) return undefined;
  const key = flowKey(frame);
  return {
    bytes: captured.frame,
    frame,
    tcp: frame.tcp,
    atNs: captured.atNs,
    where,
    key,
    flow: flowKeyText(key),
    reverseFlow: flowKeyText(reverseFlowKey(key)),
    cut: captured.frame.length < captured.originalLength,
  };
}

export function isSyn({ tcp }: Segment): boolean {
  return (tcp.flags & (TcpFlags.syn | TcpFlags.ack)) === TcpFlags.syn;
}

export function isSynAck({ tcp }: Segment): boolean {
  const both = TcpFlags.syn | TcpFlags.ack;
  return (tcp.flags & both) === both;
}

export function isReset({ tcp }: Segment): boolean {
  return (tcp.flags & TcpFlags.rst) !== 0;
}

/** `10.0.0.3:33333 → 10.0.0.1:11111` */
export function formatFlow(flow: string): string {
  return flow.replace(">", " → ");
}

const FLAG_LETTERS: readonly [TcpFlags, string][] = [
  [TcpFlags.syn, "S"],
  [TcpFlags.fin, "F"],
  [TcpFlags.rst, "R"],
  [TcpFlags.psh, "P"],
  [TcpFlags.urg, "U"],
  [TcpFlags.ece, "E"],
  [TcpFlags.cwr, "C"],
  [TcpFlags.ae, "e"],
  [TcpFlags.ack, "."],
];

/** As tcpdump prints them: `S`, `S.`, `P.`, `.` */
export function flagLetters(flags: number): string {
  return FLAG_LETTERS.map(([flag, letter]) => (flags & flag ? letter : "")).join("");
}
