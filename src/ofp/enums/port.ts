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

/** OpenFlow 1.3.5 §7.2.1, enum ofp_port_config: bits that the controller sets. */
export const PortConfig = { portDown: 1, noRecv: 1 << 2, noFwd: 1 << 5, noPacketIn: 1 << 6 } as const;
export type PortConfig = (typeof PortConfig)[keyof typeof PortConfig];

/** OpenFlow 1.3.5 §7.2.1, enum ofp_port_state: bits that the switch reports. */
export const PortState = { linkDown: 1, blocked: 1 << 1, live: 1 << 2 } as const;
export type PortState = (typeof PortState)[keyof typeof PortState];

/** OpenFlow 1.3.5 §7.2.1, enum ofp_port_features: bits for rates, media and negotiation. */
export const PortFeatures = {
  "10mbHd": 1,
  "10mbFd": 1 << 1,
  "100mbHd": 1 << 2,
  "100mbFd": 1 << 3,
  "1gbHd": 1 << 4,
  "1gbFd": 1 << 5,
  "10gbFd": 1 << 6,
  "40gbFd": 1 << 7,
  "100gbFd": 1 << 8,
  "1tbFd": 1 << 9,
  other: 1 << 10,
  copper: 1 << 11,
  fiber: 1 << 12,
  autoneg: 1 << 13,
  pause: 1 << 14,
  pauseAsym: 1 << 15,
} as const;
export type PortFeatures = (typeof PortFeatures)[keyof typeof PortFeatures];

/** OpenFlow 1.3.5 §7.4.3, enum ofp_port_reason. */
export const PortReason = { add: 0, delete: 1, modify: 2 } as const;
export type PortReason = (typeof PortReason)[keyof typeof PortReason];
