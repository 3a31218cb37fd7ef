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

/** The handover of a takeover whose target has accepted. */
export function handoverOf({ state, settings }: Turn): Handover {
  const takeover = given(state.takeover, "takeover");
  const accepted = given(takeover.accepted, "takeover.accepted");
  const target = targetPlace(settings, takeover.target);
  const { origin, policy, cookie } = settings;
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

/** Where the connection's data goes now: a new server once committed, else server 1. */
export function currentServer({ state, settings }: Turn): { readonly place: ServerPlace; readonly side: Side } {
  const { takeover } = state;
  const shifts = takeover?.committedAt === undefined ? undefined : acceptedOffsets(takeover);
  if (!takeover || !shifts) return { place: settings.origin, side: plainSide(settings.origin) };
  const place = targetPlace(settings, takeover.target);
  return { place, side: { address: place, offsets: shifts, clearEcn: takeover.accepted?.clearEcn ?? false } };
}

/** Whether the new server has the connection. */
export function isTakenOver({ takeover }: ConnectionState): boolean {
  return takeover?.committedAt !== undefined;
}
