/**
 * Ethernet frames with TCP segments in them: parse, synthesize, shift; sequence number arithmetic; flow keys; capture files.
 *
 * @module tcp
 */

export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export { readCapture } from "./capture.ts";
export type { CapturedFrame, FrameToCapture } from "./capture-types.ts";
export { icmpv6Checksum, internetChecksum, tcpChecksum, updateChecksum } from "./checksum.ts";
export { decodeFrame } from "./decode-frame.ts";
export { type EncodeFrameOptions, encodeFrame } from "./encode-frame.ts";
export { createFlowKey, type FlowKeyFields, flowKey, flowKeyText, reverseFlowKey } from "./flow-key.ts";
export type { FlowKey, ForwardVerdict, MigrateVerdict, Verdict } from "./flow-types.ts";
export {
  type Arp,
  type Ethernet,
  EtherType,
  type Frame,
  IpProtocol,
  type Ipv4,
  type Ipv6,
  type Ipv6Extension,
  type Tcp,
  TcpFlags,
  type VlanTag,
} from "./frame-types.ts";
export {
  arpFrame,
  decodeNeighbour,
  type Neighbour,
  type NeighbourAdvertisement,
  type NeighbourPath,
  type NeighbourSolicitation,
  neighbourFrame,
} from "./neighbour.ts";
export * from "./option-types.ts";
export { writeCapture } from "./pcap.ts";
export { type Endpoint, type SegmentFields, type SegmentPath, segmentFrame } from "./segment-frame.ts";
export * from "./seq.ts";
export { type SegmentShift, shiftSegment } from "./shift.ts";
export * from "./synthesis.ts";
