/** A frame out of a capture file. */
export interface CapturedFrame {
  /**
   * When it was captured, in milliseconds since 1970 UTC, exact to about a microsecond. 0 for a pcapng simple packet block,
   * which has no time.
   */
  readonly at: number;
  /** The same moment in nanoseconds, exact. */
  readonly atNs: bigint;
  /** The captured bytes, as a view of the file. */
  readonly frame: Uint8Array;
  /** Length of the frame on the network: more than `frame.length` when the capture cut it. */
  readonly originalLength: number;
  /** Number of the interface in its pcapng section, counted from 0; absent in a pcap file. */
  readonly interface?: number;
}

/** A frame to be written into a capture file; a {@link CapturedFrame} is one. */
export interface FrameToCapture {
  /** Milliseconds since 1970 UTC; used when `atNs` is absent. */
  readonly at?: number;
  /** Nanoseconds since 1970 UTC. */
  readonly atNs?: bigint;
  readonly frame: Uint8Array;
  /** Absent: `frame.length`. */
  readonly originalLength?: number;
}
