/** A frame on its way from one side of a connection to another. */
import {
  type Endpoint,
  type Ethernet,
  encodeFrame,
  shiftSegment,
  type Tcp,
  updateChecksum,
  type VlanTag,
} from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { ipv4, ipv6 } from "../../wire/index.ts";
import { type Connection, type ServerAddress, serverEndpoint, withOuterVlan } from "../connection.ts";
import { noOffsets, type Offsets, type Shift } from "../offsets.ts";
import type { Segment } from "../segment.ts";

/** The server at the other end, and how its numbers differ. */
export interface Side {
  readonly address: ServerAddress;
  readonly offsets: Offsets;
  /** Marks of the client's for congestion notification are cleared on the way to it. */
  readonly clearEcn: boolean;
}

export function plainSide(address: ServerAddress): Side {
  return { address, offsets: noOffsets, clearEcn: false };
}

/** The Ethernet header of a frame of the client's as the server gets it. */
export function linkTowards(ethernet: Ethernet, { mac, gatewayMac, vlan }: ServerAddress): Ethernet {
  return {
    ...ethernet,
    src: gatewayMac ?? ethernet.src,
    dst: mac ?? ethernet.dst,
    vlans: vlan === undefined ? ethernet.vlans : withOuterVlan(ethernet.vlans, vlan),
  };
}

/** The Ethernet header of a frame of the server's as the client gets it. */
export function linkBack(connection: Connection, ethernet: Ethernet, address: ServerAddress): Ethernet {
  const { mac, ip, gatewayMac, vlan } = address;
  const readdressed = (mac ?? ip ?? gatewayMac) !== undefined;
  return {
    ...ethernet,
    src: readdressed ? connection.server.mac : ethernet.src,
    dst: readdressed ? connection.client.mac : ethernet.dst,
    vlans: vlan === undefined ? ethernet.vlans : retagged(ethernet.vlans, vlan, connection.vlans),
  };
}

/** As the flows do it: a tag that is there keeps its priority, and a new one gets that of the client's first frame. */
function retagged(vlans: readonly VlanTag[], vlan: number, client: readonly VlanTag[]): readonly VlanTag[] {
  const [outer] = client;
  if (outer === undefined) return vlan === 0 ? vlans : vlans.slice(1);
  // OpenFlow 1.3 has no field for the drop eligible indicator.
  return vlan === 0 ? [{ ...outer, dei: false }, ...vlans] : withVid(vlans, outer.vid);
}

function withVid([outer, ...inner]: readonly VlanTag[], vid: number): readonly VlanTag[] {
  return outer === undefined ? [] : [{ ...outer, vid }, ...inner];
}

/** From the client to the server. The checksum of the segment must be right: it may be computed anew. */
export function towardsServer(connection: Connection, segment: Segment, side: Side): Uint8Array {
  const { address, offsets, clearEcn } = side;
  const { ip, port } = serverEndpoint(connection, address);
  const ethernet = linkTowards(segment.frame.ethernet, address);
  return translate(segment, { ethernet, src: {}, dst: { ip, port } }, offsets.clientToServer, clearEcn);
}

/** From the server to the client. The checksum of the segment must be right: it may be computed anew. */
export function towardsClient(connection: Connection, segment: Segment, side: Side): Uint8Array {
  const { ip, port } = connection.server;
  const ethernet = linkBack(connection, segment.frame.ethernet, side.address);
  return translate(segment, { ethernet, src: { ip, port }, dst: {} }, side.offsets.serverToClient, false);
}

interface Readdress {
  readonly ethernet: Ethernet;
  readonly src: Partial<Endpoint>;
  readonly dst: Partial<Endpoint>;
}

function translate(segment: Segment, change: Readdress, shift: Shift, clearEcn: boolean): Uint8Array {
  const { from, to, tcp, frame } = segment;
  const shifted = shift.seq === 0 && shift.ack === 0 ? segment.bytes : shiftSegment(segment.bytes, shift);
  const ecn = frame.ipv4?.ecn ?? frame.ipv6?.ecn ?? 0;
  const src = { ip: from.ip, port: from.port, ...change.src };
  const dst = { ip: to.ip, port: to.port, ...change.dst };
  const ends = src.ip === from.ip && src.port === from.port && dst.ip === to.ip && dst.port === to.port;
  if (ends && sameLink(frame.ethernet, change.ethernet) && !(clearEcn && ecn !== 0)) return shifted;
  const network = { src: src.ip, dst: dst.ip, ...(clearEcn && { ecn: 0 }) };
  const numbers = {
    srcPort: src.port,
    dstPort: dst.port,
    seq: seqAdd(tcp.seq, shift.seq),
    ack: seqAdd(tcp.ack, shift.ack),
  };
  return encodeFrame({
    ...frame,
    ethernet: change.ethernet,
    ...(frame.ipv4 && { ipv4: { ...frame.ipv4, ...network } }),
    ...(frame.ipv6 && { ipv6: { ...frame.ipv6, ...network } }),
    tcp: {
      ...tcp,
      ...numbers,
      // Without a source route, encoding computes it.
      checksum: sourceRoutedChecksum(tcp, numbers, [from.ip, src.ip]),
    },
  });
}

type Numbers = Pick<Tcp, "srcPort" | "dstPort" | "seq" | "ack">;

/** The checksum of a packet that is still being source-routed is over its last destination, which no server's address changes. */
function sourceRoutedChecksum(tcp: Tcp, becomes: Numbers, [was, is]: readonly [string, string]): number {
  let { checksum } = tcp;
  const before = [...wordsOf(was), tcp.srcPort, tcp.dstPort, tcp.seq, tcp.ack];
  const after = [...wordsOf(is), becomes.srcPort, becomes.dstPort, becomes.seq, becomes.ack];
  before.forEach((word, index) => {
    checksum = updateChecksum(checksum, word, after[index] ?? 0);
  });
  return checksum;
}

function wordsOf(ip: string): readonly number[] {
  const field = ip.includes(":") ? ipv6 : ipv4;
  const bytes = new DataView(new ArrayBuffer(field.size));
  field.write(bytes, 0, ip);
  return Array.from({ length: field.size / 4 }, (_, index) => bytes.getUint32(4 * index));
}

function sameLink(a: Ethernet, b: Ethernet): boolean {
  return a.src === b.src && a.dst === b.dst && a.vlans === b.vlans;
}

/** The frame with one hop less to live; undefined when it has none left. */
export function oneHopLess({ frame }: Segment): Uint8Array | undefined {
  const hops = frame.ipv4?.ttl ?? frame.ipv6?.hopLimit ?? 0;
  if (hops <= 1) return undefined;
  return encodeFrame({
    ...frame,
    ...(frame.ipv4 && { ipv4: { ...frame.ipv4, ttl: hops - 1 } }),
    ...(frame.ipv6 && { ipv6: { ...frame.ipv6, hopLimit: hops - 1 } }),
  });
}
