/** RFC 792 and RFC 4443 §3: ICMP errors, which quote the beginning of the packet that they are about. */
import {
  decodeFrame,
  type FlowKey,
  type Frame,
  IpProtocol,
  icmpv6Checksum,
  internetChecksum,
} from "../../tcp/index.ts";
import { ipv6Payload } from "../../tcp/ipv6.ts";
import { ipv4, ipv6, viewOf } from "../../wire/index.ts";

/** An ICMP error about a TCP segment. */
export interface IcmpError {
  readonly frame: Frame;
  /** The checksum of the message is right, or cannot be told. */
  readonly intact: boolean;
  /** The error says that the destination cannot be reached, and will not be soon. */
  readonly final: boolean;
  /** Whom the error is sent to. */
  readonly to: string;
  /** The quoted segment. */
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  /** Where its TCP header begins in the ICMP message. */
  readonly tcpAt: number;
}

/** Type, code, checksum, and four bytes that depend on the type. */
export const ICMP_HEADER = 8;
/** Ports and sequence number: what RFC 792 guarantees to be quoted. */
const QUOTED = 8;
const IPV6_HEADER = 40;

/** Types of the errors that a TCP sender looks at. RFC 6633 abolished source quench, 4. */
export const IcmpErrorType = { unreachable: 3, timeExceeded: 11, parameterProblem: 12 } as const;
/** RFC 4443 §3. */
export const Icmpv6ErrorType = { unreachable: 1, packetTooBig: 2, timeExceeded: 3, parameterProblem: 4 } as const;
/** Fragmentation needed, a code of unreachable: about size, not about the destination. */
const FRAGMENTATION_NEEDED = 4;

const types: readonly number[] = Object.values(IcmpErrorType);
const typesV6: readonly number[] = Object.values(Icmpv6ErrorType);

/** The ICMP error in this frame, if it is one about a TCP segment; undefined for every other frame. */
export function icmpErrorOf(bytes: Uint8Array): IcmpError | undefined {
  if (bytes.length < 14) return undefined;
  const frame = decodeFrame(bytes);
  const { payload } = frame;
  const [type = 0, code = 0] = payload;
  if (frame.ipv4?.protocol === IpProtocol.icmp && types.includes(type)) {
    const { fragmentOffset, moreFragments, dst } = frame.ipv4;
    const quoted = quoteIpv4(payload);
    if (!quoted || fragmentOffset > 0 || moreFragments) return undefined;
    const final = type === IcmpErrorType.unreachable && code !== FRAGMENTATION_NEEDED;
    return { frame, intact: internetChecksum(payload) === 0, final, to: dst, ...quoted };
  }
  if (frame.ipv6?.protocol === IpProtocol.icmpv6 && typesV6.includes(type)) {
    const { extensions, src, dst } = frame.ipv6;
    const quoted = quoteIpv6(payload);
    if (!quoted || extensions.some((extension) => extension.type === IpProtocol.fragment)) return undefined;
    const intact = icmpv6Checksum(src, dst, payload) === viewOf(payload).getUint16(2);
    return { frame, intact, final: type === Icmpv6ErrorType.unreachable, to: dst, ...quoted };
  }
  return undefined;
}

/**
 * The direction of the quoted segment, in the VLANs of the error itself: from the client to a server as that server sees it, when the
 * error comes from the server's side, and from the service to the client, when it comes from the client's.
 */
export function quotedKey({ frame, src, dst, srcPort, dstPort }: IcmpError): FlowKey {
  const vlans = frame.ethernet.vlans.map(({ vid }) => vid).filter((vid) => vid !== 0);
  return { vlans, src, dst, srcPort, dstPort };
}

type Quoted = Pick<IcmpError, "src" | "dst" | "srcPort" | "dstPort" | "seq" | "tcpAt">;

function quoteIpv4(message: Uint8Array): Quoted | undefined {
  const view = viewOf(message);
  if (message.length < ICMP_HEADER + 20 || view.getUint8(ICMP_HEADER) >>> 4 !== 4) return undefined;
  const header = 4 * (view.getUint8(ICMP_HEADER) & 0xf);
  const tcpAt = ICMP_HEADER + header;
  const isSegment = view.getUint8(ICMP_HEADER + 9) === IpProtocol.tcp;
  const isLater = (view.getUint16(ICMP_HEADER + 6) & 0x1fff) !== 0;
  if (header < 20 || message.length < tcpAt + QUOTED || !isSegment || isLater) return undefined;
  const [src, dst] = [ipv4.read(view, ICMP_HEADER + 12), ipv4.read(view, ICMP_HEADER + 16)];
  return { src, dst, ...portsAndSeq(view, tcpAt) };
}

function quoteIpv6(message: Uint8Array): Quoted | undefined {
  const view = viewOf(message);
  if (message.length < ICMP_HEADER + IPV6_HEADER || view.getUint8(ICMP_HEADER) >>> 4 !== 6) return undefined;
  const payload = ipv6Payload(view, ICMP_HEADER, message.length);
  if (payload?.protocol !== IpProtocol.tcp || message.length < payload.at + QUOTED) return undefined;
  const [src, dst] = [ipv6.read(view, ICMP_HEADER + 8), ipv6.read(view, ICMP_HEADER + 24)];
  return { src, dst, ...portsAndSeq(view, payload.at) };
}

function portsAndSeq(view: DataView, tcpAt: number): Pick<Quoted, "srcPort" | "dstPort" | "seq" | "tcpAt"> {
  const [srcPort, dstPort] = [view.getUint16(tcpAt), view.getUint16(tcpAt + 2)];
  return { srcPort, dstPort, seq: view.getUint32(tcpAt + 4), tcpAt };
}
