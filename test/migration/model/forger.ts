/** Somebody who knows addresses and ports, and no number that would be obeyed. */
import {
  ackFrame,
  decodeFrame,
  type Endpoint,
  encodeFrame,
  type Frame,
  IpProtocol,
  icmpv6Checksum,
  internetChecksum,
  rstFrame,
  segmentFrame,
  seqAdd,
  synFrame,
  TcpFlags,
  type VlanTag,
} from "../../../src/tcp/index.ts";
import type { HostConnection } from "../../../src/testing/index.ts";
import { concat } from "../../../src/wire/index.ts";
import type { Attempt } from "./clients.ts";
import { peek } from "./peek.ts";
import { clientEnd, clientPort, clientVlans, serverEnd, serviceEnd, serviceNumber, vlansOf } from "./places.ts";
import type { Flood, Forgery, Scenario } from "./scenario.ts";

/** By this window what was forged is known again. */
export const FORGED_WINDOW = 31_337;
const FAR = 0x3000_0000;
/** Routers that tell the truth, and others. */
const routers = {
  4: { honest: "10.0.9.254", liar: "10.0.9.253" },
  6: { honest: "fd09::fe", liar: "fd09::fd" },
} as const;

export function isLie({ ipv4, ipv6 }: Frame): boolean {
  return ipv4?.src === routers[4].liar || ipv6?.src === routers[6].liar;
}

interface Circumstances {
  readonly attempt: Attempt;
  /** What the server on the cable has of the connection. */
  readonly served: HostConnection | undefined;
  /** What left the switch last on the cable. */
  readonly last: Uint8Array | undefined;
}

/** Undefined when there is nothing to say. */
export function forge(scenario: Scenario, forgery: Forgery, about: Circumstances): Uint8Array | undefined {
  const { what, link, as } = forgery;
  if (what === "unreachable" || what === "tooBig") return about.last && errorAbout(scenario, forgery, about.last, true);
  const { attempt } = about;
  const isServer = link === "first" || link === "second" || link === "third";
  const client: Endpoint = { ...clientEnd(scenario, attempt.plan.client), port: clientPort(attempt.index) };
  const service = serviceNumber(scenario, attempt.index);
  const server = isServer ? serverEnd(scenario, link, service) : serviceEnd(scenario, service);
  const vlans = isServer ? vlansOf(scenario, link) : clientVlans(scenario);
  const ends = as === "client" ? { from: client, to: server, vlans } : { from: server, to: client, vlans };
  const { mine, theirs } = numbersOf(scenario, forgery, about);
  if (what === "icmp") {
    const quoted = segmentFrame({
      ...ends,
      from: ends.to,
      to: ends.from,
      ...flagsOf(TcpFlags.ack),
      seq: theirs,
      ack: mine,
    });
    return errorAbout(scenario, forgery, encodeFrame(quoted), false);
  }
  return encodeFrame(segmentOf(what, { ...ends, seq: mine, ack: theirs }));
}

interface Numbered {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly vlans: readonly VlanTag[];
  readonly seq: number;
  readonly ack: number;
}

const flagsOf = (flags: number) => ({ flags, window: FORGED_WINDOW });

function segmentOf(what: "syn" | "signed" | "synAck" | "rst" | "ack", fields: Numbered): Frame {
  const { from, to, vlans, seq } = fields;
  const silent = { from, to, vlans, seq };
  switch (what) {
    case "syn":
      return synFrame({ ...silent, window: FORGED_WINDOW });
    case "signed":
      return synFrame({ ...silent, window: FORGED_WINDOW, options: [{ type: "md5", digest: new Uint8Array(16) }] });
    case "synAck":
      return segmentFrame({ ...fields, ...flagsOf(TcpFlags.syn | TcpFlags.ack) });
    case "rst":
      return rstFrame(silent);
    case "ack":
      return ackFrame({ ...fields, window: FORGED_WINDOW });
  }
}

/** Numbers behind everything that the connection will ever say, so that none is right by accident. */
function numbersOf(
  { ratio }: Scenario,
  { as, near, by }: Forgery,
  { attempt: { plan, connection }, served }: Circumstances,
): { mine: number; theirs: number } {
  const asked = plan.requests.reduce((sum, length) => sum + length, 0);
  const gap = (near ? 0 : FAR) + by;
  const ofClient = seqAdd(connection.iss, 2 + asked + gap);
  const ofServer = seqAdd(served?.iss ?? connection.irs, 2 + asked * ratio + gap);
  return as === "client" ? { mine: ofClient, theirs: ofServer } : { mine: ofServer, theirs: ofClient };
}

/** An ICMP error that quotes this frame, from a router on the way that it went. */
function errorAbout(
  { ipVersion }: Scenario,
  { what }: Forgery,
  bytes: Uint8Array,
  honest: boolean,
): Uint8Array | undefined {
  if (!peek(bytes)) return undefined;
  const { ethernet, ipv4, ipv6 } = decodeFrame(bytes);
  const to = (ipv4 ?? ipv6)?.src;
  if (to === undefined) return undefined;
  const { honest: good, liar } = routers[ipVersion];
  const ends = {
    from: { mac: ethernet.dst, ip: honest ? good : liar, port: 1 },
    to: { mac: ethernet.src, ip: to, port: 1 },
    vlans: ethernet.vlans,
  };
  const error = segmentFrame({ ...ends, seq: 0, flags: 0, window: 0 });
  // RFC 792: destination unreachable, host unreachable or fragmentation needed. RFC 4443: no route, or packet too big.
  const [type, code] = ipVersion === 4 ? [3, what === "tooBig" ? 4 : 1] : what === "tooBig" ? [2, 0] : [1, 0];
  const quoted = bytes.subarray(14 + 4 * ethernet.vlans.length);
  const payload = concat([Uint8Array.of(type, code, 0, 0, 0, 0, 5, 0), quoted]);
  const checksum = ipVersion === 4 ? internetChecksum(payload) : icmpv6Checksum(ends.from.ip, to, payload);
  new DataView(payload.buffer).setUint16(2, checksum);
  const frame: Frame = {
    ethernet: error.ethernet,
    ...(error.ipv4 && { ipv4: { ...error.ipv4, protocol: IpProtocol.icmp } }),
    ...(error.ipv6 && { ipv6: { ...error.ipv6, protocol: IpProtocol.icmpv6, nextHeader: IpProtocol.icmpv6 } }),
    payload,
  };
  return encodeFrame(frame);
}

/** From this port on nobody is a client. */
export const FLOOD_PORT = 40_000;

/** The nth SYN of a flood. */
export function floodSyn(scenario: Scenario, { near }: Flood, nth: number): Uint8Array {
  const network = scenario.ipVersion === 4 ? `10.0.${near ? 0 : 7}.` : `fd0${near ? 0 : 7}::`;
  const from = { mac: "00:00:00:00:00:99", ip: `${network}${100 + nth}`, port: FLOOD_PORT + nth };
  const syn = synFrame({
    ...{ from, to: serviceEnd(scenario, 0), vlans: clientVlans(scenario) },
    ...{ seq: 1000 * nth, window: FORGED_WINDOW },
  });
  return encodeFrame(syn);
}
