/**
 * A circuit breaker for one target: after some failures in a row nobody is sent there for a while; then one connection tries, and
 * its outcome decides. Plain data and functions of it; time is an argument.
 */

/** When a breaker opens, and for how long. */
export interface BreakerSettings {
  /** Failures in a row that open it, 1 or more. */
  readonly failures: number;
  /** Milliseconds for which it stays open; as long may a trial take. */
  readonly openMs: number;
}

export const defaultBreakerSettings: BreakerSettings = { failures: 5, openMs: 30_000 };

/**
 * - `closed`: connections go to the target; `failures` so far in a row
 * - `open`: none does before `until`
 * - `trial`: one has gone there, and until its outcome, or `until`, no other does
 */
export type Breaker =
  | { readonly state: "closed"; readonly failures: number }
  | { readonly state: "open"; readonly until: number }
  | { readonly state: "trial"; readonly until: number };

export const closedBreaker: Breaker = { state: "closed", failures: 0 };

/**
 * What became of an attempt to hand a connection to the target: it accepted, it failed (silent, refused, unfit), or nobody knows,
 * because the client or the switch ended the attempt first.
 */
export type Outcome = "accepted" | "failed" | "unknown";

/** Whether a connection may be sent to the target now. */
export function admits(breaker: Breaker, at: number): boolean {
  return breaker.state === "closed" || at >= breaker.until;
}

/** The breaker once a connection is sent there: the first one after an open time is the trial. */
export function afterAttempt(breaker: Breaker, at: number, { openMs }: BreakerSettings): Breaker {
  return breaker.state !== "closed" && at >= breaker.until ? { state: "trial", until: at + openMs } : breaker;
}

/** The breaker once the outcome of an attempt is known. */
export function afterOutcome(breaker: Breaker, outcome: Outcome, at: number, settings: BreakerSettings): Breaker {
  // Whoever is accepted, perhaps long after he was sent, proves that the target works.
  if (outcome === "accepted") return breaker.state === "closed" && breaker.failures === 0 ? breaker : closedBreaker;
  if (outcome === "unknown") {
    // A trial that says nothing makes room for the next one.
    return breaker.state === "trial" ? { state: "trial", until: at } : breaker;
  }
  const open: Breaker = { state: "open", until: at + settings.openMs };
  if (breaker.state === "trial") return open;
  // The failures of those who were sent before it opened do not keep it open longer.
  if (breaker.state === "open") return breaker;
  const failures = breaker.failures + 1;
  return failures >= settings.failures ? open : { state: "closed", failures };
}
