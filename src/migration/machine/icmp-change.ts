/** An ICMP error in the words of the other side: whoever checks the quoted numbers must know them (RFC 5927 §4.1). */
import { type Ethernet, encodeFrame, icmpv6Checksum, internetChecksum, updateChecksum } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { ipv4, ipv6, viewOf } from "../../wire/index.ts";
import type { Connection } from "../connection.ts";
import { serverEndpoint } from "../connection.ts";
import type { Shift } from "../offsets.ts";
import { ICMP_HEADER, type IcmpError } from "./icmp.ts";
import { linkBack, linkTowards, type Side } from "./translate.ts";

interface End {
  readonly ip: string;
  readonly port: number;
}

/**
 * For the client: an error about what it sent, which the network beyond the switch quotes in the server's numbers and with the
 * server's address.
 */
export function errorTowardsClient(connection: Connection, error: IcmpError, { address, offsets }: Side): Uint8Array {
  const { server, client } = connection;
  const { ip } = serverEndpoint(connection, address);
  const link = linkBack(connection, error.frame.ethernet, address);
  // A router on the way speaks for itself, the server for the service.
  const from = sourceOf(error) === ip ? server.ip : sourceOf(error);
  const { seq, ack } = offsets.clientToServer;
  const shift = { seq: seqAdd(0, -seq), ack: seqAdd(0, -ack) };
  return change(error, link, from, client.ip, { src: client, dst: server }, shift);
}

/** For the server: an error about what it sent, which the client's network quotes as the client knows it. */
export function errorTowardsServer(connection: Connection, error: IcmpError, { address, offsets }: Side): Uint8Array {
  const { client } = connection;
  const end = serverEndpoint(connection, address);
  const link = linkTowards(error.frame.ethernet, address);
  const { seq, ack } = offsets.serverToClient;
  const shift = { seq: seqAdd(0, -seq), ack: seqAdd(0, -ack) };
  return change(error, link, sourceOf(error), end.ip, { src: end, dst: client }, shift);
}

function sourceOf({ frame }: IcmpError): string {
  return frame.ipv4?.src ?? frame.ipv6?.src ?? "";
}

function change(
  { frame, tcpAt }: IcmpError,
  ethernet: Ethernet,
  src: string,
  dst: string,
  quoted: { readonly src: End; readonly dst: End },
  shift: Shift,
): Uint8Array {
  const payload = new Uint8Array(frame.payload);
  const view = viewOf(payload);
  const isIpv6 = frame.ipv6 !== undefined;
  // What is quoted of the segment may end anywhere behind its sequence number.
  const tcpChecksum = payload.length >= tcpAt + 18 ? [tcpAt + 16] : [];
  const addressChecksums = isIpv6 ? tcpChecksum : [ICMP_HEADER + 10, ...tcpChecksum];
  const [srcAt, dstAt] = isIpv6 ? [ICMP_HEADER + 8, ICMP_HEADER + 24] : [ICMP_HEADER + 12, ICMP_HEADER + 16];
  putAddress(view, srcAt, quoted.src.ip, addressChecksums);
  putAddress(view, dstAt, quoted.dst.ip, addressChecksums);
  put32(view, tcpAt, ((quoted.src.port << 16) | quoted.dst.port) >>> 0, tcpChecksum);
  put32(view, tcpAt + 4, seqAdd(view.getUint32(tcpAt + 4), shift.seq), tcpChecksum);
  // Part of an acknowledgment number stays as it is: nobody knows what the rest would carry into it, and nobody looks at it.
  if (payload.length >= tcpAt + 12) {
    put32(view, tcpAt + 8, seqAdd(view.getUint32(tcpAt + 8), shift.ack), tcpChecksum);
  }
  view.setUint16(2, 0);
  view.setUint16(2, isIpv6 ? icmpv6Checksum(src, dst, payload) : internetChecksum(payload));
  return encodeFrame({
    ...frame,
    ethernet,
    ...(frame.ipv4 && { ipv4: { ...frame.ipv4, src, dst } }),
    ...(frame.ipv6 && { ipv6: { ...frame.ipv6, src, dst } }),
    payload,
  });
}

function put32(view: DataView, at: number, value: number, checksums: readonly number[]): void {
  for (const sum of checksums) {
    view.setUint16(sum, updateChecksum(view.getUint16(sum), view.getUint32(at), value));
  }
  view.setUint32(at, value);
}

function putAddress(view: DataView, at: number, ip: string, checksums: readonly number[]): void {
  const field = ip.includes(":") ? ipv6 : ipv4;
  const bytes = new DataView(new ArrayBuffer(field.size));
  field.write(bytes, 0, ip);
  for (let word = 0; word < field.size; word += 4) put32(view, at + word, bytes.getUint32(word), checksums);
}
