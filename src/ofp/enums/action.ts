/** OpenFlow 1.3.5 §7.2.5, enum ofp_action_type. */
export const ActionType = {
  output: 0,
  copyTtlOut: 11,
  copyTtlIn: 12,
  setMplsTtl: 15,
  decMplsTtl: 16,
  pushVlan: 17,
  popVlan: 18,
  pushMpls: 19,
  popMpls: 20,
  setQueue: 21,
  group: 22,
  setNwTtl: 23,
  decNwTtl: 24,
  setField: 25,
  pushPbb: 26,
  popPbb: 27,
  experimenter: 0xffff,
} as const;
export type ActionType = (typeof ActionType)[keyof typeof ActionType];

/** OpenFlow 1.3.5 §7.2.5, enum ofp_controller_max_len. */
export const ControllerMaxLen = {
  /** The most bytes that can be asked for by number. */
  max: 0xffe5,
  /** The whole packet, without buffering. */
  noBuffer: 0xffff,
} as const;
export type ControllerMaxLen = (typeof ControllerMaxLen)[keyof typeof ControllerMaxLen];

/** OpenFlow 1.3.5 §7.2.4, enum ofp_instruction_type. */
export const InstructionType = {
  gotoTable: 1,
  writeMetadata: 2,
  writeActions: 3,
  applyActions: 4,
  clearActions: 5,
  meter: 6,
  experimenter: 0xffff,
} as const;
export type InstructionType = (typeof InstructionType)[keyof typeof InstructionType];
