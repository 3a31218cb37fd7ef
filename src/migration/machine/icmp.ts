/** RFC 792 and RFC 4443 §3: ICMP errors, which quote the packet that they are about. */
import { decodeFrame, EtherType, type Frame, IpProtocol } from "../../tcp/index.ts";
import { ipv4, ipv6, viewOf } from "../../wire/index.ts";

/** The beginning of a quoted TCP segment. */
export interface Quote {
  /** The error says that the destination cannot be reached, and will not be soon. */
  readonly final: boolean;
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
}

const ICMP_HEADER = 8;
/** Ports and sequence number: what RFC 792 guarantees to be quoted. */
const QUOTED = 8;
const UNREACHABLE = 3;
/** Fragmentation needed: about size, not about the destination. */
const TOO_LARGE = 4;
const UNREACHABLE_V6 = 1;

/** The segment that the ICMP error in this frame quotes; undefined when the frame holds none. */
export function quotedSegment(bytes: Uint8Array): Quote | undefined {
  if (bytes.length < 14) return undefined;
  const frame = decodeFrame(bytes);
  const { payload } = frame;
  if (payload.length < ICMP_HEADER) return undefined;
  const [type = 0, code = 0] = payload;
  const quoted = payload.subarray(ICMP_HEADER);
  if (isIcmp(frame, EtherType.ipv4)) return quoteIpv4(quoted, type === UNREACHABLE && code !== TOO_LARGE);
  return isIcmp(frame, EtherType.ipv6) ? quoteIpv6(quoted, type === UNREACHABLE_V6) : undefined;
}

function isIcmp({ ipv4, ipv6, ethernet }: Frame, ethType: number): boolean {
  if (ethernet.ethType !== ethType) return false;
  return ipv4 ? ipv4.protocol === IpProtocol.icmp && ipv4.fragmentOffset === 0 : ipv6?.protocol === IpProtocol.icmpv6;
}

function quoteIpv4(bytes: Uint8Array, final: boolean): Quote | undefined {
  const header = 4 * ((bytes[0] ?? 0) & 0xf);
  if (header < 20 || bytes.length < header + QUOTED || bytes[9] !== IpProtocol.tcp) return undefined;
  const view = viewOf(bytes);
  return { final, src: ipv4.read(view, 12), dst: ipv4.read(view, 16), ...portsAndSeq(view, header) };
}

function quoteIpv6(bytes: Uint8Array, final: boolean): Quote | undefined {
  if (bytes.length < 40 + QUOTED || bytes[6] !== IpProtocol.tcp) return undefined;
  const view = viewOf(bytes);
  return { final, src: ipv6.read(view, 8), dst: ipv6.read(view, 24), ...portsAndSeq(view, 40) };
}

function portsAndSeq(view: DataView, at: number): Pick<Quote, "srcPort" | "dstPort" | "seq"> {
  return { srcPort: view.getUint16(at), dstPort: view.getUint16(at + 2), seq: view.getUint32(at + 4) };
}
