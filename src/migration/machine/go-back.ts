/** The connection goes back to a server that was parked: nobody is asked, for it has never let go. */
import { seqAdd } from "../../tcp/seq.ts";
import { arm } from "./arm.ts";
import { parkedNumbers, parkedVlans } from "./parked.ts";
import type { Parked, Takeover } from "./state.ts";
import { type Turn, update } from "./turn.ts";

/** Straight to what follows a new server's answer, with the numbers at which this one was left. */
export function goBack(turn: Turn, entry: Parked): void {
  const { state, settings } = turn;
  const { clientNext, serverNext } = state.progress;
  const { receiveNext, sendNext } = parkedNumbers(entry);
  const takeover: Takeover = {
    target: entry.server,
    client: { clientNext, serverNext },
    initialSeq: seqAdd(receiveNext, -1),
    dialedAt: turn.at,
    tries: 0,
    redials: 0,
    greeting: undefined,
    accepted: {
      clearEcn: false,
      ...entry.takeover?.accepted,
      sendNext,
      // In what it has sent.
      skip: 0,
      window: entry.window,
      vlans: parkedVlans(entry, state, settings),
    },
    committedAt: undefined,
    resets: 0,
  };
  update(turn, { takeover });
  arm(turn);
}
