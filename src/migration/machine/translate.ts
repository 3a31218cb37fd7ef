/** A frame on its way from one side of a connection to another. */
import { type Endpoint, encodeFrame, type Frame, shiftSegment } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { type Connection, type ServerAddress, serverEndpoint } from "../connection.ts";
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

/** From the client to the server. The checksum of the segment must be right: it may be computed anew. */
export function towardsServer(connection: Connection, segment: Segment, side: Side): Uint8Array {
  const { address, offsets, clearEcn } = side;
  const { ip, port } = serverEndpoint(connection, address);
  const change = {
    src: address.gatewayMac === undefined ? {} : { mac: address.gatewayMac },
    dst: { ip, port, mac: address.mac ?? segment.to.mac },
  };
  return translate(segment, change, offsets.clientToServer, clearEcn);
}

/** From the server to the client. The checksum of the segment must be right: it may be computed anew. */
export function towardsClient(connection: Connection, segment: Segment, side: Side): Uint8Array {
  const { mac, ip, gatewayMac } = side.address;
  const { server, client } = connection;
  const readdressed = (mac ?? ip ?? gatewayMac) !== undefined;
  const change = {
    src: { ip: server.ip, port: server.port, mac: readdressed ? server.mac : segment.from.mac },
    dst: readdressed ? { mac: client.mac } : {},
  };
  return translate(segment, change, side.offsets.serverToClient, false);
}

interface Readdress {
  readonly src: Partial<Endpoint>;
  readonly dst: Partial<Endpoint>;
}

function translate(segment: Segment, { src, dst }: Readdress, shift: Shift, clearEcn: boolean): Uint8Array {
  const { bytes, from, to, tcp, frame } = segment;
  const ecn = frame.ipv4?.ecn ?? frame.ipv6?.ecn ?? 0;
  if (same(src, from) && same(dst, to) && !(clearEcn && ecn !== 0)) {
    return shift.seq === 0 && shift.ack === 0 ? bytes : shiftSegment(bytes, shift);
  }
  const network = { src: src.ip ?? from.ip, dst: dst.ip ?? to.ip, ...(clearEcn && { ecn: 0 }) };
  const changed: Frame = {
    ...frame,
    ethernet: { ...frame.ethernet, src: src.mac ?? from.mac, dst: dst.mac ?? to.mac },
    ...(frame.ipv4 && { ipv4: { ...frame.ipv4, ...network } }),
    ...(frame.ipv6 && { ipv6: { ...frame.ipv6, ...network } }),
    tcp: {
      ...tcp,
      srcPort: src.port ?? from.port,
      dstPort: dst.port ?? to.port,
      seq: seqAdd(tcp.seq, shift.seq),
      ack: seqAdd(tcp.ack, shift.ack),
    },
  };
  return encodeFrame(changed);
}

function same(change: Partial<Endpoint>, end: Endpoint): boolean {
  return (
    (change.mac ?? end.mac) === end.mac && (change.ip ?? end.ip) === end.ip && (change.port ?? end.port) === end.port
  );
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
