/** From the bytes of an Ethernet frame to a {@link Frame}. */
import { mac, quote, viewOf, WireError } from "../wire/index.ts";
import { ARP_SIZE, decodeArp } from "./arp.ts";
import { pseudoSumIpv4, pseudoSumIpv6 } from "./checksum.ts";
import { decodeTags, ETHERNET_SIZE, findEthType } from "./ethernet.ts";
import { type Ethernet, EtherType, type Frame, IpProtocol } from "./frame-types.ts";
import { decodeIpv4, ipv4HeaderLength, isSourceRoutedIpv4 } from "./ipv4.ts";
import { decodeIpv6, IPV6_SIZE, ipv6End, ipv6Fragment, isIpv6Header, isSourceRoutedIpv6 } from "./ipv6.ts";
import { decodeTcp, tcpHeaderLength } from "./tcp-header.ts";

const NOTHING = new Uint8Array(0);

/**
 * Decodes one Ethernet frame without its frame check sequence.
 *
 * A layer that does not parse is left out and stays raw in `payload`: an IPv4 header length below 5, a TCP data offset beyond
 * the packet, a header that the capture cut. Checksums are verified, and wrong ones are not an error. Byte arrays in the
 * result are views of `bytes`.
 *
 * Throws WireError `truncated` below 14 bytes, and nothing else for a `Uint8Array`.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (!(bytes instanceof Uint8Array)) throw new WireError("badValue", `${quote(bytes)} is no Uint8Array`, 0);
  if (bytes.length < ETHERNET_SIZE) {
    throw new WireError("truncated", `${bytes.length} bytes; an Ethernet frame has at least ${ETHERNET_SIZE}`, 0);
  }
  const view = viewOf(bytes);
  const typeAt = findEthType(view);
  const at = typeAt + 2;
  switch (view.getUint16(typeAt)) {
    case EtherType.ipv4: {
      const length = ipv4HeaderLength(view, at);
      if (length > 0) return ipv4Frame(bytes, view, typeAt, length);
      break;
    }
    case EtherType.ipv6:
      if (isIpv6Header(view, at)) return ipv6Frame(bytes, view, typeAt);
      break;
    case EtherType.arp: {
      const arp = decodeArp(view, at);
      if (arp) return { ethernet: ethernetOf(bytes, view, typeAt, at + ARP_SIZE), arp, payload: NOTHING };
      break;
    }
  }
  return { ethernet: ethernetOf(bytes, view, typeAt, bytes.length), payload: bytes.subarray(at) };
}

function ethernetOf(bytes: Uint8Array, view: DataView, typeAt: number, end: number): Ethernet {
  return {
    dst: mac.read(view, 0),
    src: mac.read(view, 6),
    vlans: decodeTags(view, typeAt),
    ethType: view.getUint16(typeAt),
    trailer: end < bytes.length ? bytes.subarray(end) : NOTHING,
  };
}

function ipv4Frame(bytes: Uint8Array, view: DataView, typeAt: number, headerLength: number): Frame {
  const at = typeAt + 2;
  const ipv4 = decodeIpv4(bytes, view, at, headerLength);
  const start = at + headerLength;
  const told = at + ipv4.totalLength;
  const end = Math.min(bytes.length, told);
  const ethernet = ethernetOf(bytes, view, typeAt, end);
  if (ipv4.protocol === IpProtocol.tcp && ipv4.fragmentOffset === 0) {
    const tcpLength = tcpHeaderLength(view, start, end);
    if (tcpLength > 0) {
      const whole = told === end && !ipv4.moreFragments && !isSourceRoutedIpv4(ipv4);
      const pseudoSum = whole ? pseudoSumIpv4(view, at, end - start) : undefined;
      const tcp = decodeTcp(bytes, view, start, tcpLength, end, pseudoSum);
      return { ethernet, ipv4, tcp, payload: bytes.subarray(start + tcpLength, end) };
    }
  }
  return { ethernet, ipv4, payload: bytes.subarray(start, end) };
}

function ipv6Frame(bytes: Uint8Array, view: DataView, typeAt: number): Frame {
  const at = typeAt + 2;
  const ipv6 = decodeIpv6(bytes, view, at);
  const end = ipv6End(view, at);
  const ethernet = ethernetOf(bytes, view, typeAt, end);
  const start = ipv6.extensions.reduce((sum, { raw }) => sum + raw.length, at + IPV6_SIZE);
  const fragment = ipv6Fragment(ipv6);
  if (ipv6.protocol === IpProtocol.tcp && fragment !== "later") {
    const tcpLength = tcpHeaderLength(view, start, end);
    if (tcpLength > 0) {
      const whole = at + IPV6_SIZE + ipv6.payloadLength === end && fragment === "whole" && !isSourceRoutedIpv6(ipv6);
      const pseudoSum = whole ? pseudoSumIpv6(view, at, end - start) : undefined;
      const tcp = decodeTcp(bytes, view, start, tcpLength, end, pseudoSum);
      return { ethernet, ipv6, tcp, payload: bytes.subarray(start + tcpLength, end) };
    }
  }
  return { ethernet, ipv6, payload: bytes.subarray(start, end) };
}
