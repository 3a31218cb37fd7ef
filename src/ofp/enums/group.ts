/** OpenFlow 1.3.5 §7.3.4.2, enum ofp_group: group ids with a meaning of their own. */
export const Group = {
  /** Highest id of a group. */
  max: 0xffffff00,
  /** Every group; group-mod delete and statistics only. */
  all: 0xfffffffc,
  /** No group: the wildcard of flow-mods and statistics requests. */
  any: 0xffffffff,
} as const;
export type Group = (typeof Group)[keyof typeof Group];

/** OpenFlow 1.3.5 §7.3.4.2, enum ofp_group_mod_command. */
export const GroupModCommand = { add: 0, modify: 1, delete: 2 } as const;
export type GroupModCommand = (typeof GroupModCommand)[keyof typeof GroupModCommand];

/** A group-mod command of Open vSwitch's own (openflow-1.1.h, OFPGC11_ADD_OR_MOD): modifies a group, or adds it if it is not there. */
export const GROUP_ADD_OR_MOD = 0x8000;

/** OpenFlow 1.3.5 §7.3.4.2, enum ofp_group_type; ff is fast failover. */
export const GroupType = { all: 0, select: 1, indirect: 2, ff: 3 } as const;
export type GroupType = (typeof GroupType)[keyof typeof GroupType];

/** OpenFlow 1.3.5 §7.3.5.11, enum ofp_group_capabilities; combined with `|`. */
export const GroupCapabilities = {
  selectWeight: 1,
  selectLiveness: 1 << 1,
  chaining: 1 << 2,
  chainingChecks: 1 << 3,
} as const;
export type GroupCapabilities = (typeof GroupCapabilities)[keyof typeof GroupCapabilities];
