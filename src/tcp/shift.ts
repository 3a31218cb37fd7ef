/** Adding offsets to the numbers of a TCP segment without decoding it. */
import { type Bytes, quote, viewOf, WireError } from "../wire/index.ts";
import { updateChecksum } from "./checksum.ts";
import { findEthType } from "./ethernet.ts";
import { EtherType, IpProtocol } from "./frame-types.ts";
import { ipv4HeaderLength } from "./ipv4.ts";
import { ipv6End, ipv6Payload, isIpv6Header } from "./ipv6.ts";
import { seqAdd } from "./seq.ts";
import { tcpHeaderLength } from "./tcp-header.ts";

/** What to add to the numbers of a segment, each modulo 2³². */
export interface SegmentShift {
  /** Any safe integer; absent: 0. */
  readonly seq?: number;
  readonly ack?: number;
}

/**
 * A copy of an Ethernet frame with offsets added to the sequence and acknowledgment numbers of its TCP header and the
 * checksum updated (RFC 1624), as the actions `inc_tcp_seq`, `dec_tcp_seq`, `inc_tcp_ack` and `dec_tcp_ack` do it: the
 * acknowledgment number changes whether the ACK flag is set or not, options stay as they are, and a checksum that was wrong
 * stays wrong.
 *
 * Throws WireError `unsupported` when `decodeFrame` finds no TCP header in the frame, `badValue` for what are no bytes, RangeError for an offset that is no
 * safe integer.
 */
export function shiftSegment(frame: Uint8Array, { seq = 0, ack = 0 }: SegmentShift): Bytes {
  if (!Number.isSafeInteger(seq)) throw new RangeError("seq must be a safe integer");
  if (!Number.isSafeInteger(ack)) throw new RangeError("ack must be a safe integer");
  if (!(frame instanceof Uint8Array)) throw new WireError("badValue", `${quote(frame)} is no Uint8Array`, 0);
  const shifted = new Uint8Array(frame);
  const view = viewOf(shifted);
  const at = findTcp(view);
  if (at === undefined) throw new WireError("unsupported", "no TCP header in this frame", 0);
  let checksum = view.getUint16(at + 16);
  checksum = addTo(view, at + 4, seq, checksum);
  checksum = addTo(view, at + 8, ack, checksum);
  view.setUint16(at + 16, checksum);
  return shifted;
}

function addTo(view: DataView, at: number, offset: number, checksum: number): number {
  const before = view.getUint32(at);
  const after = seqAdd(before, offset);
  view.setUint32(at, after);
  return updateChecksum(checksum, before, after);
}

/** Where the TCP header begins, exactly when `decodeFrame` would find one. */
function findTcp(view: DataView): number | undefined {
  if (view.byteLength < 14) return undefined;
  const typeAt = findEthType(view);
  const at = typeAt + 2;
  switch (view.getUint16(typeAt)) {
    case EtherType.ipv4: {
      const length = ipv4HeaderLength(view, at);
      const segment = length > 0 && view.getUint8(at + 9) === IpProtocol.tcp && (view.getUint16(at + 6) & 0x1fff) === 0;
      return segment ? tcpAt(view, at + length, Math.min(view.byteLength, at + view.getUint16(at + 2))) : undefined;
    }
    case EtherType.ipv6:
      return isIpv6Header(view, at) ? findTcpInIpv6(view, at) : undefined;
    default:
      return undefined;
  }
}

function findTcpInIpv6(view: DataView, at: number): number | undefined {
  const end = ipv6End(view, at);
  const payload = ipv6Payload(view, at, end);
  return payload?.protocol === IpProtocol.tcp ? tcpAt(view, payload.at, end) : undefined;
}

function tcpAt(view: DataView, at: number, end: number): number | undefined {
  return tcpHeaderLength(view, at, end) > 0 ? at : undefined;
}
