/** A token bucket as the state machine keeps them: plain data. */
import type { Bucket } from "../machine/state.ts";

/** What the bucket holds at `at`. What was earned in part stays earned. */
export function refill({ tokens, at: since }: Bucket, at: number, burst: number, everyMs: number): Bucket {
  const earned = everyMs === 0 ? burst : Math.floor(Math.max(0, at - since) / everyMs);
  return tokens + earned >= burst ? { tokens: burst, at } : { tokens: tokens + earned, at: since + earned * everyMs };
}
