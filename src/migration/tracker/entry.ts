/** A tracked connection, and what the tracker needs to find it again. */
import { type FlowKey, flowKeyText } from "../../tcp/index.ts";
import { ipv6 } from "../../wire/index.ts";
import { type Connection, keyTowards } from "../connection.ts";
import type { DataPlane } from "../data-plane/index.ts";
import type { Settings } from "../machine/config.ts";
import type { ConnectionState } from "../machine/index.ts";
import { placeOf } from "../machine/places.ts";
import type { ServiceSetup } from "./config.ts";
import type { Timed } from "./heap.ts";

/** What a connection weighs in the budgets. */
export interface Weight {
  readonly halfOpen: number;
  readonly heldBytes: number;
  readonly heldSegments: number;
  readonly candidates: number;
}

export const weightless: Weight = { halfOpen: 0, heldBytes: 0, heldSegments: 0, candidates: 0 };

/** A tracked connection. The book alone changes it. */
export interface Entry extends Timed {
  readonly service: ServiceSetup;
  /** See {@link clientName}: no two connections share it. */
  readonly name: string;
  /** What the switch does for it. */
  plane: DataPlane;
  /** See {@link sourceOf}. */
  readonly source: string;
  state: ConnectionState;
  weight: Weight;
  /** The servers whose answers are known to be about it, and those answers' addresses and ports. */
  servers: readonly (string | undefined)[];
  answers: readonly string[];
  /** Its addresses, once it is known that its client is there. */
  shown: Connection | undefined;
  /** Numbers of its sets of flows. */
  serials: readonly number[];
  /** Ids of what was sent for it and not confirmed, oldest first. */
  readonly sent: Set<number>;
}

/** Addresses and ports of one direction. VLANs differ between the two sides of the switch. */
function tupleOf(key: FlowKey): string {
  return flowKeyText({ ...key, vlans: [] });
}

/** By what a client's segments are found: their addresses and ports, which only services of different switches share. */
export function clientName(service: string, key: FlowKey): string {
  return `${tupleOf(key)} ${service}`;
}

/** By what a server's segments are found, given the key of what they answer. */
export function answerName(dpid: bigint, towardsServer: FlowKey): string {
  return `${tupleOf(towardsServer)} ${dpid}`;
}

/** Names of what the servers that know the connection send. */
export function answersOf(state: ConnectionState, settings: Settings): string[] {
  const places = serversOf(state).flatMap((name) => {
    const place = name === undefined ? undefined : placeOf(settings, name);
    return place ? [place] : [];
  });
  const { dpid, connection } = state;
  return [...new Set([settings.origin, ...places].map((place) => answerName(dpid, keyTowards(connection, place))))];
}

/** The servers that {@link answersOf} depends on. */
export function serversOf(state: ConnectionState): readonly (string | undefined)[] {
  const { takeover, previous, beforePrevious, dialed, parked } = state;
  return [takeover?.target, previous?.target, beforePrevious?.target, dialed, ...parked.map(({ server }) => server)];
}

/** Numbers of the sets of flows that the switch may have of it. */
export function serialsOf({ serial, oldSerial, parked }: ConnectionState): readonly number[] {
  return [serial, ...(oldSerial === undefined ? [] : [oldSerial]), ...parked.map((entry) => entry.serial)];
}

/** Whether its handshake with server 1 is not complete. */
export function isHalfOpen({ phase }: ConnectionState): boolean {
  return phase === "syn" || phase === "synAck";
}

export function weightOf(state: ConnectionState): Weight {
  return {
    halfOpen: isHalfOpen(state) ? 1 : 0,
    heldBytes: state.held.reduce((sum, { length }) => sum + length, 0),
    heldSegments: state.held.length,
    candidates: state.candidates.length,
  };
}

/** The network that one owner may be thought to have: 24 bits of an IPv4 address, 64 of an IPv6 address. */
export function sourceOf(ip: string): string {
  if (!ip.includes(":")) return ip.slice(0, ip.lastIndexOf("."));
  const view = new DataView(new ArrayBuffer(16));
  ipv6.write(view, 0, ip);
  return view.getBigUint64(0).toString(16);
}
