/** Segments that the switch sends by flows which have just been replaced. */
import type { Arrival } from "./arrival.ts";
import { oneHopLess } from "./translate.ts";
import { sendThroughTable, type Turn, update } from "./turn.ts";

/** As many are remembered as may be under way at once. */
const REMEMBERED = 16;

/**
 * After a barrier the switch may still use what it had cached. For a moment a segment may try the new flows: once, and with one hop
 * less, or a flow that is missing would make a loop. Whether it was sent.
 */
export function sendBack(turn: Turn, arrival: Arrival): boolean {
  const { segment, inPort } = arrival;
  const { strays } = turn.state;
  const hops = hopsOf(arrival);
  if (!isMoment(turn) || strays.includes(nameOf(arrival, hops))) return false;
  const again = oneHopLess(segment);
  // One without a hop left is dropped, as by any router.
  if (!again) return true;
  update(turn, { strays: [...strays, nameOf(arrival, hops - 1)].slice(-REMEMBERED) });
  const why = "The switch sent this by flows that have just been replaced: let it try the new ones.";
  sendThroughTable(turn, again, inPort, why);
  return true;
}

function isMoment({ state, settings, at }: Turn): boolean {
  const { takeover, inSwitch, flowEnded, phase } = state;
  const committedAt = takeover?.committedAt;
  return (
    settings.dataPlane === "actions" &&
    phase === "migrated" &&
    inSwitch &&
    flowEnded === undefined &&
    committedAt !== undefined &&
    at < committedAt + settings.timing.strayMs
  );
}

function hopsOf({ segment: { frame } }: Arrival): number {
  return frame.ipv4?.ttl ?? frame.ipv6?.hopLimit ?? 0;
}

/** The same segment with a hop less is the one that was sent; a repetition of its sender's has all its hops. */
function nameOf({ side, segment: { tcp, payload } }: Arrival, hops: number): string {
  return [side, tcp.seq, tcp.ack, tcp.flags, payload.length, hops].join(" ");
}
