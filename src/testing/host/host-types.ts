/** What a model host shows. */
import type { Endpoint } from "../../tcp/index.ts";
import type { Bytes } from "../../wire/index.ts";
import type { HostConnection } from "./connection-types.ts";
import type { Application, TcpSettings } from "./options.ts";

/** See {@link ModelHost.listen}. */
export interface ListenOptions extends TcpSettings, Application {}

/** See {@link ModelHost.connect}. */
export interface ConnectOptions extends TcpSettings, Application {
  /** Whom to ask. The host sends no ARP: the Ethernet address is that of the other host, or of a router. */
  readonly to: Endpoint;
  /** Absent: the next from 49152 on that is free. */
  readonly port?: number;
}

/** A port on which a host accepts connections. */
export interface Listener {
  readonly port: number;
  /** All that were ever accepted or asked for, in order. */
  readonly connections: readonly HostConnection[];
  /** Accepts no more; connections stay. */
  close(): void;
}

/** A small TCP endpoint in memory. It has no clock: `advance` is its time. */
export interface ModelHost {
  readonly mac: string;
  /** Its addresses. */
  readonly ips: readonly string[];
  /**
   * A frame from the network. Frames for others, fragments and frames with a wrong checksum are passed over. Throws WireError
   * `truncated` below 14 bytes.
   */
  receive(frame: Uint8Array): void;
  /** The frames that it has sent since the last call. */
  take(): readonly Bytes[];
  /** Lets time pass up to a moment, in milliseconds. Throws RangeError for one before the last. */
  advance(toMs: number): void;
  /** When it would send or forget something by itself; undefined when never. */
  deadline(): number | undefined;
  /** Throws RangeError or TypeError naming the option that is wrong, and for a port in use. */
  listen(port: number, options?: ListenOptions): Listener;
  /** Sends a SYN. Throws RangeError or TypeError naming the option that is wrong, and for a connection that exists. */
  connect(options: ConnectOptions): HostConnection;
  /** Those that are not closed. */
  connections(): readonly HostConnection[];
}
