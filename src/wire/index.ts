export { quote } from "./address.ts";
export {
  align8,
  type Bytes,
  concat,
  equalBytes,
  fromHex,
  isList,
  isObject,
  toHex,
  toHexRange,
  viewOf,
} from "./bytes.ts";
export { exhaustive, shifted, WireError, type WireErrorCode, within } from "./error.ts";
export {
  bytes,
  checkUint,
  type Field,
  ipv4,
  ipv6,
  isPad,
  mac,
  type Pad,
  pad,
  text,
  u8,
  u16,
  u16le,
  u24,
  u32,
  u32le,
  u64,
  u128,
} from "./field.ts";
export { parsed } from "./parser.ts";
export { MAX_NESTING, Reader } from "./reader.ts";
export { type Fields, offsetOf, readMembers, type Struct, struct, type ValueOf } from "./struct.ts";
export { Writer } from "./writer.ts";
