/** The hand-over that a state stands for, in the planner's words. */
import { seqAdd } from "../../tcp/seq.ts";
import type { Handover } from "../flows.ts";
import { type Offsets, offsets, type ServerNumbers } from "../offsets.ts";
import type { ServerPlace, Settings } from "./config.ts";
import { cookieNumber } from "./flows.ts";
import type { ConnectionState, Takeover, TargetAccepted } from "./state.ts";
import { plainSide, type Side } from "./translate.ts";
import { given, type Turn } from "./turn.ts";

/** The target of the hand-over. Throws TypeError when the configuration lost it, which only its caller can have done. */
export function targetPlace({ targets }: Settings, name: string): ServerPlace {
  return given(targets[name], `takeover.target ${name}`);
}

export function serverNumbers({ initialSeq }: Takeover, { sendNext }: TargetAccepted): ServerNumbers {
  return { receiveNext: seqAdd(initialSeq, 1), sendNext };
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
  const origin = oldServer(turn).place;
  return {
    connection: state.connection,
    ports: { client: state.clientPort, origin: origin.switchPort, target: target.switchPort },
    origin,
    target,
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
}

function sideOf(settings: Settings, takeover: Takeover | undefined): ServerSide {
  const shifts = takeover && acceptedOffsets(takeover);
  if (!shifts) return { place: settings.origin, side: plainSide(settings.origin) };
  const place = targetPlace(settings, takeover.target);
  return { place, side: { address: place, offsets: shifts, clearEcn: takeover.accepted?.clearEcn ?? false } };
}

/** The server that the connection is taken from: server 1, or the one that took it from there. */
export function oldServer({ state, settings }: Turn): ServerSide {
  return sideOf(settings, state.previous);
}

/** Where the connection's data goes now: to the new server once committed. */
export function currentServer(turn: Turn): ServerSide {
  const { state, settings } = turn;
  return isTakenOver(state) ? sideOf(settings, state.takeover) : oldServer(turn);
}

/** Whether the new server has the connection. */
export function isTakenOver({ takeover }: ConnectionState): boolean {
  return takeover?.committedAt !== undefined;
}
