/** Deadlines are data: nothing here waits. */
import type { Settings } from "./config.ts";
import { parkedDeadline } from "./parked.ts";
import type { ConnectionState } from "./state.ts";

/** When the phase is over if nothing happens; undefined when the switch or the other sides must speak first. */
export function phaseDeadline(state: ConnectionState, { timing, policy }: Settings): number | undefined {
  const { phase, since, lastAt, takeover, pending, inSwitch, cut } = state;
  // Whoever closes early does not end the wait for a verdict.
  if (state.shadow?.request) return state.shadow.request.since + timing.verdictMs;
  const idleAt = policy.idleSeconds === 0 ? undefined : lastAt + 1000 * policy.idleSeconds;
  switch (phase) {
    case "syn":
    case "synAck":
      return since + timing.halfOpenMs;
    case "ready":
      return idleAt;
    case "hold":
      return since + timing.verdictMs;
    case "dial": {
      const wait = timing.dialMs[(takeover?.tries ?? 1) - 1];
      return cut || !takeover || wait === undefined ? undefined : takeover.dialedAt + wait;
    }
    case "greet": {
      const wait = timing.greetMs[(takeover?.greeting?.tries ?? 1) - 1];
      return cut || wait === undefined ? undefined : since + wait;
    }
    case "arm":
      return cut || !pending ? undefined : pending.sentAt + patience(state, timing.barrierMs);
    case "fwdArm":
      return cut || !pending ? undefined : pending.sentAt + timing.barrierMs;
    case "migrated":
    case "forwarded":
    case "nonMig":
      if (state.late) return state.late.since + timing.lateMs;
      return inSwitch ? undefined : idleAt;
    case "closing":
      return lastAt + timing.lingerMs;
    case "linger":
      return state.lingerUntil;
    case "dead":
      return undefined;
  }
}

/** After the commit nothing leads back, and a switch that answers nothing is asked less and less often. */
function patience({ takeover, pending }: ConnectionState, barrierMs: number): number {
  const { committedAt } = takeover ?? {};
  const waited = committedAt === undefined || !pending ? 0 : pending.sentAt - committedAt;
  return Math.max(barrierMs, Math.min(waited, LONGEST_MS));
}

const LONGEST_MS = 60_000;

/** The same, with what happens beside the connection: SYNs are forgotten, and servers have waited long enough. */
export function earliestDeadline(state: ConnectionState, settings: Settings): number | undefined {
  const times = state.candidates.map(({ seenAt }) => seenAt + settings.timing.candidateMs);
  for (const { sendAt } of state.candidates) if (sendAt !== undefined) times.push(sendAt);
  for (const entry of state.parked) {
    const until = parkedDeadline(state, entry);
    if (until !== undefined) times.push(until);
  }
  const phase = phaseDeadline(state, settings);
  if (phase !== undefined) times.push(phase);
  return times.length === 0 ? undefined : Math.min(...times);
}
