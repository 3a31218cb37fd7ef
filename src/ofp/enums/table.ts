/** OpenFlow 1.3.5 §7.3.3, enum ofp_table: table ids with a meaning of their own. */
export const Table = {
  /** Highest id of a table. */
  max: 0xfe,
  /** Every table: the wildcard of deletions and statistics requests. */
  all: 0xff,
} as const;
export type Table = (typeof Table)[keyof typeof Table];

/** OpenFlow 1.3.5 §7.3.3, enum ofp_table_config: nothing but bits that earlier versions used. */
export const TableConfig = { deprecatedMask: 3 } as const;
export type TableConfig = (typeof TableConfig)[keyof typeof TableConfig];

/** OpenFlow 1.3.5 §7.3.5.5.2, enum ofp_table_feature_prop_type. */
export const TableFeaturePropType = {
  instructions: 0,
  instructionsMiss: 1,
  nextTables: 2,
  nextTablesMiss: 3,
  writeActions: 4,
  writeActionsMiss: 5,
  applyActions: 6,
  applyActionsMiss: 7,
  match: 8,
  wildcards: 10,
  writeSetfield: 12,
  writeSetfieldMiss: 13,
  applySetfield: 14,
  applySetfieldMiss: 15,
  experimenter: 0xfffe,
  experimenterMiss: 0xffff,
} as const;
export type TableFeaturePropType = (typeof TableFeaturePropType)[keyof typeof TableFeaturePropType];
