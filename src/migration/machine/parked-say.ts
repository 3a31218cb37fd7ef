/** What a parked server says, and what the client says to it. */
import type { Arrival, IcmpArrival } from "./arrival.ts";
import { dropIcmp } from "./carry-icmp.ts";
import { serverWindow } from "./judge.ts";
import { acknowledge, changeParked, release } from "./park.ts";
import { parkedNamed, parkedNumbers } from "./parked.ts";
import { ORIGIN } from "./places.ts";
import type { Parked } from "./state.ts";
import type { Turn } from "./turn.ts";

function entryOf({ state }: Turn, { target }: Pick<Arrival, "target">): Parked | undefined {
  return parkedNamed(state, target);
}

/** Nothing new: how much it takes may have changed. */
export function keepWindow(turn: Turn, arrival: Arrival): void {
  const entry = entryOf(turn, arrival);
  const { syn, synAck } = turn.state;
  // What a window field means, the handshake tells.
  if (entry && syn && synAck) changeParked(turn, { ...entry, window: serverWindow(turn, arrival.segment) });
}

/** It repeats itself, or asks whether anybody is there: left alone it would give the connection up. */
export function answerParked(turn: Turn, arrival: Arrival): void {
  const entry = entryOf(turn, arrival);
  if (entry) acknowledge(turn, entry, "A server that waits asks or repeats itself: nothing has changed for it.");
}

/** It goes on without its client: nobody could fit that in. */
export function loseParked(turn: Turn, arrival: Arrival): void {
  const entry = entryOf(turn, arrival);
  if (entry)
    release(turn, entry, "A server that waited has spoken or closed: it cannot have the connection back.", true);
}

/** It gives the connection up. */
export function forgetParked(turn: Turn, arrival: Arrival): void {
  const entry = entryOf(turn, arrival);
  if (entry)
    release(turn, entry, "A server that waited has reset its side: it cannot have the connection back.", false);
}

/** No way leads to it any more, says a router that knows the number of what we told it. */
export function losePath(turn: Turn, arrival: IcmpArrival): void {
  const entry = entryOf(turn, arrival);
  const { final, seq } = arrival.error;
  if (entry && final && seq === parkedNumbers(entry).receiveNext) {
    release(turn, entry, "No way leads to a server that waited: it cannot have the connection back.", true);
  } else dropIcmp(turn, arrival);
}

/** Server 1 has challenged a SYN of the client's, and the client stands by it: what server 1 kept is of no use. */
export function resetParkedOrigin(turn: Turn): void {
  const entry = parkedNamed(turn.state, ORIGIN);
  if (entry) release(turn, entry, "The client says that it knows nothing of the connection with server 1.", true);
}
