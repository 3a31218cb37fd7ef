/** RFC 826, for Ethernet and IPv4. */
import { ipv4, mac, parsed, struct, u8, u16, within } from "../wire/index.ts";
import { type Arp, EtherType } from "./frame-types.ts";

const addressSpaces = struct({ hardwareType: u16, protocolType: u16, hardwareLength: u8, protocolLength: u8 });
const ETHERNET_AND_IPV4 = { hardwareType: 1, protocolType: EtherType.ipv4, hardwareLength: 6, protocolLength: 4 };

const body = parsed(struct({ operation: u16, senderMac: mac, senderIp: ipv4, targetMac: mac, targetIp: ipv4 }));

export const ARP_SIZE = addressSpaces.size + body.size;

/** The packet at `at`, or undefined when it is about other networks or not all there. */
export function decodeArp(view: DataView, at: number): Arp | undefined {
  if (at + ARP_SIZE > view.byteLength) return undefined;
  const spaces = addressSpaces.read(view, at);
  const ours =
    spaces.hardwareType === ETHERNET_AND_IPV4.hardwareType &&
    spaces.protocolType === ETHERNET_AND_IPV4.protocolType &&
    spaces.hardwareLength === ETHERNET_AND_IPV4.hardwareLength &&
    spaces.protocolLength === ETHERNET_AND_IPV4.protocolLength;
  return ours ? body.read(view, at + addressSpaces.size) : undefined;
}

export function encodeArp(view: DataView, at: number, arp: Arp): void {
  addressSpaces.write(view, at, ETHERNET_AND_IPV4);
  try {
    body.write(view, at + addressSpaces.size, arp);
  } catch (error) {
    throw within("arp", error);
  }
}
