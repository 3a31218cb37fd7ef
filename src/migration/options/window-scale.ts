/** RFC 7323 §2: the client scales every window it reads by the shift of server 1, whoever sent the segment. */
import { type Finding, finding, type Level, Reason } from "../reason.ts";
import { findOption, type Handshake, isNegotiated } from "./handshake.ts";

/** RFC 7323 §2.3: a larger shift counts as 14. */
const MAX_SHIFT = 14;

function shiftOf(handshake: Handshake, side: "synAck" | "target"): number | undefined {
  const tcp = handshake[side];
  const shift = tcp && findOption(tcp, "windowScale")?.shift;
  return shift === undefined ? undefined : Math.min(shift, MAX_SHIFT);
}

export function judgeWindowScale(handshake: Handshake): Finding[] {
  if (!handshake.target) return [];
  const origin = isNegotiated(handshake, "windowScale") ? shiftOf(handshake, "synAck") : undefined;
  const target = shiftOf(handshake, "target");
  if (origin === undefined && target === undefined) return [];
  if (origin === undefined || target === undefined) {
    const text =
      target === undefined
        ? `Server 1 scales windows by ${origin} bits and the new server by none: the client would read its windows ${2 ** (origin ?? 0)} times too large.`
        : `Windows are not scaled on this connection, but the new server scales its own by ${target} bits.`;
    return [finding("refused", Reason.windowScaleMismatch, text, numbers({ origin, target }))];
  }
  const loss = target - origin;
  if (loss === 0) return [];
  const factor = 2 ** Math.abs(loss);
  if (loss < 0) {
    const text = `The client would read the new server's windows ${factor} times too large and overrun it.`;
    return [finding("refused", Reason.windowScaleSmaller, text, { origin, target, factor })];
  }
  const level: Level = loss <= handshake.policy.maxWindowScaleLoss ? "degraded" : "refused";
  const text = `The client reads the new server's windows at 1/${factor} of their size.`;
  return [finding(level, Reason.windowScaleLarger, text, { origin, target, factor })];
}

function numbers(values: Record<string, number | undefined>): Record<string, number> {
  const known: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) known[name] = value;
  return known;
}
