/** Moments of capture files: nanoseconds as bigint, milliseconds as number. */
import { quote, WireError } from "../wire/index.ts";

const NS_PER_MS = 1_000_000n;

/** A moment in milliseconds, exact to what a number can tell of it. */
export function toMilliseconds(atNs: bigint): number {
  // Apart, because the whole does not fit a number exactly.
  return Number(atNs / NS_PER_MS) + Number(atNs % NS_PER_MS) / 1e6;
}

/** The moment in nanoseconds of a frame to be captured: `atNs`, else `at` milliseconds. */
export function toNanoseconds(atNs: bigint | undefined, at: number | undefined): bigint {
  if (atNs !== undefined) {
    if (typeof atNs !== "bigint") throw new WireError("badValue", `${quote(atNs)} is no bigint`, 0, "atNs");
    return atNs;
  }
  if (typeof at !== "number" || !Number.isFinite(at)) {
    throw new WireError("badValue", `${quote(at)} is no moment in milliseconds`, 0, "at");
  }
  const whole = Math.floor(at);
  return BigInt(whole) * NS_PER_MS + BigInt(Math.round((at - whole) * 1e6));
}
