/** OpenFlow 1.3.5 §7.3.4.1, enum ofp_flow_mod_command. */
export const FlowModCommand = { add: 0, modify: 1, modifyStrict: 2, delete: 3, deleteStrict: 4 } as const;
export type FlowModCommand = (typeof FlowModCommand)[keyof typeof FlowModCommand];

/** OpenFlow 1.3.5 §7.3.4.1, enum ofp_flow_mod_flags; combined with `|`. */
export const FlowModFlags = {
  sendFlowRem: 1,
  checkOverlap: 2,
  resetCounts: 4,
  noPktCounts: 8,
  noBytCounts: 16,
} as const;
export type FlowModFlags = (typeof FlowModFlags)[keyof typeof FlowModFlags];

/** OFP_DEFAULT_PRIORITY: the middle. */
export const DEFAULT_PRIORITY = 0x8000;

/** OpenFlow 1.3.5 §7.4.2, enum ofp_flow_removed_reason. */
export const FlowRemovedReason = { idleTimeout: 0, hardTimeout: 1, delete: 2, groupDelete: 3 } as const;
export type FlowRemovedReason = (typeof FlowRemovedReason)[keyof typeof FlowRemovedReason];
