/** What a capture file says its packets begin with: draft-ietf-opsawg-pcaplinktype §2. */
import { WireError } from "../wire/index.ts";

export const LINK_TYPE_ETHERNET = 1;

/** The ones that people meet, for the error message. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, "NULL, BSD loopback"],
  [9, "PPP"],
  [12, "RAW, IP without a link layer"],
  [14, "RAW, IP without a link layer"],
  [101, "RAW, IP without a link layer"],
  [105, "IEEE802_11, wireless"],
  [108, "LOOP, OpenBSD loopback"],
  [113, 'LINUX_SLL, from the interface "any"'],
  [127, "IEEE802_11_RADIOTAP, wireless"],
  [147, "USER0"],
  [228, "IPV4"],
  [229, "IPV6"],
  [276, 'LINUX_SLL2, from the interface "any"'],
]);

/** Throws WireError `unsupported` unless the packets are Ethernet frames. */
export function requireEthernet(linkType: number, at: number): void {
  if (linkType === LINK_TYPE_ETHERNET) return;
  const name = NAMES.get(linkType);
  const told = name === undefined ? `${linkType}` : `${linkType} (${name})`;
  throw new WireError("unsupported", `the packets have link type ${told}; only Ethernet (1) is read`, at);
}
