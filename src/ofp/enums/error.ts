/** OpenFlow 1.3.5 §7.4.4: error types, and the codes that each has. */

/** enum ofp_error_type. */
export const ErrorType = {
  helloFailed: 0,
  badRequest: 1,
  badAction: 2,
  badInstruction: 3,
  badMatch: 4,
  flowModFailed: 5,
  groupModFailed: 6,
  portModFailed: 7,
  tableModFailed: 8,
  queueOpFailed: 9,
  switchConfigFailed: 10,
  roleRequestFailed: 11,
  meterModFailed: 12,
  tableFeaturesFailed: 13,
  experimenter: 0xffff,
} as const;
export type ErrorType = (typeof ErrorType)[keyof typeof ErrorType];

/** enum ofp_hello_failed_code. */
export const HelloFailedCode = { incompatible: 0, eperm: 1 } as const;
export type HelloFailedCode = (typeof HelloFailedCode)[keyof typeof HelloFailedCode];

/** enum ofp_bad_request_code. */
export const BadRequestCode = {
  badVersion: 0,
  badType: 1,
  badMultipart: 2,
  badExperimenter: 3,
  badExpType: 4,
  eperm: 5,
  badLen: 6,
  bufferEmpty: 7,
  bufferUnknown: 8,
  badTableId: 9,
  isSlave: 10,
  badPort: 11,
  badPacket: 12,
  multipartBufferOverflow: 13,
} as const;
export type BadRequestCode = (typeof BadRequestCode)[keyof typeof BadRequestCode];

/** enum ofp_bad_action_code. A switch without the four TCP actions answers badExpType. */
export const BadActionCode = {
  badType: 0,
  badLen: 1,
  badExperimenter: 2,
  badExpType: 3,
  badOutPort: 4,
  badArgument: 5,
  eperm: 6,
  tooMany: 7,
  badQueue: 8,
  badOutGroup: 9,
  matchInconsistent: 10,
  unsupportedOrder: 11,
  badTag: 12,
  badSetType: 13,
  badSetLen: 14,
  badSetArgument: 15,
} as const;
export type BadActionCode = (typeof BadActionCode)[keyof typeof BadActionCode];

/** enum ofp_bad_instruction_code. */
export const BadInstructionCode = {
  unknownInst: 0,
  unsupInst: 1,
  badTableId: 2,
  unsupMetadata: 3,
  unsupMetadataMask: 4,
  badExperimenter: 5,
  badExpType: 6,
  badLen: 7,
  eperm: 8,
} as const;
export type BadInstructionCode = (typeof BadInstructionCode)[keyof typeof BadInstructionCode];

/** enum ofp_bad_match_code. */
export const BadMatchCode = {
  badType: 0,
  badLen: 1,
  badTag: 2,
  badDlAddrMask: 3,
  badNwAddrMask: 4,
  badWildcards: 5,
  badField: 6,
  badValue: 7,
  badMask: 8,
  badPrereq: 9,
  dupField: 10,
  eperm: 11,
} as const;
export type BadMatchCode = (typeof BadMatchCode)[keyof typeof BadMatchCode];

/** enum ofp_flow_mod_failed_code. */
export const FlowModFailedCode = {
  unknown: 0,
  tableFull: 1,
  badTableId: 2,
  overlap: 3,
  eperm: 4,
  badTimeout: 5,
  badCommand: 6,
  badFlags: 7,
} as const;
export type FlowModFailedCode = (typeof FlowModFailedCode)[keyof typeof FlowModFailedCode];

/** enum ofp_group_mod_failed_code. */
export const GroupModFailedCode = {
  groupExists: 0,
  invalidGroup: 1,
  weightUnsupported: 2,
  outOfGroups: 3,
  outOfBuckets: 4,
  chainingUnsupported: 5,
  watchUnsupported: 6,
  loop: 7,
  unknownGroup: 8,
  chainedGroup: 9,
  badType: 10,
  badCommand: 11,
  badBucket: 12,
  badWatch: 13,
  eperm: 14,
} as const;
export type GroupModFailedCode = (typeof GroupModFailedCode)[keyof typeof GroupModFailedCode];

/** enum ofp_port_mod_failed_code. */
export const PortModFailedCode = { badPort: 0, badHwAddr: 1, badConfig: 2, badAdvertise: 3, eperm: 4 } as const;
export type PortModFailedCode = (typeof PortModFailedCode)[keyof typeof PortModFailedCode];

/** enum ofp_table_mod_failed_code. */
export const TableModFailedCode = { badTable: 0, badConfig: 1, eperm: 2 } as const;
export type TableModFailedCode = (typeof TableModFailedCode)[keyof typeof TableModFailedCode];

/** enum ofp_queue_op_failed_code. */
export const QueueOpFailedCode = { badPort: 0, badQueue: 1, eperm: 2 } as const;
export type QueueOpFailedCode = (typeof QueueOpFailedCode)[keyof typeof QueueOpFailedCode];

/** enum ofp_switch_config_failed_code. */
export const SwitchConfigFailedCode = { badFlags: 0, badLen: 1, eperm: 2 } as const;
export type SwitchConfigFailedCode = (typeof SwitchConfigFailedCode)[keyof typeof SwitchConfigFailedCode];

/** enum ofp_role_request_failed_code. */
export const RoleRequestFailedCode = { stale: 0, unsup: 1, badRole: 2 } as const;
export type RoleRequestFailedCode = (typeof RoleRequestFailedCode)[keyof typeof RoleRequestFailedCode];

/** enum ofp_meter_mod_failed_code. */
export const MeterModFailedCode = {
  unknown: 0,
  meterExists: 1,
  invalidMeter: 2,
  unknownMeter: 3,
  badCommand: 4,
  badFlags: 5,
  badRate: 6,
  badBurst: 7,
  badBand: 8,
  badBandValue: 9,
  outOfMeters: 10,
  outOfBands: 11,
} as const;
export type MeterModFailedCode = (typeof MeterModFailedCode)[keyof typeof MeterModFailedCode];

/** enum ofp_table_features_failed_code. */
export const TableFeaturesFailedCode = {
  badTable: 0,
  badMetadata: 1,
  badType: 2,
  badLen: 3,
  badArgument: 4,
  eperm: 5,
} as const;
export type TableFeaturesFailedCode = (typeof TableFeaturesFailedCode)[keyof typeof TableFeaturesFailedCode];
