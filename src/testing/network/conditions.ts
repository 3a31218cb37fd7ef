/** From the conditions of a cable to what becomes of each frame. */
import { quote } from "../../wire/index.ts";
import { requireObject } from "../../wire/require.ts";
import type { Draw } from "../host/random.ts";
import type { CableConditions, Fate, LinkConditions } from "./network-types.ts";

/** Throws RangeError or TypeError naming the condition that is wrong. */
export function fateOf(conditions: LinkConditions | Fate, draw: Draw): Fate {
  if (typeof conditions === "function") return conditions;
  requireObject("conditions", conditions);
  const { delayMs = 1, reorderMs = 10, loss = 0, duplication = 0, reordering = 0 } = conditions;
  for (const [name, value] of Object.entries({ delayMs, reorderMs })) within(name, value, Number.MAX_SAFE_INTEGER);
  for (const [name, value] of Object.entries({ loss, duplication, reordering })) within(name, value, 1);
  const happens = (probability: number) => probability > 0 && draw() < probability * 2 ** 32;
  const delay = () => delayMs + (happens(reordering) ? (reorderMs * (1 + draw())) / 2 ** 32 : 0);
  return () => {
    if (happens(loss)) return [];
    return happens(duplication) ? [delay(), delay()] : [delay()];
  };
}

/** For each direction. */
export function fatesOf(conditions: CableConditions, draw: Draw): { readonly there: Fate; readonly back: Fate } {
  if (typeof conditions === "object" && "there" in conditions) {
    return { there: fateOf(conditions.there, draw), back: fateOf(conditions.back, draw) };
  }
  const fate = fateOf(conditions, draw);
  return { there: fate, back: fate };
}

function within(name: string, value: number, max: number): void {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, not ${quote(value)}`);
  if (!(value >= 0 && value <= max)) throw new RangeError(`${name} must be from 0 to ${max}, not ${value}`);
}
