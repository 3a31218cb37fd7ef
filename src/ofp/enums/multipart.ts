/** OpenFlow 1.3.5 §7.3.5, enum ofp_multipart_type. */
export const MultipartType = {
  desc: 0,
  flow: 1,
  aggregate: 2,
  table: 3,
  portStats: 4,
  queue: 5,
  group: 6,
  groupDesc: 7,
  groupFeatures: 8,
  meter: 9,
  meterConfig: 10,
  meterFeatures: 11,
  tableFeatures: 12,
  portDesc: 13,
  experimenter: 0xffff,
} as const;
export type MultipartType = (typeof MultipartType)[keyof typeof MultipartType];

/** OpenFlow 1.3.5 §7.3.5, enum ofp_multipart_request_flags: `more` says that further requests belong to this one. */
export const MultipartRequestFlags = { more: 1 } as const;
export type MultipartRequestFlags = (typeof MultipartRequestFlags)[keyof typeof MultipartRequestFlags];

/** OpenFlow 1.3.5 §7.3.5, enum ofp_multipart_reply_flags: `more` says that further replies belong to this one. */
export const MultipartReplyFlags = { more: 1 } as const;
export type MultipartReplyFlags = (typeof MultipartReplyFlags)[keyof typeof MultipartReplyFlags];
