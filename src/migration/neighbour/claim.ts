/** What a frame of ARP or IPv6 neighbour discovery says. */
import { type Arp, decodeFrame, decodeNeighbour, type Frame } from "../../tcp/index.ts";

/** A question or a statement about who has an address, whatever the IP version. */
export interface Claim {
  readonly frame: Frame;
  readonly ipVersion: 4 | 6;
  readonly kind: "question" | "statement";
  /** The address that is asked for, or told about. */
  readonly about: string;
  /** The address that the sender says it has; undefined for one that only asks whether it may have `about`. */
  readonly sender: string | undefined;
  readonly senderMac: string;
  /** The address that whoever hears it may believe to be at `senderMac`. */
  readonly claimed: string;
}

const ETHERNET_SIZE = 14;
const REQUEST = 1;
const REPLY = 2;
const NOBODY_V4 = "0.0.0.0";
const NOBODY_V6 = "::";

/** Undefined for every frame that is neither ARP for IPv4 nor a neighbour solicitation or advertisement. */
export function claimOf(bytes: Uint8Array): Claim | undefined {
  if (bytes.length < ETHERNET_SIZE) return undefined;
  const frame = decodeFrame(bytes);
  return frame.arp ? arpClaim(frame, frame.arp) : neighbourClaim(frame);
}

function arpClaim(frame: Frame, { operation, senderIp, senderMac, targetIp }: Arp): Claim | undefined {
  if (operation !== REQUEST && operation !== REPLY) return undefined;
  // RFC 5227 §2.3: an announcement asks for its sender's own address, and tells.
  const isStatement = operation === REPLY || senderIp === targetIp;
  const sender = senderIp === NOBODY_V4 ? undefined : senderIp;
  return {
    frame,
    ipVersion: 4,
    kind: isStatement ? "statement" : "question",
    about: operation === REPLY ? senderIp : targetIp,
    sender,
    senderMac,
    // RFC 826: whoever gets a request learns its sender. RFC 5227 §2.1: without one it is a probe for the address itself.
    claimed: sender ?? targetIp,
  };
}

function neighbourClaim(frame: Frame): Claim | undefined {
  const message = decodeNeighbour(frame);
  if (!message || !frame.ipv6) return undefined;
  const { src } = frame.ipv6;
  const { target } = message;
  const senderMac = message.mac ?? frame.ethernet.src;
  const sender = src === NOBODY_V6 ? undefined : src;
  const common = { frame, ipVersion: 6, about: target, sender, senderMac } as const;
  return message.type === "neighbourAdvertisement"
    ? { ...common, kind: "statement", claimed: target }
    : { ...common, kind: "question", claimed: sender ?? target };
}
