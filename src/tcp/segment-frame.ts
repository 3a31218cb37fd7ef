/** One TCP segment from plain arguments, whatever its flags. */
import { quote, WireError } from "../wire/index.ts";
import { requireBytes, requireIp, requireList, requireMac, requireObject, requireUint } from "../wire/require.ts";
import { isTpid } from "./ethernet.ts";
import { EtherType, type Frame, IpProtocol, type Ipv4, type Ipv6, type Tcp, type VlanTag } from "./frame-types.ts";
import { encodeOptions, optionsSize } from "./option-encode.ts";
import type { TcpOption } from "./option-types.ts";

/** One end of a TCP connection, as a switch port sees it. */
export interface Endpoint {
  /** Ethernet address: `00:00:00:00:00:01` */
  readonly mac: string;
  /** IPv4 or IPv6 address. */
  readonly ip: string;
  readonly port: number;
}

/** From where to where a synthetic segment goes, and what its outer headers may say. */
export interface SegmentPath {
  readonly from: Endpoint;
  /** Of the same IP version as `from`. */
  readonly to: Endpoint;
  /** Tags, outermost first. Absent: none. */
  readonly vlans?: readonly VlanTag[];
  /** Time to live or hop limit, 0 to 255. Absent: 64. */
  readonly ttl?: number;
  /** 0 to 63. Absent: 0. */
  readonly dscp?: number;
  /** 0 to 3. Absent: 0. */
  readonly ecn?: number;
  /** IPv4 only. Absent: 0, which RFC 6864 §4.1 allows because don't-fragment is always set. */
  readonly identification?: number;
  /** IPv6 only, 20 bits. Absent: 0. */
  readonly flowLabel?: number;
}

/** See {@link segmentFrame}. */
export interface SegmentFields extends SegmentPath {
  readonly seq: number;
  /** Absent: 0. */
  readonly ack?: number;
  /** All of them, see `TcpFlags`. */
  readonly flags: number;
  readonly window: number;
  /** Absent: 0. */
  readonly urgentPointer?: number;
  /** Absent: none. */
  readonly options?: readonly TcpOption[];
  /** Absent: none. */
  readonly payload?: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/**
 * A TCP segment as a frame. Lengths are filled in; both checksums are 0 with `checksumValid: undefined`, and `encodeFrame`
 * computes them.
 *
 * Throws RangeError or TypeError naming the argument.
 */
export function segmentFrame(fields: SegmentFields): Frame {
  requireObject("fields", fields);
  const { ack = 0, urgentPointer = 0, options = [], payload = NOTHING } = fields;
  return buildSegment(fields, fields.seq, ack, fields.flags, fields.window, urgentPointer, options, payload);
}

/** The same with everything but the path in a row: copying an object of arguments would cost more than the rest. */
export function buildSegment(
  path: SegmentPath,
  seq: number,
  ack: number,
  flags: number,
  receiveWindow: number,
  urgentPointer: number,
  options: readonly TcpOption[],
  payload: Uint8Array,
): Frame {
  const from = requireObject("from", path.from);
  const to = requireObject("to", path.to);
  const src = requireIp("from.ip", from.ip);
  const dst = requireIp("to.ip", to.ip);
  const isIpv6 = src.includes(":");
  if (isIpv6 !== dst.includes(":")) throw new RangeError(`to.ip: ${dst} is not of the IP version of from.ip, ${src}`);
  const ethernet = {
    dst: requireMac("to.mac", to.mac),
    src: requireMac("from.mac", from.mac),
    vlans: path.vlans === undefined ? [] : requireTags(path.vlans),
    ethType: isIpv6 ? EtherType.ipv6 : EtherType.ipv4,
    trailer: NOTHING,
  };
  const tcp: Tcp = {
    srcPort: requireUint("from.port", from.port, 16),
    dstPort: requireUint("to.port", to.port, 16),
    seq: requireUint("seq", seq, 32),
    ack: requireUint("ack", ack, 32),
    flags: requireUint("flags", flags, 12),
    window: requireUint("window", receiveWindow, 16),
    checksum: 0,
    checksumValid: undefined,
    urgentPointer: requireUint("urgentPointer", urgentPointer, 16),
    options,
  };
  const length = TCP_FIXED_SIZE + requireOptions(options) + requireBytes("payload", payload).length;
  return isIpv6
    ? { ethernet, ipv6: ipv6Header(path, src, dst, length), tcp, payload }
    : { ethernet, ipv4: ipv4Header(path, src, dst, length), tcp, payload };
}

const TCP_FIXED_SIZE = 20;
const IPV4_FIXED_SIZE = 20;

function ipv4Header(fields: SegmentPath, src: string, dst: string, length: number): Ipv4 {
  return {
    dscp: requireUint("dscp", fields.dscp, 6, 0),
    ecn: requireUint("ecn", fields.ecn, 2, 0),
    totalLength: requireLength(IPV4_FIXED_SIZE + length),
    identification: requireUint("identification", fields.identification, 16, 0),
    reservedFlag: false,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: requireUint("ttl", fields.ttl, 8, 64),
    protocol: IpProtocol.tcp,
    checksum: 0,
    checksumValid: undefined,
    src,
    dst,
    options: NOTHING,
  };
}

function ipv6Header(fields: SegmentPath, src: string, dst: string, length: number): Ipv6 {
  return {
    dscp: requireUint("dscp", fields.dscp, 6, 0),
    ecn: requireUint("ecn", fields.ecn, 2, 0),
    flowLabel: requireUint("flowLabel", fields.flowLabel, 20, 0),
    payloadLength: requireLength(length),
    nextHeader: IpProtocol.tcp,
    hopLimit: requireUint("ttl", fields.ttl, 8, 64),
    src,
    dst,
    extensions: [],
    protocol: IpProtocol.tcp,
  };
}

function requireLength(length: number): number {
  if (length > 0xffff) throw new RangeError(`payload: ${length} bytes do not fit the 16-bit length of an IP packet`);
  return length;
}

/** Where options are written to find out whether they are right: as many as a header can have. */
const scratch = new Uint8Array(40);
const scratchView = new DataView(scratch.buffer);

/** Returns how long they are in the header. Encodes them: that checks everything. */
function requireOptions(options: readonly TcpOption[]): number {
  try {
    const size = optionsSize(options);
    if (size > 0) encodeOptions(scratch, scratchView, 0, options);
    return size;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const message = `${error.path}: ${error.detail}`;
    throw error.code === "badValue"
      ? new TypeError(message, { cause: error })
      : new RangeError(message, { cause: error });
  }
}

function requireTags(tags: readonly VlanTag[]): readonly VlanTag[] {
  for (const [index, tag] of requireList("vlans", tags).entries()) {
    const name = `vlans[${index}]`;
    requireObject(name, tag);
    if (!isTpid(tag.tpid)) throw new RangeError(`${name}.tpid: ${quote(tag.tpid)} is no tag protocol identifier`);
    requireUint(`${name}.pcp`, tag.pcp, 3);
    requireUint(`${name}.vid`, tag.vid, 12);
    if (typeof tag.dei !== "boolean") throw new TypeError(`${name}.dei: no boolean`);
  }
  return tags;
}
