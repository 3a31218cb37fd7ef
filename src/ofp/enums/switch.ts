/** OpenFlow 1.3.5 §7.3.1, enum ofp_capabilities; combined with `|`. */
export const Capabilities = {
  flowStats: 1,
  tableStats: 1 << 1,
  portStats: 1 << 2,
  groupStats: 1 << 3,
  ipReasm: 1 << 5,
  queueStats: 1 << 6,
  portBlocked: 1 << 8,
} as const;
export type Capabilities = (typeof Capabilities)[keyof typeof Capabilities];

/** OpenFlow 1.3.5 §7.3.2, enum ofp_config_flags: what happens to IP fragments. */
export const ConfigFlags = { fragNormal: 0, fragDrop: 1, fragReasm: 2, fragMask: 3 } as const;
export type ConfigFlags = (typeof ConfigFlags)[keyof typeof ConfigFlags];

/** OFP_DEFAULT_MISS_SEND_LEN: how many bytes of a packet go to the controller unless it says otherwise. */
export const DEFAULT_MISS_SEND_LEN = 128;

/** OpenFlow 1.3.5 §7.3.9, enum ofp_controller_role. */
export const ControllerRole = { nochange: 0, equal: 1, master: 2, slave: 3 } as const;
export type ControllerRole = (typeof ControllerRole)[keyof typeof ControllerRole];
