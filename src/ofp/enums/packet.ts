/** OFP_NO_BUFFER: the message carries the packet, or none is meant. */
export const NO_BUFFER = 0xffffffff;

/** OpenFlow 1.3.5 §7.4.1, enum ofp_packet_in_reason. */
export const PacketInReason = {
  /** No flow matched: the table-miss entry sent it. */
  noMatch: 0,
  /** An output to the controller in a flow or packet-out. */
  action: 1,
  invalidTtl: 2,
} as const;
export type PacketInReason = (typeof PacketInReason)[keyof typeof PacketInReason];
