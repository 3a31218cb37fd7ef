/** Numbers that look random and are the same for the same seed. */
import { requireUint } from "../../wire/require.ts";

/** Draws u32 values. */
export type Draw = () => number;

/** Marsaglia's xorshift with 32 bits; good enough to lose packets by. */
export function createDraw(seed: number): Draw {
  // Zero would stay zero, and small seeds would start alike.
  let state = Math.imul(requireUint("seed", seed, 32) ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  const draw = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let round = 0; round < 8; round++) draw();
  return draw;
}
