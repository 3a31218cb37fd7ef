/** What a Snort alert record says, as plain data. Nothing here does anything. */

/** One record of Snort's `-A unsock`. */
export interface SnortAlert {
  readonly type: "snortAlert";
  /** Of the machine that Snort runs on. */
  readonly littleEndian: boolean;
  /** `msg` of the rule, cut to 255 bytes; Latin-1, so that every byte survives. */
  readonly message: string;
  /** When the packet was captured. */
  readonly seconds: number;
  readonly microseconds: number;
  /** Length of the packet on the wire, in bytes; what was captured of it is `packet`. */
  readonly originalLength: number;
  /** Where the parts of the packet begin in it. */
  readonly linkHeader: number;
  readonly networkHeader: number;
  readonly transportHeader: number;
  readonly data: number;
  /** {@link SnortValidity} bits. */
  readonly validity: number;
  /** As captured, from the link layer's header on; empty when there was none. */
  readonly packet: Uint8Array;
  readonly event: SnortEvent;
  /** The application that Snort recognized, from builds that do; absent from others. */
  readonly application?: string;
}

/** The rule that alerted and the event that it made. */
export interface SnortEvent {
  readonly generator: number;
  readonly sid: number;
  readonly rev: number;
  /** Number of the classtype in Snort's configuration. */
  readonly classification: number;
  /** 1 is the most urgent. */
  readonly priority: number;
  readonly eventId: number;
  /** The event that this one belongs to. */
  readonly reference: number;
  readonly referenceSeconds: number;
  readonly referenceMicroseconds: number;
}

/** Bits that say what a record is without. */
export const SnortValidity = {
  /** There is no packet. */
  noPacket: 0x1,
  /** There is no transport layer's header in the packet. */
  noTransport: 0x2,
} as const;
export type SnortValidity = (typeof SnortValidity)[keyof typeof SnortValidity];
