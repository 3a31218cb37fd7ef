/** How long a connection waits, and how much is remembered of it. */
import { requireList, requireNames, requireUint } from "../../wire/require.ts";

/** Durations in milliseconds. */
export interface Timing {
  /** How long a handshake with server 1 may take. */
  readonly halfOpenMs: number;
  /** How long held data waits for a verdict. */
  readonly verdictMs: number;
  /** When the SYN to the new server is repeated, counted from the first one; the last number ends the attempt. */
  readonly dialMs: readonly number[];
  /** When the ACK to a new server that should greet is repeated, counted from the first one; the last number ends the attempt. */
  readonly greetMs: readonly number[];
  /** How long a barrier may take. */
  readonly barrierMs: number;
  /** How long flows are kept after both FINs. */
  readonly lingerMs: number;
  /** How long flows are kept after a reset. */
  readonly lingerResetMs: number;
  /** How long a SYN that would use the port again waits for the rest of its handshake. */
  readonly candidateMs: number;
  /**
   * So long such a SYN waits where flows carry the connection to server 1: a switch that shows the controller more from now on may still
   * send some by what it has cached.
   */
  readonly showMs: number;
  /** For so long after a hand-over the switch may still send packets by its old flows. */
  readonly strayMs: number;
  /** How long everything must have been seen before a late move: longer than a retransmission takes. */
  readonly settleMs: number;
  /** How long a late move waits for a moment when nothing is under way. */
  readonly lateMs: number;
  /** How long a parked server waits for its connection before it is reset; 0 for never parking one. At most 65,535 s. */
  readonly parkMs: number;
}

/** Bounds of one connection. */
export interface Limits {
  readonly heldBytes: number;
  readonly heldSegments: number;
  /** SYNs remembered beside a connection. */
  readonly candidates: number;
  /** How often a new server's older connection is cleared out of the way. */
  readonly redials: number;
  /** How often the reset of the old server is repeated. */
  readonly originResets: number;
  /** RSTs that may be sent at once; also ACKs to a parked server. */
  readonly resetBurst: number;
  /** One more of them may be sent every so many milliseconds. */
  readonly resetEveryMs: number;
}

export const defaultTiming: Timing = {
  halfOpenMs: 5_000,
  verdictMs: 1_000,
  dialMs: [200, 600, 1_000],
  greetMs: [200, 600, 1_000],
  barrierMs: 1_000,
  lingerMs: 60_000,
  lingerResetMs: 10_000,
  candidateMs: 5_000,
  showMs: 50,
  strayMs: 1_000,
  settleMs: 1_000,
  lateMs: 10_000,
  parkMs: 300_000,
};

export const defaultLimits: Limits = {
  heldBytes: 65_536,
  heldSegments: 64,
  candidates: 4,
  redials: 2,
  originResets: 3,
  resetBurst: 8,
  resetEveryMs: 250,
};

export function checkTiming(given: Partial<Timing> = {}): Timing {
  const timing: Timing = { ...defaultTiming, ...requireNames("timing", given, Object.keys(defaultTiming)) };
  const { dialMs, greetMs, ...others } = timing;
  for (const [name, value] of Object.entries({ dialMs, greetMs })) {
    for (const ms of requireList(`timing.${name}`, value)) requireUint(`timing.${name}`, ms, 32);
  }
  for (const [name, value] of Object.entries(others)) requireUint(`timing.${name}`, value, 32);
  for (const name of ["dialMs", "greetMs"] as const) {
    if (timing[name].length === 0) throw new RangeError(`timing.${name} must not be empty`);
  }
  if (timing.showMs >= timing.candidateMs) throw new RangeError("timing.showMs must be less than timing.candidateMs");
  // A flow of such a server ends by its hard timeout, which has 16 bits of seconds.
  if (timing.parkMs > 65_535_000) throw new RangeError("timing.parkMs must be at most 65535000");
  return timing;
}

export function checkLimits(given: Partial<Limits> = {}): Limits {
  const limits: Limits = { ...defaultLimits, ...requireNames("limits", given, Object.keys(defaultLimits)) };
  for (const [name, value] of Object.entries(limits) as [string, number][]) requireUint(`limits.${name}`, value, 32);
  return limits;
}
