/** OpenFlow 1.3.5 §7.3.4.4, enum ofp_meter: meter ids with a meaning of their own. */
export const Meter = {
  /** Highest id of an ordinary meter. */
  max: 0xffff0000,
  slowpath: 0xfffffffd,
  controller: 0xfffffffe,
  all: 0xffffffff,
} as const;
export type Meter = (typeof Meter)[keyof typeof Meter];

/** OpenFlow 1.3.5 §7.3.4.4, enum ofp_meter_mod_command. */
export const MeterModCommand = { add: 0, modify: 1, delete: 2 } as const;
export type MeterModCommand = (typeof MeterModCommand)[keyof typeof MeterModCommand];

/** OpenFlow 1.3.5 §7.3.4.4, enum ofp_meter_flags; combined with `|`. */
export const MeterFlags = { kbps: 1, pktps: 1 << 1, burst: 1 << 2, stats: 1 << 3 } as const;
export type MeterFlags = (typeof MeterFlags)[keyof typeof MeterFlags];

/** OpenFlow 1.3.5 §7.3.4.4, enum ofp_meter_band_type. */
export const MeterBandType = { drop: 1, dscpRemark: 2, experimenter: 0xffff } as const;
export type MeterBandType = (typeof MeterBandType)[keyof typeof MeterBandType];
