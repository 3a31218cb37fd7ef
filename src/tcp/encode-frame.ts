/** From a {@link Frame} to the bytes of an Ethernet frame. */
import { type Bytes, quote, viewOf, WireError } from "../wire/index.ts";
import { ARP_SIZE, encodeArp } from "./arp.ts";
import { byteArray, list, object, under } from "./check.ts";
import { pseudoSumIpv4, pseudoSumIpv6 } from "./checksum.ts";
import { encodeEthernet, ethernetSize } from "./ethernet.ts";
import { EtherType, type Frame, IpProtocol } from "./frame-types.ts";
import { encodeIpv4, ipv4Size, isSourceRoutedIpv4 } from "./ipv4.ts";
import { encodeIpv6, IPV6_SIZE, ipv6Fragment, ipv6Size, isSourceRoutedIpv6 } from "./ipv6.ts";
import { encodeTcp, tcpSize, writeTcpChecksum } from "./tcp-header.ts";

const MODES: readonly unknown[] = ["compute", "keep"];

/** What {@link encodeFrame} does with lengths and checksums. */
export interface EncodeFrameOptions {
  /**
   * `"compute"` (the default): the IPv4 total length, the IPv6 payload length and both checksums are computed and what the
   * frame says of them is not used. A TCP checksum that is not over what the frame holds (a fragment, a packet still being
   * source-routed) stays as given.
   *
   * `"keep"`: lengths and checksums are written as given. A decoded frame gives its bytes again.
   *
   * The IPv4 header length, the TCP data offset and the next-header fields of IPv6 follow from the rest either way.
   */
  readonly checksums?: "compute" | "keep";
}

/**
 * Encodes one Ethernet frame without its frame check sequence: headers, payload, and the Ethernet trailer as given. A short
 * frame is not padded to 60 bytes; a network card does that.
 *
 * Throws WireError, with the path of the field, when a value does not fit its field (`outOfRange`), is of the wrong kind
 * (`badValue`), or makes a header or packet longer than its length field can say (`tooLong`); `badValue` too when the layers
 * contradict each other, as TCP in a packet whose protocol is not 6.
 */
export function encodeFrame(frame: Frame, options: EncodeFrameOptions = {}): Bytes {
  checkLayers(frame);
  const { checksums = "compute" } = object(options, 0, "options");
  const compute = checksums === "compute";
  if (!MODES.includes(checksums)) {
    throw new WireError("badValue", `${quote(checksums)} is neither "compute" nor "keep"`, 0, "options.checksums");
  }
  const { ethernet, arp, ipv4, ipv6, tcp, payload } = frame;
  const networkAt = ethernetSize(ethernet);
  const networkSize = sizeOfNetwork(frame);
  const transportAt = networkAt + networkSize;
  const tcpLength = tcp ? under("tcp", () => tcpSize(tcp)) : 0;
  const end = transportAt + tcpLength + payload.length;
  const bytes = new Uint8Array(end + ethernet.trailer.length);
  const view = viewOf(bytes);

  bytes.set(payload, transportAt + tcpLength);
  bytes.set(ethernet.trailer, end);
  under("ethernet", () => {
    encodeEthernet(view, ethernet);
  });
  if (arp) encodeArp(view, networkAt, arp);
  if (ipv4) {
    under("ipv4", () => {
      encodeIpv4(bytes, view, networkAt, ipv4, compute ? end - networkAt : undefined);
    });
  }
  if (ipv6) {
    under("ipv6", () => {
      encodeIpv6(bytes, view, networkAt, ipv6, compute ? end - networkAt - IPV6_SIZE : undefined);
    });
  }
  if (tcp) {
    under("tcp", () => {
      encodeTcp(bytes, view, transportAt, tcp, tcpLength);
    });
    if (compute && ipv4 && !ipv4.moreFragments && !isSourceRoutedIpv4(ipv4)) {
      writeTcpChecksum(view, transportAt, end, pseudoSumIpv4(view, networkAt, end - transportAt));
    } else if (compute && ipv6 && ipv6Fragment(ipv6) === "whole" && !isSourceRoutedIpv6(ipv6)) {
      writeTcpChecksum(view, transportAt, end, pseudoSumIpv6(view, networkAt, end - transportAt));
    }
  }
  return bytes;
}

function sizeOfNetwork({ arp, ipv4, ipv6 }: Frame): number {
  if (arp) return ARP_SIZE;
  if (ipv4) return under("ipv4", () => ipv4Size(ipv4));
  return ipv6 ? under("ipv6", () => ipv6Size(ipv6)) : 0;
}

/** Throws unless the parts of the frame have the right kind and go together. */
function checkLayers(frame: Frame): void {
  object(frame, 0, "");
  object(frame.ethernet, 0, "ethernet");
  list(frame.ethernet.vlans, 0, "ethernet.vlans");
  byteArray(frame.ethernet.trailer, 0, "ethernet.trailer");
  byteArray(frame.payload, 0, "payload");
  let network = 0;
  for (const name of ["arp", "ipv4", "ipv6"] as const) {
    const layer = frame[name];
    if (layer === undefined) continue;
    object(layer, 0, name);
    if (++network > 1) throw new WireError("badValue", "more than one of arp, ipv4 and ipv6", 0, name);
    if (frame.ethernet.ethType !== EtherType[name]) {
      throw new WireError("badValue", `${quote(frame.ethernet.ethType)} is not ${name}`, 0, "ethernet.ethType");
    }
  }
  if (frame.tcp === undefined) return;
  object(frame.tcp, 0, "tcp");
  const ip = frame.ipv4 ?? frame.ipv6;
  if (!ip) throw new WireError("badValue", "tcp without ipv4 or ipv6", 0, "tcp");
  if (ip.protocol !== IpProtocol.tcp) {
    const path = frame.ipv4 ? "ipv4.protocol" : "ipv6.protocol";
    throw new WireError("badValue", `${quote(ip.protocol)} is not the protocol number of TCP`, 0, path);
  }
}
