/**
 * Ethernet frames with TCP segments in them: parse, synthesize, shift; sequence number arithmetic; flow keys; capture files.
 *
 * @module tcp
 */
export type { CapturedFrame, FrameToCapture } from "./capture-types.ts";
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
export * from "./option-types.ts";
