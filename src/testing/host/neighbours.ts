/** RFC 826 and RFC 4861 §7.2: who has this address? */
import { EtherType, type Frame, IpProtocol, internetChecksum } from "../../tcp/index.ts";
import { concat, equalBytes, ipv6, mac, viewOf } from "../../wire/index.ts";
import type { HostIdentity } from "./options.ts";

const NOTHING = new Uint8Array(0);
const REQUEST = 1;
const REPLY = 2;
const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const TARGET_AT = 8;
const SOLICITATION_SIZE = TARGET_AT + 16;
/** The advertisement with one option: type 2, length 1 (of 8 bytes), the Ethernet address. */
const ADVERTISEMENT_SIZE = SOLICITATION_SIZE + 8;
const TARGET_LINK_ADDRESS = 2;
/** RFC 4861 §4.4: solicited and override. */
const SOLICITED = 0x40;
const OVERRIDE = 0x20;
/** RFC 4861 §7.1.1: a router would have made it less. */
const HOP_LIMIT = 255;

/** The answer to an ARP request or a neighbour solicitation for one of the host's addresses; undefined for anything else. */
export function answerNeighbour(host: HostIdentity, frame: Frame): Frame | undefined {
  if (frame.arp) return answerArp(host, frame);
  return frame.ipv6?.protocol === IpProtocol.icmpv6 ? answerSolicitation(host, frame) : undefined;
}

function answerArp(host: HostIdentity, { arp }: Frame): Frame | undefined {
  if (arp?.operation !== REQUEST || !host.addresses.includes(arp.targetIp)) return undefined;
  const { senderMac, senderIp, targetIp } = arp;
  return {
    ethernet: { ...ethernetTo(host, senderMac), ethType: EtherType.arp },
    arp: { operation: REPLY, senderMac: host.mac, senderIp: targetIp, targetMac: senderMac, targetIp: senderIp },
    payload: NOTHING,
  };
}

function answerSolicitation(host: HostIdentity, { ethernet, ipv6: header, payload }: Frame): Frame | undefined {
  if (header?.hopLimit !== HOP_LIMIT || payload.length < SOLICITATION_SIZE) return undefined;
  const view = viewOf(payload);
  const target = ipv6.read(view, TARGET_AT);
  const isGood = internetChecksum(concat([pseudoHeader(header.src, header.dst, payload.length), payload])) === 0;
  if (view.getUint8(0) !== SOLICITATION || !isGood || !host.addresses.includes(target)) return undefined;
  // RFC 4861 §7.2.4: one who has no address yet asks from ::, and all nodes are told.
  const isAnonymous = header.src === "::";
  const dst = isAnonymous ? "ff02::1" : header.src;
  const message = new Uint8Array(ADVERTISEMENT_SIZE);
  const out = viewOf(message);
  out.setUint8(0, ADVERTISEMENT);
  out.setUint8(4, OVERRIDE | (isAnonymous ? 0 : SOLICITED));
  ipv6.write(out, TARGET_AT, target);
  out.setUint8(SOLICITATION_SIZE, TARGET_LINK_ADDRESS);
  out.setUint8(SOLICITATION_SIZE + 1, 1);
  mac.write(out, SOLICITATION_SIZE + 2, host.mac);
  out.setUint16(2, internetChecksum(concat([pseudoHeader(target, dst, message.length), message])));
  return {
    ethernet: {
      ...ethernetTo(host, isAnonymous ? "33:33:00:00:00:01" : ethernet.src),
      ethType: EtherType.ipv6,
    },
    ipv6: {
      ...{ dscp: 0, ecn: 0, flowLabel: 0, payloadLength: message.length, hopLimit: HOP_LIMIT, src: target, dst },
      ...{ nextHeader: IpProtocol.icmpv6, extensions: [], protocol: IpProtocol.icmpv6 },
    },
    payload: message,
  };
}

function ethernetTo(host: HostIdentity, dst: string): Omit<Frame["ethernet"], "ethType"> {
  return { dst, src: host.mac, vlans: host.vlans, trailer: NOTHING };
}

/** RFC 8200 §8.1. */
function pseudoHeader(src: string, dst: string, length: number): Uint8Array {
  const bytes = new Uint8Array(40);
  const view = viewOf(bytes);
  ipv6.write(view, 0, src);
  ipv6.write(view, 16, dst);
  view.setUint32(32, length);
  view.setUint8(39, IpProtocol.icmpv6);
  return bytes;
}

/** Whether a frame with these tags, sent to this Ethernet address, is for the host. */
export function isAddressedTo(host: HostIdentity, { dst, vlans }: Frame["ethernet"]): boolean {
  const tags = (list: typeof vlans) =>
    Uint8Array.from(list.flatMap(({ vid }) => (vid === 0 ? [] : [vid >> 8, vid & 0xff])));
  const isGroup = Number.parseInt(dst.slice(0, 2), 16) % 2 === 1;
  return (isGroup || dst === host.mac) && equalBytes(tags(vlans), tags(host.vlans));
}
