/** What a connection of a model host shows. */
import type { Endpoint } from "../../tcp/index.ts";
import type { Bytes } from "../../wire/index.ts";

/** RFC 9293 §3.3.2, without LISTEN: that is a listener's. */
export type TcpState =
  | "synSent"
  | "synReceived"
  | "established"
  | "finWait1"
  | "finWait2"
  | "closeWait"
  | "closing"
  | "lastAck"
  | "timeWait"
  | "closed";

/**
 * Why a connection ended before its time: `"reset"` by the peer, `"refused"` before it was open, or `"timeout"` when nothing
 * answered.
 */
export type ConnectionError = "reset" | "refused" | "timeout";

/** What the two handshakes' options came to. */
export interface Agreed {
  /** What the peer announced; 536, over IPv6 1220, when it announced nothing. */
  readonly peerMss: number;
  /** The peer's shift, undefined when windows are not scaled. */
  readonly peerWindowScale: number | undefined;
  readonly sackPermitted: boolean;
  readonly timestamps: boolean;
  readonly ecn: boolean;
}

/** One end of a connection. The numbers are those of RFC 9293 §3.3.1, u32. */
export interface HostConnection extends Agreed {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly state: TcpState;
  readonly error: ConnectionError | undefined;
  /** Everything that has come in order so far. */
  readonly received: Bytes;
  /** Whether the peer's FIN has come in order. */
  readonly peerClosed: boolean;
  /** Bytes given to `send` that are not acknowledged. */
  readonly unacknowledged: number;
  readonly iss: number;
  readonly sndUna: number;
  readonly sndNxt: number;
  /** In bytes. */
  readonly sndWnd: number;
  readonly irs: number;
  readonly rcvNxt: number;
  /** The window in bytes that the peer knows of, counted from `rcvNxt`. */
  readonly rcvWnd: number;
  /** How many segments were sent again. */
  readonly retransmissions: number;
  /** Sends as the peer's window allows, the rest later. Throws RangeError once this side is closed. */
  send(data: Uint8Array): void;
  /** Sends a FIN behind all data, when the connection is open. Doing it twice does nothing. */
  close(): void;
  /** Sends a RST and forgets the connection. */
  abort(): void;
  /** Sends a keepalive: an acknowledgment with a number that the peer has long, which it answers. */
  probe(): void;
  /** The application stops reading: what comes fills the window. */
  pause(): void;
  /** It reads everything, and goes on. */
  resume(): void;
}
