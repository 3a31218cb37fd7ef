/** OpenFlow 1.3.5 §7.2.1, enum ofp_port_no: port numbers with a meaning of their own. */
export const Port = {
  /** Highest number of a physical or logical port. */
  max: 0xffffff00,
  /** The port that the packet came in by. */
  inPort: 0xfffffff8,
  /** Through the flow tables; packet-out only. */
  table: 0xfffffff9,
  normal: 0xfffffffa,
  flood: 0xfffffffb,
  all: 0xfffffffc,
  controller: 0xfffffffd,
  local: 0xfffffffe,
  /** No port: the wildcard of flow-mods and statistics requests. */
  any: 0xffffffff,
} as const;
export type Port = (typeof Port)[keyof typeof Port];

/** OpenFlow 1.3.5 §7.3.4.2, enum ofp_group. */
export const Group = { max: 0xffffff00, all: 0xfffffffc, any: 0xffffffff } as const;
export type Group = (typeof Group)[keyof typeof Group];

/** OFP_NO_BUFFER: the message carries the packet, or none is meant. */
export const NO_BUFFER = 0xffffffff;
