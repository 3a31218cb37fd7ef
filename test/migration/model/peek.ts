/** The numbers of a segment straight from its bytes: the hosts of a run send neither IP options nor extension headers. */
import { decodeFrame, EtherType, encodeFrame, TcpFlags, type TcpOption } from "../../../src/tcp/index.ts";
import { optionSize } from "../../../src/tcp/option-encode.ts";
import type { ConnectionPlan } from "./scenario.ts";

export interface Peek {
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  /** Of the IP header. */
  readonly ecn: number;
  readonly payload: Uint8Array;
  /** Numbers that it takes. */
  readonly length: number;
}

const TCP = 6;
const tagTypes: readonly number[] = [EtherType.vlan, EtherType.serviceVlan];

/** Undefined for what is no TCP segment. */
export function peek(frame: Uint8Array): Peek | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let at = 12;
  while (tagTypes.includes(view.getUint16(at))) at += 4;
  const type = view.getUint16(at);
  const ip = at + 2;
  const isV6 = type === 0x86dd;
  if ((type !== 0x0800 && !isV6) || view.getUint8(ip + (isV6 ? 6 : 9)) !== TCP) return undefined;
  const tcp = ip + (isV6 ? 40 : 20);
  const end = isV6 ? tcp + view.getUint16(ip + 4) : ip + view.getUint16(ip + 2);
  const flags = view.getUint8(tcp + 13);
  const payload = frame.subarray(tcp + 4 * (view.getUint8(tcp + 12) >> 4), end);
  const counted = ((flags & TcpFlags.syn) === 0 ? 0 : 1) + ((flags & TcpFlags.fin) === 0 ? 0 : 1);
  return {
    srcPort: view.getUint16(tcp),
    dstPort: view.getUint16(tcp + 2),
    seq: view.getUint32(tcp + 4),
    ack: view.getUint32(tcp + 8),
    flags,
    window: view.getUint16(tcp + 14),
    ecn: (isV6 ? view.getUint8(ip + 1) >> 4 : view.getUint8(ip + 1)) & 3,
    payload,
    length: payload.length + counted,
  };
}

const names = ["fin", "syn", "rst", "psh", "ack"] as const;

export function describe({ srcPort, dstPort, seq, ack, flags, payload, window }: Peek): string {
  const set = names.filter((name) => (flags & TcpFlags[name]) !== 0);
  return `${srcPort}>${dstPort} ${set.join("|")} seq ${seq} ack ${ack} len ${payload.length} win ${window}`;
}

const extras: Readonly<Record<Exclude<ConnectionPlan["extra"], "none">, TcpOption>> = {
  unknown: { type: "unknown", kind: 200, data: Uint8Array.of(1, 2) },
  fastOpen: { type: "fastOpen", cookie: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  multipath: { type: "multipath", subtype: 0, bits: 1, data: new Uint8Array(8) },
  signed: { type: "md5", digest: new Uint8Array(16) },
};

/** The client's SYN with something besides; with fast open, also with data. */
export function decorate(frame: Uint8Array, extra: ConnectionPlan["extra"], data: Uint8Array): Uint8Array {
  if (extra === "none") return frame;
  const decoded = decodeFrame(frame);
  const { tcp } = decoded;
  if (!tcp || (tcp.flags & (TcpFlags.syn | TcpFlags.ack)) !== TcpFlags.syn) return frame;
  const option = extras[extra];
  const room = 40 - tcp.options.reduce((sum, each) => sum + optionSize(each), 0);
  if (optionSize(option) > room) return frame;
  const padding: TcpOption[] = Array.from({ length: (4 - (optionSize(option) % 4)) % 4 }, () => ({ type: "nop" }));
  const payload = extra === "fastOpen" ? data.slice(0, 100) : decoded.payload;
  return encodeFrame({ ...decoded, tcp: { ...tcp, options: [...tcp.options, ...padding, option] }, payload });
}

/** Whether the TCP checksum of a frame is right. */
export function isIntact(frame: Uint8Array): boolean {
  return decodeFrame(frame).tcp?.checksumValid === true;
}

/** The frame with the mark of congestion, where both ends understand it (RFC 3168 §5). */
export function congested(frame: Uint8Array): Uint8Array {
  const { ecn = 0 } = peek(frame) ?? {};
  if (ecn === 0) return frame;
  const decoded = decodeFrame(frame);
  if (decoded.ipv4) return encodeFrame({ ...decoded, ipv4: { ...decoded.ipv4, ecn: 3 } });
  return decoded.ipv6 ? encodeFrame({ ...decoded, ipv6: { ...decoded.ipv6, ecn: 3 } }) : frame;
}
