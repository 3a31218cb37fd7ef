/** The frames that a plan is made from. */
import {
  decodeFrame,
  type Endpoint,
  EtherType,
  encodeFrame,
  type FlowKey,
  type Frame,
  flowKey,
  type Tcp,
  type VlanTag,
} from "../tcp/index.ts";
import { ipv6Fragment } from "../tcp/ipv6.ts";
import { type Bytes, isList, isObject, quote, within } from "../wire/index.ts";
import { type Finding, finding, Reason } from "./reason.ts";

/** A frame from Ethernet header to payload: its bytes, in any array-like of numbers, or what `decodeFrame` made of them. */
export type FrameInput = Uint8Array | ArrayLike<number> | Frame;

/** A frame that holds a whole TCP segment. */
export interface Segment {
  readonly frame: Frame;
  /** The same frame as bytes, a copy. */
  readonly bytes: Bytes;
  readonly tcp: Tcp;
  readonly payload: Uint8Array;
  readonly ipVersion: 4 | 6;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly vlans: readonly VlanTag[];
  readonly key: FlowKey;
}

/** A segment, or nothing, with what is wrong with it. */
export interface ReadSegment {
  readonly frame: Frame;
  readonly segment: Segment | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Reads one frame. Throws TypeError for what is no frame, and WireError for bytes or values that make none: both name the
 * argument, `name`. Findings begin with `label`.
 */
export function readSegment(input: FrameInput, name: string, label = name): ReadSegment {
  try {
    const { bytes, frame, cut } = toFrame(input, name);
    return segmentOf(bytes, frame, cut, label);
  } catch (error) {
    throw within(name, error);
  }
}

function toFrame(input: FrameInput, name: string): { bytes: Bytes; frame: Frame; cut: boolean } {
  if (isFrame(input)) {
    const wrong = input.tcp?.checksumValid === false || input.ipv4?.checksumValid === false;
    const bytes = encodeFrame(input, { checksums: wrong ? "keep" : "compute" });
    const frame = decodeFrame(bytes);
    return { bytes, frame, cut: wasCut(input, frame) || isCut(bytes, frame) };
  }
  const bytes = toBytes(input, name);
  const frame = decodeFrame(bytes);
  return { bytes, frame, cut: isCut(bytes, frame) };
}

function isFrame(input: FrameInput): input is Frame {
  return isObject(input) && "ethernet" in input;
}

/** No frame is longer: a whole IP packet of 64 KiB, and room for headers and trailer. */
const MAX_FRAME = 0x20000;

function toBytes(input: Uint8Array | ArrayLike<number>, name: string): Bytes {
  if (input instanceof Uint8Array) return new Uint8Array(input);
  if (isObject(input) && input.length >= 0 && input.length <= MAX_FRAME) {
    const numbers = Array.from(input);
    if (numbers.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 0xff)) return Uint8Array.from(numbers);
  }
  throw new TypeError(`${name} must be a frame: bytes or a decoded frame, not ${quote(input)}`);
}

/** Length of the IP packet as its header tells it. */
function toldLength({ ipv4, ipv6 }: Frame): number {
  return ipv4?.totalLength ?? (ipv6 ? 40 + ipv6.payloadLength : 0);
}

/**
 * Whether the capture had cut a frame that comes decoded: its length says more than is there, and its checksum could not be
 * told. A frame made by hand has no checksum, and its length is not used.
 */
function wasCut(input: Frame, encoded: Frame): boolean {
  const untold = input.tcp !== undefined && input.tcp.checksumValid === undefined && input.tcp.checksum !== 0;
  return untold && toldLength(input) > toldLength(encoded);
}

/** Whether the capture ended before the packet did. */
function isCut(bytes: Uint8Array, frame: Frame): boolean {
  const network = 14 + 4 * frame.ethernet.vlans.length;
  return toldLength(frame) > bytes.length - network;
}

function segmentOf(bytes: Bytes, frame: Frame, cut: boolean, label: string): ReadSegment {
  const { ethernet, ipv4, ipv6, tcp, payload } = frame;
  const ip = ipv4 ?? ipv6;
  const refuse = (code: Reason, text: string) => ({
    frame,
    segment: undefined,
    findings: [finding("refused", code, `${label} ${text}`)],
  });
  if (!ip || !tcp) return refuse(Reason.notTcp, "holds no TCP segment.");
  const fragment = ipv4 ? ipv4.moreFragments || ipv4.fragmentOffset > 0 : ipv6 && ipv6Fragment(ipv6) !== "whole";
  if (fragment) return refuse(Reason.fragmented, "is an IP fragment.");
  if (cut) return refuse(Reason.truncated, "was cut when it was captured.");
  const segment: Segment = {
    frame,
    bytes,
    tcp,
    payload,
    ipVersion: ethernet.ethType === EtherType.ipv4 ? 4 : 6,
    from: { mac: ethernet.src, ip: ip.src, port: tcp.srcPort },
    to: { mac: ethernet.dst, ip: ip.dst, port: tcp.dstPort },
    vlans: ethernet.vlans,
    key: flowKey(frame),
  };
  const wrong = tcp.checksumValid === false || ipv4?.checksumValid === false;
  return {
    frame,
    segment,
    findings: wrong ? [finding("degraded", Reason.checksumWrong, `${label} has a wrong checksum.`)] : [],
  };
}

/** Whether a frame list was given, and not one frame as a list of bytes. */
export function isFrameList(input: FrameInput | readonly FrameInput[]): input is readonly FrameInput[] {
  return isList(input) && typeof input[0] !== "number";
}
