/** RFC 4861: neighbour solicitation and advertisement, which are to IPv6 what ARP is to IPv4. */
import { ipv6 as address, type Bytes, mac, viewOf, WireError } from "../wire/index.ts";
import { requireIp, requireMac, requireObject } from "../wire/require.ts";
import { icmpv6Checksum } from "./checksum.ts";
import { type Arp, EtherType, type Frame, IpProtocol, type VlanTag } from "./frame-types.ts";

/** RFC 4861 §4.3: who has this address? A source address of `::` asks whether anybody has it (RFC 4862 §5.4). */
export interface NeighbourSolicitation {
  readonly type: "neighbourSolicitation";
  /** The address that is asked for. */
  readonly target: string;
  /** Source link-layer address option. */
  readonly mac: string | undefined;
}

/** RFC 4861 §4.4: I have this address. */
export interface NeighbourAdvertisement {
  readonly type: "neighbourAdvertisement";
  /** The address that is told about. */
  readonly target: string;
  /** Target link-layer address option. */
  readonly mac: string | undefined;
  readonly router: boolean;
  /** It answers a solicitation. */
  readonly solicited: boolean;
  /** It replaces what its receiver knew before. */
  readonly override: boolean;
}

/** Either of the two messages. */
export type Neighbour = NeighbourSolicitation | NeighbourAdvertisement;

const SOLICITATION = 135;
const ADVERTISEMENT = 136;
/** Type, code, checksum, flags, target. */
const FIXED_SIZE = 24;
const OPTION_SIZE = 8;
const SOURCE_LINK_ADDRESS = 1;
const TARGET_LINK_ADDRESS = 2;
/** Nobody off the link can send with it: a router would have made it 254. */
const HOP_LIMIT = 255;
const Flag = { router: 0x80, solicited: 0x40, override: 0x20 } as const;

/**
 * The neighbour message in a frame. Undefined for every other frame, and for a message that RFC 4861 §7.1 tells its receiver to
 * drop: another hop limit than 255, a wrong checksum, a code, a length, a multicast target or an option that is no good.
 */
export function decodeNeighbour({ ipv6, payload }: Frame): Neighbour | undefined {
  if (ipv6?.protocol !== IpProtocol.icmpv6 || ipv6.hopLimit !== HOP_LIMIT || ipv6.extensions.length > 0)
    return undefined;
  const [type, code, , , flags = 0] = payload;
  if ((type !== SOLICITATION && type !== ADVERTISEMENT) || code !== 0 || payload.length < FIXED_SIZE) return undefined;
  const view = viewOf(payload);
  if (view.getUint16(2) !== icmpv6Checksum(ipv6.src, ipv6.dst, payload) || payload[8] === 0xff) return undefined;
  const options = linkAddress(view, type === SOLICITATION ? SOURCE_LINK_ADDRESS : TARGET_LINK_ADDRESS);
  if (!options) return undefined;
  const common = { target: address.read(view, 8), mac: options.mac };
  if (type === SOLICITATION) return { type: "neighbourSolicitation", ...common };
  return {
    type: "neighbourAdvertisement",
    ...common,
    router: (flags & Flag.router) !== 0,
    solicited: (flags & Flag.solicited) !== 0,
    override: (flags & Flag.override) !== 0,
  };
}

/** Undefined when an option has no length or does not end within the message. */
function linkAddress(view: DataView, wanted: number): { readonly mac: string | undefined } | undefined {
  let found: string | undefined;
  for (let at = FIXED_SIZE; at < view.byteLength; ) {
    const length = at + 2 <= view.byteLength ? OPTION_SIZE * view.getUint8(at + 1) : 0;
    if (length === 0 || at + length > view.byteLength) return undefined;
    if (view.getUint8(at) === wanted && length === OPTION_SIZE) found ??= mac.read(view, at + 2);
    at += length;
  }
  return { mac: found };
}

/** From where to where a message of a neighbour's goes on its link. */
export interface NeighbourPath {
  readonly from: { readonly mac: string; readonly ip: string };
  readonly to: { readonly mac: string; readonly ip: string };
  /** Tags, outermost first. Absent: none. */
  readonly vlans?: readonly VlanTag[];
}

const NOTHING = new Uint8Array(0);

/** A neighbour message as a frame, its checksum computed. Throws RangeError or TypeError naming the argument. */
export function neighbourFrame({ from, to, vlans = [] }: NeighbourPath, message: Neighbour): Frame {
  const src = requireIp("from.ip", requireObject("from", from).ip);
  const dst = requireIp("to.ip", requireObject("to", to).ip);
  const payload = encodeMessage(message);
  viewOf(payload).setUint16(
    2,
    under("ip", () => icmpv6Checksum(src, dst, payload)),
  );
  return {
    ethernet: {
      dst: requireMac("to.mac", to.mac),
      src: requireMac("from.mac", from.mac),
      vlans,
      ethType: EtherType.ipv6,
      trailer: NOTHING,
    },
    ipv6: {
      ...{ dscp: 0, ecn: 0, flowLabel: 0, payloadLength: payload.length, nextHeader: IpProtocol.icmpv6 },
      ...{ hopLimit: HOP_LIMIT, src, dst, extensions: [], protocol: IpProtocol.icmpv6 },
    },
    payload,
  };
}

function encodeMessage(message: Neighbour): Bytes {
  const { type, target } = requireObject("message", message);
  const link = message.mac === undefined ? undefined : requireMac("message.mac", message.mac);
  const bytes = new Uint8Array(FIXED_SIZE + (link === undefined ? 0 : OPTION_SIZE));
  const view = viewOf(bytes);
  const isSolicitation = type === "neighbourSolicitation";
  bytes[0] = isSolicitation ? SOLICITATION : ADVERTISEMENT;
  if (message.type === "neighbourAdvertisement") {
    const { router, solicited, override } = message;
    bytes[4] = (router ? Flag.router : 0) | (solicited ? Flag.solicited : 0) | (override ? Flag.override : 0);
  }
  under("message.target", () => {
    address.write(view, 8, requireIp("message.target", target));
  });
  if (link !== undefined) {
    bytes.set([isSolicitation ? SOURCE_LINK_ADDRESS : TARGET_LINK_ADDRESS, 1], FIXED_SIZE);
    mac.write(view, FIXED_SIZE + 2, link);
  }
  return bytes;
}

/** An IPv4 address where only an IPv6 one makes sense. */
function under<T>(name: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw error instanceof WireError ? new RangeError(`${name}: ${error.detail}`, { cause: error }) : error;
  }
}

/** An ARP packet as a frame. Throws RangeError or TypeError naming the argument. */
export function arpFrame(to: string, arp: Arp, vlans: readonly VlanTag[] = []): Frame {
  const { senderMac } = requireObject("arp", arp);
  return {
    ethernet: {
      dst: requireMac("to", to),
      src: requireMac("arp.senderMac", senderMac),
      vlans,
      ethType: EtherType.arp,
      trailer: NOTHING,
    },
    arp,
    payload: NOTHING,
  };
}
