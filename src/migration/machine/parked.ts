/** What follows from the state about servers that wait for their connection. */
import type { VlanTag } from "../../tcp/index.ts";
import { seqAdd } from "../../tcp/seq.ts";
import { noOffsets, offsets, type ServerNumbers } from "../offsets.ts";
import type { ServerPlace, Settings } from "./config.ts";
import { originVlans } from "./flows.ts";
import { isSamePlace, serverNumbers, targetPlace } from "./handover.ts";
import type { ConnectionPhase } from "./phase.ts";
import type { ConnectionState, Parked } from "./state.ts";

/** The parked server of this name. */
export function parkedNamed({ parked }: ConnectionState, name: string): Parked | undefined {
  return parked.find(({ server }) => server === name);
}

/** The parked server at this place, whatever its name. */
export function parkedAt(state: ConnectionState, settings: Settings, place: ServerPlace): Parked | undefined {
  return state.parked.find(({ server }) => isSamePlace(state, targetPlace(settings, server), place));
}

/** Where the connection left it, in its own numbers: it has got no byte since, and none of its has been taken. */
export function parkedNumbers({ takeover, client }: Parked): ServerNumbers {
  const shifts = takeover?.accepted ? offsets(takeover.client, serverNumbers(takeover, takeover.accepted)) : noOffsets;
  const { seq, ack } = shifts.clientToServer;
  return { receiveNext: seqAdd(client.clientNext, seq), sendNext: seqAdd(client.serverNext, ack) };
}

/** The tags on what it sends. */
export function parkedVlans({ takeover }: Parked, state: ConnectionState, settings: Settings): readonly VlanTag[] {
  return takeover?.accepted?.vlans ?? originVlans(state, settings);
}

/** Phases in which one of them may be about to get the connection: a moment that is soon over. */
const undecided: readonly ConnectionPhase[] = ["hold", "dial", "greet", "arm", "fwdArm"];

/** When the time of a parked server is over; undefined while it may be about to get the connection. */
export function parkedDeadline({ phase, late }: ConnectionState, { until, server }: Parked): number | undefined {
  return undecided.includes(phase) || late?.target === server ? undefined : until;
}
