/** Which side of the connection a frame comes from. */
import { type Endpoint, reverseFlowKey } from "../../tcp/index.ts";
import { type Connection, keyTowards, sameKey, serverEndpoint } from "../connection.ts";
import { cookieParts } from "../cookie.ts";
import { readSegment, type Segment } from "../segment.ts";
import type { ServerPlace, Settings } from "./config.ts";
import { editAnswer } from "./edit.ts";
import { ConnectionRole } from "./effect.ts";
import type { PacketInEvent } from "./event.ts";
import type { IcmpError } from "./icmp.ts";
import { ORIGIN, placeOf } from "./places.ts";
import type { ConnectionState } from "./state.ts";

/** A segment, and where it comes from. */
export interface Arrival {
  /** `parked` is a server that waits, whichever it is, unless the connection is on its way to it. */
  readonly side: "client" | "origin" | "target" | "parked";
  /** Name of the target or the parked server on whose side it came in; empty otherwise. */
  readonly target: string;
  readonly segment: Segment;
  readonly inPort: number;
  /** It is from server 1, which lost the connection to a server that has lost it since. */
  readonly retired: boolean;
  /** A flow of ours sent it on purpose: through the flow table it would come straight back. */
  readonly trapped: boolean;
}

/** An ICMP error about a segment of the connection, and the side from whose network it comes. */
export interface IcmpArrival {
  readonly side: "client" | "origin" | "target" | "parked";
  /** Name of the target or the parked server on whose side it came in; empty otherwise. */
  readonly target: string;
  readonly error: IcmpError;
  readonly inPort: number;
}

const ETHERNET_SIZE = 14;
const traps: readonly number[] = [
  ConnectionRole.guardWatch,
  ConnectionRole.clientSynTrap,
  ConnectionRole.targetSynTrap,
  ConnectionRole.targetRstTrap,
  ConnectionRole.clientWatch,
  ConnectionRole.originWatch,
  ConnectionRole.parked,
];

/** The TCP segment of a frame. Undefined for everything else, a fragment or a damaged header among it. */
export function segmentOf(frame: Uint8Array): Segment | undefined {
  return frame.length < ETHERNET_SIZE ? undefined : readSegment(frame, "frame").segment;
}

/** Undefined when the frame belongs to no side of this connection. */
export function arrivalOf(
  event: PacketInEvent,
  segment: Segment,
  state: ConnectionState,
  settings: Settings,
): Arrival | undefined {
  const { connection, dpid, clientPort } = state;
  const { inPort, cookie } = event;
  if (event.dpid !== dpid) return undefined;
  const trapped = cookie !== undefined && isTrap(cookie, settings);
  const common = { segment, inPort, trapped, retired: false, target: "" };
  if (inPort === clientPort && sameKey(segment.key, connection.key)) return { ...common, side: "client" };
  const isOf = (place: ServerPlace | undefined): boolean =>
    place !== undefined && isFrom(place, event, segment, connection);
  const dialed = state.takeover?.target;
  if (dialed !== undefined && isOf(placeOf(settings, dialed))) {
    return { ...common, side: "target", target: dialed, segment: answerOf(dialed, segment, settings) };
  }
  const parked = state.parked.find(({ server }) => isOf(placeOf(settings, server)))?.server;
  if (parked !== undefined) {
    return { ...common, side: "parked", target: parked, segment: answerOf(parked, segment, settings) };
  }
  if (isOf(oldPlace(state, settings))) {
    return { ...common, side: "origin", segment: state.shadow ? segment : editAnswer(segment, settings) };
  }
  if (isFrom(settings.origin, event, segment, connection)) return { ...common, side: "origin", retired: true };
  const preferred = state.takeover?.target ?? state.dialed;
  const names = Object.keys(settings.targets).sort((a, b) => Number(b === preferred) - Number(a === preferred));
  const target = names.find((name) => {
    const place = settings.targets[name];
    return place && isFrom(place, event, segment, connection);
  });
  return target === undefined ? undefined : { ...common, side: "target", target };
}

/** A flow of another controller's, or of this one's in another epoch, may have sent it for reasons of its own. */
function isTrap(cookie: bigint, { cookie: { tag, epoch } }: Settings): boolean {
  const parts = cookieParts(cookie);
  return parts.tag === tag && parts.epoch === epoch && traps.includes(parts.role);
}

/** Where the server is that the connection is or was taken from. */
function oldPlace({ previous }: ConnectionState, settings: Settings): ServerPlace | undefined {
  return placeOf(settings, previous?.target ?? ORIGIN);
}

/** What server 1 answers to a SYN is edited, whatever else it is for this connection. */
function answerOf(server: string, segment: Segment, settings: Settings): Segment {
  return server === ORIGIN ? editAnswer(segment, settings) : segment;
}

function isFrom(place: ServerPlace, { inPort }: PacketInEvent, segment: Segment, connection: Connection): boolean {
  return inPort === place.switchPort && sameKey(reverseFlowKey(segment.key), keyTowards(connection, place));
}

/**
 * Undefined when the error is about nothing that went to a server from this connection's client, or back to it. What a server
 * that lost the connection is told concerns nobody.
 */
export function icmpArrivalOf(
  { dpid, inPort }: PacketInEvent,
  error: IcmpError,
  state: ConnectionState,
  settings: Settings,
): IcmpArrival | undefined {
  const { connection, clientPort } = state;
  const { client, server } = connection;
  if (dpid !== state.dpid) return undefined;
  const common = { error, inPort, target: "" };
  const isFromClientSide = error.to === server.ip && isEnd(error.src, error.srcPort, server);
  if (inPort === clientPort && isFromClientSide && isEnd(error.dst, error.dstPort, client)) {
    return { ...common, side: "client" };
  }
  if (error.to !== client.ip || !isEnd(error.src, error.srcPort, client)) return undefined;
  const isAbout = (place: ServerPlace | undefined): boolean =>
    inPort === place?.switchPort && isEnd(error.dst, error.dstPort, serverEndpoint(connection, place));
  const dialed = state.takeover?.target;
  if (dialed !== undefined && isAbout(placeOf(settings, dialed))) return { ...common, side: "target", target: dialed };
  const parked = state.parked.find(({ server }) => isAbout(placeOf(settings, server)))?.server;
  if (parked !== undefined) return { ...common, side: "parked", target: parked };
  if (isAbout(oldPlace(state, settings))) return { ...common, side: "origin" };
  const target = dialed ?? state.dialed;
  return target !== undefined && isAbout(placeOf(settings, target)) ? { ...common, side: "target", target } : undefined;
}

function isEnd(ip: string, port: number, end: Endpoint): boolean {
  return ip === end.ip && port === end.port;
}
