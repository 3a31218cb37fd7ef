/** The hand-over that a state stands for, in the planner's words. */
import type { VlanTag } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { keyTowards, sameKey, serverVlans } from "../connection.ts";
import type { Handover } from "../flows.ts";
import { type Offsets, offsets, type ServerNumbers } from "../offsets.ts";
import type { ServerPlace, Settings } from "./config.ts";
import { cookieNumber, originVlans } from "./flows.ts";
import { placeOf } from "./places.ts";
import type { ConnectionState, Takeover, TargetAccepted } from "./state.ts";
import { plainSide, type Side } from "./translate.ts";
import { given, type Turn } from "./turn.ts";

/**
 * Where a server is that the connection moves to, or has been with. Throws TypeError when the configuration lost it, which only its
 * caller can have done.
 */
export function targetPlace(settings: Settings, name: string): ServerPlace {
  return given(placeOf(settings, name), `takeover.target ${name}`);
}

/** Whether two places are one server's, as far as this connection can tell. */
export function isSamePlace({ connection }: ConnectionState, a: ServerPlace, b: ServerPlace): boolean {
  return a.switchPort === b.switchPort && sameKey(keyTowards(connection, a), keyTowards(connection, b));
}

/** Whether a server is the one that handshakes begin with, perhaps under another name. */
export function isServer1(state: ConnectionState, settings: Settings, name: string): boolean {
  return isSamePlace(state, targetPlace(settings, name), settings.origin);
}

export function serverNumbers({ initialSeq }: Takeover, { sendNext, skip }: TargetAccepted): ServerNumbers {
  return { receiveNext: seqAdd(initialSeq, 1), sendNext: seqAdd(sendNext, skip) };
}

function acceptedOffsets(takeover: Takeover): Offsets | undefined {
  return takeover.accepted && offsets(takeover.client, serverNumbers(takeover, takeover.accepted));
}

/** The handover of a takeover whose target has accepted; the one in hand unless told otherwise. */
export function handoverOf(turn: Turn, takeover = given(turn.state.takeover, "takeover")): Handover {
  const { state, settings } = turn;
  const accepted = given(takeover.accepted, "takeover.accepted");
  const target = targetPlace(settings, takeover.target);
  const { policy, cookie } = settings;
  const { place: origin, vlans: fromOrigin } = oldServer(turn);
  return {
    connection: state.connection,
    ports: { client: state.clientPort, origin: origin.switchPort, target: target.switchPort },
    origin,
    target,
    originVlans: fromOrigin,
    targetVlans: accepted.vlans,
    client: takeover.client,
    server: serverNumbers(takeover, accepted),
    clearEcn: accepted.clearEcn,
    policy,
    cookie: { ...cookie, connection: cookieNumber(state) },
  };
}

/** A server, and how the connection's segments look there. */
export interface ServerSide {
  readonly place: ServerPlace;
  readonly side: Side;
  /** The tags on what it sends. */
  readonly vlans: readonly VlanTag[];
}

function sideOf({ state, settings }: Turn, takeover: Takeover | undefined): ServerSide {
  const shifts = takeover && acceptedOffsets(takeover);
  if (!shifts) {
    const { origin } = settings;
    return { place: origin, side: plainSide(origin), vlans: originVlans(state, settings) };
  }
  const place = targetPlace(settings, takeover.target);
  const { clearEcn = false, vlans = serverVlans(state.connection, place) } = takeover.accepted ?? {};
  return { place, side: { address: place, offsets: shifts, clearEcn }, vlans };
}

/** The server that the connection is taken from: server 1, or the one that took it from there. */
export function oldServer(turn: Turn): ServerSide {
  return sideOf(turn, turn.state.previous);
}

/** Where the connection's data goes now: to the new server once committed. */
export function currentServer(turn: Turn): ServerSide {
  return isTakenOver(turn.state) ? sideOf(turn, turn.state.takeover) : oldServer(turn);
}

/** Whether the new server has the connection. */
export function isTakenOver({ takeover }: ConnectionState): boolean {
  return takeover?.committedAt !== undefined;
}
