/** OpenFlow 1.3.5 §7.1, enum ofp_type. */
export const MessageType = {
  hello: 0,
  error: 1,
  echoRequest: 2,
  echoReply: 3,
  experimenter: 4,
  featuresRequest: 5,
  featuresReply: 6,
  getConfigRequest: 7,
  getConfigReply: 8,
  setConfig: 9,
  packetIn: 10,
  flowRemoved: 11,
  portStatus: 12,
  packetOut: 13,
  flowMod: 14,
  groupMod: 15,
  portMod: 16,
  tableMod: 17,
  multipartRequest: 18,
  multipartReply: 19,
  barrierRequest: 20,
  barrierReply: 21,
  queueGetConfigRequest: 22,
  queueGetConfigReply: 23,
  roleRequest: 24,
  roleReply: 25,
  getAsyncRequest: 26,
  getAsyncReply: 27,
  setAsync: 28,
  meterMod: 29,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** OpenFlow 1.3.5 §7.5.1, enum ofp_hello_elem_type. */
export const HelloElemType = { versionbitmap: 1 } as const;
export type HelloElemType = (typeof HelloElemType)[keyof typeof HelloElemType];
